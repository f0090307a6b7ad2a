"""Gradients: the closed form and the recorded one, against central differences."""
import numpy
import pytest

import d2lmini as d2l
from d2lmini import engine, np

RNG = numpy.random.default_rng(0)
X, Y = RNG.normal(size=(7, 5)), RNG.normal(size=7)
W, B = RNG.normal(size=(5, 1)), RNG.normal(size=1)
SINGLE = engine.name == 'mxnet'                         # arrays of MXNet are float32


def central(f, *args, h=1e-6):
    """Return the gradient of f with respect to each argument, by central differences in float64."""
    gradients = []
    for k, x in enumerate(args):
        x = numpy.asarray(x, dtype=float)
        gradient = numpy.zeros(x.shape)
        for i in numpy.ndindex(x.shape):
            values = []
            for sign in (1, -1):
                moved = x.copy()
                moved[i] += sign * h
                values.append(f(*args[:k], moved, *args[k + 1:]))
            gradient[i] = (values[0] - values[1]) / (2 * h)
        gradients.append(gradient)
    return gradients


def loss(w, b):
    """Return the mean loss in plain NumPy."""
    return ((X @ w[:, 0] + b[0] - Y) ** 2).mean() / 2


def close(computed, right):
    numpy.testing.assert_allclose(engine.to_numpy(computed), right, rtol=1e-4 if SINGLE else 1e-7,
                                  atol=1e-5 if SINGLE else 1e-8)


@pytest.mark.parametrize('rows', [7, 1])
def test_linreg_gradient_is_that_of_the_mean_loss(rows):
    w, b = engine.parameter(W), engine.parameter(B)
    engine.linreg_grad(engine.array(X[:rows]), engine.array(Y[:rows]), w, b)
    right = central(lambda w, b: ((X[:rows] @ w[:, 0] + b[0] - Y[:rows]) ** 2).mean() / 2, W, B)
    assert (w.grad.shape, b.grad.shape) == ((5, 1), (1,))
    close(w.grad, right[0])
    close(b.grad, right[1])


def test_linreg_gradient_replaces_the_last_one_and_leaves_parameters_alone():
    w, b = engine.parameter(W), engine.parameter(B)
    for _ in range(2):
        engine.linreg_grad(engine.array(X), engine.array(Y), w, b)
    close(w.grad, central(loss, W, B)[0])
    close(w, W)
    close(b, B)


def test_grad_of_the_mean_squared_loss_agrees():
    features, targets = engine.array(X), engine.array(Y)
    mean_loss = lambda w, b: d2l.squared_loss(d2l.linreg(features, w, b), targets).mean()  # noqa: E731
    for computed, right in zip(d2l.grad(mean_loss)(engine.array(W), engine.array(B)), central(loss, W, B)):
        assert engine.owns(computed)
        close(computed, right)


SCALAR = {
    'square': (lambda x: x ** 2, lambda x: x ** 2, 3.0),
    'polynomial': (lambda x: 0.1 * x ** 3 - x + 4, lambda x: 0.1 * x ** 3 - x + 4, -1.5),
    'functions': (lambda x: np.exp(x) * np.sin(x), lambda x: numpy.exp(x) * numpy.sin(x), 0.7),
    'ratio': (lambda x: 1 / (1 + x ** 2), lambda x: 1 / (1 + x ** 2), 2.0),
}


@pytest.mark.parametrize('what', SCALAR)
def test_grad_of_a_number_is_a_float_in_double_precision(what):
    f, same_in_numpy, x = SCALAR[what]
    computed = d2l.grad(f)(x)
    assert type(computed) is float
    assert computed == pytest.approx(float(central(same_in_numpy, x)[0]), rel=1e-8)


def test_grad_takes_whole_numbers():
    assert d2l.grad(lambda x: x ** 2)(3) == 6.0


def test_grad_of_two_numbers_is_a_pair_of_floats():
    f = lambda x1, x2: 0.1 * x1 ** 2 + 2 * x2 ** 2 + x1 * x2  # noqa: E731
    computed = d2l.grad(f)(-5.0, -2.0)
    assert [type(g) for g in computed] == [float, float]
    assert computed == pytest.approx([float(g) for g in central(f, -5.0, -2.0)], rel=1e-8)


def test_grad_of_an_array_has_its_shape():
    computed = d2l.grad(lambda w: (np.exp(w) * w).sum())(engine.array(W))
    close(computed, central(lambda w: (numpy.exp(w) * w).sum(), W)[0])


def test_grad_of_numpy_arrays_is_numpy_in_double_precision_on_either_engine():
    computed = d2l.grad(lambda w: (w ** 3).sum())(W)
    assert type(computed) is numpy.ndarray
    numpy.testing.assert_allclose(computed, 3 * W ** 2, rtol=1e-12)


def test_grad_of_an_array_and_a_number():
    array, number = d2l.grad(lambda w, c: (w * w).sum() * c)(np.array([1.0, 2.0]), 3.0)
    close(array, [6.0, 12.0])
    assert number == 5.0


def test_grad_leaves_its_arguments_and_their_gradients_alone():
    w, b = engine.parameter(W), engine.parameter(B)
    engine.linreg_grad(engine.array(X), engine.array(Y), w, b)
    before = engine.to_numpy(w.grad).copy()
    close(d2l.grad(lambda w: (w ** 3).sum())(w), 3 * W ** 2)
    numpy.testing.assert_array_equal(engine.to_numpy(w), engine.to_numpy(engine.array(W)))
    numpy.testing.assert_array_equal(engine.to_numpy(w.grad), before)
