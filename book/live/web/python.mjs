// The Python of a page: one worker, started at the first run, ended by Stop and begun anew after it.
import * as visit from './visit.mjs';

const PATIENCE = 3000;          // milliseconds an interrupted cell has to end by itself, where interrupts are possible

export class Python {
  constructor(folder) {
    this.folder = folder;
    this.worker = null;
    this.jobs = [];                     // the first one runs, the others wait for it
    this.lost = () => {};               // called when Python has ended, and its variables with it
  }

  get job() { return this.jobs[0] ?? null; }
  get busy() { return this.job !== null; }

  // Run code, or an answer and the `hidden` check of its exercise; `book` is the book's code where it or the code above was changed.
  // `on` hears {type: 'status' | 'text' | 'error' | 'figure' | 'claim', data}. Resolves to
  // {ok, line, message, lost, full, stopped}: whether Python has ended, its memory is full, Stop ended the run alone.
  run(number, code, on, { hidden = null, book } = {}) { return this.#take({ number, code, hidden, book }, on); }

  // Which cells above each cell needs, given the code and the group of each. Resolves to {ok, answer, message, lost}.
  plan(codes, groups, on) { return this.#take({ cells: JSON.stringify([codes, groups]) }, on); }

  // Start before the first Run: the reader's pointer is on its way. `early`: only if nothing has to be downloaded for it.
  warm(early = false) { if (!this.worker) this.#begin(early); }

  // Ask d2lmini.explorer. Both ways it is data, as JSON, never code. Resolves to {ok, answer, message, lost}.
  ask(question, on) { return this.#take({ question: JSON.stringify(question) }, on); }

  #take(message, on) {
    visit.remember();
    return new Promise(done => {
      this.jobs.push({ message, on, done });
      if (this.jobs.length === 1) this.#next();
    });
  }

  #next() {
    if (!this.job) return;
    if (!this.worker) this.#begin();
    this.worker?.postMessage(this.job.message);         // none: the job has ended, and says why
  }

  // End what runs. Where the page is isolated, Python is interrupted and keeps its variables; elsewhere it ends.
  stop() {
    if (!this.job) return;
    if (!this.interrupt || !this.running) {
      this.#end('Stopped. Python has ended, its variables are gone; the next Run starts it again.');
      return;
    }
    this.interrupt[0] = 2;
    const { job } = this;
    setTimeout(() => {
      if (this.job === job) this.#end('Stopped by force. Python has ended, its variables are gone; the next Run starts it again.');
    }, PATIENCE);
  }

  close() { this.#end('Python has ended.'); }

  #begin(early = false) {
    // A worker from a blob obeys the policy of this page; one from an address would obey none.
    const module = new URL('worker.mjs', import.meta.url).href;
    const blob = URL.createObjectURL(new Blob([`import ${JSON.stringify(module)};`], { type: 'text/javascript' }));
    try {
      this.worker = new Worker(blob, { type: 'module' });
    } catch (why) {
      this.#end(`This browser lets the page start no Python (${why.message}). Text, figures and questions work, and the notebook can be taken along.`);
      return;
    }
    this.interrupt = globalThis.crossOriginIsolated ? new Uint8Array(new SharedArrayBuffer(1)) : null;
    this.running = false;
    this.worker.onmessage = ({ data }) => this.#hear(data);
    this.worker.onerror = event => {
      event.preventDefault();
      this.#end(`Python has crashed (${event.message || 'the worker did not load'}). The next Run starts it again.`);
    };
    this.worker.postMessage({ folder: this.folder.href, interrupt: this.interrupt, early });
  }

  #hear(message) {
    if (message.type === 'crash') this.#end(message.data);
    else if (!this.job) return;
    else if (message.type === 'done') {
      this.jobs.shift().done({ ...message.data, lost: false });
      this.#next();
    } else {
      if (message.type === 'running') this.running = true;
      this.job.on(message);
    }
  }

  #end(message) {
    this.worker?.terminate();
    this.worker = null;
    const jobs = this.jobs.splice(0);
    this.lost();
    for (const job of jobs) job.done({ ok: false, line: 0, message, lost: true });
  }
}
