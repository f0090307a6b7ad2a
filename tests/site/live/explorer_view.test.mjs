// What an explorer shows: where the play is, which problem, what β2 does, where the minimum is; plot and sliders together.
import assert from 'node:assert/strict';
import path from 'node:path';
import test, { after, before } from 'node:test';
import { BOOK, findPython, launch, serve } from '../browser.mjs';
import { assertEndsAt, computed, NAME, visits } from './explorers.mjs';

const ADAM = { page: 'chapters/adam.html', id: 'explorer-adam' };
let browser, site, visit;

before(async () => {
  findPython('The view of explorers was NOT tested');
  browser = await launch();
  site = await serve();
  visit = visits(browser, site);
});
after(async () => { await browser?.close(); site?.close(); });

test('contours are closed outlines, in one piece wherever the function is', async () => {
  const { rings } = await import(path.join(BOOK, '_static/live/explorer_plot.mjs'));
  const charts = computed(`[[name, explorer.chart(name, condition)] for name in explorer.PROBLEMS for condition in (1.0, 20.0, 200.0)
    if explorer.chart(name)]`);
  assert.ok(charts.length >= 12);
  for (const [name, { heights, levels }] of charts) {
    assert.ok(levels.length >= 8, name);
    const pieces = levels.map(level => rings(heights, level));
    const wanted = name === 'saddle' ? ring => ring < 3 ? 2 : 1 : () => 1;      // two minima below the height of the saddle
    assert.deepEqual(pieces.map(found => found.length), levels.map((_, i) => wanted(i)), name);
    for (const ring of pieces.flat()) {
      for (const [k, [i, j]] of ring.entries()) {
        const [a, b] = ring[(k + 1) % ring.length];
        assert.ok(Math.abs(a - i) <= 1 && Math.abs(b - j) <= 1, `${name}: the outline jumps`);
      }
    }
  }
  assert.deepEqual(rings([[2, 2], [2, 2]], 1), []);
  assert.equal(rings([[0, 2, 0], [2, 2, 2], [0, 2, 0]], 1).length, 4);
});

test('the readout follows the play, and the screen reader hears its end', async () => {
  const reader = await visit(), { page, figure } = reader;
  await reader.begin();
  const heard = await reader.says();
  await page.evaluate(() => {
    window.seen = [];
    new MutationObserver(() => window.seen.push([document.querySelector('.explorer-reading').textContent,
      document.querySelectorAll('.map polyline.run0')[0].getAttribute('points').split(' ').length - 1,
      document.querySelector('.explorer .visually-hidden').textContent]))
      .observe(document.querySelector('.explorer .live-bar'), { subtree: true, attributes: true, attributeFilter: ['aria-valuetext'] });
  });
  await reader.button('Play').click();
  await reader.button('Pause').waitFor();
  await reader.button('Play').waitFor();
  const seen = await page.evaluate(() => window.seen);
  assert.ok(new Set(seen.map(([text]) => text)).size > 5, 'the readout changes');
  for (const [text, step, voice] of seen) {
    assert.match(text, new RegExp(`^step ${step}: \\(.*\\), loss `));
    assert.equal(voice, heard);
  }
  await figure.getByRole('slider', { name: 'Step shown' }).fill('7');
  assert.match(await figure.locator('.explorer-reading').first().textContent(), /^step 7: /);
  assert.match(await reader.says(), /Momentum, step 7: /);
  await reader.close();
});

test('the caption follows the setting, and Reset brings back the book’s', async () => {
  const reader = await visit(), { figure } = reader, caption = () => reader.page.locator(`#${NAME} figcaption`).innerText();
  const own = await caption();
  await reader.begin();
  assert.equal(await caption(), own);
  await reader.changing(() => figure.getByRole('combobox', { name: 'Problem' }).selectOption('rosenbrock'));
  assert.match(await caption(), /^Fig\. [\d.]+ Gradient descent beside Momentum in Rosenbrock’s valley, whose minimum is at \(1, 1\)\./);
  await reader.changing(() => figure.getByRole('combobox', { name: 'Problem' }).selectOption('airfoil'));
  await reader.changing(() => figure.getByRole('combobox', { name: 'Second method: schedule' }).selectOption('cosine'));
  assert.match(await caption(), /beside Momentum \(cosine\) on two weights of the airfoil regression, minibatches of 10, seed 0\./);
  await reader.changing(() => reader.button('Reset').click());
  assert.equal(await caption(), own);
  await reader.close();
});

test('β2 is seen in the rate of each coordinate', async () => {
  const reader = await visit(ADAM), { page, figure } = reader;
  await reader.begin();
  const curves = () => figure.locator('.explorer-chart', { hasText: 'rate of each coordinate' }).locator('polyline.run1')
    .evaluateAll(lines => lines.map(line => line.getAttribute('points').split(' ').map(point => Number(point.split(',')[1]))));
  const sizes = lines => lines.map(ys => Math.max(...ys) - Math.min(...ys));
  const before = await curves();
  assert.equal(before.length, 2);
  assert.ok(Math.min(...sizes(before)) > 5, 'the curves use the height of the chart');
  await figure.getByRole('slider', { name: 'Second method: β2' }).focus();
  for (let i = 0; i < 5; i++) await reader.changing(() => page.keyboard.press('PageDown'));
  const after = await curves();
  assert.ok(after.some((ys, k) => ys.some((y, t) => Math.abs(y - before[k][t]) > 10)), 'they move');
  await reader.close();
});

test('the minimum is marked, on every problem', async () => {
  const reader = await visit(), { figure } = reader;
  await reader.begin();
  const known = computed('explorer.choices()["problems"]');
  for (const [name, { minima }] of Object.entries(known)) {
    if (name !== 'quadratic') await reader.changing(() => figure.getByRole('combobox', { name: 'Problem' }).selectOption(name));
    const d = await figure.locator('.map .lowest').getAttribute('d');
    assert.equal(d.split('M').length - 1, 2 * minima.length, name);
    assert.ok(await figure.locator('.map .lowest').evaluate(cross => {
      const a = cross.getBoundingClientRect(), b = cross.ownerSVGElement.getBoundingClientRect();
      return a.left > b.left - 8 && a.right < b.right + 8 && a.top > b.top - 8 && a.bottom < b.bottom + 8;
    }), name);
  }
  await reader.close();
});

test('plot and sliders are in sight together: on a laptop all of them, on a phone each one', async () => {
  const header = page => page.locator('.bd-header-article').evaluate(bar => bar.getBoundingClientRect().bottom);
  const laptop = await visit({ ...ADAM, height: 800 });
  await laptop.begin();
  await laptop.page.locator('#explorer-adam').evaluate(figure => figure.scrollIntoView({ block: 'start' }));
  const map = await laptop.figure.locator('.map').boundingBox(), all = await laptop.figure.locator('.explorer-controls').boundingBox();
  assert.ok(map.y >= await header(laptop.page), 'the map is below the header');
  assert.ok(all.y + all.height <= 800, `the controls end at ${all.y + all.height}`);
  await laptop.close();

  const phone = await visit({ ...ADAM, width: 390, height: 844, touch: true });
  await phone.begin();
  for (const slider of await phone.figure.locator('.explorer-controls input').all()) {
    if (!await slider.isVisible()) continue;
    await slider.evaluate(input => input.scrollIntoView({ block: 'center' }));
    const plan = await phone.figure.locator('.map').boundingBox(), here = await slider.boundingBox();
    assert.ok(plan.y >= await header(phone.page) && plan.y + plan.height <= here.y && here.y + here.height <= 844,
      `${await slider.getAttribute('aria-label')}: map ${plan.y} to ${plan.y + plan.height}, slider at ${here.y}`);
  }
  await phone.close();
});

test('methods after Adam: what is theirs is drawn', async () => {
  const query = rest => `?explorer=explorer-adam&steps=40&${rest}`;
  const free = await visit({ ...ADAM, query: query('problem=quadratic&a=schedule_free&a-lr=0.3&b=adamw&b-lr=0.3&b-decay=0.1') });
  await free.alive();
  assert.deepEqual(await free.figure.locator('.map text.name').allTextContents(), ['y', 'z', 'x']);
  assert.equal(await free.figure.getByRole('slider', { name: 'Second method: λ' }).getAttribute('aria-valuetext'), '0.1');
  const [wanted] = computed('[explorer.run(steps=40, method="schedule_free", lr=0.3, beta1=0.9, beta2=0.999, start=(-5.0, -2.0))]');
  assert.equal(await free.figure.locator('.map polyline.run0').count(), 3);
  assertEndsAt(await free.figure.locator('.map polyline.run0').nth(1).getAttribute('points'), wanted.points.z.at(-1));
  assert.deepEqual(free.errors, []);
  await free.close();

  const muon = await visit({ ...ADAM, query: query('problem=matrix&a=muon&a-lr=0.1&b=lion&b-lr=0.1') });
  await muon.alive();
  assert.equal(await muon.figure.locator('.explorer-chart', { hasText: 'length of a step' }).locator('polyline.run0').count(), 2);
  assert.equal(await muon.figure.getByRole('slider', { name: 'First method: μ' }).count(), 1);
  assert.deepEqual(muon.errors, []);
  await muon.close();
});
