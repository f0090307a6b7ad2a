"""One table of all optimizers and what they have in common or not: sizes, symmetries, decay, memory; and identities.

What a row says is tested both ways: a method that is not said to have a property must be seen to lack it.
"""
from dataclasses import dataclass

import numpy
import pytest

import d2lmini as d2l
from helpers import slow_file_on_mxnet
from textbook import OnNumPy, states_for

pytestmark = slow_file_on_mxnet
# One column more than rows: after one gradient, the eigenvectors that SOAP takes are still unique.
ROWS, COLUMNS, STEPS, LR = 4, 5, 5, 0.01
RNG = numpy.random.default_rng(11)
START, GRADIENTS = RNG.normal(size=(ROWS, COLUMNS)), RNG.normal(size=(STEPS, ROWS, COLUMNS))
LEFT, RIGHT = (numpy.linalg.qr(RNG.normal(size=(n, n)))[0] for n in (ROWS, COLUMNS))
SIGNS = numpy.sign(RNG.normal(size=(ROWS, 1))) * numpy.sign(RNG.normal(size=COLUMNS))
WHOLE, SIDES = ROWS * COLUMNS, ROWS ** 2 + COLUMNS ** 2


@dataclass
class Row:
    """What is known of an optimizer."""

    uses: dict
    memory: int                         # numbers of state for a parameter of 4 × 5
    first: float | str | None = None    # its first step, in units of lr: of each coordinate, or of each singular value
    scale: bool = True                  # the path does not depend on the scale of the gradient (where ε is negligible)
    turns: bool = False                 # rotated parameters and gradients give the rotated path
    decays: float | None = None         # from gradients of 0, p shrinks to this, for lr 0.01, decay 0.5, five steps
    constants: dict | None = None


RATE, STEP, DECAYED = {'lr': LR}, {'lr': LR, 't': 1}, (1 - LR * 0.5) ** STEPS
TINY = {'eps': 1e-30}
MU = [0.9 * (1 - 0.96 ** (0.004 * t) / 2) for t in (1, 2)]
TABLE = {
    'sgd': Row(RATE, 0, 'the gradient', scale=False, turns=True),
    'sgd_momentum': Row(RATE | {'momentum': 0.9}, WHOLE, 'the gradient', scale=False, turns=True),
    'nesterov': Row(RATE | {'momentum': 0.9}, WHOLE, None, scale=False, turns=True),
    'adagrad': Row(RATE, WHOLE, 1.0, constants=TINY),
    'rmsprop': Row(RATE | {'gamma': 0.9}, WHOLE, 0.1 ** -0.5, constants=TINY),
    'adadelta': Row({'rho': 0.9}, 2 * WHOLE, None, scale=False),
    'adam': Row(STEP, 2 * WHOLE, 1.0, constants=TINY),
    'yogi': Row(STEP, 2 * WHOLE, 1.0, constants=TINY),
    'adamw': Row(STEP, 2 * WHOLE, 1.0, decays=DECAYED, constants=TINY),
    'amsgrad': Row(STEP, 3 * WHOLE, 1.0, constants=TINY),
    'nadam': Row(STEP, 2 * WHOLE + 1, 0.1 * MU[1] / (1 - MU[0] * MU[1]) + 1, decays=DECAYED, constants=TINY),
    'lion': Row(RATE, WHOLE, 1.0, decays=DECAYED),
    'adafactor': Row(STEP, ROWS + COLUMNS, None, decays=DECAYED),
    'shampoo': Row(STEP, WHOLE + 2 * SIDES, 'singular values', turns=True, decays=DECAYED, constants=TINY),
    'soap': Row(STEP, 2 * WHOLE + 2 * SIDES, 0.0, turns=True, decays=(1 - LR * 0.5) ** (STEPS - 1), constants=TINY),
    'muon': Row(RATE | {'momentum': 0.9}, WHOLE, 'about singular values', turns=True, decays=DECAYED, constants=TINY),
    'schedule_free': Row(STEP, 3 * WHOLE + 1, 1.0, constants=TINY),
    'prodigy': Row(STEP | {'lr': 1.0}, 4 * WHOLE + 2, 0.1 * 0.001 ** -0.5 * 1e-6 / LR, constants=TINY,
                   decays=(1 - 1e-6 * 0.5) ** STEPS),
}
METHOD = pytest.mark.parametrize('name', TABLE)


def path(name, start=START, gradients=GRADIENTS, uses=None, **constants):
    """Return the parameters after each step."""
    p, found = OnNumPy.parameter(start), []
    states, hyperparams = states_for(name, [p]), dict(TABLE[name].uses) | (uses or {})
    for g in gradients:
        OnNumPy.give(p, g)
        getattr(d2l, name)([p], states, hyperparams, **(TABLE[name].constants or {}) | constants)
        found.append(numpy.array(p))
    return numpy.array(found)


def close(a, b, tolerance=1e-9):
    """Whether two paths have the same moves, to a part of the largest."""
    return bool(abs(a - b).max() <= tolerance * abs(b - b[0] + LR).max())


@METHOD
def test_the_first_step_has_its_size(name):
    move, first = (START - path(name)[0]) / LR, TABLE[name].first
    if first == 'the gradient':
        assert abs(move - GRADIENTS[0]).max() <= 1e-12
    elif isinstance(first, str):
        values = numpy.linalg.svd(move, compute_uv=False)
        factor = 1 if name == 'shampoo' else (COLUMNS / ROWS) ** 0.5
        low, high = (1 - 1e-6, 1 + 1e-6) if name == 'shampoo' else (0.68, 1.21)
        assert (values >= low * factor).all()
        assert (values <= high * factor).all()
    elif first is not None:
        assert abs(move - first * numpy.sign(GRADIENTS[0])).max() <= 1e-7 * max(first, 1e-2)
    else:
        assert abs(move).max() > 0


def test_adafactors_first_step_is_limited_and_relative():
    move = START - path('adafactor')[0]
    size = (START ** 2).mean() ** 0.5
    assert (move ** 2).mean() ** 0.5 <= LR * size * (1 + 1e-12)
    assert (move ** 2).mean() ** 0.5 > 0.9 * LR * size


@METHOD
def test_the_scale_of_the_gradient_matters_or_not(name):
    assert close(path(name, gradients=1000 * GRADIENTS), path(name), 1e-6) == TABLE[name].scale


@METHOD
def test_mirrored_in_any_axis_the_path_is_mirrored(name):
    assert close(path(name, SIGNS * START, SIGNS * GRADIENTS), SIGNS * path(name))


@METHOD
def test_rotated_the_path_is_rotated_or_not(name):
    turned = path(name, LEFT @ START @ RIGHT, LEFT @ GRADIENTS @ RIGHT)
    assert close(turned, LEFT @ path(name) @ RIGHT, 1e-5) == TABLE[name].turns


@METHOD
def test_without_a_gradient_nothing_moves_and_a_decay_shrinks(name):
    still = numpy.zeros_like(GRADIENTS)
    assert (path(name, gradients=still, **({'eps': 1e-8} if TABLE[name].constants else {})) == START).all()
    if TABLE[name].decays is None:
        return
    end = path(name, gradients=still, uses={'weight_decay': 0.5})[-1]
    assert abs(end / START - TABLE[name].decays).max() <= 1e-14


@pytest.mark.parametrize('name', [name for name in TABLE if TABLE[name].decays])
def test_the_decay_is_added_to_the_step_and_not_to_the_gradient(name):
    """Doubled gradients, where the scale does not matter, leave the share of the decay as it is."""
    decay = path(name, uses={'weight_decay': 0.5})[-1] - path(name)[-1]
    assert abs(decay).max() > 1e-7
    more = path(name, gradients=2 * GRADIENTS, uses={'weight_decay': 0.5})[-1] - path(name, gradients=2 * GRADIENTS)[-1]
    assert abs(more - decay).max() <= 1e-6 * abs(decay).max()


@METHOD
def test_a_step_leaves_the_gradient_alone(name):
    p, g = OnNumPy.parameter(START), GRADIENTS[0].copy()
    states, hyperparams = states_for(name, [p]), dict(TABLE[name].uses)
    for _ in range(2):
        p.grad = g
        getattr(d2l, name)([p], states, hyperparams)
    assert (g == GRADIENTS[0]).all()


@METHOD
def test_memory_is_counted(name):
    states = states_for(name, [OnNumPy.parameter(START)]) or ([],)
    [state] = states
    assert sum(s.size for s in (state if isinstance(state, (tuple, list)) else [state])) == TABLE[name].memory


def test_the_table_has_every_optimizer():
    assert set(TABLE) == {name for name in d2l.optimizers.__all__ if hasattr(getattr(d2l, name), 'uses')}


# Identities.
def test_adam_without_memory_and_lion_without_memory_are_sign_descent():
    signs = START - LR * numpy.cumsum(numpy.sign(GRADIENTS), axis=0)
    assert abs(path('adam', beta1=0.0, beta2=0.0, eps=0.0) - signs).max() <= 1e-14
    assert abs(path('lion', beta1=0.0, beta2=0.0) - signs).max() <= 1e-14


def test_adamw_without_decay_is_adam_and_with_it_is_not_adam_with_a_penalty():
    assert (path('adamw') == path('adam')).all()
    p, hyperparams = OnNumPy.parameter(START), dict(STEP)
    states = d2l.init_adam_states([p])
    for g in GRADIENTS:
        OnNumPy.give(p, g + 0.5 * p)
        d2l.adam([p], states, hyperparams, **TINY)
    assert not close(path('adamw', uses={'weight_decay': 0.5})[-1:], numpy.array(p)[None], 1e-2)


def test_lion_with_equal_betas_is_signum():
    v, p, right = 0.0, START, []
    for g in GRADIENTS:
        v = 0.8 * v + 0.2 * g
        p = p - LR * numpy.sign(v)
        right.append(p)
    assert abs(path('lion', beta1=0.8, beta2=0.8) - right).max() <= 1e-14
    assert not close(path('lion', beta1=0.9, beta2=0.8), numpy.array(right))


def test_shampoo_without_accumulation_is_exact_orthogonalization():
    moves = -numpy.diff(path('shampoo', beta2=0.0), axis=0, prepend=START[None]) / LR
    for g, move in zip(GRADIENTS, moves):
        U, _, V = numpy.linalg.svd(g, full_matrices=False)
        assert abs(move - U @ V).max() <= 1e-6


def test_newton_schulz_tends_to_exact_orthogonalization_with_the_classical_coefficients():
    for g in GRADIENTS:
        U, _, V = numpy.linalg.svd(g, full_matrices=False)
        assert abs(d2l.newton_schulz(g, 40, (1.5, -0.5, 0)) - U @ V).max() <= 1e-12
        assert abs(d2l.newton_schulz(g) - U @ V).max() > 0.05       # Muon's coefficients do not converge


def test_muons_coefficients_send_a_wide_range_of_singular_values_near_1():
    values = numpy.logspace(-3, -1, 40)                             # in a matrix whose norm is 1
    G = numpy.diag([*values, (1 - (values ** 2).sum()) ** 0.5])
    ends = numpy.diag(d2l.newton_schulz(G, eps=0))
    assert 0.47 <= ends.min() < 0.5
    assert 1.1 < ends.max() <= 1.21
    assert numpy.diag(d2l.newton_schulz(G, 5, (1.5, -0.5, 0), eps=0))[0] < 0.01         # the classical ones are slow


def test_orthogonalized_a_diagonal_matrix_is_the_sign_of_its_entries():
    D = numpy.diag([3.0, -0.5, 1e-2, -20.0])
    assert abs(d2l.newton_schulz(D, 60, (1.5, -0.5, 0)) - numpy.sign(D)).max() <= 1e-12
    p = OnNumPy.parameter(numpy.zeros((4, 4)))
    states = d2l.init_shampoo_states([p])
    OnNumPy.give(p, D)
    d2l.shampoo([p], states, dict(STEP), beta2=0.0, eps=1e-30)
    assert abs(p + LR * numpy.sign(D)).max() <= 1e-12


@pytest.mark.parametrize('scaled', [True, False])
def test_schedule_free_at_a_constant_rate_averages_all_z(scaled):
    p, zs = OnNumPy.parameter(START), []
    states, hyperparams = d2l.init_schedule_free_states([p]), dict(STEP)
    for g in GRADIENTS:
        OnNumPy.give(p, g)
        d2l.schedule_free([p], states, hyperparams, scaled=scaled)
        [(x, z, *_)] = states
        zs.append(z.copy())
        assert abs(x - numpy.mean(zs, axis=0)).max() <= 1e-14
        assert abs(p - (0.1 * z + 0.9 * x)).max() <= 1e-14
    assert d2l.schedule_free_average(states)[0] is states[0][0]
    if not scaled:
        assert abs(z - (START - LR * GRADIENTS.sum(axis=0))).max() <= 1e-14


def test_schedule_free_weighs_by_the_square_of_the_rate_and_not_at_all_where_it_is_0():
    p, rates, zs = OnNumPy.parameter(START), [0.0, 0.1, 0.3, 0.2, 0.2], []
    states, hyperparams = d2l.init_schedule_free_states([p]), dict(STEP)
    for g, rate in zip(GRADIENTS, rates):
        OnNumPy.give(p, g)
        hyperparams['lr'] = rate
        d2l.schedule_free([p], states, hyperparams)
        zs.append(states[0][1].copy())
    right = numpy.average(zs, axis=0, weights=numpy.square(rates))
    assert abs(states[0][0] - right).max() <= 1e-14


def test_soap_in_the_axes_of_a_diagonal_problem_is_adam_one_step_late():
    diagonal = numpy.array([numpy.diag(g[:, 0] + [4, 3, 2, 1]) for g in numpy.abs(GRADIENTS)])
    late = path('adam', numpy.zeros((4, 4)), diagonal[1:], beta1=0.95, beta2=0.95, eps=1e-8)
    soap = path('soap', numpy.zeros((4, 4)), diagonal, eps=1e-8)
    assert abs(soap[1:] - late).max() <= 1e-12


def test_adafactor_is_exact_where_the_squares_have_rank_one_and_for_a_vector():
    g = numpy.outer([1.0, 2, 3, 4], [1.0, -1, 2, 0.5, 3])
    exact = (START - path('adafactor', gradients=g[None])[0]) / LR / (START ** 2).mean() ** 0.5
    assert abs(exact - numpy.sign(g)).max() <= 1e-12
    row, vector = path('adafactor', START[:1], GRADIENTS[:, :1]), path('adafactor', START[0], GRADIENTS[:, 0])
    assert abs(row[:, 0] - vector).max() <= 1e-15


def test_prodigy_shares_one_distance_among_all_parameters():
    params = [OnNumPy.parameter(START), OnNumPy.parameter(START[0])]
    states, hyperparams = d2l.init_prodigy_states(params), {'lr': 1.0, 't': 1}
    for _ in range(200):
        for p in params:
            OnNumPy.give(p, numpy.array(p) - 3)
        d2l.prodigy(params, states, hyperparams)
    distances = [state[-1].item() for state in states]
    assert distances[0] == distances[1]
    assert 1e-3 < distances[0] <= abs(START - 3).max()          # a lower bound of the farthest coordinate's way


@pytest.mark.parametrize('name', ['muon', 'shampoo', 'soap', 'adafactor'])
def test_the_factor_is_that_of_the_shape_in_out(name):
    """A gradient and its transpose: only Muon's factor tells the sides apart, and it is √max(1, out / in)."""
    wide, tall = path(name), path(name, START.T, GRADIENTS.transpose(0, 2, 1))
    ratio = (COLUMNS / ROWS) ** 0.5 if name == 'muon' else 1.0
    assert abs((wide - START) - ratio * (tall - START.T).transpose(0, 2, 1)).max() <= 1e-9
