// The same code gives the same numbers: every cell of every chapter, run as the page runs it, against its recording.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import test from 'node:test';
import { Worker } from 'node:worker_threads';
import { FOLDER, RECORDED } from './numbers.mjs';

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

test('live outputs equal the recorded ones', { concurrency: os.availableParallelism() }, async t => {
  const names = fs.readdirSync(RECORDED).filter(name => name.endsWith('.ipynb')).sort();
  const compared = { texts: 0, figures: 0 };
  await Promise.all(names.map(name => t.test(name, async part => {
    const result = await chapter(name);
    part.diagnostic(`${name}: ${result.cells} cells, ${result.texts} texts and ${result.figures} figures compared, `
      + `start ${result.start.toFixed(1)} s, cells ${result.seconds.toFixed(1)} s`);
    compared.texts += result.texts;
    compared.figures += result.figures;
    assert.deepEqual(result.differences, []);
    assert.ok(result.texts + result.figures >= result.cells / 2, 'most cells show something');
  })));
  t.diagnostic(`${names.length} chapters: ${compared.texts} texts and ${compared.figures} figures compared`);
});
