"""The MXNet engine: float32 arrays, gradients recorded by mxnet.autograd."""
import mxnet
import numpy
from mxnet import autograd, np, npx

from d2lmini.engine import numpy as numpy_engine

npx.set_np()


def array(x):
    return np.array(x, dtype='float32')


def parameter(x):
    p = array(x)
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


def grad(f):
    """Return the function that computes the gradient of f: an array for one argument, a tuple for several.

    f takes numbers or float arrays, is written with `d2lmini.np` or plain operators, and returns one number.
    Numbers give numbers back. Example: `grad(lambda x: x ** 2)(3.0)` is 6.0. Plain NumPy arrays are differentiated
    by the NumPy engine, in float64 (write f with `autograd.numpy` then); all else by MXNet, numbers in float64.
    """
    def gradient(*args):
        if any(isinstance(a, numpy.ndarray) for a in args):
            return numpy_engine.grad(f)(*args)
        inputs = [a.copy() if owns(a) else np.array(a, dtype='float64') for a in args]
        for x in inputs:
            x.attach_grad()
        with autograd.record():
            value = f(*inputs)
        value.backward()
        gradients = [x.grad if owns(a) else float(x.grad) for a, x in zip(args, inputs)]
        return gradients[0] if len(gradients) == 1 else tuple(gradients)

    return gradient


def finish():
    """MXNet computes in the background: wait for it, so that a clock reads work done."""
    mxnet.npx.waitall()
