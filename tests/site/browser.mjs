// Find Debian's Chromium (or CHROMIUM), and open pages of the built book in it.
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { chromium } from 'playwright-core';

export const BOOK = path.resolve(import.meta.dirname, '../../_build/html');
export const ARGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync'];
const AXE = fs.readFileSync(new URL(import.meta.resolve('axe-core/axe.min.js')), 'utf8');
const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.mjs': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml',
  '.json': 'application/json', '.png': 'image/png', '.woff2': 'font/woff2', '.woff': 'font/woff', '.txt': 'text/plain',
  '.wasm': 'application/wasm', '.zip': 'application/zip', '.whl': 'application/zip' };

export function findChromium(undone = 'The site was NOT tested', command = 'make test-site') {
  const places = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
  const found = places.find(place => place && fs.existsSync(place));
  if (!found) {
    console.error(`${undone}: no Chromium was found. On Debian and Ubuntu: apt install chromium. Elsewhere, `
      + `name one: CHROMIUM=/path/to/chromium ${command}`);
    process.exit(2);
  }
  return found;
}

export function launch() {
  const executablePath = findChromium();
  if (!fs.existsSync(path.join(BOOK, 'index.html'))) {
    console.error('The site was NOT tested: there is no _build/html/index.html. Run make book first.');
    process.exit(2);
  }
  return chromium.launch({ executablePath, args: ARGS });
}

// The project's own Python, for what a test lets it compute.
export const PYTHON = path.join(BOOK, '../../.venv/bin/python');

// End the run, plainly, where the book has no Python of its own: what could not be tested, and how to get it.
export function findPython(undone) {
  if (fs.existsSync(path.join(BOOK, 'pyodide/pyodide.asm.wasm'))) return;
  console.error(`${undone}: there is no whole Python in _build/html/pyodide. Run make live and make book first.`);
  process.exit(2);
}

// In a page, frame() waits for the next one. Chromium was once seen to stop drawing for good: then half a second will do.
function bringFrame() {
  window.frame = () => new Promise(done => {
    requestAnimationFrame(done);
    setTimeout(done, 500);
  });
}

// Wait until nothing moves. Colors and the sidebar start a frame after what moves them.
export async function settled(page) {
  await page.evaluate(bringFrame);
  await page.evaluate(async () => {
    // In what is folded, an animation never ends.
    const moving = () => document.getAnimations().some(animation => animation.effect.target?.checkVisibility());
    for (let quiet = 0; quiet < 10; quiet = moving() ? 0 : quiet + 1) await frame();
  });
}

// What axe-core finds wrong with a page, or a part of it.
export async function violations(page, within = 'html') {
  await settled(page);
  if (!await page.evaluate(() => 'axe' in window)) await page.evaluate(AXE);
  const found = await page.evaluate(part => axe.run(part === 'html' ? document : part, { resultTypes: ['violations'] }), within);
  return found.violations.map(v => `${v.id}: ${v.nodes.map(node => `${node.target.join(' ')} (${node.any[0]?.message})`).slice(0, 3).join(', ')}`);
}

// The pages of the book: every HTML file that has an article, in a stable order.
export function pages() {
  const all = fs.readdirSync(path.join(BOOK, 'chapters')).filter(name => name.endsWith('.html')).sort();
  return all.map(name => `chapters/${name}`);
}

// Serve the book on the loopback, under a path; the port is free and the system's choice. `damage(name, bytes)` may
// change a file on its way; `asked` lists the names of what was fetched.
export async function serve({ under = '/', headers = {}, damage = (name, bytes) => bytes } = {}) {
  const asked = [];
  const server = http.createServer((request, response) => {
    const whole = path.normalize(decodeURIComponent(request.url.split(/[?#]/)[0]));
    const name = whole.startsWith(under) ? whole.slice(under.length - 1) : '';
    asked.push(name);
    const file = path.join(BOOK, name.endsWith('/') ? `${name}index.html` : name);
    if (!name || !file.startsWith(BOOK) || !fs.existsSync(file) || fs.statSync(file).isDirectory()) {
      response.writeHead(404);
      response.end();
      return;
    }
    response.writeHead(200, { 'content-type': TYPES[path.extname(file)] ?? 'application/octet-stream', ...headers });
    response.end(damage(name, fs.readFileSync(file)));
  });
  await new Promise(ready => server.listen(0, '127.0.0.1', ready));
  return { url: `http://127.0.0.1:${server.address().port}${under}`, asked, close: () => server.close() };
}

// Open a page, wait for its mathematics, and note every request that leaves the site and every error.
export async function open(browser, url, { width = 1280, height = 900, scheme = 'light', touch = false, prepare } = {}) {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme: scheme, hasTouch: touch });
  const page = await context.newPage();
  const outside = [], errors = [], own = new URL('.', url).origin;
  page.on('request', request => {
    const to = new URL(request.url());
    if (!['data:', 'blob:'].includes(to.protocol) && to.origin !== own) outside.push(request.url());
  });
  page.on('pageerror', error => errors.push(String(error)));
  page.on('console', message => { if (message.type() === 'error') errors.push(message.text()); });
  await page.addInitScript(bringFrame);
  await prepare?.(page);
  await page.goto(url);
  await page.evaluate(() => window.MathJax?.startup?.promise);
  return { page, outside, errors, close: () => context.close() };
}
