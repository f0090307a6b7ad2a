"""Sphinx extension: code cells that run in the page. It adds Python to the book, and limits what pages may load.

With build/pyodide (`make live` makes it) the book contains Python. Without it, a page loads Python from the address
`live_elsewhere` at the first Run; if that is "", the buttons are there and say what is missing.
"""
import base64
import hashlib
import html
import re
import shutil
from pathlib import Path

from sphinx.errors import ConfigError, ExtensionError
from sphinx.util.fileutil import copy_asset

from book.files import state, whole
from book.live import elsewhere, plan, pyodide

WEB = Path(__file__).parent / 'web'
CELL = 'class="cell docutils container"'
EXPLORER = 'class="explorer"'
OURS = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>\n?')
HEAD = re.compile(r'<head>\s*<meta charset="utf-8" ?/?>\n?')
SCRIPT = re.compile(r'<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>', re.S)
HANDLER = re.compile(r'\son[a-z]+="([^"]*)"')
# Nothing from other sites, except the files of Python if the book has none. Python needs WebAssembly and a worker.
# The worker is a blob, so that these rules bind it, too; so are Python's modules: what runs is what was checked.
# Mathematics and figures need styles; Firefox prefetches the next page, which falls under default-src.
POLICY = ("default-src 'self'; object-src 'none'; frame-src 'none'; "
          "script-src 'self' blob: 'wasm-unsafe-eval' 'unsafe-hashes' {hashes}; connect-src {places}; "
          "worker-src 'self' blob:; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
          "font-src 'self' data:; form-action 'self'; base-uri 'none'")


def ready() -> bool:
    return (pyodide.FOLDER / pyodide.SUMS).is_file()


def address(config) -> str:
    """Return the address that Python comes from, or "" if the book contains it or does without."""
    return '' if ready() else config.live_elsewhere or ''


def has_live(page: str) -> bool:
    """Whether a page has something with Python behind it."""
    return CELL in page or EXPLORER in page


def check_address(app, config):
    why = elsewhere.complaint(config.live_elsewhere) if config.live_elsewhere else None
    if why:
        raise ConfigError(f'live_elsewhere: {config.live_elsewhere!r} in _config.yml cannot be used: {why}. Give an '
                          'address such as https://example.org/, or "" for none')


def add_scripts(app, pagename, templatename, context, doctree):
    """Load the script on pages with code cells or explorers, and tell it where Python is, if it is available."""
    if has_live(context.get('body', '')):
        there = ready() or address(app.config)
        where = {'data-pyodide': context['pathto']('pyodide/', resource=True)} if there else {}
        app.add_css_file('live/live.css')
        app.add_js_file('live/start.js', loading_method='defer', **where, **plan.attributes(doctree))


def policy(page: str, address: str = '') -> str:
    """Return the policy for a page, with the hashes of its scripts, and an address that it may load from."""
    inline = SCRIPT.findall(page) + [html.unescape(code) for code in HANDLER.findall(page)]
    hashes = {f"'sha256-{base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()}'" for code in inline}
    places = ["'self'", *(elsewhere.places(address) if address else [])]
    return POLICY.format(hashes=' '.join(sorted(hashes)), places=' '.join(places))


def limit(page: str, address: str = '') -> str:
    """Return a page with its policy as the first thing in the head; an older one is replaced."""
    page = OURS.sub('', page)
    tag = f'<meta http-equiv="Content-Security-Policy" content="{policy(page, address)}">\n'
    return HEAD.sub(lambda head: head[0] + tag, page, count=1)


def python_files(address: str) -> list[Path]:
    """Return the files that the book contains: all of Python, or what does not come from the address, or none."""
    if ready():
        pyodide.refresh()
        return pyodide.verify(pyodide.FOLDER)
    return sorted(elsewhere.current(address).iterdir()) if address else []


def copy_python(app):
    """Replace pyodide/ in the book by the files for it, as a whole."""
    try:
        files = python_files(address(app.config))
    except pyodide.LiveError as why:
        raise ExtensionError(f'The book was not given its live Python: {why}') from why
    target = Path(app.outdir, 'pyodide')
    if not files:
        shutil.rmtree(target, ignore_errors=True)
        return
    with whole(target) as new:
        for path in files:
            shutil.copyfile(path, new / path.name)


def copy_web(app):
    """Put the program that runs in the page where Sphinx finds it when it writes pages."""
    if app.builder.format == 'html':
        copy_asset(WEB, Path(app.outdir, '_static', 'live'))


def finish(app, error):
    if error is None and app.builder.format == 'html':
        copy_python(app)
        for path in Path(app.outdir).rglob('*.html'):
            page = path.read_text(encoding='utf-8')
            if has_live(page):
                limited = limit(page, address(app.config)) if app.config.live_policy else OURS.sub('', page)
                if limited != page:
                    path.write_text(limited, encoding='utf-8')


def setup(app):
    app.add_config_value('live_python', ready(), 'html')            # pages are rewritten when it appears or disappears
    app.add_config_value('live_policy', True, 'html', types=(bool,))    # make serve adds a script to pages: off
    app.add_config_value('live_elsewhere', '', 'html', types=(str, type(None)))
    app.add_config_value('live_web', state(WEB, plan.SECONDS), 'html')      # and when this changes
    app.connect('config-inited', check_address)
    app.connect('builder-inited', copy_web)
    app.connect('html-page-context', add_scripts)
    app.connect('build-finished', finish, priority=900)         # after all others that change pages
    return {'parallel_read_safe': True, 'parallel_write_safe': True}
