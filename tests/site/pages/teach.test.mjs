// What is linked to, and how a reader gets the link: by pointer, by keyboard, and into what is folded.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { launch, open, serve } from '../browser.mjs';

const ADAM = 'chapters/adam.html';
let browser, site;

before(async () => { browser = await launch(); site = await serve(); });
after(async () => { await browser?.close(); site?.close(); });

test('titles, formulas, figures, exercises and cells link to themselves', async () => {
  const view = await open(browser, site.url + ADAM);
  const without = await view.page.evaluate(() => [...document.querySelectorAll('.bd-article :is(h1, h2, h3, .cell, .exercise, figure, .eqno)')]
    .filter(node => !node.querySelector('a.headerlink[href^="#"]')).map(node => node.outerHTML.slice(0, 80)));
  assert.deepEqual(without, []);
  await view.close();
});

for (const [kind, place] of [['title', 'h2'], ['formula', 'div.math'], ['figure', 'figure'], ['exercise', '.exercise'], ['cell', '.cell']]) {
  test(`${kind}: its link shows under the pointer and by the Tab key, and nothing moves`, async () => {
    const view = await open(browser, site.url + ADAM);
    const at = view.page.locator(`.bd-article ${place}:has(a.headerlink)`).first(), link = at.locator('a.headerlink').first();
    const shown = () => link.evaluate(a => Number(getComputedStyle(a).opacity));
    assert.equal(await shown(), 0);
    await at.hover();
    assert.equal(await shown(), 1);
    const { height } = await at.boundingBox();
    await view.page.mouse.move(0, 0);
    assert.equal(await shown(), 0);
    assert.equal((await at.boundingBox()).height, height);
    await link.focus();
    await view.page.keyboard.press('Shift+Tab');
    await view.page.keyboard.press('Tab');
    assert.equal(await shown(), 1);
    await view.close();
  });
}

test('a link into a folded solution opens it, when the page comes and later', async () => {
  const view = await open(browser, `${site.url}${ADAM}#sol-adam-fails`);
  await view.page.locator('#sol-adam-fails .cell').first().waitFor({ state: 'visible' });
  const other = view.page.locator('#sol-adam-eps .cell').first();
  assert.equal(await other.isVisible(), false);
  await other.evaluate(cell => { location.hash = cell.id; });
  await other.waitFor({ state: 'visible' });
  await view.close();
});

test('every exercise of the index leads to its own, and checks itself where the index says so', async () => {
  const view = await open(browser, `${site.url}chapters/teach.html`);
  const { count, wrong } = await view.page.evaluate(async () => {
    const rows = [...document.querySelectorAll('tr:has(td:first-child a[href*="#ex-"])')], pages = {}, wrong = [];
    for (const row of rows) {
      const link = row.querySelector('a'), [page, label] = link.getAttribute('href').split('#');
      pages[page] ??= new DOMParser().parseFromString(await (await fetch(page)).text(), 'text/html');
      const box = pages[page].getElementById(label), number = box?.querySelector('.caption-number').textContent.trim();
      const checks = box?.nextElementSibling.matches('.check') ? 'yes' : 'no';
      if (link.textContent !== number || row.cells[4].textContent !== checks) wrong.push([label, number, checks]);
    }
    return { count: rows.length, wrong };
  });
  assert.ok(count > 100, `${count} exercises`);
  assert.deepEqual(wrong, []);
  await view.close();
});
