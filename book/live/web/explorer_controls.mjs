// The controls of an explorer: selects and sliders of the browser itself, so keyboards and screen readers know them.
import { element } from './elements.mjs';
import { ofMethod, suits } from './explorer_link.mjs';
import { tell } from './explorer_plot.mjs';

// A slider's place and the value it stands for. Rates and condition numbers are spread by factors, betas by 1 − β.
const factor = [x => Number((10 ** x).toPrecision(2)), Math.log10];
const SCALES = {
  lr: { scale: factor, step: 0.02 },
  condition: { scale: factor, step: 0.02 },
  beta1: { scale: [x => 1 - Number((10 ** -x).toPrecision(2)), v => -Math.log10(1 - v)], step: 0.02 },
  beta2: { scale: [x => 1 - Number((10 ** -x).toPrecision(2)), v => -Math.log10(1 - v)], step: 0.02 },
  steps: { scale: [Math.round, v => v], step: 1 },
  seed: { scale: [Math.round, v => v], step: 1 },
  decay: { scale: [v => v, v => v], step: 0.01 },
};
const clean = (v, [low, high]) => Math.min(high, Math.max(low, Number(v.toFixed(6))));

export function slider(label, kind, range, read, write, spoken = label) {
  const { scale: [value, place], step } = SCALES[kind];
  const input = element('input', { type: 'range', min: place(range[0]), max: place(range[1]), step });
  const shown = element('output');
  const name = element('span', { textContent: label });
  input.addEventListener('input', () => write(clean(value(Number(input.value)), range)));
  const root = element('label', { className: 'explorer-slider' }, name, input, shown);
  return { root, refresh: () => {
    const now = read();
    if (document.activeElement !== input || clean(value(Number(input.value)), range) !== now) input.value = place(now);
    shown.textContent = kind.startsWith('beta') ? String(now).replace('-', '−') : tell(now);
    input.setAttribute('aria-label', spoken);
    input.setAttribute('aria-valuetext', shown.textContent);
  } };
}

// `unfit` tells of a value why it cannot be chosen as the others are, or nothing.
export function select(label, options, read, write, spoken = label, unfit = () => '') {
  const entries = Object.entries(options).map(([value, textContent]) => element('option', { value, textContent }));
  const input = element('select', {}, ...entries);
  input.setAttribute('aria-label', spoken);
  input.addEventListener('change', () => write(input.value));
  return { root: element('label', { className: 'explorer-select' }, element('span', { textContent: label }), input),
    refresh: () => {
      for (const entry of entries) {
        const why = unfit(entry.value);
        entry.disabled = Boolean(why);
        entry.textContent = options[entry.value] + why;
      }
      input.value = read();
    } };
}

// All controls of a setting. `changed()` is called after each change; `setting` is the explorer's, changed in place.
export function controls(explorer) {
  const { choices, changed } = explorer, { ranges } = choices;
  const now = () => explorer.setting;
  const labels = known => Object.fromEntries(Object.entries(known).map(([name, { label }]) => [name, label]));
  const shared = [
    select('Problem', labels(choices.problems), () => now().shared.problem, name => {
      Object.assign(now().shared, { problem: name, start: [...choices.problems[name].start] });
      changed();
    }, 'Problem', name =>
      now().runs.every(run => suits(choices, run.method, name)) ? '' : ' (no matrix)'),
    slider('Steps', 'steps', ranges.steps, () => now().shared.steps, v => { now().shared.steps = v; changed(); }),
    ...[['condition', 'Condition', 'Condition number'], ['seed', 'Seed']].map(([key, label, spoken]) => {
      const made = slider(label, key, ranges[key], () => now().shared[key], v => { now().shared[key] = v; changed(); }, spoken);
      return { root: made.root, refresh: () => {
        made.root.hidden = !choices.problems[now().shared.problem].uses.includes(key);
        made.refresh();
      } };
    }),
  ];
  const run = (i, title) => {
    const own = () => now().runs[i], set = key => v => { own()[key] = v; changed(); };
    const methods = { ...(i ? { none: 'none' } : {}), ...labels(choices.methods) };
    const method = select('Method', methods, () => own()?.method ?? 'none', name => {
      if (name === 'none') now().runs.length = 1;
      else now().runs[i] = { ...(own() ?? now().runs[0]), method: name };
      changed();
    }, `${title}: method`, name =>
      name === 'none' || suits(choices, name, now().shared.problem) ? '' : ' (needs the matrix)');
    const parts = [slider('η', 'lr', ranges.lr, () => own().lr, set('lr'), `${title}: learning rate η`),
      ...ofMethod(ranges).filter(key => key !== 'lr').map(key => {
        const made = slider(key, key, ranges[key], () => own()[key], set(key));
        const name = made.root.querySelector('span');
        return { root: made.root, refresh: () => {
          const sign = choices.methods[own().method].sliders[key];
          made.root.hidden = !sign;
          made.refresh();
          if (sign) name.textContent = sign;
          if (sign) made.root.querySelector('input').setAttribute('aria-label', `${title}: ${sign}`);
        } };
      }),
      select('Schedule', choices.schedules, () => own().schedule, set('schedule'), `${title}: schedule of the learning rate`)];
    const rest = element('div', { className: 'explorer-own' }, ...parts.map(part => part.root));
    const root = element('fieldset', { className: `explorer-run${i}` }, element('legend', { textContent: title }), method.root, rest);
    return { root, refresh: () => {
      method.refresh();
      rest.hidden = !own();
      if (own()) parts.forEach(part => part.refresh());
    } };
  };
  const problem = element('fieldset', { className: 'explorer-shared' }, element('legend', { textContent: 'Problem' }),
    ...shared.map(part => part.root));
  const runs = [run(0, 'First method'), run(1, 'Second method')];
  return { root: element('div', { className: 'explorer-controls' }, problem, ...runs.map(r => r.root)),
    refresh: () => [...shared, ...runs].forEach(part => part.refresh()) };
}
