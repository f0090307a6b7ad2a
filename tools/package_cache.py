"""Sphinx extension: one cache of executed notebooks for each state of d2lmini, its libraries and its engine.

jupyter-cache knows a notebook by its cells. It does not see that the package behind them changed; this name does.
"""
import hashlib
import os
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def cache_folder() -> Path:
    """Return the folder for executed notebooks, named by a hash of all that their outputs depend on."""
    state = hashlib.sha256(os.environ.get('D2LMINI_ENGINE', '').encode())
    package = (p for p in (ROOT / 'd2lmini').rglob('*') if p.is_file() and p.suffix != '.pyc')
    for path in [*sorted(package), ROOT / 'tools' / 'kernel' / 'figure_curves.py']:
        state.update(path.relative_to(ROOT).as_posix().encode() + path.read_bytes())
    for library in ('mxnet', 'numpy', 'autograd', 'matplotlib', 'ipykernel'):
        try:
            state.update(f'{library}=={version(library)}'.encode())
        except PackageNotFoundError:
            state.update(f'no {library}'.encode())
    return ROOT / '_build' / '.jupyter_cache' / state.hexdigest()[:12]


def use_folder(app, config):
    if config.nb_execution_mode == 'cache':
        config.nb_execution_cache_path = str(cache_folder())


def setup(app):
    app.connect('config-inited', use_folder)
    return {'parallel_read_safe': True, 'parallel_write_safe': True}
