"""The 8×8 handwritten digits, packaged and verified."""
import gzip

import numpy

from d2lmini import checks
from d2lmini.data.files import verified
from d2lmini.data.minibatches import rng

FILE = 'digits.csv.gz'
ROWS = 1797
SHA256 = '09f66e6debdee2cd2b5ae59e0d6abbb73fc2b0e0185d2e1957e9ebb51e23aa22'


def load_digits(path=None) -> tuple[numpy.ndarray, numpy.ndarray]:
    """Return the 1797 digits: images X of shape (1797, 64), ink from 0 to 1 as float64, and labels y, whole numbers.

    The rows keep their published order, in which neighbors often share a writer: shuffle before you split.

    Args:
        path: of the data file; None takes the one that comes with the package.

    Raises:
        FileNotFoundError, PermissionError, ValueError: the data file is missing, unreadable or damaged.

    Reference: Alpaydin and Kaynak, Cascading classifiers, 1998.
    """
    table = numpy.loadtxt(gzip.decompress(verified(FILE, SHA256, path)).decode().splitlines(), delimiter=',')
    return table[:, :-1] / 16, table[:, -1].astype(int)


def split_digits(n: int = 1000, seed: int = 0) -> tuple[tuple[numpy.ndarray, numpy.ndarray], ...]:
    """Return (X, targets) of n digits to train on, and (X, targets) of all others, after a shuffle.

    X has the shape (rows, 64), targets (rows, 10): a row for each digit, 1 at its label and 0 elsewhere. Both parts
    share their writers.

    Args:
        n: digits to train on, 1 to 1796.
        seed: of the shuffle.

    Raises:
        TypeError, ValueError: an argument is not a whole number, or out of range.
    """
    checks.whole_number('n', n, 1, ROWS - 1, ' (at least one of the 1797 digits is left to validate)')
    generator = rng(seed)
    X, labels = load_digits()
    order = generator.permutation(len(X))
    X, targets = X[order], numpy.eye(10)[labels[order]]
    return (X[:n], targets[:n]), (X[n:], targets[n:])
