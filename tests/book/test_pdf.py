"""The PDF of the book: its pages become one page, and the check that ends `make pdf` finds what is broken."""
import matplotlib
import pytest
from bs4 import BeautifulSoup
from matplotlib.backends.backend_pdf import FigureCanvasPdf, PdfPages
from matplotlib.figure import Figure
from pypdf import PdfReader, PdfWriter
from pypdf.annotations import Link
from pypdf.generic import Fit, NameObject, TextStringObject

from book.along import pdf_check
from book.along.pdf_page import Book

pytestmark = pytest.mark.slow
TITLES = ['The Road', '1. Down', '2. Up']
RECT = (50, 50, 100, 70)


def make_pdf(path, titles=TITLES, text='prose', numbers=True, core_fonts=False, link='here'):
    """Make a PDF with a title page and a page for each title, as sound as the arguments leave it."""
    with matplotlib.rc_context({'pdf.use14corefonts': core_fonts, 'pdf.fonttype': 42}), PdfPages(path) as pages:
        for number in range(1, len(titles) + 2):
            figure = Figure(figsize=(4, 4))
            FigureCanvasPdf(figure)
            if numbers:
                figure.text(0.5, 0.9, str(number))
            figure.text(0.1, 0.5, text, parse_math=False)
            pages.savefig(figure)
    writer = PdfWriter(clone_from=str(path))
    for number, title in enumerate(titles, 1):
        writer.add_outline_item(title=title, page_number=number)
    writer.add_named_destination(title='here', page_number=1)
    if ':' in link:
        annotation = Link(rect=RECT, url=link)
    else:
        annotation = Link(rect=RECT, target_page_index=1, fit=Fit('/Fit'))
        annotation[NameObject('/Dest')] = TextStringObject(link)
    writer.add_annotation(page_number=0, annotation=annotation)
    writer.write(path)
    return path


def test_a_sound_pdf_passes(tmp_path):
    path = make_pdf(tmp_path / 'book.pdf')
    assert len(PdfReader(path).pages) == 4
    assert pdf_check.problems(path, TITLES) == []
    assert pdf_check.problems(make_pdf(tmp_path / 'web.pdf', link='https://example.org/'), TITLES) == []


@pytest.mark.parametrize(('flaw', 'said'), [
    ({'titles': TITLES[:2]}, 'the outline lacks "2. Up"'),
    ({'titles': TITLES[::-1]}, 'the chapters in the outline are not in the order of the book'),
    ({'core_fonts': True}, 'page 2: the font Helvetica is not embedded'),
    ({'text': r'the vector $\mathbf{x}$'}, r'page 3: raw TeX: \mathbf'),
    ({'text': r'the vector \(x\)'}, r'page 3: raw TeX: \('),
    ({'numbers': False}, 'page 2: its number is not on it'),
    ({'link': 'nowhere'}, 'page 1: a link leads nowhere: nowhere'),
    ({'link': 'file:///tmp/page.html'}, 'page 1: a link leads nowhere: file:///tmp/page.html'),
])
def test_a_broken_pdf_is_told(tmp_path, flaw, said):
    assert said in pdf_check.problems(make_pdf(tmp_path / 'book.pdf', **flaw), TITLES)


def test_half_a_pdf_is_told(tmp_path):
    path = make_pdf(tmp_path / 'book.pdf')
    path.write_bytes(path.read_bytes()[:3000])
    assert pdf_check.problems(path, TITLES)


ARTICLE = '''<head><link rel="stylesheet" href="../_static/a.css"><script src="../_static/other.js"></script></head>
<article class="bd-article"><section id="{name}"><span id="sec"></span>
<h1>{title}<a class="headerlink" href="#{name}">#</a></h1>{body}</section></article>'''


@pytest.fixture
def book(tmp_path):
    """Return a book of two pages that have an id in common."""
    (tmp_path / 'chapters').mkdir()
    (tmp_path / '_toc.yml').write_text('format: jb-book\nroot: chapters/one\nparts:\n  - caption: Part\n    chapters:\n'
                                       '      - file: chapters/two\n')
    bodies = {'one': '<a id="a" href="two.html#sec">next</a><img src="../_images/x.svg">'
                     '<details><p>Folded</p></details>',
              'two': '<section id="more"><h2>More</h2></section><a id="a" href="../api/x.html">outside</a>'
                     '<a href="#more">below</a><a href="https://example.org/">web</a><button>Copy</button>'}
    for name, body in bodies.items():
        page = ARTICLE.format(name=name, title=f'"{name}"', body=body)
        (tmp_path / 'chapters' / f'{name}.html').write_text(page)
    return Book(tmp_path, tmp_path / '_toc.yml', '../html')


def test_pages_become_one_whose_links_lead_inside(book):
    page = BeautifulSoup(book.page(title='T', subtitle='S', author='A <b>', edition='E'), 'html.parser')
    ids = [node['id'] for node in page.select('[id]')]
    assert len(ids) == len(set(ids))
    links = {link.text: link.get('href') for link in page.select('main a')}
    assert links == {'next': '#page-two--sec', 'outside': None, 'below': '#page-two--more', 'web': 'https://example.org/'}
    inside = [link['href'][1:] for link in page.select('a[href^="#"]')]
    assert set(inside) <= set(ids)
    assert page.select_one('main img')['src'] == '../html/_images/x.svg'
    assert page.select_one('link')['href'] == '../html/_static/a.css'
    assert page.select('script, button, .headerlink, details:not([open])') == []


def test_the_book_has_titles_contents_and_running_heads(book):
    assert book.titles == ['"one"', '"two"']
    page = BeautifulSoup(book.page(title='T', subtitle='S', author='A <b>', edition='E'), 'html.parser')
    entries = page.select('.book-contents .part, .book-contents .entry')
    assert [entry.text for entry in entries] == ['"one"', 'Part', '"two"', 'More']
    assert page.select_one('.title-page .author').text == 'A <b>'
    assert r'@page page-two { @top-left { content: "\"two\"" } }' in page.style.text
