"""Make slides of each chapter, to be shown without a network: reveal.js, the formulas by the MathJax of the site.

The slides come from the built pages, so they have their cells, figures, numbers and references. nbconvert's slides do
not know MyST, and load their scripts from another site; a Sphinx builder for slides would make one of each section,
without regard to its length.
"""
import html
import json
import shutil
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

from bs4 import BeautifulSoup, Tag

from book import ROOT, chapters, settings
from book.along import mathml, shelf
from book.along.deck import Deck, Slide, parsed
from book.execute import build
from book.files import whole

BUILT, TARGET = ROOT / '_build' / 'html', ROOT / '_build' / 'slides'
REVEAL = ROOT / 'tests' / 'site' / 'node_modules' / 'reveal.js'
OURS = Path(__file__).parent / 'reveal'
USED = ('dist/reveal.js', 'dist/reveal.css', 'dist/reset.css', 'dist/plugin/notes.js', 'LICENSE')
HEAD = """<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}: slides</title>
"""
PAGE = HEAD + """<link rel="stylesheet" href="reveal/reset.css"><link rel="stylesheet" href="reveal/reveal.css">
<link rel="stylesheet" href="pygments.css"><link rel="stylesheet" href="slides.css">
</head>
<body>
<div class="reveal"><div class="slides">
{slides}
</div></div>
<script>window.MathJax = {mathjax}</script>
<script src="mathjax/startup.js"></script><script src="reveal/reveal.js"></script>
<script src="reveal/notes.js"></script><script src="slides.js"></script>
</body></html>
"""
SLIDE = """<section class="level-{level}"><h2>{title}</h2>{key}
<div class="shown">{shown}</div>
<aside class="notes">{notes}</aside></section>"""
CONTENTS = HEAD + """<link rel="stylesheet" href="slides.css"></head>
<body class="contents"><main><h1>{title}: slides</h1>
<p>The right arrow key goes on, the left one back. S opens the speaker's notes in a window of their own, O shows all
slides, F fills the screen, and ? lists the other keys.</p>
<ul>
{links}
</ul></main></body></html>
"""


def fragment(slide: Slide) -> str:
    key = f'<p class="key">{slide.key}</p>' if slide.key else ''
    return SLIDE.format(level=slide.level, title=slide.title, key=key, shown='\n'.join(map(str, slide.shown)),
                        notes='\n'.join(map(str, slide.notes)))


def turn_inwards(soup: Tag) -> set[str]:
    """Make a deck one page: ids are gone, links stay as text; return the names of its images."""
    for node in soup.select('.slides [id]'):
        del node['id']                          # reveal.js would take it as the address of a slide
    for inner in soup.select('.slides section section'):
        inner.name = 'div'                      # a section in a section would be a slide below it
    for link in soup.select('.slides a[href]'):
        if not urlsplit(link['href']).scheme:
            link.unwrap()
    images = soup.select('.slides img[src]')
    for image in images:
        image.attrs.pop('loading', None)
        image['src'] = f'images/{Path(image["src"]).name}'
    return {Path(image['src']).name for image in images}


def deck(page: Path) -> tuple[str, BeautifulSoup]:
    """Return the title of a built page, and its slides as a page."""
    made = Deck(parsed(page.read_text(encoding='utf-8')).select_one('article.bd-article'))
    title = parsed(made.slides[0].title).get_text()
    config = {'tex': {'macros': mathml.macros()},
              'loader': {'load': ['input/tex', 'output/chtml', 'a11y/assistive-mml']},
              'options': {'ignoreHtmlClass': 'slides', 'processHtmlClass': 'math'}}
    return title, parsed(PAGE.format(title=html.escape(title), slides='\n'.join(map(fragment, made.slides)),
                                     mathjax=json.dumps(config)))


def copy_programs(folder: Path) -> None:
    (folder / 'reveal').mkdir()
    for name in USED:
        shutil.copyfile(REVEAL / name, folder / 'reveal' / Path(name).name)
    shutil.copytree(BUILT / '_static' / 'mathjax', folder / 'mathjax')
    shutil.copyfile(BUILT / '_static' / 'pygments.css', folder / 'pygments.css')
    for path in OURS.iterdir():
        shutil.copyfile(path, folder / path.name)


def make(pages: list[Path], folder: Path, title: str) -> list[str]:
    """Write the slides of these built pages; return the titles of the decks."""
    (folder / 'images').mkdir()
    copy_programs(folder)
    decks = {page.name: deck(page) for page in pages}
    mathml.set_all([notes for _, soup in decks.values() for notes in soup.select('aside.notes')])
    for file, (_, soup) in decks.items():
        for image in turn_inwards(soup):
            shutil.copyfile(BUILT / '_images' / image, folder / 'images' / image)
        (folder / file).write_text(str(soup), encoding='utf-8')
    names = {file: name for file, (name, _) in decks.items()}
    rows = '\n'.join(f'<li><a href="{file}">{html.escape(name)}</a></li>' for file, name in names.items())
    (folder / 'index.html').write_text(CONTENTS.format(title=html.escape(title), links=rows), encoding='utf-8')
    return list(names.values())


def main() -> int:
    started = time.perf_counter()
    if not REVEAL.is_dir():
        print('The slides were NOT made: reveal.js is not here. Run npm ci in tests/site (make slides does).',
              file=sys.stderr)
        return 2
    if build.main():
        return 1
    title = settings()['title']
    try:
        with whole(TARGET) as folder:
            made = make([BUILT / 'chapters' / f'{path.stem}.html' for path in chapters.with_code()], folder, title)
    except mathml.MathError as why:
        print(f'The slides were NOT made: {why}', file=sys.stderr)
        return 1
    shelf.note('slides')
    print(f'The slides are at _build/slides/index.html: {len(made)} chapters '
          f'({time.perf_counter() - started:.0f} s).')
    return 0


if __name__ == '__main__':
    sys.exit(main())
