// Three readers, from the landing page: a student, a reader on a phone, a teacher. The times are reported; the limits are wide.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { findPython, launch, open, serve } from '../browser.mjs';

const LONG = { timeout: 180_000 };
const LIMIT = 120;              // seconds, on the busiest machine
let browser, site;

before(async () => {
  findPython('The walks were NOT tried');
  browser = await launch();
  site = await serve();
});
after(async () => { await browser?.close(); site?.close(); });

// Begin at the landing page; `lap` tells the seconds since `go`, and keeps them within the limit.
async function walk(t, options = {}) {
  const prepare = page => page.setDefaultTimeout(LONG.timeout);
  const view = await open(browser, `${site.url}chapters/index.html`, { ...options, prepare });
  const { page } = view;
  let started = performance.now();
  return { ...view,
    go: () => { started = performance.now(); },
    lap: what => {
      const seconds = (performance.now() - started) / 1000;
      t.diagnostic(`${what}: ${seconds.toFixed(1)} s`);
      assert.ok(seconds < LIMIT, what);
    },
    cell: n => page.locator('div.cell').nth(n - 1),
    ran: n => page.waitForFunction(place => document.querySelectorAll('div.cell')[place].dataset.live === 'ok', n - 1, LONG),
    follow: async (name, to) => {
      await page.locator(`a[href*="${name}"]:visible`).first().click();
      await page.waitForURL(to);
    } };
}

test('a student: from the landing page to the first changed cell, and back', async t => {
  const reader = await walk(t);
  const { page, cell } = reader;
  await reader.follow('optimization-intro.html', /optimization-intro/);
  reader.go();
  await cell(1).getByRole('button', { name: 'Run cell 1', exact: true }).click();
  await reader.ran(1);
  reader.lap('first Run, a cell of text');
  reader.go();
  await cell(3).getByRole('button', { name: 'Run cell 3', exact: true }).click();
  await reader.ran(3);
  await cell(3).locator('img.live-image').first().evaluate(img => img.decode());
  reader.lap('then the first figure');
  await page.goto(`${site.url}chapters/momentum.html`);
  reader.go();
  await cell(2).getByRole('button', { name: 'Run cell 2', exact: true }).click();
  await reader.ran(2);
  await cell(2).locator('img.live-image').first().evaluate(img => img.decode());
  reader.lap('second page, Run to figure');
  await cell(1).getByRole('button', { name: 'Edit cell 1', exact: true }).click();
  await page.keyboard.press('ControlOrMeta+End');
  await page.keyboard.type('\nprint(6 * 7)');
  await page.keyboard.press('Shift+Enter');
  await cell(1).locator('.live-text pre', { hasText: '42' }).waitFor();
  await page.getByRole('button', { name: 'Restore the page' }).click();
  assert.equal(await cell(1).locator('.live-output').count(), 0);
  await page.goto(`${site.url}chapters/adam.html`);
  const explorer = page.locator('div.explorer').first();
  reader.go();
  await explorer.getByRole('button', { name: /life/ }).click();
  await explorer.locator('input[type=range]').first().waitFor();
  reader.lap('an explorer alive');
  await page.goto(`${site.url}chapters/index.html`);
  assert.deepEqual([...reader.errors, ...reader.outside], []);
  await reader.close();
});

test('a reader on a phone: from the landing page to an exercise checked', async t => {
  const reader = await walk(t, { width: 390, height: 800, touch: true });
  const { page } = reader;
  await reader.follow('adam.html', /adam\.html/);
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
  const exercise = page.locator('div.check').first();
  await exercise.getByRole('button', { name: /^Check/ }).scrollIntoViewIfNeeded();
  reader.go();
  await exercise.getByRole('button', { name: /^Check/ }).click();
  await page.waitForFunction(() => document.querySelector('div.check').dataset.check === 'wrong', null, LONG);
  reader.lap('the first Check, of the stub');
  assert.match(await exercise.locator('.check-answer').textContent(), /\w{3}/);
  const solved = await exercise.evaluate(box => [...document.querySelectorAll('.check-passes pre')]
    .find(pre => box.compareDocumentPosition(pre) & Node.DOCUMENT_POSITION_FOLLOWING).textContent);
  await exercise.getByRole('button', { name: /^Edit/ }).click();
  await exercise.locator('textarea').fill(solved);
  await exercise.getByRole('button', { name: /^Check/ }).click();
  await page.waitForFunction(() => document.querySelector('div.check').dataset.check === 'ok', null, LONG);
  assert.equal(await page.evaluate(() => scrollX), 0);
  assert.deepEqual([...reader.errors, ...reader.outside], []);
  await reader.close();
});

test('a teacher: license, citation, syllabus, exercises, questions', async t => {
  const reader = await walk(t);
  const { page } = reader;
  reader.go();
  await page.goto(`${site.url}search.html?q=licence`);
  await page.locator('ul.search a[href*="teach.html"]').first().click();
  await page.waitForURL(/teach\.html.*#license/);
  reader.lap('from the word licence to the license');
  const article = page.locator('article.bd-article');
  assert.match(await article.textContent(), /MIT License[\s\S]*CC BY 4\.0[\s\S]*How to cite[\s\S]*Version \d/);
  for (const title of ['Six sessions', 'Twelve sessions']) assert.ok(await page.getByRole('heading', { name: title }).isVisible());
  assert.ok(await page.locator('tr:has(td:first-child a[href*="#ex-"])').count() > 100);
  for (const part of ['moodle.xml', 'qti.zip']) {
    const href = await page.locator(`a[href$="${part}"]`).first().getAttribute('href');
    assert.equal((await page.request.get(new URL(href, page.url()).href)).status(), 200, href);
  }
  assert.ok(await page.locator('a[rel=license]').isVisible());        // in the footer of every page
  assert.deepEqual([...reader.errors, ...reader.outside], []);
  await reader.close();
});
