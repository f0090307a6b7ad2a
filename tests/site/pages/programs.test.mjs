// A method in other libraries, in tabs: by pointer and keyboard, remembered, in the address, without scripts, on paper.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import test, { after, before } from 'node:test';
import { BOOK, launch, open, pages, serve, violations } from '../browser.mjs';

const ADAM = 'chapters/adam.html', MOMENTUM = 'chapters/momentum.html', SET = '.sd-tab-set.programs';
const NAMES = ['PyTorch', 'JAX (optax)', 'Keras'], CALLS = ['torch.optim.Adam(', 'optax.adam(', 'keras.optimizers.Adam('];
let browser, site;

before(async () => { browser = await launch(); site = await serve(); });
after(async () => { await browser?.close(); site?.close(); });

// The names of the chosen tabs, one for each set of the page, and which code is visible in the first.
const chosen = page => page.locator(`${SET} > input:checked + label`).allTextContents().then(all => all.map(text => text.trim()));
const visible = page => page.locator(SET).first().locator('.sd-tab-content').evaluateAll(
  panels => panels.filter(panel => panel.checkVisibility()).map(panel => panel.textContent));

for (const [width, scheme] of [[1280, 'light'], [390, 'dark']]) {
  test(`every tab is accessible and fits: ${width} px, ${scheme}`, async () => {
    const view = await open(browser, site.url + ADAM, { width, scheme });
    for (const [i, name] of NAMES.entries()) {
      await view.page.locator(SET).first().getByText(name, { exact: true }).click();
      const seen = await visible(view.page);
      assert.equal(seen.length, 1);
      assert.ok(seen[0].includes(CALLS[i]), seen[0]);
      assert.deepEqual(await violations(view.page, SET), []);
      assert.ok(await view.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
    }
    assert.deepEqual(view.errors, []);
    await view.close();
  });
}

test('screen readers hear a group with its choices, and the arrow keys choose', async () => {
  const view = await open(browser, site.url + ADAM);
  const group = view.page.getByRole('radiogroup', { name: 'Library' }).first();
  assert.deepEqual(await group.getByRole('radio').evaluateAll(all => all.map(one => one.labels[0].textContent.trim())), NAMES);
  await group.getByRole('radio', { name: 'PyTorch' }).focus();
  await view.page.keyboard.press('ArrowRight');
  assert.ok(await group.getByRole('radio', { name: 'JAX (optax)' }).isChecked());
  assert.notEqual(await group.locator('input:checked + label').evaluate(label => getComputedStyle(label).outlineStyle), 'none');
  await view.page.keyboard.press('Tab');                          // on to what is in the tab, or behind it
  assert.ok(!await view.page.evaluate(() => document.activeElement.matches('input[type=radio]')));
  await view.close();
});

test('a choice holds for all sets and the next page, and an address makes it', async () => {
  const view = await open(browser, site.url + ADAM);
  assert.deepEqual(await chosen(view.page), ['PyTorch', 'PyTorch']);
  await view.page.locator(SET).last().getByText('Keras', { exact: true }).click();
  assert.deepEqual(await chosen(view.page), ['Keras', 'Keras']);
  await view.page.goto(site.url + MOMENTUM);
  assert.deepEqual(await chosen(view.page), ['Keras', 'Keras']);
  await view.page.goto(`${site.url}${MOMENTUM}?library=jax`);
  assert.deepEqual(await chosen(view.page), ['JAX (optax)', 'JAX (optax)']);
  await view.close();
});

test('a page whose reader chose before stands still', async () => {
  const view = await open(browser, `${site.url}${ADAM}?library=keras`, { prepare: page => page.addInitScript(() => {
    window.shift = 0;
    new PerformanceObserver(list => list.getEntries().forEach(entry => { if (!entry.hadRecentInput) window.shift += entry.value; }))
      .observe({ type: 'layout-shift', buffered: true });
  }) });
  assert.deepEqual(await chosen(view.page), ['Keras', 'Keras']);
  assert.ok(await view.page.evaluate(() => window.shift) < 0.05);
  await view.close();
});

test('without scripts, every tab opens', async () => {
  const context = await browser.newContext({ javaScriptEnabled: false }), page = await context.newPage();
  await page.goto(site.url + ADAM);
  for (const [i, name] of NAMES.entries()) {
    const set = page.locator(SET).first();
    await set.getByText(name, { exact: true }).click();
    assert.ok(await set.locator('.sd-tab-content').nth(i).isVisible(), name);
  }
  await context.close();
});

test('on paper all follow one another, each under its name', async () => {
  const view = await open(browser, site.url + ADAM, { width: 650 });
  await view.page.emulateMedia({ media: 'print' });
  const boxes = await view.page.locator(SET).first().locator(':scope > label, :scope > .sd-tab-content')
    .evaluateAll(parts => parts.map(part => [part.tagName, part.getBoundingClientRect().top, part.getBoundingClientRect().height]));
  assert.deepEqual(boxes.map(([tag]) => tag), ['LABEL', 'DIV', 'LABEL', 'DIV', 'LABEL', 'DIV']);
  assert.ok(boxes.every(([, , height]) => height > 0));
  assert.deepEqual(boxes.map(([, top]) => top), boxes.map(([, top]) => top).toSorted((a, b) => a - b));
  await view.close();
});

test('a page with tabs offers its programs, with what they read', async () => {
  for (const name of pages()) {
    const html = fs.readFileSync(path.join(BOOK, name), 'utf8'), file = `${path.basename(name, '.html')}-programs.zip`;
    assert.equal(html.includes(`href="../downloads/${file}"`), html.includes('sd-tab-set programs'), name);
    assert.equal(fs.existsSync(path.join(BOOK, 'downloads', file)), html.includes('sd-tab-set programs'), file);
  }
  assert.equal(JSON.parse(fs.readFileSync(path.join(BOOK, 'downloads/golden.json'), 'utf8')).format, 1);
});
