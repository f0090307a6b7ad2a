// What surrounds the text: its face, the search field, the sidebars, and the ways to the next page.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { launch, open, serve, settled } from '../browser.mjs';

const PAGE = 'chapters/momentum.html';
let browser, site;

before(async () => { browser = await launch(); site = await serve(); });
after(async () => { await browser?.close(); site?.close(); });

// The families in which a paragraph is drawn, of those that the page itself brought.
async function families(page) {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('DOM.enable');
  await devtools.send('CSS.enable');
  const { root } = await devtools.send('DOM.getDocument');
  const { nodeId } = await devtools.send('DOM.querySelector', { nodeId: root.nodeId, selector: '.bd-article section section p' });
  const { fonts } = await devtools.send('CSS.getPlatformFontsForNode', { nodeId });
  return fonts.filter(font => font.isCustomFont).map(font => font.familyName);
}

test('the page that a reader sees first is set in the face of the book', async () => {
  const found = [];
  for (let visits = 0; visits < 3 && !found.includes('reading'); visits++) {      // a slow machine may miss it once
    const { page, close } = await open(browser, site.url + PAGE);
    found.push(...await families(page));
    await close();
  }
  assert.ok(found.includes('reading'), found.join());
});

for (const width of [390, 1280]) {
  test(`the icon of the search stands beside what is typed, at ${width} px`, async () => {
    const { page, close } = await open(browser, site.url + PAGE, { width });
    await page.keyboard.press('Control+K');
    const field = page.locator('#pst-search-dialog input');
    await field.fill('momentum');
    const icon = await page.locator('#pst-search-dialog .fa-magnifying-glass').boundingBox(), box = await field.boundingBox();
    const text = box.x + Number.parseFloat(await field.evaluate(input => getComputedStyle(input).paddingLeft));
    assert.ok(icon.x + icon.width <= text, `the icon ends at ${icon.x + icon.width}, the text begins at ${text}`);
    await close();
  });
}

for (const width of [1280, 1920]) {
  test(`without the sidebar the page is in the middle, at ${width} px`, async () => {
    const { page, close } = await open(browser, site.url + PAGE, { width });
    await page.locator('button.primary-toggle').first().click();
    await settled(page);
    await page.waitForFunction(() => getComputedStyle(document.querySelector('.bd-sidebar-primary')).visibility === 'hidden');
    const { left, right } = await page.evaluate(() => document.querySelector('.bd-main').getBoundingClientRect().toJSON());
    assert.ok(left >= 0 && right <= width && Math.abs(left - (width - right)) < 30, `from ${left} to ${right} of ${width} px`);
    await close();
  });
}

test('the ways to the pages before and after stay in a phone, side by side', async () => {
  const { page, close } = await open(browser, site.url + PAGE, { width: 390 });
  const [before, next] = await page.locator('.prev-next-area a').evaluateAll(links => links.map(link => link.getBoundingClientRect().toJSON()));
  assert.ok(before.left >= 0 && before.right <= next.left && next.right <= 390);
  await close();
});
