"""A chapter as files to download: a notebook with its outputs, one without them, a Python script."""
from copy import deepcopy
from functools import lru_cache
from pathlib import Path

import jupytext
import nbformat
from jupyter_cache.base import JupyterCacheAbstract
from nbformat.v4 import new_code_cell, new_markdown_cell

from book import programs
from book.addresses import Repository
from book.along.plain_markdown import plain

WHEEL = 'd2lmini.whl'
NOTE = """> A page of {title}, to run and to change. Its code needs the package `d2lmini`, which the next cell installs
> where it is missing."""
INSTALL = """# Installs the package of the course where it is missing, from its wheel beside this notebook.
import importlib.util
from pathlib import Path

if importlib.util.find_spec('d2lmini') is None:
    wheel = Path('{wheel}')
    if not wheel.exists():
        {otherwise}
    %pip install -q {{wheel}}"""
ABSENT = "raise FileNotFoundError(f'Put {wheel} beside this notebook. The menu that offers the notebook has it, too.')"
SCRIPT = """# %% [markdown]
# A page of {title}, as a script. It needs the package d2lmini. A clone of the project has it, after `make book`:
#
#     .venv/bin/python {name}.py
#
# The marks `# %%` part it into cells, which many editors run one at a time.

"""


def read(chapter: Path) -> nbformat.NotebookNode:
    """Return a chapter as a notebook without outputs, the same on every call."""
    return deepcopy(parsed(chapter, chapter.stat().st_mtime_ns))


@lru_cache
def parsed(chapter: Path, changed: int) -> nbformat.NotebookNode:
    """Parse a chapter as it was when it `changed`: a build asks for each six times, and parsing is slow."""
    notebook = jupytext.read(chapter)
    notebook.metadata.pop('jupytext', None)
    for i, cell in enumerate(notebook.cells):
        cell['id'] = f'c{i}'                    # jupytext's are random
    return notebook


def executed(chapter: Path, cache: JupyterCacheAbstract) -> nbformat.NotebookNode:
    """Return a chapter with the outputs that its page shows.

    Raises:
        KeyError: the cache holds no execution of these cells.
    """
    notebook, source = cache.merge_match_into_notebook(read(chapter))[1], read(chapter)
    for cell, original in zip(notebook.cells, source.cells):
        cell['id'] = original['id']             # the cache stores a format older than ids
    notebook.nbformat_minor = source.nbformat_minor
    notebook.metadata.pop('language_info', None)      # it names the Python version of this machine
    return notebook


def in_plain_words(notebook: nbformat.NotebookNode, names: dict[str, str]) -> nbformat.NotebookNode:
    """Write the text so that every notebook shows it, programs one after the other instead of in tabs.

    What `names` does not name keeps its label.
    """
    for cell in notebook.cells:
        if cell.cell_type == 'markdown':
            cell.source = plain(programs.in_sequence(cell.source), names)
    return notebook


def install(wheel: str, site: str, repository: Repository | None) -> str:
    """Return a cell that installs the wheel beside the notebook, or else from the site or the repository, if known."""
    otherwise = ABSENT
    if site:
        otherwise = f"wheel = '{site.rstrip('/')}/downloads/{wheel}'"
    elif repository:
        otherwise = f"""wheel = '"{repository.requirement}"'"""
    return INSTALL.format(wheel=wheel, otherwise=otherwise)


def with_note(notebook: nbformat.NotebookNode, title: str, repository: Repository | None = None, *, site: str = '',
              wheel: str = WHEEL, names: dict[str, str] | None = None) -> nbformat.NotebookNode:
    """Say before the first cell what the notebook needs, and add a cell that installs it."""
    notebook = in_plain_words(notebook, names or {})
    notebook.cells[:0] = [new_markdown_cell(NOTE.format(title=title), id='note'),
                          new_code_cell(install(wheel, site, repository), id='install')]
    return notebook


def script(chapter: Path, title: str, names: dict[str, str] | None = None) -> str:
    """Return a chapter as a Python script in the percent format, with its text as comments."""
    notebook = in_plain_words(read(chapter), names or {})
    notebook.metadata = {}
    for cell in notebook.cells:
        cell.metadata = {}                      # captions belong to pages
    notebook.metadata['jupytext'] = {'notebook_metadata_filter': '-all'}
    return SCRIPT.format(title=title, name=chapter.stem) + jupytext.writes(notebook, fmt='py:percent')
