"""Sphinx extension: one cache of executed notebooks for each state of d2lmini, its libraries and its engine.

jupyter-cache identifies a notebook by its cells. It does not notice that the package behind them changed; this does.
"""
import os
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from book import ROOT
from book.files import state

LIBRARIES = ('mxnet', 'numpy', 'autograd', 'matplotlib', 'ipykernel')


def installed(library: str) -> str:
    try:
        return f'{library}=={version(library)}'
    except PackageNotFoundError:
        return f'no {library}'


def cache_folder() -> Path:
    """Return the folder for executed notebooks, named by a hash of everything that their outputs depend on."""
    more = [os.environ.get('D2LMINI_ENGINE', ''), *map(installed, LIBRARIES)]
    name = state(ROOT / 'd2lmini', ROOT / 'book' / 'execute' / 'figure_curves.py', more=more)[:12]
    return ROOT / '_build' / '.jupyter_cache' / name


def use_folder(app, config):
    if config.nb_execution_mode == 'cache':
        config.nb_execution_cache_path = str(cache_folder())


def setup(app):
    app.connect('config-inited', use_folder)
    return {'parallel_read_safe': True, 'parallel_write_safe': True}
