"""d2lmini and other libraries on the same gradients: equal, once every difference of convention is written down.

The libraries ran in environments of their own (proof/parity/generate.py); here their stored paths are compared with
d2lmini's functions. What a library does otherwise is expressed through d2lmini's own arguments: another ε at each step,
another start of the states, another learning rate. What is not named here must agree as it is.
"""
import importlib.util
import json
from importlib import resources
from pathlib import Path

import numpy
import pytest

import d2lmini as d2l
from helpers import slow_file_on_mxnet
from textbook import OnNumPy

pytestmark = slow_file_on_mxnet

FOLDER = Path(__file__).parents[2] / 'proof'
STORED = json.loads(resources.files('d2lmini.data').joinpath('parity.json').read_text(encoding='utf-8'))
GOLDEN = json.loads((FOLDER / 'golden/trajectories.json').read_text(encoding='utf-8'))
START, GRADIENTS = numpy.array(STORED['start']), numpy.array(STORED['gradients'])
SETTINGS, DROP, STEPS = STORED['settings'], STORED['drop'], numpy.arange(1, 51)[:, None]
LR, EPS, BETA2 = (SETTINGS['adam'][name] for name in ('lr', 'eps', 'beta2'))
PAIRS = {'adam', 'yogi', 'adadelta'}
OURS = {'centered': 'rmsprop', 'amsgrad': 'adam'}       # which of our functions these two methods are expressed through


def ours(method, lr=None, eps=None, start=0.0, change=None, **settings):
    """Return the path of d2lmini's function; lr, eps may have a row for each step, change(t, state) may interfere."""
    p, path = OnNumPy.parameter(START), []
    state = [numpy.full(5, start, dtype=float) for _ in range(2 if method in PAIRS else 1)]
    hyperparams = {k: v for k, v in settings.items() if k in ('momentum', 'gamma', 'rho')} | {'t': 1}
    constants = {k: v for k, v in settings.items() if k not in hyperparams}
    update = getattr(d2l, method).__wrapped__       # behind the door: a bent eps stands for a centered average
    for t, g in enumerate(GRADIENTS, 1):
        if lr is not None:
            hyperparams['lr'] = lr[t - 1] if isinstance(lr, numpy.ndarray) else lr
        if eps is not None:
            constants['eps'] = eps[t - 1] if isinstance(eps, numpy.ndarray) else eps
        if change:
            change(t, state[0])
        OnNumPy.give(p, g)
        states = None if method == 'sgd' else [tuple(state) if method in PAIRS else state[0]]
        update([p], states, hyperparams, **constants)
        path.append(numpy.array(p))
    return numpy.array(path)


def single(x):
    """Return a constant as MXNet's compiled updates hold it: rounded to float32."""
    return float(numpy.float32(x))


def settings_of(library, method):
    """Return the settings as the library computes with them. MXNet's AdaGrad and AdaDelta are Python, not compiled."""
    compiled = library == 'mxnet' and method not in ('adagrad', 'adadelta')
    return {k: single(v) if compiled else v for k, v in SETTINGS[method].items()}


def plain(library, method, **changes):
    return ours(OURS.get(method, method), **settings_of(library, method) | changes)


# What the averages are at each step, of the gradients alone.
def leaky(x, keep):
    rows = [numpy.zeros(5)]
    for row in x:
        rows.append(keep * rows[-1] + (1 - keep) * row)
    return numpy.array(rows[1:])


def ball(path, keep):
    """Return the path whose moves are the leaky sums of another path's moves."""
    moves, total = [], 0.0
    for move in numpy.diff(path, axis=0, prepend=START[None]):
        total = keep * total + move
        moves.append(total)
    return START + numpy.cumsum(moves, axis=0)


# Conventions, each as a function (library, method) -> path.
def same(library, method):
    return plain(library, method)


def outside_sum(library, method):
    """√s + ε is √(s + ε′) with ε′ = 2ε√s + ε²."""
    eps, s = SETTINGS[method]['eps'], numpy.cumsum(GRADIENTS ** 2, axis=0)
    return plain(library, method, eps=2 * eps * numpy.sqrt(s) + eps ** 2)


def outside_average(library, method):
    eps, s = SETTINGS[method]['eps'], leaky(GRADIENTS ** 2, SETTINGS[method]['gamma'])
    return plain(library, method, eps=2 * eps * numpy.sqrt(s) + eps ** 2)


def warm_sum(library, method):
    return plain(library, method, start=0.1)


def centered_outside(library, method):
    c = settings_of(library, method)
    s, mean = leaky(GRADIENTS ** 2, c['gamma']), leaky(GRADIENTS, c['gamma'])
    return plain(library, method, eps=(numpy.sqrt(s - mean ** 2) + c['eps']) ** 2 - s)


def centered_inside(library, method):
    c = settings_of(library, method)
    return plain(library, method, eps=c['eps'] - leaky(GRADIENTS, c['gamma']) ** 2)


def centered_with_momentum(library, method):
    return ball(centered_inside(library, method), single(0.9))


def scaled(factor):
    return lambda library, method: START + factor * (plain(library, method) - START)


def folded(library, method):
    """η√(1 − β2ᵗ)/(1 − β1ᵗ) · v / (√s + ε) is Adam with ε / √(1 − β2ᵗ)."""
    return plain(library, method, eps=EPS / numpy.sqrt(1 - BETA2 ** STEPS))


def folded_in_float32(library, method):
    """The same; MXNet also rounds the folded rate to float32."""
    c, exact = settings_of(library, method), SETTINGS[method]
    rate = (LR * numpy.sqrt(1 - BETA2 ** STEPS) / (1 - exact['beta1'] ** STEPS)).astype('float32').astype(float)
    root = numpy.sqrt(1 - c['beta2'] ** STEPS)
    return plain(library, method, lr=rate * (1 - c['beta1'] ** STEPS) / root, eps=c['eps'] / root)


def largest(library, method, of_corrected=False, eps_folded=False):
    """Adam whose root is that of the largest s so far: √ŝ + ε′ = √(the largest) + ε."""
    s, correction = leaky(GRADIENTS ** 2, BETA2), 1 - BETA2 ** STEPS
    top = numpy.maximum.accumulate(s / correction if of_corrected else s) / (1 if of_corrected else correction)
    eps = EPS / numpy.sqrt(correction) if eps_folded else EPS
    return plain(library, method, eps=numpy.sqrt(top) - numpy.sqrt(s / correction) + eps)


def drop(library, method, carries):
    """The rate falls on the way; a velocity that carries the rate keeps the old one."""
    c = settings_of(library, method)
    held = single if library == 'mxnet' else float
    before, after = held(SETTINGS[method]['lr']), held(SETTINGS[method]['lr'] * DROP['factor'])

    def change(t, v):
        if carries and t == DROP['after'] + 1:
            v *= before / after

    rates = numpy.array([before if t <= DROP['after'] else after for t in range(1, 51)])
    return ours(method, **c | {'lr': rates}, change=change)


def damped(library, method, damping=0.9):
    """v ← βv + (1 − τ)g is (1 − τ) times our velocity; PyTorch takes the first gradient whole."""
    beta, lr = SETTINGS[method]['momentum'], SETTINGS[method]['lr']

    def change(t, v):
        if t == 1:
            v += GRADIENTS[0] * damping / (1 - damping) / beta

    return ours(method, lr=(1 - damping) * lr, momentum=beta, change=change)


SEPARATE, CARRIED = 'the velocity is a sum of gradients', 'the velocity carries the learning rate'
# How a library differs from d2lmini under (library, method, run); what is not here does not.
DIFFERENT = {
    ('pytorch', 'adagrad', 'same'): ('ε outside the root', outside_sum),
    ('pytorch', 'rmsprop', 'same'): ('ε outside the root', outside_average),
    ('pytorch', 'centered', 'same'): ('centered; ε outside the root', centered_outside),
    ('pytorch', 'amsgrad', 'same'): ('largest s before the correction', largest),
    ('pytorch', 'sgd_momentum', 'damped'): ('damped, but not the first gradient', damped),
    ('optax', 'adagrad', 'same'): ('s starts at 0.1', warm_sum),
    ('optax', 'rmsprop', 'outside'): ('ε outside the root', outside_average),
    ('optax', 'centered', 'same'): ('centered; ε inside the root', centered_inside),
    ('optax', 'adadelta', 'same'): ('no learning rate: no minus either, it climbs', scaled(-1)),
    ('optax', 'amsgrad', 'same'): ('largest s after the correction', lambda *a: largest(*a, of_corrected=True)),
    ('optax', 'yogi', 'same'): ('v and s start at 1e-6', lambda *a: plain(*a, start=1e-6)),
    ('keras', 'adagrad', 'same'): ('s starts at 0.1', warm_sum),
    ('keras', 'centered', 'same'): ('centered; ε inside the root', centered_inside),
    ('keras', 'adadelta', 'same'): ('times a learning rate of 0.001', scaled(0.001)),
    ('keras', 'adam', 'same'): ('the correction is folded into the rate', folded),
    ('keras', 'amsgrad', 'same'): ('largest s before the correction, folded', lambda *a: largest(*a, eps_folded=True)),
    ('mxnet', 'centered', 'same'): ('centered; ε inside; momentum 0.9 on the steps', centered_with_momentum),
    ('mxnet', 'centered', 'still'): ('centered; ε inside the root', centered_inside),
    ('mxnet', 'centered', 'float32'): ('centered; ε inside; momentum 0.9 on the steps', centered_with_momentum),
    ('mxnet', 'adam', 'same'): ('the correction is folded into the rate', folded_in_float32),
    ('mxnet', 'adam', 'float32'): ('the correction is folded into the rate', folded_in_float32),
} | {
    (library, method, 'drop'): ((CARRIED if carries else SEPARATE),
                                lambda *a, carries=carries: drop(*a, carries=carries))
    for method in ('sgd_momentum', 'nesterov')
    for library, carries in (('pytorch', False), ('optax', False), ('keras', True), ('mxnet', True))
}
RUNS = [(library, method, run) for library, found in STORED['frameworks'].items()
        for method, stored in found['methods'].items() for run in stored['runs']]
EQUAL = [key for key in RUNS if key not in DIFFERENT and key[2] != 'float32']


def path_of(library, method, run):
    return numpy.array(STORED['frameworks'][library]['methods'][method]['runs'][run]['path'])


def agree(path, other, run='same'):
    """Whether two paths agree: to 1e-10 of |x|, or what float32 carries."""
    tolerance = 1e-4 * (1 + abs(other)) if run == 'float32' else 1e-10 * abs(other)
    return bool((abs(path - other) <= tolerance).all())


@pytest.mark.parametrize('key', RUNS, ids='-'.join)
def test_with_conventions_mapped_the_paths_are_equal(key):
    how, convention = DIFFERENT.get(key, ('nothing', same))
    assert agree(convention(*key[:2]), path_of(*key), key[2]), f'{key}: differs from d2lmini by more than: {how}'


@pytest.mark.parametrize('key', sorted(set(DIFFERENT) - {k for k in RUNS if k[2] == 'drop'}), ids='-'.join)
def test_every_named_difference_is_needed(key):
    assert not agree(plain(*key[:2]), path_of(*key), key[2]), f'{key} agrees as it is: {DIFFERENT[key][0]}?'


@pytest.mark.parametrize('library', ['pytorch', 'optax', 'keras', 'mxnet'])
@pytest.mark.parametrize('method', ['sgd_momentum', 'nesterov'])
def test_a_falling_rate_tells_the_two_velocities_apart(library, method):
    answers = [agree(drop(library, method, carries), path_of(library, method, 'drop')) for carries in (False, True)]
    assert answers == [library in ('pytorch', 'optax'), library in ('keras', 'mxnet')]


@pytest.mark.parametrize('key', [key for key in EQUAL if key[0] != 'mxnet'], ids='-'.join)
def test_where_nothing_differs_the_library_follows_the_golden_path(key):
    golden = next(case['path'] for case in GOLDEN['cases'] if case['method'] == key[1])     # the first: our settings
    assert agree(path_of(*key), numpy.array(golden, dtype=float))


WRONG = {       # what a careless port would have written, and the library's path that must not agree
    'adam, folded': (('pytorch', 'adam', 'same'), folded),
    'adam, not folded': (('keras', 'adam', 'same'), same),
    'adam, eps a tenth': (('optax', 'adam', 'same'), lambda *a: plain(*a, eps=1e-7)),
    'adam, beta2': (('optax', 'adam', 'same'), lambda *a: plain(*a, beta2=0.9991)),
    'amsgrad, the other order': (('pytorch', 'amsgrad', 'same'), lambda *a: largest(*a, of_corrected=True)),
    'amsgrad, this order': (('optax', 'amsgrad', 'same'), largest),
    'rmsprop, outside': (('keras', 'rmsprop', 'same'), outside_average),
    'adagrad, warm': (('pytorch', 'adagrad', 'mapped'), warm_sum),
    'yogi, warm': (('optax', 'yogi', 'mapped'), lambda *a: plain(*a, start=1e-6)),
    'yogi, barely warm': (('optax', 'yogi', 'same'), lambda *a: plain(*a, start=1.001e-6)),
    'nesterov, heavy ball': (('mxnet', 'nesterov', 'same'), lambda library, method: plain(library, 'sgd_momentum')),
    'damped from the start': (('pytorch', 'sgd_momentum', 'damped'), lambda *a: plain(*a, lr=0.001)),
}


@pytest.mark.parametrize('name', WRONG)
def test_a_wrong_convention_would_be_noticed(name):
    key, convention = WRONG[name]
    assert not agree(convention(*key[:2]), path_of(*key))


@pytest.mark.parametrize('key', RUNS, ids='-'.join)
def test_a_number_changed_in_the_file_would_be_noticed(key):
    path = path_of(*key)
    changed = path.copy()
    changed[30, 3] *= 1 + (1e-3 if key[2] == 'float32' else 1e-9)
    assert not agree(DIFFERENT.get(key, ('', same))[1](*key[:2]), changed, key[2])


def test_mxnet_ignores_adadeltas_learning_rate():
    assert path_of('mxnet', 'adadelta', 'rate').tolist() == path_of('mxnet', 'adadelta', 'same').tolist()


def test_mxnets_constants_are_float32_but_in_adagrad_and_adadelta():
    assert not agree(ours('sgd', **SETTINGS['sgd']), path_of('mxnet', 'sgd', 'same'))
    assert not agree(ours('rmsprop', **SETTINGS['rmsprop']), path_of('mxnet', 'rmsprop', 'same'))
    assert agree(ours('adagrad', **SETTINGS['adagrad']), path_of('mxnet', 'adagrad', 'same'))


def test_the_stored_file_was_made_from_the_golden_gradients_with_the_generators_settings():
    spec = importlib.util.spec_from_file_location('parity_generate', FOLDER / 'parity/generate.py')
    generate = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generate)       # it imports its libraries only to run them
    assert STORED['fed'] == generate.digest()
    assert (STORED['start'], STORED['gradients']) == ([float(p) for p in GOLDEN['start']],
                                                      [[float(g) for g in row] for row in GOLDEN['gradients']])
    assert SETTINGS == generate.SETTINGS
    for library, calls in generate.CALLS.items():
        methods = STORED['frameworks'][library]['methods']
        assert list(methods) == list(calls)
        for method, (name, template, others) in calls.items():
            runs = methods[method]['runs']
            assert methods[method]['name'] == name
            assert set(runs) == {'same', *others} | ({'float32'} if library == 'mxnet' else set())
            for run, changes in others.items():
                options = generate.options_of(template | changes, SETTINGS[method])
                assert runs[run]['options'] == json.loads(json.dumps(options))


def test_every_library_names_its_versions_and_defaults():
    assert list(STORED['frameworks']) == ['pytorch', 'optax', 'keras', 'mxnet']
    for library, found in STORED['frameworks'].items():
        assert found['version'] in found['versions'].values(), library
        assert found['date'].startswith('20')
        for method, stored in found['methods'].items():
            assert stored['defaults'], (library, method)
            assert {'lr', 'learning_rate'} & set(stored['defaults'])
            assert all(numpy.shape(run['path']) == (50, 5) for run in stored['runs'].values())
