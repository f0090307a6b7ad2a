// What a reader sees around a cell: which outputs are out of date, how long a run takes, and that nothing moves.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { findPython, launch, open, serve } from '../browser.mjs';

const LONG = { timeout: 120_000 };
let browser, site;

before(async () => {
  findPython('Live cells were NOT tested');
  browser = await launch();
  site = await serve();
});
after(async () => { await browser?.close(); site?.close(); });

// A page whose cells, counted from 1, hold our code; an empty one stays as it is.
async function visit(chapter, codes = [], options = {}) {
  const view = await open(browser, `${site.url}chapters/${chapter}.html`, options);
  const { page } = view;
  await page.locator('.live-bar').first().waitFor();
  const cell = n => page.locator('div.cell').nth(n - 1);
  const press = (name, n) => cell(n).getByRole('button', { name: `${name} cell ${n}`, exact: true }).click();
  const type = async (n, text) => {
    await press('Edit', n);
    await cell(n).locator('textarea').fill(text);
  };
  const run = async n => {
    await press('Run', n);
    await page.waitForFunction(() => !document.querySelector('div.cell[data-live=running]'), null, LONG);
  };
  for (const [i, code] of codes.entries()) if (code) await type(i + 1, code);
  return { ...view, cell, press, type, run,
    says: n => cell(n).locator('.live-status').textContent(),
    badge: async n => (await cell(n).locator('.live-stale').isVisible()) ? cell(n).locator('.live-stale').textContent() : '',
    ran: () => page.locator('div.cell').evaluateAll(cells => cells.flatMap((c, i) => c.dataset.live ? [i + 1] : [])) };
}

test('an output is out of date if what it needs was changed or ran again, and only then', async () => {
  const reader = await visit('momentum', ['a = 1', 'b = 2', 'print(a)', 'print(b)']);
  await reader.run(3);
  assert.deepEqual(await reader.ran(), [1, 3], 'cells that are not needed do not run');
  await reader.run(4);
  assert.deepEqual([await reader.badge(3), await reader.badge(4)], ['', '']);
  await reader.type(1, 'a = 5');
  assert.equal(await reader.badge(1), 'changed, not run yet');
  assert.equal(await reader.badge(3), 'out of date: code above has changed');
  assert.equal(await reader.badge(4), '', 'it needs b alone');
  await reader.type(1, 'a = 5\nb = 7');             // now it makes b, too, but cell 2 makes it again
  await reader.type(2, 'c = 2');
  await reader.page.waitForFunction(() => !document.querySelectorAll('div.cell')[3].querySelector('.live-stale').hidden);
  assert.equal(await reader.badge(4), 'out of date: code above has changed', 'Python says what the new code needs');
  await reader.run(4);
  assert.equal(await reader.cell(4).locator('.live-text pre').textContent(), '7\n');
  await reader.run(3);
  await reader.run(1);
  assert.equal(await reader.badge(3), 'out of date: cell 1 has run again');
  await reader.run(3);
  assert.deepEqual([await reader.badge(1), await reader.badge(3)], ['', '']);
  assert.deepEqual(reader.errors, []);
  await reader.close();
});

test('a cell says either that it was changed, or how long it took', async () => {
  const reader = await visit('momentum', ['a = 1']);
  await reader.run(1);
  const shown = () => reader.cell(1).locator('.live-bar > span:visible').allTextContents();
  assert.match((await shown()).join('|'), /^Cell 1\|Ran in [<\d. ]+ s(\|)?$/);
  await reader.type(1, 'a = 2');
  assert.match((await shown()).join('|'), /^Cell 1\|changed, not run yet/);
  assert.doesNotMatch((await shown()).join('|'), /Ran in/);
  await reader.type(1, 'a = 3');
  await reader.run(1);
  assert.doesNotMatch((await shown()).join('|'), /changed/);
  await reader.close();
});

test('a memory that is full is told once, with a way on', async () => {
  const reader = await visit('momentum', ['import numpy\nwhole = [numpy.empty(2 ** 27) for i in range(5)]']);
  await reader.run(1);
  const said = await reader.says(1);
  assert.equal(said.match(/memory of this page is full/g).length, 1, said);
  await reader.cell(1).getByRole('button', { name: 'Empty it, and run again' }).waitFor();
  await reader.close();
});

for (const [width, height] of [[1280, 900], [390, 800]]) {
  test(`${width} px: a run of the book’s cell moves nothing`, async () => {
    const reader = await visit('momentum', [], { width, height, touch: width < 500 });
    const { page } = reader;
    await page.evaluate(() => document.fonts.ready);
    await reader.cell(2).getByRole('button', { name: 'Run cell 2' }).scrollIntoViewIfNeeded();
    await reader.press('Run', 2);
    await page.locator('div.cell').nth(1).locator('.live-status', { hasText: 'Python' }).waitFor();     // the answer to the click
    await page.evaluate(() => {
      const next = document.querySelectorAll('div.cell')[2], seen = window.seen = new Set();
      const look = () => {
        seen.add(Math.round(next.getBoundingClientRect().top + scrollY));
        requestAnimationFrame(look);
      };
      look();
    });
    await page.waitForFunction(() => document.querySelectorAll('div.cell')[1].dataset.live === 'ok', null, LONG);
    await page.locator('div.cell').nth(1).locator('img.live-image').evaluate(img => img.decode());
    await page.evaluate(async () => { await frame(); await frame(); });
    const seen = await page.evaluate(() => [...window.seen]);
    assert.ok(Math.max(...seen) - Math.min(...seen) <= 2, `the next cell was at ${seen.join()}`);
    await reader.close();
  });
}

test('after a change, Restore stays in sight wherever the reader is', async () => {
  for (const width of [1280, 390]) {
    const reader = await visit('momentum', ['a = 1'], { width });
    for (const part of [0.3, 0.6, 0.97]) {
      await reader.page.evaluate(share => scrollTo({ top: share * document.documentElement.scrollHeight, behavior: 'instant' }), part);
      const box = await reader.page.getByRole('button', { name: 'Restore the page' }).boundingBox();
      assert.ok(box.y >= 0 && box.y + box.height <= 900, `${width} px, at ${part}: ${JSON.stringify(box)}`);
    }
    await reader.close();
  }
});

test('on a phone, Edit scrolls nothing sideways', async () => {
  for (const chapter of ['momentum', 'adam']) {
    const reader = await visit(chapter, [], { width: 390, height: 800, touch: true });
    const count = await reader.page.locator('div.cell:not(.solution div.cell)').count();
    for (const n of [1, 3, Math.floor(count / 2)]) {
      if (!await reader.cell(n).getByRole('button', { name: `Edit cell ${n}`, exact: true }).isVisible()) continue;
      await reader.press('Edit', n);
      await reader.cell(n).locator('textarea').waitFor();
      await reader.page.keyboard.press('End');
      await reader.page.keyboard.type('  # a long remark that goes on beyond the edge of the screen of any phone, and further');
      const [left, wide, type] = await reader.page.evaluate(() => [scrollX, document.documentElement.scrollWidth - innerWidth,
        parseFloat(getComputedStyle(document.activeElement).fontSize)]);
      assert.ok(left === 0 && wide <= 0 && type >= 16, `${chapter}, cell ${n}: ${[left, wide, type]}`);
    }
    await reader.close();
  }
});

test('a solution’s Run leaves other solutions alone, unless it needs one', async () => {
  const reader = await visit('momentum');
  const { page } = reader;
  const solutions = await page.locator('div.cell').evaluateAll(cells => cells.flatMap((c, i) =>
    c.closest('.solution') ? [[i + 1, c.closest('.solution').id]] : []));
  const [number, own] = solutions.at(-1);
  await page.evaluate(id => { location.hash = id; }, own);
  await reader.cell(number).getByRole('button', { name: `Run cell ${number}`, exact: true }).waitFor({ state: 'visible' });
  await reader.run(number);
  assert.ok((await reader.ran()).includes(number));
  const ran = await reader.ran();
  assert.deepEqual(solutions.filter(([n, id]) => id !== own && ran.includes(n)), []);
  assert.ok(ran.filter(n => !solutions.some(([other]) => other === n)).length < 15, ran.join());
  await reader.close();
});

test('a long run is announced beside Run, by what the same cells took here', async () => {
  const reader = await visit('lr-scheduler');
  const { page } = reader;
  const told = await page.locator('.live-estimate:visible').allTextContents();
  assert.ok(told.length > 0, 'no cell of this chapter takes over 5 s');
  for (const text of told) assert.match(text, /^takes about \d+ s here$/);
  const seconds = list => list.map(text => Number(text.match(/\d+/)[0]));
  await page.evaluate(() => localStorage.setItem('road-to-adam seconds', '[30, 10]'));     // this browser is three times as slow
  await page.reload();
  await page.locator('.live-estimate:visible').first().waitFor();
  const slower = await page.locator('.live-estimate:visible').allTextContents();
  assert.ok(Math.abs(Math.max(...seconds(slower)) / Math.max(...seconds(told)) - 3) < 0.3, `${told} and ${slower}`);
  await reader.close();
});
