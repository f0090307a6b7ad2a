"""What the workers train together: least squares on synthetic rows, in plain NumPy (float64).

Each process makes the same rows and the same minibatches from the same seeds, and takes its own part of each minibatch.
So nothing has to be sent but gradients.
"""
from collections.abc import Iterator

import numpy as np

ROWS, FEATURES, BATCH, RATE = 1200, 5, 24, 0.1


def data() -> tuple[np.ndarray, np.ndarray]:
    """Return the rows X (ROWS, FEATURES) and the targets y (ROWS,), with noise of size 0.1."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(ROWS, FEATURES))
    return X, X @ np.arange(1.0, FEATURES + 1) + 0.1 * rng.normal(size=ROWS)


def minibatches(steps: int, batch: int = BATCH) -> Iterator[np.ndarray]:
    """Yield for each step the row numbers (batch,) of the minibatch of all workers together."""
    rng = np.random.default_rng(1)
    for _ in range(steps):
        yield rng.choice(ROWS, batch, replace=False)


def part(rows: np.ndarray, rank: int, workers: int) -> np.ndarray:
    """Return the part of the rows that worker `rank` takes: all parts are equal, or the means would have weights."""
    if len(rows) % workers:
        raise ValueError(f'{len(rows)} examples cannot be divided equally among {workers} workers: take a number of '
                         f'workers that divides {len(rows)}')
    return rows.reshape(workers, -1)[rank]


def gradient(X: np.ndarray, y: np.ndarray, w: np.ndarray) -> np.ndarray:
    """Return the gradient (FEATURES,) of half the mean squared error."""
    return X.T @ (X @ w - y) / len(y)


def alone(steps: int) -> np.ndarray:
    """Return the weights after `steps` steps of one worker that takes whole minibatches."""
    X, y = data()
    w = np.zeros(FEATURES)
    for rows in minibatches(steps):
        w -= RATE * gradient(X[rows], y[rows], w)
    return w


def excess(w: np.ndarray) -> float:
    """Return half the mean squared error over all rows, minus that of the best weights."""
    X, y = data()
    residuals = np.stack([X @ v - y for v in (w, np.linalg.lstsq(X, y, rcond=None)[0])])
    above, least = (residuals ** 2).mean(axis=1) / 2
    return float(above - least)
