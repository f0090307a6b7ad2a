"""Sphinx extension: of the style sheets and icon fonts of the theme and its parts, pages load what this book uses.

A rule goes when it asks for a class that no page and no script of the book names, or puts together from a beginning
and something else (`run${i}`). An icon is a letter of a font: one
font with the letters in use replaces three, and the theme's script that draws 2,000 icons.
"""
import re
from collections.abc import Iterator
from pathlib import Path

import tinycss2
from fontTools import subset
from sphinx.errors import ExtensionError

from book.files import write_whole

WORD = re.compile(r'[\w-]+')
BEGINNING = re.compile(r'([\w-]{3,})\$\{')       # of a name that a script puts together
CLASS = re.compile(r'\.(-?[a-zA-Z_][\w-]*)')
NOT_ASKED_FOR = re.compile(r':not\([^()]*\)|\[[^\]]*\]|\\.')
ICON_FONT = re.compile(r'url\(([^)]*)/(fa-[\w-]+)\.woff2\) format\("woff2"\),url\([^)]*\.ttf\) format\("truetype"\)')
ICON_FONT_USED = re.compile(r'/(fa-[\w-]+)\.woff\)')
LETTER = re.compile(r'\\([ef][0-9a-f]{3})\b|([\ue000-\uf8ff])')       # of an icon font, by number or as it is


def words(site: Path) -> tuple[set[str], tuple[str, ...]]:
    """Return every word of the pages and scripts, whatever it means there: a class may have any of them as its name.

    The second result holds the beginnings of names that scripts put together.
    """
    scripts = [file for file in (site / '_static').rglob('*') if file.suffix in ('.js', '.mjs', '.py')]
    texts = [file.read_text(encoding='utf-8', errors='replace') for file in [*site.rglob('*.html'), *scripts]]
    beginnings = {start for text, file in zip(texts[-len(scripts):], scripts) if file.suffix != '.py'
                  for start in BEGINNING.findall(text)}
    return {word for text in texts for word in WORD.findall(text)}, tuple(sorted(beginnings))


def used(selector: str, names: set[str], beginnings: tuple[str, ...]) -> bool:
    asked = CLASS.findall(NOT_ASKED_FOR.sub('', selector))
    return all(name in names or name.startswith(beginnings) for name in asked)


def selectors(prelude: list) -> Iterator[str]:
    """Split a list of selectors at its commas, not at those within brackets."""
    part = []
    for token in prelude:
        if token.type == 'literal' and token.value == ',':
            yield tinycss2.serialize(part)
            part = []
        else:
            part.append(token)
    yield tinycss2.serialize(part)


def light(rules: list, names: set[str], beginnings: tuple[str, ...] = ()) -> str:
    """Return the rules that pages with these names can use; notices of copyright stay."""
    kept = []
    for rule in rules:
        if rule.type == 'qualified-rule':
            chosen = [part for part in selectors(rule.prelude) if used(part, names, beginnings)]
            kept += [f'{",".join(chosen)}{{{tinycss2.serialize(rule.content)}}}'] if chosen else []
        elif rule.type == 'at-rule' and rule.lower_at_keyword in ('media', 'supports'):
            inner = light(tinycss2.parse_rule_list(rule.content, skip_whitespace=True), names, beginnings)
            kept += [f'@{rule.at_keyword}{tinycss2.serialize(rule.prelude)}{{{inner}}}'] if inner else []
        elif rule.type != 'comment' or rule.value.startswith('!'):
            kept.append(rule.serialize())
    return ''.join(kept)


def light_font(font: Path, letters: set[int]):
    """Write the font with these letters alone beside its file, as WOFF."""
    options = subset.Options(flavor='woff')
    whole = subset.load_font(str(font), options)
    chosen = subset.Subsetter(options)
    chosen.populate(unicodes=letters & set(whole.getBestCmap()))
    chosen.subset(whole)
    subset.save_font(whole, str(font.with_suffix('.woff')), options)


def lighten_all(app, error):
    if error is not None or app.builder.name != 'html':
        return
    site = Path(app.outdir)
    (site / '_static' / 'scripts' / 'fontawesome.js').unlink(missing_ok=True)
    (names, beginnings), sheets = words(site), {}
    for path in (site / '_static').rglob('*.css'):
        rules = tinycss2.parse_stylesheet(path.read_text(encoding='utf-8'), skip_whitespace=True)
        sheets[path] = ICON_FONT.sub(r'url(\1/\2.woff) format("woff")', light(rules, names, beginnings))
        write_whole(sheets[path], path)
    theme = sheets[site / '_static' / 'styles' / 'pydata-sphinx-theme.css']
    fonts = ICON_FONT_USED.findall(theme)
    if not fonts:
        raise ExtensionError('the theme does not name its icon fonts as it did: adapt book/pages/light_styles.py')
    letters = {int(number, 16) if number else ord(letter)
               for sheet in sheets.values() for number, letter in LETTER.findall(sheet)}
    for font in fonts:
        light_font(site / '_static' / 'vendor' / 'fontawesome' / 'webfonts' / f'{font}.ttf', letters)


def setup(app):
    app.connect('build-finished', lighten_all, priority=900)        # when all pages and scripts are there
    return {'parallel_read_safe': True, 'parallel_write_safe': True}
