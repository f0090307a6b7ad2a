"""Recording is all or nothing; a failing cell fails every build and is named; an edit of the package is seen."""
import pytest

from book.execute import package_cache
from small_book import PAGE, make, run, write

pytestmark = pytest.mark.slow


@pytest.fixture
def project(tmp_path):
    """A copy of what makes a book, around a book of one small page."""
    return make(tmp_path / 'a book with spaces')


def test_a_chapter_that_fails_leaves_its_old_recording_whole(project):
    target = project / 'tests' / 'recorded' / 'page.ipynb'
    assert run(project, 'book.execute.record')[0] == 0
    before = target.read_bytes()
    assert b'42' in before
    write(project, 'print(x * 8)\nraise RuntimeError("boom")')
    code, printed = run(project, 'book.execute.record')
    assert code == 1
    assert 'page.md' in printed
    assert 'boom' in printed
    assert target.read_bytes() == before
    assert [p.name for p in target.parent.iterdir()] == ['page.ipynb']


def test_a_failing_cell_fails_every_build_and_is_named(project):
    write(project, 'print(x / 0)')
    for _ in range(2):
        code, printed = run(project, 'book.execute.build')
        assert code != 0
        assert 'chapters/page.md, code cell 2 of 2 failed' in printed
        assert 'ZeroDivisionError' in printed


def test_a_file_beside_the_pages_is_not_recorded(project):
    beside = project / 'chapters' / 'page-Copy1.md'
    beside.write_text(PAGE.format(code='print(x / 0)'))
    code, printed = run(project, 'book.execute.record')
    assert code == 0, printed
    assert 'Copy1' not in printed
    assert [path.name for path in (project / 'tests' / 'recorded').iterdir()] == ['page.ipynb']
    code, printed = run(project, 'book.execute.record', str(beside))
    assert code == 1
    assert 'page-Copy1.md is not a chapter with code cells that _toc.yml lists' in printed


def test_the_cache_sees_an_edit_of_the_package_and_the_engine(project, monkeypatch):
    monkeypatch.setattr(package_cache, 'ROOT', project)
    monkeypatch.setenv('D2LMINI_ENGINE', 'mxnet')
    before = package_cache.cache_folder()
    assert package_cache.cache_folder() == before
    with (project / 'd2lmini' / 'optimizers' / 'adam.py').open('a') as file:
        file.write('\n# edited\n')
    edited = package_cache.cache_folder()
    assert edited != before
    monkeypatch.setenv('D2LMINI_ENGINE', 'numpy')
    assert package_cache.cache_folder() not in (before, edited)
