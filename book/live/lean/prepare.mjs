// Make the folder of Python quick to start, in Node: `node prepare.mjs FOLDER`. The wheels become lean (lean.py), and
// snapshot.bin.gz holds the memory of an interpreter that has started, with the modules of Python that the wheels import.
// `node prepare.mjs FOLDER PACKAGE` does it for the wheel of one package that has changed.
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import zlib from 'node:zlib';

const folder = path.resolve(process.argv[2]) + path.sep, only = process.argv[3];
const { loadPyodide } = await import(pathToFileURL(`${folder}pyodide.mjs`));
const quiet = { messageCallback: () => {} };

const first = await loadPyodide({ indexURL: folder });
first.runPython(fs.readFileSync(path.join(import.meta.dirname, 'lean.py'), 'utf8'));
let modules;
if (!only) {
  await first.loadPackage(['autograd', 'matplotlib'], quiet);
  first.runPython('import autograd.numpy, matplotlib.pyplot, matplotlib.backends.backend_svg');
  modules = first.runPython('of_python()');
}
const lean = first.globals.get('lean');
const { packages } = JSON.parse(fs.readFileSync(`${folder}pyodide-lock.json`, 'utf8'));
for (const { name, file_name } of Object.values(packages)) {
  if (only && name !== only) continue;
  const sources = name === 'd2lmini';       // readers look into it: errors show its lines
  const made = lean(first.toPy(new Uint8Array(fs.readFileSync(folder + file_name))), sources);
  fs.writeFileSync(folder + file_name, made.toJs());
  made.destroy();
}
if (only) process.exit(0);

const second = await loadPyodide({ indexURL: folder, _makeSnapshot: true });
second.runPython(`import importlib
for name in ${JSON.stringify(modules)}.split():
    try:
        importlib.import_module(name)
    except ImportError:         # it came with a package
        continue
del importlib, name`);
fs.writeFileSync(`${folder}snapshot.bin.gz`, zlib.gzipSync(second.makeMemorySnapshot(), { level: 9 }));
process.exit(0);                // Pyodide keeps Node awake
