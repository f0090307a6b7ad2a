"""The whole book to take along: each form is linked where it was made from the pages of now, and nowhere else."""
import re
import zipfile

import pytest

from book.along import shelf

PAGE = '<p>{}</p><ul><!-- the whole book -->\n<!-- end --></ul>'


@pytest.fixture
def built(tmp_path):
    """A built book of two pages and a search page, with the slides of one page and a PDF."""
    files = {'html/_sources/chapters/adam.md': 'text', 'html/_images/a.svg': '<svg/>',
             'html/search.html': '<p>Search</p>',
             'html/chapters/adam.html': PAGE.format('Adam'), 'html/chapters/index.html': PAGE.format('Contents'),
             'html/index.html': PAGE.format('Top'), 'pdf/the-road-to-adam.pdf': 'x' * 1_230_000,
             'slides/adam.html': '<img src="images/a.svg"/>' + 'x' * 400_000, 'slides/images/a.svg': 'x' * 300_000,
             'slides/index.html': 'decks'}
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def links(built, page='chapters/adam.html'):
    """Return where the menu of a page leads, and what it calls that; each target exists."""
    path = built / 'html' / page
    found = re.findall(r'href="([^"]+)".*?text-container">(.*?)</span>', path.read_text(), re.S)
    assert [href for href, _ in found if not (path.parent / href).resolve().is_file()] == []
    return dict(found)


def test_nothing_is_linked_that_was_not_made(built):
    shelf.fill(built)
    assert links(built) == {}
    assert not (built / 'html' / 'along').exists()


def test_what_was_made_is_linked_with_its_size(built):
    shelf.note('pdf', built)
    shelf.note('slides', built)
    pdf = {'along/the-road-to-adam.pdf': 'The whole book, PDF (1.2 MB)'}
    assert links(built, 'index.html') == pdf | {'along/slides/index.html': 'Slides of the sections (0.7 MB)'}
    assert links(built) == {f'../{href}': label for href, label in pdf.items()} | {
        '../along/slides/adam.html': 'Slides of this section (0.7 MB)'}
    assert links(built, 'chapters/index.html')['../along/slides/index.html'] == 'Slides of the sections (0.7 MB)'
    assert (built / 'html' / 'search.html').read_text() == '<p>Search</p>'


def test_a_form_of_other_pages_is_taken_away_and_comes_back_when_it_is_made_again(built):
    shelf.note('pdf', built)
    (built / 'html' / '_sources' / 'chapters' / 'adam.md').write_text('another text')
    shelf.fill(built)
    assert links(built) == {}
    assert not (built / 'html' / 'along').exists()
    shelf.note('pdf', built)
    assert list(links(built)) == ['../along/the-road-to-adam.pdf']


def test_filling_twice_changes_nothing(built):
    shelf.note('pdf', built)
    pages = sorted((built / 'html').rglob('*.html'))
    before = [(path.read_text(), path.stat().st_mtime_ns) for path in pages]
    shelf.fill(built)
    assert [(path.read_text(), path.stat().st_mtime_ns) for path in pages] == before


def test_the_archive_has_the_site_without_links_to_what_it_lacks(built):
    shelf.note('pdf', built)
    target = built / 'zip' / 'the-road-to-adam.zip'
    shelf.archive(built / 'html', target)
    first = target.read_bytes()
    with zipfile.ZipFile(target) as archive:
        names = set(archive.namelist())
        assert names == {f'the-road-to-adam/{name}' for name in (
            'index.html', 'search.html', 'chapters/adam.html', 'chapters/index.html', '_images/a.svg',
            '_sources/chapters/adam.md')}
        assert 'along/' not in archive.read('the-road-to-adam/chapters/adam.html').decode()
    shelf.archive(built / 'html', target)
    assert target.read_bytes() == first
