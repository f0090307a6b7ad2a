"""Execute a notebook in place, the same way for the book and for the recordings (kernels.py says where)."""
from pathlib import Path

import nbformat
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from book.execute import kernels

TIMEOUT = 120       # seconds a cell may take


def run(notebook: nbformat.NotebookNode, folder: Path, curves: Path | None = None):
    """Execute all cells in `folder`. What a cell prints in pieces is joined, so that every run looks the same.

    Args:
        notebook: executed in place.
        folder: where the kernel starts.
        curves: a folder for the numbers behind the figures (see figure_curves.py); none are kept without it.

    Raises:
        CellExecutionError: a cell failed; `failed_cell` says which.
    """
    arguments = [] if curves is None else ['--IPKernelApp.extra_extensions=book.execute.figure_curves']
    with kernels.settings() as environment:
        if curves is not None:
            environment['FIGURE_CURVES'] = str(curves.resolve())
        client = NotebookClient(notebook, kernels.manager(AsyncKernelManager, environment), timeout=TIMEOUT,
                                record_timing=False, coalesce_streams=True, extra_arguments=arguments,
                                resources={'metadata': {'path': str(folder)}})
        client.execute(env=environment, cleanup_kc=True)


def failed_cell(notebook: nbformat.NotebookNode) -> str:
    """Say which code cell holds an error: 'code cell 3 of 20'."""
    cells = [c for c in notebook.cells if c.cell_type == 'code']
    wrong = [i for i, c in enumerate(cells, 1) if any(o.output_type == 'error' for o in c.outputs)]
    return f'code cell {wrong[0] if wrong else "?"} of {len(cells)}'


__all__ = ['CellExecutionError', 'failed_cell', 'run']
