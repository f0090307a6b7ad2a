"""Sphinx extension: the golden trajectories to download, `downloads/golden.json`, for optimizers in any library."""
from pathlib import Path

from book import golden
from book.files import write_whole

NAME, PAGE = 'golden.json', 'chapters/frameworks'


def write(app, error):
    """Write the file, which a page links to, after downloads.py has removed what it does not know."""
    if error is None and app.builder.name == 'html' and PAGE in app.env.found_docs:
        write_whole(golden.text(), Path(app.outdir, 'downloads', NAME))


def setup(app):
    app.connect('build-finished', write, priority=600)
    return {'parallel_read_safe': True, 'parallel_write_safe': True}
