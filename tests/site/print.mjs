// Print one HTML page as PDF: node print.mjs page.html book.pdf. Page numbers of the contents come in on stdin, see book/along/pdf.py.
import readline from 'node:readline';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { ARGS, findChromium } from './browser.mjs';

const executablePath = findChromium('The PDF was NOT made', 'make pdf');
const [source, target] = process.argv.slice(2);
if (!source) process.exit(0);       // asked only whether there is a browser

const WIDTH = Math.round((210 - 2 * 19) / 25.4 * 96);   // between the margins of print.css, in the units of the screen

// A formula is one thing with a name, its TeX: for screen readers. Chromium drops such a thing from the PDF where it draws nothing
// itself, and MathJax's glyphs do not count; so it draws a ground that nobody sees.
function setting() {
  for (const { typesetRoot, math } of MathJax.startup.document.math) {
    typesetRoot.querySelector('mjx-assistive-mml')?.remove();
    typesetRoot.setAttribute('role', 'img');
    typesetRoot.setAttribute('aria-label', math.trim());
    typesetRoot.style.background = 'rgb(255 255 255 / 1%)';
  }
}

// Wait for the pictures; return those that do not come.
async function pictures() {
  const all = [...document.images], done = await Promise.allSettled(all.map(image => image.decode()));
  return all.filter((_, i) => done[i].status === 'rejected').map(image => `no picture: ${image.src}`);
}

// Make formulas and tables that are too wide for the paper smaller; return what is not set or still stands out.
function fit() {
  const edge = document.documentElement.clientWidth;
  const out = [...document.querySelectorAll('.math:not(:has(mjx-container)), mjx-merror')].map(node => `not typeset: ${node.textContent}`);
  for (const link of document.querySelectorAll('a[href^="#"]')) {
    const to = link.getAttribute('href');       // links of a drawing have no hash
    if (!document.getElementById(decodeURIComponent(to.slice(1)))) out.push(`a link leads nowhere: ${to}`);
  }
  for (const box of document.querySelectorAll('mjx-container[display="true"], table')) {
    const room = box.parentElement.clientWidth - (box.parentElement.querySelector(':scope > .eqno')?.offsetWidth ?? 0);
    const wide = (box.querySelector('mjx-math') ?? box).scrollWidth;
    if (wide > room) {
      box.style.setProperty('font-size', `${parseFloat(getComputedStyle(box).fontSize) * 0.99 * room / wide}px`, 'important');
    }
  }
  for (const node of document.querySelectorAll('main pre, main img, main svg, main table, main mjx-container, main p')) {
    if (node.getBoundingClientRect().right > edge + 1) out.push(`too wide for the paper: ${node.textContent.trim().slice(0, 60) || node.outerHTML.slice(0, 160)}`);
  }
  return out;
}

// Print once, and again with each set of page numbers for the contents that comes in.
async function printing(page) {
  const print = () => page.pdf({ path: target, preferCSSPageSize: true, outline: true, tagged: true, printBackground: true });
  await print();
  console.log('printed');
  for await (const line of readline.createInterface({ input: process.stdin })) {
    await page.evaluate(numbers => {
      for (const place of document.querySelectorAll('[data-page-of]')) place.textContent = numbers[place.dataset.pageOf] ?? '';
    }, JSON.parse(line));
    await print();
    console.log('printed');
  }
}

const browser = await chromium.launch({ executablePath, args: ARGS });
try {
  const page = await browser.newPage({ viewport: { width: WIDTH, height: 1000 } });
  page.setDefaultTimeout(600_000);      // thousands of formulas, on a processor that may be busy
  const errors = [];
  page.on('pageerror', error => errors.push(String(error)));
  page.on('requestfailed', request => errors.push(`not found: ${request.url()}`));
  await page.emulateMedia({ media: 'print', colorScheme: 'light' });
  await page.goto(pathToFileURL(source).href);
  await page.evaluate(() => MathJax.startup.promise);
  await page.evaluate(() => document.fonts.ready);
  errors.push(...await page.evaluate(pictures));
  await page.evaluate(setting);
  errors.push(...await page.evaluate(fit));
  if (errors.length) {
    console.error(errors.join('\n'));
    process.exitCode = 1;
  } else {
    await printing(page);
  }
} finally {
  await browser.close();
}
