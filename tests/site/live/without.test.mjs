// Old browsers and careful readers: without WebAssembly, workers, storage or a cache, the page says what still works.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { findPython, launch, open, serve } from '../browser.mjs';

const LONG = { timeout: 120_000 };
const WORKS = /Text, figures.* work, and the notebook.* can be taken along/;
let browser;

before(async () => {
  findPython('Browsers without Python were NOT tested');
  browser = await launch();
});
after(() => browser?.close());

// A page in a browser that `script` has changed, and one of whose files `damage` may change.
async function visit(script, damage) {
  const site = await serve(damage ? { damage } : {});
  const view = await open(browser, `${site.url}chapters/momentum.html`, { prepare: page => page.addInitScript(script) });
  const bar = view.page.locator('div.cell').first().locator('.live-bar');
  await bar.waitFor();
  return { ...view, bar, run: () => bar.getByRole('button', { name: /^Run/ }).first().click(),
    done: async () => { await view.close(); site.close(); } };
}

for (const [name, script, said] of [
  ['WebAssembly', 'delete window.WebAssembly;', /it has no WebAssembly, or keeps it off/],
  ['workers', 'delete window.Worker;', /it has no workers, or keeps it off/],
  ['permission for a worker', 'window.Worker = class { constructor() { throw new DOMException("blocked", "SecurityError"); } };',
    /lets the page start no Python \(blocked\)/],
]) {
  test(`without ${name}, Run says what still works`, async () => {
    const reader = await visit(script);
    await reader.run();
    await reader.bar.getByText(said).waitFor();
    assert.match(await reader.bar.textContent(), WORKS);
    assert.ok(await reader.page.locator('a[href$=".ipynb"][download]').count() > 0);
    assert.deepEqual(reader.errors, []);
    await reader.done();
  });
}

test('a browser that cannot load the program of the cells says so', async () => {
  const reader = await visit('', (name, bytes) => name.endsWith('/plan.mjs') ? Buffer.from('this is no module') : bytes);
  await reader.run();
  await reader.bar.getByText(/did not start the code cells/).waitFor();
  assert.match(await reader.bar.textContent(), WORKS);
  await reader.done();
});

for (const [name, script] of [
  ['no storage', 'Object.defineProperty(window, "localStorage", { get() { throw new DOMException("denied", "SecurityError"); } });'],
  ['a full storage', 'Storage.prototype.setItem = () => { throw new DOMException("full", "QuotaExceededError"); };'],
]) {
  test(`with ${name}, a change says that a reload loses it`, async () => {
    const reader = await visit(script);
    await reader.bar.getByRole('button', { name: 'Edit cell 1' }).click();
    await reader.page.locator('div.cell textarea').first().fill('a = 1');
    await reader.bar.getByText('This browser keeps nothing: a reload will bring back the code of the book.').waitFor();
    await reader.done();
  });
}

for (const [name, caches] of [
  ['no cache, as in a private window', 'undefined'],
  ['a full cache', '{ open: async () => ({ match: async () => undefined, keys: async () => [], '
    + 'put: async () => { throw new DOMException("full", "QuotaExceededError"); } }) }'],
]) {
  test(`with ${name}, cells run all the same`, async () => {
    const change = `Object.defineProperty(globalThis, 'caches', { value: ${caches} });\n`;
    const reader = await visit('', (file, bytes) => file.endsWith('/store.mjs') ? Buffer.from(change + bytes) : bytes);
    await reader.run();
    await reader.page.waitForFunction(() => document.querySelector('div.cell').dataset.live === 'ok', null, LONG);
    assert.deepEqual(reader.errors, []);
    await reader.done();
  });
}
