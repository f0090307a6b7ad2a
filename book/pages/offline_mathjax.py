"""Sphinx extension: serve MathJax from the book itself, so that a page needs no network, and only the parts in use.

The parts are loaded one by one, because their bundle also contains a context menu: 100 KB that few would open.
"""
import importlib.util
from pathlib import Path

from sphinx.util.fileutil import copy_asset

LOADED = ['input/tex', 'output/chtml', 'a11y/assistive-mml']         # they load core and fonts themselves
NEEDED = ('startup.js', 'core.js', *(f'{part}.js' for part in LOADED), 'output/chtml/fonts/tex.js',
          'output/chtml/fonts/woff-v2', 'input/tex/extensions')


def configure(app, config):
    config.mathjax3_config = {**(config.mathjax3_config or {}), 'loader': {'load': LOADED}}


def copy_mathjax(app, error):
    if error is None and app.builder.format == 'html':
        package = Path(importlib.util.find_spec('sphinx-mathjax-offline').origin).parent
        for part in NEEDED:
            target = Path(app.outdir, '_static', 'mathjax', part)
            copy_asset(package / 'static' / 'mathjax' / part, target if target.suffix == '' else target.parent)


def setup(app):
    app.config.mathjax_path = 'mathjax/startup.js'
    app.connect('config-inited', configure)
    app.connect('build-finished', copy_mathjax)
    return {'parallel_read_safe': True, 'parallel_write_safe': True}
