// What makes a page easy to read: lines of bearable length, equations with their numbers in line, figures whose type can be read.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { launch, open, pages, serve } from '../browser.mjs';

const WIDTHS = [390, 1280, 1920], LONGEST = 75;
let browser, site;

before(async () => { browser = await launch(); site = await serve(); });
after(async () => { await browser?.close(); site?.close(); });

// The lines of all paragraphs without formulas, as they are broken; the longest of them.
function longestLine() {
  const paragraphs = [...document.querySelectorAll('.bd-article :is(p, li, dd, figcaption)')]
    .filter(text => text.checkVisibility() && !text.closest('table, pre') && !text.querySelector('mjx-container, p, ul, ol, pre, img'));
  let longest = '';
  for (const paragraph of paragraphs) {
    const walker = document.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT), range = document.createRange();
    let line = '', bottom = -Infinity;
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      for (const word of node.data.matchAll(/\S+\s*/g)) {
        range.setStart(node, word.index);
        range.setEnd(node, word.index + word[0].trimEnd().length);
        const boxes = [...range.getClientRects()], [first] = boxes, last = boxes.at(-1);
        if (!first || node.parentElement.closest('.visually-hidden') || word[0].startsWith('http')) continue;   // an address breaks anywhere
        if (first.top > bottom - 4 || last.top > first.bottom - 4) line = '';       // a new line begins with the word, or in it
        bottom = last.bottom;
        line += word[0];
        if (line.trimEnd().length > longest.length) longest = line.trimEnd();
      }
    }
  }
  return longest;
}

// Numbers of equations that are not beside their formula, or cover a part of it.
function lostNumbers() {
  const shown = [...document.querySelectorAll('.bd-article div.math > .eqno')].filter(number => !number.closest('.toggle-hidden'));
  return shown.filter(number => {
    const own = number.getBoundingClientRect(), formula = number.parentElement.querySelector('mjx-container').getBoundingClientRect();
    const right = document.querySelector('.bd-article').getBoundingClientRect().right;
    return own.left < formula.right - 1 || own.right > right + 1 || own.top > formula.bottom || own.bottom < formula.top
      || own.height > 40;
  }).map(number => number.textContent);
}

// The sizes of all type in the figures of a page, in pixels as they are shown, without exponents and indices.
async function sizes() {
  const drawings = [...document.querySelectorAll('.bd-article .drawing > img')].filter(image => image.checkVisibility());
  return Promise.all(drawings.map(async image => {
    const drawing = new DOMParser().parseFromString(await (await fetch(image.src)).text(), 'image/svg+xml').documentElement;
    const scale = image.getBoundingClientRect().width / drawing.viewBox.baseVal.width;
    const points = [...drawing.querySelectorAll('g[id^="text_"] > g')].map(text => /scale\(([\d.]+) -/.exec(text.getAttribute('transform')))
      .filter(Boolean).map(found => 100 * Number(found[1]));
    return { figure: image.alt.slice(0, 60), sizes: [...new Set(points)].map(size => size * scale).sort((a, b) => a - b) };
  }));
}

for (const name of pages()) {
  test(`${name} reads well`, async t => {
    const { page, close } = await open(browser, site.url + name);
    const folded = await page.locator('details.hide > summary').evaluateAll(lines => lines.map(line => line.innerText.trim()));
    assert.deepEqual(folded.filter(line => !/^How this (figure is drawn|is checked|is computed)$/.test(line)), []);
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 900 });
      const longest = await page.evaluate(longestLine);
      assert.ok(longest.length <= LONGEST, `at ${width} px, a line of ${longest.length} characters: ${longest}`);
      assert.deepEqual(await page.evaluate(lostNumbers), [], `numbers beside their equations at ${width} px`);
      const [least, most] = width < 600 ? [9, 17] : [11, 15.1];        // titles are larger than the rest
      for (const { figure, sizes: [smallest, ...more] } of (await page.evaluate(sizes)).filter(({ sizes }) => sizes.length)) {
        assert.ok(smallest >= least - 0.1, `type of ${smallest.toFixed(1)} px at ${width} px in the figure "${figure}"`);
        assert.ok((more.at(-1) ?? smallest) <= most, `type of ${more.at(-1) ?? smallest} px at ${width} px in "${figure}"`);
      }
      t.diagnostic(`${name}, ${width} px: lines of at most ${longest.length} characters`);
    }
    await close();
  });
}
