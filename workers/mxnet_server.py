"""Data-parallel SGD with MXNet's parameter server: one process of a run that launch.py starts.

A worker pulls the weights, computes the gradient of its part of the minibatch, and pushes it; the server adds up what
all workers push, divides by their number, and takes the step. `--kind dist_async`: the server takes a step for each
push, without waiting for the others. A worker prints one line of JSON at the end.
"""
import argparse
import json
import os
import time
import warnings

import numpy as np

warnings.filterwarnings('ignore')                           # of MXNet 1.9.1, about NumPy
import mxnet as mx  # noqa: E402  A scheduler or a server serves in this import, and ends in it.
import problem  # noqa: E402


def exchange_times(store, sizes: list[int], repetitions: int) -> list[list[float]]:
    """Return for each size, in float32 numbers, the seconds of each push and pull."""
    times = []
    for key, size in enumerate(sizes, start=1):
        value, laps = mx.nd.zeros(size), []
        store.init(key, value)
        for _ in range(repetitions + 1):                    # the first one opens connections
            start = time.perf_counter()
            store.push(key, value)
            store.pull(key, out=value)
            value.wait_to_read()
            laps.append(time.perf_counter() - start)
        times.append(laps[1:])
    return times


def train(store, rate: float, steps: int, batch: int) -> dict:
    """Train together; return weights, excess loss, and how many steps of others fall between two of this worker."""
    X, y = problem.data()
    w = mx.nd.zeros(problem.FEATURES + 1)                   # the last entry counts the steps of the server
    key = str(rate)
    store.init(key, w)
    clocks = []
    for rows in problem.minibatches(steps, batch):
        store.pull(key, out=w)
        now = w.asnumpy()
        clocks.append(now[-1])
        mine = problem.part(rows, store.rank, store.num_workers)
        g = problem.gradient(X[mine], y[mine], now[:-1])
        store.push(key, mx.nd.array(np.append(rate * g, -1)))
    store._barrier()                                        # all have pushed
    store.pull(key, out=w)
    *weights, clock = w.asnumpy().tolist()
    excess = problem.excess(np.array(weights))
    return {'rate': rate, 'weights': weights, 'excess': excess if excess < 1e6 else None, 'steps': round(clock),
            'between': float(np.diff(clocks).mean() - 1)}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument('--kind', default='dist_sync', choices=['dist_sync', 'dist_async'])
    parser.add_argument('--rates', type=float, nargs='*', default=[problem.RATE], help='a run for each')
    parser.add_argument('--steps', type=int, default=100, help='of each worker')
    parser.add_argument('--batch', type=int, default=problem.BATCH, help='examples of all workers together')
    parser.add_argument('--sizes', type=int, nargs='*', default=[], help='time the exchange of so many numbers instead')
    given = parser.parse_args()
    store = mx.kv.create(given.kind)
    workers = store.num_workers
    if given.sizes:
        told = {'seconds': exchange_times(store, given.sizes, 20)}
    else:                                                   # the server's step: w -= (what is pushed) * rescale_grad
        store.set_optimizer(mx.optimizer.SGD(
            learning_rate=1, rescale_grad=1 / workers if given.kind == 'dist_sync' else 1))
        told = {'runs': [train(store, rate, given.steps, given.batch) for rate in given.rates]}
    print(json.dumps({'rank': store.rank, 'workers': workers, **told}), flush=True)


if __name__ == '__main__':
    assert os.environ['DMLC_ROLE'] == 'worker', 'a scheduler or server never returns from the import of mxnet'
    main()
