"""Sphinx extension: lighter pages that do not move while they load.

Of the theme's 2,000 icons, pages load those in use; the search program, only on the search page; figures, when they
come into view. Figures state their size (book.css reserves it), so that little moves when they arrive.
"""
import re
from pathlib import Path

import pydata_sphinx_theme
from sphinx.errors import ExtensionError

from book.files import write_whole

THEME = Path(pydata_sphinx_theme.__file__).parent / 'theme' / 'pydata_sphinx_theme' / 'static'
ICONS, STYLES = Path('scripts', 'fontawesome.js'), Path('styles', 'pydata-sphinx-theme.css')
ICON = re.compile(r'(?:"([\w-]+)"|([\w-]+)):\[\d+,\d+,\[([^\]]*)\],"[0-9a-f]+",(?:"[^"]*"|\["[^"]*","[^"]*"\])\],?')
ICON_OF_FONT = re.compile(r'(?:\.fa-[\w-]+:{1,2}(?:before|after),?)+\{content:[^{}]*\}')     # the script draws them all
USED = re.compile(r'\bfa-([a-z0-9-]+)')
FIGURE = re.compile(r'<img (?=[^>]*src="[^"]*/([\w.-]+\.svg)")(?![^>]*loading=)')
SEARCH = re.compile(r'\s*<script src="[^"]*(?:searchtools|language_data|searchindex)\.js[^"]*"></script>')
SIZE = re.compile(r'<svg[^>]*?viewBox="0 0 ([\d.]+) ([\d.]+)"')


def lighten(static: Path, file: Path, pattern: re.Pattern, chosen):
    """Write a file of the theme without the parts that match the pattern and were not chosen."""
    whole = (THEME / file).read_text(encoding='utf-8')
    light = pattern.sub(lambda part: part[0] if chosen(part) else '', whole)
    if len(light) > 0.9 * len(whole):
        raise ExtensionError(f'{file} of the theme is not written as it was: adapt book/pages/light_pages.py')
    write_whole(light, static / file)


def lighten_all(app, error):
    """Keep the icons whose names occur on a page or in a script; drop the search program, except on the search page.

    The search field of the other pages leads there.
    """
    if error is not None or app.builder.name != 'html':
        return
    static, used = Path(app.outdir, '_static'), set()
    for path in Path(app.outdir).rglob('*.html'):
        page = path.read_text(encoding='utf-8')
        used.update(USED.findall(page))
        light = page if path.name == 'search.html' else SEARCH.sub('', page)
        if light != page:
            write_whole(light, path)
    for path in static.rglob('*.js'):
        if path != static / ICONS:
            used.update(USED.findall(path.read_text(encoding='utf-8', errors='replace')))
    lighten(static, ICONS, ICON, lambda icon: {icon[1] or icon[2], *re.findall(r'"([\w-]+)"', icon[3])} & used)
    lighten(static, STYLES, ICON_OF_FONT, lambda rule: False)


def load_figures_late(app, pagename, templatename, context, doctree):
    """Give every figure of the page its size, and let the browser fetch it only when it is needed."""
    files = {name: Path(app.srcdir, source) for source, name in app.builder.images.items()}

    def late(image):
        size = SIZE.search(files[image[1]].read_text(encoding='utf-8')[:2000]) if image[1] in files else None
        numbers = f'width="{float(size[1]):.0f}" height="{float(size[2]):.0f}" ' if size else ''
        return f'<img {numbers}loading="lazy" '

    if 'body' in context and app.builder.name == 'html':
        context['body'] = FIGURE.sub(late, context['body'])


def setup(app):
    app.connect('html-page-context', load_figures_late)
    app.connect('build-finished', lighten_all)
    return {'parallel_read_safe': True, 'parallel_write_safe': True}
