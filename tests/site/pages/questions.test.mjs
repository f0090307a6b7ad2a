// The multiple-choice questions, in a real browser: read by keyboard, without scripts, in the dark, on a phone, on paper.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import test, { after, before } from 'node:test';
import { BOOK, launch, open, pages, serve, violations } from '../browser.mjs';

const asking = () => pages().filter(name => fs.readFileSync(path.join(BOOK, name), 'utf8').includes('class="questions"'));
let browser, site;

before(async () => { browser = await launch(); site = await serve(); });
after(async () => { await browser?.close(); site?.close(); });

const shown = (page, selector) => page.locator(selector).evaluateAll(nodes => nodes
  .filter(node => node.checkVisibility({ contentVisibilityAuto: true, visibilityProperty: true }) && node.getClientRects().length > 0).length);

test('some pages ask', () => assert.ok(asking().length > 0));

test('an answer opens by keyboard and says first whether it is right', async () => {
  const view = await open(browser, site.url + asking()[0]);
  const answer = view.page.locator('.answer.right').first(), reason = answer.locator('p').first();
  assert.equal(await reason.isVisible(), false);
  // Before they are set, formulas may be stops of their own, as what scrolls is (a11y.js).
  await view.page.waitForFunction(() => !document.querySelector('.questions span[tabindex]'));
  await answer.locator('summary').focus();
  await view.page.keyboard.press('Enter');
  assert.equal(await reason.isVisible(), true);
  assert.match(await reason.textContent(), /^Right\. /);
  await view.page.keyboard.press('Tab');
  assert.equal(await view.page.evaluate(() => document.activeElement.tagName), 'SUMMARY', 'the next answer is the next stop');
  await view.page.keyboard.press('Space');
  assert.match(await view.page.evaluate(() => document.activeElement.parentElement.querySelector('p').textContent),
    /^(Right\.|Wrong\. Why it tempts:) /);
  assert.deepEqual(view.errors, []);
  await view.close();
});

test('without scripts an answer opens as well', async () => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(site.url + asking()[0]);
  await page.locator('.answer.wrong > summary').first().click();
  await page.locator('.answer.wrong[open] > p').first().waitFor({ state: 'visible' });
  await context.close();
});

for (const name of asking()) {
  // Each theme in a page of its own: where it changes, transitions off the screen may never end.
  for (const scheme of ['light', 'dark']) {
    test(`${name} with all answers open, ${scheme}`, async () => {
      const view = await open(browser, site.url + name, { scheme });
      await view.page.evaluate(() => document.querySelectorAll('.answer').forEach(answer => { answer.open = true; }));
      for (const width of [1280, 360]) {
        await view.page.setViewportSize({ width, height: 900 });
        assert.deepEqual(await violations(view.page, '.questions'), [], `${width} px`);
        assert.ok(await view.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `the page scrolls sideways at ${width} px`);
        assert.equal(await shown(view.page, '.questions-on-paper'), 0);
        assert.equal(await view.page.locator('.questions mjx-merror').count(), 0);
      }
      await view.close();
    });
  }

  test(name, async t => {
    const view = await open(browser, site.url + name), { page } = view;
    await t.test('320 px: no overflow', async () => {
      await page.setViewportSize({ width: 320, height: 900 });
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'the page scrolls sideways');
    });
    await t.test('its files come down', async () => {
      for (const link of await page.locator('.questions a[download]').all()) {
        const [download] = await Promise.all([page.waitForEvent('download'), link.click()]);
        assert.ok(fs.statSync(await download.path()).size > 500, download.suggestedFilename());
      }
    });
    await t.test('on paper: questions first, right answers at their end', async () => {
      await page.emulateMedia({ media: 'print' });
      const questions = await page.locator('.question').count();
      assert.ok(questions >= 3);
      assert.equal(await shown(page, '.question summary'), await page.locator('.answer').count());
      assert.equal(await shown(page, '.question .answer > p'), 0, 'reasons are printed below the answers');
      assert.equal(await shown(page, '.questions-on-paper > p'), questions + 1);
      assert.equal(await shown(page, '.questions .noprint'), 0);
    });
    await view.close();
  });
}
