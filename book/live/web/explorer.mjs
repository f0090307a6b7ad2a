// An explorer of the page: settings in, numbers from the page's Python, an interactive figure out.
import { button, element } from './elements.mjs';
import { caption, inWords } from './explorer_caption.mjs';
import { controls } from './explorer_controls.mjs';
import { read, write } from './explorer_link.mjs';
import { View } from './explorer_view.mjs';

const PACE = 60, LONGEST = 6000;         // milliseconds of a step played, and of a whole path
const REST = 1500;                       // and between two rounds of a path that plays by itself
const area = ({ shared: { problem, condition, seed } }) => [problem, condition, seed].join();        // what contours depend on
const still = matchMedia('(prefers-reduced-motion: reduce)');

class Explorer {
  constructor(root, python) {
    Object.assign(this, { root, python, frames: null, ...JSON.parse(root.dataset.explorer) });
    const { setting, complaints, asked } = read(location.search, this);
    this.setting = setting;
    this.step = this.playing = this.found = null;
    this.drawn = '';                     // the problem whose contours are drawn
    this.status = element('p', { className: 'live-status' });
    this.voice = element('p', { className: 'visually-hidden' });       // what the figure shows, for those who hear it
    for (const place of [this.status, this.voice]) place.setAttribute('role', 'status');
    this.complaints = element('p', { className: 'explorer-complaint', textContent: complaints.join(' '),
      hidden: !complaints.length });
    this.complaints.setAttribute('role', 'alert');
    this.start = button('Bring it to life', () => this.begin());
    this.bar = element('div', { className: 'live-bar' }, this.start, this.status);
    this.caption = caption(root);
    root.append(this.complaints, this.bar, this.voice);
    for (const sign of ['pointerenter', 'focus']) this.start.addEventListener(sign, () => python.warm());
    if (asked) this.#asked();
    else if (this.frames) this.#move();
  }

  say(text) { this.status.textContent = text; }

  // A link brought the reader here for its own setting: no picture of another one, and Python starts at once. Where
  // the browser saves data, a button starts it.
  #asked() {
    const words = element('p', { className: 'explorer-asked', textContent: `The setting of your link: ${inWords(this.setting, this.choices)}.` });
    const picture = this.root.querySelector('.explorer-still');
    words.style.minHeight = `${picture.offsetHeight}px`;
    picture.after(words);
    this.root.classList.add('asked');
    this.caption.show(this);
    if (navigator.connection?.saveData) this.say('Python draws it; that is a download of some megabytes.');
    else this.begin();
  }

  // Numbers computed with the book are shown at once, moving, without Python; a first change starts it.
  #move() {
    this.#prepare();
    this.rounds = true;                  // over and over, until the reader touches it
    this.#take(structuredClone(this.setting), this.frames);
    new IntersectionObserver(([{ isIntersecting }]) => {
      if (this.rounds && isIntersecting) this.play();
      else if (this.rounds && this.playing) this.#halt();
    }).observe(this.root);
    this.rounds = !still.matches;
  }

  // From here on the page may fetch Python: the reader has asked for it.
  async begin() {
    if (this.live) return;
    this.#prepare();
    this.start.hidden = this.root.matches('.asked');        // it has begun by itself
    if (await this.change()) return;
    this.live = false;
    this.start.hidden = false;
  }

  #prepare() {
    this.changed = () => this.change();
    this.live = true;
    this.view ??= new View(this.choices, (start, settled) => {
      this.setting.shared.start = start;
      this.change(settled);
    });
    this.controls ??= controls(this);
  }

  // Ask for the numbers of the settings as they are; what changes meanwhile is asked for next. Resolves to whether
  // it went well.
  async change(settled = true) {
    this.pause();
    if (this.found) this.controls.refresh();
    this.since ??= performance.now();
    if (settled && this.found) history.replaceState(history.state, '', write(location.href, this));
    this.wanted = true;
    if (this.asking) return true;
    this.asking = true;
    let went = true;
    while (this.wanted && went) {
      this.wanted = false;
      went = await this.#ask();
    }
    this.asking = false;
    return went;
  }

  async #ask() {
    const setting = structuredClone(this.setting), { since } = this;
    this.since = null;
    if (this.python.busy) this.say('Python is busy: this figure waits for its turn.');
    const result = await this.python.ask({ ...setting, chart: area(setting) !== this.drawn }, ({ type, data }) => {
      if (!this.answered && type === 'status') this.say(data);
    });
    if (!result.ok) {
      const shown = this.root.matches('.asked:not(.alive)');
      this.root.classList.remove('asked');
      if (shown) this.caption.show({ ...this, setting: this.settings });
      this.say(result.message + (shown ? ' The picture shows the book’s setting, not that of your link.' : ''));
      return false;
    }
    this.answered = true;
    this.#take(setting, result.answer);
    this.say('');
    performance.measure('explorer', { start: since ?? performance.now(), detail: { name: this.name } });
    return true;
  }

  // Show the numbers of a setting.
  #take(setting, answer) {
    this.drawn = area(setting);
    if (!this.found) this.#show();
    this.found = answer;
    this.last = Math.max(...answer.runs.map(run => run.path.length - 1));
    this.step = this.last;
    this.view.show(setting, answer, this.step);
    this.caption.show({ ...this, setting });
    this.#mark();
    this.#tell();
  }

  // Take the place of the still picture.
  #show() {
    const { view } = this;
    this.buttons = {
      play: button('Play', () => this.playing ? this.pause() : this.play()),
      back: button('Step back', () => this.to(this.step - 1)),
      on: button('Step', () => this.to(this.step + 1)),
      reset: button('Reset', () => { this.setting = structuredClone(this.settings); this.change(); }),
      copy: button('Copy link', () => this.copy()),
    };
    this.scrub = element('input', { type: 'range', min: 0, step: 1 });
    this.scrub.setAttribute('aria-label', 'Step shown');
    this.scrub.addEventListener('input', () => this.to(Number(this.scrub.value)));
    this.link = element('a', { textContent: 'Link to this setting' });
    const { play, back, on, reset, copy } = this.buttons;
    play.className = 'explorer-play';
    const focused = document.activeElement === this.start;
    this.start.remove();
    this.bar.prepend(play, back, on, this.scrub, reset, copy, this.link);
    const below = this.frames ? element('details', { className: 'explorer-more' }, element('summary', {
      textContent: 'Change the problem, the methods, their rates' }), this.controls.root) : this.controls.root;
    below.addEventListener('toggle', () => this.python.warm());
    this.root.append(element('div', { className: 'explorer-live' }, view.plan, view.side, view.legend, this.bar, this.complaints,
      below));
    this.root.classList.add('alive');
    this.controls.refresh();
    if (focused) play.focus({ preventScroll: true });
  }

  #mark() {
    const { play, back, on } = this.buttons;
    play.textContent = this.playing ? 'Pause' : still.matches ? 'Show all' : 'Play';
    back.setAttribute('aria-disabled', this.step === 0);
    on.setAttribute('aria-disabled', this.step === this.last);
    this.scrub.max = this.last;
    this.scrub.value = this.step;
    this.scrub.setAttribute('aria-valuetext', `step ${this.step} of ${this.last}`);
    this.link.href = write(location.href, this);
  }

  // Say where the paths are; not while they play by themselves, which nobody has asked for.
  #tell() { if (!this.rounds) this.voice.textContent = this.view.says(this.step); }

  #draw(step) {
    this.step = Math.min(this.last, Math.max(0, step));
    this.view.until(this.step);
    this.#mark();
  }

  // Show the path up to a step, and say where it is.
  to(step) {
    this.pause();
    this.#draw(step);
    this.#tell();
  }

  // Let the path grow from the start, or from where it was paused. Readers who want no motion get all of it at once.
  play() {
    if (still.matches) {
      this.to(this.last);
      return;
    }
    this.#halt();
    const from = this.step === this.last ? 0 : this.step, whole = Math.min(LONGEST, PACE * this.last);
    let first = null;
    const frame = now => {
      first ??= now;
      const step = from + Math.floor((now - first) / whole * this.last);
      if (step < this.last) {
        this.playing = requestAnimationFrame(frame);
        if (step !== this.step) this.#draw(step);
      } else if (!this.rounds) this.to(this.last);
      else {
        if (this.step !== this.last) this.#draw(this.last);
        if (now - first < whole + REST) this.playing = requestAnimationFrame(frame);
        else this.play();
      }
    };
    this.playing = requestAnimationFrame(frame);
    this.#draw(from);
  }

  #halt() {
    cancelAnimationFrame(this.playing);
    this.playing = null;
  }

  pause() {
    this.rounds = false;
    if (!this.playing) return;
    this.#halt();
    this.#mark();
    this.#tell();
  }

  async copy() {
    try {
      await navigator.clipboard.writeText(this.link.href);
      this.say('The link is copied.');
    } catch {
      this.say('This browser does not let the page copy: take the link beside the button.');
    }
  }
}

export function start(roots, python) {
  for (const root of roots) new Explorer(root, python);
}
