// The landing page: something moves at once, without Python; it can be paused; the first change starts Python.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { findPython, launch, serve, violations } from '../browser.mjs';
import { computed, visits } from './explorers.mjs';

const LANDING = { page: 'chapters/index.html', id: 'explorer-road' };
let browser, site, visit;

before(async () => {
  findPython('The landing page was NOT tested');
  browser = await launch();
  site = await serve();
  visit = visits(browser, site);
});
after(async () => { await browser?.close(); site?.close(); });

const shown = page => page.locator('.explorer input[aria-label="Step shown"]').evaluate(input => Number(input.value));
const frames = (page, n) => page.evaluate(async wanted => { for (let k = 0; k < wanted; k++) await frame(); }, n);

test('it moves at once, with the numbers of d2lmini, and asks for nothing of Python', async () => {
  const before = site.asked.length;
  const reader = await visit(LANDING), { page, figure } = reader;
  const { frames: found, settings } = JSON.parse(await figure.getAttribute('data-explorer'));
  const wanted = computed('json.loads(explorer.answer(json.dumps(given)))', { ...settings, chart: true });
  assert.deepEqual(found.chart, wanted.chart);
  for (const [i, run] of wanted.runs.entries()) {
    for (const [t, loss] of run.losses.entries()) assert.ok(Math.abs(found.runs[i].losses[t] / loss - 1) < 1e-4);
  }
  for (const [low, high] of [[1, 59], [60, 60], [1, 59]]) {         // it begins anew at its end
    await page.waitForFunction(([a, b]) => {
      const step = Number(document.querySelector('.explorer .live-bar input').value);
      return a <= step && step <= b;
    }, [low, high]);
  }
  assert.deepEqual(site.asked.slice(before).filter(name => /^\/pyodide|worker|live_shell/.test(name)), []);
  assert.equal(await figure.locator('.visually-hidden[role=status]').textContent(), '', 'nothing is read out');

  await reader.button('Pause').click();
  const paused = await shown(page);
  await frames(page, 30);
  assert.equal(await shown(page), paused, 'paused is paused');
  assert.deepEqual(reader.errors, []);
  await reader.close();
});

test('out of sight it rests', async () => {
  const reader = await visit(LANDING), { page } = reader;
  await page.waitForFunction(() => Number(document.querySelector('.explorer .live-bar input')?.value) > 2);
  await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
  await frames(page, 10);
  const at = await shown(page);
  await frames(page, 30);
  assert.equal(await shown(page), at);
  await page.evaluate(() => scrollTo(0, 0));
  await page.waitForFunction(old => Number(document.querySelector('.explorer .live-bar input').value) !== old, at);
  await reader.close();
});

test('who wants no motion sees the whole path, still', async () => {
  const reader = await visit({ ...LANDING, prepare: page => page.emulateMedia({ reducedMotion: 'reduce' }) });
  await reader.button('Show all').waitFor();
  await frames(reader.page, 30);
  assert.equal(await shown(reader.page), 60);
  await reader.close();
});

test('the first touch starts Python: the start is moved, a slider changes the path', async () => {
  const before = site.asked.length;
  const reader = await visit(LANDING), { page, figure } = reader;
  await reader.handle.focus();
  await reader.changing(() => page.keyboard.press('ArrowRight'));
  assert.ok(site.asked.slice(before).includes('/pyodide/sums.json'));
  assert.notEqual(await reader.start(), 'x1 −5, x2 −2');
  await figure.locator('summary').click();
  const old = await reader.path(1);
  await figure.getByRole('slider', { name: 'Second method: β2' }).focus();
  await reader.changing(() => page.keyboard.press('PageDown'));
  assert.notEqual(await reader.path(1), old);
  assert.deepEqual(reader.errors, []);
  await reader.close();
});

test('it opens with one sentence and three ways in, readable by everybody', async () => {
  const reader = await visit(LANDING), { page } = reader;
  const first = await page.locator('article h1 ~ p').first().textContent();
  assert.match(first.trim(), /^[^.]+\.$/);
  assert.deepEqual((await page.locator('.sd-card-title').allTextContents()).map(text => text.trim()), ['Try', 'Read', 'Teach']);
  for (const [width, scheme] of [[1280, 'light'], [1280, 'dark'], [390, 'light'], [390, 'dark']]) {
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme: scheme });
    await page.waitForFunction(wanted => document.documentElement.dataset.theme === wanted, scheme);
    assert.deepEqual(await violations(page), [], `${width} px, ${scheme}`);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${width} px scrolls sideways`);
  }
  await reader.close();
});
