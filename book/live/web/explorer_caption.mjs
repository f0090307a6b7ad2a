// Captions that follow the setting: the book's own is about the book's setting.
import { element } from './elements.mjs';
import { tell } from './explorer_plot.mjs';

const name = ({ method, schedule }, { methods, schedules }) =>
  methods[method].label + (schedule === 'constant' ? '' : ` (${schedules[schedule]})`);

// "Adam beside Yogi on a quadratic with the condition number 20"
export function title({ shared, runs }, choices) {
  const where = choices.problems[shared.problem].where.replace(/\{(\w+)\}/g, (_, key) => tell(shared[key]));
  return `${runs.map(run => name(run, choices)).join(' beside ')} ${where}`;
}

// The same with all numbers.
export function inWords(setting, choices) {
  const { shared, runs } = setting;
  const rates = runs.map(run => [`η = ${tell(run.lr)}`, ...Object.entries(choices.methods[run.method].sliders)
    .map(([key, sign]) => `${sign} = ${run[key]}`)].join(', '));
  return `${title(setting, choices)}; ${rates.join(' and ')}; ${shared.steps} steps from ${shared.start.map(tell).join(', ')}`;
}

// The caption of an explorer. `show` it for a setting: the book's words where they are true.
export function caption(root) {
  const own = root.closest('figure')?.querySelector('figcaption .caption-text'), other = element('span');
  own?.after(other);
  return { show({ setting, settings, choices }) {
    const changed = JSON.stringify(setting) !== JSON.stringify(settings);
    if (own) own.hidden = changed;
    other.textContent = changed ? `${title(setting, choices)}. Reset brings back the setting of the book.` : '';
  } };
}
