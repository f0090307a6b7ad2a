// The search: results lead to sections, excerpts read as text, and what a teacher looks for is found; from the disk, too.
import assert from 'node:assert/strict';
import path from 'node:path';
import test, { after, before } from 'node:test';
import { BOOK, launch, open, serve, violations } from '../browser.mjs';

let browser, site;

before(async () => { browser = await launch(); site = await serve(); });
after(async () => { await browser?.close(); site?.close(); });

// Search as a reader does who pressed Enter in the field; return [address, title, excerpt] of each result.
async function search(query, root = site.url) {
  const view = await open(browser, `${root}search.html?q=${encodeURIComponent(query)}`);
  await view.page.locator('.search-summary', { hasText: /Places found|did not match/ }).waitFor();
  if (root === site.url) await view.page.waitForFunction(() => [...document.querySelectorAll('ul.search > li')].every(li => li.children.length > 1));
  const results = await view.page.locator('ul.search > li').evaluateAll(items => items.map(li =>
    [li.querySelector('a').getAttribute('href'), li.querySelector('a').textContent, li.querySelector('.context')?.textContent ?? '']));
  return { ...view, results };
}

for (const [query, wanted] of [['licence', /teach\.html#license/], ['license', /teach\.html#license/], ['cite', /teach\.html#how-to-cite/],
  ['bias correction', /adam\.html#/], ['half-life', /momentum\.html#/], ['Adam', /adam\.html$/], ['train_ch10', /api\.html#d2lmini\.train_ch10/]]) {
  test(`“${query}” is found among the first three`, async () => {
    const view = await search(query);
    const first = view.results.slice(0, 3).map(([href]) => href);
    assert.ok(first.some(href => wanted.test(href)), first.join());
    await view.close();
  });
}

test('results lead to sections that are there, each once, and excerpts show no TeX', async () => {
  const pages = {};
  let read = 0;
  for (const query of ['momentum', 'learning rate', 'condition number', 'variance', 'gradient clipping']) {
    const view = await search(query);
    const hrefs = view.results.map(([href]) => href.split('?')[0] + (href.split('#')[1] ?? ''));
    assert.equal(new Set(hrefs).size, hrefs.length, 'a place is listed twice');
    assert.ok(view.results.filter(([href]) => href.includes('#')).length >= view.results.length / 2, query);
    assert.deepEqual(view.results.filter(([, , text]) => /\\[A-Za-z([]|\$/.test(text)), []);
    read += view.results.filter(([, , text]) => text.length > 40).length;
    const missing = await view.page.evaluate(async () => {
      const lost = [];
      for (const { href } of document.querySelectorAll('ul.search > li > a')) {
        const url = new URL(href), name = decodeURIComponent(url.hash.slice(1));
        window[url.pathname] ??= new DOMParser().parseFromString(await (await fetch(url.pathname)).text(), 'text/html');
        if (name && !window[url.pathname].getElementById(name)) lost.push(href);
      }
      return lost;
    });
    assert.deepEqual(missing, []);
    assert.deepEqual([...view.errors, ...view.outside], []);
    await view.close();
  }
  assert.ok(read > 30, `${read} excerpts`);
});

test('words that no section has together are found on a page; what is nowhere is said to be nowhere', async () => {
  const nowhere = await search('xylophone');
  assert.match(await nowhere.page.locator('.search-summary').textContent(), /did not match/);
  assert.deepEqual(await violations(nowhere.page), []);
  await nowhere.close();
  const apart = await search('licence syllabus moodle');
  assert.match(apart.results[0]?.[0] ?? '', /teach\.html/);
  await apart.close();
});

test('from the disk, results lead to sections, too', async () => {
  const view = await search('cite', `file://${BOOK}${path.sep}`);
  assert.match(view.results[0][0], /teach\.html.*#how-to-cite/);
  assert.deepEqual(view.outside.filter(url => !url.startsWith('file:')), []);
  await view.close();
});
