// The settings of an explorer in a link. What a link says is read as numbers and known names; everything else is
// refused, with a message.
const NUMBER = /^[-+]?\d{1,12}(\.\d{0,18})?(e[-+]?\d{1,3})?$/i;
const SHARED = ['condition', 'steps', 'seed'];
const quoted = text => `“${text.length > 40 ? `${text.slice(0, 40)}…` : text}”`;

// The ranges of a method: all but those of the problem.
export const ofMethod = ranges => Object.keys(ranges).filter(key => !SHARED.includes(key));
// Whether a method can be run on a problem.
export const suits = ({ methods, problems }, method, problem) => !methods[method].matrices || problems[problem].matrix;

// Return { setting, complaints } from the query of an address; the book's own settings fill what is missing or wrong.
export function read(search, { name, settings, choices }) {
  const query = new URLSearchParams(search), complaints = [], setting = structuredClone(settings);
  const asked = query.get('explorer') === name;
  if (!asked) return { setting, complaints, asked };

  const choice = (key, known, fallback) => {
    const text = query.get(key);
    if (text === null) return fallback;
    if (Object.hasOwn(known, text)) return text;
    complaints.push(`The link asks for ${key} ${quoted(text)}, which does not exist: ${fallback} is used.`);
    return fallback;
  };
  const number = (key, text, [low, high], fallback, whole = false) => {
    if (text === null) return fallback;
    if (!NUMBER.test(text) || (whole && !Number.isInteger(Number(text)))) {
      const wanted = whole ? 'whole number' : 'number';
      complaints.push(`The link asks for ${key} ${quoted(text)}, which is no ${wanted}: ${fallback} is used.`);
      return fallback;
    }
    const kept = Math.min(high, Math.max(low, Number(text)));
    if (kept !== Number(text)) complaints.push(`The link asks for ${key} ${quoted(text)}, out of range: ${kept} is used.`);
    return kept;
  };

  const { ranges } = choices, { shared } = setting;
  const problem = choice('problem', choices.problems, shared.problem);
  const { box, start } = choices.problems[problem];
  if (problem !== shared.problem) shared.start = [...start];
  shared.problem = problem;
  shared.condition = number('condition', query.get('condition'), ranges.condition, shared.condition);
  for (const key of ['steps', 'seed']) shared[key] = number(key, query.get(key), ranges[key], shared[key], true);
  const at = query.get('start')?.split(',') ?? [];
  shared.start = box.map((side, i) => number('start', at[i] ?? null, side, shared.start[i]));

  for (const [i, letter] of [...'ab'].entries()) {
    const base = setting.runs[i] ?? settings.runs[0];
    const known = i ? { ...choices.methods, none: null } : choices.methods;
    const method = choice(letter, known, setting.runs[i]?.method ?? 'none');
    if (method === 'none') {
      setting.runs.length = 1;
      break;
    }
    const run = { ...base, method };
    if (!suits(choices, method, problem)) {
      run.method = 'gd';
      complaints.push(`The link asks for ${letter} ${quoted(method)}, which needs the matrix: gd is used.`);
    }
    for (const key of ofMethod(ranges)) run[key] = number(`${letter}-${key}`, query.get(`${letter}-${key}`), ranges[key], base[key]);
    run.schedule = choice(`${letter}-schedule`, choices.schedules, base.schedule);
    setting.runs[i] = run;
  }
  return { setting, complaints, asked };
}

// Return the address of this page with the settings in it.
export function write(address, { name, choices, setting: { shared, runs } }) {
  const url = new URL(address), query = new URLSearchParams({ explorer: name, ...shared, start: shared.start.join(',') });
  for (const [i, letter] of [...'ab'].entries()) {
    const run = runs[i];
    query.set(letter, run?.method ?? 'none');
    if (run) for (const key of [...ofMethod(choices.ranges), 'schedule']) query.set(`${letter}-${key}`, run[key]);
  }
  url.search = query;
  url.hash = name;
  return url.href;
}
