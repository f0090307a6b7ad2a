// One code cell of the page: its buttons, its editor, its output.
import { Editor } from './editor.mjs';
import { button, element, print, ways } from './elements.mjs';

const ABSENT = /^[ \t]*(?:import|from)[ \t]+(mxnet|torch|jax|tensorflow|optax)\b/m;

export class Cell {
  constructor(root, number, page) {
    Object.assign(this, { root, number, page });
    this.input = root.querySelector('.cell_input');         // it may be folded
    this.editor = new Editor(this.input.querySelector('pre'), {
      label: `Code of cell ${number}. Shift and Enter run it, Escape leaves it.`,
      changed: () => {
        this.say('');
        page.changed(this);
      },
      run: () => page.run(this),
      leave: () => this.buttons.run.focus(),
    });
    this.recorded = root.querySelector(':scope > .cell_output');
    this.ran = null;                    // the code that this Python ran last, or null
    this.shown = this.source;           // the code that the output shown belongs to …
    this.above = null;                  // … and the codes above it at that time; null for the book's own
    this.at = 0;                        // when it ran, counted over the page
    this.timed = false;                 // whether what is said is how long it took
    this.live = null;                   // what replaces the recorded output
    this.#bar();
  }

  get source() { return this.editor.source; }
  get code() { return this.editor.code; }
  get edited() { return this.code !== this.source; }
  get title() { return `cell ${this.number}`; }

  // Why this cell cannot run in a browser, or nothing.
  get absent() {
    const library = this.code.match(ABSENT)?.[1];
    return library && `This cell cannot run live: ${library} has no build for browsers. Its output is the recorded one.`;
  }

  #bar() {
    const { page, number } = this;
    this.status = element('span', { className: 'live-status' });
    this.status.setAttribute('role', 'status');
    this.ways = element('span', { className: 'live-ways' });
    this.stale = element('span', { className: 'live-stale', hidden: true });
    this.estimate = element('span', { className: 'live-estimate', hidden: true });
    this.buttons = {
      run: button('Run', () => page.run(this), `Run cell ${number}`),
      edit: button('Edit', () => this.editor.open(), `Edit cell ${number}`),
      above: button('Run all above', () => page.runAbove(this), `Run all above cell ${number}`),
      stop: button('Stop', () => page.stop(), `Stop cell ${number}`),
      reset: button('Reset', () => page.reset(this), `Reset cell ${number}`),
    };
    this.buttons.run.title = 'Run this cell, after those above that it needs (Shift+Enter in the code)';
    this.buttons.run.addEventListener('pointerenter', () => page.python.warm());
    this.buttons.reset.title = 'Bring back the code and the output of the book';
    this.input.after(element('div', { className: 'live-bar' }, element('span', { className: 'live-number', textContent: `Cell ${number}` }),
      ...Object.values(this.buttons), this.estimate, this.stale, this.status, this.ways));
    if (this.absent) this.status.textContent = this.absent;
  }

  // Say something, with buttons for the ways to go on: [label, action] each.
  say(text, ...offered) {
    this.timed = false;
    this.status.textContent = text;
    ways(this.ways, offered, () => this.buttons.run.focus());
  }

  // Show the buttons that have something to do, and whether the output still belongs to the code.
  refresh({ running, stale, live, seconds }) {
    const { above, stop, reset, run } = this.buttons;
    above.hidden = !live || running || this.number === 1;       // Stop has its place
    if (document.activeElement === stop && !running) run.focus();
    stop.hidden = !running;
    reset.hidden = running || (!this.edited && !this.live);
    this.stale.hidden = !stale;
    this.stale.textContent = stale;
    this.status.hidden = Boolean(stale) && this.timed;
    this.root.toggleAttribute('data-stale', Boolean(stale));
    this.estimate.hidden = !seconds || running || this.timed;
    this.estimate.textContent = `takes about ${Math.round(seconds)} s here`;
  }

  // Say that a run was asked for; it begins when Python is there, and the cells that it needs have run.
  wait() {
    if (this.root.dataset.live === 'running') return;
    this.before = this.root.dataset.live;
    this.root.dataset.live = 'running';
  }

  waitNoMore() {
    if (this.root.dataset.live !== 'running') return;
    if (this.before) this.root.dataset.live = this.before;
    else delete this.root.dataset.live;
  }

  // Begin a live output in place of the recorded one; figures replace those of the book and keep their captions.
  begin() {
    const height = (this.live ?? this.recorded)?.offsetHeight;
    this.restoreOutput();
    this.live = element('div', { className: 'live-output docutils container' });         // with the margins of the recorded one
    if (height) this.live.style.minHeight = `${height}px`;         // what stands below stays where it is, meanwhile
    this.figures = [...(this.recorded?.querySelectorAll('figure') ?? [])];
    if (this.recorded) {
      this.places = this.figures.map(figure => [figure, figure.parentNode, figure.nextSibling]);
      this.recorded.hidden = true;
      this.recorded.after(this.live);
    } else this.root.append(this.live);
    this.live.classList.add('cell_output');
    this.mark(0);
    this.root.dataset.live = 'running';
  }

  // What Python says while the cell runs.
  hear({ type, data }) {
    if (type === 'status') this.say(data);
    else if (type === 'running') this.say('Running …');
    else if (type === 'figure') this.#draw(data);
    else if (type === 'claim') this.#claim(data);
    else print(this.live, type, data);
  }

  // The book asserts what it says; where the reader changed something, that it no longer holds is worth a line, no error.
  #claim(text) {
    this.live.append(element('p', { className: 'live-claim' }, 'With your change, this claim of the book no longer holds: ',
      element('code', { textContent: text })));
  }

  // An SVG as an image: whatever it holds, an image runs no scripts.
  #draw(svg) {
    const old = this.figures.shift();
    const image = element('img', { src: `data:image/svg+xml,${encodeURIComponent(svg)}` });
    const unchanged = !this.edited && !this.page.editedAbove(this);
    const recorded = old?.querySelector('img:not(.live-image)');
    image.alt = unchanged && recorded ? recorded.alt : `Figure drawn by your run of cell ${this.number}`;
    image.className = 'live-image';
    // As large as a figure of the book (reading.css): its width, and the size of its type.
    image.style.setProperty('--width', /viewBox="0 0 ([\d.]+)/.exec(svg)?.[1] ?? 400);
    image.style.setProperty('--type', recorded?.style.getPropertyValue('--type') || 10);
    if (!old) {
      this.live.append(element('figure', {}, image));
      return;
    }
    recorded.hidden = true;
    recorded.after(image);
    if (!unchanged) image.after(element('p', { className: 'live-note', textContent: 'Your figure; the caption describes the book’s.' }));
    this.live.append(old);
  }

  // `code` is what ran: the reader may have typed on meanwhile. `offered` are ways to go on.
  finish({ ok, line, message, lost }, code, seconds, offered) {
    this.root.dataset.live = ok ? 'ok' : 'error';
    this.live.style.minHeight = '';
    this.shown = code;
    this.ran = ok ? code : null;
    if (ok) {
      this.say(`Ran in ${seconds < 0.1 ? '< 0.1' : seconds.toFixed(1)} s`);
      this.timed = true;
    } else {
      this.say(lost || !line ? message : `Line ${line}: ${message.split('\n')[0]}`, ...offered);
      if (code === this.code) this.mark(line);
    }
  }

  // Mark a line of the code, or none.
  mark(line) {
    this.editor.pre.classList.toggle('live-wrong', line > 0);
    this.editor.pre.style.setProperty('--live-line', line - 1);
  }

  // Bring back the output of the book.
  restoreOutput() {
    if (!this.live) return;
    for (const [figure, parent, next] of this.places ?? []) {
      figure.querySelectorAll('.live-image, .live-note').forEach(node => node.remove());
      figure.querySelector('img').hidden = false;
      parent.insertBefore(figure, next);
    }
    this.live.remove();
    this.live = this.places = null;
    if (this.recorded) this.recorded.hidden = false;
    delete this.root.dataset.live;
  }

  async restore() {
    this.restoreOutput();
    await this.editor.set(this.source);
    this.mark(0);
    this.say(this.absent ?? '');
    this.ran = this.above = null;
    this.at = 0;
    this.shown = this.source;
  }
}
