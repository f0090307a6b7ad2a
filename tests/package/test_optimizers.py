"""Every optimizer follows its textbook equations, on arrays of any shape, of NumPy and of the engine."""
import math

import numpy
import pytest

import d2lmini as d2l
from d2lmini import engine
from helpers import slow_file_on_mxnet
from textbook import FLAT, METHODS, SHAPES, STEPS, OnEngine, OnNumPy, flat, follow, golden, reference, run, zero_states

pytestmark = slow_file_on_mxnet
ARRAYS = pytest.mark.parametrize('arrays', [OnNumPy, OnEngine])
METHOD = pytest.mark.parametrize('name', METHODS)


@pytest.mark.parametrize(('shapes', 'changed'), [((), False), (SHAPES, False), (FLAT, True)],
                         ids=['no parameters', 'all shapes', 'other constants'])
@METHOD
@ARRAYS
def test_update_follows_the_textbook(arrays, name, shapes, changed):
    right, x = reference(name, shapes, changed), follow(name, arrays, shapes, changed)
    assert x.shape == right.shape == (STEPS, sum(map(math.prod, shapes)))
    assert (numpy.abs(x - right) <= arrays.tolerance(right)).all()


@METHOD
@ARRAYS
def test_stacked_runs_equal_separate_runs(arrays, name):
    (_, hyperparams, _, count), update = METHODS[name], getattr(d2l, name)
    runs = [golden(((4, 1),), seed) for seed in (1, 2, 3)]
    starts = numpy.stack([p for (p,), _ in runs])
    gradients = numpy.stack([g for _, (g,) in runs], axis=1)
    stacked = run(update, arrays, [starts], [gradients], dict(hyperparams), count, steps=20)
    separate = [run(update, arrays, *one, dict(hyperparams), count, steps=20) for one in runs]
    numpy.testing.assert_array_equal(stacked, numpy.concatenate(separate, axis=1))


@METHOD
def test_t_advances_by_one_a_call_and_nothing_else_changes(name):
    _, hyperparams, _, count = METHODS[name]
    given = dict(hyperparams)
    run(getattr(d2l, name), OnEngine, *golden(((3,), (2, 3))), given, count, steps=4)
    assert given == hyperparams | ({'t': 5} if 't' in hyperparams else {})


def test_star_gives_every_function_of_the_optimizers():
    functions = {name for name in vars(d2l.optimizers) if callable(getattr(d2l.optimizers, name))}
    assert set(d2l.optimizers.__all__) == functions == {n for n in d2l.__all__ if n in functions}
    assert set(METHODS) < functions


@METHOD
def test_a_count_of_steps_is_always_accepted(name):
    plain, counted = (follow(name, OnEngine, [(3,)], extra=more, steps=10) for more in ((), {'t': 1}.items()))
    numpy.testing.assert_array_equal(plain, counted)


@METHOD
@ARRAYS
def test_gradients_are_left_alone(arrays, name):
    starts, gradients = golden(SHAPES)
    params, given = [arrays.parameter(p) for p in starts], [arrays.array(g[20]) for g in gradients]
    for p, g in zip(params, given):
        arrays.give(p, g)
    getattr(d2l, name)(params, zero_states(arrays, SHAPES, METHODS[name][3]), dict(METHODS[name][1]))
    numpy.testing.assert_array_equal(flat(arrays, [p.grad for p in params]), flat(OnNumPy, [g[20] for g in gradients]))


@pytest.mark.parametrize('init', ['momentum', 'adagrad', 'rmsprop', 'adadelta', 'adam'])
def test_initial_states_are_zeros_that_share_no_memory(init):
    states = getattr(d2l, f'init_{init}_states')(3)
    groups = [s if isinstance(s, tuple) else (s,) for s in states]
    assert [[s.shape for s in group] for group in groups] == [[shape] * len(groups[0]) for shape in ((3, 1), (1,))]
    assert len(groups[0]) == METHODS.get(init, METHODS['sgd_momentum'])[3]
    arrays = [s for group in groups for s in group]
    for i, s in enumerate(arrays):
        assert engine.owns(s)
        assert not engine.to_numpy(s).any()
        s += i + 1
    assert [set(engine.to_numpy(s).reshape(-1)) for s in arrays] == [{i + 1} for i in range(len(arrays))]
