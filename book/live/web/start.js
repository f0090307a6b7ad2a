// Classic script, as pages from the disk may not load modules: start the live cells and the checks, or say what they need.
{
  const { pyodide, plan = 'null', seconds = 'null' } = document.currentScript.dataset;
  const folder = new URL('.', document.currentScript.src);
  const STILL = 'Text, figures, questions, hints and solutions work, and the notebook of this page can be taken along.';
  let missing = location.protocol === 'file:'
    ? 'This page was opened from the disk, where browsers run no Python. Open it over http: make serve does that, at http://localhost:8000.'
    : !pyodide ? 'This copy of the book was built without Python for the browser. make live, then make book, adds it.'
      : !('WebAssembly' in window && 'Worker' in window)
        ? `This browser runs no Python: it has no ${'WebAssembly' in window ? 'workers' : 'WebAssembly'}, or keeps it off. ${STILL}`
        : '';

  // The explorer for which a link has a setting of its own.
  const asked = document.getElementById(new URLSearchParams(location.search).get('explorer') ?? '')?.querySelector(':scope > .explorer');

  const explain = () => {
    for (const place of document.querySelectorAll('div.cell .cell_input, div.check > .check-input, div.explorer')) {
      const bar = document.createElement('div'), run = document.createElement('button'), status = document.createElement('span');
      bar.className = 'live-bar';
      run.type = 'button';
      run.textContent = place.matches('.explorer') ? 'Bring it to life' : place.matches('.check-input') ? 'Check' : 'Run';
      status.setAttribute('role', 'status');
      run.addEventListener('click', () => { status.textContent = missing; });
      if (place === asked) {
        status.textContent = `The picture shows the book’s setting, not that of your link. ${missing}`;
      }
      bar.append(run, status);
      place.after(bar);
    }
  };

  if (!missing) asked?.classList.add('asked');         // at once: its picture shows another setting
  if (missing) explain();
  else {
    const python = new URL(pyodide, document.baseURI);
    import(new URL('page.mjs', folder)).then(({ start }) => start(python, JSON.parse(plan), JSON.parse(seconds))).catch(why => {
      missing = `This browser did not start the code cells (${why.message}). ${STILL}`;
      if (document.querySelector('.live-bar')) throw why;        // they did start: a fault of ours
      explain();
    });
  }
}
