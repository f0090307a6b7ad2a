"""Recording is all or nothing; a failing cell fails every build and is named; an edit of the package is seen."""
from pathlib import Path

import pytest
from jupyter_cache import get_cache

import package_cache
from small_book import PAGE, make, run, write

pytestmark = pytest.mark.slow


@pytest.fixture
def project(tmp_path):
    """A copy of the project's tools around a book of one small page."""
    return make(tmp_path / 'a book with spaces')


def test_a_chapter_that_fails_leaves_its_old_recording_whole(project):
    target = project / 'tests' / 'recorded' / 'page.ipynb'
    assert run(project, 'record.py')[0] == 0
    before = target.read_bytes()
    assert b'42' in before
    write(project, 'print(x * 8)\nraise RuntimeError("boom")')
    code, printed = run(project, 'record.py')
    assert code == 1
    assert 'page.md' in printed
    assert 'boom' in printed
    assert target.read_bytes() == before
    assert [p.name for p in target.parent.iterdir()] == ['page.ipynb']


def test_a_failing_cell_fails_every_build_and_is_named(project):
    write(project, 'print(x / 0)')
    for _ in range(2):
        code, printed = run(project, 'build.py')
        assert code != 0
        assert 'chapters/page.md, code cell 2 of 2 failed' in printed
        assert 'ZeroDivisionError' in printed


def test_a_book_builds_then_from_the_cache_and_a_warning_fails_it(project):
    code, printed = run(project, 'build.py')
    assert code == 0, printed
    page = project / '_build' / 'html' / 'chapters' / 'page.html'
    assert '42' in page.read_text()
    assert 'https://cdn' not in page.read_text()
    style = project / 'chapters' / '_static' / 'book.css'
    style.write_text(style.read_text() + '/* a change */')
    code, printed = run(project, 'build.py')
    assert code == 0
    assert 'Executing' not in printed
    assert (project / '_build' / 'html' / '_static' / 'book.css').read_text().endswith('/* a change */')
    with (project / 'chapters' / 'page.md').open('a') as file:
        file.write('\nSee {ref}`nowhere`.\n')
    assert run(project, 'build.py')[0] != 0


def test_a_page_that_was_renamed_leaves_the_cache_and_the_book(project):
    old, new = (project / 'chapters' / name for name in ('old.md', 'new.md'))
    (project / '_toc.yml').write_text('format: jb-book\nroot: chapters/page\nchapters: [{file: chapters/old}]\n')
    old.write_text(PAGE.format(code='print(x * 8)'))
    assert run(project, 'build.py')[0] == 0
    book = project / '_build' / 'html'
    left = [book / 'chapters' / 'old.html', book / '_sources' / 'chapters' / 'old.md', book / 'downloads' / 'old.ipynb']
    assert [path for path in left if not path.is_file()] == []
    old.rename(new)
    for tool, verdict in (('build.py', 'The book was not built'), ('record.py', 'Nothing was recorded')):
        code, printed = run(project, tool)
        assert code == 1
        assert f'{verdict}: _toc.yml lists chapters/old, but there is no chapters/old.md: bring it back' in printed
        assert 'Traceback' not in printed
    (project / '_toc.yml').write_text('format: jb-book\nroot: chapters/page\nchapters: [{file: chapters/new}]\n')
    new.write_text(PAGE.format(code='print(x * 9)'))
    code, printed = run(project, 'build.py')
    assert code == 0, printed
    assert '54' in (book / 'chapters' / 'new.html').read_text()
    assert [path for path in left if path.exists()] == []
    cache = get_cache(str(next((project / '_build' / '.jupyter_cache').iterdir())))
    records = [*cache.list_project_records(), *cache.list_cache_records()]
    assert {Path(record.uri).name for record in records} == {'page.md', 'new.md'}


def test_a_book_that_was_moved_builds_from_its_cache(project):
    assert run(project, 'build.py')[0] == 0
    moved = project.rename(project.with_name('another place'))
    code, printed = run(moved, 'build.py')
    assert code == 0, printed
    assert 'Executing' not in printed


def test_a_file_beside_the_pages_is_no_page(project):
    beside = project / 'chapters' / 'page-Copy1.md'
    beside.write_text(PAGE.format(code='print(x / 0)'))
    for tool in ('build.py', 'record.py'):
        code, printed = run(project, tool)
        assert code == 0, printed
        assert 'Copy1' not in printed
    assert not (project / '_build' / 'html' / 'chapters' / 'page-Copy1.html').exists()
    assert [path.name for path in (project / 'tests' / 'recorded').iterdir()] == ['page.ipynb']
    code, printed = run(project, 'record.py', str(beside))
    assert code == 1
    assert 'page-Copy1.md is no chapter with code cells that _toc.yml lists' in printed


def test_the_cache_sees_an_edit_of_the_package_and_the_engine(project, monkeypatch):
    monkeypatch.setattr(package_cache, 'ROOT', project)
    before = package_cache.cache_folder()
    assert package_cache.cache_folder() == before
    with (project / 'd2lmini' / 'optimizers' / 'adam.py').open('a') as file:
        file.write('\n# edited\n')
    edited = package_cache.cache_folder()
    assert edited != before
    monkeypatch.setenv('D2LMINI_ENGINE', 'numpy')
    assert package_cache.cache_folder() not in (before, edited)


def test_names_in_code_lead_to_the_api_page_whatever_is_built_again(project):
    (project / '_toc.yml').write_text('format: jb-book\nroot: chapters/page\nchapters: [{file: chapters/api}]\n')
    (project / 'chapters' / 'api.md').write_text(
        '# Names\n\n```{eval-rst}\n.. py:currentmodule:: d2lmini\n.. autofunction:: rng\n```\n')
    write(project, 'import d2lmini as d2l\nprint(d2l.rng(0).permutation(1) + x)')
    page = project / '_build' / 'html' / 'chapters' / 'page.html'
    for name, old, new in (('_config.yml', '', ''), ('d2lmini/optimizers/adam.py', '"""', '# edited\n"""'),
                           ('chapters/api.md', '# Names', '# Names again'),                 # this page alone is read,
                           ('_config.yml', 'Search this book', 'Search')):                  # and now all are written
        path = project / name
        path.write_text(path.read_text().replace(old, new, 1))
        code, printed = run(project, 'build.py')
        assert code == 0, printed
        assert page.read_text().count('href="../chapters/api.html#d2lmini.rng"') == 1
