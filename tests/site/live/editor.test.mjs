// The editor of a cell: the caret goes where a reader clicks on the code, before and after typing, and nothing hides the notice.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { findPython, launch, open, serve } from '../browser.mjs';

let browser, site;

before(async () => {
  findPython('The editor was NOT tested');
  browser = await launch();
  site = await serve();
});
after(async () => { await browser?.close(); site?.close(); });

// The middle of the left edge of a letter of the code, in the window.
const place = (pre, index) => pre.evaluate((code, wanted) => {
  const walker = document.createTreeWalker(code, NodeFilter.SHOW_TEXT);
  let node = walker.nextNode(), passed = 0;
  while (passed + node.length <= wanted) {
    passed += node.length;
    node = walker.nextNode();
  }
  const range = document.createRange();
  range.setStart(node, wanted - passed);
  range.setEnd(node, wanted - passed + 1);
  const { left, top, bottom } = range.getBoundingClientRect();
  return [left + 1, (top + bottom) / 2];
}, index);

for (const [width, touch] of [[1280, false], [390, true]]) {
  for (const [what, box] of [['a cell', 'div.cell:has-text("def adam(")'], ['an exercise', '.check']]) {
    test(`in ${what} the caret goes where the code is clicked, at ${width} px`, async () => {
      const { page, close } = await open(browser, `${site.url}chapters/adam.html`, { width, touch });
      const cell = page.locator(box).first();
      await cell.getByRole('button', { name: /^Edit/ }).click();
      const area = cell.locator('textarea'), pre = cell.locator('.live-editing pre');
      await area.press('Control+Home');
      await area.pressSequentially('# A line\n');
      const code = await area.inputValue();
      const wanted = [3, ...[...code.matchAll(/\n *(?=\S)/g)].slice(0, 5).map(found => found.index + found[0].length)];
      assert.ok(wanted.length >= 3);
      for (const index of wanted) {
        await pre.scrollIntoViewIfNeeded();
        await page.mouse.click(...await place(pre, index));
        assert.equal(await area.evaluate(a => a.selectionStart), index, `a click on “${code.slice(index, index + 12)}”`);
      }
      await close();
    });
  }
}

test('on a phone, the way back to the top leaves the notice about changed cells uncovered', async () => {
  const { page, close } = await open(browser, `${site.url}chapters/adam.html`, { width: 390, height: 844, touch: true });
  const cell = page.locator('div.cell').nth(3);
  await cell.getByRole('button', { name: /^Edit/ }).click();
  await cell.locator('textarea').pressSequentially('# ');
  await page.evaluate(() => scrollTo(0, 4000));
  await page.evaluate(() => scrollTo(0, 3800));
  const [top, notice] = [page.locator('#pst-back-to-top'), page.locator('.live-notice')];
  await top.waitFor();
  assert.ok(await notice.isVisible());
  const [over, under] = [await top.boundingBox(), await notice.boundingBox()];
  assert.ok(over.y + over.height <= under.y || over.x >= under.x + under.width, `${JSON.stringify(over)} on ${JSON.stringify(under)}`);
  await close();
});
