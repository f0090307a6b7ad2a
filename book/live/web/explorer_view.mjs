// What an explorer shows: the map with the path and the start to drag, the loss, each state over time, up to one step;
// and where the paths are at this step.
import { element } from './elements.mjs';
import { Axes, mark, svg, tell } from './explorer_plot.mjs';

const TITLES = { v: 'v, average or sum of gradients', s: 's, of squared gradients', rate: 'rate of each coordinate',
  step: 'length of a step in each coordinate' };
const SIDE = 360;           // the height of all charts beside the map; all sizes are pixels of a page of 1280
const span = (values, log) => {
  const finite = values.filter(x => Number.isFinite(x) && (!log || x > 0));
  if (!finite.length) return [log ? 0.1 : 0, 1];
  const low = Math.min(...finite), high = Math.max(...finite);
  if (log) return [Math.max(low, high * 1e-12) / 1.2, high * 1.2];
  const pad = (high - low) * 0.05 || Math.abs(high) * 0.1 || 1;
  return [low - pad, high + pad];
};

export class View {
  // `moved(start, settled)` is told where the reader puts the start.
  constructor(choices, moved) {
    Object.assign(this, { choices, moved });
    this.plan = element('div', { className: 'explorer-plan' });
    this.side = element('div', { className: 'explorer-side' });
    this.legend = element('div', { className: 'explorer-legend' });
    this.axes = {};
  }

  // Make the map of a problem, with its contours if it has any.
  #map(problem, chart) {
    const { box, axes: names } = this.choices.problems[problem];
    this.problem = problem;
    this.flat = box.length === 1;
    const [x, y] = this.flat ? ['step', names[0]] : names;
    this.map = new Axes({ width: 330, height: 330, x, y, className: 'map' });
    this.handle = svg('g', { class: 'handle', tabindex: 0, role: 'slider', 'aria-label': 'Start point: arrow keys move it' },
      svg('circle', { r: 16, class: 'reach' }), svg('circle', { r: 7 }));
    this.map.root.setAttribute('role', 'group');
    this.map.root.append(this.handle);
    this.plan.replaceChildren(this.map.root);
    this.#listen();
    if (!this.flat) this.map.range(...box);
    if (chart) this.map.contours(chart);
    if (!this.flat) this.map.crosses(this.choices.problems[problem].minima);
  }

  show({ shared, runs }, found, step) {
    const fresh = shared.problem !== this.problem;
    if (fresh) this.#map(shared.problem, found.chart);
    else if (found.chart) this.map.contours(found.chart);
    Object.assign(this, { setting: { shared, runs }, found });
    const { box, axes: names } = this.choices.problems[shared.problem];
    if (this.flat) {
      this.map.range([-0.03 * shared.steps, 1.03 * shared.steps], [box[0][0] - 0.1, box[0][1] + 0.1]);
      this.map.crosses(this.choices.problems[shared.problem].minima.map(([x]) => [shared.steps, x]));
    }
    const losses = found.runs.flatMap(run => run.losses), log = Math.min(...losses) > 0;
    const charts = { loss: found.runs.map((run, i) => ({ run: i, part: 0, values: run.losses })) };
    for (const name of ['v', 's']) {
      const curves = found.runs.flatMap((run, i) => (run.states[name]?.[0] ?? []).map((_, k) =>
        ({ run: i, part: k, values: run.states[name].map(row => row[k]) })));
      if (curves.length) charts[name] = curves;
    }
    if (found.runs.some(run => new Set(run.rates.flat()).size > 1)) {
      charts.rate = found.runs.flatMap((run, i) => box.map((_, k) => k)
        .filter(k => !k || run.rates.some(row => row[k] !== row[0]))
        .map(k => ({ run: i, part: k, values: run.rates.map(row => row[k]), first: 1 })));
    }
    if (runs.some(({ method }) => this.choices.methods[method].even)) {
      charts.step = found.runs.flatMap(({ path }, i) => box.map((_, k) =>
        ({ run: i, part: k, values: path.slice(1).map((point, t) => Math.abs(point[k] - path[t][k])), first: 1 })));
    }
    this.charts = charts;
    const labels = Object.keys(charts).join();
    if (labels !== this.labels) {
      this.labels = labels;
      this.axes = Object.fromEntries(Object.keys(charts).map((name, i, all) => [name, new Axes({ width: 285,
        height: (SIDE - 25) / all.length - 17 + (i === all.length - 1 ? 25 : 0), x: i === all.length - 1 ? 'step' : '',
        y: '' })]));
      this.side.replaceChildren(...Object.entries(this.axes).map(([name, axes]) =>
        element('figure', { className: 'explorer-chart' }, element('p', { textContent: TITLES[name] ?? name }), axes.root)));
    }
    for (const [name, axes] of Object.entries(this.axes)) {
      const onLog = (name === 'loss' && log) || (['rate', 'step'].includes(name) && charts[name].every(({ values }) => values.every(x => x > 0)));
      axes.range([0, shared.steps], span(charts[name].flatMap(curve => curve.values), onLog), onLog);
      axes.side = name;
    }
    this.#legend(runs, names);
    this.until(step);
  }

  // Draw all curves up to a step.
  until(step) {
    const { found } = this;
    const until = path => path.slice(0, step + 1).map((p, t) => this.flat ? [t, p[0]] : p);
    this.map.draw(found.runs.flatMap((run, i) => {
      const others = Object.entries(run.points).map(([name, path]) => ({ run: i, part: 1, points: until(path), name }));
      return [...others, { run: i, part: 0, marks: true, points: until(run.path), name: others.length ? 'x' : '' }];
    }));
    for (const [name, axes] of Object.entries(this.axes)) {
      axes.draw(this.charts[name].map(({ run, part, values, first = 0 }) =>
        ({ run, part, points: values.slice(0, step + 1 - first).map((y, t) => [t + first, y]) })));
      const now = this.charts[name].map(({ run, part, values, first = 0 }) => {
        const value = values[Math.min(Math.max(step - first, 0), values.length - 1)] ?? 0;
        return `${this.#label(run)}${part ? ', second coordinate' : ''} ${tell(value)}`;
      });
      axes.root.setAttribute('aria-label', `${TITLES[name] ?? name} over the steps. At step ${step}: ${now.join('; ')}.`);
    }
    found.runs.forEach((run, i) => { this.readings[i].textContent = this.#reading(i, step); });
    this.map.root.setAttribute('aria-label', `${this.flat ? 'Path over the steps' : 'Path on the contours'} of ${
      this.choices.problems[this.problem].label}. ${this.says(step)}`);
    this.place(this.setting.shared.start);
  }

  #label(i) {
    const { method, schedule } = this.setting.runs[i], name = this.choices.methods[method].label;
    return schedule === 'constant' ? name : `${name}, ${this.choices.schedules[schedule]}`;
  }

  // Where a path is.
  #reading(i, step) {
    const run = this.found.runs[i], t = Math.min(step, run.path.length - 1);
    const end = run.diverged && t === run.path.length - 1 ? ' The path diverges: a smaller η keeps it.' : '';
    const at = run.path[t].map(tell).join(', ');
    return `step ${t}: ${this.flat ? `x = ${at}` : `(${at})`}, loss ${tell(run.losses[t])}.${end}`;
  }

  // In words: where each path is.
  says(step) { return this.found.runs.map((_, i) => `${this.#label(i)}, ${this.#reading(i, step)}`).join(' '); }

  // The methods, each with its line and where it is; and what else is drawn.
  #legend(runs, names) {
    const sample = (i, part) => svg('svg', { viewBox: '0 0 34 10', width: 34, height: 10, 'aria-hidden': 'true' },
      svg('line', { class: `run${i} part${part}`, x1: 1, x2: 33, y1: 5, y2: 5 }),
      ...part ? [] : [svg('path', { class: `dot run${i}`, d: mark(i, 17, 5) })]);
    this.readings = runs.map(() => element('span', { className: 'explorer-reading' }));
    const entries = runs.map((_, i) => element('p', {}, sample(i, 0), ` ${this.#label(i)}, `, this.readings[i]));
    this.found.runs.forEach(({ points }, i) => {
      if (Object.keys(points).length) entries[i].append(element('span', { textContent:
        ` x is the result; thin: ${Object.keys(points).join(' and ')}.` }));
    });
    const cross = svg('svg', { viewBox: '0 0 12 12', width: 12, height: 12, 'aria-hidden': 'true' },
      svg('path', { class: 'lowest', d: 'M1 1L11 11M1 11L11 1' }));
    const also = element('p', {}, cross, ' lowest value');
    if (Object.values(this.charts).flat().some(({ part }) => part)) {
      also.append(' · ', sample(0, 1), ` thin: the second coordinate, ${names[1]}`);
    }
    this.legend.replaceChildren(...entries, also);
  }

  // Put the handle at a start point.
  place(start) {
    const { box, axes } = this.choices.problems[this.problem];
    const [x, y] = this.flat ? [0, start[0]] : start;
    this.handle.setAttribute('transform', `translate(${this.map.toX(x)} ${this.map.toY(y)})`);
    for (const [key, value] of [['valuemin', box[0][0]], ['valuemax', box[0][1]], ['valuenow', start[0]],
      ['valuetext', start.map((v, i) => `${axes[i]} ${tell(v)}`).join(', ')]]) this.handle.setAttribute(`aria-${key}`, value);
  }

  #to(point, settled) {
    const { box } = this.choices.problems[this.problem];
    const start = box.map(([low, high], i) => Math.min(high, Math.max(low, Number(point[i].toFixed(3)))));
    this.place(start);
    this.moved(start, settled);
  }

  #listen() {
    const { root } = this.map;
    let holds = false;
    const here = event => {
      const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(root.getScreenCTM().inverse());
      const { left, right, top, bottom } = this.map.inner, { xs, ys } = this.map;
      const x = xs[0] + (at.x - left) / (right - left) * (xs[1] - xs[0]);
      const y = ys[0] + (bottom - at.y) / (bottom - top) * (ys[1] - ys[0]);
      return this.flat ? [y] : [x, y];
    };
    root.addEventListener('pointerdown', event => {
      const onHandle = this.handle.contains(event.target);
      if (event.button !== 0 || (event.pointerType === 'touch' && !onHandle)) return;     // a finger beside it scrolls the page
      holds = true;
      root.setPointerCapture(event.pointerId);
      event.preventDefault();
      this.handle.focus({ preventScroll: true });
      if (!onHandle) this.#to(here(event), false);
    });
    root.addEventListener('pointermove', event => { if (holds) this.#to(here(event), false); });
    const end = event => {
      if (holds) this.#to(event.type === 'pointerup' ? here(event) : this.setting.shared.start, true);
      holds = false;
    };
    root.addEventListener('pointerup', end);
    root.addEventListener('pointercancel', end);
    this.handle.addEventListener('keydown', event => {
      const { box } = this.choices.problems[this.problem], [dx, dy] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1],
        ArrowDown: [0, -1] }[event.key] ?? [0, 0];
      if (!dx && !dy) return;
      event.preventDefault();
      event.stopPropagation();                        // the theme turns pages with them
      const by = this.flat ? [dx + dy] : [dx, dy], share = event.shiftKey ? 0.1 : 0.02;
      this.#to(this.setting.shared.start.map((v, i) => v + by[i] * share * (box[i][1] - box[i][0])), true);
    });
  }
}
