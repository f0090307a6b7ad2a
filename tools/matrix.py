"""Run the fast tests and one recorded chapter as other machines would: `make test-matrix` (ROWS="locale" for some).

Threads, processor kernels, order of tests, time zone, locale, and a path with spaces and letters beyond ASCII: nothing
of it may change a result. (Time zone and locale reach the tests alone: chapters have their own, see kernels.py.) Prints
a line for each row and engine, the output of what fails, and ends with 1 then.
"""
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LEFT_OUT = shutil.ignore_patterns('.*', '__pycache__', '_build', 'build', 'node_modules', '*.egg-info', 'shots')
ENGINES = ('mxnet', 'numpy') if importlib.util.find_spec('mxnet') else ('numpy',)
CHAPTER = 'tests/recorded/rmsprop.ipynb'
PLACE = 'a path with spaces, Größe 二'

# row: (environment, options of pytest for the fast tests, engines)
ROWS = {
    'one thread': ({'OMP_NUM_THREADS': '1', 'OPENBLAS_NUM_THREADS': '1'}, [], ENGINES),
    'two threads': ({'OMP_NUM_THREADS': '2', 'OPENBLAS_NUM_THREADS': '2'}, [], ENGINES),
    'OpenBLAS as on Haswell': ({'OPENBLAS_CORETYPE': 'Haswell'}, [], ENGINES),
    'OpenBLAS as on Nehalem': ({'OPENBLAS_CORETYPE': 'Nehalem'}, [], ENGINES),
    'oneDNN with AVX2': ({'DNNL_MAX_CPU_ISA': 'AVX2'}, [], ENGINES[:-1]),
    'oneDNN with SSE4.1': ({'DNNL_MAX_CPU_ISA': 'SSE41'}, [], ENGINES[:-1]),
    'random order, seed 1': ({}, ['--shuffle=1'], ENGINES),
    'random order, seed 2': ({}, ['--shuffle=2'], ENGINES),
    'time zone of Kathmandu': ({'TZ': 'Asia/Kathmandu'}, [], ENGINES),
    'locale C': ({'LC_ALL': 'C', 'LANG': 'C'}, [], ENGINES),
    'locale de_DE.UTF-8': ({'LC_ALL': 'de_DE.UTF-8', 'LANG': 'de_DE.UTF-8'}, [], ENGINES),
    PLACE: ({}, [], ENGINES),
}


def has_locale(name: str) -> bool:
    code = f'import locale; locale.setlocale(locale.LC_ALL, {name!r})'
    return subprocess.run([sys.executable, '-c', code], stderr=subprocess.DEVNULL, check=False).returncode == 0


def run(folder: Path, env, options, engine: str) -> tuple[bool, str, str]:
    """Run the fast tests and the chapter; return (whether both passed, the counts, the output)."""
    kept = {k: v for k, v in os.environ.items() if k not in ('LC_ALL', 'LANG', 'TZ')}
    env = kept | {'D2LMINI_ENGINE': engine, 'MPLBACKEND': 'agg', 'PYTHONPATH': str(folder)} | env
    command = [sys.executable, '-m', 'pytest', '--tb=short', '-p', 'no:cacheprovider', '--color=no']
    passed, counts, output = True, [], ''
    for arguments in (['-m', 'not slow', '--ignore=tests/recorded', *options, 'tests'], [CHAPTER]):
        done = subprocess.run([*command, *arguments], cwd=folder, env=env, capture_output=True, text=True,
                              encoding='utf-8', errors='replace', check=False)
        found = re.findall(r'\d+ (?:passed|failed|errors?)', done.stdout.strip().rpartition('\n')[2])
        good = done.returncode == 0 and bool(found)                 # a run without a count is none
        counts.append(', '.join(found) or 'did not run')
        passed = passed and good
        output += '' if good else done.stdout + done.stderr
    return passed, ' | '.join(counts), output


def main(only) -> int:
    rows = {name: row for name, row in ROWS.items() if not only or any(part in name for part in only)}
    good = bad = 0
    with tempfile.TemporaryDirectory() as place:
        elsewhere = Path(place, PLACE)
        shutil.copytree(ROOT, elsewhere, ignore=LEFT_OUT)
        for name, (env, options, engines) in rows.items():
            if name.startswith('locale') and not has_locale(env['LC_ALL']):
                print(f'{name:32} NOT RUN: this machine does not have it')
                continue
            for engine in engines:
                started = time.perf_counter()
                passed, counts, output = run(elsewhere if name == PLACE else ROOT, env, options, engine)
                seconds = time.perf_counter() - started
                verdict = f'{"passed" if passed else "FAILED"} {seconds:5.0f} s  {counts}'
                print(f'{name:32} {engine:6} {verdict}\n{output}'.rstrip(), flush=True)
                good, bad = good + passed, bad + (not passed)
    print(f'{good} of {good + bad} runs passed')
    return bool(bad or not good)


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
