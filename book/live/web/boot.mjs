// The parts of the shell for cells.
export const SHELL = ['live_shell.py', 'live_magics.py'];

// Start Python with d2lmini and the shell, whose `sources` are given by name. The worker of a page and the tests in Node both come here.
export async function boot(loadPyodide, indexURL, sources, options = {}) {
  const python = await loadPyodide({ indexURL, packages: ['d2lmini'], ...options });
  python.FS.mkdir('/live');
  for (const [name, text] of Object.entries(sources)) python.FS.writeFile(`/live/${name}`, text);
  python.runPython('import sys; sys.path.append("/live")');
  const shell = python.pyimport('live_shell');
  shell.install();
  return { python, shell };
}
