// What a reader takes along, in a real browser: the menu by keyboard, the files, the numbers behind figures, the 404 page.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import test, { after, before } from 'node:test';
import { BOOK, launch, open, pages, PYTHON, serve, violations } from '../browser.mjs';

const CHAPTER = 'chapters/adam.html';
const MENU = '.dropdown-download-buttons';
let browser, site;

before(async () => { browser = await launch(); site = await serve(); });
after(async () => { await browser?.close(); site?.close(); });

const read = async download => fs.readFileSync(await download.path(), 'utf8');
// Figures as pages show them: without what no browser draws.
const LIGHT = 'import json, sys; from book.pages.light_figures import light; print(json.dumps([*map(light, json.load(sys.stdin))]))';
const light = figures => JSON.parse(execFileSync(PYTHON, ['-c', LIGHT], { cwd: path.join(BOOK, '../..'), input: JSON.stringify(figures), maxBuffer: 1e8 }));
const outputs = notebook => notebook.cells.filter(cell => cell.cell_type === 'code').flatMap(cell => cell.outputs);

async function click(page, link) {
  const [download] = await Promise.all([page.waitForEvent('download'), link.click()]);
  return download;
}

test('the menu opens, is walked and closes by keyboard', async () => {
  const view = await open(browser, site.url + CHAPTER);
  const button = view.page.getByRole('button', { name: 'Download or print this page' });
  await button.focus();
  await view.page.keyboard.press('Enter');
  assert.equal(await button.getAttribute('aria-expanded'), 'true');
  const seen = [];
  for (let i = 0; i < 7; i++) {
    await view.page.keyboard.press('ArrowDown');
    seen.push(await view.page.evaluate(() => document.activeElement.textContent.trim()));
  }
  assert.deepEqual(seen, ['Notebook with outputs (.ipynb)', 'Notebook without outputs (.ipynb)', 'Python script (.py)',
    'Programs in PyTorch, JAX, Keras (.zip)', 'Package for the notebooks (.whl)', 'Source text (.md)', 'Print, or save as PDF']);
  await view.page.keyboard.press('Escape');
  assert.equal(await button.getAttribute('aria-expanded'), 'false');
  await view.close();
});

for (const [width, scheme] of [[1280, 'light'], [1280, 'dark'], [390, 'light'], [390, 'dark']]) {
  test(`the open menu is on the screen and accessible: ${width} px, ${scheme}`, async () => {
    const view = await open(browser, site.url + CHAPTER, { width, scheme });
    await view.page.locator(`${MENU} > button`).click();
    const box = await view.page.locator(`${MENU} .dropdown-menu`).boundingBox();
    assert.ok(box.x >= 0 && box.x + box.width <= width + 0.5, `the menu goes from ${box.x} to ${box.x + box.width}`);
    assert.deepEqual(await violations(view.page), []);
    assert.ok(await view.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
    await view.close();
  });
}

test('the files come down under their names, and the notebook holds the pictures of the page', async () => {
  const view = await open(browser, site.url + CHAPTER);
  const files = {};
  for (const label of ['with outputs', 'without outputs', 'Python script', 'Source text']) {
    await view.page.locator(`${MENU} > button`).click();
    const download = await click(view.page, view.page.locator(`${MENU} a`, { hasText: label }));
    files[download.suggestedFilename()] = await read(download);
    await view.page.keyboard.press('Escape');
  }
  assert.deepEqual(Object.keys(files), ['adam-executed.ipynb', 'adam.ipynb', 'adam.py', 'adam.md']);
  const executed = JSON.parse(files['adam-executed.ipynb']), plain = JSON.parse(files['adam.ipynb']);
  assert.deepEqual(outputs(plain), []);
  assert.deepEqual(plain.cells.map(cell => cell.source), executed.cells.map(cell => cell.source));
  assert.match(files['adam.py'], /^import d2lmini as d2l$/m);
  const drawn = outputs(executed).map(output => output.data?.['image/svg+xml']).filter(Boolean).map(svg => [svg].flat().join(''));
  const pictures = light(drawn).map(svg => svg.trim());
  // The still of an explorer is no output of a cell.
  const shown = await view.page.locator('.cell_output:not(.explorer-still) img').evaluateAll(images => images.map(image => image.src));
  assert.ok(shown.length > 0);
  for (const url of new Set(shown)) {
    const svg = fs.readFileSync(path.join(BOOK, decodeURIComponent(new URL(url).pathname)), 'utf8').trim();
    assert.ok(pictures.includes(svg), `${url} is not in the notebook`);
  }
  assert.deepEqual(view.errors, []);
  await view.close();
});

test('every chapter with code has its three files, every loss curve its numbers', async () => {
  for (const name of pages()) {
    const html = fs.readFileSync(path.join(BOOK, name), 'utf8'), stem = path.basename(name, '.html');
    const code = html.includes('class="cell docutils container"');
    for (const file of [`${stem}-executed.ipynb`, `${stem}.ipynb`, `${stem}.py`]) {
      assert.equal(fs.existsSync(path.join(BOOK, 'downloads', file)), code, `${file}: ${code}`);
      const links = [...html.matchAll(/<a [^>]*href="\.\.\/downloads\/([^"]+)"[^>]*>/g)].filter(([link]) => link.includes(' download'));
      assert.equal(links.some(([, to]) => to === file), code, `${file} in the menu of ${name}`);
    }
    const folder = path.join(BOOK, 'downloads', stem);
    const linked = [...html.matchAll(/class="figure-data[^"]*"[^>]* href="([^"]+)"/g)].map(match => path.basename(match[1]));
    assert.deepEqual(linked.sort(), fs.existsSync(folder) ? fs.readdirSync(folder).sort() : [], `numbers without a figure on ${name}`);
    for (const [, href] of html.matchAll(/class="figure-data[^"]*"[^>]* href="([^"]+)"/g)) {
      const [head, ...rows] = fs.readFileSync(path.join(BOOK, 'chapters', href), 'utf8').trimEnd().split('\n');
      assert.equal(head, 'curve,x,y');
      assert.ok(rows.length > 0 && rows.every(row => /,(-?[\d.]+(e[-+]\d+)?|nan|-?inf),(-?[\d.]+(e[-+]\d+)?|nan|-?inf)$/.test(row)), href);
    }
    for (const [figure] of html.matchAll(/<figure[^>]*id="fig-[\w-]+-(scratch|gluon)".*?<\/figure>/gs)) {
      assert.match(figure, /class="figure-data/, `a loss curve without numbers on ${name}`);
    }
  }
});

test('a link to numbers says whose they are, and brings the curve', async () => {
  const view = await open(browser, site.url + CHAPTER);
  const link = view.page.locator('#fig-adam-scratch a.figure-data');
  assert.match(await link.textContent(), /^Data \(CSV\) of Fig\. \d+\.\d+$/);
  const download = await click(view.page, link);
  const rows = (await read(download)).trim().split('\n');
  assert.match(download.suggestedFilename(), /^figure-\d+-1\.csv$/);
  assert.ok(rows.length > 10 && rows[1].startsWith('loss,'));
  await view.close();
});

test('the page for lost readers works at any depth, and nothing comes from outside', async () => {
  const view = await open(browser, site.url + CHAPTER);
  const missing = `${site.url}no/such/deep/page.html`, body = fs.readFileSync(path.join(BOOK, '404.html'), 'utf8');
  await view.page.route(missing, route => route.fulfill({ contentType: 'text/html', body }));
  await view.page.goto(missing);
  assert.equal(await view.page.locator('article h1').textContent(), 'This page does not exist');
  assert.notEqual(await view.page.evaluate(() => getComputedStyle(document.querySelector('.bd-main')).display), 'block', 'no style');
  assert.deepEqual(await violations(view.page), []);
  await view.page.locator('article a', { hasText: 'The first page' }).click();
  assert.match(view.page.url(), /chapters\/index\.html$/);
  assert.deepEqual(view.outside, []);
  assert.deepEqual(view.errors, []);
  await view.close();
});
