"""Sphinx extension: serve MathJax from the book itself, so that a page needs no network; copy only what pages load."""
import importlib.util
from pathlib import Path

from sphinx.util.fileutil import copy_asset

NEEDED = ('tex-chtml.js', 'output/chtml/fonts/woff-v2', 'input/tex/extensions')


def copy_mathjax(app, error):
    if error is None and app.builder.format == 'html':
        package = Path(importlib.util.find_spec('sphinx-mathjax-offline').origin).parent
        for part in NEEDED:
            target = Path(app.outdir, '_static', 'mathjax', part)
            copy_asset(package / 'static' / 'mathjax' / part, target if target.suffix == '' else target.parent)


def setup(app):
    app.config.mathjax_path = 'mathjax/tex-chtml.js'
    app.connect('build-finished', copy_mathjax)
    return {'parallel_read_safe': True, 'parallel_write_safe': True}
