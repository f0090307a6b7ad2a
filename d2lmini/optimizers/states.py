"""States of the optimizers: zeros in shapes that follow from that of the parameter.

A parameter has the shape (…, in, out): a matrix after axes of runs. To a method for matrices, a vector is one row.
"""
import math
from collections.abc import Callable

import numpy

from d2lmini import checks, engine


def same(shape):
    """Return the shape of the parameter itself."""
    return tuple(shape)


def matrix(shape):
    """Return the shape of the parameter as a matrix: (…, in, out), or (1, n) for a vector of n numbers."""
    return tuple(shape) if len(shape) > 1 else (1, math.prod(shape))


def number(shape):
    """Return the shape of one number for each run, which meets the parameter: (…, 1, 1), or (1,) for a vector."""
    return *shape[:-2], *(1,) * min(len(shape), 2)


def by_row(shape):
    """Return the shape of one number for each row of the matrix: (…, in, 1)."""
    return *matrix(shape)[:-1], 1


def by_column(shape):
    """Return the shape of one number for each column of the matrix: (…, 1, out)."""
    return *matrix(shape)[:-2], 1, matrix(shape)[-1]


def rows_by_rows(shape):
    """Return the shape of a product G Gᵀ: (…, in, in)."""
    return *matrix(shape)[:-1], matrix(shape)[-2]


def columns_by_columns(shape):
    """Return the shape of a product Gᵀ G: (…, out, out)."""
    return *matrix(shape)[:-2], matrix(shape)[-1], matrix(shape)[-1]


def zeros_for(params, shape: Callable = same):
    """Return zeros for each parameter, of its kind: for a list of parameters, or for the w and b of linear regression.

    Args:
        params: a list of float arrays, or the number of features, for w of shape (features, 1) and b of shape (1,).
        shape: the function that returns the shape of the zeros for that of the parameter.
    """
    if not isinstance(params, (list, tuple)):
        features = checks.whole_number('feature_dim', params, 1, why=', as get_data_ch10 returned it, or a list of '
                                                                     'parameters')
        return engine.np.zeros(shape((features, 1))), engine.np.zeros(shape((1,)))
    for i, p in enumerate(params):
        checks.float_array(f'feature_dim[{i}]', p)
    return tuple((engine.np if engine.kind(p) == 'mxnet' else numpy).zeros(shape(p.shape), dtype=p.dtype)
                 for p in params)


def states_for(params, *shapes: Callable):
    """Return a tuple of zeros for each parameter, one array for each of the shapes."""
    return tuple(zip(*(zeros_for(params, shape) for shape in shapes)))
