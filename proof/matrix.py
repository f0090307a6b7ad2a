"""Run the tests as other machines would: `make test-matrix` (ROWS="locale" for some rows).

Rows that change arithmetic (threads, and the variants that NumPy, OpenBLAS, the C library and oneDNN choose for a
processor) run the fast tests and every recorded notebook; the others (order of tests, time zone, locale, a path with
spaces and letters beyond ASCII) the fast tests and one notebook. None of this may change a result. (Time zone and
locale affect only the tests: chapters have their own, see kernels.py.) Prints a line for each row and engine, and the
output of what fails; a row that this machine cannot run is counted separately.
"""
import importlib.util
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from book import ROOT
from book.execute import provenance

LEFT_OUT = shutil.ignore_patterns('.*', '__pycache__', '_build', 'build', 'node_modules', '*.egg-info', 'shots')
ENGINES = ('mxnet', 'numpy') if importlib.util.find_spec('mxnet') else ('numpy',)
ALL, ONE = 'tests/recorded', 'tests/recorded/rmsprop.ipynb'
PLACE = 'a path with spaces, Größe 二'
AVX512 = 'AVX512F AVX512CD AVX512_SKX AVX512_CLX AVX512_CNL AVX512_ICL'
OLD_LIBC = '-AVX512F,-AVX512VL,-AVX2,-AVX2_Usable,-FMA,-FMA_Usable,-FMA4,-FMA4_Usable'


@dataclass
class Row:
    """An environment and options for pytest; the recordings that it runs; what the processor must have; its engines."""
    environment: dict[str, str] = field(default_factory=dict)
    options: tuple[str, ...] = ()
    recordings: str = ALL
    needs: str = ''
    engines: tuple[str, ...] = ENGINES

    def obstacle(self) -> str:
        """Say why this machine cannot run the row, or ''."""
        missing = [name for name in self.needs.split() if name not in provenance.features()]
        if missing:
            return f'this processor has no {" ".join(missing)}'
        if 'GLIBC_TUNABLES' in self.environment and platform.libc_ver()[0] != 'glibc':
            return 'the C library is not glibc'
        if 'LC_ALL' in self.environment and not has_locale(self.environment['LC_ALL']):
            return 'this machine does not have the locale'
        return '' if self.engines else 'MXNet is not here'


ROWS = {
    'one thread': Row({'OMP_NUM_THREADS': '1', 'OPENBLAS_NUM_THREADS': '1'}),
    'two threads': Row({'OMP_NUM_THREADS': '2', 'OPENBLAS_NUM_THREADS': '2'}),
    'NumPy without AVX-512': Row({'NPY_DISABLE_CPU_FEATURES': AVX512}, needs='AVX512F'),
    'NumPy without AVX2 and FMA': Row({'NPY_DISABLE_CPU_FEATURES': 'AVX2 FMA3'}, needs='AVX2 FMA3'),
    'OpenBLAS as on Skylake-X': Row({'OPENBLAS_CORETYPE': 'SkylakeX'}, needs='AVX512_SKX'),
    'OpenBLAS as on Zen': Row({'OPENBLAS_CORETYPE': 'Zen'}, needs='AVX2 FMA3'),
    'OpenBLAS as on Haswell': Row({'OPENBLAS_CORETYPE': 'Haswell'}, needs='AVX2 FMA3'),
    'OpenBLAS as on Nehalem': Row({'OPENBLAS_CORETYPE': 'Nehalem'}, needs='SSE42'),
    'glibc without AVX2 and FMA': Row({'GLIBC_TUNABLES': f'glibc.cpu.hwcaps={OLD_LIBC}'}, needs='AVX2 FMA3'),
    'oneDNN with AVX-512': Row({'DNNL_MAX_CPU_ISA': 'AVX512_CORE'}, needs='AVX512_SKX', engines=ENGINES[:-1]),
    'oneDNN with AVX2': Row({'DNNL_MAX_CPU_ISA': 'AVX2'}, needs='AVX2', engines=ENGINES[:-1]),
    'oneDNN with SSE4.1': Row({'DNNL_MAX_CPU_ISA': 'SSE41'}, needs='SSE41', engines=ENGINES[:-1]),
    'random order, seed 1': Row({}, ('--shuffle=1',), ONE),
    'random order, seed 2': Row({}, ('--shuffle=2',), ONE),
    'time zone of Kathmandu': Row({'TZ': 'Asia/Kathmandu'}, (), ONE),
    'locale C': Row({'LC_ALL': 'C', 'LANG': 'C'}, (), ONE),
    'locale de_DE.UTF-8': Row({'LC_ALL': 'de_DE.UTF-8', 'LANG': 'de_DE.UTF-8'}, (), ONE),
    PLACE: Row({}, (), ONE),
}


def has_locale(name: str) -> bool:
    code = f'import locale; locale.setlocale(locale.LC_ALL, {name!r})'
    return subprocess.run([sys.executable, '-c', code], stderr=subprocess.DEVNULL, check=False).returncode == 0


def chosen(words: list[str]) -> dict[str, Row]:
    """Return the rows whose name holds one of the words; all rows without words."""
    rows = {name: row for name, row in ROWS.items() if not words or any(word in name for word in words)}
    if not rows:
        raise SystemExit(f'ROWS={" ".join(words)!r} names no row: choose a part of one of these names:\n  '
                         + '\n  '.join(ROWS))
    return rows


def run(folder: Path, row: Row, engine: str) -> tuple[bool, str, str]:
    """Run the fast tests and the recordings; return (whether all passed, the counts, the output)."""
    kept = {k: v for k, v in os.environ.items() if k not in ('LC_ALL', 'LANG', 'TZ')}
    env = kept | {'D2LMINI_ENGINE': engine, 'MPLBACKEND': 'agg', 'PYTHONPATH': str(folder)} | row.environment
    command = [sys.executable, '-m', 'pytest', '--tb=short', '-p', 'no:cacheprovider', '--color=no']
    recordings = ['-n', '2', '--dist', 'loadfile', row.recordings] if row.recordings == ALL else [row.recordings]
    passed, counts, output = True, [], ''
    tests = ['tests/package', *(['tests/book'] if engine == 'numpy' else [])]
    for arguments in (['-m', 'not slow or many_steps', *row.options, *tests], recordings):
        done = subprocess.run([*command, *arguments], cwd=folder, env=env, capture_output=True, text=True,
                              encoding='utf-8', errors='replace', check=False)
        found = re.findall(r'\d+ (?:passed|failed|errors?)', done.stdout.strip().rpartition('\n')[2])
        good = done.returncode == 0 and bool(found)                 # a run without a count did not happen
        counts.append(', '.join(found) or 'did not run')
        passed = passed and good
        output += '' if good else done.stdout + done.stderr
    return passed, ' | '.join(counts), output


def main(words: list[str]) -> int:
    good = bad = left_out = 0
    with tempfile.TemporaryDirectory() as place:
        elsewhere = Path(place, PLACE)
        shutil.copytree(ROOT, elsewhere, ignore=LEFT_OUT)
        for name, row in chosen(words).items():
            if why := row.obstacle():
                left_out += 1
                print(f'{name:32} NOT RUN: {why}', flush=True)
                continue
            for engine in row.engines:
                started = time.perf_counter()
                passed, counts, output = run(elsewhere if name == PLACE else ROOT, row, engine)
                seconds = time.perf_counter() - started
                verdict = f'{"passed" if passed else "FAILED"} {seconds:5.0f} s  {counts}'
                print(f'{name:32} {engine:6} {verdict}\n{output}'.rstrip(), flush=True)
                good, bad = good + passed, bad + (not passed)
    print(f'{good} of {good + bad} runs passed' + (f'; {left_out} rows cannot run on this machine' if left_out else ''))
    return bool(bad or not good)


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
