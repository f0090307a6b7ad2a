"""Linear algebra for the methods for matrices: through NumPy where MXNet has no such function."""
import functools

import numpy

from d2lmini import engine


def transposed(M):
    """Return each matrix of a stack transposed."""
    return M.swapaxes(-1, -2)


def in_numpy(f):
    """Return f of arrays of NumPy as a function of arrays of either kind, which returns arrays of that kind."""
    @functools.wraps(f)
    def served(M, *others, **options):
        if engine.kind(M) != 'mxnet':
            return f(numpy.asarray(M), *others, **options)
        found = f(*map(engine.to_numpy, (M, *others)), **options)
        return tuple(map(_to_mxnet, found)) if isinstance(found, tuple) else _to_mxnet(found)

    return served


def _to_mxnet(x):
    return engine.np.array(x, dtype=x.dtype)


@in_numpy
def matrix_power(M, *, exponent, eps):
    """Return (M + ε I)^exponent for symmetric matrices M without negative eigenvalues."""
    values, Q = numpy.linalg.eigh(M)
    return Q * (numpy.maximum(values, 0)[..., None, :] + eps) ** exponent @ transposed(Q)


@in_numpy
def eigenvectors(M):
    """Return the eigenvectors of symmetric matrices as columns."""
    return numpy.linalg.eigh(M)[1]


@in_numpy
def refreshed(M, Q, s, *, axis):
    """Return eigenvectors Q of M after one more power iteration, and s with its axis in the order of the columns of Q.

    The columns are sorted by what they estimate the eigenvalues to be, so that the iteration keeps them apart.
    """
    order = numpy.argsort(-(Q * (M @ Q)).sum(axis=-2))
    Q = numpy.take_along_axis(Q, order[..., None, :], axis=-1)
    s = numpy.take_along_axis(s, order[..., None] if axis == -2 else order[..., None, :], axis=axis)
    return numpy.linalg.qr(M @ Q)[0], s
