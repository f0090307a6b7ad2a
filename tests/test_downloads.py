"""What a reader takes along runs, and shows what the page shows; addresses, set or not, add no warning."""
import csv
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import jupytext
import nbformat
import pytest
import yaml
from bs4 import BeautifulSoup

import chapters
import compare
import kernels
import portable
from running import run

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
ADDRESSES = {'repository_url': 'https://github.com/owner/name', 'html_baseurl': 'https://example.org/book'}


@pytest.fixture(scope='module')
def project(tmp_path_factory):
    """A copy of the project's tools around a book of one page; no repository, so there is no commit."""
    root = tmp_path_factory.mktemp('book') / 'a book'
    for name in ('tools', 'd2lmini'):
        shutil.copytree(chapters.ROOT / name, root / name, ignore=shutil.ignore_patterns('__pycache__'))
    for name in ('_static', 'checks'):
        shutil.copytree(chapters.CHAPTERS / name, root / 'chapters' / name)
    (root / 'chapters' / 'references.bib').write_text('')
    (root / 'chapters' / 'page.md').write_text(PAGE)
    (root / '_toc.yml').write_text('format: jb-book\nroot: chapters/page\n')
    return root


def build(root, **addresses):
    """Build with these addresses and no others; return the exit code and what was printed."""
    settings = yaml.safe_load((chapters.ROOT / '_config.yml').read_text(encoding='utf-8'))
    settings['sphinx']['config'] |= {'repository_url': '', 'html_baseurl': '', 'live_elsewhere': ''} | addresses
    (root / '_config.yml').write_text(yaml.safe_dump(settings))
    done = subprocess.run([sys.executable, str(root / 'tools' / 'build.py')], cwd=root, capture_output=True, text=True,
                          check=False)
    return done.returncode, done.stdout + done.stderr


@pytest.fixture(scope='module')
def plain_book(project):
    code, printed = build(project)
    assert code == 0, printed
    book = project.parent / 'without addresses'
    shutil.copytree(project / '_build' / 'html', book)
    return book


@pytest.fixture(scope='module')
def addressed_book(project, plain_book):
    code, printed = build(project, **ADDRESSES)
    assert code == 0, printed
    assert 'Executing' not in printed           # warm: the numbers of the figures come from the cache
    return project / '_build' / 'html'


def test_an_unchanged_book_is_not_written_again(project, addressed_book):
    files = [addressed_book / 'chapters' / 'page.html', *(addressed_book / 'downloads').iterdir()]
    before = [path.stat().st_mtime_ns for path in files]
    code, printed = build(project, **ADDRESSES)
    assert code == 0, printed
    assert [path.stat().st_mtime_ns for path in files] == before


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
    assert [p.strip() for p in pictures] == [p.strip() for p in on_page]
    assert [o.text for o in outputs(notebook) if o.output_type == 'stream'] == ['42\n']
    assert '<span></span>42' in page(plain_book)


def test_the_plain_notebook_runs_and_gives_the_executed_one(plain_book, tmp_path):
    plain = nbformat.read(plain_book / 'downloads' / 'page.ipynb', as_version=4)
    executed = nbformat.read(plain_book / 'downloads' / 'page-executed.ipynb', as_version=4)
    assert outputs(plain) == []
    assert 'make lab' in plain.cells[0].source
    assert [cell.source for cell in plain.cells] == [cell.source for cell in executed.cells]
    run(plain, tmp_path)
    assert outputs(plain) == outputs(executed)


def test_the_notes_name_the_package_and_with_a_repository_a_cell_installs_it(plain_book, addressed_book):
    for name in ('page.ipynb', 'page-executed.ipynb'):
        without = nbformat.read(plain_book / 'downloads' / name, as_version=4)
        within = nbformat.read(addressed_book / 'downloads' / name, as_version=4)
        assert 'pip' not in ''.join(cell.source for cell in without.cells[1:])
        assert within.cells[1].cell_type == 'code'
        assert 'd2lmini @ git+https://github.com/owner/name@main' in within.cells[1].source
        assert len(within.cells) == len(without.cells) + 1


def test_the_install_cell_is_idle_where_the_package_is(addressed_book, tmp_path):
    notebook = nbformat.read(addressed_book / 'downloads' / 'page.ipynb', as_version=4)
    run(notebook, tmp_path)                     # pip would fail: there is no such repository
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
    assert re.findall(r'<loc>(.*?)</loc>', sitemap) == [base + 'chapters/page.html']


def test_the_page_for_lost_readers_works_at_any_depth(plain_book, addressed_book):
    for book, prefix in ((plain_book, '/'), (addressed_book, '/book/')):
        text = (book / '404.html').read_text(encoding='utf-8')
        assert 'This page does not exist' in text
        local = [url for url in re.findall(r'(?:href|src)="([^"#]+)', text) if not url.startswith(('http', 'data:'))]
        assert f'{prefix}chapters/page.html' in local
        assert [url for url in local if not url.startswith(prefix)] == []


def test_the_footer_names_the_version_even_without_a_history(plain_book):
    assert re.search(r'Version \d+\.\d+\.\d+</p>', page(plain_book))


def test_the_sitemap_stays_whole_when_nothing_is_written_again(project, addressed_book):
    before = (addressed_book / 'sitemap.xml').read_bytes()
    assert build(project, **ADDRESSES)[0] == 0
    assert (addressed_book / 'sitemap.xml').read_bytes() == before


def test_a_build_without_addresses_takes_away_what_one_with_them_left(project, addressed_book):
    assert build(project)[0] == 0
    assert not (addressed_book / 'sitemap.xml').exists()
    assert not (addressed_book / '_images' / 'social_previews').exists()
    assert 'og:' not in page(addressed_book)
    assert 'pip install' not in (addressed_book / 'downloads' / 'page.py').read_text(encoding='utf-8')


def test_files_that_are_lost_or_left_over_are_put_right(project, addressed_book):
    folder = addressed_book / 'downloads'
    (folder / 'page.ipynb').unlink()
    (folder / 'gone.py').write_text('of a chapter that left the book')
    assert build(project)[0] == 0
    assert sorted(path.name for path in folder.iterdir()) == ['page', 'page-executed.ipynb', 'page.ipynb', 'page.py']


@pytest.mark.parametrize(('name', 'value', 'remedy'), [
    ('repository_url', 'github.com/owner/name', 'write https://github.com/owner/name'),
    ('html_baseurl', 'example.org/book', 'write one such as https://example.org/book/'),
])
def test_a_malformed_address_is_named_and_nothing_is_built(project, addressed_book, name, value, remedy):
    code, printed = build(project, **{name: value})
    assert code != 0
    assert f'{name}: {value!r} in _config.yml' in printed
    assert remedy in printed


SHORT = chapters.CHAPTERS / 'conventions.md'


def test_a_real_chapter_taken_along_runs_and_repeats_its_recording(tmp_path):
    taken = portable.with_note(portable.read(SHORT), 'The Road to Adam', None)
    run(taken, tmp_path)
    recorded = nbformat.read(chapters.RECORDED / f'{SHORT.stem}.ipynb', as_version=4)
    mine = [cell for cell in taken.cells if cell.cell_type == 'code']
    compared = 0
    for new, old in zip(mine, [cell for cell in recorded.cells if cell.cell_type == 'code'], strict=True):
        assert new.source == old.source
        for key, slots in compare.values(old.outputs).items():
            for (reference, kind), (computed, _) in zip(slots, compare.values(new.outputs)[key], strict=True):
                rule = compare.svg if kind == compare.SVG else compare.text
                assert not rule(reference[kind], computed[kind])
                compared += 1
    assert compared == recorded.metadata['compared']


def test_a_real_chapter_as_a_script_runs(tmp_path):
    path = tmp_path / f'{SHORT.stem}.py'
    path.write_text(portable.script(SHORT, 'The Road to Adam'), encoding='utf-8')
    code = [cell.source for cell in jupytext.read(path).cells if cell.cell_type == 'code']
    assert code == [cell.source for cell in portable.read(SHORT).cells if cell.cell_type == 'code']
    with kernels.settings() as environment:
        done = subprocess.run([sys.executable, '-W', 'error::SyntaxWarning', path.name], cwd=tmp_path, check=False,
                              capture_output=True, text=True, env=environment | {'MPLBACKEND': 'agg'})
    assert done.returncode == 0, done.stderr
    recorded = json.loads((chapters.RECORDED / f'{SHORT.stem}.ipynb').read_text(encoding='utf-8'))
    printed = ''.join(''.join(output['text']) for cell in recorded['cells'] for output in cell.get('outputs', [])
                      if output['output_type'] == 'stream')
    assert len(done.stdout.splitlines()) == len(printed.splitlines())


def test_the_citation_file_has_what_the_format_asks_for():
    cited = yaml.safe_load(Path(chapters.ROOT, 'CITATION.cff').read_text(encoding='utf-8'))
    assert cited['cff-version'] == '1.2.0'
    assert {'message', 'title', 'authors'} <= set(cited)
    assert all('name' in author or 'family-names' in author for author in cited['authors'])
    assert set(cited) <= {'cff-version', 'message', 'title', 'authors', 'type', 'version', 'abstract', 'keywords',
                          'license', 'date-released', 'repository-code', 'url', 'doi'}
    pyproject = (chapters.ROOT / 'pyproject.toml').read_text(encoding='utf-8')
    assert f'version = "{cited["version"]}"' in pyproject


def test_a_figure_to_hold_leaves_a_word_in_what_is_taken_along():
    chapter = chapters.CHAPTERS / 'adam.md'
    notebook = portable.with_note(portable.read(chapter), 'The Road to Adam', None)
    for text in ('\n'.join(cell.source for cell in notebook.cells), portable.script(chapter, 'The Road to Adam')):
        assert text.count('figure to hold stands here') == 2
        assert text.count('stands here. Momentum beside Adam') == 1
        assert '{explorer}' not in text
        assert ':runs:' not in text
