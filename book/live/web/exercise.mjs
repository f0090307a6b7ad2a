// An exercise that checks itself: an editor for the answer, a hidden check, and what the check says.
import { Editor } from './editor.mjs';
import { button, element, print } from './elements.mjs';

export class Exercise {
  constructor(root, page) {
    Object.assign(this, { root, page });
    this.title = root.previousElementSibling?.querySelector('.caption-number')?.textContent.trim() || 'the exercise';
    this.hidden = root.querySelector(':scope > template').content.textContent;
    this.input = root.querySelector(':scope > .check-input');
    this.editor = new Editor(this.input.querySelector('pre'), {
      label: `Your answer to ${this.title}. Shift and Enter check it, Escape leaves it.`,
      changed: () => {
        if (this.root.dataset.check) this.#tell('', 'Changed since the last check.');
        page.changed(this);
      },
      run: () => page.check(this),
      leave: () => this.buttons.run.focus(),
    });
    this.answer = element('div', { className: 'check-answer' });
    this.answer.setAttribute('role', 'status');
    this.output = element('div', { className: 'check-output', hidden: true });
    this.buttons = {
      run: button('Check', () => page.check(this), `Check your answer to ${this.title}`),
      edit: button('Edit', () => this.editor.open(), `Edit your answer to ${this.title}`),
      stop: button('Stop', () => page.stop(), `Stop the check of ${this.title}`),
      reset: button('Reset', () => page.reset(this), `Reset your answer to ${this.title}`),
    };
    this.buttons.run.addEventListener('pointerenter', () => page.python.warm());
    this.buttons.run.title = 'Run your code, and try it on cases with a known result (Shift+Enter in the code)';
    this.buttons.reset.title = 'Bring back the code of the book';
    this.input.after(element('div', { className: 'live-bar' }, ...Object.values(this.buttons)), this.answer, this.output);
  }

  get source() { return this.editor.source; }
  get code() { return this.editor.code; }
  get edited() { return this.code !== this.source; }

  refresh(running) {
    const { stop, reset, run } = this.buttons;
    if (document.activeElement === stop && !running) run.focus();
    stop.hidden = !running;
    reset.hidden = running || !this.edited;
  }

  // `verdict` is 'running', 'ok', 'wrong' or nothing.
  #tell(verdict, text) {
    this.root.dataset.check = verdict;
    this.answer.textContent = text;
  }

  say(text) { this.#tell('', text); }

  begin() {
    this.mark(0);
    this.output.replaceChildren();
    this.output.hidden = true;
    this.#tell('running', 'Checking …');
  }

  // What Python says, and what the answer prints; figures are not for checks.
  hear({ type, data }) {
    if (type === 'status') this.#tell('running', data);
    else if (type === 'running') this.#tell('running', 'Checking …');
    else if (type !== 'figure') {
      this.output.hidden = false;
      print(this.output, type, data);
    }
  }

  // `code` is what was checked: the reader may have typed on meanwhile.
  finish({ ok, line, message, lost, stopped }, code) {
    if (ok) this.#tell('ok', 'Right: every case came out as it should.');
    else if (lost || stopped) this.#tell('', message);
    else this.#tell('wrong', line ? `Line ${line}: ${message.split('\n')[0]}` : message);
    if (!ok && line && code === this.code) this.mark(line);
    if (code !== this.code) this.answer.append(' (This was said of the code before your last change.)');
  }

  mark(line) {
    this.editor.pre.classList.toggle('live-wrong', line > 0);
    this.editor.pre.style.setProperty('--live-line', line - 1);
  }

  async restore() {
    await this.editor.set(this.source);
    this.begin();
    this.say('');
  }
}
