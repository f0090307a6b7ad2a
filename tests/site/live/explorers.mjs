// What tests of explorers share: a visit of a page with one, and what d2lmini says itself.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { BOOK, open, PYTHON } from '../browser.mjs';

export const PAGE = 'chapters/momentum.html', NAME = 'explorer-momentum';
export const LONG = { timeout: 120_000 };

// What a line of Python returns as JSON; `explorer` and what was `given` are there.
export function computed(line, given = null) {
  const code = `import json, sys; from d2lmini import explorer; given = json.loads(sys.argv[1]); print(json.dumps(${line}))`;
  const options = { env: { ...process.env, D2LMINI_ENGINE: 'numpy' }, maxBuffer: 1e8, cwd: path.join(BOOK, '../..') };
  return JSON.parse(execFileSync(PYTHON, ['-c', code, JSON.stringify(given)], options));
}

// A polyline on the map of x1 from -6 to 3 and x2 from -3 to 3 must end where d2lmini says.
export function assertEndsAt(points, [x, y]) {
  const end = points.split(' ').at(-1).split(',').map(Number);
  assert.ok(Math.abs(end[0] - (46 + (x + 6) / 9 * 276)) < 0.06 && Math.abs(end[1] - (300 - (y + 3) / 6 * 294)) < 0.06, end.join());
}

// A page with an explorer, and the gestures of its reader.
export const visits = (browser, site) => async ({ page: name = PAGE, id = NAME, query = '', ...options } = {}) => {
  const view = await open(browser, `${site.url}${name}${query}`, options), { page } = view;
  const figure = page.locator(`#${id} .explorer`);
  const updates = () => page.evaluate(() => performance.getEntriesByName('explorer').map(entry => entry.duration));
  const drawn = async count => page.waitForFunction(n => performance.getEntriesByName('explorer').length > n, count, LONG);
  // Do something that changes the settings, and wait until the figure that follows is drawn.
  const changing = async gesture => {
    const count = (await updates()).length;
    await gesture();
    await drawn(count);
  };
  const handle = figure.locator('.handle');
  return { ...view, page, figure, handle, updates, changing,
    button: text => figure.getByRole('button', { name: text, exact: true }),
    begin: () => changing(() => figure.getByRole('button', { name: 'Bring it to life' }).click()),
    says: () => figure.locator('.visually-hidden[role=status]').textContent(),
    status: () => figure.locator('.live-status').textContent(),
    alive: () => drawn(0),
    link: () => figure.getByRole('link', { name: 'Link to this setting' }).getAttribute('href'),
    path: run => figure.locator(`.map polyline.run${run}`).getAttribute('points'),
    start: () => handle.getAttribute('aria-valuetext') };
};
