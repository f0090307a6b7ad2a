// Exercises that check themselves, in a real browser: what a reader is told who presses Check, on every page that has one.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import test, { after, before } from 'node:test';
import { BOOK, findPython, launch, open, pages, serve, violations } from '../browser.mjs';

const LONG = { timeout: 120_000 }, SECTIONS = 19;
const PAGES = pages().filter(name => fs.readFileSync(path.join(BOOK, name), 'utf8').includes('class="check-hidden"'));
let browser;

before(async () => {
  findPython('Exercises were NOT tested');
  browser = await launch();
});
after(() => browser?.close());

// A page with the gestures of a reader; exercises that check themselves are counted from 0.
async function visit(url) {
  const view = await open(browser, url);
  const { page } = view;
  await page.waitForSelector('.check .live-bar');
  const check = n => page.locator('div.check').nth(n);
  const press = (name, n) => check(n).getByRole('button', { name: new RegExp(`^${name}`) }).click();
  const settled = () => page.waitForFunction(() => !document.querySelector('[data-check=running]'), null, LONG);
  return { ...view, check, press, settled,
    says: n => check(n).getByRole('status').textContent(),
    state: n => check(n).getAttribute('data-check'),
    code: n => check(n).locator('.check-input pre').evaluate(pre => pre.textContent.replace(/\n$/, '')),
    passing: n => page.locator('.check-passes pre').nth(n).evaluate(pre => pre.textContent.replace(/\n$/, '')),
    type: async (n, text) => {
      await press('Edit', n);
      await check(n).locator('textarea').fill(text);
    },
    ask: async n => {
      await press('Check', n);
      await settled();
    } };
}

test(`${SECTIONS} sections have exercises that check themselves`, () => assert.equal(PAGES.length, SECTIONS));

for (const name of PAGES) {
  test(`${name}: stubs are told what is missing, the code shown as passing passes`, async t => {
    const site = await serve(), reader = await visit(site.url + name);
    const count = await reader.page.locator('div.check').count();
    assert.ok(count >= 2);
    assert.equal(await reader.page.locator('.check-passes').count(), count);
    assert.deepEqual(site.asked.filter(file => /^\/pyodide|live_check/.test(file)), []);
    const before = await reader.page.locator('div.cell').evaluateAll(cells => cells.map(cell => cell.dataset.live));
    for (let n = 0; n < count; n++) {
      await reader.ask(n);
      assert.match(await reader.says(n), /^\w+ returns nothing yet: replace the dots by code/);
      assert.equal(await reader.state(n), 'wrong');
      await reader.type(n, await reader.passing(n));
      await reader.ask(n);
      assert.equal(await reader.says(n), 'Right: every case came out as it should.');
      assert.equal(await reader.state(n), 'ok');
    }
    assert.deepEqual(await reader.page.locator('div.cell').evaluateAll(cells => cells.map(cell => cell.dataset.live)), before);
    assert.equal(site.asked.filter(file => file.includes('live_check.py')).length, 1);
    assert.deepEqual([...reader.errors, ...reader.outside], []);
    t.diagnostic(`${count} exercises`);
    await reader.close();
    site.close();
  });
}

test('a reader gets it wrong, breaks it, stops it, and goes on', async t => {
  const site = await serve(), reader = await visit(`${site.url}chapters/momentum.html`);
  const { page } = reader;
  const head = 'def momentum(gradient, x, lr, beta, steps):\n';

  await t.test('what was expected, what came, and why', async () => {
    await reader.type(0, `${head}    v = 0.0\n    for _ in range(steps):\n        v = beta * (v + gradient(x))\n        x = x - lr * v\n    return x`);
    await reader.ask(0);
    assert.match(await reader.says(0), /^The first velocity is the first gradient, not scaled: .*: expected -1, got -0.5\.$/);
  });

  await t.test('an answer that has changed is no longer judged', async () => {
    await reader.type(0, `${head}    print("here")\n    return x / 0`);
    assert.equal(await reader.says(0), 'Changed since the last check.');
    assert.equal(await reader.state(0), '');
  });

  await t.test('an error inside the answer names the line, and marks it; what it prints is shown', async () => {
    await reader.ask(0);
    assert.match(await reader.says(0), /^Line 3: ZeroDivisionError: .*, in: return x \/ 0$/);
    assert.equal(await reader.check(0).locator('pre.live-wrong').evaluate(pre => pre.style.getPropertyValue('--live-line')), '2');
    assert.equal(await reader.check(0).locator('.live-text pre').textContent(), 'here\n');
    await reader.type(0, 'def momentum(:');
    await reader.ask(0);
    assert.match(await reader.says(0), /^Line 1: SyntaxError/);
  });

  await t.test('with an answer in sight: readable by everybody, at 390 px, in the dark', async () => {
    await reader.type(1, await reader.passing(1));
    await reader.ask(1);
    for (const [width, scheme] of [[1280, 'light'], [1280, 'dark'], [390, 'light'], [390, 'dark']]) {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme: scheme });
      assert.deepEqual(await violations(page), [], `${width} px, ${scheme}`);
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${width} px scrolls sideways`);
    }
    await page.setViewportSize({ width: 1280, height: 900 });
    await page.emulateMedia({ colorScheme: 'light' });
  });

  await t.test('Stop ends an endless loop; a second check has to wait', async () => {
    await reader.type(0, `${head}    print("begun", flush=True)\n    while True: pass`);
    await reader.press('Check', 0);
    await reader.check(0).locator('.live-bar button', { hasText: 'Stop' }).waitFor();
    await reader.press('Check', 1);
    assert.match(await reader.says(1), /^Python is busy with Exercise [\d.]+: stop it, or wait\.$/);
    await reader.press('Stop', 0);
    await reader.settled();
    assert.match(await reader.says(0), /^Stopped\. .* variables are gone/);
    await reader.ask(1);
    assert.equal(await reader.state(1), 'ok');
  });

  await t.test('an answer sees the variables of the page, and changes none of its names', async () => {
    const cell = page.locator('div.cell').first();
    await cell.getByRole('button', { name: 'Edit cell 1' }).click();
    await cell.locator('textarea').fill('kept = 5');
    await page.keyboard.press('Shift+Enter');
    await page.waitForFunction(() => document.querySelector('div.cell').dataset.live === 'ok', null, LONG);
    await reader.type(0, `print(kept)\nkept = 6\n${await reader.passing(0)}`);
    await reader.ask(0);
    assert.equal(await reader.state(0), 'ok');
    assert.equal(await reader.check(0).locator('.live-text pre').textContent(), '5\n');
    await cell.locator('textarea').fill('print(kept)');
    await cell.locator('textarea').press('Shift+Enter');
    await page.waitForFunction(() => document.querySelector('div.cell .live-text')?.textContent === '5\n', null, LONG);
  });

  await t.test('all by keyboard: Edit, type, check, leave, Reset; reloading keeps an answer', async () => {
    await reader.press('Reset', 1);
    await reader.check(1).getByRole('button', { name: /^Edit/ }).focus();
    await page.keyboard.press('Enter');
    await reader.check(1).locator('textarea').waitFor();
    await page.keyboard.press('ControlOrMeta+a');
    await page.keyboard.type('minimum = None');
    await page.keyboard.press('Shift+Enter');
    await reader.settled();
    assert.match(await reader.says(1), /^There is no function minimum.* Reset brings the stub back/);
    await page.keyboard.press('Escape');
    assert.match(await page.evaluate(() => document.activeElement.getAttribute('aria-label')), /^Check your answer to Exercise/);
    await page.reload();
    await page.waitForSelector('.live-notice:not([hidden])');
    assert.equal(await reader.code(1), 'minimum = None');
    assert.equal(await reader.says(1), '');
    await reader.check(1).getByRole('button', { name: /^Reset/ }).focus();
    await page.keyboard.press('Enter');
    await reader.check(1).getByRole('button', { name: /^Reset/ }).waitFor({ state: 'hidden' });
    assert.match(await reader.code(1), /\.\.\. {2}# your code here$/);
    await page.getByRole('button', { name: 'Restore the page' }).click();
    assert.match(await reader.code(0), /\.\.\. {2}# your code here$/);
  });

  assert.deepEqual([...reader.errors, ...reader.outside], []);
  await reader.close();
  site.close();
});

test('from the disk, Check says what is needed; on paper there is none', async () => {
  const disk = await open(browser, `file://${path.join(BOOK, PAGES[0])}`);
  await disk.page.getByRole('button', { name: 'Check' }).first().click();
  assert.match(await disk.page.locator('.check .live-bar').first().textContent(), /opened from the disk.*make serve/);
  await disk.page.emulateMedia({ media: 'print' });
  assert.equal(await disk.page.locator('.check').first().isVisible(), false);
  await disk.close();
});
