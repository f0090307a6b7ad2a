// What a page weighs, and how much it moves while it loads. The figures are printed, and have limits.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import test, { after, before } from 'node:test';
import zlib from 'node:zlib';
import { BOOK, launch, open, pages, serve } from '../browser.mjs';

const HEAVIEST = 400 * 1024, LARGEST_SHIFT = 0.05;
let browser, site;

before(async () => { browser = await launch(); site = await serve(); });
after(async () => { await browser?.close(); site?.close(); });

const gzipped = files => [...files].filter(file => !file.includes('/mathjax/output/chtml/fonts/woff-v2/'))
  .reduce((sum, file) => sum + zlib.gzipSync(fs.readFileSync(path.join(BOOK, decodeURIComponent(file)))).length, 0);

// Weights as a server sends them that compresses: of what opens the page, and of all that its reader saw at the end.
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
  const opened = gzipped(asked);
  await view.page.evaluate(async () => {
    for (let y = 0; y < document.documentElement.scrollHeight; y += innerHeight) { scrollTo(0, y); await frame(); await frame(); }
    const seen = [...document.images].filter(image => image.checkVisibility());    // none of a folded solution
    seen.forEach(image => { image.loading = 'eager'; });
    await Promise.all(seen.map(image => image.complete || new Promise((done, fail) => { image.onload = done; image.onerror = fail; })));
  });
  const shift = await view.page.evaluate(() => window.shift);
  await view.close();
  return { shift, opened, whole: gzipped(asked) };
}

const kB = bytes => `${Math.round(bytes / 1024)} KB`;

for (const name of pages()) {
  test(`${name} is light and stands still`, async t => {
    const { opened, whole, shift } = await read(name);
    t.diagnostic(`${name}: ${kB(opened)} open it, ${kB(whole)} with all figures (gzipped, without the fonts of mathematics); layout shift ${shift.toFixed(3)}`);
    assert.ok(opened <= HEAVIEST, kB(opened));
    assert.ok(shift < LARGEST_SHIFT, `layout shift ${shift}`);
  });
}
