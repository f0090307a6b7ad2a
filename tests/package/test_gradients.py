"""Gradients: the closed form and the recorded one, against central differences."""
import math

import numpy
import pytest

import d2lmini as d2l
from d2lmini import engine, np
from helpers import refused

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


def test_grad_of_numpy_arrays_takes_functions_of_the_engine():
    computed = d2l.grad(lambda w: (np.exp(w) * np.maximum(w, 0)).sum())(W)
    assert type(computed) is numpy.ndarray
    assert computed.dtype == float
    numpy.testing.assert_allclose(computed, numpy.where(W > 0, numpy.exp(W) * (W + 1), 0), rtol=1e-12)


@pytest.mark.parametrize('x', [2, 2.0, numpy.int64(2), numpy.float32(2), numpy.uint8(2)])
def test_grad_takes_any_real_number(x):
    assert d2l.grad(lambda x: x ** 3)(x) == 12.0


@pytest.mark.parametrize('f', [lambda x: 3.0, lambda x: 3, lambda x: np.ones(3).sum(), lambda x: x if x > 5 else 0.0])
def test_grad_of_what_does_not_change_is_zero(f):
    assert d2l.grad(f)(2.0) == 0.0


def test_grad_of_what_depends_on_one_argument_only():
    assert d2l.grad(lambda x, y: x * x)(2.0, 3.0) == (4.0, 0.0)


# A call of grad -> the error is a TypeError with these fragments, on either engine.
REFUSED = {
    'a vector': (lambda: d2l.grad(lambda x: x * x)(np.ones(3)), ['shape (3,)', 'one number', '.sum()']),
    'a vector of NumPy': (lambda: d2l.grad(lambda x: x * x)(numpy.ones(3)), ['shape (3,)', 'one number']),
    'a pair': (lambda: d2l.grad(lambda x: (x, x))(2.0), ['f returned a tuple', 'one number']),
    'nothing': (lambda: d2l.grad(lambda x: None)(2.0), ['f returned None', 'return a number']),
    'true': (lambda: d2l.grad(lambda x: True)(2.0), ['f returned True', 'return a number']),
    'a plain function': (lambda: d2l.grad(lambda x: math.sin(x))(2.0), ['f takes numbers out of arrays', 'd2lmini.np']),
    'a number taken out': (lambda: d2l.grad(lambda x: x * float(x))(2.0), ['f takes numbers out of arrays']),
    'no argument': (lambda: d2l.grad(lambda: 3.0)(), ['args is empty', 'pass the point']),
    'no function': (lambda: d2l.grad(3), ['f=3', 'not callable']),
    'an argument of text': (lambda: d2l.grad(lambda x: x)('2'), ["'2'", 'pass a number']),
    'a list': (lambda: d2l.grad(lambda x: x[0])([2.0]), ['argument 0 of f is [2.0]', 'array of floats']),
    'true for a number': (lambda: d2l.grad(lambda x: x)(True), ['argument 0 of f is True', 'pass a number']),
    'whole numbers in an array': (lambda: d2l.grad(lambda x: x.sum())(numpy.ones(2, int)), ['holds int', 'floats']),
    'a masked array': (lambda: d2l.grad(lambda x: x.sum())(numpy.ma.masked_array([1.0, 2.0])), ['masked array']),
}


@pytest.mark.parametrize('what', REFUSED)
def test_grad_refuses_the_same_on_either_engine(what):
    call, fragments = REFUSED[what]
    refused(call, TypeError, fragments)


def test_numbers_put_together_without_np_stack_are_no_silent_zero():
    together = d2l.grad(lambda x: np.stack([x, x * x]).sum())(2.0)
    assert together == 5.0
    if engine.name == 'mxnet':          # np.array takes the numbers, where no gradient follows
        refused(lambda: d2l.grad(lambda x: np.array([x, x * x]).sum())(2.0), TypeError, ['np.stack'])
    else:
        assert d2l.grad(lambda x: np.array([x, x * x]).sum())(2.0) == 5.0


@pytest.mark.parametrize(('f', 'second', 'third'), [
    (lambda x: x ** 4, 12 * 1.5 ** 2, 24 * 1.5),
    (lambda x: np.exp(2 * x), 4 * math.exp(3), 8 * math.exp(3)),
    (lambda x: np.sin(x) * x, 2 * math.cos(1.5) - 1.5 * math.sin(1.5), -3 * math.sin(1.5) - 1.5 * math.cos(1.5)),
], ids=['plain', 'exp', 'sin'])
def test_gradients_of_gradients(f, second, third):
    first = d2l.grad(f)
    assert d2l.grad(first)(1.5) == pytest.approx(second, rel=1e-9)
    assert d2l.grad(d2l.grad(first))(1.5) == pytest.approx(third, rel=1e-6)


def test_gradients_of_gradients_of_arrays():
    def penalty(w):
        return (d2l.grad(lambda v: (v ** 3).sum())(w) ** 2).sum()

    numpy.testing.assert_allclose(d2l.grad(penalty)(W), 36 * W ** 3, rtol=1e-12)
    close(d2l.grad(penalty)(engine.array(W)), 36 * W ** 3)


def test_a_gradient_within_a_function_that_does_not_depend_on_it():
    assert d2l.grad(lambda x: x * d2l.grad(lambda u: u ** 2)(3.0))(5.0) == pytest.approx(6.0, rel=1e-9)


@pytest.mark.parametrize('f', [lambda x, y: np.exp(x) - y, lambda x, y: np.maximum(np.exp(x) - y, -1e9),
                               lambda x, y: numpy.exp(x) - y])
def test_a_function_of_arrays_may_be_written_for_either_library(f):
    x = numpy.linspace(-1, 1, 7)
    values = engine.call(f, x, x ** 2)
    assert type(values) is numpy.ndarray
    numpy.testing.assert_allclose(values, numpy.exp(x) - x ** 2, rtol=1e-12)


def test_a_functions_own_error_is_passed_on():
    def broken(x):
        calls.append(1)
        raise TypeError('mine')

    calls = []
    with pytest.raises(TypeError, match=r'^mine$'):
        engine.call(broken, W)
    assert calls == [1]


@pytest.mark.skipif(not SINGLE, reason='MXNet alone records')
def test_grad_works_while_mxnet_records():
    from mxnet import autograd

    with autograd.record():
        assert d2l.grad(lambda x: x ** 2)(3.0) == 6.0
    assert float(np.ones(1)) == 1.0             # and float() is what it was


@pytest.mark.skipif(not SINGLE, reason='there are arrays of two libraries')
def test_arrays_of_two_libraries_are_refused():
    refused(lambda: d2l.grad(lambda x, y: (x * y).sum())(W, engine.array(W)), TypeError, ['mxnet', 'numpy', 'one kind'])
    refused(lambda: d2l.linreg(engine.array(X), W, engine.array(B)), TypeError, ['X, w, b', 'mxnet', 'one kind'])
