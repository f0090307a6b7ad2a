"""One small book, built nine times: each build finds something new, and the tests read what it has left.

Most of a build goes to the imports of Sphinx. So the states of the book follow each other, from `plain` to `broken`;
each is a fixture that goes on from the one before, whichever tests run.
"""
import csv
import re
import shutil
import sys
from pathlib import Path
from typing import NamedTuple

import nbformat
import pytest
import yaml
from bs4 import BeautifulSoup
from jupyter_cache import get_cache

import small_book
from book import ROOT
from book.execute.running import run
from book.pages import light_figures, publishing

pytestmark = pytest.mark.slow

PAGE = '''---
jupytext: {text_representation: {extension: .md, format_name: myst}}
kernelspec: {display_name: Python 3, language: python, name: python3}
---
(sec_page)=
# A page with $x^2$

Some "words" of $\\alpha$ about it.

```{code-cell} ipython3
import d2lmini as d2l

d2l.rng(0)
print(6 * 7)
```

```{code-cell} ipython3
---
mystnb:
  figure: {name: fig-one, caption: One panel.}
  image: {alt: Two lines.}
---
d2l.plot([0, 1, 2], [[1, 2, 3 + 1e-9], [1 / 3, 2e-7, 5]], 'step', 'loss', legend=['up, slowly', 'down'])
```

```{code-cell} ipython3
---
mystnb:
  figure: {name: fig-two, caption: Two panels.}
  image: {alt: A line in each.}
---
_, (left, right) = d2l.plt.subplots(1, 2)
left.plot([1, 2], [3, 4], label='named')
left.axhline(3.5)
left.set_title('here')
line, = right.plot([1, 2], [5, 6])
right.text(2.1, 6, 'at its end')
d2l.plt.show()
```

```{code-cell} ipython3
---
mystnb:
  figure: {name: fig-bars, caption: Bars.}
  image: {alt: Two bars.}
---
_, axes = d2l.plt.subplots()
axes.bar([1, 2], [3, 4])
d2l.plt.show()
```

```{code-cell} ipython3
---
mystnb:
  figure: {name: fig-late, caption: Shown when the cell ends.}
  image: {alt: Two points.}
---
animator = d2l.Animator('epoch', 'loss')
for epoch in (1, 2):
    animator.add(epoch, 1 / epoch)
```

```{code-cell} ipython3
---
mystnb:
  figure: {name: fig-after, caption: The next cell.}
  image: {alt: Two points.}
---
_ = d2l.plt.plot([3, 4], [5, 6], label='last')
```
'''
JUPYTER_BOOK = 'from jupyter_book.cli.main import main; main()'
ADDRESSES = {'repository_url': 'https://github.com/owner/name', 'html_baseurl': 'https://example.org/book'}


API = '# Names\n\n```{eval-rst}\n.. py:currentmodule:: d2lmini\n.. autofunction:: rng\n```\n'
CONTENTS = 'format: jb-book\nroot: chapters/page\nchapters: [{{file: chapters/api}}, {{file: chapters/{}}}]\n'


class State(NamedTuple):
    """The project after a build, a copy of the book that it made, what it printed, and the pages in its caches."""

    root: Path
    book: Path
    printed: str
    cached: set[str]


def configure(root, **addresses):
    """Write settings with these addresses and no others."""
    settings = yaml.safe_load((ROOT / '_config.yml').read_text(encoding='utf-8'))
    settings['sphinx']['config'] |= {'repository_url': '', 'html_baseurl': '', 'live_elsewhere': ''} | addresses
    (root / '_config.yml').write_text(yaml.safe_dump(settings))


def build(root, name):
    code, printed = small_book.run(root, 'book.execute.build')
    assert code == 0, printed
    book = root.parent / name
    shutil.copytree(root / '_build' / 'html', book)
    caches = [get_cache(str(folder)) for folder in (root / '_build' / '.jupyter_cache').iterdir()]
    records = [record for cache in caches for record in (*cache.list_project_records(), *cache.list_cache_records())]
    return State(root, book, printed, {Path(record.uri).name for record in records})


@pytest.fixture(scope='module')
def plain(tmp_path_factory):
    """Without addresses; beside the pages lies a copy that fails. No repository, so there is no commit."""
    root = small_book.make(tmp_path_factory.mktemp('built') / 'a book with spaces')
    configure(root)
    for name, text in (('page', PAGE), ('api', API), ('old', small_book.PAGE.format(code='print(x * 8)')),
                       ('page-Copy1', small_book.PAGE.format(code='print(x / 0)'))):
        (root / 'chapters' / f'{name}.md').write_text(text)
    (root / '_toc.yml').write_text(CONTENTS.format('old'))
    return build(root, 'plain')


@pytest.fixture(scope='module')
def by_sphinx(plain):
    """The same book, made by Sphinx without jupyter-book, from the settings that jupyter-book writes for it."""
    book = plain.root.parent / 'by sphinx'
    for command in (['-c', JUPYTER_BOOK, 'config', 'sphinx', '.'], ['-m', 'sphinx', '-q', '-W', '.', str(book)]):
        code, printed = small_book.program(plain.root, sys.executable, *command)
        assert code == 0, printed
    (plain.root / 'conf.py').unlink()
    return book


@pytest.fixture(scope='module')
def refusals(plain, by_sphinx):
    """What tools say, and how they end, when a page has another name than in the table of contents."""
    (plain.root / 'chapters' / 'old.md').rename(plain.root / 'chapters' / 'new.md')
    return [small_book.run(plain.root, tool) for tool in ('book.execute.build', 'book.execute.record')]


@pytest.fixture(scope='module')
def addressed(plain, refusals):
    """With addresses, and the page under its new name."""
    configure(plain.root, **ADDRESSES)
    (plain.root / '_toc.yml').write_text(CONTENTS.format('new'))
    (plain.root / 'chapters' / 'new.md').write_text(small_book.PAGE.format(code='print(x * 9)'))
    return build(plain.root, 'addressed')


@pytest.fixture(scope='module')
def again(addressed):
    """Nothing was changed."""
    return build(addressed.root, 'again')


@pytest.fixture(scope='module')
def styled(again):
    """A style alone was changed."""
    with (again.root / 'book' / 'pages' / 'static' / 'book.css').open('a') as file:
        file.write('.bd-article { --a-change: 1px; }')
    return build(again.root, 'styled')


@pytest.fixture(scope='module')
def moved(styled):
    """In another folder, and without addresses again."""
    root = styled.root.rename(styled.root.with_name('another place'))
    configure(root)
    return build(root, 'moved')


@pytest.fixture(scope='module')
def edited(moved):
    """With an edit of the package."""
    path = moved.root / 'd2lmini' / 'optimizers' / 'adam.py'
    path.write_text('# edited\n' + path.read_text(encoding='utf-8'), encoding='utf-8')
    return build(moved.root, 'edited')


@pytest.fixture(scope='module')
def mended(edited):
    """One page alone was edited; a file of another was lost, and one of a chapter that is gone was left over."""
    (edited.root / 'chapters' / 'api.md').write_text(API.replace('# Names', '# Names again'))
    folder = edited.root / '_build' / 'html' / 'downloads'
    (folder / 'page.ipynb').unlink()
    (folder / 'gone.py').write_text('of a chapter that left the book')
    return build(edited.root, 'mended')


@pytest.fixture(scope='module')
def broken(mended):
    """A reference leads nowhere: return how this build ended and what it printed, and the same of another one."""
    with (mended.root / 'chapters' / 'page.md').open('a') as file:
        file.write('\nSee {ref}`nowhere`.\n')
    return [small_book.run(mended.root, 'book.execute.build') for _ in range(2)]


@pytest.fixture(scope='module')
def plain_book(plain):
    return plain.book


@pytest.fixture(scope='module')
def addressed_book(addressed):
    return addressed.book


def executed(state):
    """Return the pages that a build executed, the others being in the cache."""
    return sorted(re.findall(r'^  (\w+): done', state.printed, re.M))


def test_pages_are_executed_when_they_or_the_package_have_changed(
        plain, addressed, again, styled, moved, edited, mended):
    assert list(map(executed, (plain, addressed, again, styled, moved, edited, mended))) == [
        ['old', 'page'], ['new'], [], [], [], ['new', 'page'], []]


@pytest.mark.parametrize('time', [0, 1], ids=['first', 'again'])
def test_a_warning_fails_the_build_until_it_is_mended(broken, time):
    code, printed = broken[time]
    assert code != 0
    assert 'nowhere' in printed


def test_an_unchanged_book_is_not_written_again(addressed_book, again):
    def times(book):
        files = [book / 'chapters' / 'page.html', *(book / 'downloads').iterdir()]
        return {path.name: path.stat().st_mtime_ns for path in files}
    assert times(again.book) == times(addressed_book)


def test_a_change_of_a_style_reaches_the_book(styled):
    assert '--a-change' in (styled.book / '_static' / 'book.css').read_text(encoding='utf-8')


@pytest.mark.parametrize('page', ['page', 'api'])
def test_sphinx_alone_makes_the_same_pages(plain, by_sphinx, page):
    ours, its = ((book / 'chapters' / f'{page}.html').read_text(encoding='utf-8') for book in (plain.book, by_sphinx))
    assert len(ours) > 10_000
    assert its == ours


def test_a_file_beside_the_pages_is_no_page(plain):
    assert 'Copy1' not in plain.printed
    assert not (plain.book / 'chapters' / 'page-Copy1.html').exists()


def test_a_page_that_was_renamed_leaves_the_cache_and_the_book(plain, refusals, addressed):
    of_old = ['chapters/old.html', '_sources/chapters/old.md', 'downloads/old.ipynb']
    assert [name for name in of_old if not (plain.book / name).is_file()] == []
    for (code, printed), verdict in zip(refusals, ('The book was not built', 'Nothing was recorded'), strict=True):
        assert code == 1
        assert f'{verdict}: _toc.yml lists chapters/old, but there is no chapters/old.md: bring it back' in printed
        assert 'Traceback' not in printed
    assert '54' in (addressed.book / 'chapters' / 'new.html').read_text(encoding='utf-8')
    assert [name for name in of_old if (addressed.book / name).exists()] == []
    assert addressed.cached == {'page.md', 'new.md'}


def test_names_in_code_lead_to_the_api_page_whatever_is_built_again(
        plain, addressed, styled, moved, edited, mended):
    for state in (plain, addressed, styled, moved, edited, mended):     # in the last, the page of names alone was read
        assert page(state.book).count('href="api.html#d2lmini.rng"') == 1


def page(book):
    return (book / 'chapters' / 'page.html').read_text(encoding='utf-8')


def rows(path):
    with path.open(encoding='utf-8', newline='') as file:
        return list(csv.reader(file))


def outputs(notebook):
    return [output for cell in notebook.cells if cell.cell_type == 'code' for output in cell.outputs]


def test_the_executed_notebook_shows_what_the_page_shows(plain_book):
    notebook = nbformat.read(plain_book / 'downloads' / 'page-executed.ipynb', as_version=4)
    nbformat.validate(notebook)
    pictures = [o.data['image/svg+xml'] for o in outputs(notebook) if 'data' in o and 'image/svg+xml' in o.data]
    on_page = [(plain_book / 'chapters' / src).resolve().read_text(encoding='utf-8')
               for src in re.findall(r'<img[^>]*src="([^"]*\.svg)"', page(plain_book)) if '_images' in src]
    assert len(pictures) == 5
    assert [light_figures.light(p).strip() for p in pictures] == [p.strip() for p in on_page]
    assert [o.text for o in outputs(notebook) if o.output_type == 'stream'] == ['42\n']
    assert '<span></span>42' in page(plain_book)
    assert 'https://cdn' not in page(plain_book)


def test_the_plain_notebook_runs_and_gives_the_executed_one(plain_book, tmp_path, monkeypatch):
    monkeypatch.setenv('D2LMINI_ENGINE', 'numpy')       # as in the book
    plain = nbformat.read(plain_book / 'downloads' / 'page.ipynb', as_version=4)
    executed = nbformat.read(plain_book / 'downloads' / 'page-executed.ipynb', as_version=4)
    assert outputs(plain) == []
    assert 'needs the package `d2lmini`' in plain.cells[0].source
    assert [cell.source for cell in plain.cells] == [cell.source for cell in executed.cells]
    run(plain, tmp_path)
    assert outputs(plain) == outputs(executed)


def test_a_cell_installs_the_wheel_beside_the_notebook_or_that_of_the_site(plain_book, addressed_book):
    for name in ('page.ipynb', 'page-executed.ipynb'):
        without = nbformat.read(plain_book / 'downloads' / name, as_version=4).cells[1].source
        within = nbformat.read(addressed_book / 'downloads' / name, as_version=4).cells[1].source
        [wheel] = re.findall(r"Path\('(.*?)'\)", without)
        assert (plain_book / 'downloads' / wheel).is_file()
        assert 'raise FileNotFoundError' in without
        assert f"https://example.org/book/downloads/{wheel}'" in within


def test_the_install_cell_is_idle_where_the_package_is(addressed_book, tmp_path):
    notebook = nbformat.read(addressed_book / 'downloads' / 'page.ipynb', as_version=4)
    run(notebook, tmp_path)                     # pip would fail: there is no such site
    assert notebook.cells[1].outputs == []


def test_the_numbers_of_the_curves(plain_book):
    folder = plain_book / 'downloads' / 'page'
    # Bars are no curve.
    assert sorted(path.name for path in folder.iterdir()) == [f'figure-{n}-1.csv' for n in (2, 3, 5, 6)]
    assert rows(folder / 'figure-2-1.csv') == [
        ['curve', 'x', 'y'], ['up, slowly', '0', '1'], ['up, slowly', '1', '2'], ['up, slowly', '2', '3'],
        ['down', '0', '0.333333'], ['down', '1', '2e-07'], ['down', '2', '5']]
    assert rows(folder / 'figure-3-1.csv')[1:] == [
        ['here: named', '1', '3'], ['here: named', '2', '4'], ['panel 2: at its end', '1', '5'],
        ['panel 2: at its end', '2', '6']]
    assert rows(folder / 'figure-5-1.csv')[1:] == [['loss', '1', '1'], ['loss', '2', '0.5']]
    assert rows(folder / 'figure-6-1.csv')[1:] == [['last', '3', '5'], ['last', '4', '6']]


def test_each_figure_with_curves_links_to_its_own_numbers(plain_book):
    figures = re.findall(r'<figure.*?</figure>', page(plain_book), re.DOTALL)
    found = {re.search(r'id="([^"]+)"', figure)[1]: re.findall(r'href="([^"]+\.csv)"', figure)
             for figure in figures}
    assert found == {'fig-bars': []} | {name: [f'../downloads/page/figure-{n}-1.csv'] for name, n in
                                        (('fig-one', 2), ('fig-two', 3), ('fig-late', 5), ('fig-after', 6))}


def test_launch_buttons_only_with_a_repository(plain_book, addressed_book):
    assert 'https://colab' not in page(plain_book)
    assert 'mybinder' not in page(plain_book)
    for link in ('https://colab.research.google.com/github/owner/name/blob/notebooks/page.ipynb',
                 'https://mybinder.org/v2/gh/owner/name/notebooks?urlpath=lab/tree/page.ipynb'):
        assert f'href="{link}"' in page(addressed_book)


@pytest.mark.parametrize(('title', 'beside'), [('The Book', ''), ('A page', 'The Book'), (None, 'The Book')])
def test_a_tab_names_the_book_once(title, beside):
    context = {'title': title, 'docstitle': 'The Book'}
    publishing.name_once(None, 'page', 'page.html', context, None)
    assert context['docstitle'] == beside


def tags(book):
    found = BeautifulSoup(page(book), 'html.parser').select('meta[content]:is([name], [property])')
    return {tag.get('property') or tag['name']: tag['content'] for tag in found}


def test_without_an_address_a_page_is_described_and_no_tag_is_broken(plain_book):
    found = tags(plain_book)
    assert found['description'].startswith('Some “words” of')
    assert '\\' not in found['description']
    assert [name for name in found if name.startswith(('og:', 'twitter:'))] == []
    assert 'rel="canonical"' not in page(plain_book)
    assert not (plain_book / 'sitemap.xml').exists()
    assert not (plain_book / '_images' / 'social_previews').exists()


def test_with_an_address_there_are_cards_canonical_links_and_a_sitemap(addressed_book):
    found = tags(addressed_book)
    base = 'https://example.org/book/'
    assert found['og:site_name'] == 'The Road to Adam'
    assert found['og:url'] == base + 'chapters/page.html'
    assert found['og:image'].startswith(base)
    assert (addressed_book / found['og:image'].removeprefix(base)).read_bytes().startswith(b'\x89PNG')
    assert found['og:description'] == found['description'] != ''
    assert found['twitter:card'] == 'summary_large_image'
    assert page(addressed_book).count('name="description"') == 1
    canonical = BeautifulSoup(page(addressed_book), 'html.parser').select_one('link[rel=canonical]')
    assert canonical['href'] == f'{base}chapters/page.html'
    sitemap = (addressed_book / 'sitemap.xml').read_text(encoding='utf-8')
    assert re.findall(r'<loc>(.*?)</loc>', sitemap) == [
        f'{base}chapters/{name}.html' for name in ('api', 'new', 'page')]


def test_the_page_for_lost_readers_works_at_any_depth(plain_book, addressed_book):
    for book, prefix in ((plain_book, '/'), (addressed_book, '/book/')):
        text = (book / '404.html').read_text(encoding='utf-8')
        assert 'This page does not exist' in text
        local = [url for url in re.findall(r'(?:href|src)="([^"#]+)', text) if not url.startswith(('http', 'data:'))]
        assert f'{prefix}chapters/page.html' in local
        assert [url for url in local if not url.startswith(prefix)] == []


def test_the_footer_names_the_version_even_without_a_history(plain_book):
    assert re.search(r'Version \d+\.\d+\.\d+</p>', page(plain_book))


def test_the_sitemap_stays_whole_when_nothing_is_written_again(addressed_book, again):
    assert (again.book / 'sitemap.xml').read_bytes() == (addressed_book / 'sitemap.xml').read_bytes()


def test_a_build_without_addresses_takes_away_what_one_with_them_left(moved):
    assert not (moved.book / 'sitemap.xml').exists()
    assert not (moved.book / '_images' / 'social_previews').exists()
    assert 'og:' not in page(moved.book)
    assert 'pip install' not in (moved.book / 'downloads' / 'page.py').read_text(encoding='utf-8')


def test_files_that_are_lost_or_left_over_are_put_right(mended):
    assert sorted(path.name for path in (mended.book / 'downloads').iterdir() if path.suffix != '.whl') == [
        'new-executed.ipynb', 'new.ipynb', 'new.py', 'page', 'page-executed.ipynb', 'page.ipynb', 'page.py']


@pytest.mark.parametrize(('name', 'value', 'remedy'), [
    ('repository_url', 'github.com/owner/name', 'write https://github.com/owner/name'),
    ('html_baseurl', 'example.org/book', 'write one such as https://example.org/book/'),
])
def test_a_malformed_address_is_named_and_nothing_is_built(tmp_path, name, value, remedy):
    root = small_book.make(tmp_path / 'a book')
    (root / 'chapters' / 'page.md').write_text('# Without code\n')
    configure(root, **{name: value})
    code, printed = small_book.run(root, 'book.execute.build')
    assert code != 0
    assert not (root / '_build' / 'html' / 'chapters' / 'page.html').exists()
    assert f'{name}: {value!r} in _config.yml' in printed
    assert remedy in printed
