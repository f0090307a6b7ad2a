// Explorers in a real browser: started, dragged, by keyboard, played.
import assert from 'node:assert/strict';
import path from 'node:path';
import test, { after, before } from 'node:test';
import { BOOK, findPython, launch, open, serve, violations } from '../browser.mjs';
import { assertEndsAt, computed, LONG, NAME, PAGE, visits } from './explorers.mjs';

let browser, site, visit;

before(async () => {
  findPython('Explorers were NOT tested');
  browser = await launch();
  site = await serve();
  visit = visits(browser, site);
});
after(async () => { await browser?.close(); site?.close(); });

const count = points => points.split(' ').length;
const median = numbers => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];

test('a reader holds the figure', async t => {
  const before = site.asked.length;
  const reader = await visit();
  const { page, figure } = reader;

  await t.test('before Start there is a picture, and nothing of Python is fetched', async () => {
    assert.ok((await figure.locator('.explorer-still img').getAttribute('alt')).length > 100);
    await figure.scrollIntoViewIfNeeded();
    assert.ok(await figure.locator('.explorer-still img').evaluate(img => img.decode().then(() => img.naturalWidth > 100)));
    assert.deepEqual(site.asked.slice(before).filter(name => /^\/pyodide|worker|live_shell/.test(name)), []);
  });

  await t.test('Start draws the numbers of d2lmini', async () => {
    const wanted = computed('[explorer.run(**given["shared"], **own) for own in given["runs"]]',
      JSON.parse(await figure.getAttribute('data-explorer')).settings);
    await reader.begin();
    assert.equal(await figure.locator('.explorer-still').isVisible(), false);
    for (const [i, run] of wanted.entries()) {
      assertEndsAt(await reader.path(i), run.path.at(-1));
      assert.equal(count(await reader.path(i)), run.path.length);
    }
    assert.equal(await figure.locator('.map .contours path').count(), 9);
    assert.equal(await figure.locator('.explorer-chart').count(), 2);
    assert.match(await reader.says(), /^Gradient descent, step 30: .* Momentum, step 30: /);
  });

  await t.test('the start is dragged, and every curve follows', async () => {
    const old = await reader.path(1), loss = () => figure.locator('.explorer-chart polyline.run1').first().getAttribute('points');
    const curve = await loss();
    await reader.handle.scrollIntoViewIfNeeded();
    const at = await reader.handle.locator('circle').last().boundingBox();
    await page.mouse.move(at.x + at.width / 2, at.y + at.height / 2);
    await page.mouse.down();
    await reader.changing(() => page.mouse.move(at.x + 60, at.y - 50, { steps: 4 }));
    await reader.changing(() => page.mouse.up());
    assert.notEqual(await reader.path(1), old);
    assert.notEqual(await loss(), curve);
    assert.notEqual(await reader.start(), 'x1 −5, x2 −2');
  });

  await t.test('all by keyboard: start, sliders, selects, steps', async () => {
    const from = await reader.start();
    await reader.handle.focus();
    await reader.changing(() => page.keyboard.press('ArrowRight'));
    assert.notEqual(await reader.start(), from);
    const rate = figure.getByRole('slider', { name: 'Second method: learning rate η' }), old = await reader.path(1);
    await rate.focus();
    await reader.changing(() => page.keyboard.press('ArrowLeft'));
    assert.notEqual(await reader.path(1), old);
    await reader.changing(() => figure.getByRole('combobox', { name: 'Second method: method' }).selectOption('adam'));
    assert.match(await reader.says(), /Adam, step 30/);
    assert.equal(await figure.getByRole('slider', { name: 'Second method: β1' }).count(), 1);
    assert.equal(await figure.getByRole('slider', { name: 'Second method: β2' }).count(), 1);
    assert.equal(await figure.locator('.explorer-chart').count(), 4);
  });

  await t.test('updates are quick', async part => {
    const rate = figure.getByRole('slider', { name: 'Second method: learning rate η' });
    await rate.focus();
    const first = (await reader.updates()).length;
    for (let i = 0; i < 21; i++) await reader.changing(() => page.keyboard.press(i % 2 ? 'ArrowLeft' : 'ArrowRight'));
    const condition = figure.getByRole('slider', { name: 'Condition number' });
    await condition.focus();
    const second = (await reader.updates()).length;
    for (let i = 0; i < 9; i++) await reader.changing(() => page.keyboard.press('ArrowRight'));
    const times = await reader.updates(), plain = times.slice(first, second), contours = times.slice(second);
    part.diagnostic(`from change to drawn, two runs of 30 steps: median ${median(plain).toFixed(0)} ms, slowest ${Math.max(...plain).toFixed(0)} ms`);
    part.diagnostic(`the same with new contours: median ${median(contours).toFixed(0)} ms`);
  });

  await t.test('step, play and pause', async () => {
    await reader.button('Step back').click();
    assert.equal(count(await reader.path(0)), 30);
    await reader.button('Step').click();
    assert.equal(count(await reader.path(0)), 31);
    await reader.button('Play').click();
    await page.waitForFunction(() => document.querySelector('.map polyline.run0').getAttribute('points').split(' ').length < 25);
    await reader.button('Pause').click();
    const paused = count(await reader.path(0));
    assert.ok(paused < 31, String(paused));
    await page.evaluate(async () => { for (let n = 0; n < 20; n++) await frame(); });
    assert.equal(count(await reader.path(0)), paused, 'paused is paused');
    await reader.button('Play').click();
    await page.waitForFunction(() => document.querySelector('.map polyline.run0').getAttribute('points').split(' ').length === 31);
    await reader.button('Play').waitFor();
  });

  await t.test('readable by everybody, at 390 px, in the dark', async () => {
    for (const [width, scheme] of [[1280, 'light'], [1280, 'dark'], [390, 'light'], [390, 'dark']]) {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme: scheme });
      await page.waitForFunction(wanted => document.documentElement.dataset.theme === wanted, scheme);
      assert.deepEqual(await violations(page, `#${NAME}`), [], `${width} px, ${scheme}`);
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${width} px scrolls sideways`);
    }
    await page.setViewportSize({ width: 1280, height: 900 });
    await page.emulateMedia({ colorScheme: 'light' });
  });

  await t.test('cells and explorers share one Python, and wait for each other', async () => {
    const cell = page.locator('div.cell').first();
    await page.evaluate(() => {
      document.querySelector('div.cell .live-bar button').click();
      const slider = document.querySelector('.explorer-run0 input');
      slider.value = Number(slider.value) - 0.1;
      slider.dispatchEvent(new Event('input'));
    });
    await page.waitForFunction(() => document.querySelector('div.cell').dataset.live === 'ok', null, LONG);
    assert.equal(await cell.getAttribute('data-live'), 'ok');
    await reader.changing(() => reader.button('Reset').click());
    assert.equal(await reader.start(), 'x1 −5, x2 −2');
    assert.equal(site.asked.slice(before).filter(name => name.endsWith('pyodide.asm.wasm')).length, 1);
  });
  assert.deepEqual(reader.errors, []);
  assert.deepEqual(reader.outside, []);
  await reader.close();
});

test('who wants no motion gets none', async () => {
  const reader = await visit({ prepare: page => page.emulateMedia({ reducedMotion: 'reduce' }) });
  await reader.begin();
  await reader.button('Step back').click();
  await reader.button('Show all').click();
  assert.equal(count(await reader.path(0)), 31);
  assert.equal(await reader.button('Pause').count(), 0);
  await reader.close();
});

test('every explorer of the book starts, quietly', async t => {
  for (const [name, id, charts] of [['adagrad', 'adagrad', 3], ['rmsprop', 'rmsprop', 3], ['adam', 'adam', 4], ['adam', 'yogi', 4],
    ['lr-scheduler', 'schedules', 2], ['which-optimizer', 'methods', 4], ['adamw', 'adamw', 4],
    ['sign-and-memory', 'lion', 3], ['muon', 'muon', 3], ['schedule-free', 'schedule-free', 4]]) {
    const reader = await visit({ page: `chapters/${name}.html`, id: `explorer-${id}` });
    await reader.begin();
    assert.equal(await reader.figure.locator('.explorer-chart').count(), charts, id);
    await reader.handle.focus();
    const first = (await reader.updates()).length;
    for (let i = 0; i < 5; i++) await reader.changing(() => reader.page.keyboard.press(i % 2 ? 'ArrowUp' : 'ArrowDown'));
    t.diagnostic(`${id}: median ${median((await reader.updates()).slice(first)).toFixed(0)} ms`);
    assert.deepEqual(reader.errors, []);
    await reader.close();
  }
});

test('a finger drags the start, and beside it scrolls the page; the link is copied', async t => {
  const reader = await visit({ width: 390, touch: true });
  const { page } = reader, touch = await page.context().newCDPSession(page);
  const at = (type, x, y) => touch.send('Input.dispatchTouchEvent', { type, touchPoints: type === 'touchEnd' ? [] : [{ x, y }] });
  const stroke = async (x, y, dx, dy) => {
    await at('touchStart', x, y);
    for (let i = 1; i <= 5; i++) await at('touchMove', x + dx * i / 5, y + dy * i / 5);
    await at('touchEnd');
  };
  const center = async locator => {
    const box = await locator.boundingBox();
    return [box.x + box.width / 2, box.y + box.height / 2];
  };
  await reader.begin();
  const handle = reader.handle.locator('circle').last();
  await reader.figure.locator('.map').scrollIntoViewIfNeeded();

  await t.test('on the handle', async () => {
    const [x, y] = await center(handle), from = await reader.start(), scrolled = await page.evaluate(() => scrollY);
    await reader.changing(() => stroke(x, y, 40, -30));
    assert.notEqual(await reader.start(), from);
    assert.equal(await page.evaluate(() => scrollY), scrolled);
  });

  await t.test('beside the handle', async () => {
    const [x, y] = await center(reader.figure.locator('.map')), from = await reader.start(), scrolled = await page.evaluate(() => scrollY);
    await stroke(x + 60, y, 0, -120);
    await page.waitForFunction(old => scrollY > old + 50, scrolled);
    assert.equal(await reader.start(), from);
  });

  await t.test('Copy link', async () => {
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await reader.button('Copy link').click();
    await reader.figure.locator('.live-status', { hasText: 'The link is copied.' }).waitFor();
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), new URL(await reader.link(), page.url()).href);
  });
  assert.deepEqual(reader.errors, []);
  await reader.close();
});

test('from the disk, and without pyodide/, the button says what is needed', async () => {
  const disk = await open(browser, `file://${path.join(BOOK, PAGE)}`);
  await disk.page.getByRole('button', { name: 'Bring it to life' }).click();
  assert.match(await disk.page.locator('.explorer + .live-bar').textContent(), /opened from the disk.*make serve/);
  assert.deepEqual(disk.errors, []);
  await disk.close();
});
