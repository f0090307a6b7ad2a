"""Plant bugs, one at a time, and demand that a test fails: `make mutants` (ONLY="yogi.py" for some files).

The bugs are small changes of the code (mutations.py), historic ones by name (known_mutants.py), and changes of the
text: equations, claims, recorded digits (text_mutants.py). Everything happens in two copies of the tree. A run without
any change must pass first. The tests of its file look for each bug, on the NumPy engine; if it survives, the whole fast
suite does. Tests that compare the code with the code shown in a chapter are left out: they would notice any change.
Exits with 1 if a bug survived that known_mutants.py does not explain, or if an explanation is out of date.
"""
import importlib.util
import os
import queue
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from book import ROOT
from proof import mutations, text_mutants
from proof.known_mutants import EQUIVALENT, HISTORIC
from proof.matrix import LEFT_OUT

OPTIMIZERS = ('test_optimizers.py', 'test_equations.py', 'test_golden.py')
AFTER_ADAM = ('test_equations.py', 'test_all_optimizers.py', 'test_golden.py')
FOR_MATRICES = ('test_equations.py', 'test_all_optimizers.py', 'test_golden_matrices.py')
TESTS = {       # the tests of a file, the quickest to notice first
    **{f'd2lmini/optimizers/{name}.py': OPTIMIZERS
       for name in ('sgd', 'momentum', 'adagrad', 'rmsprop', 'adadelta', 'adam', 'yogi')},
    **{f'd2lmini/optimizers/{name}.py': AFTER_ADAM for name in ('adamw', 'amsgrad', 'nadam', 'lion', 'schedule_free')},
    **{f'd2lmini/optimizers/{name}.py': FOR_MATRICES
       for name in ('adafactor', 'linalg', 'shampoo', 'soap', 'muon', 'prodigy')},
    'd2lmini/optimizers/states.py': ('test_optimizers.py', 'test_all_optimizers.py', 'test_wrong_kinds.py'),
    'd2lmini/optimizers/__init__.py': ('test_optimizers.py',),
    'd2lmini/schedules.py': ('test_schedules.py', 'test_bad_calls.py'),
    'd2lmini/training.py': ('test_training.py', 'test_bad_training.py', 'test_bad_calls.py', 'test_seeds.py'),
    'd2lmini/seeds.py': ('test_seeds.py', 'test_bad_calls.py', 'test_schedules.py'),
    'd2lmini/data/airfoil.py': ('test_data.py', 'test_bad_input.py', 'test_bad_files.py'),
    'd2lmini/network.py': ('test_network.py', 'test_bad_network.py'),
    'd2lmini/data/minibatches.py': ('test_data.py', 'test_bad_input.py', 'test_bad_calls.py', 'test_stacked_data.py',
                                    'test_bad_network.py'),
    'book/execute/compare.py': ('test_compare_rule.py',),
}
# Without notebooks and hypothesis, pytest starts in half a second instead of three.
QUICK = ('--noconftest', '-p', 'no:nbval', '-p', 'no:hypothesispytest')
ALL = ('-m', 'not slow', '--ignore=tests/book/test_recordings.py', 'tests/package', 'tests/book')
PATIENCE = 10           # a bug that makes the tests take this many times as long counts as found


def pytest(folder: Path, *arguments, patience=None, engine='numpy') -> str | None:
    """Run pytest in a copy of the tree until the first failure; return the failure, or None."""
    command = [sys.executable, '-m', 'pytest', '-x', '-q', '--tb=no', '-p', 'no:cacheprovider', *arguments]
    env = os.environ | {'D2LMINI_ENGINE': engine, 'MPLBACKEND': 'agg', 'PYTHONDONTWRITEBYTECODE': '1',
                        'OMP_NUM_THREADS': '1'}
    done = subprocess.Popen(command, cwd=folder, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                            start_new_session=True)
    try:
        printed, _ = done.communicate(timeout=patience)
    except subprocess.TimeoutExpired:
        os.killpg(done.pid, signal.SIGKILL)
        done.communicate()
        return 'the tests do not end'
    if done.returncode == 0:
        return None
    lines = [line for line in printed.splitlines() if line.startswith(('FAILED', 'ERROR'))]
    return lines[0] if lines else printed.strip()[-300:]


def where(path) -> list[str]:
    """Return the files that test a file."""
    return [str(next(ROOT.glob(f'tests/*/{name}')).relative_to(ROOT)) for name in TESTS[path]]


def quick(folder, path, patience=None):
    return pytest(folder, *QUICK, *where(path), patience=patience)


def on_mxnet(folder, path, patience):
    """Test what only MXNet can notice: that its arrays go in and come out."""
    if importlib.util.find_spec('mxnet') is None:
        return None
    return pytest(folder, *QUICK, *where(path), patience=10 * patience, engine='mxnet')


def planted(only):
    """Return (file, name, source) of every bug in the code, the historic ones first."""
    bugs = []
    for name, path, right, wrong in HISTORIC:
        source = (ROOT / path).read_text(encoding='utf-8')
        if source.count(right) < 1:
            sys.exit(f'known_mutants.py: {name!r} finds nothing to change in {path}')
        bugs.append((path, name, source.replace(right, wrong)))
    for path in TESTS:
        bugs += [(path, name, source) for name, source in mutations.mutants((ROOT / path).read_text(encoding='utf-8'))]
    return [bug for bug in bugs if not only or any(part in bug[0] for part in only)]


def try_bug(bug, copies, patience):
    """Return the test that noticed a bug of the code, or None."""
    path, name, source = bug
    folder = copies.get()
    file = folder / path
    right = file.read_text(encoding='utf-8')
    try:
        file.write_text(source, encoding='utf-8')
        found = quick(folder, path, patience[path])
        if found or name in EQUIVALENT.get(path, ()):
            return found
        return pytest(folder, *ALL, patience=patience['all']) or on_mxnet(folder, path, patience[path])
    finally:
        file.write_text(right, encoding='utf-8')
        copies.put(folder)


def control(folder) -> dict[str, float]:
    """Demand that all tests pass before anything is planted; return how long to wait for each of them, in seconds."""
    patience = {}
    for what in (*TESTS, 'all'):
        started = time.perf_counter()
        failure = pytest(folder, *ALL) if what == 'all' else quick(folder, what)
        if failure:
            sys.exit(f'Nothing was planted yet, and these tests fail ({what}): {failure}')
        patience[what] = 10 + PATIENCE * (time.perf_counter() - started)
    return patience


def report(bugs, found) -> int:
    """Print a table by file, and what survived; return how many survivors are not explained."""
    explained = {(path, name) for path, table in EQUIVALENT.items() for name in table}
    alive = {bug[:2] for bug, failure in zip(bugs, found) if failure is None}
    print(f'\n{"planted":>8} {"killed":>7} {"equal":>6} {"alive":>6}')
    for path in dict.fromkeys(bug[0] for bug in bugs):
        names = [bug[:2] for bug in bugs if bug[0] == path]
        counts = [len(names), *(sum(test(n) for n in names) for test in (
            lambda n: n not in alive, lambda n: n in alive & explained, lambda n: n in alive - explained))]
        print(f'{counts[0]:8} {counts[1]:7} {counts[2]:6} {counts[3]:6}  {path}')
    for path, name in sorted(alive - explained):
        print(f'SURVIVED {path}: {name}')
    planted_files, names = {bug[0] for bug in bugs}, {bug[:2] for bug in bugs}
    stale = [e for e in sorted(explained - alive) if e[0] in planted_files]
    for path, name in stale:
        print(f'OUT OF DATE {path}: {name} ({"it is noticed" if (path, name) in names else "it is not planted"})')
    return len(alive - explained) + len(stale)


def main(only) -> int:
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as place:
        folders = [Path(place, str(i)) for i in range(2)]
        for folder in folders:
            shutil.copytree(ROOT, folder, ignore=LEFT_OUT)
        patience = control(folders[0])
        print('Nothing planted: all tests pass.', flush=True)
        copies = queue.Queue()
        for folder in folders:
            copies.put(folder)
        bugs, found = planted(only), []
        with ThreadPoolExecutor(len(folders)) as pool:
            for bug, failure in zip(bugs, pool.map(lambda bug: try_bug(bug, copies, patience), bugs)):
                found.append(failure)
                print('.' if failure else f'\n{bug[0]}: {bug[1]} survived\n', end='', flush=True)
        wrong = report(bugs, found)
        if not only or any('text' in part for part in only):
            wrong += text_mutants.report(folders[0], pytest, QUICK)
    print(f'{len(bugs)} bugs in the code, {time.perf_counter() - started:.0f} s; '
          f'{wrong} unexplained' if wrong else f'{len(bugs)} bugs in the code, all killed or explained.')
    return bool(wrong)


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
