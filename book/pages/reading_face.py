"""Sphinx extension: the face in which pages are read, Source Serif 4, with the letters that this book uses.

Its strokes and proportions suit the formulas of MathJax. Two files: upright from regular to semibold, and italic.
"""
import html
import json
import re
from pathlib import Path

import fontpkg_source_serif_4
from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

FAMILY = Path(fontpkg_source_serif_4.__file__).parent / 'files'
FILES = {'reading.woff2': ('SourceSerif4[opsz,wght].ttf', {'opsz': 14, 'wght': (400, 600)}),     # 14 pt: text, no title
         'reading-italic.woff2': ('SourceSerif4-Italic[opsz,wght].ttf', {'opsz': 14, 'wght': 400})}
NAMES = (1, 3, 4, 6)        # family, identifier, full name, name for PostScript
UNREAD = re.compile(r'<(script|style|pre|code)\b.*?</\1>|<[^>]+>', re.DOTALL)       # code has a face of its own
EARLY = '''if (location.protocol !== 'file:') for (const href of %s)
  document.head.append(Object.assign(document.createElement('link'),
    { rel: 'preload', as: 'font', type: 'font/woff2', crossOrigin: '', href }));'''
ALWAYS = set(map(chr, range(0x20, 0x7f)))       # what is written by scripts, too


def letters(site: Path) -> set[str]:
    """Return the characters of the text of all pages."""
    pages = (page.read_text(encoding='utf-8') for page in site.rglob('*.html'))
    return ALWAYS.union(*(html.unescape(UNREAD.sub('', page)) for page in pages))


def write(source: str, axes: dict, chosen: set[str], target: Path):
    """Write a font for the web: these letters alone, within these limits of its axes, with its kerning."""
    font = instancer.instantiateVariableFont(TTFont(FAMILY / source), axes)
    for name in NAMES:                      # its license keeps the name "Source" for the whole font
        font['name'].setName(target.stem, name, 3, 1, 0x409)
    options = subset.Options(flavor='woff2', layout_features=['kern'], hinting=False, name_IDs=[*NAMES, 0, 2, 13, 14])
    part = subset.Subsetter(options)
    part.populate(unicodes=map(ord, chosen))
    part.subset(font)
    subset.save_font(font, str(target), options)


def write_all(app, error):
    if error is None and app.builder.name == 'html':
        folder, chosen = Path(app.outdir, '_static', 'fonts'), letters(Path(app.outdir))
        folder.mkdir(exist_ok=True)
        for name, (source, axes) in FILES.items():
            write(source, axes, chosen, folder / name)


def load_early(app, pagename, templatename, context, doctree):
    """Let the browser fetch both files before the styles ask for them: the first page, too, is then shown in this face.

    A page that was opened as a file may not ask for them in this way.
    """
    if app.builder.name == 'html':
        files = [context['pathto'](f'_static/fonts/{name}', 1) for name in FILES]
        context['metatags'] = context.get('metatags', '') + f'\n<script>{EARLY % json.dumps(files)}</script>'


def setup(app):
    app.connect('html-page-context', load_early, priority=420)      # after the description (publishing.py)
    app.connect('build-finished', write_all, priority=900)      # when all pages are there
    return {'parallel_read_safe': True, 'parallel_write_safe': True}
