"""Run every recorded notebook as machines that round differently would: `make test-rounding` (SEEDS="4 5" for others).

The kernels begin with noise/sitecustomize.py, which moves each result that IEEE 754 does not fix by -1, 0 or 1 unit in
the last place, on the NumPy engine; the outputs are compared with the recordings by the usual rule. (MXNet computes in
float32 and agrees with the same recordings: its results are moved by far more.) An output that differs depends on
rounding, and would differ on some reader's machine. The recordings that passed all three seeds are listed in
tests/recorded/rounding.json.
"""
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy

from book import RECORDED, ROOT
from book.execute import kernels
from book.execute.provenance import ROUNDING, fingerprint
from book.files import write_whole

SEEDS = (1, 2, 3)
NOISE = Path(__file__).resolve().parent / 'noise'


def chosen(words: list[str]) -> tuple[int, ...]:
    """Return the seeds that were asked for, or the usual ones."""
    for word in words:
        if not word.isdigit():
            raise SystemExit(f'SEEDS={" ".join(words)!r}: {word!r} is not a seed: pass whole numbers such as '
                             'SEEDS="1 2 3"')
    return tuple(map(int, words)) or SEEDS


def emulate(seed: int, notebooks: list[Path]) -> subprocess.CompletedProcess:
    """Compare the notebooks, executed with the moves of this seed, with their recordings."""
    environment = {**os.environ, 'D2LMINI_ENGINE': 'numpy', 'ROUNDING_SEED': str(seed), kernels.OWN_PATH: str(NOISE)}
    command = [sys.executable, '-m', 'pytest', '--color=no', '--tb=short', '-n', '2', '--dist', 'loadscope',
               '--no-loadscope-reorder', '--nbval']    # the longest first, as conftest.py says
    return subprocess.run([*command, *map(str, notebooks)], cwd=ROOT, env=environment, capture_output=True,
                          text=True, encoding='utf-8', errors='replace', check=False)


def main(words: list[str]) -> int:
    seeds = chosen(words)
    if numpy.finfo(numpy.longdouble).nmant <= numpy.finfo(float).nmant:
        print('Not done: to tell which results are exact it takes a long double of more than 53 bits, which this '
              'processor or compiler does not have. Run it on Linux, x86-64.', file=sys.stderr)
        return 2
    notebooks, good = sorted(RECORDED.glob('*.ipynb')), 0
    for seed in seeds:
        started = time.perf_counter()
        done = emulate(seed, notebooks)
        good += done.returncode == 0
        verdict = f'{"FAILED" if done.returncode else "passed"} {time.perf_counter() - started:5.0f} s'
        print(f'seed {seed}: {verdict}  {(done.stdout.strip().splitlines() or ["did not run"])[-1]}')
        print(done.stdout + done.stderr if done.returncode else '', end='', flush=True)
    print(f'{good} of {len(seeds)} seeds passed')
    if good == len(seeds) and set(seeds) >= set(SEEDS):
        known = {path.stem: fingerprint(path) for path in notebooks}
        write_whole(json.dumps(known, indent=1) + '\n', RECORDED / ROUNDING)
    return good < len(seeds)


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
