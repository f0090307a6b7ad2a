"""The book is what _toc.yml lists: in its order, all of it, and nothing that lies beside it."""
import pytest

from book import chapters
from helpers import refused

TOC = '''format: jb-book
root: chapters/index
parts:
- {caption: One, chapters: [{file: chapters/b}, {file: chapters/a}]}
'''
CODE = '# A page\n\n```{code-cell} ipython3\n1 / 0\n```\n'


@pytest.fixture
def root(tmp_path):
    """A book of three pages, one of them without code, and what an editor left beside them."""
    (tmp_path / '_toc.yml').write_text(TOC)
    (tmp_path / 'chapters').mkdir()
    for name in ('a', 'b', 'a-Copy1', 'draft', 'b copy'):
        (tmp_path / 'chapters' / f'{name}.md').write_text(CODE)
    (tmp_path / 'chapters' / 'index.md').write_text('# A book\n')
    return tmp_path


def test_the_pages_are_those_of_the_list_in_its_order(root):
    assert [path.stem for path in chapters.pages(root)] == ['index', 'b', 'a']
    assert [path.stem for path in chapters.with_code(root)] == ['b', 'a']


def test_a_page_that_is_listed_and_not_there_is_named(root):
    (root / 'chapters' / 'b.md').rename(root / 'chapters' / 'c.md')
    for listing in (chapters.pages, chapters.with_code):
        refused(lambda call=listing: call(root), FileNotFoundError,
                ['_toc.yml lists chapters/b', 'no chapters/b.md', 'bring it back, or take it out of the list'])


def test_this_book_begins_with_its_index_and_ends_with_its_changes():
    stems = [path.stem for path in chapters.pages()]
    assert (stems[0], stems[-1]) == ('index', 'changelog')
    assert stems.index('momentum') < stems.index('adam')
