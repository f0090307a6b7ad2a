// Edit a cell in place: a transparent textarea over the colored code. Undo, selection and keyboards stay the browser's.
import { colored, load } from './colors.mjs';
import { element } from './elements.mjs';

const LOOK = ['font', 'letterSpacing', 'tabSize', 'padding', 'borderWidth'];    // what decides where a letter stands

export class Editor {
  // `changed(code)` is told each change; `run()` and `leave()` come from the keyboard.
  constructor(pre, { label, changed, run, leave }) {
    Object.assign(this, { pre, label, changed, run, leave, area: null });
    this.original = [...pre.childNodes];
    this.fitting = new ResizeObserver(() => this.#fit());
    this.source = pre.textContent.replace(/\n$/, '');
    this.code = this.source;
    // A click begins to edit; a link is followed, a selection stays, and a touch only scrolls: there is the button.
    pre.addEventListener('click', event => {
      const selection = getSelection();
      if (event.pointerType === 'touch' || event.target.closest('a') || !selection.isCollapsed) return;
      this.open(this.#offset(selection));
    });
  }

  async open(offset = 0) {
    await load();
    if (!this.area) {
      this.area = element('textarea', { className: 'live-editor', value: this.code, spellcheck: false, wrap: 'off' });
      this.area.setAttribute('aria-label', this.label);
      this.area.setAttribute('autocapitalize', 'off');
      this.area.setAttribute('autocomplete', 'off');
      this.area.addEventListener('input', () => this.#set(this.area.value));
      this.area.addEventListener('keydown', event => this.#key(event));
      this.area.addEventListener('scroll', () => { this.pre.scrollLeft = this.area.scrollLeft; });
      this.pre.inert = true;            // and stays out of reach when the theme makes what scrolls focusable
      this.pre.parentElement.classList.add('live-editing');
      this.pre.after(this.area);
      this.#fit();
      this.#paint();
      this.fitting.observe(this.pre);   // its type changes when a window is resized or a phone turned
    }
    this.area.focus({ preventScroll: true });
    this.area.setSelectionRange(offset, offset);
    if (offset === 0) this.area.scrollTo(0, 0);
  }

  // Show this code, without the reader's typing: from what was kept, or the book's own.
  async set(code) {
    if (code === this.source) {
      this.fitting.disconnect();
      this.area?.remove();
      this.area = null;
      this.pre.inert = false;
      this.pre.parentElement.classList.remove('live-editing');
      this.code = code;
      this.pre.replaceChildren(...this.original);
      return;
    }
    this.code = code;
    if (this.area) this.area.value = code;
    await load();
    this.#paint();
  }

  #set(code) {
    this.code = code;
    this.#paint();
    this.changed();
  }

  #paint() {
    this.pre.replaceChildren(colored(this.code), '\n');
    if (this.area) this.pre.scrollLeft = this.area.scrollLeft;
  }

  // A letter of the textarea stands where that of the code shows.
  #fit() {
    const look = getComputedStyle(this.pre);
    for (const name of LOOK) this.area.style[name] = look[name];
  }

  // The place in the text where a click put the caret.
  #offset({ anchorNode, anchorOffset }) {
    if (!this.pre.contains(anchorNode)) return this.code.length;
    const range = document.createRange();
    range.setStart(this.pre, 0);
    range.setEnd(anchorNode, anchorOffset);
    return Math.min(range.toString().length, this.code.length);
  }

  #key(event) {
    event.stopPropagation();                            // the theme has shortcuts of its own
    if (event.key === 'Enter' && (event.shiftKey || event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      this.run();
    } else if (event.key === 'Enter' && !event.isComposing) {
      const line = this.area.value.slice(0, this.area.selectionStart).split('\n').at(-1);
      const indent = line.match(/^ */)[0] + (/[:([{]\s*$/.test(line) ? '    ' : '');
      if (indent) {
        event.preventDefault();
        document.execCommand('insertText', false, `\n${indent}`);     // the one way that keeps the browser's undo
      }
    } else if (event.key === 'Escape') this.leave();
  }
}
