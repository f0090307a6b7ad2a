// The same code gives the same numbers: every cell of every chapter, run as the page runs it, against its recording.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import test from 'node:test';
import { Worker } from 'node:worker_threads';
import { FOLDER, RECORDED } from './numbers.mjs';

// Where WebAssembly's own font engine shows: chapter, code cell, why. A cell that agrees must leave.
const KNOWN = {
  'constraints.ipynb': { 3: 'another FreeType rounds the outline of a subscript digit, by 0.04 pt on the page' },
  'gd.ipynb': { 20: 'another FreeType rounds the outline of ″, by a hundredth of a point on the page' },
  'momentum.ipynb': { 26: 'another FreeType rounds the outline of the subscript of xᵢ, by 0.04 pt on the page' },
};

// What book/live/plan.py tells readers beforehand. RECORD_SECONDS=1 writes it anew, one chapter after the other.
const SECONDS = new URL('../../../book/live/seconds.json', import.meta.url);
const RECORD = Boolean(process.env.RECORD_SECONDS), WORTH = 0.3;

function record(times) {
  const worth = Object.entries(times).filter(([, seconds]) => seconds >= WORTH).map(([code, seconds]) => [code, Number(seconds.toPrecision(2))]);
  fs.writeFileSync(SECONDS, `${JSON.stringify(Object.fromEntries(worth.sort()), null, 1)}\n`);
}

const LONGEST = 'which-optimizer.ipynb';        // begun last, it would leave the other processors idle

if (!fs.existsSync(`${FOLDER}sums.json`)) {
  console.error('Live cells were NOT tested: there is no build/pyodide. Run make live first.');
  process.exit(2);
}

const chapter = name => new Promise((resolve, reject) => {
  const worker = new Worker(new URL('numbers.mjs', import.meta.url), { workerData: name });
  worker.once('message', resolve);
  worker.once('error', reject);
  worker.once('exit', code => reject(new Error(`${name}: its Python ended with ${code}`)));
});

test('live outputs equal the recorded ones', { concurrency: RECORD ? 1 : os.availableParallelism() }, async t => {
  const names = fs.readdirSync(RECORDED).filter(name => name.endsWith('.ipynb')).sort();
  names.unshift(...names.splice(names.indexOf(LONGEST), 1));
  const compared = { texts: 0, figures: 0, differ: 0 }, times = {};
  await Promise.all(names.map(name => t.test(name, async part => {
    const result = await chapter(name);
    part.diagnostic(`${name}: ${result.cells} cells, ${result.texts} texts and ${result.figures} figures compared, `
      + `start ${result.start.toFixed(1)} s, cells ${result.seconds.toFixed(1)} s`);
    compared.texts += result.texts;
    compared.figures += result.figures;
    Object.assign(times, result.times);
    const known = KNOWN[name] ?? {}, differ = new Set(result.differences.map(({ cell }) => String(cell)));
    for (const { cell, why } of result.differences) part.diagnostic(`code cell ${cell}: ${why} (${known[cell] ?? 'NOT KNOWN'})`);
    assert.deepEqual([...differ].sort(), Object.keys(known).sort(), 'the cells that differ are not the known ones');
    compared.differ += differ.size;
    assert.ok(result.texts + result.figures >= result.cells / 2, 'most cells show something');
  })));
  t.diagnostic(`${names.length} chapters: ${compared.texts} texts and ${compared.figures} figures compared, `
    + `${compared.differ} cells differ as known`);
  if (RECORD) record(times);
  const told = JSON.parse(fs.readFileSync(SECONDS, 'utf8'));
  const untold = Object.entries(times).filter(([code, seconds]) => seconds > 5 && !(code in told)).length;
  t.diagnostic(`${Object.keys(told).length} cells have a time; ${untold} more took over 5 s, which RECORD_SECONDS=1 make test-numbers adds`);
});
