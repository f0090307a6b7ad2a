// What a page weighs, and how much it moves while it loads. The figures are printed, and have limits.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import test, { after, before } from 'node:test';
import zlib from 'node:zlib';
import { BOOK, launch, open, pages, serve } from './browser.mjs';

const HEAVIEST = 400 * 1024, LARGEST_SHIFT = 0.05;
let browser, site;

before(async () => { browser = await launch(); site = await serve(); });
after(async () => { await browser?.close(); site?.close(); });

// Everything that the page has asked for by the time its reader reached the end, as a server that compresses sends it.
async function read(name) {
  const asked = new Set();
  const view = await open(browser, site.url + name, { prepare: async page => {
    page.on('response', response => { if (response.ok()) asked.add(new URL(response.url()).pathname); });
    await page.addInitScript(() => {
      window.shift = 0;
      new PerformanceObserver(list => list.getEntries().forEach(entry => { if (!entry.hadRecentInput) window.shift += entry.value; }))
        .observe({ type: 'layout-shift', buffered: true });
    });
  } });
  await view.page.evaluate(async () => {
    const frame = () => new Promise(done => requestAnimationFrame(done));
    for (let y = 0; y < document.documentElement.scrollHeight; y += innerHeight) { scrollTo(0, y); await frame(); await frame(); }
    const seen = [...document.images].filter(image => image.checkVisibility());    // none of a folded solution
    seen.forEach(image => { image.loading = 'eager'; });
    await Promise.all(seen.map(image => image.complete || new Promise((done, fail) => { image.onload = done; image.onerror = fail; })));
  });
  const shift = await view.page.evaluate(() => window.shift);
  await view.close();
  const files = [...asked].filter(file => !/\.(woff2?|ttf)$/.test(file)).map(file => path.join(BOOK, decodeURIComponent(file)));
  return { shift, weight: files.reduce((sum, file) => sum + zlib.gzipSync(fs.readFileSync(file)).length, 0) };
}

for (const name of pages()) {
  test(`${name} is light and stands still`, async t => {
    const { weight, shift } = await read(name);
    t.diagnostic(`${name}: ${Math.round(weight / 1024)} KB gzipped without fonts, layout shift ${shift.toFixed(3)}`);
    assert.ok(weight <= HEAVIEST, `${weight} bytes`);
    assert.ok(shift < LARGEST_SHIFT, `layout shift ${shift}`);
  });
}
