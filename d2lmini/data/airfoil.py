"""NASA's airfoil self-noise measurements, packaged, verified and standardized."""
import numpy

from d2lmini import checks
from d2lmini.data.files import verified
from d2lmini.data.minibatches import Minibatches

FILE = 'airfoil_self_noise.csv'
SHA256 = '6175780c3c69e8bbd417a9de41d44040b6bf072079146dcf5d22c8961ebee223'
ROWS = 1503


def read_airfoil(path=None):
    """Return the 1503 × 6 table as float64: five features and the sound pressure level, as measured.

    Raises:
        FileNotFoundError, PermissionError: the data file is missing or cannot be read.
        ValueError: the file differs from the one published with the package.
    """
    return numpy.loadtxt(verified(FILE, SHA256, path).decode().splitlines(), delimiter=',', skiprows=1)


def get_data_ch10(batch_size: int = 10, n: int = 1500, seed: int = 0) -> tuple[Minibatches, int]:
    """Return minibatches of the airfoil data, and the number of features.

    Each column is standardized over all 1503 rows (mean 0, standard deviation 1); the first n rows are used.

    Args:
        batch_size: examples in a minibatch; the last one of an epoch may be shorter.
        n: number of rows, 1 to 1503.
        seed: of the shuffles, and of the initial weights of a training run on these data.

    Returns:
        (data_iter, feature_dim): an iterator over (X, y) of shapes (batch_size, 5) and (batch_size,), and 5.

    Raises:
        TypeError, ValueError: an argument is not a whole number, or out of range; the data file is damaged.

    Reference: Brooks, Pope and Marcolini, Airfoil self-noise and prediction, NASA RP-1218, 1989.
    """
    n = checks.whole_number('n', n, 1, ROWS, ' (the rows of the data set)')
    table = read_airfoil()
    table = (table - table.mean(axis=0)) / table.std(axis=0)
    X, y = table[:n, :-1], table[:n, -1]
    return Minibatches(X, y, batch_size, seed), X.shape[1]
