// Write formulas as MathML, with the MathJax that the site ships: node mathml.cjs node-main.js < formulas.json
// In: {"macros": {...}, "formulas": [["x^2", false], ...]}, true for a displayed formula. Out: their MathML, as JSON.
const { readFileSync } = require('node:fs');

async function convert({ macros, formulas }) {
  const MathJax = await require(process.argv[2]).init({
    loader: { load: ['input/tex'] },
    tex: { macros, formatError: (jax, error) => { throw error; } },
  });
  const made = [];
  for (const [tex, display] of formulas) {
    try {
      made.push(await MathJax.tex2mmlPromise(tex, { display }));
    } catch (error) {
      throw new Error(`${tex}: ${error.message}`);
    }
  }
  return made;
}

convert(JSON.parse(readFileSync(0, 'utf8'))).then(
  made => process.stdout.write(JSON.stringify(made)),
  error => { console.error(error.message); process.exitCode = 1; },
);
