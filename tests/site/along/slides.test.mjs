// The slides of every chapter: within their frame, typeset, without a network, moved by the arrow keys, with notes.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import test, { after, before } from 'node:test';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { ARGS, findChromium } from '../browser.mjs';

const SLIDES = path.resolve(import.meta.dirname, '../../../_build/slides');
const decks = fs.readdirSync(SLIDES).filter(name => name.endsWith('.html') && name !== 'index.html').sort();
let browser;

before(async () => { browser = await chromium.launch({ executablePath: findChromium(), args: ARGS }); });
after(async () => { await browser?.close(); });

async function show(name) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
  page.setDefaultTimeout(300_000);      // a machine may be busy
  const wrong = [];
  page.on('pageerror', error => wrong.push(String(error)));
  page.on('requestfailed', request => wrong.push(`not found: ${request.url()}`));
  page.on('request', request => { if (!/^(file|data|blob):/.test(request.url())) wrong.push(`from elsewhere: ${request.url()}`); });
  await page.goto(pathToFileURL(path.join(SLIDES, name)).href);
  await page.waitForFunction(() => window.Reveal?.isReady());
  return { page, wrong };
}

// What is wrong with the slides of a deck, each looked at as it is shown.
async function faults() {
  const wrong = [], frame = () => new Promise(done => requestAnimationFrame(done));
  for (let i = 0; i < Reveal.getTotalSlides(); i += 1) {
    Reveal.slide(i);
    await frame();
    const slide = Reveal.getCurrentSlide(), say = what => wrong.push(`slide ${i + 1}: ${what}`);
    if (!slide.querySelector(':scope > aside.notes')) say('it has no place for notes');
    for (const node of slide.querySelectorAll(':scope > h2, :scope > .key, :scope > .shown, .shown > figure > *')) {
      const box = node.getBoundingClientRect();
      if (box.bottom > 721 || box.right > 1281 || box.top < -1 || box.left < -1) say(`${node.className || node.tagName} stands out of the frame`);
    }
    for (const box of slide.querySelectorAll('.shown, .shown pre, .shown div.math')) {
      const scrolls = box.scrollHeight > box.clientHeight + 1 || box.scrollWidth > box.clientWidth + 1;
      if (scrolls && box.clientHeight && (box.tabIndex !== 0 || getComputedStyle(box).overflow === 'visible')) say('what is longer than the slide cannot be scrolled by keys');
    }
    for (const math of slide.querySelectorAll(':is(h2, .key, .shown) .math')) if (!math.querySelector('mjx-container')) say(`not typeset: ${math.textContent}`);
    for (const image of slide.querySelectorAll('.shown img')) {
      if (!image.complete || image.naturalWidth === 0 || image.clientHeight < 150) say(`a figure is missing, or too small to be seen: ${image.clientHeight} px`);
      if (!image.alt) say('a figure has no text');
    }
    if (/\\\(|\\\[/.test(slide.querySelector('aside.notes').textContent)) say('raw TeX in the notes');
  }
  return wrong;
}

test('there is a deck for each chapter, and the contents lead to it', () => {
  const contents = fs.readFileSync(path.join(SLIDES, 'index.html'), 'utf8');
  assert.ok(decks.length > 0);
  for (const name of decks) assert.ok(contents.includes(`href="${name}"`), name);
});

for (const name of decks) {
  test(`${name}: each slide is within its frame, typeset and seen, from this folder alone`, async () => {
    const { page, wrong } = await show(name);
    assert.deepEqual([...await page.evaluate(faults), ...wrong], []);
    const said = await page.evaluate(() => [...document.querySelectorAll('aside.notes')].filter(notes => notes.textContent.trim()).length);
    assert.ok(said >= 5, `${said} slides have notes`);
    await page.close();
  });
}

test('arrow keys move, up and down scroll, and the address names the slide', async () => {
  const { page } = await show(decks[0]);
  const at = () => page.evaluate(() => Reveal.getIndices().h);
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  assert.equal(await at(), 2);
  await page.keyboard.press('ArrowLeft');
  assert.equal(await at(), 1);
  await page.waitForURL(/#\/1$/);
  await page.keyboard.press('ArrowDown');
  assert.equal(await at(), 1);
  await page.close();
});

test('S opens the notes of the slide, with formulas, in a window of their own', async () => {
  const { page } = await show(decks[0]);
  await page.evaluate(() => {
    const slides = Reveal.getSlides();
    Reveal.slide(slides.findIndex(slide => slide.querySelector('aside.notes math')));
  });
  const [notes] = await Promise.all([page.waitForEvent('popup'), page.keyboard.press('s')]);
  await notes.waitForFunction(() => document.querySelector('.speaker-controls-notes .value math')?.getBoundingClientRect().width > 3);
  await page.close();
});
