"""The MXNet engine: float32 arrays, gradients recorded by mxnet.autograd."""
import mxnet
import numpy
from autograd.extend import Box
from mxnet import autograd, np, npx

from d2lmini.engine import numpy as numpy_engine

npx.set_np()


def array(x):
    return np.array(x, dtype='float32')


def parameter(x):
    p = array(x if owns(x) else numpy_engine.numbers_of(x))
    p.attach_grad()
    return p


def to_numpy(x):
    return x.asnumpy() if owns(x) else numpy.asarray(x)


def owns(x):
    return isinstance(x, np.ndarray)


def linreg_grad(X, y, w, b):
    """Set w.grad and b.grad of the mean of (X w + b - y)² / 2, recorded and propagated back."""
    with autograd.record():
        loss = ((np.dot(X, w) + b - y.reshape(-1, 1)) ** 2 / 2).mean()
    loss.backward()


class NestedError(Exception):
    """A gradient was asked for inside of another: MXNet has no derivatives of derivatives."""


def grad(f):
    """Return the function that computes the gradient of f: an array for one argument, a tuple for several.

    f takes numbers or float arrays, is written with `d2lmini.np` or plain operators, and returns one number.
    Numbers give numbers back. Example: `grad(lambda x: x ** 2)(3.0)` is 6.0. Plain NumPy arrays and gradients of
    gradients are differentiated by the NumPy engine, in float64 (write f with plain operators or `autograd.numpy`
    then); all else by MXNet, numbers in float64.
    """
    def gradient(*args):
        if autograd.is_recording():
            raise NestedError
        if any(isinstance(a, (numpy.ndarray, Box)) for a in args):
            return numpy_engine.grad(f)(*args)
        args = [numpy_engine.differentiable(a) for a in args]
        inputs = [a.copy() if owns(a) else np.array(a, dtype='float64') for a in args]
        for x in inputs:
            x.attach_grad()
        try:
            with autograd.record():
                value = numpy_engine.one_number(f(*inputs))
                value = value + sum(0 * x.sum() for x in inputs)        # else a constant has no gradient at all
        except NestedError:
            return _gradient_of_gradient(f, args)
        value.backward()
        gradients = [x.grad if owns(a) else float(x.grad) for a, x in zip(args, inputs)]
        return gradients[0] if len(gradients) == 1 else tuple(gradients)

    return gradient


def _gradient_of_gradient(f, args):
    try:
        return numpy_engine.grad(f)(*(to_numpy(a).astype(float) if owns(a) else a for a in args))
    except TypeError as why:
        raise TypeError(f'MXNet has no gradients of gradients, and the NumPy engine refused f ({why}): write f with '
                        'plain operators or autograd.numpy, or set D2LMINI_ENGINE=numpy') from why


def finish():
    """MXNet computes in the background: wait for it, so that a clock reads work done."""
    mxnet.npx.waitall()
