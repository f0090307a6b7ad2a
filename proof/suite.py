"""Run the tests: `make test` and its parts, `make coverage`. What fails does not keep the rest from running.

The tests of tests/package run on each engine that this machine has, those of tests/book once. Slow ones and recordings
share two workers, in one queue: one after the other, each part would end with an idle processor.
"""
import os
import subprocess
import sys

from book import ROOT

PYTEST = [sys.executable, '-m', 'pytest']
# What the fast tests do without: plugins that cost each run a second or two.
BARE = ['-p', 'no:anyio', '-p', 'no:xdist', '-p', 'no:cov', '-p', 'no:nbval', '-p', 'no:hypothesispytest',
        '-m', 'not slow']
# Tests that share a setup stay together: a file, or a notebook on an engine. conftest.py says what comes first.
SHARED = ['-n', '2', '--dist', 'loadscope', '--no-loadscope-reorder', '-m', 'slow']
SLOW = ['tests/package', 'tests/book']


def engines() -> list[str]:
    """Return the engines of this machine. MXNet can be installed but lack a library."""
    found = subprocess.run([sys.executable, '-c', 'import mxnet'], capture_output=True, check=False).returncode == 0
    return ['mxnet', 'numpy'] if found else ['numpy']


def pytest(*arguments: str, **environment: str) -> int:
    return subprocess.run([*PYTEST, *arguments], cwd=ROOT, env=os.environ | environment, check=False).returncode


def begun(engine: str, folder: str) -> subprocess.Popen:
    return subprocess.Popen([*PYTEST, *BARE, folder], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                            env=os.environ | {'D2LMINI_ENGINE': engine, 'OMP_NUM_THREADS': '1'})


def fast() -> int:
    """Run the fast tests all at once, with one thread each: more would wait for each other."""
    runs = {'package, numpy engine': begun('numpy', 'tests/package')}
    for name in engines()[:-1]:         # asking takes a second
        runs[f'package, {name} engine'] = begun(name, 'tests/package')
    runs['book'] = begun('numpy', 'tests/book')
    for what, run in runs.items():
        print(f'== {what}\n{run.communicate()[0].decode(errors="replace")}', end='', flush=True)
    return max(run.returncode for run in runs.values())


def slow() -> int:
    return pytest(*SHARED, *SLOW)


def recorded() -> int:
    return pytest(*SHARED, '--engines', ' '.join(engines()), 'tests/recorded')


def together() -> int:
    return pytest(*SHARED, '--engines', ' '.join(engines()), *SLOW, 'tests/recorded')


def coverage() -> int:
    """Measure lines and branches of d2lmini that the tests of all engines reach together: at least 98 %.

    The rest are imports of one engine where the other is missing, which tests try in other processes.
    """
    tool = [sys.executable, '-m', 'coverage']
    subprocess.run([*tool, 'erase'], cwd=ROOT, check=False)
    runs = (['tests/package'], ['--cov-append', '-m', 'not slow', 'tests/book'])
    status = max(pytest('--cov=d2lmini', '--cov-branch', '--cov-report=', *run, D2LMINI_ENGINE=name,
                        COVERAGE_FILE=f'.coverage.{name}') for name in engines() for run in runs)
    for command in (['combine', '-q'], ['report', '--show-missing', '--skip-covered', '--fail-under=98']):
        status = subprocess.run([*tool, *command], cwd=ROOT, check=False).returncode or status
    return status


PARTS = {part.__name__: part for part in (fast, slow, recorded, together, coverage)}

if __name__ == '__main__':
    sys.exit(max(PARTS[name]() for name in sys.argv[1:] or ['fast', 'together']))
