"""Sphinx extension: a page that left the book leaves its folder as well, or it would be published and found."""
from pathlib import Path


def remove(app, error):
    if error is not None or app.builder.name != 'html':
        return
    sources = Path(app.outdir, '_sources')          # of all pages that were ever written there
    for source in [path for path in sources.rglob('*') if path.is_file()]:
        page = source.relative_to(sources).parent / source.name.partition('.')[0]
        if page.as_posix() not in app.env.found_docs:
            Path(app.outdir, f'{page}.html').unlink(missing_ok=True)
            source.unlink()


def setup(app):
    app.connect('build-finished', remove)
    return {'parallel_read_safe': True, 'parallel_write_safe': True}
