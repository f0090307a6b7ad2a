// The book in Firefox: read, run, checked and held, without an error.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import test, { after, before } from 'node:test';
import puppeteer from 'puppeteer-core';
import { findPython, serve } from '../browser.mjs';

const LONG = { timeout: 120_000 };
const executablePath = [process.env.FIREFOX, '/usr/bin/firefox-esr', '/usr/bin/firefox'].find(place => place && fs.existsSync(place));
let browser, site;

before(async () => {
  findPython('Firefox was NOT tried');
  if (!executablePath) {
    console.error('Firefox was NOT tried: it was not found. On Debian: apt install firefox-esr. Elsewhere, name one: FIREFOX=/path/to/firefox make test-firefox');
    process.exit(2);
  }
  browser = await puppeteer.launch({ browser: 'firefox', executablePath, headless: true });
  site = await serve();
});
after(async () => { await browser?.close(); site?.close(); });

async function open(name) {
  const page = await browser.newPage(), errors = [];
  page.on('pageerror', error => errors.push(String(error)));
  page.on('console', message => { if (message.type() === 'error') errors.push(message.text()); });
  await page.goto(site.url + name);
  await page.evaluate(() => window.MathJax?.startup?.promise.then(() => 0));
  return { page, errors };
}

for (const name of ['index.html', 'chapters/index.html', 'chapters/adam.html', 'chapters/which-optimizer.html', 'search.html']) {
  test(`${name} is read without an error, at the width of a phone, too`, async () => {
    const { page, errors } = await open(name);
    for (const width of [1280, 390]) {
      await page.setViewport({ width, height: 900 });
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `it scrolls sideways at ${width} px`);
    }
    assert.equal(await page.evaluate(() => document.querySelectorAll('mjx-merror, .math:not(:has(mjx-container))').length), 0);
    assert.deepEqual(errors, []);
    await page.close();
  });
}

test('cells run, a check judges, an explorer follows the keyboard', async t => {
  const { page, errors } = await open('chapters/momentum.html');
  const cell = n => `document.querySelectorAll('div.cell')[${n - 1}]`;
  const started = performance.now();
  await page.locator('button[aria-label="Run cell 2"]').click();
  await page.waitForFunction(`${cell(2)}.dataset.live === 'ok'`, LONG);
  t.diagnostic(`first Run to plot: ${((performance.now() - started) / 1000).toFixed(1)} s`);
  assert.equal(await page.evaluate(`${cell(2)}.querySelectorAll('img.live-image').length`), 1);

  await page.evaluate(() => [...document.querySelectorAll('div.check button')].find(button => button.textContent === 'Check').click());
  await page.waitForFunction(() => document.querySelector('div.check').dataset.check === 'wrong', LONG);
  assert.match(await page.$eval('div.check [role=status]', status => status.textContent), /returns nothing yet: write code/);

  const figure = '#explorer-momentum .explorer';
  await page.evaluate(selector => [...document.querySelectorAll(`${selector} button`)].find(b => b.textContent === 'Bring it to life').click(), figure);
  await page.waitForSelector(`${figure} .handle`, LONG);
  const line = () => page.$eval(`${figure} .map polyline.run0`, drawn => drawn.getAttribute('points'));
  await page.waitForSelector(`${figure} .map polyline.run0`, LONG);
  const before = await line();
  await page.$eval(`${figure} .handle`, handle => handle.focus());
  await page.keyboard.press('ArrowRight');
  await page.waitForFunction((selector, old) => document.querySelector(selector).getAttribute('points') !== old, LONG,
    `${figure} .map polyline.run0`, before);
  assert.deepEqual(errors, []);
  await page.close();
});
