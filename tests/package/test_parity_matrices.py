"""After Adam: d2lmini and other libraries on golden matrices, equal once every difference is written down.

The libraries ran in an environment of their own (proof/parity/matrices.py). As in test_parity.py, what a library does
otherwise is expressed through d2lmini's own arguments, and what is not named here must agree as it is.
"""
import importlib
import json
from pathlib import Path

import numpy
import pytest

import d2lmini as d2l
from helpers import slow_file_on_mxnet
from textbook import OnNumPy

pytestmark = slow_file_on_mxnet
FOLDER = Path(__file__).parents[2] / 'proof'
STORED = json.loads((FOLDER / 'parity/matrices.json').read_text(encoding='utf-8'))
GOLDEN = json.loads((FOLDER / 'golden/matrices.json').read_text(encoding='utf-8'))
SETTINGS, KEPT, T = STORED['settings'], numpy.array(STORED['steps']) - 1, numpy.arange(1, 13)
START = {shape: numpy.array(rows, dtype=float) for shape, rows in GOLDEN['start'].items() if shape != 'drift'}
GRADIENTS = {shape: numpy.array(rows, dtype=float) for shape, rows in GOLDEN['gradients'].items()}
HYPERPARAMS = ('lr', 'momentum', 'weight_decay')


def ours(method, shape, change=None, flat=False, **settings):
    """Return the stored steps of d2lmini's path; a setting may be a row for each step; change(t, state) interferes."""
    update = getattr(d2l, method).__wrapped__
    form = (-1,) if flat else START[shape].shape
    p, path, hyperparams = OnNumPy.parameter(START[shape].reshape(form)), [], {'t': 1}
    states = getattr(d2l, f'init_{method}_states')([p])
    for t, G in enumerate(GRADIENTS[shape], 1):
        now = {k: v[t - 1] if isinstance(v, numpy.ndarray) else v for k, v in settings.items()}
        hyperparams |= {k: v for k, v in now.items() if k in HYPERPARAMS}
        if change:
            change(t, states[0])
        OnNumPy.give(p, G.reshape(form))
        update([p], states, hyperparams, **{k: v for k, v in now.items() if k not in HYPERPARAMS})
        path.append(numpy.array(p).reshape(START[shape].shape))
    return numpy.array(path)[KEPT]


def plain(method, shape, **changes):
    return ours(method, shape, **SETTINGS[method] | changes)


def decayed(method, shape):
    return plain(method, shape, weight_decay=0.1)


def folded(method, shape):
    """The correction of s is folded into the rate: ε / √(1 − β2ᵗ)."""
    return plain(method, shape, eps=SETTINGS[method]['eps'] / numpy.sqrt(1 - SETTINGS[method]['beta2'] ** T))


def momentum_grows_at_once(method, shape):
    return plain(method, shape, psi=1.0)


def momentum_is_constant(method, shape):
    return plain(method, shape, psi=1e6)


def not_factored(method, shape):
    """As one row, a matrix keeps the average of each square."""
    return plain(method, shape, flat=True)


def with_factor(factor, shape, **changes):
    """A factor in place of Muon's √max(1, out / in); the decay keeps its own rate."""
    rows, columns = START[shape].shape
    ratio, c = factor / max(1, columns / rows) ** 0.5, SETTINGS['muon']
    return plain('muon', shape, lr=c['lr'] * ratio, weight_decay=c['weight_decay'] / ratio, **changes)


def at_adams_scale(method, shape, **changes):
    return with_factor(0.2 * max(START[shape].shape) ** 0.5, shape, **changes)


def without_factor(method, shape):
    return with_factor(1, shape)


def correction():
    """Average and gradient are corrected for t + 1 and t steps, so that Nesterov's share of v changes with t."""
    c = SETTINGS['muon']
    mu = c['momentum'] * (1 - c['momentum'] ** T) / (1 - c['momentum'] ** (T + 1))

    def change(t, v):
        v *= c['momentum'] / mu[t - 1]

    return {'change': change, 'momentum': mu}


def corrected_momentum(method, shape):
    return plain('muon', shape, **correction())


def corrected_at_adams_scale(method, shape):
    return at_adams_scale(method, shape, **correction())


def warmed(method, shape):
    return plain(method, shape, lr=SETTINGS[method]['lr'] * numpy.minimum(1, T / STORED['warmup']))


def corrected_rate(method, shape):
    """The correction of v and s multiplies Prodigy's rate, in its estimate as well."""
    c = SETTINGS[method]
    return plain(method, shape, lr=numpy.sqrt(1 - c['beta2'] ** T) / (1 - c['beta1'] ** T))


def folded_decay_after(method, shape):
    """SOAP by its authors: the correction is folded into the rate, and the decay shrinks what the step has made."""
    c = SETTINGS[method]
    left = 1 - c['lr'] * c['weight_decay']
    return plain(method, shape, lr=c['lr'] * left, weight_decay=c['weight_decay'] / left,
                 eps=c['eps'] / numpy.sqrt(1 - c['beta2'] ** numpy.maximum(1, T - 1)))


def free(rate, weight, decay_of_y=0.0):
    """Return the path and the end of Schedule-Free AdamW, written out: rates of z, weights of the average.

    decay_of_y: a decay that shrinks y before the step, and does not reach z (Keras).
    """
    c, G = SETTINGS['schedule_free'], GRADIENTS['tall']
    y, z, s, path = START['tall'], START['tall'], 0.0, []
    for t, g in enumerate(G, 1):
        y = y * (1 - c['lr'] * decay_of_y)
        x = (y - (1 - c['beta1']) * z) / c['beta1']
        s = c['beta2'] * s + (1 - c['beta2']) * g * g
        z = z - rate[t - 1] * g / (numpy.sqrt(s / (1 - c['beta2'] ** t)) + c['eps'])
        share = weight[t - 1] / max(sum(weight[:t]), 1e-300)
        x = (1 - share) * x + share * z
        y = (1 - c['beta1']) * z + c['beta1'] * x
        path.append(y)
    return numpy.array(path)[KEPT], x


RISE = SETTINGS['schedule_free']['lr'] * numpy.minimum(1, T / STORED['warmup'])
LATE = SETTINGS['schedule_free']['lr'] * numpy.minimum(1, (T - 1) / STORED['warmup'])
EVEN = numpy.ones(len(T))
# (library, method, run): how it differs from d2lmini; what is not here does not.
DIFFERENT = {
    ('keras', 'adamw', 'same'): ('the correction is folded into the rate', folded),
    ('keras', 'nadam', 'same'): ('ψ is 1', momentum_grows_at_once),
    ('optax', 'nadam', 'same'): ('the momentum is constant', momentum_is_constant),
    ('pytorch', 'adafactor', 'decay'): ('with a decay', decayed),
    ('optax', 'adafactor', 'same'): ('not factored below 128 rows or columns', not_factored),
    ('pytorch', 'muon', 'rms'): ('the factor is 0.2 √max(in, out)', at_adams_scale),
    ('keras', 'muon', 'same'): ('the factor is 0.2 √max(in, out)', at_adams_scale),
    ('keras', 'muon', 'plain'): ('no factor', without_factor),
    ('optax', 'muon', 'same'): ('the averages are corrected for their start', corrected_momentum),
    ('optax', 'muon', 'rms'): ('corrected; the factor is 0.2 √max(in, out)', corrected_at_adams_scale),
    ('authors', 'schedule_free', 'decay'): ('with a decay', decayed),
    ('optax', 'schedule_free', 'decay'): ('with a decay', decayed),
    ('keras', 'schedule_free', 'decay'): ('the decay shrinks y, not z', lambda *a: free(EVEN * 0.01, EVEN, 0.1)[0]),
    ('authors', 'schedule_free', 'warmup'): ('the rate rises', warmed),
    ('optax', 'schedule_free', 'warmup'): ('the rate of z is a step late', lambda *a: free(LATE, RISE ** 2)[0]),
    ('keras', 'schedule_free', 'warmup'): ('the average does not weigh by rates', lambda *a: free(RISE, EVEN)[0]),
    ('optax', 'prodigy', 'same'): ('the correction multiplies the rate', corrected_rate),
    ('authors', 'soap', 'same'): ('folded; the decay comes last', folded_decay_after),
}
COARSE = {      # what is computed in a lower precision than float64: the tolerance
    ('pytorch', 'muon', 'same'): 3e-2, ('pytorch', 'muon', 'rms'): 3e-2,        # products in bfloat16
    ('authors', 'soap', 'same'): 1e-6,                                          # orthogonal factors in float32
    ('keras', 'muon', 'same'): 3e-8, ('keras', 'muon', 'plain'): 3e-8,          # constants in float32, and ε of its own
    ('pytorch', 'nadam', 'same'): 3e-9, ('optax', 'adafactor', 'same'): 3e-9, ('optax', 'adafactor', 'factored'): 3e-9,
    ('keras', 'adafactor', 'same'): 3e-9, ('optax', 'schedule_free', 'warmup'): 3e-9,
}
RUNS = [(library, method, run, shape) for library, found in STORED['frameworks'].items()
        for method, stored in found['methods'].items() for run, by_shape in stored['runs'].items()
        for shape in START if shape in by_shape]


def stored(library, method, run, shape):
    return STORED['frameworks'][library]['methods'][method]['runs'][run][shape]


def off(key, path):
    """Return the largest deviation from the library's path, relative to the largest parameter."""
    other = numpy.array(stored(*key)['path'])
    return abs(path - other).max() / abs(other).max()


@pytest.mark.parametrize('key', RUNS, ids='-'.join)
def test_with_conventions_mapped_the_paths_are_equal(key):
    how, convention = DIFFERENT.get(key[:3], ('nothing', plain))
    assert off(key, convention(key[1], key[3])) <= COARSE.get(key[:3], 1e-10), f'{key} differs by more than: {how}'


TALL = ('keras', 'muon', 'plain', 'tall')       # where √max(1, out / in) is 1


@pytest.mark.parametrize('key', [key for key in RUNS if key[:3] in DIFFERENT and key != TALL], ids='-'.join)
def test_every_named_difference_is_needed(key):
    assert off(key, plain(key[1], key[3])) > max(1e-8, 2 * COARSE.get(key[:3], 0))


@pytest.mark.parametrize('key', COARSE, ids='-'.join)
def test_a_lower_precision_shows(key):
    assert off((*key, 'tall'), DIFFERENT.get(key, ('', plain))[1](key[1], 'tall')) > 1e-10


@pytest.mark.parametrize('run', ['same', 'decay', 'warmup'])
def test_schedule_free_is_evaluated_at_the_average_but_in_keras(run):
    settings = {'same': {}, 'decay': {'weight_decay': 0.1}, 'warmup': {'lr': RISE}}[run]
    p = OnNumPy.parameter(START['tall'])
    states, hyperparams = d2l.init_schedule_free_states([p]), {'t': 1}
    for t, G in enumerate(GRADIENTS['tall']):
        now = SETTINGS['schedule_free'] | {k: v[t] if isinstance(v, numpy.ndarray) else v for k, v in settings.items()}
        hyperparams |= {k: v for k, v in now.items() if k in HYPERPARAMS}
        OnNumPy.give(p, G)
        d2l.schedule_free([p], states, hyperparams, **{k: v for k, v in now.items() if k not in HYPERPARAMS})
    [x] = d2l.schedule_free_average(states)
    assert abs(x - stored('authors', 'schedule_free', run, 'tall')['end']).max() <= 1e-12
    if run != 'warmup':
        assert abs(x - stored('optax', 'schedule_free', run, 'tall')['end']).max() <= 1e-12
    keras = stored('keras', 'schedule_free', run, 'tall')
    assert keras['end'] == keras['path'][-1]
    assert abs(x - keras['end']).max() > 1e-3


WRONG = {       # what a careless port would have written, and the library's path that must not agree
    'muon, shape factor transposed': (('pytorch', 'muon', 'double', 'wide'), lambda: plain(
        'muon', 'wide', lr=0.1 / (5 / 3) ** 0.5, weight_decay=0.1 * (5 / 3) ** 0.5)),
    'muon, no look-ahead': (('pytorch', 'muon', 'double', 'tall'), lambda: plain('muon', 'tall', momentum=0.0)),
    'muon, four steps': (('pytorch', 'muon', 'double', 'tall'), lambda: plain('muon', 'tall', steps=4)),
    'shampoo, square roots': (('authors', 'shampoo', 'same', 'tall'), lambda: plain('shampoo', 'tall', exponent=0.5)),
    'shampoo, averages': (('authors', 'shampoo', 'same', 'wide'), lambda: plain('shampoo', 'wide', beta2=0.99)),
    'soap, never refreshed': (('authors', 'soap', 'same', 'tall'), lambda: plain('soap', 'tall', every=100)),
    'adafactor, a faster memory': (('keras', 'adafactor', 'same', 'wide'), lambda: plain(
        'adafactor', 'wide', power=0.7)),
    'lion, averages exchanged': (('optax', 'lion', 'same', 'tall'), lambda: plain(
        'lion', 'tall', beta1=0.99, beta2=0.9)),
    'nadam, no schedule': (('pytorch', 'nadam', 'same', 'tall'), lambda: momentum_is_constant('nadam', 'tall')),
    'adamw, the decay of optax': (('pytorch', 'adamw', 'same', 'tall'), lambda: plain(
        'adamw', 'tall', weight_decay=1e-4)),
    'prodigy, corrected': (('authors', 'prodigy', 'same', 'tall'), lambda: corrected_rate('prodigy', 'tall')),
    'schedule-free, averaged from step 2': (('authors', 'schedule_free', 'same', 'tall'), lambda: free(
        EVEN * 0.01, numpy.arange(12.0))[0]),
}


@pytest.mark.parametrize('name', WRONG)
def test_a_wrong_convention_would_be_noticed(name):
    key, path = WRONG[name]
    assert off(key, path()) > 1e-5


def test_the_stored_file_was_made_from_the_golden_matrices_with_the_generators_settings():
    matrices = importlib.import_module('proof.parity.matrices')     # it imports its libraries only to run them
    assert STORED['fed'] == matrices.digest()
    assert (SETTINGS, STORED['steps'], STORED['warmup']) == (matrices.SETTINGS, list(matrices.KEPT), matrices.WARMUP)
    assert list(STORED['frameworks']) == list(matrices.CALLS)
    for library, calls in matrices.CALLS.items():
        methods = STORED['frameworks'][library]['methods']
        assert list(methods) == list(calls)
        for method, (where, template, others) in calls.items():
            assert methods[method]['name'] == where
            assert methods[method]['defaults']
            for run, changes in {'same': {}, **others}.items():
                options = matrices.options_of(template | changes, SETTINGS[method])
                assert methods[method]['runs'][run]['options'] == json.loads(json.dumps(options))


def test_the_defaults_that_a_page_shows_are_those_that_the_libraries_declared():
    shown = json.loads((FOLDER.parent / 'd2lmini/data/defaults.json').read_text(encoding='utf-8'))
    assert shown == {library: {'version': found['version'],
                               'methods': {name: method['defaults'] for name, method in found['methods'].items()}}
                     for library, found in STORED['frameworks'].items()}
