"""A chapter as files to download: a notebook with its outputs, one without them, a Python script."""
import re
from copy import deepcopy
from functools import lru_cache
from pathlib import Path

import jupytext
import nbformat
from jupyter_cache.base import JupyterCacheAbstract
from nbformat.v4 import new_code_cell, new_markdown_cell

from book.addresses import Repository

NOTE = """> A page of {title}, to run and to change. Its code needs the package `d2lmini`. {how}
>
> The text is MyST Markdown: JupyterLab shows its boxes and references with the extension `jupyterlab-myst`."""
BY_CELL = 'The next cell installs it where it is missing.'
BY_CLONE = ('A clone of the project has it: `make lab` opens JupyterLab there. In another environment, run '
            '`pip install path/to/the/clone`.')
INSTALL = """# Installs the package of the course where it is missing.
import importlib.util

if importlib.util.find_spec('d2lmini') is None:
    %pip install -q "{requirement}\""""
EXPLORER = re.compile(r'^```\{explorer\} .*\n(?::.*\n)*\n(.*?)^```$', re.MULTILINE | re.DOTALL)
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


def without_explorers(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Leave a word where the page has a figure to hold, which a notebook cannot show."""
    for cell in notebook.cells:
        if cell.cell_type == 'markdown':
            cell.source = EXPLORER.sub(lambda block: '> On the page, a figure to hold stands here. '
                                       + ' '.join(block[1].split()), cell.source)
    return notebook


def with_note(notebook: nbformat.NotebookNode, title: str, repository: Repository | None) -> nbformat.NotebookNode:
    """Say before the first cell how to get the package and, given a repository, add a cell that installs it."""
    how = BY_CELL if repository else BY_CLONE
    first = [new_markdown_cell(NOTE.format(title=title, how=how), id='note')]
    if repository:
        first.append(new_code_cell(INSTALL.format(requirement=repository.requirement), id='install'))
    notebook.cells[:0] = first
    return without_explorers(notebook)


def script(chapter: Path, title: str) -> str:
    """Return a chapter as a Python script in the percent format, with its text as comments."""
    notebook = without_explorers(read(chapter))
    notebook.metadata = {}
    for cell in notebook.cells:
        cell.metadata = {}                      # captions belong to pages
    notebook.metadata['jupytext'] = {'notebook_metadata_filter': '-all'}
    return SCRIPT.format(title=title, name=chapter.stem) + jupytext.writes(notebook, fmt='py:percent')
