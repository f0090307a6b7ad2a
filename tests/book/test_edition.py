"""The edition without solutions: nothing of them is in what is built, and the rest is what it is in the whole book."""
import io
import re
import subprocess
import sys
import zipfile

import jupytext
import nbformat
import pytest
import yaml

import small_book
from book import ROOT, chapters, exercises
from book.execute import edition, leaks
from test_pdf import make_pdf

sys.path.append(str(ROOT / 'book' / 'live' / 'web'))
import live_names

EXERCISE = '''```{exercise}
:label: ex-animals
Which animal?
```

````{admonition} Hint
:class: dropdown
It jumps.
````

'''
SOLUTION = '''```{solution-start} ex-animals
:label: sol-animals
:class: dropdown
```

The quokka is the animal that was meant by this exercise, since it jumps.

```{code-cell} ipython3
---
mystnb:
  figure: {name: fig-quokka, caption: A quokka that was drawn by a cell.}
  image: {alt: A quokka}
---
quokka = 'the quokka was printed here'
print(quokka)
_ = d2l.plt.plot([1, 2], [3, 4], label='quokka')
```

```{solution-end}
```
'''
AFTER = '''
```{code-cell} ipython3
---
mystnb:
  figure: {name: fig-after, caption: One curve.}
  image: {alt: One line}
---
print(6 * 7)
_ = d2l.plt.plot([1, 2], [5, 6], label='after')
```
'''
PAGE = small_book.PAGE.format(code='import d2lmini as d2l') + EXERCISE + SOLUTION + AFTER
CHECK = '''"""Write `name(n)`."""


def name(n):
    # solution
    return 'quokka, an animal that jumps' * n  # wrong: return n
    # end


# check
def check(name, close):
    close(len(name(1)), 28, 'It has 28 letters')
'''


@pytest.mark.parametrize(('page', 'wanted'), [
    ('text\n', 'text\n'),
    (EXERCISE + SOLUTION + 'after\n',
     EXERCISE + '<!-- ex-animals: 5 minutes, easy; its solution was left out -->\nafter\n'),
    ('a\n% with solutions\nb\n% end\nc\n', 'a\nc\n'),
    ('% with solutions\nb\n% end\n% with solutions\nd\n% end\n', ''),
])
def test_solutions_are_left_out_of_a_page(page, wanted):
    assert edition.without_solutions(page) == wanted


def test_a_solution_without_end_is_told():
    with pytest.raises(ValueError, match=r'not found as a whole, at "\{solution-start\} ex-animals"'):
        edition.without_solutions(EXERCISE + SOLUTION.replace('{solution-end}', '{solution}'))


@pytest.mark.parametrize('path', chapters.with_code(), ids=lambda path: path.stem)
def test_a_page_without_solutions_has_the_other_cells_and_says_the_same_of_its_exercises(path):
    page = path.read_text(encoding='utf-8')
    shorter = edition.without_solutions(page)
    assert exercises.of(shorter) == exercises.of(page)
    cells = [cell.source for cell in jupytext.reads(shorter, 'md:myst').cells if cell.cell_type == 'code']
    assert [cell.source for cell in edition.kept(jupytext.read(path))] == cells


@pytest.mark.parametrize('path', chapters.with_code(), ids=lambda path: path.stem)
def test_no_cell_outside_the_solutions_needs_one_inside(path):
    notebook = jupytext.read(path)
    cells = [cell for cell in notebook.cells if cell.cell_type == 'code']
    outside = [any(cell is one for one in edition.kept(notebook)) for cell in cells]
    for number in (i for i, out in enumerate(outside) if out and not all(outside[:i])):
        needed = live_names.needed([cell.source for cell in cells[:number + 1]])
        assert [place + 1 for place in needed if not outside[place]] == [], f'cell {number + 1}'


@pytest.mark.parametrize('path', chapters.pages(), ids=lambda path: path.stem)
def test_no_reference_leads_into_a_solution_from_outside(path):
    page = path.read_text(encoding='utf-8')
    inside = ' '.join(solution[0] for solution in edition.SOLUTION.finditer(page))
    labels = set(re.findall(r'^:label: *(\S+)$|^\$\$ *\((\S+)\)$|^\((\S+)\)=$|^ +name: *([\w-]+)$', inside, re.M))
    labels = {label for found in labels for label in found if label}
    for other in chapters.pages():
        shorter = edition.without_solutions(other.read_text(encoding='utf-8'))
        referred = set(re.findall(r'\{[\w:]+\}`(?:[^`<]*<)?([\w-]+)>?`', shorter))
        assert labels & referred == set(), other.name


def zipped(name, text):
    file = io.BytesIO()
    with zipfile.ZipFile(file, 'w') as archive:
        archive.writestr(name, text)
    return file.getvalue()


LEAK = 'The quokka is the animal that was meant by this exercise, since it jumps.'
NOTEBOOK = nbformat.writes(nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(f'# Title\n{LEAK}')]))


@pytest.mark.parametrize(('name', 'content'), [
    ('chapters/a.html', '<p>The <b>quokka</b> is the animal\nthat was meant by this exercise,&#32;since it jumps.</p>'),
    ('chapters/b.html', f'<img alt="{LEAK}">'),
    ('searchindex.js', f'Search.setIndex({{"titles": ["{LEAK}"]}})'),
    ('_sources/chapters/a.md', LEAK),
    ('downloads/a.ipynb', NOTEBOOK),
    ('downloads/a.py', "# %%\nquokka  =  'the quokka was printed here'"),
    ('downloads/a.csv', f'curve,x,y\n"{LEAK}",1,2'),
    ('site.zip', zipped('chapters/a.html', LEAK)),
    ('book.epub', zipped('a.xhtml', LEAK)),
    ('twice.zip', zipped('site.zip', zipped('a.html', LEAK))),
    ('checks.html', "<pre>return <span>'quokka, an animal that jumps'</span> * n</pre>"),
])
def test_a_leak_is_found(tmp_path, name, content):
    path = tmp_path / 'html' / name
    path.parent.mkdir(parents=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    known = leaks.of_solution(SOLUTION) | leaks.of_check(CHECK)
    found = leaks.search(tmp_path, known, leaks.allowed(['other text']))
    assert [leak.partition(' has a line of a solution: ')[0].partition(':')[0] for leak in found] == [f'html/{name}']
    assert leaks.search(tmp_path, known, leaks.allowed([SOLUTION, CHECK])) == []


@pytest.mark.parametrize(('name', 'content'), [
    ('html/pyodide/lib.zip', zipped('a.py', LEAK)), ('zip/site.zip', zipped('site/pyodide/a.py', LEAK)),
    ('.doctrees/a.html', LEAK),
])
def test_python_itself_and_caches_are_not_searched(tmp_path, name, content):
    (tmp_path / name).parent.mkdir(parents=True)
    (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    assert leaks.search(tmp_path, leaks.of_solution(SOLUTION), '') == []


@pytest.mark.slow
def test_a_leak_in_a_pdf_is_found(tmp_path):
    make_pdf(tmp_path / 'book.pdf', text=LEAK)
    assert leaks.search(tmp_path, leaks.of_solution(SOLUTION), '') == [
        'book.pdf has a line of a solution: "thequokkaistheanimalthatwasmeantbythisexercisesinceitjumps"']


def test_a_wrong_edition_is_refused_before_anything_is_made(tmp_path):
    done = subprocess.run([sys.executable, '-m', 'book.execute.edition', 'pupil', 'book.execute.build'], cwd=ROOT,
                          capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr == ("EDITION='pupil' is no edition of this book: write EDITION=teacher (the whole book, as "
                           'without EDITION) or EDITION=student (without the solutions)\n')
    assert done.stdout == ''


@pytest.fixture(scope='module')
def both(tmp_path_factory):
    """A small book, with a search index, sources, live cells, a check and downloads, in both editions."""
    root = small_book.make(tmp_path_factory.mktemp('editions') / 'a book')
    (root / 'chapters' / 'page.md').write_text(PAGE)
    (root / 'chapters' / 'checks').mkdir()
    (root / 'chapters' / 'checks' / 'ex-animals.py').write_text(CHECK)
    for name in ('teacher', 'student'):
        code, said = small_book.run(root, 'book.execute.edition', name, 'book.execute.build')
        assert code == 0, said
        assert f'The book is at _build/{"student/" if name == "student" else ""}html/index.html' in said
    assert 'Executing' not in said
    return root


def words(folder):
    """Return the files that mention the animal, whatever they are."""
    return {path.relative_to(folder).as_posix() for path in folder.rglob('*')
            if path.is_file() and b'quokka' in path.read_bytes().lower()}


@pytest.mark.slow
def test_the_student_finds_no_word_of_a_solution(both):
    whole = words(both / '_build' / 'html')
    assert whole >= {'chapters/page.html', 'searchindex.js', '_sources/chapters/page.md', 'downloads/page.ipynb',
                     'downloads/page-executed.ipynb', 'downloads/page.py'}
    assert words(both / '_build' / 'student' / 'html') == set()


@pytest.mark.slow
def test_the_student_gets_the_rest_with_its_outputs_and_numbers(both):
    page = (both / '_build' / 'student' / 'html' / 'chapters' / 'page.html').read_text(encoding='utf-8')
    assert '<span></span>42' in page
    assert 'Which animal?' in page
    assert 'It jumps.' in page
    assert 'check-hidden' in page
    assert re.search(r'Version [\d.]+, without solutions', page)
    downloads = both / '_build' / 'student' / 'html' / 'downloads'
    executed = nbformat.read(downloads / 'page-executed.ipynb', as_version=4)
    install, *others = [cell.execution_count for cell in executed.cells if cell.cell_type == 'code']
    assert install is None              # the first cell installs the package, and is for other machines
    assert others == [1, 2, 3]
    assert [path.name for path in (downloads / 'page').iterdir()] == ['figure-3-1.csv']
    assert 'after,1,5' in (downloads / 'page' / 'figure-3-1.csv').read_text(encoding='utf-8')


@pytest.mark.slow
def test_the_sources_stay_whole_and_the_teacher_has_everything(both):
    assert (both / 'chapters' / 'page.md').read_text(encoding='utf-8') == PAGE
    assert yaml.safe_load((both / '_config.yml').read_text())['sphinx']['config']['edition'] == 'teacher'
    page = (both / '_build' / 'html' / 'chapters' / 'page.html').read_text(encoding='utf-8')
    assert 'The quokka is the animal' in page
    assert 'an animal that jumps' in page
    assert 'without solutions' not in page


@pytest.mark.slow
def test_what_was_removed_from_the_book_leaves_the_student_as_well(both):
    (both / 'chapters' / 'page.md').write_text(small_book.PAGE.format(code='print(x)'))
    (both / 'chapters' / 'checks' / 'ex-animals.py').unlink()
    code, said = small_book.run(both, 'book.execute.edition', 'student', 'book.execute.build')
    assert code == 0, said
    assert not (both / '_build' / '.student' / 'chapters' / 'checks' / 'ex-animals.py').exists()
    assert not (both / '_build' / 'student' / 'html' / 'downloads' / 'page' / 'figure-3-1.csv').exists()
