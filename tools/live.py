"""Sphinx extension: code cells that run in the page. It takes build/pyodide along, and limits what pages may load.

Without build/pyodide (`make live` makes it) the buttons are there and say what is missing.
"""
import base64
import hashlib
import html
import re
import shutil
from pathlib import Path

from sphinx.errors import ExtensionError
from sphinx.util.fileutil import copy_asset

import live_folder

GRAMMAR = [live_folder.NPM.with_name('prismjs') / 'components' / f'prism-{name}.min.js' for name in ('core', 'python')]
CELL = 'class="cell docutils container"'
OURS = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>\n?')
HEAD = re.compile(r'<head>\s*<meta charset="utf-8" ?/?>\n?')
SCRIPT = re.compile(r'<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>', re.S)
HANDLER = re.compile(r'\son[a-z]+="([^"]*)"')
# Nothing from elsewhere. Python needs WebAssembly and a worker, which is a blob so that these rules bind it, too;
# mathematics and figures need styles.
POLICY = ("default-src 'none'; script-src 'self' 'wasm-unsafe-eval' 'unsafe-hashes' {hashes}; connect-src 'self'; "
          "worker-src 'self' blob:; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; "
          "form-action 'self'; base-uri 'none'")


def ready() -> bool:
    return (live_folder.FOLDER / live_folder.SUMS).is_file()


def add_scripts(app, pagename, templatename, context, doctree):
    """Load the script on pages with code cells, and tell it where Python is, if anywhere."""
    if CELL in context.get('body', ''):
        where = {'data-pyodide': context['pathto']('pyodide/', resource=True)} if ready() else {}
        app.add_css_file('live/live.css')
        app.add_js_file('live/start.js', loading_method='defer', **where)


def policy(page: str) -> str:
    """Return the policy for a page, with the hashes of the scripts that the theme writes into it."""
    inline = SCRIPT.findall(page) + [html.unescape(code) for code in HANDLER.findall(page)]
    hashes = {f"'sha256-{base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()}'" for code in inline}
    return POLICY.format(hashes=' '.join(sorted(hashes)))


def limit(page: str) -> str:
    """Return a page with its policy as the first thing in the head; an older one is replaced."""
    page = OURS.sub('', page)
    tag = f'<meta http-equiv="Content-Security-Policy" content="{policy(page)}">\n'
    return HEAD.sub(lambda head: head[0] + tag, page, count=1)


def copy_python(app):
    """Replace pyodide/ in the book by the verified folder, whole."""
    target = Path(app.outdir, 'pyodide')
    if not ready():
        shutil.rmtree(target, ignore_errors=True)
        return
    try:
        files = live_folder.verify(live_folder.FOLDER)
    except live_folder.LiveError as why:
        raise ExtensionError(f'The book was not given its live Python: {why}') from why
    new = target.with_name('pyodide.tmp')
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir()
    for path in files:
        shutil.copyfile(path, new / path.name)
    shutil.rmtree(target, ignore_errors=True)
    new.replace(target)
    for path in GRAMMAR:
        if not path.is_file():
            raise ExtensionError(f'{path} is missing: run make live again')
        copy_asset(path, Path(app.outdir, '_static', 'live', 'prism'))


def finish(app, error):
    if error is None and app.builder.format == 'html':
        copy_python(app)
        for path in Path(app.outdir).rglob('*.html'):
            page = path.read_text(encoding='utf-8')
            if CELL in page:
                limited = limit(page) if app.config.live_policy else OURS.sub('', page)
                if limited != page:
                    path.write_text(limited, encoding='utf-8')


def setup(app):
    app.add_config_value('live_python', ready(), 'html')            # pages are written again when it comes or goes
    app.add_config_value('live_policy', True, 'html', types=(bool,))    # make serve adds a script to pages: off
    app.connect('html-page-context', add_scripts)
    app.connect('build-finished', finish, priority=900)         # after all that still write into pages
    return {'parallel_read_safe': True, 'parallel_write_safe': True}
