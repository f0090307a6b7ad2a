"""The NumPy engine: float64 arrays, a closed-form gradient for the hot path, HIPS autograd for the rest.

autograd is imported when it is first needed: interactive figures in a page start without it.
"""
import importlib
import sys
import types
import warnings

import numpy

npx = types.SimpleNamespace(set_np=lambda: None)   # MXNet's switch to NumPy semantics: here nothing needs switching


def __getattr__(name):
    if name == 'np':
        return importlib.import_module('autograd.numpy')
    raise AttributeError(f'module {__name__!r} has no attribute {name!r}')


class Parameter(numpy.ndarray):
    """A float64 array with room for its gradient."""

    grad = None


def array(x):
    return numpy.array(x, dtype=float)


def parameter(x):
    """Return a float64 copy of x with room for its gradient, in `.grad`."""
    return array(x).view(Parameter)


def to_numpy(x):
    return numpy.asarray(x)


def owns(x):
    return isinstance(x, numpy.ndarray)


def linreg_grad(X, y, w, b):
    """Set w.grad and b.grad of the mean of (X w + b - y)² / 2, in closed form."""
    residual = X @ numpy.asarray(w) + numpy.asarray(b) - y.reshape(-1, 1)   # plain arrays: subclasses cost twice
    w.grad = X.T @ residual / len(y)
    b.grad = residual.sum(axis=0) / len(y)


LOST = ('f takes numbers out of arrays (with float or math.sin, say) or calls another library, where no gradient can '
        'follow: write it with d2lmini.np and plain operators, and put numbers together with np.stack')


def gradients(f, args):
    """Return the gradients of f, one for each argument: a number, an array of floats, or what autograd traces."""
    import autograd

    with warnings.catch_warnings():
        warnings.filterwarnings('ignore', 'Output seems independent of input')      # then its gradient is 0
        found = autograd.grad(lambda *x: one_number(f(*x)), tuple(range(len(args))))(*args)
    return [float(g) if isinstance(a, float) else g for a, g in zip(args, found)]


def lost(why):
    """Whether an error says that f took something that autograd cannot follow."""
    return isinstance(why, (TypeError, AssertionError)) and 'ArrayBox' in str(why)


def traced(x):
    """Whether x is an argument of a function that autograd differentiates right now."""
    extend = sys.modules.get('autograd.extend')         # without it, nothing is
    return extend is not None and isinstance(x, extend.Box)


def one_number(value):
    """Return what f returned, if it is one number, of which there is a gradient."""
    inner = value
    while traced(inner):
        inner = inner._value
    is_array = hasattr(inner, 'shape') and hasattr(inner, 'dtype')
    if is_array and numpy.prod(inner.shape) != 1:
        raise TypeError(f'f returned an array of shape {tuple(inner.shape)}, but grad differentiates one number: end f '
                        'with .sum() or .mean()')
    if isinstance(inner, bool) or not (isinstance(inner, (int, float)) or (is_array and inner.dtype.kind in 'fiu')):
        what = '' if isinstance(inner, (list, tuple, dict)) else f' {inner!r:.60},'
        raise TypeError(f'f returned{what} a {type(inner).__name__}, but grad differentiates one number: '
                        'return a number, or an array of floats with a single one')
    whole = isinstance(value, (int, numpy.integer)) or (isinstance(value, numpy.ndarray) and value.dtype.kind in 'iu')
    return float(value) if whole else value


def call(f, *arrays):
    return to_numpy(f(*arrays))


def serving_numpy(update):
    return update


def finish():
    """NumPy has nothing pending."""
