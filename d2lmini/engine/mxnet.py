"""The MXNet engine: float32 arrays, gradients recorded by mxnet.autograd."""
import contextlib
import copy
import functools
import re

import mxnet
import numpy
from mxnet import autograd, np, npx

from d2lmini.engine import numpy as numpy_engine

npx.set_np()
MXNETS_ALONE = re.compile('not supported|must have NDArray type')     # how its functions refuse NumPy arrays


def array(x, dtype='float32'):
    return np.array(x, dtype=dtype)


def double(x):
    return array(x, 'float64')


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


_running = []       # for each gradient in progress, outermost first: whether another was requested inside it


def gradients(f, args):
    """Return the gradients of f, one for each argument: a number, an array of floats, or what autograd traces.

    Arrays of NumPy go through the NumPy engine if f is written for it. All numbers are float64.
    """
    if _running:
        _running[-1] = True
    if any(isinstance(a, numpy.ndarray) or numpy_engine.traced(a) for a in args):
        try:
            return numpy_engine.gradients(f, args)
        except (TypeError, AssertionError) as why:
            if not numpy_engine.lost(why) or any(map(numpy_engine.traced, args)):
                raise
    inputs = [a.copy() if owns(a) else double(a) for a in args]
    for x in inputs:
        x.attach_grad()
    _running.append(False)
    try:
        with _no_numbers_out(), autograd.record():
            value = numpy_engine.one_number(f(*inputs))
    finally:
        nested = _running.pop()
    if nested:
        return _second(f, args)
    try:
        value.backward()
    except (AttributeError, mxnet.MXNetError):      # f returned a plain number, or one that MXNet did not follow
        return _differences(f, args)
    return [_like(a, x.grad) for a, x in zip(args, inputs)]


def _like(argument, gradient):
    """Return a gradient as what its argument was: a number, a NumPy array, or an MXNet array of its precision."""
    if isinstance(argument, float):
        return float(to_numpy(gradient))        # not float(gradient), which an outer gradient would refuse
    return array(gradient, argument.dtype) if owns(argument) else to_numpy(gradient)


@contextlib.contextmanager
def _no_numbers_out():
    """Refuse float(x), which math.sin and the like call: MXNet would go on and return a wrong gradient."""
    def refuse(x):
        raise TypeError(numpy_engine.LOST)

    before = np.ndarray.__float__
    np.ndarray.__float__ = refuse
    try:
        yield
    except TypeError as why:
        if 'setting an array element' in str(why):      # np.array of arrays, which takes their numbers
            raise TypeError(numpy_engine.LOST) from why
        raise
    finally:
        np.ndarray.__float__ = before


def _second(f, args):
    """Return the gradients of an f that takes gradients, which MXNet cannot record: by NumPy if f is written for it."""
    try:
        found = numpy_engine.gradients(f, [to_numpy(a).astype(float) if hasattr(a, 'shape') else a for a in args])
    except (TypeError, AssertionError) as why:
        if not numpy_engine.lost(why):
            raise
        return _differences(f, args)
    return [_like(a, g) for a, g in zip(args, found)]


def _differences(f, args):
    """Return gradients by central differences in float64, to about twelve digits, and 0 where f is constant.

        f' = (8 (f(x + h) − f(x − h)) − (f(x + 2h) − f(x − 2h))) / 12h
    """
    points = [numpy.array(to_numpy(a), dtype=float) for a in args]

    def value(point, i, x):
        point[i] = x
        return float(to_numpy(f(*map(double, points))))

    found = [numpy.zeros(point.shape) for point in points]
    for point, gradient in zip(points, found):
        for i in numpy.ndindex(point.shape):
            x, h = point[i], 2.0 ** -10 * max(1.0, abs(point[i]))
            near, far = (value(point, i, x + k * h) - value(point, i, x - k * h) for k in (1, 2))
            gradient[i] = (8 * near - far) / (12 * h)
            point[i] = x
    return [_like(a, g) for a, g in zip(args, found)]


def call(f, *arrays):
    """Call f on arrays of NumPy, or on MXNet's in float64 if that is what its functions take; return NumPy's."""
    try:
        return to_numpy(f(*arrays))
    except (TypeError, AssertionError) as why:
        if not MXNETS_ALONE.search(str(why)):
            raise
        return to_numpy(f(*map(double, arrays)))


def serving_numpy(update):
    """Return an optimizer for NumPy arrays: the update or, if it is written for MXNet, one that passes it copies.

    The copies are MXNet arrays in float64; what the update writes into them is written back.
    """
    chosen = None

    @functools.wraps(update)
    def served(*arguments):
        nonlocal chosen
        if chosen is None:
            before = copy.deepcopy(arguments)
            try:
                update(*arguments)
                chosen = update
                return
            except (TypeError, AssertionError) as why:
                if not MXNETS_ALONE.search(str(why)):
                    raise
                _write(arguments, before)
                chosen = functools.partial(_lend_copies, update)
        chosen(*arguments)

    return served


def _lend_copies(update, *arguments):
    copies = _doubles(arguments)
    for p, lent in zip(arguments[0], copies[0]):
        lent.attach_grad()
        lent.grad[:] = p.grad
    update(*copies)
    _write(arguments, copies)


def _doubles(x):
    """Return x, arguments of an optimizer, with MXNet's arrays in place of NumPy's."""
    if isinstance(x, dict):
        return {key: _doubles(value) for key, value in x.items()}
    if isinstance(x, (list, tuple)):
        return type(x)(map(_doubles, x))
    return double(x) if isinstance(x, numpy.ndarray) else x


def _write(x, new):
    """Write what an optimizer changed back into its arguments: into the arrays, the lists and the dictionary."""
    for key, value in x.items() if isinstance(x, dict) else enumerate(x):
        if isinstance(value, numpy.ndarray):
            value[...] = to_numpy(new[key])
        elif isinstance(value, (dict, list, tuple)):
            _write(value, new[key])
        elif not isinstance(x, tuple):
            x[key] = new[key]


def finish():
    """MXNet computes in the background: wait for it, so that a clock measures finished work."""
    mxnet.npx.waitall()
