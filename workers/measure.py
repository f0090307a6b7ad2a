"""Measure what the chapter on many workers reads: `python workers/measure.py` (two or three minutes).

It runs in any environment with NumPy and starts the workers in two others: `--mxnet` and `--torch` name their
interpreters. Everything is stored in d2lmini/data/workers.json, with the machine and the versions. Of repeated times
the median is stored, and the tenth percentile, which another program on the machine disturbs less.
"""
import argparse
import datetime
import json
import os
import platform
import subprocess
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import problem

HERE = Path(__file__).resolve().parent
RESULTS = HERE.parent / 'd2lmini' / 'data' / 'workers.json'
SIZES = [100, 1_000, 10_000, 100_000, 1_000_000]            # float32 numbers in a message
RATES = [round(0.1 * k, 1) for k in range(1, 20)]           # of asynchronous runs; one worker's limit is about 1.9
WIDTHS = [256, 1024, 1024, 10]                              # of the network whose gradient is timed
BATCHES = [16, 64, 256]
VERSIONS = 'import json, sys, {0}; print(json.dumps([sys.version.split()[0], {0}.__version__]))'


def launch(python: str, script: str, workers: int, servers: int, *arguments: object) -> list[dict]:
    """Run a script on some workers; return what each of them tells, in the order of their ranks."""
    command = [python, HERE / 'launch.py', '--limit', '300', '--workers', workers, '--servers', servers, HERE / script,
               *arguments]
    done = subprocess.run([str(part) for part in command], stdout=subprocess.PIPE, text=True, check=True)
    return sorted(map(json.loads, done.stdout.splitlines()), key=lambda told: told['rank'])


def same(start: Callable[..., list[dict]]) -> dict[int, float]:
    """Return for each number of workers the largest difference of their weights to those of one process alone."""
    alone = problem.alone(100)
    return {n: float(max(np.abs(np.array(told['runs'][0]['weights']) - alone).max() for told in start(n)))
            for n in (1, 2, 4)}


def summary(times: np.ndarray) -> dict[str, float]:
    """Return median and tenth percentile of seconds."""
    return {'median': float(np.median(times)), 'tenth': float(np.quantile(times, 0.1))}


def exchange(start: Callable[..., list[dict]], counts: list[int]) -> list[dict]:
    """Return the times of exchanging each size between each number of workers; the slowest worker counts."""
    rows = []
    for n in counts:
        times = np.max([told['seconds'] for told in start(n, '--sizes', *SIZES)], axis=0)
        rows += [{'workers': n, 'bytes': 4 * size, **summary(row)} for size, row in zip(SIZES, times)]
    return rows


def asynchronous(start: Callable[..., list[dict]]) -> dict[int, dict]:
    """Return for each number of workers the excess loss at each rate, and the steps of others in between."""
    results = {}
    for n in (1, 2, 4):
        told = start(n, '--kind', 'dist_async', '--batch', problem.ROWS, '--steps', 400 // n, '--rates', *RATES)
        results[n] = {'excess': [run['excess'] for run in told[0]['runs']],
                      'between': float(np.mean([run['between'] for one in told for run in one['runs']]))}
    return results


def gradients() -> list[dict]:
    """Time the gradient of a network of WIDTHS with relu, in float32 and with one thread."""
    rng = np.random.default_rng(0)
    weights = [rng.normal(size=shape, scale=shape[0] ** -0.5).astype('float32') for shape in pairwise(WIDTHS)]

    def gradient(x):
        outputs = [x]
        for W in weights:
            outputs.append(np.maximum(outputs[-1] @ W, 0))
        error, grads = outputs.pop(), []
        for W in reversed(weights):
            grads.append(outputs[-1].T @ error)
            error = (error @ W.T) * (outputs.pop() > 0)
        return grads

    rows = []
    for b in BATCHES:
        x, times = rng.normal(size=(b, WIDTHS[0])).astype('float32'), []
        for _ in range(30):
            begin = time.perf_counter()
            gradient(x)
            times.append(time.perf_counter() - begin)
        rows.append({'batch': b, **summary(np.array(times[1:]))})
    return rows


def processor() -> str:
    """Return the name of the processor, where Linux tells it."""
    info = Path('/proc/cpuinfo')
    names = [line.split(':')[1].strip() for line in info.read_text().splitlines()
             if line.startswith('model name')] if info.exists() else []
    return names[0] if names else platform.machine()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--mxnet', default='.venv/bin/python', help='interpreter with MXNet')
    parser.add_argument('--torch', default='.venv-frameworks/bin/python', help='interpreter with PyTorch')
    given = parser.parse_args()
    load = os.getloadavg()[0]
    mxnet, gloo = ((lambda n, *rest, start=start: launch(start[0], start[1], n, start[2], *rest)) for start in (
        (given.mxnet, 'mxnet_server.py', 1), (given.torch, 'torch_gloo.py', 0)))
    versions = {name: json.loads(subprocess.run([python, '-W', 'ignore', '-c', VERSIONS.format(name)], check=True,
                                                capture_output=True, text=True).stdout)
                for name, python in (('mxnet', given.mxnet), ('torch', given.torch))}
    measured = {
        'machine': {'processor': processor(), 'cores': os.cpu_count(), 'system': f'{platform.system()} '
                    f'{platform.machine()}', 'date': str(datetime.date.today()), 'load': round(load, 1),
                    'versions': {'python': versions['torch'][0], 'numpy': np.__version__, 'mxnet': versions['mxnet'][1],
                                 'torch': versions['torch'][1]}},
        'same': {'mxnet': same(mxnet), 'torch': same(gloo)},
        'server': exchange(mxnet, [1, 2, 3, 4]),
        'allreduce': exchange(gloo, [2, 3, 4]),
        'gradients': {'parameters': sum(a * b for a, b in pairwise(WIDTHS)), 'times': gradients()},
        'async': {'rates': RATES, 'steps': 400, 'workers': asynchronous(mxnet)},
    }
    RESULTS.write_text(json.dumps(measured, indent=1) + '\n', encoding='utf-8')
    print(f'stored in {RESULTS}')


if __name__ == '__main__':
    os.environ |= {'OMP_NUM_THREADS': '1', 'OPENBLAS_NUM_THREADS': '1'}
    main()
