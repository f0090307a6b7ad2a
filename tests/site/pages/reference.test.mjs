// The pages of reference in a real browser: entries, terms, and the way from a name in a code cell to its entry.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { launch, open, serve } from '../browser.mjs';

const API = 'chapters/api.html', GLOSSARY = 'chapters/glossary.html', ADAM = 'chapters/adam.html';
const LINK = 'a.code-link';
let browser, site;

before(async () => { browser = await launch(); site = await serve(); });
after(async () => { await browser?.close(); site?.close(); });

const ids = page => page.locator('article.bd-article [id]').evaluateAll(nodes => nodes.map(node => node.id));

test('every entry of the API page has an anchor, and links within the page lead to one', async () => {
  const view = await open(browser, site.url + API);
  const found = await ids(view.page);
  for (const name of ['adam', 'train_ch10', 'Minibatches', 'Minibatches.restart', 'schedules.cosine', 'plot', 'np',
    'train_ch11', 'load_array']) assert.ok(found.includes(`d2lmini.${name}`), name);
  const within = await view.page.locator('article.bd-article a[href^="#"]').evaluateAll(links =>
    links.map(a => a.hash.slice(1)).filter(hash => hash && !document.getElementById(hash)));
  assert.deepEqual(within, []);
  await view.close();
});

test('the entry of adam shows its formulas line by line, and the numbers of its equations as links', async () => {
  const view = await open(browser, site.url + API);
  const entry = view.page.locator('dl.py:has(> dt[id="d2lmini.adam"])');
  assert.match(await entry.locator('pre').first().innerText(), /^v ← .*\ns ← .*\nv̂ = .*\nŝ = .*\np ← /);
  const numbers = entry.locator('a[href*="adam.html#equation-"]');
  assert.equal(await numbers.count(), 5);
  await numbers.first().click();
  await view.page.waitForURL(/adam\.html#equation-/);
  await view.close();
});

test('glossary: 40 to 100 terms, each with an anchor and a link to its section', async () => {
  const view = await open(browser, site.url + GLOSSARY);
  const terms = await view.page.locator('dl.glossary > dt').evaluateAll(nodes => nodes.map(dt => ({
    term: dt.firstChild.textContent.trim(), id: dt.id, links: dt.nextElementSibling.querySelectorAll('a.reference').length })));
  assert.ok(terms.length >= 40 && terms.length <= 100, `${terms.length} terms`);
  assert.deepEqual(terms.filter(({ id, links }) => !id.startsWith('term-') || links === 0), []);
  await view.close();
});

test('a code cell on the Adam page leads to the entry of d2l.train_ch10, by mouse and by keyboard', async () => {
  const view = await open(browser, site.url + ADAM);
  const link = view.page.locator(LINK, { hasText: /^d2l\.train_ch10$/ }).first();
  assert.match(await link.getAttribute('href'), /api\.html#d2lmini\.train_ch10$/);
  await link.focus();
  assert.match(await link.evaluate(a => getComputedStyle(a).textDecorationLine), /underline/, 'a focused link shows');
  await view.page.keyboard.press('Enter');
  await view.page.waitForURL(/api\.html#d2lmini\.train_ch10$/);
  assert.ok(await view.page.locator('dt[id="d2lmini.train_ch10"]').isVisible());
  await view.close();
});

test('functions that a cell defines are not taken for those of the package, and every link leads to an entry', async () => {
  const view = await open(browser, site.url + API);
  const known = new Set(await ids(view.page));
  await view.page.goto(site.url + ADAM);
  const links = await view.page.locator(LINK).evaluateAll(all => all.map(a => [a.textContent, a.getAttribute('href')]));
  assert.ok(links.length > 20, `${links.length} links`);
  assert.deepEqual(links.filter(([, href]) => !known.has(href.split('#')[1])), []);
  assert.deepEqual(links.filter(([text]) => !/^(d2l\.|d2lmini$|d2l$|np$|npx$)/.test(text)), []);
  await view.close();
});

test('the copy button copies plain code, and links look like the code around them', async () => {
  const view = await open(browser, site.url + ADAM);
  await view.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  const cell = view.page.locator('div.cell_input', { has: view.page.locator(LINK, { hasText: 'd2l.train_ch10' }) }).first();
  const code = (await cell.locator('pre').innerText()).trimEnd();
  await cell.hover();
  await cell.locator('button.copybtn').click();
  await view.page.waitForFunction(() => document.querySelector('button.copybtn.success'));
  assert.equal((await view.page.evaluate(() => navigator.clipboard.readText())).trimEnd(), code);
  const colors = await cell.locator(`${LINK} span.n`).first().evaluate(span => {
    const plain = [...span.closest('pre').querySelectorAll('span.n')].find(other => !other.closest('a'));
    return [span, plain].map(it => getComputedStyle(it).color);
  });
  assert.equal(colors[0], colors[1]);
  await view.close();
});

test('the first use of a term leads to its entry, in running text alone, and reads as text', async () => {
  const view = await open(browser, site.url + GLOSSARY);
  const known = await ids(view.page);
  assert.equal(await view.page.locator('a.term').count(), 0);
  await view.page.goto(site.url + ADAM);
  const terms = view.page.locator('article.bd-article a.term');
  const hrefs = await terms.evaluateAll(all => all.map(a => a.getAttribute('href')));
  assert.ok(hrefs.length > 15, `${hrefs.length} terms`);
  assert.equal(new Set(hrefs).size, hrefs.length, 'a term is linked twice');
  assert.deepEqual(hrefs.filter(href => !known.includes(decodeURIComponent(href.split('#')[1]))), []);
  assert.equal(await view.page.locator(':is(h1, h2, h3, h4, pre, .math, figcaption, .admonition-title, .question, a) a.term').count(), 0);
  const [link, around] = await terms.first().evaluate(a => [a, a.parentElement].map(it => getComputedStyle(it).color));
  assert.equal(link, around);
  await view.page.goto(`${site.url}chapters/lr-scheduler.html`);
  await view.page.getByRole('link', { name: 'Gluon', exact: true }).click();
  await view.page.waitForURL(/glossary\.html#term-Gluon$/);
  await view.close();
});
