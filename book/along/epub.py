"""Make one EPUB 3 of the book from the built pages: formulas as MathML, figures as SVG, code with its outputs.

Sphinx's own builder for EPUB leaves formulas to scripts, and does not know the boxes of the extensions.
"""
import datetime
import html
import posixpath
import re
import sys
import time
import uuid
import zipfile
from importlib.metadata import version
from pathlib import Path
from urllib.parse import unquote, urlsplit

from bs4 import BeautifulSoup, Tag

from book import ROOT, settings
from book.along import epub_check, mathml, shelf
from book.along.pdf_page import SUBTITLE, parts
from book.execute import build
from book.files import MIDNIGHT

BUILT, TARGET = ROOT / '_build' / 'html', ROOT / '_build' / 'epub' / 'the-road-to-adam.epub'
STYLE = Path(__file__).with_name('epub.css')
DROPPED = ('script, style, noscript, template, button, .noprint, .headerlink, .toggle-button, .figure-data, .check, '
           '.check-passes, .discussion, .legend, .question details > p, input, details.hide > summary')
CAMEL = {name.lower(): name for name in ('viewBox', 'preserveAspectRatio', 'refX', 'refY', 'markerWidth',
                                         'markerHeight', 'markerUnits', 'clipPath', 'textLength')}
OWN = {'data-explorer', 'data-value', 'loading', 'tabindex', 'download', 'role', 'align', 'cellpadding', 'border'}
PAGE = """<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" lang="en" xml:lang="en">
<head><title>{title}</title><link rel="stylesheet" type="text/css" href="pygments.css"/>
<link rel="stylesheet" type="text/css" href="epub.css"/></head>
<body>
{body}
</body></html>
"""
CONTAINER = """<?xml version="1.0"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles><rootfile full-path="book/package.opf" media-type="application/oebps-package+xml"/></rootfiles>
</container>
"""
PACKAGE = """<?xml version="1.0" encoding="utf-8"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id" xml:lang="en">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:identifier id="id">urn:uuid:{id}</dc:identifier>
<dc:title>{title}</dc:title><dc:creator>{author}</dc:creator><dc:language>en</dc:language>
<dc:description>{subtitle}</dc:description><dc:rights>Text and figures: CC BY 4.0. Code: MIT License.</dc:rights>
<meta property="dcterms:modified">{today}T00:00:00Z</meta>
<meta property="schema:accessMode">textual</meta><meta property="schema:accessMode">visual</meta>
<meta property="schema:accessModeSufficient">textual</meta>
<meta property="schema:accessibilityFeature">alternativeText</meta>
<meta property="schema:accessibilityFeature">MathML</meta>
<meta property="schema:accessibilityFeature">tableOfContents</meta>
<meta property="schema:accessibilityHazard">none</meta>
</metadata>
<manifest>
{manifest}
</manifest>
<spine>
{spine}
</spine></package>
"""
TITLE_PAGE = """<section class="title-page" epub:type="titlepage"><h1>{title}</h1><p>{subtitle}</p><p>{author}</p>
<p>{edition}</p></section>"""
KINDS = {'.xhtml': 'application/xhtml+xml', '.svg': 'image/svg+xml', '.png': 'image/png', '.css': 'text/css'}


def name(page: str) -> str:
    return f'{page.rpartition("/")[2]}.xhtml'


def settle(article: Tag, page: str, pages: set[str]) -> set[str]:
    """Make the article of a page one of an EPUB; return the paths of its images in the built book."""
    for node in article.select(DROPPED):
        node.decompose()
    for details in article.select('details'):
        details.name = 'div'
        details.attrs.pop('open', None)
    for summary in article.select('summary'):
        summary.name = 'p'
    images = set()
    for node in article.find_all(True):
        for key in [key for key in node.attrs if key in OWN or key.startswith(('data-', 'aria-labelledby'))]:
            del node[key]
        if node.name == 'img':
            images.add(posixpath.normpath(posixpath.join(posixpath.dirname(page), node['src'])))
            node['src'] = f'images/{posixpath.basename(node["src"])}'
        for key in [key for key in node.attrs if key in CAMEL]:
            node[CAMEL[key]] = node.attrs.pop(key)
    for link in article.find_all('a'):
        turn(link, page, pages)
    return images


def turn(link: Tag, page: str, pages: set[str]) -> None:
    """Lead a link to its place in the EPUB; one to a page that is not in it becomes text."""
    to = urlsplit(link.get('href', ''))
    if to.scheme or to.netloc or 'href' not in link.attrs:
        return
    path = posixpath.normpath(posixpath.join(posixpath.dirname(page), unquote(to.path))) if to.path else f'{page}.html'
    other = path.removesuffix('.html')
    if other in pages and path.endswith('.html'):
        link['href'] = ('' if other == page else name(other)) + (f'#{to.fragment}' if to.fragment else '')
        link['href'] = link['href'] or name(other)
    else:
        link.unwrap()


def lead_somewhere(articles: dict[str, Tag]) -> None:
    """Unwrap links to places that the EPUB does not have, such as a check that only a browser runs."""
    places = {name(page): {node['id'] for node in article.select('[id]')} for page, article in articles.items()}
    for page, article in articles.items():
        for link in article.select('a[href*="#"]'):
            to = urlsplit(link['href'])
            if not to.scheme and unquote(to.fragment) not in places[to.path or name(page)]:
                link.unwrap()


def contents(groups: list[tuple[str, list[str]]], titles: dict[str, str]) -> str:
    """Return the navigation document's list: the parts, and the pages in them."""
    def items(pages: list[str]) -> str:
        return '\n'.join(f'<li><a href="{name(page)}">{html.escape(titles[page])}</a></li>' for page in pages)
    lists = [f'<li><span>{html.escape(caption)}</span><ol>{items(pages)}</ol></li>' if caption else items(pages)
             for caption, pages in groups if pages]
    return ('<nav epub:type="toc" id="toc"><h1>Contents</h1><ol>\n' + '\n'.join(lists) + '</ol></nav>')


def serialized(article: Tag, title: str) -> str:
    body = article.decode(formatter='minimal')
    return PAGE.format(title=html.escape(title), body=re.sub(r'&nbsp;', ' ', body))


def files(built: Path, toc: Path, words: dict[str, str]) -> dict[str, bytes]:
    """Return the files of the EPUB in the folder `book`, by their names.

    Args:
        built: the folder of the built book.
        toc: its table of contents.
        words: title, subtitle, author and edition, for the title page.
    """
    groups = parts(toc)
    pages = [page for _, group in groups for page in group]
    articles = {page: BeautifulSoup((built / f'{page}.html').read_text(encoding='utf-8'), 'html.parser')
                .select_one('article.bd-article') for page in pages}
    images = set().union(*(settle(article, page, set(pages)) for page, article in articles.items()))
    lead_somewhere(articles)
    mathml.set_all(list(articles.values()))
    titles = {page: ' '.join(article.h1.get_text().split()) for page, article in articles.items()}
    made = {'title.xhtml': PAGE.format(title=html.escape(words['title']), body=TITLE_PAGE.format(
                **{key: html.escape(word) for key, word in words.items()})).encode(),
            'nav.xhtml': PAGE.format(title='Contents', body=contents(groups, titles)).encode()}
    for page, article in articles.items():
        article.name = 'div'
        made[name(page)] = serialized(article, titles[page]).encode()
    made |= {f'images/{posixpath.basename(image)}': (built / image).read_bytes() for image in sorted(images)}
    made |= {'pygments.css': light((built / '_static' / 'pygments.css').read_text(encoding='utf-8')).encode(),
             'epub.css': STYLE.read_bytes()}
    made['package.opf'] = package(made, words).encode()
    return made


def light(style: str) -> str:
    """Return the rules for light pages alone, which do not depend on an attribute of the page."""
    rules = re.findall(r'html\[data-theme="light"\] (\.highlight [^{]*\{[^}]*\})', style)
    return '\n'.join(rules) + '\n'


def package(made: dict[str, bytes], words: dict[str, str]) -> str:
    """Return the package document: what the book is called, its files, and the order of its pages."""
    def properties(file: str, content: bytes) -> str:
        found = [word for word, mark in (('mathml', b'<math'), ('svg', b'<svg')) if mark in content] \
            if file.endswith('.xhtml') else []
        found += ['nav'] if file == 'nav.xhtml' else []
        return f' properties="{" ".join(found)}"' if found else ''
    ids = {file: f'f{number}' for number, file in enumerate(made)}
    manifest = [f'<item id="{ids[file]}" href="{file}" media-type="{KINDS[Path(file).suffix]}"'
                f'{properties(file, content)}/>' for file, content in made.items()]
    spine = [f'<itemref idref="{ids[file]}"/>' for file in made if file.endswith('.xhtml')]
    escaped = {key: html.escape(word) for key, word in words.items()}
    return PACKAGE.format(id=uuid.uuid5(uuid.NAMESPACE_URL, f'{words["title"]} {words["edition"]}'),
                          today=datetime.date.today().isoformat(), manifest='\n'.join(manifest),
                          spine='\n'.join(spine), **escaped)


def write(made: dict[str, bytes], target: Path) -> None:
    """Write the archive; its first file says, uncompressed, what it is."""
    with zipfile.ZipFile(target, 'w', zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo('mimetype', MIDNIGHT), 'application/epub+zip', zipfile.ZIP_STORED)
        archive.writestr(zipfile.ZipInfo('META-INF/container.xml', MIDNIGHT), CONTAINER, zipfile.ZIP_DEFLATED)
        for file, content in made.items():
            archive.writestr(zipfile.ZipInfo(f'book/{file}', MIDNIGHT), content, zipfile.ZIP_DEFLATED)


def main() -> int:
    started = time.perf_counter()
    if build.main():
        return 1
    config = settings()
    without = ', without solutions' if config['sphinx']['config']['edition'] == 'student' else ''
    words = {'title': config['title'], 'subtitle': SUBTITLE, 'author': config['author'],
             'edition': f'Version {version("d2lmini")}{without}'}
    try:
        made = files(BUILT, ROOT / '_toc.yml', words)
    except mathml.MathError as why:
        print(f'The EPUB was NOT made: {why}', file=sys.stderr)
        return 1
    wrong = epub_check.problems(made)
    for problem in wrong:
        print(problem, file=sys.stderr)
    if wrong:
        print(f'The EPUB was NOT made: {len(wrong)} things are wrong with it, see above.', file=sys.stderr)
        return 1
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    unfinished = TARGET.with_name('unfinished.epub')
    write(made, unfinished)
    unfinished.replace(TARGET)
    shelf.note('epub')
    print(f'The EPUB is at {TARGET.relative_to(ROOT)}: {len(made)} files, {TARGET.stat().st_size / 1e6:.1f} MB '
          f'({time.perf_counter() - started:.0f} s).')
    return 0


if __name__ == '__main__':
    sys.exit(main())
