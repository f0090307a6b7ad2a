"""Minibatches: one shuffle per epoch, then slices."""
import itertools
from collections.abc import Iterator, Sequence
from functools import cached_property

import numpy

from d2lmini import checks, engine

BLOCK_ROWS = 2048       # rows gathered at a time: many minibatches, but few enough to fit a cache and reuse its memory


def rng(seed: int = 0) -> numpy.random.Generator:
    """Return NumPy's generator of random numbers for a seed: the only source of randomness in this course."""
    return numpy.random.default_rng(checks.whole_number('seed', seed, 0))


class Minibatches:
    """Iterate over (X, y) in minibatches, in a fresh order each epoch.

    Args:
        X: features, a float array of shape (rows, features).
        y: targets, a float array of shape (rows,).
        batch_size: rows in a minibatch; the last one of an epoch may be shorter.
        seed: of the shuffles, and of the initial weights of a training run.

    `len()` counts the minibatches of an epoch. Shuffling once and slicing costs a hundredth of gathering every
    minibatch row by row, and the data are read in their order in memory.

    Raises:
        TypeError, ValueError: X or y is not a float array, their shapes do not fit, or they hold NaN or infinities.
    """

    def __init__(self, X, y, batch_size: int, seed: int = 0):
        checks.data_arrays(X, y)
        self.X, self.y = engine.to_numpy(X), engine.to_numpy(y)
        self.batch_size = checks.whole_number('batch_size', batch_size, 1)
        self.seed = checks.whole_number('seed', seed, 0)
        self.restart()

    def restart(self) -> numpy.random.Generator:
        """Start the sequence of shuffles again from the seed; return the generator, to draw initial weights first."""
        self._rng = rng(self.seed)
        return self._rng

    def __len__(self):
        return -(-len(self.X) // self.batch_size)

    def __iter__(self):
        order, size = self._rng.permutation(len(self.X)), self.batch_size
        block = max(1, BLOCK_ROWS // size) * size
        for first in range(0, len(order), block):
            rows = order[first:first + block]
            X, y = engine.array(self.X.take(rows, axis=0)), engine.array(self.y.take(rows))
            for start in range(0, len(rows), size):
                yield X[start:start + size], y[start:start + size]

    @cached_property
    def whole(self):
        """All of (X, y) as arrays of the engine, in the original order."""
        return engine.array(self.X), engine.array(self.y)


def stacked_minibatches(X, targets, batch_size: int, generators: Sequence[numpy.random.Generator],
                        num_steps: int) -> Iterator[tuple[numpy.ndarray, numpy.ndarray]]:
    """Yield the (X, targets) of each step of many runs at once, each run in its own order.

    Args:
        X: features, a float array of shape (rows, features).
        targets: a float array of shape (rows, classes).
        batch_size: rows in a minibatch; the last one of an epoch may be shorter.
        generators: one for each run; each draws a fresh order at the start of an epoch. A single one serves all runs.
        num_steps: how many minibatches to yield, epoch after epoch.

    Returns:
        an iterator over arrays of shape (runs, batch_size, features) and (runs, batch_size, classes).

    Raises:
        TypeError, ValueError: an argument is wrong; the message names it, its value and the remedy.
    """
    checks.data_arrays(X, targets, 'targets', 2, '(rows, classes)')
    checks.generators(generators)
    size, num_steps = checks.whole_number('batch_size', batch_size, 1), checks.whole_number('num_steps', num_steps, 1)
    X, targets = engine.to_numpy(X), engine.to_numpy(targets)
    orders = (numpy.stack([g.permutation(len(X)) for g in generators]) for _ in itertools.count())
    rows = (order[:, start:start + size] for order in orders for start in range(0, len(X), size))
    return ((X.take(r, axis=0), targets.take(r, axis=0)) for r in itertools.islice(rows, num_steps))
