"""Sphinx extension: nothing old remains in the folder of the book.

A page removed from the book is removed from the folder, or it would be published and found. When a style or a script
has changed, all pages are rewritten: Sphinx copies these files only with a page that it writes.
"""
from pathlib import Path

from book import ROOT
from book.files import state


def remove(app, error):
    if error is not None or app.builder.name != 'html':
        return
    sources = Path(app.outdir, '_sources')          # the sources of all pages that were ever written there
    for source in [path for path in sources.rglob('*') if path.is_file()]:
        page = source.relative_to(sources).parent / source.name.partition('.')[0]
        if page.as_posix() not in app.env.found_docs:
            Path(app.outdir, f'{page}.html').unlink(missing_ok=True)
            source.unlink()


def setup(app):
    app.add_config_value('statics', state(*(ROOT / folder for folder in app.config.html_static_path)), 'html')
    app.connect('build-finished', remove)
    return {'parallel_read_safe': True, 'parallel_write_safe': True}
