"""The 8×8 handwritten digits, packaged and verified."""
import gzip

import numpy

from d2lmini.data.files import verified

FILE = 'digits.csv.gz'
SHA256 = '09f66e6debdee2cd2b5ae59e0d6abbb73fc2b0e0185d2e1957e9ebb51e23aa22'


def load_digits(path=None) -> tuple[numpy.ndarray, numpy.ndarray]:
    """Return the 1797 digits: images X of shape (1797, 64), ink from 0 to 1 as float64, and labels y, whole numbers.

    The rows keep their published order, in which neighbours are often by one writer: shuffle before you split.

    Args:
        path: of the data file; None takes the one that comes with the package.

    Raises:
        FileNotFoundError, PermissionError, ValueError: the data file is missing, unreadable or damaged.

    Reference: Alpaydin and Kaynak, Cascading classifiers, 1998.
    """
    table = numpy.loadtxt(gzip.decompress(verified(FILE, SHA256, path)).decode().splitlines(), delimiter=',')
    return table[:, :-1] / 16, table[:, -1].astype(int)
