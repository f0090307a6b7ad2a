"""The NumPy engine: float64 arrays, a closed-form gradient for the hot path, HIPS autograd for the rest."""
import types

import autograd
import autograd.numpy as np  # noqa: F401 - chapters take it from here
import numpy

npx = types.SimpleNamespace(set_np=lambda: None)   # MXNet's switch to NumPy semantics: here nothing needs switching


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


def grad(f):
    """Return the function that computes the gradient of f: an array for one argument, a tuple for several.

    f takes numbers or float arrays, is written with `d2lmini.np` or plain operators, and returns one number.
    Numbers give numbers back. Example: `grad(lambda x: x ** 2)(3.0)` is 6.0.
    """
    def gradient(*args):
        args = [float(a) if isinstance(a, int) else a.view(numpy.ndarray) if isinstance(a, Parameter) else a
                for a in args]
        gradients = autograd.grad(f, tuple(range(len(args))))(*args)
        gradients = [float(g) if isinstance(a, float) else g for a, g in zip(args, gradients)]
        return gradients[0] if len(gradients) == 1 else tuple(gradients)

    return gradient


def finish():
    """NumPy has nothing pending."""
