"""Execute a notebook in place, the same way for the book and for the recordings."""
import os
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

TIMEOUT = 120       # seconds a cell may take
IN_THE_KERNEL = Path(__file__).resolve().parent / 'kernel'


def run(notebook: nbformat.NotebookNode, folder: Path, curves: Path | None = None):
    """Execute all cells in `folder`. What a cell prints in pieces is put together, so that every run looks the same.

    Args:
        notebook: executed in place.
        folder: where the kernel starts.
        curves: a folder for the numbers behind the figures (see kernel/figure_curves.py); none are kept without it.

    Raises:
        CellExecutionError: a cell failed; `failed_cell` tells which.
    """
    # A kernel shows figures by a backend of its own; one that the environment asks for would show nothing.
    environment = {name: value for name, value in os.environ.items() if name != 'MPLBACKEND'}
    arguments = []
    if curves is not None:
        path = filter(None, [os.environ.get('PYTHONPATH'), str(IN_THE_KERNEL)])
        environment |= {'FIGURE_CURVES': str(curves.resolve()), 'PYTHONPATH': os.pathsep.join(path)}
        arguments = ['--IPKernelApp.extra_extensions=figure_curves']
    NotebookClient(notebook, timeout=TIMEOUT, kernel_name='python3', record_timing=False, coalesce_streams=True,
                   extra_arguments=arguments, resources={'metadata': {'path': str(folder)}}).execute(env=environment)


def failed_cell(notebook: nbformat.NotebookNode) -> str:
    """Say which code cell holds an error: 'code cell 3 of 20'."""
    cells = [c for c in notebook.cells if c.cell_type == 'code']
    wrong = [i for i, c in enumerate(cells, 1) if any(o.output_type == 'error' for o in c.outputs)]
    return f'code cell {wrong[0] if wrong else "?"} of {len(cells)}'


__all__ = ['CellExecutionError', 'failed_cell', 'run']
