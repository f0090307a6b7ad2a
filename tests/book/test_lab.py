"""JupyterLab opens every page as a notebook; saving it changes what was changed, and not a byte besides."""
import asyncio
import difflib
import shutil

import pytest
from nbformat.v4 import new_code_cell

from book import CHAPTERS, ROOT, chapters

pytestmark = pytest.mark.slow       # faithful is imported where it is used: it brings all of JupyterLab's server
PAGES = pytest.mark.parametrize('name', [path.name for path in chapters.pages()])
# What JupyterLab adds to a notebook that is opened, and run.
KERNEL = {'display_name': 'Python 3 (ipykernel)', 'language': 'python', 'name': 'python3'}
LANGUAGE = {'name': 'python', 'version': '3.11.9', 'pygments_lexer': 'ipython3', 'file_extension': '.py'}
DESCRIBED = 'description: "Of what is needed: \'this\'."\n'


@pytest.fixture
def folder(tmp_path):
    shutil.copytree(CHAPTERS, tmp_path / 'chapters', ignore=shutil.ignore_patterns('_static', '.*'))
    shutil.copy(ROOT / 'pyproject.toml', tmp_path)
    return tmp_path


def save(folder, name, change=lambda notebook: None, run=True):
    """Open a page as JupyterLab does, run and change it, and save; return what was before, and what is now."""
    from book.execute.faithful import PageManager

    async def session():
        manager, path = PageManager(root_dir=str(folder)), f'chapters/{name}'
        model = await manager.get(path, type='notebook', content=True)
        notebook = model['content']
        if run:
            notebook.metadata |= {'kernelspec': KERNEL, 'language_info': LANGUAGE}
            for count, cell in enumerate(c for c in notebook.cells if c.cell_type == 'code'):
                cell |= {'execution_count': count, 'outputs': [
                    {'output_type': 'stream', 'name': 'stdout', 'text': 'output'}]}
        change(notebook)
        saved = await manager.save(model, path)
        assert (saved['type'], saved['path']) == ('notebook', path)
    file = folder / 'chapters' / name
    before = file.read_bytes()
    asyncio.run(session())
    return before.decode(), file.read_bytes().decode()


def changes(before, after):
    """Return the lines that are gone, and those that are new."""
    lines = list(difflib.unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm=''))[2:]
    return [line[1:] for line in lines if line[0] == '-'], [line[1:] for line in lines if line[0] == '+']


@PAGES
def test_a_page_that_is_opened_run_and_saved_stays_the_same_to_the_byte(folder, name):
    before, after = save(folder, name)
    assert after == before


@pytest.mark.parametrize('name', ['adam.md', 'index.md'])
def test_a_description_in_the_front_matter_stays(folder, name):
    file = folder / 'chapters' / name
    text = file.read_text(encoding='utf-8')
    described = '---\n' + DESCRIBED + (text.removeprefix('---\n') if text.startswith('---') else '---\n' + text)
    file.write_text(described, encoding='utf-8')
    before, after = save(folder, name)
    assert DESCRIBED in before
    assert after == before


def code(notebook, number):
    return [cell for cell in notebook.cells if cell.cell_type == 'code'][number]


def edit(notebook):
    code(notebook, 3).source += '\nprint("edited")'


def add(notebook):
    notebook.cells.insert(2, new_code_cell('added = 1'))


def delete(notebook):
    notebook.cells.remove(code(notebook, 0))


def retell(notebook):
    next(cell for cell in notebook.cells if cell.cell_type == 'markdown').source += '\n\nA word more.'


def rename(notebook):
    cell = next(cell for cell in notebook.cells if cell.metadata.get('mystnb', {}).get('image'))
    cell.metadata['mystnb']['image']['alt'] = 'Short.'


def describe(notebook):
    notebook.metadata['description'] = 'New: it says more.'


@pytest.mark.parametrize(('change', 'new'), [
    (edit, ['print("edited")']), (add, ['```{code-cell} ipython3', 'added = 1', '```', '']),
    (delete, ['+++']),          # between two texts
    (retell, ['', 'A word more.']), (describe, ["description: 'New: it says more.'"]),
], ids=lambda value: getattr(value, '__name__', None))
def test_what_was_changed_is_saved_and_nothing_else(folder, change, new):
    before, after = save(folder, 'momentum.md', change)
    gone, come = changes(before, after)
    assert sorted(come) == sorted(new)
    assert bool(gone) == (change is delete)
    if change is delete:
        assert gone[0] == '```{code-cell} ipython3'
        assert len(gone) < 12


def test_the_options_of_one_cell_are_saved_and_those_of_others_keep_their_words(folder):
    before, after = save(folder, 'momentum.md', rename)
    gone, come = changes(before, after)
    assert '    alt: Short.' in come
    assert len(come) + len(gone) < 15
    assert after.count('alt: "') == before.count('alt: "') - 1


def test_another_kernel_is_saved_by_its_name(folder):
    def other(notebook):
        notebook.metadata['kernelspec'] = {'display_name': 'Other', 'language': 'python', 'name': 'other'}
    assert changes(*save(folder, 'adam.md', other)) == (['  name: python3'], ['  name: other'])


@pytest.mark.parametrize('text', [
    '# A\n\n\n\n```{code-cell} ipython3\nx = 1\n```\n\n\n```{code-cell} ipython3\n:tags: [a]\n\nx = 1\n```',
    '---\ntitle: "A"\n---\n# A\n```{code-cell} ipython3\n---\ntags: [a, b]\n---\nx = 1\n```\nText\n\n\n',
    '\n\n# Only text\n', '', '---\ntitle: "None"\n---\n',
], ids=['blank lines', 'no blank lines', 'blank lines first', 'empty', 'front matter alone'])
def test_a_page_stays_the_same_however_it_is_laid_out(folder, text):
    file = folder / 'chapters' / 'new.md'
    file.write_text(text, encoding='utf-8')
    for run in (False, True):
        before, after = save(folder, 'new.md', run=run)
        assert after == before == text


def test_a_file_that_is_edited_as_text_is_saved_as_it_was_typed(folder):
    from book.execute.faithful import PageManager

    async def session():
        manager = PageManager(root_dir=str(folder))
        model = {'type': 'file', 'format': 'text', 'content': text}
        await manager.save(model, 'chapters/adam.md')
    file = folder / 'chapters' / 'adam.md'
    text = file.read_text(encoding='utf-8').replace('display_name: Python 3', 'display_name: "Python 3"')
    asyncio.run(session())
    assert file.read_text(encoding='utf-8') == text


def test_words_are_kept_only_where_they_mean_the_same():
    from book.execute.faithful import faithful

    old = '```{code-cell} ipython3\n:tags: [a]\n\nx\n```\n'
    new = '```{code-cell} ipython3\n---\ntags: [b]\n---\nx\n```\n'
    assert faithful(old, new) == new
    assert faithful(old, new.replace('b', 'a')) == old
