// Python in a worker of the page. Every file it loads, from wherever, must have the sum that sums.json gives.
import { boot, DRAWS, SHELL } from './boot.mjs';
import { Store } from './store.mjs';

const LIMIT = 200_000;          // characters a cell may print: more would freeze the page that shows them
const PAUSE = 50;               // milliseconds between two pieces of printed text
const SNAPSHOT = 'snapshot.bin.gz';
const plain = globalThis.fetch;         // a start puts another in its place
const post = (type, data) => postMessage({ type, data });
let place = null, ready = null, python = null, drawing = null, canDraw = null, asked = false, canCheck = false, told = '';

// Say how much of Python has come, in the words of the cell that waits for it.
function tell(percent, bytes, kept) {
  const text = percent === null ? 'Loading Python …'
    : percent === 99 ? 'Starting Python …' : `Loading Python: ${percent} % of ${Math.round(bytes / 1e6)} MB${kept ? ', once on this device' : ''} …`;
  if (text !== told) post('status', text);
  told = text;
}

async function unpacked(bytes) {
  return new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))).arrayBuffer());
}

// Resolve to the shell; or to null if Python may only be `early`, ahead of the first Run, and is not kept in this browser.
async function start({ folder, interrupt }, early = false) {
  post('status', 'Loading Python …');
  const answer = await plain(new URL('sums.json', folder));
  if (!answer.ok) throw new Error(`pyodide/sums.json is missing (${answer.status})`);
  const store = new Store(folder, await answer.json(), tell), names = Object.keys(store.sums);
  const fast = store.has(SNAPSHOT) && 'DecompressionStream' in globalThis;
  const core = names.filter(name => !name.endsWith('.whl') && (fast || name !== SNAPSHOT));
  if (early && !await store.keeps(core)) return null;
  const lock = JSON.parse(new TextDecoder().decode(await store.file('pyodide-lock.json'))).packages;
  const files = name => [lock[name].file_name, ...lock[name].depends.flatMap(files)];
  const wheels = [...new Set(files('d2lmini'))];
  if (early && !await store.keeps(wheels)) return null;
  store.ahead([...core, ...wheels]);
  canDraw = () => store.keeps(files('matplotlib'));
  globalThis.fetch = async (address, options) => {
    const url = new URL(address.url ?? address, folder);
    if (!url.href.startsWith(folder)) return plain(address, options);
    try {
      return await store.response(url.href.slice(folder.length));
    } catch (why) {
      failed(why);              // Pyodide may never tell
      throw why;
    }
  };
  // An import checks no sum: what was fetched and checked is imported from memory.
  const load = async name => import(URL.createObjectURL(new Blob([await store.file(name)], { type: 'text/javascript' })));
  const text = async name => [name, await (await plain(new URL(name, import.meta.url))).text()];
  const [{ loadPyodide }, { default: createPyodideModule }, sources, snapshot] = await Promise.all([
    load('pyodide.mjs'), load('pyodide.asm.mjs'), Promise.all(SHELL.map(text)).then(Object.fromEntries),
    fast && store.file(SNAPSHOT).then(unpacked)]);
  const options = { createPyodideModule, ...(fast && { _loadSnapshot: snapshot }) };
  const booted = await boot(loadPyodide, folder, sources, options), { shell } = booted;
  ({ python, drawing } = booted);
  if (interrupt) python.setInterruptBuffer(interrupt);
  python._api.on_fatal = crashed;         // a trap in WebAssembly ends Python without an answer to its caller
  store.tidy().catch(() => {});           // a browser that keeps nothing has nothing to tidy
  return shell;
}

// After an early start, import what the first cells will ask for, until one asks.
async function importAhead() {
  if (!await ready || asked) return;
  python.runPython('import d2lmini');
  if (asked || !await canDraw()) return;
  await drawing();
  if (!asked) python.runPython('import matplotlib.pyplot');
}

// Gather what a cell prints, and send it in pieces.
function printer() {
  let kind = 'text', waiting = '', sent = 0, last = performance.now();
  const flush = () => {
    if (waiting) post(kind, waiting);
    waiting = '';
    last = performance.now();
  };
  const print = (what, text) => {
    if (what !== kind) flush();
    kind = what;
    if (what === 'figure' || what === 'claim') {
      post(what, text);
      return;
    }
    if (sent > LIMIT) return;
    sent += text.length;
    waiting += sent > LIMIT ? `\n… and more: only ${LIMIT.toLocaleString('en')} characters are shown.\n` : text;
    if (performance.now() - last > PAUSE) flush();
  };
  return { print, flush };
}

// Arrays of 2 GB and more are refused in other words.
const memory = text => /MemoryError|out of memory|memory\.grow|Array buffer allocation|allowed dimension|array is too big/i.test(text);

function failed(why) {
  post('crash', `Python did not start: ${why.message}. If it fails again, the site needs make live.`);
}

function crashed(why) {
  const reason = memory(String(why)) ? 'its memory is full' : String(why.message ?? why).split('\n')[0];
  post('crash', `Python has crashed: ${reason}. Its variables are gone; the next Run starts it again.`);
}

// Pages without exercises never fetch what judges them.
async function check(shell, name, code, hidden, print) {
  if (!canCheck) {
    const answer = await fetch(new URL('live_check.py', import.meta.url));
    if (!answer.ok) throw new Error(`live_check.py is missing (${answer.status})`);
    python.FS.writeFile('/live/live_check.py', await answer.text());
    canCheck = true;
  }
  return shell.check(name, code, hidden, print);
}

async function run(shell, { number, code, hidden, book }) {
  const { print, flush } = printer();
  try {
    const failure = await (hidden ? check(shell, number, code, hidden, print) : shell.run(number, code, print, undefined, book));
    const [line, message] = failure?.toJs() ?? [0, ''];
    if (message === 'KeyboardInterrupt') return { ok: false, line: 0, stopped: true, message: 'Stopped. Python has kept its variables.' };
    const full = memory(message);
    return { ok: !failure, line, full, message: message + (full ? ' The memory of this page is full: make the arrays smaller.' : '') };
  } finally {
    flush();
  }
}

// Which cells above each cell needs.
const plan = (shell, { cells }) => ({ ok: true, answer: JSON.parse(shell.plan(cells)) });

// Answer an explorer's question, text to text: d2lmini reads it as data, and computes.
function answer(shell, { question }) {
  const reply = shell.ask(question), [found, message] = reply.toJs();
  reply.destroy();
  return { ok: !message, answer: message ? null : JSON.parse(found), message };
}

async function work(message) {
  let shell;
  asked = true;
  try {
    shell = await ready ?? await (ready = start(place));
  } catch (why) {
    failed(why);
    return;
  }
  try {
    if (DRAWS.test(message.code ?? '')) await drawing();
    post('running');
    post('done', await (message.question ? answer : message.cells ? plan : run)(shell, message));
    if (message.code) drawing().catch(() => {});        // ahead of a cell that draws, which would tell what went wrong
  } catch (why) {
    crashed(why);
  }
}

onmessage = ({ data }) => {
  if (data.folder) {
    place = data;
    ready = data.early ? start(data, true).catch(() => null) : start(data);       // what fails early is tried again
    ready.catch(() => {});      // told by the run that waits for it
    if (data.early) importAhead().catch(() => {});
  } else work(data);
};
