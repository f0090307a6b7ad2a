"""The NumPy engine: float64 arrays, a closed-form gradient for the hot path, HIPS autograd for the rest."""
import types
import warnings

import autograd
import autograd.numpy as np  # noqa: F401 - chapters take it from here
import numpy
from autograd.extend import Box

npx = types.SimpleNamespace(set_np=lambda: None)   # MXNet's switch to NumPy semantics: here nothing needs switching


class Parameter(numpy.ndarray):
    """A float64 array with room for its gradient."""

    grad = None


def array(x):
    return numpy.array(x, dtype=float)


def parameter(x):
    """Return a float64 copy of x with room for its gradient, in `.grad`; a NumPy array, whatever the engine."""
    return array(numbers_of(x)).view(Parameter)


def numbers_of(x):
    """Return x if it holds numbers, none of them masked, missing or complex."""
    try:
        values = numpy.asarray(x)
    except ValueError:                                      # rows of several lengths
        values = numpy.array(None)
    if isinstance(x, numpy.ma.MaskedArray):
        raise TypeError(f'x={x!r:.100} is a masked array, whose mask would be ignored: fill it first')
    if values.dtype.kind not in 'fiu':
        raise TypeError(f'x={x!r:.100} is a {type(x).__name__}: pass numbers, such as a float, a list or an array')
    return x


def to_numpy(x):
    return numpy.asarray(x)


def owns(x):
    return isinstance(x, numpy.ndarray)


def linreg_grad(X, y, w, b):
    """Set w.grad and b.grad of the mean of (X w + b - y)² / 2, in closed form."""
    residual = X @ numpy.asarray(w) + numpy.asarray(b) - y.reshape(-1, 1)   # plain arrays: subclasses cost twice
    w.grad = X.T @ residual / len(y)
    b.grad = residual.sum(axis=0) / len(y)


def grad(f):
    """Return the function that computes the gradient of f: an array for one argument, a tuple for several.

    f takes numbers or float arrays, is written with `d2lmini.np` or plain operators, and returns one number.
    Numbers give numbers back. Example: `grad(lambda x: x ** 2)(3.0)` is 6.0.
    """
    def gradient(*args):
        args = [a.view(numpy.ndarray) if isinstance(a, Parameter) else a for a in map(differentiable, args)]
        with warnings.catch_warnings():
            warnings.filterwarnings('ignore', 'Output seems independent of input')      # its gradient is 0
            gradients = autograd.grad(lambda *x: one_number(f(*x)), tuple(range(len(args))))(*args)
        gradients = [float(g) if isinstance(a, float) else g for a, g in zip(args, gradients)]
        return gradients[0] if len(gradients) == 1 else tuple(gradients)

    return gradient


def differentiable(x):
    """Return an argument of a gradient, a whole number as a float; what has no derivative is refused."""
    if isinstance(x, (int, float, numpy.integer, numpy.floating)) and not isinstance(x, bool):
        return float(x)
    if isinstance(x, Box):
        return x                                            # a gradient of a gradient
    if isinstance(x, bool) or not hasattr(x, 'dtype') or numpy.dtype(x.dtype).kind != 'f':
        raise TypeError(f'the argument {x!r:.100} is a {type(x).__name__}: pass a number or an array of floats')
    return x


def one_number(value):
    """Return what f returned, if it is one number."""
    shape = getattr(value, 'shape', ())
    if numpy.prod(shape) != 1:
        raise TypeError(f'f returned an array of shape {tuple(shape)}, but grad differentiates one number: end f with '
                        '.sum() or .mean()')
    return value


def finish():
    """NumPy has nothing pending."""
