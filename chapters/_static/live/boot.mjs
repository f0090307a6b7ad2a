// Start Python with d2lmini and the shell for cells. The worker of a page and the tests in Node both come here.
export async function boot(loadPyodide, indexURL, shellSource, options = {}) {
  const python = await loadPyodide({ indexURL, packages: ['d2lmini'], ...options });
  python.FS.mkdir('/live');
  python.FS.writeFile('/live/live_shell.py', shellSource);
  python.runPython('import sys; sys.path.append("/live")');
  const shell = python.pyimport('live_shell');
  shell.install();
  return { python, shell };
}
