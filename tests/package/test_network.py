"""The small network: what it computes, its gradient, and stacks of runs that are the runs one by one."""
import functools
import math

import numpy
import pytest

import d2lmini as d2l
from d2lmini import network, optimizers
from helpers import slow_file_on_mxnet
from test_gradients import central
from textbook import METHODS, OnNumPy, zero_states

pytestmark = slow_file_on_mxnet

SIZES = [(5, 3), (5, 4, 3), (5, 4, 6, 3)]
RNG = numpy.random.default_rng(1)
X, TARGETS = RNG.normal(size=(7, 5)), numpy.eye(3)[[0, 2, 1, 1, 0, 2, 2]]
EACH_OF_SIZES = pytest.mark.parametrize('sizes', SIZES, ids=str)


def generators(*seeds):
    return [d2l.rng(seed) for seed in seeds]


def drawn(sizes, *seeds, scale=1.0):
    """Return parameters whose biases are not zero."""
    params, g = d2l.init_network(sizes, generators(*seeds), scale), numpy.random.default_rng(9)
    for b in params[1::2]:
        b += g.normal(size=b.shape[1:])         # the same for all runs, so that runs can be compared
    return params


def alone(arrays, run):
    return [numpy.array(a[run]) for a in arrays]


def textbook(params, x):
    """Return the class probabilities of one example, unit by unit, for parameters of one run."""
    units = list(x)
    for k in range(0, len(params), 2):
        W, b = params[k], params[k + 1]
        units = [sum(u * w for u, w in zip(units, W[:, j])) + b[0, j] for j in range(W.shape[1])]
        if k + 2 < len(params):
            units = [math.tanh(u) for u in units]
    return numpy.exp(units) / numpy.exp(units).sum()


def mean_loss(*params, rows=slice(None)):
    return numpy.mean([-math.log(textbook(params, x) @ y) for x, y in zip(X[rows], TARGETS[rows])])


@EACH_OF_SIZES
def test_weights_are_drawn_run_by_run_layer_by_layer_and_biases_are_zero(sizes):
    params = d2l.init_network(sizes, generators(3, 4), scale=[1.0, 2.0])
    for run, (seed, scale) in enumerate([(3, 1.0), (4, 2.0)]):
        g = numpy.random.default_rng(seed)
        for n, m, W, b in zip(sizes, sizes[1:], params[::2], params[1::2]):
            numpy.testing.assert_allclose(W[run], g.normal(size=(n, m)) * scale / math.sqrt(n), rtol=1e-14)
            numpy.testing.assert_array_equal(b[run], numpy.zeros((1, m)))


def test_parameters_are_float64_on_either_engine_with_room_for_a_gradient():
    for p in d2l.init_network((5, 4, 3), generators(0)):
        assert isinstance(p, numpy.ndarray)
        assert (p.dtype, p.grad) == (float, None)


@EACH_OF_SIZES
def test_the_forward_pass_is_the_textbook_s(sizes):
    params = drawn(sizes, 0, 1)
    h, log_p = d2l.forward(params, X)
    assert [a.shape[-1] for a in h] == list(sizes[:-1])
    assert h[0] is X
    assert log_p.shape == (2, 7, 3)
    for run in range(2):
        right = [textbook(alone(params, run), x) for x in X]
        numpy.testing.assert_allclose(numpy.exp(log_p[run]), right, rtol=1e-12)


def test_large_scores_do_not_overflow():
    params = drawn((5, 3), 0, scale=1e6)
    assert numpy.isfinite(d2l.forward(params, X)[1]).all()
    assert all(numpy.isfinite(g).all() for g in d2l.network_grad(params, X, TARGETS))


@pytest.mark.parametrize('rows', [7, 1])
@EACH_OF_SIZES
def test_the_gradient_is_that_of_the_textbook_s_mean_loss(sizes, rows):
    params = alone(drawn(sizes, 0), 0)
    right = central(lambda *params: mean_loss(*params, rows=slice(rows)), *params)
    for computed, expected in zip(d2l.network_grad(params, X[:rows], TARGETS[:rows]), right):
        assert computed.shape == expected.shape
        numpy.testing.assert_allclose(computed, expected, rtol=1e-6, atol=1e-9)


@EACH_OF_SIZES
def test_the_gradient_is_that_of_grad(sizes):
    params = drawn(sizes, 0, 1, 2)

    def total(*params):
        return d2l.cross_entropy(d2l.forward(params, X)[1], TARGETS).mean(axis=-1).sum()

    computed = d2l.network_grad(params, X, TARGETS)
    assert [type(g) for g in computed] == [numpy.ndarray] * len(params)
    for by_hand, by_grad in zip(computed, d2l.grad(total)(*params)):
        numpy.testing.assert_allclose(by_hand, by_grad, rtol=1e-12, atol=1e-14)


def test_the_gradient_changes_nothing():
    params, x, y = drawn((5, 4, 3), 0, 1), X.copy(), TARGETS.copy()
    before = [p.copy() for p in params]
    d2l.network_grad(params, x, y)
    for now, then in zip([*params, x, y], [*before, X, TARGETS]):
        numpy.testing.assert_array_equal(now, then)


@EACH_OF_SIZES
def test_rows_may_be_the_same_for_all_runs_or_differ(sizes):
    params, rows = drawn(sizes, 0, 1), numpy.array([[0, 1, 2], [6, 5, 0]])
    own = d2l.network_grad(params, X[rows], TARGETS[rows])
    shared = d2l.network_grad(params, X[rows[0]], TARGETS[rows[0]])
    one = d2l.network_grad(params, X[rows[:1]], TARGETS[rows[:1]])
    for run in range(2):
        by_itself = d2l.network_grad(alone(params, run), X[rows[run]], TARGETS[rows[run]])
        for a, b in zip(alone(own, run), by_itself):
            numpy.testing.assert_allclose(a, b, rtol=0, atol=1e-14)
    for a, b, c in zip(own, shared, one):
        numpy.testing.assert_allclose(a[0], b[0], rtol=0, atol=1e-14)
        numpy.testing.assert_allclose(b, c, rtol=0, atol=1e-14)


def test_each_run_may_have_targets_of_its_own_on_the_same_rows():
    params, targets = drawn((5, 4, 3), 0, 1), numpy.stack([TARGETS, TARGETS[::-1]])
    together = d2l.network_grad(params, X, targets)
    for run in range(2):
        for a, b in zip(alone(together, run), d2l.network_grad(alone(params, run), X, targets[run])):
            numpy.testing.assert_allclose(a, b, rtol=0, atol=1e-14)


@functools.cache
def digits():
    return d2l.split_digits(200)[0]


def trained(name, seeds, steps=40):
    """Return the parameters after some steps of an optimizer, one run a seed."""
    _, hyperparams, _, count = METHODS[name]
    gs = generators(*seeds)
    params, hyperparams = d2l.init_network((64, 8, 10), gs), dict(hyperparams)
    states = zero_states(OnNumPy, [p.shape for p in params], count)
    for batch in d2l.stacked_minibatches(*digits(), 10, gs, steps):
        for p, g in zip(params, d2l.network_grad(params, *batch)):
            p.grad = g
        getattr(d2l, name)(params, states, hyperparams)
    return params


@pytest.mark.parametrize('name', METHODS)
def test_every_optimizer_takes_its_matrices_and_lowers_its_loss(name):
    assert name in optimizers.__all__
    start, end = trained(name, [0, 1], steps=1), trained(name, [0, 1])
    assert [p.shape for p in end] == [p.shape for p in start]
    assert (d2l.evaluate_network(end, *digits())[0] < d2l.evaluate_network(start, *digits())[0]).all()


@pytest.mark.parametrize('name', ['sgd', 'adam'])
def test_a_stack_of_runs_is_the_runs_one_by_one(name):
    together = trained(name, [5, 6, 7])
    for run, seed in enumerate([5, 6, 7]):
        by_itself = trained(name, [seed])
        for a, b in zip(together, by_itself):
            numpy.testing.assert_allclose(a[run], b[0], rtol=0, atol=1e-12)
        scores, score = (numpy.array(d2l.evaluate_network(p, *digits())) for p in (together, by_itself))
        numpy.testing.assert_allclose(scores[:, [run]], score, rtol=0, atol=1e-12)


@pytest.mark.parametrize('block', [1, 3, 7, 200])
def test_loss_and_accuracy_are_means_over_all_rows_whatever_the_blocks(block, monkeypatch):
    monkeypatch.setattr(network, 'BLOCK_ROWS', block)
    params = drawn((5, 4, 3), 0, 1)
    loss, accuracy = d2l.evaluate_network(params, X, TARGETS)
    assert loss.shape == accuracy.shape == (2,)
    for run in range(2):
        one = alone(params, run)
        assert loss[run] == pytest.approx(mean_loss(*one), rel=1e-12)
        right = [textbook(one, x).argmax() == y.argmax() for x, y in zip(X, TARGETS)]
        assert accuracy[run] == pytest.approx(sum(right) / 7, rel=1e-12)
    assert 0 < accuracy.min() < 1


def test_each_run_may_be_scored_on_rows_of_its_own():
    params, rows = drawn((5, 4, 3), 0, 1), numpy.array([[0, 1, 2, 3], [3, 4, 5, 6]])
    loss, _ = d2l.evaluate_network(params, X[rows], TARGETS[rows])
    for run in range(2):
        assert loss[run] == pytest.approx(mean_loss(*alone(params, run), rows=rows[run]), rel=1e-12)
