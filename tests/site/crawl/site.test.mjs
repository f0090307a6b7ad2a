// Every page of the built book in a real browser: nothing from outside, no errors, readable by everybody, links that lead.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import test, { after, before } from 'node:test';
import { BOOK, launch, open, pages, serve, violations } from '../browser.mjs';

const VIEWS = [[1280, 'light'], [1280, 'dark'], [360, 'light'], [360, 'dark']];
let browser, site;

before(async () => { browser = await launch(); site = await serve(); });
after(async () => { await browser?.close(); site?.close(); });

// Turn the page into another view, as a reader does who turns the phone or the lights.
async function turn(page, width, scheme) {
  await page.setViewportSize({ width, height: 900 });
  await page.emulateMedia({ colorScheme: scheme });
  await page.waitForFunction(wanted => document.documentElement.dataset.theme === wanted, scheme);
}

test('every page', { concurrency: 2 }, async every => {
  await Promise.all(pages().map(name => every.test(name, async t => {
    const view = await open(browser, site.url + name);
    await t.test('mathematics, pictures, headings and links', () => content(view.page, name));
    for (const [width, scheme] of VIEWS) {
      await t.test(`${width} px, ${scheme}: no overflow, no violation`, async () => {
        await turn(view.page, width, scheme);
        assert.ok(await view.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'the page scrolls sideways');
        assert.deepEqual(await violations(view.page), []);
      });
    }
    await t.test('320 px, the width of a page at 1280 px that is read at 400 %: no overflow', async () => {
      await turn(view.page, 320, 'light');
      assert.ok(await view.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'the page scrolls sideways');
    });
    await t.test('nothing from outside, no error', () => {
      assert.deepEqual(view.outside, []);
      assert.deepEqual(view.errors, []);
    });
    await view.close();
    await t.test('from the disk, too', async () => {
      const view = await open(browser, `file://${path.join(BOOK, name)}`);
      assert.deepEqual(view.outside.filter(url => !url.startsWith('file:')), []);
      assert.deepEqual(view.errors, []);
      assert.equal(await view.page.locator('mjx-merror').count(), 0);
      await view.close();
    });
  })));
});

test('on a phone, what goes on beyond its box fades until its end is there; nothing else does', async () => {
  const view = await open(browser, `${site.url}chapters/gd.html`, { width: 390 });
  const formula = view.page.locator('mjx-container[display].more').first();
  const handle = await formula.elementHandle();
  assert.deepEqual(await view.page.evaluate(() => [...document.querySelectorAll('.more')]
    .filter((box) => box.scrollWidth <= box.clientWidth + 2).map((box) => box.textContent)), []);
  await handle.evaluate((box) => { box.scrollLeft = box.scrollWidth; });
  await view.page.waitForFunction((box) => !box.classList.contains('more'), handle);
  await handle.evaluate((box) => { box.scrollLeft = 0; });
  await view.page.waitForFunction((box) => box.classList.contains('more'), handle);
  await view.close();
});

async function content(page, name) {
  const found = await page.evaluate(() => {
    const article = document.querySelector('article.bd-article');
    const prose = article.cloneNode(true);
    prose.querySelectorAll('pre, code, mjx-container, script, style').forEach(node => node.remove());
    return {
      rawTex: prose.textContent.match(/\\[()[\]]|\$\$|\\(mathbf|frac|boldsymbol|begin)\b/g) ?? [],
      mathErrors: article.querySelectorAll('mjx-merror').length,
      formulas: article.querySelectorAll('.math').length,
      typeset: article.querySelectorAll('.math mjx-container').length,
      noAlt: [...article.querySelectorAll('img')].filter(img => !img.alt || /_build|\.(svg|png)/.test(img.alt)).map(img => img.src),
      shared: [...document.querySelectorAll('[id]')].map(node => node.id).filter((id, i, all) => all.indexOf(id) < i),
      levels: [...article.querySelectorAll('h1, h2, h3, h4, h5')].map(h => Number(h.tagName[1])),
      links: [...document.querySelectorAll('a[href]')].map(a => new URL(a.getAttribute('href'), document.baseURI).href),
    };
  });
  assert.deepEqual(found.rawTex, [], 'raw TeX shows');
  assert.equal(found.mathErrors, 0);
  assert.ok(found.typeset >= found.formulas, `${found.formulas} formulas, ${found.typeset} typeset`);
  assert.deepEqual(found.noAlt, [], 'pictures without alternative text');
  assert.deepEqual(found.shared, [], 'ids that stand more than once');
  assert.equal(found.levels.filter(level => level === 1).length, 1, 'one title');
  found.levels.forEach((level, i) => assert.ok(i === 0 || level <= found.levels[i - 1] + 1, `heading ${i} skips a level`));
  const broken = found.links.filter(link => link.startsWith(site.url)).filter(link => !leads(new URL(link)));
  assert.deepEqual([...new Set(broken)], [], `broken links on ${name}`);
}

const anchors = new Map();

function leads(url) {
  let file = path.join(BOOK, decodeURIComponent(url.pathname));
  if (file.endsWith(path.sep)) file += 'index.html';
  if (!fs.existsSync(file)) return false;
  if (!url.hash || !file.endsWith('.html')) return true;
  if (!anchors.has(file)) anchors.set(file, new Set([...fs.readFileSync(file, 'utf8').matchAll(/\sid="([^"]+)"/g)].map(m => m[1])));
  return url.hash === '#' || anchors.get(file).has(decodeURIComponent(url.hash.slice(1)));
}

test('search finds "bias correction" on the Adam page, without a network', async () => {
  const view = await open(browser, `${site.url}search.html?q=bias+correction`);
  await view.page.waitForSelector('#search-results li a');
  const first = await view.page.locator('#search-results li a').evaluateAll(links => links.map(a => a.getAttribute('href')));
  assert.ok(first.some(href => href.includes('chapters/adam.html')), first.join(' '));
  assert.deepEqual(view.outside, []);
  await view.close();
});

test('the theme switch turns the page dark and back', async () => {
  const view = await open(browser, `${site.url}chapters/adam.html`);
  const theme = () => view.page.evaluate(() => document.documentElement.dataset.theme);
  const seen = [await theme()];
  for (let i = 0; i < 3; i++) {
    await view.page.locator('.theme-switch-button:visible').first().click();
    seen.push(await theme());
  }
  assert.ok(seen.includes('dark') && seen.includes('light'), seen.join(' '));
  await view.close();
});

test('a solution opens by mouse and by keyboard, and code can be copied', async () => {
  const view = await open(browser, `${site.url}chapters/adam.html`);
  const solution = view.page.locator('.solution.dropdown, .admonition.solution').first();
  const inside = solution.locator('p').nth(1);
  assert.equal(await inside.isVisible(), false, 'solutions are folded at first');
  await solution.locator('.toggle-button').first().focus();
  await view.page.keyboard.press('Enter');
  await inside.waitFor({ state: 'visible' });
  assert.ok(await view.page.locator('button.copybtn').count() > 10);
  await view.close();
});
