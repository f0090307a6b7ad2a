// An explorer of the page: settings in, numbers from the page's Python, a figure to hold out.
import { button, element } from './elements.mjs';
import { controls } from './explorer_controls.mjs';
import { read, write } from './explorer_link.mjs';
import { View } from './explorer_view.mjs';

const PACE = 60, LONGEST = 6000;         // milliseconds of a step played, and of a whole path
const still = matchMedia('(prefers-reduced-motion: reduce)');

class Explorer {
  constructor(root, python) {
    Object.assign(this, { root, python, ...JSON.parse(root.dataset.explorer) });
    const { setting, complaints, asked } = read(location.search, this);
    this.setting = setting;
    this.step = this.playing = this.found = null;
    this.drawn = '';                     // the problem whose contours are drawn
    this.status = element('p', { className: 'live-status' });
    this.status.setAttribute('role', 'status');
    this.complaints = element('p', { className: 'explorer-complaint', textContent: complaints.join(' '),
      hidden: !complaints.length });
    this.complaints.setAttribute('role', 'alert');
    this.start = button('Bring it to life', () => this.begin());
    this.bar = element('div', { className: 'live-bar' }, this.start, this.status);
    root.append(this.complaints, this.bar);
    if (asked) this.say('Your link holds settings of its own; the picture shows the book’s. Bring it to life to see them.');
  }

  say(text) { this.status.textContent = text; }

  // From here on the page may fetch Python: the reader has asked for it.
  async begin() {
    if (this.live) return;
    this.changed = () => this.change();
    this.live = true;
    this.view ??= new View(this.choices, (start, settled) => {
      this.setting.shared.start = start;
      this.change(settled);
    });
    this.controls ??= controls(this);
    if (!await this.change()) this.live = false;
  }

  // Ask for the numbers of the settings as they are; what changes meanwhile is asked for next. Resolves to whether
  // it went well.
  async change(settled = true) {
    this.pause();
    if (this.found) this.controls.refresh();
    this.since ??= performance.now();
    if (settled && this.found) history.replaceState(history.state, '', write(location.href, this.name, this.setting));
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
    const setting = structuredClone(this.setting), { since } = this, { problem, condition, seed } = setting.shared;
    this.since = null;
    const area = [problem, condition, seed].join();
    if (this.python.busy) this.say('Python is busy: this figure waits for its turn.');
    const result = await this.python.ask({ ...setting, chart: area !== this.drawn }, ({ type, data }) => {
      if (!this.found && type === 'status') this.say(data);
    });
    if (!result.ok) {
      this.say(result.message);
      return false;
    }
    this.drawn = area;
    if (!this.found) this.#show();
    this.found = result.answer;
    this.last = Math.max(...this.found.runs.map(run => run.path.length - 1));
    this.step = this.last;
    this.view.show(setting, this.found, this.step);
    this.#mark();
    this.say(this.view.says(this.step));
    performance.measure('explorer', { start: since ?? performance.now(), detail: { name: this.name } });
    return true;
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
    const focused = document.activeElement === this.start;
    this.start.remove();
    this.bar.prepend(play, back, on, this.scrub, reset, copy, this.link);
    this.root.append(element('div', { className: 'explorer-live' }, view.root, this.bar, this.complaints, this.controls.root));
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
    this.link.href = write(location.href, this.name, this.setting);
  }

  #draw(step) {
    this.step = Math.min(this.last, Math.max(0, step));
    this.view.until(this.step);
    this.#mark();
  }

  // Show the path up to a step, and say where it is.
  to(step) {
    this.pause();
    this.#draw(step);
    this.say(this.view.says(this.step));
  }

  // Let the path grow from the start, or from where it was paused. Readers who want no motion get all of it at once.
  play() {
    if (still.matches) {
      this.to(this.last);
      return;
    }
    const from = this.step === this.last ? 0 : this.step, whole = Math.min(LONGEST, PACE * this.last);
    let first = null;
    const frame = now => {
      first ??= now;
      const step = from + Math.floor((now - first) / whole * this.last);
      if (step >= this.last) this.to(this.last);
      else {
        this.playing = requestAnimationFrame(frame);
        if (step !== this.step) this.#draw(step);
      }
    };
    this.playing = requestAnimationFrame(frame);
    this.#draw(from);
  }

  pause() {
    if (!this.playing) return;
    cancelAnimationFrame(this.playing);
    this.playing = null;
    this.#mark();
    this.say(this.view.says(this.step));
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
