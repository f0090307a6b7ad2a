// A book without a Python of its own: it comes from another address, file by file with its sum, at the first Run alone.
// The other address is a server here, with the paths of the public one.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import test, { after, before } from 'node:test';
import { BOOK, findPython, launch, open, PYTHON, serve } from '../browser.mjs';

const ROOT = path.resolve(BOOK, '../..'), PAGE = 'chapters/momentum.html';
const MAKE = `import pathlib, sys
from book.live import cells, elsewhere
folder, page, address = sys.argv[1:]
elsewhere.make(pathlib.Path(folder), address)
print(cells.limit(pathlib.Path(page).read_text(encoding="utf-8"), address))`;
let browser, folder;

before(async () => {
  findPython('Python from elsewhere was NOT tested');
  browser = await launch();
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'elsewhere-'));
});
after(async () => {
  await browser?.close();
  if (folder) fs.rmSync(folder, { recursive: true });
});

// The other server: it has what the public one has, under the same paths, and nothing else.
async function publish(damage = (name, bytes) => bytes) {
  const asked = [];
  const server = http.createServer((request, response) => {
    const [, name] = request.url.match(/^\/(?:npm\/pyodide@[\d.]+|pyodide\/v[\d.]+\/full)\/([\w.-]+)$/) ?? [];
    asked.push(request.url);
    // There lie the official wheels; those of the book are lean.
    const folder = name?.endsWith('.whl') ? path.join(ROOT, 'build/pyodide-wheels') : path.join(BOOK, 'pyodide');
    const file = name && !/^(autograd|d2lmini|sums)/.test(name) && path.join(folder, name);
    response.writeHead(file && fs.existsSync(file) ? 200 : 404, { 'access-control-allow-origin': '*' });
    response.end(file && fs.existsSync(file) ? damage(name, fs.readFileSync(file)) : '');
  });
  await new Promise(ready => server.listen(0, '127.0.0.1', ready));
  return { address: `http://127.0.0.1:${server.address().port}/`, asked, close: () => { server.closeAllConnections(); server.close(); } };
}

// The book as it is built where make live was not run.
async function visit(address) {
  fs.rmSync(folder, { recursive: true });
  fs.mkdirSync(folder);
  const page = execFileSync(PYTHON, ['-c', MAKE, folder, path.join(BOOK, PAGE), address], { cwd: ROOT, encoding: 'utf8' });
  const site = await serve({ damage: (name, bytes) => {
    if (name.endsWith(PAGE)) return Buffer.from(page);
    if (!name.startsWith('/pyodide/')) return bytes;
    const own = path.join(folder, path.basename(name));
    return fs.existsSync(own) ? fs.readFileSync(own) : Buffer.from('not in this book');
  } });
  const view = await open(browser, site.url + PAGE);
  const cell = n => view.page.locator('div.cell').nth(n - 1);
  const run = async n => {
    await cell(n).getByRole('button', { name: `Run cell ${n}`, exact: true }).click();
    await view.page.waitForFunction(() => !document.querySelector('div.cell[data-live=running]'), null, { timeout: 120_000 });
  };
  return { ...view, site, cell, run, says: n => cell(n).locator('.live-status').textContent(),
    close: async () => { await view.close(); site.close(); } };
}

test('the files are asked for at the first Run, from where they are pinned, and cells run', async () => {
  const other = await publish(), reader = await visit(other.address);
  assert.deepEqual(reader.outside, []);
  await reader.run(1);
  await reader.run(2);
  assert.equal(await reader.cell(2).getAttribute('data-live'), 'ok');
  assert.deepEqual(reader.errors, []);
  assert.equal(new Set(other.asked).size, other.asked.length, 'something was fetched twice');
  assert.equal(other.asked.length, 14);
  assert.deepEqual(reader.outside.filter(url => !url.startsWith(other.address)), []);
  assert.deepEqual(reader.site.asked.filter(name => name.startsWith('/pyodide/')).map(name => name.split(/[/-]/)[2]).sort(),
    ['autograd', 'd2lmini', 'pyodide', 'sums.json']);
  await reader.close();
  other.close();
});

for (const name of ['pyodide.mjs', 'pyodide.asm.mjs', 'numpy-']) {
  test(`a damaged ${name} is refused, by its address`, async () => {
    const other = await publish((file, bytes) => file.startsWith(name) ? Buffer.concat([bytes, Buffer.from(' ')]) : bytes);
    const reader = await visit(other.address);
    await reader.run(1);
    assert.match(await reader.says(1), new RegExp(`Python did not start: ${other.address}.*${name}.* is damaged or out of reach`));
    await reader.close();
    other.close();
  });
}

test('where the address does not answer, Run says so', async () => {
  const other = await publish(), reader = await visit(other.address);
  other.close();
  await reader.run(1);
  assert.match(await reader.says(1), new RegExp(`${other.address}npm/pyodide@.*out of reach`));
  await reader.close();
});
