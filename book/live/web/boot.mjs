// The parts of the shell for cells.
export const SHELL = ['live_shell.py', 'live_magics.py', 'live_names.py', 'live_inline.py'];

// Whatever may draw says one of these words; what says none does without matplotlib, the larger half of the start.
export const DRAWS = /matplotlib|mpl_toolkits|pylab|plt|plot|annotate|Animator|train|trace|figsize|svg/;

// Start Python with d2lmini and the shell, whose `sources` are given by name. The worker of a page and the tests in Node both come here.
export async function boot(loadPyodide, indexURL, sources, options = {}) {
  const python = await loadPyodide({ indexURL, ...options });
  await python.loadPackage('d2lmini', { messageCallback: () => {} });
  python.FS.mkdir('/live');
  for (const [name, text] of Object.entries(sources)) python.FS.writeFile(`/live/${name}`, text);
  python.runPython('import sys; sys.path.append("/live")');
  const shell = python.pyimport('live_shell');
  shell.install();
  let loading = null;
  // Load matplotlib, once.
  const drawing = () => loading ??= python.loadPackage('matplotlib', { messageCallback: () => {} }).catch(why => {
    loading = null;
    throw why;
  });
  return { python, shell, drawing };
}
