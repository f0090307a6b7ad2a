"""Data-parallel SGD with torch.distributed and gloo: one process of a run that launch.py starts.

There is no server: each worker holds the weights, all workers add up their gradients by an all-reduce, and each takes
the same step. A worker prints one line of JSON at the end.
"""
import argparse
import datetime
import json
import time

import problem
import torch
import torch.distributed as dist


def exchange_times(sizes: list[int], repetitions: int) -> list[list[float]]:
    """Return for each size, in float32 numbers, the seconds of each all-reduce."""
    times = []
    for size in sizes:
        value, laps = torch.zeros(size), []
        for _ in range(repetitions + 1):                    # the first one opens connections
            dist.barrier()
            start = time.perf_counter()
            dist.all_reduce(value)
            laps.append(time.perf_counter() - start)
        times.append(laps[1:])
    return times


def train(steps: int) -> dict:
    """Train together; return the weights and the excess loss."""
    rank, workers = dist.get_rank(), dist.get_world_size()
    X, y = map(torch.from_numpy, problem.data())
    w = torch.zeros(problem.FEATURES, dtype=torch.float64)
    for rows in problem.minibatches(steps):
        mine = problem.part(rows, rank, workers)
        g = problem.gradient(X[mine], y[mine], w)
        dist.all_reduce(g)                                  # the sum, on all workers
        w -= problem.RATE * g / workers
    return {'runs': [{'rate': problem.RATE, 'weights': w.tolist(), 'excess': problem.excess(w.numpy())}]}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument('--steps', type=int, default=100)
    parser.add_argument('--sizes', type=int, nargs='*', default=[], help='time the exchange of so many numbers instead')
    given = parser.parse_args()
    torch.set_num_threads(1)
    dist.init_process_group('gloo', timeout=datetime.timedelta(seconds=60))
    told = {'seconds': exchange_times(given.sizes, 20)} if given.sizes else train(given.steps)
    print(json.dumps({'rank': dist.get_rank(), 'workers': dist.get_world_size(), **told}), flush=True)
    dist.destroy_process_group()


if __name__ == '__main__':
    main()
