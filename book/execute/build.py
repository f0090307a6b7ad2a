"""Build the book: execute the chapters in parallel, then make the HTML. A failing cell or a warning fails it."""
import os
import re
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

from jupyter_cache import get_cache
from jupyter_cache.executors.utils import create_cache_bundle

from book import ROOT, chapters
from book.execute import kernels, package_cache
from book.execute.running import CellExecutionError, failed_cell, run

COLOR = re.compile(r'\x1b\[[0-9;]*m')
SERIOUS = ['-n', '-W', '--keep-going']      # nitpicky: a dangling reference is a warning, a warning is an error
LONGEST = 'which-optimizer'     # it compares all methods; started last, it would leave the other processors idle
# Not the script beside Python: its first line cannot contain every path.
JUPYTER_BOOK = [sys.executable, '-c', 'from jupyter_book.cli.main import main; main()']
READER = {'name': 'myst_nb_md', 'type': 'plugin'}


def execute(project, curves: Path):
    """Execute one chapter; return it with its outputs, its failure or None, and the seconds it took."""
    started, failure = time.perf_counter(), None
    try:
        curves.mkdir()
        run(project.nb, Path(project.uri).parent, curves)
    except (CellExecutionError, TimeoutError, RuntimeError) as why:     # it failed, took too long, killed its kernel
        failure = f'chapters/{Path(project.uri).name}, {failed_cell(project.nb)} failed:\n{COLOR.sub("", str(why))}'
    return project, failure, time.perf_counter() - started


def forget(cache, paths: list[Path]):
    """Remove from the cache what is no longer a page: it was renamed or deleted, or the whole project was moved."""
    uris, names = {str(path) for path in paths}, {path.name for path in paths}
    for record in cache.list_project_records():
        if record.uri not in uris:
            cache.remove_nb_from_project(record.pk)
    for record in cache.list_cache_records():
        if Path(record.uri).name not in names:
            cache.remove_cache(record.pk)


def execute_all(paths: list[Path], folder: Path) -> list[str]:
    """Execute and cache the chapters that are not in the cache yet; return a report for each one that failed."""
    cache, failures = get_cache(str(folder)), []
    forget(cache, paths)
    records = [cache.add_nb_to_project(str(path), read_data=READER) for path in paths]
    todo = {record.uri for record in cache.list_unexecuted()}
    projects = [cache.get_project_notebook(record.pk) for record in records if record.uri in todo]
    projects.sort(key=lambda project: Path(project.uri).stem != LONGEST)
    if not projects:
        return []
    print(f'Executing {len(projects)} of {len(paths)} chapters:', flush=True)
    with (tempfile.TemporaryDirectory() as scratch,
          ProcessPoolExecutor(min(len(projects), os.cpu_count() or 1)) as pool):
        curves = {project.pk: Path(scratch, str(project.pk)) for project in projects}
        for done in as_completed([pool.submit(execute, project, curves[project.pk]) for project in projects]):
            project, failure, seconds = done.result()
            print(f'  {Path(project.uri).stem}: {"failed" if failure else "done"} ({seconds:.0f} s)', flush=True)
            if failure:
                failures.append(failure)
            else:
                bundle = create_cache_bundle(project, str(curves[project.pk]), [], seconds, None)
                cache.cache_notebook_bundle(bundle, check_validity=False, overwrite=True)
    return failures


def executed() -> int:
    """Execute the chapters that need it; return 0, or 1 after saying what failed."""
    try:
        paths = chapters.with_code()
    except FileNotFoundError as why:
        print(f'The book was not built: {why}', file=sys.stderr)
        return 1
    failures = execute_all(paths, package_cache.cache_folder())
    for failure in failures:
        print(failure, file=sys.stderr)
    if failures:
        print(f'The book was not built: {len(failures)} chapter(s) failed, see above.', file=sys.stderr)
    return int(bool(failures))


def main() -> int:
    started = time.perf_counter()
    if executed():
        return 1
    jupyter_book = [*JUPYTER_BOOK, 'build', *SERIOUS, '-q', str(ROOT)]
    with kernels.settings() as environment:         # explorers are drawn in this process
        status = subprocess.run(jupyter_book, env=environment, check=False).returncode
    if status:          # Sphinx warns of what it reads: without its memory, the next build reads all pages again
        (ROOT / '_build' / '.doctrees' / 'environment.pickle').unlink(missing_ok=True)
    else:
        print(f'The book is at _build/html/index.html ({time.perf_counter() - started:.0f} s).')
    return status


if __name__ == '__main__':
    sys.exit(main())
