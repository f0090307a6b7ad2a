"""Sphinx extension: lighter pages that do not move while they load.

Pages load the search program only on the search page, and figures when they come into view. Figures state their size
(book.css reserves it), so that little moves when they arrive, and the size of their smallest type, from which
reading.css finds how large they are shown.
"""
import re
from pathlib import Path

from book.files import write_whole

FIGURE = re.compile(r'<img ((?=[^>]*src="[^"]*/([\w.-]+\.svg)")(?![^>]*loading=)[^>]*>)')
SEARCH = re.compile(r'\s*<script src="[^"]*(?:searchtools|language_data|searchindex)\.js[^"]*"></script>')
ICON_SCRIPT = re.compile(r'\s*<script[^>]*src="[^"]*/scripts/fontawesome\.js[^"]*"></script>')
SIZE = re.compile(r'<svg[^>]*?viewBox="0 0 ([\d.]+) ([\d.]+)"')
TYPE = re.compile(r'<g transform="[^"]*scale\(([\d.]+) -[\d.]+\)')     # a text: letters are drawn 100 points high


def drop_scripts(app, error):
    """Drop the program that draws 2,000 icons and, on all pages but that of the search, the one that searches."""
    if error is not None or app.builder.name != 'html':
        return
    for path in Path(app.outdir).rglob('*.html'):
        page = path.read_text(encoding='utf-8')
        light = ICON_SCRIPT.sub('', page if path.name == 'search.html' else SEARCH.sub('', page))
        if light != page:
            write_whole(light, path)


def load_figures_late(app, pagename, templatename, context, doctree):
    """Give every figure of the page its size, and let the browser fetch it only when it is needed."""
    files = {name: Path(app.srcdir, source) for source, name in app.builder.images.items()}

    def late(image):
        if image[2] not in files:
            return f'<img loading="lazy" {image[1]}'
        drawing = files[image[2]].read_text(encoding='utf-8')
        (width, height), sizes = SIZE.search(drawing).groups(), [100 * float(size) for size in TYPE.findall(drawing)]
        style = f'--width:{float(width):.0f};--type:{min(sizes, default=10):g}'
        return (f'<span class="drawing"><img width="{float(width):.0f}" height="{float(height):.0f}" style="{style}" '
                f'loading="lazy" {image[1]}</span>')

    if 'body' in context and app.builder.name == 'html':
        context['body'] = FIGURE.sub(late, context['body'])


def setup(app):
    app.connect('html-page-context', load_figures_late)
    app.connect('build-finished', drop_scripts)
    return {'parallel_read_safe': True, 'parallel_write_safe': True}
