// Formulas as they are drawn, on every page, at three widths: what fades is what goes on beyond its box, and all of that.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { launch, open, pages, serve, settled } from '../browser.mjs';

const WIDTHS = [390, 1280, 1920], BESIDE = 150;          // wider than any blank between two parts of a formula
let browser, site;

before(async () => { browser = await launch(); site = await serve(); });
after(async () => { await browser?.close(); site?.close(); });

// The formulas of which anything could be faded or cut: in all others, there is no mask, and nothing to scroll.
function candidates() {
  const boxes = [...document.querySelectorAll('.bd-article :is(.math, mjx-container)')].filter(box => box.checkVisibility());
  const cut = box => box.scrollWidth > box.clientWidth && getComputedStyle(box).overflowX !== 'visible';
  window.candidates = boxes.filter(box => cut(box) || getComputedStyle(box).maskImage !== 'none');
  return window.candidates.map(box => ({ name: `${box.localName}: ${(box.closest('.math') ?? box).querySelector('math')?.textContent.slice(0, 40)}`,
    size: [box.scrollWidth, box.clientWidth, box.classList.contains('more')].join() }));
}

// A formula in one state: where it is, and what is beside it. A last stroke may reach two pixels beyond its box.
const put = (page, i, style) => page.evaluate(([i, { maskImage = '', overflow = '' }, beside]) => {
  const box = window.candidates[i], own = box.closest('.math') ?? box;
  for (const part of [box, ...box.querySelectorAll('mjx-container'), own]) part.style.maskImage = maskImage;
  // A displayed formula scrolls in its own box, beside its number; what holds both would cut it, too, as would a solution.
  for (let part = box; !part.matches('.bd-article, table'); part = part.parentElement) part.style.overflow = overflow;
  for (const part of box.querySelectorAll('mjx-container')) part.style.overflow = overflow;
  box.scrollIntoView({ block: 'center' });
  // On a phone, what is beside a formula is brought onto the screen.
  const { style: all } = box.closest('.bd-article');
  all.transform = '';
  all.transform = `translateX(${Math.min(0, innerWidth - box.getBoundingClientRect().right - beside - 2)}px)`;
  const { left, top: y, right, height } = box.getBoundingClientRect(), x = Math.max(0, left);
  return { own: { x, y, width: right - x, height }, beside: { x: right + 2, y, width: beside, height } };
}, [i, style, BESIDE]);

async function look(page, width, before) {
  await page.setViewportSize({ width, height: 900 });
  await page.evaluate(() => { document.querySelector('.bd-article').style.transform = ''; });
  await settled(page);
  const found = await page.evaluate(candidates), faded = [], goOn = [];
  if (before && isDeepStrictEqual(found, before.found)) return { ...before, as: true };       // a column as wide as that one
  for (const [i, { name }] of found.entries()) {
    const own = [], beside = [], picture = async clip => (await page.screenshot({ clip })).toString('base64');
    for (const style of [{}, { maskImage: 'none' }, { maskImage: 'none', overflow: 'visible' }]) {
      const at = await put(page, i, style);
      if (!style.overflow) own.push(await picture(at.own));
      if (style.maskImage) beside.push(await picture(at.beside));
    }
    if (own[0] !== own[1]) faded.push(name);
    if (beside[0] !== beside[1]) goOn.push(name);
  }
  return { found, faded, goOn };
}

let looked = 0;

for (const name of pages()) {
  test(`formulas of ${name}`, async t => {
    const view = await open(browser, site.url + name);
    await view.page.evaluate(() => document.querySelectorAll('.toggle-hidden .toggle-button').forEach(button => button.click()));
    // Figures that come late would move the formulas between two pictures.
    await view.page.evaluate(() => Promise.all([...document.images].map(image => { image.loading = 'eager'; return image.decode(); })));
    let seen;
    for (const width of WIDTHS) {
      seen = await look(view.page, width, seen);
      const { found, faded, goOn, as } = seen;
      looked += found.length;
      t.diagnostic(`${name}, ${width} px: ${as ? 'as before' : `${found.length} could fade, ${faded.length} do`}`);
      assert.deepEqual(faded, goOn, `what fades is what goes on, at ${width} px`);
    }
    await view.close();
  });
}

test('some formulas were looked at', () => assert.ok(looked > 20, `${looked}`));
