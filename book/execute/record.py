"""Execute chapters and store them with their outputs in tests/recorded: the reference that nbval compares with.

Each recording is written whole or not at all: a chapter that fails leaves its old recording as it was.
"""
import sys
from pathlib import Path

import jupytext
import nbformat

from book import RECORDED, chapters
from book.execute import compare, provenance
from book.execute.running import CellExecutionError, run
from book.files import write_whole


def execute(path: Path) -> nbformat.NotebookNode:
    """Return the executed chapter; its metadata say how many outputs are compared, and which machine made them."""
    notebook = jupytext.read(path)
    notebook.metadata.pop('jupytext', None)
    for i, cell in enumerate(notebook.cells):
        cell['id'] = f'c{i}'                    # jupytext's are random
    run(notebook, path.parent)
    notebook.metadata.pop('language_info', None)      # it names the Python version of this machine
    notebook.metadata['compared'] = sum(compare.count(c.outputs) for c in notebook.cells if c.cell_type == 'code')
    notebook.metadata['made_on'] = provenance.here()
    return notebook


def record(path: Path, folder: Path = RECORDED) -> int:
    """Record one chapter; return the number of its comparable outputs."""
    if path not in chapters.with_code():
        raise FileNotFoundError(f'{path} is not a chapter with code cells that _toc.yml lists: list it there, or name '
                                'one such as chapters/adam.md')
    notebook = execute(path)
    write_whole(nbformat.writes(notebook) + '\n', folder / f'{path.stem}.ipynb')
    return notebook.metadata['compared']


def main(arguments: list[str]) -> int:
    failed = []
    try:
        paths = [Path(a).resolve() for a in arguments] or chapters.with_code()
    except FileNotFoundError as why:
        print(f'Nothing was recorded: {why}', file=sys.stderr)
        return 1
    for path in paths:
        try:
            print(f'{path.name}: {record(path)} outputs recorded', flush=True)
        except (CellExecutionError, OSError) as why:
            failed.append(path.name)
            print(f'{path.name} was not recorded; its old recording stays:\n{why}', file=sys.stderr)
    if failed:
        print(f'{len(failed)} chapter(s) failed: {", ".join(failed)}', file=sys.stderr)
    return bool(failed)


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
