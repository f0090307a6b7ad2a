// Live cells in a real browser: run, edit, stop, reset, reload; what goes wrong is told, and the page goes on.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import test, { after, before } from 'node:test';
import { BOOK, findPython, launch, open, serve, violations } from '../browser.mjs';

const PAGE = 'chapters/momentum.html';
const LONG = { timeout: 120_000 };
let browser;

before(async () => {
  findPython('Live cells were NOT tested');
  browser = await launch();
});
after(() => browser?.close());

// A page with the gestures of a reader; cells are counted from 1.
async function visit(site, { chapter = PAGE, ...options } = {}) {
  const view = await open(browser, site.url + chapter, options);
  const { page } = view;
  const cell = n => page.locator('div.cell').nth(n - 1);
  const press = (name, n) => cell(n).getByRole('button', { name: `${name} cell ${n}`, exact: true }).click();
  const settled = () => page.waitForFunction(() => !document.querySelector('div.cell[data-live=running]'), null, LONG);
  const code = n => cell(n).locator('.cell_input pre').evaluate(pre => pre.textContent.replace(/\n$/, ''));
  const type = async (n, text) => {
    await press('Edit', n);
    await cell(n).locator('textarea').fill(text);
  };
  const run = async n => {
    await press('Run', n);
    await settled();
  };
  return { ...view, cell, press, settled, code, type, run,
    state: n => cell(n).getAttribute('data-live'),
    says: n => cell(n).locator('.live-status').textContent(),
    live: async n => (await cell(n).locator('.live-text pre').allTextContents()).join(''),
    recorded: async n => (await cell(n).locator('.cell_output:not(.live-output) .output.stream pre').allTextContents()).join(''),
    stale: () => page.locator('div.cell').evaluateAll(cells => cells.flatMap((c, i) => c.hasAttribute('data-stale') ? [i + 1] : [])) };
}

test('a reader runs, edits, breaks and restores a page', async t => {
  const site = await serve();
  const reader = await visit(site);
  const { page } = reader;

  await t.test('reading fetches nothing of Python', () => {
    assert.deepEqual(site.asked.filter(name => /^\/pyodide|worker|live_shell|live_magics|prism/.test(name)), []);
    assert.deepEqual(reader.outside, []);
  });

  await t.test('the first Run runs the cell above as well, prints the recorded text and draws', async part => {
    const started = performance.now();
    await reader.run(2);
    part.diagnostic(`first Run to plot: ${((performance.now() - started) / 1000).toFixed(1)} s`);
    assert.deepEqual([await reader.state(1), await reader.state(2), await reader.state(3)], ['ok', 'ok', null]);
    assert.equal(await reader.live(2), await reader.recorded(2));
    assert.ok((await reader.live(2)).length > 100);
    const figure = reader.cell(2).locator('figure');
    assert.equal(await figure.locator('img.live-image').evaluate(img => img.decode().then(() => img.naturalWidth > 100)), true);
    assert.equal(await figure.locator('figcaption').isVisible(), true);
    assert.equal(await figure.locator('img:not(.live-image)').isVisible(), false);
    assert.deepEqual(await reader.stale(), []);
    assert.deepEqual(site.asked.filter(name => name.includes('numpy-')).length, 1);
  });

  await t.test('what follows a plot is drawn on it, until the cell ends; so it is where the cell fails', async () => {
    await reader.type(2, 'd2l.plot([1, 2], [3, 4])\nd2l.annotate("here", (1, 3), (1.5, 3.5))\n1 / 0');
    await reader.run(2);
    assert.match(await reader.says(2), /^Line 3: ZeroDivisionError/);
    const images = reader.cell(2).locator('img.live-image');
    assert.equal(await images.count(), 1);
    assert.match(decodeURIComponent(await images.getAttribute('src')), /<!-- here -->/);
  });

  await t.test('a change marks the cells below, and the cells above run again before them', async () => {
    await reader.type(1, `${await reader.code(1)}\nextra = 7`);
    assert.ok((await reader.stale()).includes(2));
    assert.equal((await reader.stale()).length, await page.locator('div.cell').count());
    await reader.type(2, 'print(extra)\nextra + 1');
    await page.keyboard.press('Shift+Enter');
    await reader.settled();
    assert.equal(await reader.live(2), '7\n8\n');
    assert.deepEqual((await reader.stale()).slice(0, 2), [3, 4]);
  });

  await t.test('colors stay while editing', async () => {
    await reader.type(2, 'for i in range(3):  # count\n    print("a", i)');
    const classes = await reader.cell(2).locator('pre span').evaluateAll(spans => spans.map(s => `${s.className} ${s.textContent}`));
    for (const wanted of ['k for', 'k in', 'nb range', 'mi 3', 'c1 # count', 's2 "a"']) assert.ok(classes.includes(wanted), wanted);
  });

  await t.test('an error names its line, and the line is marked', async () => {
    await reader.type(2, 'a = 1\n\na / 0\n');
    await reader.run(2);
    assert.equal(await reader.state(2), 'error');
    assert.equal(await reader.says(2), 'Line 3: ZeroDivisionError: division by zero');
    assert.ok(!(await reader.stale()).includes(2), 'what failed is not out of date');
    const trace = await reader.cell(2).locator('.live-error pre').textContent();
    assert.match(trace, /File "cell 2", line 3[\s\S]*a \/ 0[\s\S]*ZeroDivisionError/);
    assert.doesNotMatch(trace, /live_shell|pyodide/);
    assert.equal(await reader.cell(2).locator('pre.live-wrong').evaluate(pre => pre.style.getPropertyValue('--live-line')), '2');
    await reader.type(2, 'x = (1,\ny = 2');
    await reader.run(2);
    assert.match(await reader.says(2), /^Line 1: SyntaxError/);
    await reader.run(3);
    assert.match(await reader.says(3), /cell 2 above did not finish/);
  });

  await t.test('with errors and marks in sight: readable by everybody, at 360 px, in the dark', async () => {
    for (const [width, scheme] of [[1280, 'light'], [1280, 'dark'], [360, 'light'], [360, 'dark']]) {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme: scheme });
      // The rest of the page is tested as it stands by the crawl.
      assert.deepEqual(await violations(page, '.live-notice, div.cell'), [], `${width} px, ${scheme}`);
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${width} px scrolls sideways`);
    }
    await page.setViewportSize({ width: 1280, height: 900 });
    await page.emulateMedia({ colorScheme: 'light' });
  });

  await t.test('%timeit is done; other lines with % and ! say what they are here; an error in one names its line', async () => {
    await reader.type(2, 'x = [1, 2]\n%timeit -n 3 -r 2 sum(x)\n!pip install scipy\n%matplotlib inline\n%time sum(x)');
    await reader.run(2);
    assert.equal(await reader.state(2), 'ok');
    const said = (await reader.live(2)).trim().split('\n');
    assert.match(said[0], /^[\d.e+]+ \S+ ± [\d.e+]+ \S+ per loop \(mean ± std\. dev\. of 2 runs, 3 loops each\)$/);
    assert.match(said[1], /^!pip did nothing: nothing can be installed in this page/);
    assert.match(said[2], /^%matplotlib does nothing here, and need not/);
    assert.match(said[3], /^Wall time: /);
    assert.deepEqual(said.slice(4), ['3']);
    await reader.type(2, 'x = (17\n  % 5)\n%timeit -n 1 x / 0');
    await reader.run(2);
    assert.equal(await reader.says(2), 'Line 3: ZeroDivisionError: division by zero');
    assert.match(await reader.cell(2).locator('.live-error pre').textContent(), /line 3, in <module>\n\s*%timeit -n 1 x \/ 0/);
  });

  await t.test('too much output is cut, and says so', async () => {
    await reader.type(2, 'for i in range(30000): print("0123456789")');
    await reader.run(2);
    const text = await reader.live(2);
    assert.ok(text.length < 210_000, String(text.length));
    assert.match(text, /only 200,000 characters are shown/);
  });

  await t.test('a library without a browser build is named', async () => {
    await reader.type(2, 'import mxnet');
    await reader.run(2);
    assert.match(await reader.says(2), /cannot run live: mxnet has no build for browsers/);
  });

  await t.test('memory that runs out is told, and Python goes on', async () => {
    await reader.type(2, 'kept = 5\nwhole = [numpy.empty(2 ** 27) for i in range(5)]');
    await reader.run(2);
    assert.match(await reader.says(2), /Line 2: .*[Mm]emory.* make the arrays smaller/);
    await reader.type(2, 'print(kept)');
    await reader.run(2);
    assert.equal(await reader.live(2), '5\n');
  });

  await t.test('typing on while a cell runs leaves it changed', async () => {
    await reader.type(2, 'print(1)');
    await reader.press('Run', 2);
    await reader.cell(2).locator('textarea').fill('print(2)');
    await reader.settled();
    assert.equal(await reader.live(2), '1\n');
    assert.ok((await reader.stale()).includes(2));
    await reader.run(2);
    assert.equal(await reader.live(2), '2\n');
  });

  await t.test('Stop ends an endless loop', async () => {
    await reader.type(2, 'print("before", flush=True)\nwhile True: pass');
    await reader.press('Run', 2);
    await reader.cell(2).locator('.live-bar').getByText('Running').waitFor();
    await reader.press('Stop', 2);
    await reader.settled();
    assert.match(await reader.says(2), /^Stopped\. .* variables are gone/);
    await reader.type(2, 'print(extra)');
    await reader.run(2);                            // cell 1 runs again first, in a new Python
    assert.equal(await reader.live(2), '7\n');
  });

  await t.test('a crash is told, and the next Run starts anew', async () => {
    await reader.type(2, 'import ctypes\nctypes.CFUNCTYPE(None)(123456789)()');
    await reader.run(2);
    assert.match(await reader.says(2), /^Python has crashed/);
    await reader.type(2, 'print(extra + 1)');
    await reader.run(2);
    assert.equal(await reader.live(2), '8\n');
  });

  await t.test('code reaches no other site', async () => {
    const other = await serve({ headers: { 'access-control-allow-origin': '*' } });
    await reader.type(2, `from pyodide.http import pyfetch\nawait pyfetch("${other.url}index.html")`);
    await reader.run(2);
    assert.equal(await reader.state(2), 'error');
    assert.doesNotMatch(await reader.says(2), /SyntaxError/);
    assert.deepEqual(other.asked, []);
    other.close();
  });

  await t.test('all by keyboard: Edit, type, run, leave, Reset', async () => {
    await reader.cell(3).getByRole('button', { name: 'Edit cell 3' }).focus();
    await page.keyboard.press('Enter');
    await reader.cell(3).locator('textarea').waitFor();
    await page.keyboard.press('ControlOrMeta+a');
    await page.keyboard.type('if True:\nprint("typed")');       // the new line is indented by itself
    assert.equal(await reader.code(3), 'if True:\n    print("typed")');
    await page.keyboard.press('ControlOrMeta+z');
    assert.notEqual(await reader.code(3), 'if True:\n    print("typed")');
    await page.keyboard.press('Escape');
    assert.equal(await page.evaluate(() => document.activeElement.getAttribute('aria-label')), 'Run cell 3');
    await reader.cell(3).getByRole('button', { name: 'Reset cell 3' }).focus();
    await page.keyboard.press('Enter');
    assert.equal(await reader.cell(3).locator('textarea').count(), 0);
  });

  await t.test('Reset brings back code and output of the book', async () => {
    await reader.press('Reset', 2);
    assert.equal(await reader.live(2), '');
    assert.equal(await reader.cell(2).locator('figure img:not(.live-image)').isVisible(), true);
    assert.equal(await reader.cell(2).locator('.live-output').count(), 0);
    assert.match(await reader.code(2), /momentum_2d/);
  });

  await t.test('what was typed survives a reload, and does not run by itself', async () => {
    await page.reload();
    await page.waitForSelector('.live-notice:not([hidden])');
    assert.match(await reader.code(1), /extra = 7$/);
    assert.equal(await page.locator('[data-live]').count(), 0);
    assert.equal(await page.locator('.live-notice span').textContent(), 'You have changed 1 code cell on this page.');
  });

  await t.test('Restore brings the page back, for good', async () => {
    await page.getByRole('button', { name: 'Restore the page' }).click();
    assert.doesNotMatch(await reader.code(1), /extra/);
    assert.deepEqual(await reader.stale(), []);
    await page.reload();
    await page.waitForSelector('.live-bar');
    assert.doesNotMatch(await reader.code(1), /extra/);
    assert.equal(await page.locator('.live-notice').isVisible(), false);
  });

  await t.test('on the second visit Python is here: nothing is fetched again', async part => {
    const before = site.asked.length;
    await page.reload();
    await page.waitForSelector('.live-bar');
    const started = performance.now();
    await reader.run(2);
    part.diagnostic(`first Run of a second visit, to plot: ${((performance.now() - started) / 1000).toFixed(1)} s`);
    const again = site.asked.slice(before).filter(name => /^\/pyodide/.test(name));
    assert.deepEqual(again.map(name => path.basename(name)), ['sums.json']);
  });

  await t.test('nothing left the site', () => {
    assert.deepEqual(reader.outside.filter(url => !url.startsWith(site.url)), []);
  });
  await reader.close();
  site.close();
});

test('after a page that ran Python, the next one starts it while the reader reads, from what the browser has kept', async t => {
  const site = await serve();
  const reader = await visit(site);
  const { page } = reader;
  const python = () => site.asked.splice(0).flatMap(name => /^\/pyodide\//.test(name) ? [path.basename(name)] : []);
  const turn = async chapter => {
    await page.goto(site.url + chapter);
    await page.waitForSelector('.live-bar');
    await page.waitForLoadState('networkidle');
  };

  await t.test('who runs nothing gets none', async () => {
    await turn('chapters/adagrad.html');
    assert.equal(page.workers().length, 0);
    assert.deepEqual(python(), []);
  });

  await t.test('nothing is downloaded for it, and Run works', async part => {
    const all = Object.keys(JSON.parse(fs.readFileSync(path.join(BOOK, 'pyodide/sums.json'))).files).length;
    await reader.run(1);
    await page.evaluate(async n => {
      const kept = async () => (await (await caches.open('road-to-adam python')).keys()).length;
      while (await kept() < n) await new Promise(done => setTimeout(done, 50));
    }, all);
    assert.ok(python().length > all, 'all of it came from the site');
    await turn('chapters/momentum.html');
    assert.equal(page.workers().length, 1);
    const started = performance.now();
    await reader.run(2);
    part.diagnostic(`Run to plot: ${((performance.now() - started) / 1000).toFixed(1)} s`);
    assert.equal(await reader.live(2), await reader.recorded(2));
    assert.deepEqual(python(), ['sums.json']);
  });

  await t.test('a browser that has lost its copy downloads none before it is asked', async () => {
    await page.evaluate(() => caches.delete('road-to-adam python'));
    await turn('chapters/adam.html');
    assert.deepEqual(python(), ['sums.json']);
    await reader.run(1);
    assert.equal(await reader.state(1), 'ok');
    assert.ok(python().includes('pyodide.asm.wasm'));
  });
  await reader.close();
  site.close();
});

// The most natural experiment: another rate. The page of Adam, the cell that trains it from scratch.
test('a claim of the book that a change refutes is a note, and the cells below run', async t => {
  const site = await serve();
  const reader = await visit(site, { chapter: 'chapters/adam.html' });
  const codes = await reader.page.locator('div.cell').evaluateAll(cells => cells.map(c => c.querySelector('.cell_input pre').textContent));
  const trained = codes.findIndex(code => /train_ch10\(adam, /.test(code)) + 1;
  await reader.type(trained, (await reader.code(trained)).replace("'lr': 0.01", "'lr': 0.1"));
  await reader.run(trained);
  assert.equal(await reader.state(trained), 'ok');
  assert.match(await reader.says(trained), /^Ran in/);
  const claims = reader.cell(trained).locator('.live-claim');
  assert.match(await claims.first().textContent(), /^With your change, this claim of the book no longer holds: .*losses/);
  assert.equal(await reader.cell(trained).locator('.live-error').count(), 0);

  await t.test('only the cells that it needs ran before it', async () => {
    const ran = (await Promise.all(codes.map((_, i) => reader.state(i + 1)))).flatMap((state, i) => state ? [i + 1] : []);
    assert.ok(ran.length < trained && ran.includes(1) && ran.includes(trained - 1), ran.join());
  });

  await t.test('an assertion of the reader’s own is an error', async () => {
    await reader.type(trained + 1, `${await reader.code(trained + 1)}\nassert losses is None, 'mine'`);
    await reader.run(trained + 1);
    assert.match(await reader.says(trained + 1), /^Line \d+: AssertionError: mine/);
  });

  await t.test('where a cell above fails, each way on is a button', async () => {
    await reader.type(trained, 'states = losses = 1 / 0');
    await reader.press('Reset', trained + 1);
    await reader.run(trained + 1);
    const button = name => reader.cell(trained + 1).getByRole('button', { name, exact: true });
    assert.equal(await reader.says(trained + 1), `Not run: cell ${trained} above did not finish.`);
    for (const name of [`Show cell ${trained}`, 'Run this cell alone']) assert.ok(await button(name).isVisible(), name);
    await button(`Bring back cell ${trained} and run`).click();
    await reader.page.waitForFunction(n => document.querySelectorAll('div.cell')[n].dataset.live === 'ok', trained, LONG);
    assert.equal(await reader.code(trained), codes[trained - 1].replace(/\n$/, ''));
    assert.equal(await button(`Show cell ${trained}`).count(), 0);
  });

  await t.test('a cell that is busy can be stopped from the one that waits', async () => {
    await reader.type(1, 'while True: pass');
    await reader.press('Run', 1);
    await reader.cell(1).getByText('Running …').waitFor(LONG);
    await reader.press('Run', 2);
    assert.equal(await reader.says(2), 'Python is busy with cell 1: stop it, or wait.');
    await reader.cell(2).getByRole('button', { name: 'Stop cell 1' }).last().click();
    await reader.settled();
    assert.match(await reader.says(1), /^Stopped/);
    await reader.cell(1).getByRole('button', { name: 'Run it again' }).waitFor();
  });
  assert.deepEqual([...reader.errors, ...reader.outside], []);
  await reader.close();
  site.close();
});

test('on an isolated page under a sub-path, Stop keeps the variables; a path in 2-D is quick', async t => {
  const site = await serve({ under: '/courses/adam/', headers: {
    'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' } });
  const reader = await visit(site);
  await reader.type(2, 'kept = 5\nwhile True: pass');
  await reader.press('Run', 2);
  await reader.cell(2).locator('.live-bar').getByText('Running').waitFor(LONG);
  await reader.press('Stop', 2);
  await reader.settled();
  assert.equal(await reader.says(2), 'Stopped. Python has kept its variables.');
  await reader.type(2, 'print(kept)');
  await reader.run(2);
  assert.equal(await reader.live(2), '5\n');
  const path2d = rate => 'f = lambda x1, x2: 0.1 * x1 ** 2 + 2 * x2 ** 2\nd2l.show_trace_2d(f, d2l.train_2d('
    + `lambda x1, x2, s1, s2: (x1 - ${rate} * 0.2 * x1, x2 - ${rate} * 4 * x2, s1, s2)))`;
  await reader.type(2, path2d(0.3));
  await reader.run(2);
  await reader.type(2, path2d(0.4));
  const started = performance.now();
  await reader.run(2);
  t.diagnostic(`a later path in 2-D, click to plot: ${(performance.now() - started).toFixed(0)} ms`);
  assert.equal(await reader.cell(2).locator('img.live-image').count(), 1);
  assert.deepEqual(reader.errors, []);
  await reader.close();
  site.close();
});

for (const name of ['numpy-', 'pyodide.asm.wasm', 'pyodide.asm.mjs']) {
  test(`a damaged ${name} is refused, by name`, async () => {
    const site = await serve({ damage: (file, bytes) => file.includes(`/pyodide/${name}`) ? Buffer.concat([bytes, Buffer.from('x')]) : bytes });
    const reader = await visit(site);
    await reader.run(1);
    assert.match(await reader.says(1), new RegExp(`Python did not start: pyodide/${name}.* is damaged or missing`));
    await reader.close();
    site.close();
  });
}

test('from the disk, and without pyodide/, Run says what is needed', async () => {
  const disk = await open(browser, `file://${path.join(BOOK, PAGE)}`);
  await disk.page.getByRole('button', { name: 'Run' }).first().click();
  assert.match(await disk.page.locator('.live-bar').first().textContent(), /opened from the disk.*make serve/);
  assert.deepEqual(disk.errors, []);
  await disk.close();
  const site = await serve({ damage: (name, bytes) => name.endsWith('.html')
    ? Buffer.from(bytes.toString().replace(/ data-pyodide="[^"]*"/, '')) : bytes });
  const bare = await open(browser, site.url + PAGE);
  await bare.page.getByRole('button', { name: 'Run' }).first().click();
  assert.match(await bare.page.locator('.live-bar').first().textContent(), /without Python.*make live/);
  await bare.close();
  site.close();
});
