"""Measure what the chapter on minibatches draws: `python benchmarks/vectorization.py` (half a minute, one thread).

Four measurements in one run, repeated five times in turn, so that a busy moment of the machine affects all; the
medians are stored in d2lmini/data/vectorization.json. Everything is NumPy in float64; training runs on d2lmini's NumPy
engine. Run it in the environment of the course, on a machine that does nothing else.
"""
import os

os.environ |= {'D2LMINI_ENGINE': 'numpy', 'MPLBACKEND': 'agg', 'OPENBLAS_NUM_THREADS': '1', 'MKL_NUM_THREADS': '1',
               'OMP_NUM_THREADS': '1', 'VECLIB_MAXIMUM_THREADS': '1'}       # before NumPy is imported

import contextlib
import datetime
import io
import json
import platform
import time
from collections.abc import Callable
from pathlib import Path

import numpy

import d2lmini as d2l
from d2lmini import engine

RESULTS = Path(__file__).resolve().parent.parent / 'd2lmini' / 'data' / 'vectorization.json'
CACHES = Path('/sys/devices/system/cpu/cpu0/cache')         # Linux lists the sizes of the caches here
REPETITIONS = 5
AT_LEAST = 0.02                                             # seconds that a timed loop of calls takes
SIZE, BLOCK = 256, 64                                       # of the matrices; columns in a block
NUMBERS = [2 ** k for k in range(4, 25)]                    # in each of three vectors: 128 bytes to 128 MiB
BATCHES = [2 ** k for k in range(18)]                       # examples in a step: 1 to 131,072
TRAINING = {1: (0.005, 8), 10: (0.05, 8), 100: (0.5, 20), 1500: (0.88, 40)}     # batch size: (learning rate, epochs)


def seconds_per_call(call: Callable[[], object]) -> float:
    """Warm up, then time a loop of calls that takes AT_LEAST seconds; return the seconds of one call."""
    call()
    calls = 1
    while True:
        start = time.perf_counter()
        for _ in range(calls):
            call()
        seconds = time.perf_counter() - start
        if seconds >= AT_LEAST:
            return seconds / calls
        calls *= 2


def products() -> dict[str, float]:
    """A = B C for SIZE × SIZE matrices, cut in four ways: seconds of the whole product."""
    rng = d2l.rng(0)
    B, C = rng.normal(size=(2, SIZE, SIZE))
    A = numpy.empty((SIZE, SIZE))

    def elements():                                         # SIZE² calls: a row times a column
        for i in range(SIZE):
            for j in range(SIZE):
                A[i, j] = numpy.dot(B[i], C[:, j])

    def columns():                                          # SIZE calls: the matrix times a column
        for j in range(SIZE):
            A[:, j] = numpy.dot(B, C[:, j])

    def blocks():                                           # SIZE / BLOCK calls: the matrix times BLOCK columns
        for j in range(0, SIZE, BLOCK):
            A[:, j:j + BLOCK] = numpy.dot(B, C[:, j:j + BLOCK])

    def whole():                                            # one call
        numpy.dot(B, C, out=A)

    return {way.__name__: seconds_per_call(way) for way in (elements, columns, blocks, whole)}


def additions() -> list[float]:
    """z = x + y for vectors of every length in NUMBERS: seconds of one call."""
    x, y, z = (numpy.ones(NUMBERS[-1]) for _ in range(3))
    return [seconds_per_call(lambda x=x[:n], y=y[:n], z=z[:n]: numpy.add(x, y, out=z)) for n in NUMBERS]


def steps() -> list[float]:
    """One step of SGD, gradient and update, for every size in BATCHES: seconds. Airfoil rows, repeated as needed."""
    data, feature_dim = d2l.get_data_ch10()
    X, y = numpy.resize(data.X, (BATCHES[-1], feature_dim)), numpy.resize(data.y, BATCHES[-1])
    w, b = d2l.parameter(numpy.zeros((feature_dim, 1))), d2l.parameter([0.0])

    def step(X, y):
        engine.linreg_grad(X, y, w, b)
        d2l.sgd((w, b), None, {'lr': 0.01})

    return [seconds_per_call(lambda X=X[:n], y=y[:n]: step(X, y)) for n in BATCHES]


def training() -> dict[int, tuple[list[float], list[float]]]:
    """Train on the airfoil data as TRAINING says: cumulative seconds and losses where train_ch10 evaluates."""
    curves = {}
    for batch_size, (lr, num_epochs) in TRAINING.items():
        data_iter, feature_dim = d2l.get_data_ch10(batch_size)
        for _ in range(2):                                  # the first run warms up
            with contextlib.redirect_stdout(io.StringIO()):
                curves[batch_size] = d2l.train_ch10(d2l.sgd, None, {'lr': lr}, data_iter, feature_dim, num_epochs)
            d2l.plt.close('all')
    return curves


def machine() -> dict:
    """Say on what, when and with which versions: nothing that names the machine or its owner."""
    processor = platform.processor() or platform.machine()
    with contextlib.suppress(OSError, StopIteration):
        lines = Path('/proc/cpuinfo').read_text().splitlines()
        processor = next(line.split(':', 1)[1].strip() for line in lines if line.startswith('model name'))
    caches = {}
    for index in sorted(CACHES.glob('index*')):
        if (index / 'type').read_text().strip() != 'Instruction':
            size = (index / 'size').read_text().strip()
            caches['L' + (index / 'level').read_text().strip()] = int(size.removesuffix('K')) * 1024
    return {'processor': processor, 'cache_bytes': caches, 'threads': 1,
            'system': f'{platform.system()} {platform.machine()}', 'python': platform.python_version(),
            'numpy': numpy.__version__, 'd2lmini': d2l.__version__,
            'date': datetime.datetime.now(datetime.UTC).date().isoformat()}


def medians(samples: list) -> list:
    """Medians over the repetitions, to four digits."""
    return [float(f'{value:.4g}') for value in numpy.median(samples, axis=0)]


def main():
    measured = [(products(), additions(), steps(), training()) for _ in range(REPETITIONS)]
    cut, add, step, curves = zip(*measured)
    results = {
        'machine': machine(), 'repetitions': REPETITIONS,
        'products': {'size': SIZE, 'block': BLOCK,
                     'seconds': dict(zip(cut[0], medians([list(one.values()) for one in cut])))},
        'additions': {'numbers': NUMBERS, 'seconds': medians(add)},
        'steps': {'batch_size': BATCHES, 'seconds': medians(step)},
        'training': {batch_size: {'lr': lr, 'epochs': num_epochs,
                                  'seconds': medians([one[batch_size][0] for one in curves]),
                                  'losses': curves[0][batch_size][1]}
                     for batch_size, (lr, num_epochs) in TRAINING.items()},
    }
    unfinished = RESULTS.with_suffix('.tmp')
    unfinished.write_text(json.dumps(results, indent=1, ensure_ascii=False) + '\n', encoding='utf-8')
    unfinished.replace(RESULTS)
    print(f'stored in {RESULTS.relative_to(RESULTS.parent.parent.parent)}')


if __name__ == '__main__':
    main()
