"""Optimizers × problems × shapes: the rate or the optimum where theory tells it, else a level that must be reached.

Every run uses the full gradient, so that nothing but the method decides. Levels are written with some room above what
the methods reach (a digit or two); they catch a method that stops converging, not a wrong digit: for that there are
golden trajectories.
"""
import functools

import numpy
import pytest

import d2lmini as d2l
from helpers import slow_file_on_mxnet
from textbook import METHODS, OnEngine, zero_states

SINGLE = d2l.engine.name == 'mxnet'                 # float32
pytestmark = slow_file_on_mxnet


def descend(name, gradients, starts, steps, **options):
    """Return all parameters after each step, start included: an array (steps + 1, coordinates)."""
    hyperparams = {k: v for k, v in options.items() if k in ('lr', 'momentum', 'gamma', 'rho')} | {'t': 1}
    constants = {k: v for k, v in options.items() if k not in hyperparams}
    params = [OnEngine.parameter(x) for x in starts]
    states, path = zero_states(OnEngine, [x.shape for x in starts], METHODS[name][3]), []
    for _ in range(steps + 1):
        at = [OnEngine.numpy(p).astype(float) for p in params]
        path.append(numpy.concatenate([numpy.zeros(0), *(x.reshape(-1) for x in at)]))
        for p, g in zip(params, gradients(*at)):
            OnEngine.give(p, g)
        getattr(d2l, name)(params, states, hyperparams, **constants)
    return numpy.array(path)


# Quadratics ½ Σ λ x², in arrays of any shape, from x = 1.
SHAPES = {'a number': [()], 'a vector': [(5,)], 'a matrix': [(2, 3)], 'several': [(), (3,), (4, 1)]}
SHAPE = pytest.mark.parametrize('shapes', SHAPES.values(), ids=SHAPES)
FEW = pytest.mark.parametrize('shapes', [[()], SHAPES['several']], ids=['a number', 'several'])
CONDITION = pytest.mark.parametrize('kappa', [2.0, 100.0], ids=['well conditioned', 'ill conditioned'])


def quadratic(name, kappa, shapes, steps, **options):
    """Return (eigenvalues, path); the eigenvalues go from 1 to κ, and a single coordinate has the eigenvalue κ."""
    size = sum(int(numpy.prod(s)) for s in shapes)
    eigenvalues = numpy.geomspace(kappa, 1, size)
    cuts = numpy.cumsum([int(numpy.prod(s)) for s in shapes])[:-1]
    parts = [x.reshape(s) for x, s in zip(numpy.split(eigenvalues, cuts), shapes)]
    return eigenvalues, descend(name, lambda *xs: [a * x for a, x in zip(parts, xs)],
                                [numpy.ones(s) for s in shapes], steps, **options)


@SHAPE
@CONDITION
def test_gradient_descent_contracts_each_eigendirection_by_one_minus_lr_lambda(kappa, shapes):
    lr = 2 / (1 + kappa)                            # the best one
    eigenvalues, path = quadratic('sgd', kappa, shapes, 20, lr=lr)
    right = (1 - lr * eigenvalues) ** numpy.arange(21)[:, None]
    numpy.testing.assert_allclose(path, right, rtol=1e-4 if SINGLE else 1e-12, atol=1e-6 if SINGLE else 1e-14)
    assert abs(path[-1]).max() <= ((kappa - 1) / (kappa + 1)) ** 20 * (1 + 1e-4)


@pytest.mark.parametrize(('lr', 'grows'), [(1.99, False), (2.01, True)])
def test_gradient_descent_diverges_beyond_two_over_the_largest_eigenvalue(lr, grows):
    _, path = quadratic('sgd', 4.0, [(3,)], 60, lr=lr / 4)
    assert (abs(path[-1]).max() > 1) == grows


def rate(path):
    """Return the factor by which the distance shrank in a step, over the second half of a run."""
    size, steps = numpy.sqrt((path ** 2).sum(axis=1)), (len(path) - 1) // 2
    return (size[-1] / size[-1 - steps]) ** (1 / steps)


def polyak(kappa):
    r = kappa ** 0.5
    return {'lr': 4 / (r + 1) ** 2, 'momentum': ((r - 1) / (r + 1)) ** 2}, (r - 1) / (r + 1)


def nesterov(kappa):
    r = kappa ** 0.5
    return {'lr': 1 / kappa, 'momentum': (r - 1) / (r + 1)}, 1 - 1 / r


@FEW
@CONDITION
@pytest.mark.parametrize(('name', 'theory'), [('sgd_momentum', polyak), ('nesterov', nesterov)])
def test_momentum_has_the_rate_of_theory(name, theory, kappa, shapes):
    options, right = theory(kappa)
    steps = 12 if kappa == 2 else 50
    _, path = quadratic(name, kappa, shapes, steps, **options)
    if shapes == [()]:                              # one eigenvalue, κ: no slower than theory, and it may be faster
        assert abs(path[-1]).max() < 2 * steps * right ** steps
    else:                                           # double roots: t ρᵗ, at most twice as much in half of the steps
        assert right * 0.99 < rate(path) < right * 2 ** (2.2 / steps)


# The others, on quadratics from 1: options, steps, how far from the optimum at most.
LEVELS = {
    'adagrad': ({'lr': 0.5, 'eps': 1e-12}, 30, 1e-3),
    'rmsprop': ({'lr': 0.02, 'gamma': 0.9, 'eps': 1e-12}, 80, 0.02),        # goes on jumping by about lr
    'adadelta': ({'rho': 0.9, 'eps': 1e-3}, 60, 0.01),
    'adam': ({'lr': 0.1, 'beta2': 0.9, 'eps': 1e-12}, 60, 0.1),
    'yogi': ({'lr': 0.1, 'beta2': 0.9, 'eps': 1e-12}, 60, 0.1),
}


@FEW
@pytest.mark.parametrize('name', LEVELS)
def test_adaptive_methods_take_the_same_way_in_every_eigendirection(name, shapes):
    options, steps, level = LEVELS[name]
    _, path = quadratic(name, 100.0, shapes, steps, **options)
    assert abs(path[-1]).max() < level
    if name != 'adadelta':                      # its steps have a unit of their own: the start depends on ε and λ
        assert numpy.ptp(path, axis=1).max() < (1e-3 if SINGLE else 1e-9)


@pytest.mark.parametrize('name', METHODS)
def test_nothing_to_train_is_no_error(name):
    hyperparams = dict(METHODS[name][1])
    path = descend(name, lambda: [], [], 3, **hyperparams)
    assert path.shape == (4, 0)


# Problems without a rate from theory: (loss, gradient, start, optimum).
def rosenbrock():
    return (lambda x: (1 - x[0]) ** 2 + 100 * (x[1] - x[0] ** 2) ** 2,
            lambda x: numpy.array([-2 * (1 - x[0]) - 400 * x[0] * (x[1] - x[0] ** 2), 200 * (x[1] - x[0] ** 2)]),
            numpy.array([-1.2, 1.0]), 0.0)


@functools.cache
def logistic(rows=200, features=30):
    """Logistic regression on rare features: feature j is present with probability 1 / (j + 1); a small penalty."""
    rng = numpy.random.default_rng(0)
    X = (rng.random((rows, features)) < 1 / (1 + numpy.arange(features))).astype(float)
    y = (X @ rng.normal(0, 2, features) + rng.logistic(size=rows) > 0) * 2.0 - 1

    def loss(w):
        return numpy.logaddexp(0, -y * (X @ w)).mean() + 0.005 * w @ w

    def gradient(w):
        return -X.T @ (y / (1 + numpy.exp(y * (X @ w)))) / rows + 0.01 * w

    w = numpy.zeros(features)
    for _ in range(20):                             # Newton's method finds the optimum
        p = 1 / (1 + numpy.exp(-X @ w))
        w = w - numpy.linalg.solve(X.T * (p * (1 - p)) @ X / rows + 0.01 * numpy.eye(features), gradient(w))
    assert abs(gradient(w)).max() < 1e-12
    return loss, gradient, numpy.zeros(features), loss(w)


@functools.cache
def airfoil():
    """Linear regression on all 1500 examples, w and b in one vector; its optimum is that of least squares."""
    data_iter, _ = d2l.get_data_ch10()
    X, y = numpy.hstack([data_iter.X, numpy.ones((1500, 1))]), data_iter.y
    H, c = X.T @ X / 1500, X.T @ y / 1500

    def loss(w):
        return ((X @ w - y) ** 2).mean() / 2

    return loss, lambda w: H @ w - c, numpy.zeros(6), loss(numpy.linalg.lstsq(X, y, rcond=None)[0])


PROBLEMS = {'rosenbrock': rosenbrock, 'sparse logistic': logistic, 'airfoil': airfoil}
# (problem, method, options, steps, how far the loss may be above the optimum)
RUNS = [
    ('rosenbrock', 'sgd', {'lr': 0.001}, 150, 4.0),             # in the valley's bottom; along it, it creeps
    ('rosenbrock', 'sgd_momentum', {'lr': 0.001, 'momentum': 0.9}, 150, 0.1),
    ('rosenbrock', 'nesterov', {'lr': 0.001, 'momentum': 0.9}, 150, 0.15),
    ('rosenbrock', 'adagrad', {'lr': 2.0}, 80, 0.08),
    ('rosenbrock', 'rmsprop', {'lr': 0.01, 'gamma': 0.9}, 120, 3.6),       # jumps across the valley: float32
    ('rosenbrock', 'adadelta', {'rho': 0.9, 'eps': 1e-4}, 120, 4.0),        # and float64 part company
    ('rosenbrock', 'adam', {'lr': 0.3}, 150, 0.3),
    ('rosenbrock', 'yogi', {'lr': 0.3}, 150, 0.35),
    ('sparse logistic', 'sgd', {'lr': 2.0}, 100, 1e-4),
    ('sparse logistic', 'sgd_momentum', {'lr': 1.0, 'momentum': 0.9}, 100, 5e-6),
    ('sparse logistic', 'nesterov', {'lr': 1.0, 'momentum': 0.9}, 100, 1e-6),
    ('sparse logistic', 'adagrad', {'lr': 0.5}, 60, 1e-5),
    ('sparse logistic', 'rmsprop', {'lr': 0.02, 'gamma': 0.9}, 100, 3e-4),
    ('sparse logistic', 'adadelta', {'rho': 0.9, 'eps': 1e-4}, 150, 2e-3),
    ('sparse logistic', 'adam', {'lr': 0.1}, 100, 5e-6),
    ('sparse logistic', 'yogi', {'lr': 0.1}, 100, 5e-6),
    ('airfoil', 'sgd', {'lr': 0.8}, 60, 1e-8),
    ('airfoil', 'sgd_momentum', {'lr': 0.8, 'momentum': 0.3}, 40, 1e-8),
    ('airfoil', 'nesterov', {'lr': 0.4, 'momentum': 0.5}, 50, 1e-8),
    ('airfoil', 'adagrad', {'lr': 0.5}, 60, 1e-6),
    ('airfoil', 'rmsprop', {'lr': 0.01, 'gamma': 0.9}, 120, 3e-4),
    ('airfoil', 'adadelta', {'rho': 0.9, 'eps': 1e-3}, 60, 1e-4),
    ('airfoil', 'adam', {'lr': 0.1}, 100, 3e-6),
    ('airfoil', 'yogi', {'lr': 0.1}, 100, 3e-6),
]


@pytest.mark.parametrize(('problem', 'name', 'options', 'steps', 'level'), RUNS,
                         ids=[f'{problem}-{name}' for problem, name, *_ in RUNS])
def test_loss_reaches_its_level(problem, name, options, steps, level):
    loss, gradient, start, optimum = PROBLEMS[problem]()
    path = descend(name, lambda x: [gradient(x)], [start], steps, **options)
    above = loss(path[-1]) - optimum
    assert -1e-9 <= above < level
    assert above < (loss(start) - optimum) / 5


def test_every_method_meets_every_problem():
    assert {(problem, name) for problem, name, *_ in RUNS} == {(p, n) for p in PROBLEMS for n in METHODS}


def test_least_squares_and_its_rate_on_the_airfoil_data():
    loss, gradient, start, optimum = airfoil()
    assert optimum == pytest.approx(0.241688, abs=5e-7)
    H = numpy.array([gradient(e) - gradient(start) for e in numpy.eye(6)])
    low, high = numpy.linalg.eigvalsh(H)[[0, -1]]
    assert high / low == pytest.approx(12.08, abs=0.005)
    path = descend('sgd', lambda x: [gradient(x)], [start], 40, lr=2 / (low + high))
    contraction = ((high - low) / (high + low)) ** 2
    above = numpy.array([loss(x) - optimum for x in path])
    assert (above[1:] <= above[:-1] * contraction * (1 + 1e-6) + (1e-7 if SINGLE else 1e-12)).all()
