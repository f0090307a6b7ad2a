// The plan of a page without a browser: which cells are due.
import assert from 'node:assert/strict';
import test from 'node:test';
import { Plan } from '../../../book/live/web/plan.mjs';

const cell = (source, place) => ({
  source, code: source, number: place + 1, at: 0, shown: source, root: { closest: () => null },
  get edited() { return this.code !== this.source; },
});

test('an edit is asked about, and what is restored has the plan of the book again', async () => {
  const cells = ['a = 1', 'print(a)'].map(cell), answers = [[[], []], [[], [0]]];
  const plan = new Plan(cells, { plan: async () => ({ ok: true, answer: answers.shift() }) }, [[], [0]], null);
  const due = () => plan.due(cells[1]).map(({ number }) => number);
  assert.deepEqual(due(), [1]);
  cells[1].code = 'print(2)';
  await plan.ask(2);
  assert.deepEqual(due(), []);
  cells[1].code = cells[1].source;
  assert.deepEqual(due(), [1]);
  cells[1].code = 'print(a + 1)';
  await plan.ask(2);
  assert.deepEqual(due(), [1]);
});
