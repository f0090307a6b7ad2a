"""Build the book: execute the chapters in parallel, then make the HTML. A failing cell or a warning fails it."""
import logging
import re
import subprocess
import sys
import time
from pathlib import Path

from jupyter_cache import get_cache
from jupyter_cache.executors import load_executor

import chapters
import package_cache

TIMEOUT = 120       # seconds a cell may take
COLOR = re.compile(r'\x1b\[[0-9;]*m')
SERIOUS = ['-n', '-W', '--keep-going']      # nitpicky: a dangling reference is a warning, a warning is an error


def execute(paths: list[Path], folder: Path) -> list[str]:
    """Execute the notebooks that are not in the cache yet; return a report for each one that failed."""
    cache = get_cache(str(folder))
    for path in paths:
        cache.add_nb_to_project(str(path), read_data={'name': 'myst_nb_md', 'type': 'plugin'})
    todo = {record.uri: record for record in cache.list_unexecuted([str(p) for p in paths])}
    if not todo:
        return []
    print(f'Executing {len(todo)} of {len(paths)} chapters: {", ".join(Path(uri).stem for uri in todo)}', flush=True)
    log = logging.getLogger('chapters')
    log.addHandler(logging.NullHandler())
    done = load_executor('local-parallel', cache=cache, logger=log).run_and_cache(
        filter_uris=list(todo), timeout=TIMEOUT, allow_errors=False)
    return [report(cache, uri) for uri in done.excepted + done.errored]


def report(cache, uri: str) -> str:
    """Say which chapter and which cell failed, and how."""
    record = cache.get_project_record(uri)
    traceback, sources = record.traceback or 'it could not be read as a notebook', []
    try:
        sources = [c.source for c in cache.get_project_notebook(record.pk).nb.cells if c.cell_type == 'code']
    except Exception as why:        # the traceback above says more; this only adds the number of the cell
        traceback += f'\n(no cell numbers: {why})'
    number = next((i for i, source in enumerate(sources, 1) if source.strip() and source.strip() in traceback), '?')
    plain = COLOR.sub('', traceback)
    return f'chapters/{Path(uri).name}, code cell {number} of {len(sources)} failed:\n{plain}'


def main() -> int:
    started = time.perf_counter()
    failures = execute(chapters.with_code(), package_cache.cache_folder())
    for failure in failures:
        print(failure, file=sys.stderr)
    if failures:
        print(f'The book was not built: {len(failures)} chapter(s) failed, see above.', file=sys.stderr)
        return 1
    jupyter_book = [str(Path(sys.executable).with_name('jupyter-book')), 'build', *SERIOUS, '-q', str(chapters.ROOT)]
    status = subprocess.run(jupyter_book, check=False).returncode
    if status == 0:
        print(f'The book is at _build/html/index.html ({time.perf_counter() - started:.0f} s).')
    return status


if __name__ == '__main__':
    sys.exit(main())
