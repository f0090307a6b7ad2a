// Formulas as they are drawn, on every page, at three widths: what fades is what goes on beyond its box, and all of that.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { launch, open, pages, serve } from '../browser.mjs';

const WIDTHS = [390, 1280, 1920], BESIDE = 30;
const STATES = { shown: {}, unfaded: { maskImage: 'none' }, uncut: { maskImage: 'none', overflow: 'visible' } };
let browser, site;

before(async () => { browser = await launch(); site = await serve(); });
after(async () => { await browser?.close(); site?.close(); });

// The formulas of which anything could be faded or cut: in all others, there is no mask, and nothing to scroll.
function candidates() {
  const boxes = [...document.querySelectorAll('.bd-article :is(.math, mjx-container)')].filter(box => box.checkVisibility());
  window.candidates = boxes.filter(box => box.scrollWidth > box.clientWidth || getComputedStyle(box).maskImage !== 'none');
  return window.candidates.map(box => `${box.localName}: ${(box.closest('.math') ?? box).querySelector('math')?.textContent.slice(0, 40)}`);
}

// A formula in one state: small pictures of itself, and of what is to the right of it.
async function pictures(page, i, style) {
  const [own, beside] = await page.evaluate(([i, style, width]) => {
    const box = window.candidates[i];
    // A displayed formula scrolls in its own box, beside its number; what holds both would cut it, too.
    for (const part of [box, ...box.querySelectorAll('mjx-container'), box.closest('.math') ?? box]) Object.assign(part.style, { maskImage: '', overflow: '' }, style);
    box.scrollIntoView({ block: 'center' });
    const { left: x, top: y, right, width: own, height } = box.getBoundingClientRect();
    return [{ x, y, width: own, height }, { x: right + 2, y, width, height }];
  }, [i, style, BESIDE]);
  const picture = async clip => (await page.screenshot({ clip })).toString('base64');
  return { own: await picture(own), beside: await picture(beside) };
}

async function look(page, width) {
  await page.setViewportSize({ width, height: 900 });
  await page.evaluate(async () => { for (let i = 0; i < 3; i++) await new Promise(done => requestAnimationFrame(done)); });
  const names = await page.evaluate(candidates), faded = [], goOn = [];
  for (const [i, name] of names.entries()) {
    const seen = {};
    for (const [state, style] of Object.entries(STATES)) seen[state] = await pictures(page, i, style);
    if (seen.shown.own !== seen.unfaded.own) faded.push(name);
    if (seen.unfaded.beside !== seen.uncut.beside) goOn.push(name);
  }
  return { looked: names.length, faded, goOn };
}

let looked = 0;

for (const name of pages()) {
  test(`formulas of ${name}`, async t => {
    const view = await open(browser, site.url + name);
    await view.page.evaluate(() => document.querySelectorAll('.toggle-hidden .toggle-button').forEach(button => button.click()));
    // Figures that come late would move the formulas between two pictures.
    await view.page.evaluate(() => Promise.all([...document.images].map(image => { image.loading = 'eager'; return image.decode(); })));
    for (const width of WIDTHS) {
      const { faded, goOn, looked: n } = await look(view.page, width);
      looked += n;
      t.diagnostic(`${name}, ${width} px: ${n} could fade, ${faded.length} do`);
      assert.deepEqual(faded, goOn, `what fades is what goes on, at ${width} px`);
    }
    await view.close();
  });
}

test('some formulas were looked at', () => assert.ok(looked > 20, `${looked}`));
