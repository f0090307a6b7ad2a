// The live cells of a page: what runs before what, what is out of date, what is kept.
import { Cell } from './cell.mjs';
import { button, element } from './elements.mjs';
import { Exercise } from './exercise.mjs';
import { Plan } from './plan.mjs';
import { Python } from './python.mjs';
import * as typed from './typed.mjs';
import * as visit from './visit.mjs';

const NOTEBOOK = 'a[href$=".ipynb"][download]';

class Page {
  constructor(folder, roots, exercises, plan, seconds) {
    this.python = new Python(folder);
    this.python.lost = () => { for (const cell of this.cells) cell.ran = null; };
    this.runs = 0;                      // counts the runs of cells, so that one knows what ran after what
    this.live = false;                  // whether anything has run since the page was loaded
    this.current = null;                // the cell that runs
    this.cells = roots.map((root, i) => new Cell(root, i + 1, this));
    this.plan = new Plan(this.cells, this.python, plan, seconds);
    this.exercises = exercises.map(root => new Exercise(root, this));
    this.notice = element('div', { className: 'live-notice', hidden: true }, element('span'),
      button('Restore the page', () => this.restore()));
    document.querySelector('article.bd-article > section').append(this.notice);      // last: it moves nothing when it comes
  }

  async begin() {
    const kept = typed.load();
    for (const part of this.parts) if (kept.has(part.source)) await part.editor.set(kept.get(part.source));
    this.refresh();
  }

  // All that a reader may type into.
  get parts() { return [...this.cells, ...this.exercises]; }

  editedAbove(cell) { return this.plan.needs(cell).some(other => other.edited); }

  // Run a cell, after those above that it needs and that have not run since what they need has.
  async run(cell) {
    if (this.#busy(cell)) return;
    this.live = true;
    if (this.cells.some(other => other.edited)) {
      this.current = cell;
      cell.say('Loading Python …');
      cell.wait();
      this.refresh();
      const { ok, message } = await this.plan.ask(cell.number, said => { if (said.type === 'status') cell.say(said.data); });
      this.current = null;
      if (!ok) {
        cell.waitNoMore();
        cell.say(message, ['Try again', () => this.run(cell)]);
        this.refresh();
        return;
      }
    }
    await this.#runAll([...this.plan.due(cell), cell], cell);
    if (this.cells.some(other => other.edited)) this.plan.later(() => this.refresh());
  }

  runAbove(cell) { return this.#runAll(this.cells.slice(0, cell.number - 1), cell); }

  async #runAll(cells, asked) {
    if (this.#busy(asked)) return;
    this.live = true;
    if (cells.includes(asked)) asked.wait();
    for (const cell of cells) {
      // A cell above that asks for a library without a browser build is passed over; the others may not need it.
      if (cell.absent) {
        this.#absent(cell);
        continue;
      }
      if (!await this.#runOne(cell, asked)) {
        if (cell !== asked) this.#held(asked, cell);
        return;
      }
    }
    if (!cells.includes(asked)) asked.say('All cells above have run.');
  }

  // Python does one thing at a time; a button stops what runs.
  #busy(asked) {
    if (!this.current) return false;
    const { current } = this;
    asked.say(`Python is busy with ${current.title}: stop it, or wait.`, [`Stop ${current.title}`, () => this.stop()]);
    return true;
  }

  // A cell cannot run because one above failed: every way to go on is a button.
  #held(cell, above) {
    cell.waitNoMore();
    const again = above.edited ? [`Bring back ${above.title} and run`, async () => {
      await this.reset(above);
      await this.run(cell);
    }] : [`Run ${above.title} again`, () => this.run(cell)];
    cell.say(`Not run: ${above.title} above did not finish.`, again,
      [`Show ${above.title}`, () => above.buttons.run.focus()],
      ['Run this cell alone', () => this.#runAll([cell], cell)]);
  }

  #absent(cell) {
    cell.waitNoMore();
    const notebook = document.querySelector(NOTEBOOK);
    cell.say(cell.absent, ...(cell.edited ? [['Bring back the book’s code', () => this.reset(cell)]] : []),
      ...(notebook ? [['Take the notebook along', () => notebook.click()]] : []));
  }

  // Check the answer to an exercise. It needs no cell of the page, but sees the variables of those that ran.
  async check(exercise) {
    if (this.#busy(exercise)) return;
    this.current = exercise;
    const { code } = exercise;
    exercise.begin();
    this.refresh();
    const result = await this.python.run(exercise.title, code, message => exercise.hear(message), { hidden: exercise.hidden });
    this.current = null;
    exercise.finish(result, code);
    this.refresh();
  }

  // How Python comes, and which cell runs first, is told where the reader looks: at the cell that was `asked`.
  async #runOne(cell, asked) {
    this.current = cell;
    const above = this.cells.slice(0, cell.number - 1).map(other => other.code), { code } = cell;
    const changed = cell.edited || this.editedAbove(cell);
    let started = performance.now();
    cell.begin();
    if (cell !== asked) asked.say(`Waiting for ${cell.title} …`);
    this.refresh();
    const result = await this.python.run(cell.number, code, message => {
      if (message.type === 'running') started = performance.now();
      if (cell !== asked && message.type === 'running') asked.say(`Waiting for ${cell.title} …`);
      if (cell !== asked && message.type === 'status') asked.say(message.data);
      else cell.hear(message);
    }, { book: changed ? cell.source : undefined });
    const seconds = (performance.now() - started) / 1000;
    this.current = null;
    cell.above = above;
    cell.at = ++this.runs;
    if (result.ok && !cell.edited) this.plan.took(cell, seconds);
    cell.finish(result, code, seconds, this.#ways(cell, result));
    this.refresh();
    return result.ok;
  }

  // How to go on after a run that failed for want of Python, or of memory.
  #ways(cell, { lost, full }) {
    if (lost) return [['Run it again', () => this.run(cell)]];
    return full ? [['Empty it, and run again', () => {
      this.python.close();
      return this.run(cell);
    }]] : [];
  }

  stop() { this.python.stop(); }

  changed(cell) {
    cell.mark(0);
    if (!typed.save(this.parts)) cell.say('This browser keeps nothing: a reload will bring back the code of the book.');
    this.refresh();
    this.plan.later(() => this.refresh());
  }

  async reset(cell) {
    await cell.restore();
    cell.buttons.run.focus();
    this.changed(cell);
  }

  // Everything as the book has it, and no Python.
  async restore() {
    this.python.close();
    for (const part of this.parts) await part.restore();
    this.live = false;
    typed.save(this.parts);
    this.refresh();
    this.cells[0].buttons.run.focus({ preventScroll: true });
  }

  refresh() {
    for (const cell of this.cells) {
      cell.refresh({ running: cell === this.current, stale: this.plan.stale(cell), live: this.live, seconds: this.plan.estimate(cell) });
    }
    for (const exercise of this.exercises) exercise.refresh(exercise === this.current);
    const edited = this.parts.filter(part => part.edited).length, run = this.cells.some(cell => cell.live);
    this.notice.hidden = !edited && !run;
    this.notice.firstChild.textContent = edited ? `You have changed ${edited} code ${edited === 1 ? 'cell' : 'cells'} on this page.`
      : 'This page shows outputs of your own runs.';
  }
}

// `plan` and `seconds` are what the build found out (book/live/plan.py).
export async function start(folder, plan, seconds) {
  const page = new Page(folder, [...document.querySelectorAll('div.cell:has(.cell_input pre)')],
    [...document.querySelectorAll('div.check:has(> .check-input pre)')], plan, seconds);
  await page.begin();
  const explorers = [...document.querySelectorAll('div.explorer')];
  if (explorers.length) (await import('./explorer.mjs')).start(explorers, page.python);
  if (visit.remembers()) page.python.warm(true);
}
