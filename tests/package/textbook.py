"""Helper of the optimizer tests: the textbook in plain floats, a golden sequence of gradients, and runs over it."""
import functools
import math

import numpy

import d2lmini as d2l
from d2lmini import engine
from d2lmini.engine import numpy as numpy_engine

STEPS = 50
SHAPES = ((), (3,), (4, 1), (2, 3))
FLAT = ((14,),)                 # the same coordinates in one array


# The textbook, one coordinate at a time: p0, its gradients, the constants -> p after each step.
def sgd(p, gradients, lr):
    for g in gradients:
        p = p - lr * g
        yield p


def sgd_momentum(p, gradients, lr, momentum):
    v = 0.0
    for g in gradients:
        v = momentum * v + g
        p = p - lr * v
        yield p


def nesterov(p, gradients, lr, momentum):
    v = 0.0
    for g in gradients:
        v = momentum * v + g
        p = p - lr * (g + momentum * v)
        yield p


def adagrad(p, gradients, lr, eps=1e-6):
    for t, g in enumerate(gradients, 1):
        p = p - lr * g / math.sqrt(math.fsum(h * h for h in gradients[:t]) + eps)
        yield p


def rmsprop(p, gradients, lr, gamma, eps=1e-6):
    s = 0.0
    for g in gradients:
        s = gamma * s + (1 - gamma) * g * g
        p = p - lr / math.sqrt(s + eps) * g
        yield p


def adadelta(p, gradients, rho, eps=1e-5):
    s = delta = 0.0
    for g in gradients:
        s = rho * s + (1 - rho) * g * g
        d = math.sqrt((delta + eps) / (s + eps)) * g
        p, delta = p - d, rho * delta + (1 - rho) * d * d
        yield p


def adam(p, gradients, lr, beta1=0.9, beta2=0.999, eps=1e-6):
    v = s = 0.0
    for t, g in enumerate(gradients, 1):
        v = beta1 * v + (1 - beta1) * g
        s = beta2 * s + (1 - beta2) * g * g
        p = p - lr * (v / (1 - beta1 ** t)) / (math.sqrt(s / (1 - beta2 ** t)) + eps)
        yield p


def yogi(p, gradients, lr, beta1=0.9, beta2=0.999, eps=1e-3):
    v = s = 0.0
    for t, g in enumerate(gradients, 1):
        v = beta1 * v + (1 - beta1) * g
        if s != g * g:
            s = s + (1 - beta2) * g * g if s < g * g else s - (1 - beta2) * g * g
        p = p - lr * (v / (1 - beta1 ** t)) / (math.sqrt(s / (1 - beta2 ** t)) + eps)
        yield p


# name: (the reference, hyperparams, constants other than the defaults, states for each parameter)
METHODS = {
    'sgd': (sgd, {'lr': 0.01}, {}, 0),
    'sgd_momentum': (sgd_momentum, {'lr': 0.01, 'momentum': 0.9}, {}, 1),
    'nesterov': (nesterov, {'lr': 0.01, 'momentum': 0.9}, {}, 1),
    'adagrad': (adagrad, {'lr': 0.1}, {'eps': 1e-3}, 1),
    'rmsprop': (rmsprop, {'lr': 0.05, 'gamma': 0.9}, {'eps': 1e-3}, 1),
    'adadelta': (adadelta, {'rho': 0.9}, {'eps': 1e-3}, 2),
    'adam': (adam, {'lr': 0.05, 't': 1}, {'beta1': 0.8, 'beta2': 0.95, 'eps': 1e-2}, 2),
    'yogi': (yogi, {'lr': 0.2, 't': 1}, {'beta1': 0.8, 'beta2': 0.95, 'eps': 1e-4}, 2),
}


class OnNumPy:
    """Float64 arrays, on either engine."""

    array, parameter, zeros, numpy = numpy.array, numpy_engine.parameter, numpy.zeros, numpy.asarray

    def give(p, gradient):
        p.grad = numpy.array(gradient)

    def tolerance(path):
        return 1e-12 * numpy.maximum.accumulate(numpy.abs(path))       # rounding stays from where the path was largest


class OnEngine:
    """The arrays that training uses: float32 under MXNet."""

    array, parameter, zeros, numpy = engine.array, engine.parameter, engine.np.zeros, engine.to_numpy

    def give(p, gradient):
        if engine.name == 'mxnet':
            p.grad[()] = gradient
        else:
            OnNumPy.give(p, gradient)

    def tolerance(path):
        return 1e-4 * (1 + numpy.abs(path)) if engine.name == 'mxnet' else OnNumPy.tolerance(path)



def golden(shapes, seed=0):
    """Return starts, and gradients (STEPS, *shape), for each shape: many scales, both signs, zeros and spikes.

    They depend on the shapes only through the number of coordinates: SHAPES and FLAT hold the same.
    """
    rng, sizes = numpy.random.default_rng(seed), [math.prod(s) for s in shapes]
    count = sum(sizes)
    start, g = rng.normal(0, 1, count), rng.normal(0, 1, (STEPS, count))
    g *= 10.0 ** numpy.resize((-6, 0, -3, 3, -4, -2), count)
    g[20] *= 100                                                # a spike
    g[rng.random((STEPS, count)) < 0.1] = 0
    g[:, numpy.arange(count) % 7 == 6] = 0                      # some coordinates never get a gradient
    cuts = numpy.cumsum(sizes)[:-1]
    parts = [numpy.split(x.astype('float32').astype(float), cuts, axis=-1) if shapes else [] for x in (start, g)]
    return ([p.reshape(s) for p, s in zip(parts[0], shapes)],
            [p.reshape(STEPS, *s) for p, s in zip(parts[1], shapes)])


@functools.cache
def reference(name, shapes, changed, seed=0):
    """Return p after each step by the textbook, every coordinate on its own, as an array (STEPS, coordinates)."""
    method, hyperparams, constants, _ = METHODS[name]
    keywords = {k: v for k, v in hyperparams.items() if k != 't'} | (constants if changed else {})
    paths = [list(method(float(p), [float(g) for g in gs], **keywords))
             for start, gradient in zip(*golden(shapes, seed))
             for p, gs in zip(start.reshape(-1), gradient.reshape(STEPS, -1).T)]
    return numpy.array(paths).reshape(-1, STEPS).T


def states_for(name, params):
    """Return the states that the package makes for an optimizer."""
    of = {'sgd_momentum': 'momentum', 'nesterov': 'momentum', 'yogi': 'adam'}.get(name, name)
    return None if name == 'sgd' else getattr(d2l, f'init_{of}_states')(params)


def zero_states(arrays, shapes, count):
    if count == 0:
        return None
    return [arrays.zeros(s) if count == 1 else tuple(arrays.zeros(s) for _ in range(count)) for s in shapes]


def flat(arrays, xs):
    return numpy.concatenate([numpy.zeros(0), *(arrays.numpy(x).astype(float).reshape(-1) for x in xs)])


def run(update, arrays, starts, gradients, hyperparams, count, constants=(), steps=STEPS):
    """Return p after each step of an update, as an array (steps, coordinates)."""
    params, states = [arrays.parameter(p) for p in starts], zero_states(arrays, [p.shape for p in starts], count)
    gradients, path = [arrays.array(g) for g in gradients], []
    for step in range(steps):
        for p, g in zip(params, gradients):
            arrays.give(p, g[step])
        assert update(params, states, hyperparams, **dict(constants)) is None
        path.append([p.copy() for p in params])
    return numpy.array([flat(arrays, ps) for ps in path])


def follow(name, arrays, shapes=SHAPES, changed=False, update=None, extra=(), steps=STEPS):
    _, hyperparams, constants, count = METHODS[name]
    return run(update or getattr(d2l, name), arrays, *golden(shapes), hyperparams | dict(extra), count,
               constants if changed else {}, steps)
