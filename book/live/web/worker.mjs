// Python in a worker of the page. Every file it loads, from wherever, must have the sum that sums.json gives.
import { boot, SHELL } from './boot.mjs';

const LIMIT = 200_000;          // characters a cell may print: more would freeze the page that shows them
const PAUSE = 50;               // milliseconds between two pieces of printed text
const post = (type, data) => postMessage({ type, data });
let ready = null, python = null, canCheck = false;

async function start({ folder, interrupt }) {
  post('status', 'Loading Python: 27 MB, once …');
  const plain = globalThis.fetch;
  const response = await plain(new URL('sums.json', folder));
  if (!response.ok) throw new Error(`pyodide/sums.json is missing (${response.status})`);
  const { files, from = {} } = await response.json();         // sums, and where files lie that the book does not bring
  globalThis.fetch = async (address, options) => {
    const url = new URL(address.url ?? address, folder);
    if (!url.href.startsWith(folder)) return plain(address, options);
    const name = url.href.slice(folder.length);
    try {
      const answer = await plain(from[name] ?? url, { ...options, integrity: files[name] });
      if (!answer.ok) throw new Error(`it answered ${answer.status}`);
      // Some servers do not know the type of WebAssembly, and a browser compiles no other.
      return name.endsWith('.wasm') ? new Response(answer.body, { headers: { 'content-type': 'application/wasm' } }) : answer;
    } catch (why) {
      failed(from[name] ? new Error(`${from[name]} is damaged or out of reach (${why.message})`)
        : new Error(`pyodide/${name} is damaged or missing (${why.message})`));           // Pyodide may never tell
      throw why;
    }
  };
  // An import checks no sum: what was fetched and checked is imported from memory.
  const load = async name => import(URL.createObjectURL(new Blob([await (await fetch(name)).text()], { type: 'text/javascript' })));
  try {
    const { loadPyodide } = await load('pyodide.mjs'), { default: createPyodideModule } = await load('pyodide.asm.mjs');
    const text = async name => [name, await (await plain(new URL(name, import.meta.url))).text()];
    const sources = Object.fromEntries(await Promise.all(SHELL.map(text)));
    const booted = await boot(loadPyodide, folder, sources, { createPyodideModule }), { shell } = booted;
    python = booted.python;
    if (interrupt) python.setInterruptBuffer(interrupt);
    python._api.on_fatal = crashed;         // a trap in WebAssembly ends Python without an answer to its caller
    return shell;
  } finally {
    globalThis.fetch = plain;
  }
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
    if (what === 'figure') {
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
  post('crash', `Python did not start: ${why.message}. Load the page again; if that does not help, the site needs make live.`);
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

async function run(shell, { number, code, hidden }) {
  const { print, flush } = printer();
  try {
    const failure = await (hidden ? check(shell, number, code, hidden, print) : shell.run(number, code, print));
    const [line, message] = failure?.toJs() ?? [0, ''];
    const advice = memory(message) ? ' The memory of this page is full: make the arrays smaller.' : '';
    return { ok: !failure, line, message: message + advice };
  } finally {
    flush();
  }
}

// Answer an explorer's question, text to text: d2lmini reads it as data, and computes.
function answer(shell, { question }) {
  const reply = shell.ask(question), [found, message] = reply.toJs();
  reply.destroy();
  return { ok: !message, answer: message ? null : JSON.parse(found), message };
}

async function work(message) {
  let shell;
  try {
    shell = await ready;
  } catch (why) {
    failed(why);
    return;
  }
  post('running');
  try {
    post('done', await (message.question ? answer : run)(shell, message));
  } catch (why) {
    crashed(why);
  }
}

onmessage = ({ data }) => {
  if (data.folder) {
    ready = start(data);
    ready.catch(() => {});      // told by the run that waits for it
  } else work(data);
};
