// Run the cells of recorded notebooks in Pyodide, one worker thread a chapter, and compare under the rule of the tests.
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import { boot, SHELL } from '../../../book/live/web/boot.mjs';

const ROOT = path.resolve(import.meta.dirname, '../../..');
export const FOLDER = path.join(ROOT, 'build/pyodide') + path.sep;
export const RECORDED = path.join(ROOT, 'tests/recorded');
const read = (...parts) => fs.readFileSync(path.join(ROOT, ...parts), 'utf8');

// book/execute/compare.py, and the replacements that nbval makes in texts before it compares.
const RULE = `
import configparser, re, sys
sys.path.append('/rule')
import compare
settings = configparser.RawConfigParser()
settings.read('/rule/sanitize.cfg')
def clean(text):
    for section in settings.sections():
        text = re.sub(settings[section]['regex'], settings[section]['replace'], text)
    return re.sub(r'Matplotlib v[0-9.]+', 'Matplotlib', text)       # who drew it, in a figure's metadata
def differs(kind, recorded, computed):
    return (compare.svg if kind == 'figure' else compare.text)(clean(recorded), clean(computed))
differs`;

// A text, or the figures in their order: what a recording holds of a cell, and what a live run sends.
function recordedOutputs(cell) {
  const join = value => [value].flat().join('');
  const texts = cell.outputs.map(o => o.data ? (o.data['image/svg+xml'] ? '' : join(o.data['text/plain'])) : join(o.text));
  return { text: texts.join(''), figures: cell.outputs.filter(o => o.data?.['image/svg+xml']).map(o => join(o.data['image/svg+xml'])) };
}

async function runCell(shell, number, code) {
  const live = { text: '', figures: [] };
  const failure = await shell.run(number, code, (kind, data) => {
    if (kind === 'figure') live.figures.push(data); else live.text += data;
  });
  return { ...live, failure: failure?.toJs() };
}

async function chapter(name) {
  const started = performance.now();
  const { loadPyodide } = await import(pathToFileURL(path.join(FOLDER, 'pyodide.mjs')));
  const sources = Object.fromEntries(SHELL.map(part => [part, read('book/live/web', part)]));
  const { python, shell, drawing } = await boot(loadPyodide, FOLDER, sources);
  await drawing();
  const ready = performance.now();
  python.FS.mkdir('/rule');
  python.FS.writeFile('/rule/compare.py', read('book/execute/compare.py'));
  python.FS.writeFile('/rule/sanitize.cfg', read('tests/sanitize.cfg'));
  const differs = python.runPython(RULE);
  const cells = JSON.parse(read('tests/recorded', name)).cells.filter(cell => cell.cell_type === 'code');
  const result = { cells: cells.length, texts: 0, figures: 0, differences: [], seconds: 0, start: (ready - started) / 1000, times: {} };
  for (const [i, cell] of cells.entries()) {
    const note = why => { if (why) result.differences.push({ cell: i + 1, why }); };
    const recorded = recordedOutputs(cell);
    const code = [cell.source].flat().join(''), before = process.cpuUsage();
    const live = await runCell(shell, i + 1, code);
    const { user, system } = process.cpuUsage(before);          // of all threads: worth something for one chapter at a time
    result.times[createHash('sha256').update(code.trim()).digest('hex').slice(0, 12)] = (user + system) / 1e6;
    if (live.failure) note(`failed, ${live.failure[1]}`);
    if (recorded.text || live.text) {
      result.texts++;
      note(differs('text', recorded.text, live.text));
    }
    if (recorded.figures.length !== live.figures.length) note(`${recorded.figures.length} figures recorded, ${live.figures.length} drawn`);
    recorded.figures.forEach((figure, k) => {
      if (live.figures[k] === undefined) return;
      result.figures++;
      note(differs('figure', figure, live.figures[k]));
    });
  }
  result.seconds = (performance.now() - ready) / 1000;
  return result;
}

if (!isMainThread) parentPort.postMessage(await chapter(workerData));
