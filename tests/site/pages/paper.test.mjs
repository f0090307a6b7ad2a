// Every page as paper shows it: the article alone, unfolded, within the margins, in the light theme.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { launch, open, pages, serve } from '../browser.mjs';

const PAPER = 650;      // between the margins of A4, in the pixels of CSS
const HIDDEN = '.bd-header, .bd-sidebar, .bd-sidebar-primary, .bd-sidebar-secondary, .bd-header-article, .prev-next-footer, '
  + '.bd-footer, .headerlink, button, #pst-back-to-top, .check, .check-passes';       // checks need Python: the screen alone has them
let browser, site;

before(async () => { browser = await launch(); site = await serve(); });
after(async () => { await browser?.close(); site?.close(); });

const visible = (page, selector) => page.evaluate(selector => [...document.querySelectorAll(selector)]
  .filter(node => node.checkVisibility({ visibilityProperty: true }) && node.getBoundingClientRect().width > 0)
  .map(node => node.className || node.tagName), selector);

for (const name of pages()) {
  test(`${name} on paper`, async () => {
    const view = await open(browser, site.url + name, { width: PAPER });
    await view.page.emulateMedia({ media: 'print' });
    assert.deepEqual(await visible(view.page, HIDDEN), [], 'parts of the screen are printed');
    const folded = await view.page.evaluate(() => [...document.querySelectorAll('.admonition.dropdown:not(.check-passes) > .admonition-title ~ *')]
      .filter(node => !node.checkVisibility({ visibilityProperty: true, opacityProperty: true }) || node.getBoundingClientRect().height === 0)
      .map(node => node.textContent.trim().slice(0, 40)));
    assert.deepEqual(folded, [], 'solutions stay folded');
    const wide = await view.page.evaluate(paper => [...document.querySelectorAll('article :is(p, pre, img, table, mjx-container)')]
      .filter(node => node.getBoundingClientRect().right > paper + 1)
      .map(node => `${node.tagName}: ${node.textContent.trim().slice(0, 40)}`), PAPER);
    assert.deepEqual(wide, [], 'too wide for the paper');
    await view.close();
  });
}

test('a dark page is printed light, and is dark again afterwards', async () => {
  const view = await open(browser, `${site.url}chapters/adam.html`, { scheme: 'dark' });
  const seen = await view.page.evaluate(() => ['', 'beforeprint', 'afterprint'].map(event => {
    if (event) window.dispatchEvent(new Event(event));
    return document.documentElement.dataset.theme;
  }));
  assert.deepEqual(seen, ['dark', 'light', 'dark']);
  await view.close();
});
