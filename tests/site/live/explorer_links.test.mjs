// The links of explorers: what they carry, what a page shows before Python is there, and what they may not do.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { findPython, launch, serve } from '../browser.mjs';
import { LONG, NAME, visits } from './explorers.mjs';

const QUERY = `?explorer=${NAME}&problem=saddle&a=adam&a-lr=0.3&b=yogi&b-lr=0.2&steps=25`;
let browser, site, visit;

before(async () => {
  findPython('The links of explorers were NOT tested');
  browser = await launch();
  site = await serve();
  visit = visits(browser, site);
});
after(async () => { await browser?.close(); site?.close(); });

test('a link carries everything, there and back', async () => {
  const first = await visit();
  await first.begin();
  await first.changing(() => first.figure.getByRole('combobox', { name: 'Problem' }).selectOption('airfoil'));
  await first.changing(() => first.figure.getByRole('combobox', { name: 'Second method: method' }).selectOption('yogi'));
  await first.changing(() => first.figure.getByRole('combobox', { name: 'Second method: schedule' }).selectOption('cosine'));
  await first.handle.focus();
  await first.changing(() => first.page.keyboard.press('Shift+ArrowDown'));
  const seed = first.figure.getByRole('slider', { name: 'Seed' });
  await seed.focus();
  await first.changing(() => first.page.keyboard.press('ArrowRight'));
  const link = await first.link(), paths = [await first.path(0), await first.path(1)];
  assert.equal(first.page.url(), link, 'the address is the link');
  const second = await visit({ query: new URL(link).search + new URL(link).hash });
  await second.alive();
  assert.equal(await second.link(), link);
  assert.deepEqual([await second.path(0), await second.path(1)], paths);
  await second.changing(() => second.figure.getByRole('combobox', { name: 'Second method: method' }).selectOption('none'));
  const single = new URL(await second.link());
  const third = await visit({ query: single.search });
  await third.alive();
  assert.equal(await third.figure.locator('.map polyline').count(), 1);
  for (const reader of [first, second, third]) {
    assert.deepEqual(reader.errors, []);
    await reader.close();
  }
});

test('what a link may not do: it is refused or clamped, aloud, and never runs', async () => {
  const query = `?explorer=${NAME}&a=${encodeURIComponent('__import__("os").system("x")')}&b=constructor&a-lr=1e300&b-lr=NaN&b-beta1=0.5;alert(1)`
    + `&steps=1e9&seed=2.5&condition=-3&start=${encodeURIComponent('<img src=x onerror=window.hit=1>,99')}&problem=${encodeURIComponent('javascript:window.hit=1')}`
    + '&a-schedule=__proto__&code=window.hit%3D1';
  const reader = await visit({ query });
  const told = await reader.figure.locator('.explorer-complaint').textContent();
  for (const part of ['a “__import__', 'b “constructor”', 'a-lr “1e300”, out of range: 4 is used', 'b-lr “NaN”', 'b-beta1 “0.5;alert(1)”',
    'steps “1e9”', 'seed “2.5”, which is no whole number', 'condition “-3”, out of range: 1 is used', 'start “<img src=x', 'start “99”, out of range: 3 is used',
    'problem “javascript:', 'a-schedule “__proto__”']) assert.ok(told.includes(part), `${part} in ${told}`);
  assert.equal(await reader.figure.locator('.explorer-complaint').isVisible(), true);
  await reader.alive();
  assert.match(await reader.says(), /^Gradient descent.* Momentum/);
  assert.equal(await reader.page.evaluate(() => window.hit), undefined);
  assert.equal(await reader.figure.locator('img[src=x]').count(), 0);
  assert.deepEqual(reader.errors, []);
  await reader.close();
});

test('a method that needs a matrix is refused elsewhere', async () => {
  const reader = await visit({ query: `?explorer=${NAME}&problem=saddle&b=muon` });
  assert.match(await reader.figure.locator('.explorer-complaint').textContent(), /b “muon”, which needs the matrix: gd is used/);
  await reader.alive();
  const option = name => reader.figure.getByRole('combobox', { name: 'Second method: method' }).locator(`option[value=${name}]`);
  assert.equal(await option('muon').isDisabled(), true);
  await reader.changing(() => reader.figure.getByRole('combobox', { name: 'Problem' }).selectOption('matrix'));
  assert.equal(await option('muon').isDisabled(), false);
  await reader.changing(() => reader.figure.getByRole('combobox', { name: 'Second method: method' }).selectOption('muon'));
  assert.equal(await reader.figure.getByRole('combobox', { name: 'Problem' }).locator('option[value=saddle]').isDisabled(), true);
  assert.deepEqual(reader.errors, []);
  await reader.close();
});

test('a link shows its own setting, or no picture', async () => {
  const reader = await visit({ query: QUERY });
  assert.equal(await reader.figure.locator('.explorer-still').isVisible(), false, 'no picture of another setting');
  assert.match(await reader.page.locator(`#${NAME} figcaption`).textContent(), /Adam beside Yogi at a saddle/);
  await reader.alive();                 // without a click
  assert.equal(await reader.figure.locator('.explorer-asked').isVisible(), false);
  assert.match(await reader.says(), /^Adam, step 25: .* Yogi, step 25: /);
  assert.deepEqual(reader.errors, []);
  await reader.close();
});

test('where data are saved, the setting of a link is said, and a button draws it', async () => {
  const before = site.asked.length;
  const reader = await visit({ query: QUERY, prepare: page => page.addInitScript(() => {
    Object.defineProperty(navigator, 'connection', { value: { saveData: true } });
  }) });
  const said = await reader.figure.locator('.explorer-asked').textContent();
  assert.match(said, /^The setting of your link: Adam beside Yogi at a saddle .*η = 0.3, β1 = 0.9, β2 = 0.999 and η = 0.2, β1 = 0.5, .*; 25 steps from −1.7, 0.01/);
  assert.match(await reader.status(), /some megabytes/);
  assert.deepEqual(site.asked.slice(before).filter(name => /^\/pyodide/.test(name)), []);
  await reader.begin();
  assert.match(await reader.says(), /^Adam, step 25/);
  await reader.close();
});

test('where Python does not come, the picture is back and says whose it is', async () => {
  const reader = await visit({ query: QUERY, prepare: page => page.route('**/pyodide/sums.json', route => route.fulfill({ status: 404 })) });
  await reader.figure.locator('.live-status', { hasText: 'The picture shows the book’s setting, not that of your link.' }).waitFor(LONG);
  assert.equal(await reader.figure.locator('.explorer-still').isVisible(), true);
  assert.equal(await reader.button('Bring it to life').isVisible(), true);
  assert.doesNotMatch(await reader.page.locator(`#${NAME} figcaption`).innerText(), /Adam beside Yogi/);
  await reader.close();
});
