"""Laws that the optimizers obey on any gradients, tried on gradients that hypothesis makes up."""
import numpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import d2lmini as d2l

pytestmark = pytest.mark.slow
SIZES = st.floats(1e-3, 1e3)
NUMBERS = st.one_of(st.just(0.0), SIZES, SIZES.map(lambda x: -x))
GRADIENTS = arrays(float, st.tuples(st.integers(1, 8), st.just(4)), elements=NUMBERS)
quick = settings(max_examples=25, deadline=None, derandomize=True)

METHODS = {         # name: (hyperparams, arrays of state)
    'sgd': ({'lr': 0.1}, 0),
    'sgd_momentum': ({'lr': 0.1, 'momentum': 0.9}, 1),
    'nesterov': ({'lr': 0.1, 'momentum': 0.9}, 1),
    'adagrad': ({'lr': 0.1}, 1),
    'rmsprop': ({'lr': 0.1, 'gamma': 0.9}, 1),
    'adadelta': ({'rho': 0.9}, 2),
    'adam': ({'lr': 0.1, 't': 1}, 2),
    'yogi': ({'lr': 0.1, 't': 1}, 2),
}
METHOD = pytest.mark.parametrize('name', METHODS)


def fresh(name, width=4):
    """Return (params, states, hyperparams) at the start."""
    hyperparams, count = METHODS[name]
    zeros = tuple(numpy.zeros(width) for _ in range(count))
    return [d2l.parameter(numpy.linspace(-1, 1, width))], [zeros if count == 2 else zeros[0]] if count else None, \
        dict(hyperparams)


def path(name, gradients, **constants):
    """Return the parameter after each step."""
    params, states, hyperparams = fresh(name, gradients.shape[1])
    points = []
    for g in gradients:
        params[0].grad = g.copy()
        getattr(d2l, name)(params, states, hyperparams, **constants)
        points.append(numpy.array(params[0]))
    return numpy.array(points)


@METHOD
@quick
@given(gradients=GRADIENTS, order=st.permutations(range(4)))
def test_the_way_turns_with_all_signs_keeps_to_its_coordinates_and_repeats(name, gradients, order):
    start, before = numpy.linspace(-1, 1, 4), gradients.copy()
    way = path(name, gradients)
    numpy.testing.assert_allclose(path(name, -gradients) - start, start - way, rtol=1e-9, atol=1e-12)
    numpy.testing.assert_allclose(path(name, gradients[:, order]) - start, (way - start)[:, order],
                                  rtol=1e-9, atol=1e-11)
    numpy.testing.assert_array_equal(path(name, gradients), way)        # calls share nothing
    numpy.testing.assert_array_equal(gradients, before)


@pytest.mark.parametrize('name', ['adam', 'yogi'])
@quick
@given(gradients=GRADIENTS, scale=st.floats(1e-2, 1e2))
def test_without_eps_the_scale_of_the_gradient_does_not_matter(name, gradients, scale):
    gradients = numpy.where(gradients == 0, 1.0, gradients)
    if name == 'yogi':                                  # its sign may flip where a square meets s to the last digit
        scale = 2.0 ** round(numpy.log2(scale))
    plain, scaled = path(name, gradients, eps=1e-30), path(name, gradients * scale, eps=1e-30)
    numpy.testing.assert_allclose(scaled, plain, rtol=1e-7, atol=1e-9)


@pytest.mark.parametrize('name', ['adam', 'yogi'])
@quick
@given(gradients=GRADIENTS, start=st.integers(1, 1000))
def test_t_advances_by_one_a_call(name, gradients, start):
    params, states, hyperparams = fresh(name)
    hyperparams['t'] = start
    for count, g in enumerate(gradients, 1):
        params[0].grad = g
        getattr(d2l, name)(params, states, hyperparams)
        assert hyperparams['t'] == start + count


@METHOD
@quick
@given(gradients=GRADIENTS)
def test_zero_gradients_move_only_what_momentum_carries(name, gradients):
    params, states, hyperparams = fresh(name)
    update = getattr(d2l, name)
    for g in gradients:
        params[0].grad = g
        update(params, states, hyperparams)
    before = numpy.array(params[0])
    params[0].grad = numpy.zeros(4)
    update(params, states, hyperparams)
    moved = numpy.array(params[0]) - before
    velocity = {'sgd_momentum': lambda: states[0], 'nesterov': lambda: states[0],
                'adam': lambda: states[0][0], 'yogi': lambda: states[0][0]}.get(name, lambda: numpy.zeros(4))()
    assert ((moved == 0) == (velocity == 0)).all() or abs(moved[velocity == 0]).max(initial=0) == 0
    assert (moved * velocity <= 0).all()


@quick
@given(gradients=GRADIENTS)
def test_adagrads_step_size_never_grows(gradients):
    params, states, hyperparams = fresh('adagrad')
    sizes = []
    for g in gradients:
        params[0].grad = g
        d2l.adagrad(params, states, hyperparams)
        sizes.append(0.1 / numpy.sqrt(states[0] + 1e-6))
    assert (numpy.diff(sizes, axis=0) <= 0).all()
    one = numpy.ones((6, 4))
    steps = abs(numpy.diff(path('adagrad', one), axis=0))
    assert (numpy.diff(steps, axis=0) < 0).all()


@quick
@given(gradients=GRADIENTS, beta2=st.floats(0, 1, exclude_max=True))
def test_yogis_s_moves_by_at_most_its_share_of_the_square_and_stays_positive(gradients, beta2):
    params, states, hyperparams = fresh('yogi')
    for g in gradients:
        params[0].grad = g
        s = states[0][1]
        before = s.copy()
        d2l.yogi(params, states, hyperparams, beta2=beta2)
        assert (abs(s - before) <= (1 - beta2) * g ** 2 * (1 + 1e-12) + 1e-300 + 1e-15 * before).all()
        assert (s >= 0).all()


@pytest.mark.parametrize('init', ['momentum', 'adagrad', 'rmsprop', 'adadelta', 'adam'])
@quick
@given(width=st.integers(1, 30))
def test_initial_states_are_zeros_of_their_own(init, width):
    states = getattr(d2l, f'init_{init}_states')(width)
    flat = [s for group in states for s in (group if isinstance(group, tuple) else (group,))]
    for i, s in enumerate(flat):
        assert float(abs(s).sum()) == 0
        s += i + 1
    assert [float(s.max()) for s in flat] == [i + 1.0 for i in range(len(flat))]
