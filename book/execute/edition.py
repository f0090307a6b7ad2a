"""The editions of the book: the teacher's has everything, the student's leaves the solutions out.

`python -m book.execute.edition student book.along.pdf` runs a module that builds something, for one edition. For the
student's, the project is first copied to `_build/.student`, without solutions: what is not in the sources is nowhere
in what is made from them. The outputs of the other cells are those of the whole book, since no cell needs one of a
solution (a test checks that). What is built is in `_build/student`.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import jupytext
import nbformat
import yaml
from jupyter_cache import get_cache
from jupyter_cache.base import JupyterCacheAbstract
from jupyter_cache.executors.utils import create_cache_bundle

from book import ROOT, chapters, exercises
from book.execute import build, leaks, package_cache

EDITIONS = {'teacher': 'the whole book, as without EDITION', 'student': 'without the solutions'}
SOLUTION = re.compile(r'^(`{3,})\{solution-start\} *(\S+).*?^\1\{solution-end\}\s*?\n\1\n', re.M | re.S)
MARK = re.compile(r'^`{3,}\{solution-(start|end)\}', re.M)
ONLY_WITH = re.compile(r'^% with solutions\n.*?^% end\n', re.M | re.S)
LEFT_OUT = '<!-- {label}: {minutes} minutes, {difficulty}; its solution was left out -->\n'
OWN = re.compile(r'(?<![\w/])_build/')       # in what a program says
FOLDERS = ('book', 'd2lmini', 'chapters')       # copied, with the files beside them
LINKED = ('build', 'tests', 'frameworks', 'proof')
PASSED_OVER = {'__pycache__', 'node_modules', '.ipynb_checkpoints'}


def check(edition: str) -> None:
    """Refuse what is no edition.

    Raises:
        ValueError: the message names the argument, its value and the remedy.
    """
    if edition not in EDITIONS:
        known = ' or '.join(f'EDITION={name} ({what})' for name, what in EDITIONS.items())
        raise ValueError(f'EDITION={edition!r} is no edition of this book: write {known}')


def without_solutions(page: str) -> str:
    """Return a page with each solution replaced by what the list of exercises says of it.

    Raises:
        ValueError: a solution does not end.
    """
    known = {one.label: one for one in exercises.of(page)}

    def left_out(solution: re.Match) -> str:
        one = known[solution[2]]
        return LEFT_OUT.format(label=one.label, minutes=one.minutes, difficulty=one.difficulty)

    shorter = ONLY_WITH.sub('', SOLUTION.sub(left_out, page))
    if '{solution' in shorter:
        rest = shorter[shorter.index('{solution'):].partition('\n')[0]
        raise ValueError(f'a solution was not found as a whole, at "{rest}": write ```{{solution-start}} label … '
                         '```{solution-end}, with equally many backticks')
    return shorter


def staged(root: Path) -> Iterator[tuple[Path, bytes]]:
    """Yield the files of the student's project, by their places in it."""
    beside = [path for path in root.glob('[!.]*') if path.is_file()]
    for path in [*beside, *(path for name in FOLDERS for path in sorted((root / name).rglob('*')))]:
        inside = path.relative_to(root)
        if not path.is_file() or PASSED_OVER & set(inside.parts):
            continue
        content = path.read_bytes()
        if inside.parts[0] == 'chapters' and path.suffix == '.md':
            try:
                content = without_solutions(content.decode()).encode()
            except ValueError as why:
                raise ValueError(f'{inside}: {why}') from why
        elif path.name == '_config.yml':
            settings = yaml.safe_load(content)
            settings['sphinx']['config']['edition'] = 'student'
            content = yaml.safe_dump(settings, sort_keys=False, allow_unicode=True).encode()
        yield inside, content


def stage(root: Path, target: Path, out: Path) -> None:
    """Make or refresh the student's project; a file that is the same keeps its time, so that its page does, too."""
    files = dict(staged(root))
    for inside, content in files.items():
        to = target / inside
        if not to.is_file() or to.read_bytes() != content:
            to.parent.mkdir(parents=True, exist_ok=True)
            to.write_bytes(content)
    for name in FOLDERS:
        for path in (target / name).rglob('*'):
            if path.is_file() and path.suffix != '.pyc' and path.relative_to(target) not in files:
                path.unlink()
    for name, to in [('_build', out), *((name, root / name) for name in LINKED)]:
        to.mkdir(parents=True, exist_ok=True)
        if not (target / name).is_symlink():
            (target / name).symlink_to(os.path.relpath(to, target), target_is_directory=True)


def kept(whole: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    """Return the code cells of a chapter that belong to no solution."""
    inside, cells = False, []
    for cell in whole.cells:
        if cell.cell_type == 'code':
            cells += [] if inside else [cell]
        else:
            marks = MARK.findall(cell.source)
            inside = marks[-1] == 'start' if marks else inside
    return cells


def hand_over(page: Path, chapter: Path, whole: JupyterCacheAbstract, cache: JupyterCacheAbstract) -> None:
    """Put a student's page into its cache, with the outputs and the numbers of figures that the whole chapter has."""
    record = whole.match_cache_notebook(jupytext.read(chapter))
    executed = whole.merge_match_into_notebook(jupytext.read(chapter))[1]
    project = cache.get_project_notebook(cache.get_project_record(str(page)).pk)
    numbers = {}
    cells = [cell for cell in project.nb.cells if cell.cell_type == 'code']
    for number, (cell, source) in enumerate(zip(cells, kept(executed), strict=True), 1):
        numbers[source.execution_count] = number
        cell.outputs, cell.execution_count = source.outputs, number
        for output in cell.outputs:
            if 'execution_count' in output:
                output.execution_count = number
    with tempfile.TemporaryDirectory() as curves, whole.cache_artefacts_temppath(record.pk) as there:
        for path in Path(there).glob('*.csv'):
            cell, _, figure = path.stem.partition('-')
            if int(cell) in numbers:
                shutil.copyfile(path, Path(curves, f'{numbers[int(cell)]}-{figure}.csv'))
        bundle = create_cache_bundle(project, curves, [], record.data.get('execution_seconds', 0), None)
        cache.cache_notebook_bundle(bundle, check_validity=False, overwrite=True)


def fill_cache(target: Path) -> None:
    """Fill the cache of the student's project from that of the whole book."""
    whole = get_cache(str(package_cache.cache_folder()))
    cache = get_cache(str(target / package_cache.cache_folder().relative_to(ROOT)))
    sources = {target / path.relative_to(ROOT): path for path in chapters.with_code()}
    build.forget(cache, list(sources))
    for page in sources:
        cache.add_nb_to_project(str(page), read_data=build.READER)
    todo = {record.uri for record in cache.list_unexecuted()}
    for page, chapter in sources.items():
        if str(page) in todo:
            hand_over(page, chapter, whole, cache)


def run_in(target: Path, module: str, say: Callable[[str], str]) -> int:
    """Run a module of the project in a folder; what it prints is said from here."""
    paths = [str(target), *filter(None, [os.environ.get('PYTHONPATH')])]
    command = [sys.executable, '-m', module]
    with subprocess.Popen(command, cwd=target, env=os.environ | {'PYTHONPATH': os.pathsep.join(paths)}, text=True,
                          stdout=subprocess.PIPE) as child:
        for line in child.stdout:
            print(say(line), end='', flush=True)
    return child.returncode


def printed(target: Path) -> Iterator[str]:
    """Yield what the cells of the student's edition print."""
    cache = get_cache(str(target / package_cache.cache_folder().relative_to(ROOT)))
    for record in cache.list_cache_records():
        for cell in cache.get_cache_bundle(record.pk).nb.cells:
            for output in cell.get('outputs', []):
                yield output.get('text') or output.get('data', {}).get('text/plain', '')


def leaked(target: Path, out: Path) -> list[str]:
    """Return what of the solutions is in what was built."""
    whole = [path.read_text(encoding='utf-8') for path in chapters.pages()]
    checks = [path.read_text(encoding='utf-8') for path in sorted((ROOT / 'chapters' / 'checks').glob('*.py'))]
    solutions = [solution[0] for page in whole for solution in SOLUTION.finditer(page)]
    known = set().union(*map(leaks.of_solution, solutions), *map(leaks.of_check, checks))
    visible = [*map(without_solutions, whole), *(leaks.BLOCK.sub('', check) for check in checks),
               *(path.read_text(encoding='utf-8') for path in (ROOT / 'd2lmini').rglob('*.py')), *printed(target)]
    return leaks.search(out, known, leaks.allowed(visible))


def student(module: str, target: Path, out: Path) -> int:
    try:
        stage(ROOT, target, out)
    except ValueError as why:
        print(f'The edition without solutions was not built: {why}', file=sys.stderr)
        return 1
    if build.executed():
        return 1
    fill_cache(target)
    place = f'{out.relative_to(ROOT).as_posix()}/'
    status = run_in(target, module, lambda line: OWN.sub(place, line))
    if status:
        return status
    found = leaked(target, out)
    for leak in found:
        print(f'{place}{leak}', file=sys.stderr)
    if found:
        print('The edition without solutions is NOT to be given away: see above.', file=sys.stderr)
    return int(bool(found))


def main(edition: str, module: str) -> int:
    try:
        check(edition)
    except ValueError as why:
        print(why, file=sys.stderr)
        return 2
    if edition == 'teacher':
        return subprocess.run([sys.executable, '-m', module], check=False).returncode
    return student(module, ROOT / '_build' / '.student', ROOT / '_build' / 'student')


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
