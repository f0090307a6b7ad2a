"""Wrong kinds for every argument of every public function: the right result, or an error that says what to do.

An error is of Python's plain types; its message names the argument, shows the value or its kind, and has a remedy.
What is accepted is listed here with the result that is right, so that nothing passes in silence.
"""
import functools
import inspect
import numbers
import os
import re

import numpy
import pytest

os.environ.setdefault('MPLBACKEND', 'agg')

import d2lmini as d2l
from d2lmini import engine, schedules
from helpers import no_longer_d2l, slow_file_on_mxnet

pytestmark = slow_file_on_mxnet
WRONG = {       # what is passed: made anew for each call
    'None': lambda: None,
    'a text': lambda: 'wrong',
    'bytes': lambda: b'12',
    'true': lambda: True,
    'whole': lambda: 3,
    'minus': lambda: -2,
    'a fraction': lambda: 2.5,
    'NaN': lambda: numpy.nan,
    'infinity': lambda: -numpy.inf,
    'complex': lambda: 1j,
    'an empty list': lambda: [],
    'a list of texts': lambda: ['a', 'b'],
    'ragged lists': lambda: [[1.0], [1.0, 2.0]],
    'a dictionary': lambda: {'a': 1},
    'a set': lambda: {1, 2},
    'an object': object,
    'a function': lambda: lambda *args: NotImplemented,
    'a generator': lambda: (x for x in 'ab'),
    'a masked array': lambda: numpy.ma.masked_array([1.0, 2.0], [True, False]),
    'an array of true and false': lambda: numpy.array([True, False]),
    'an array of texts': lambda: numpy.array(['a', 'b']),
    'an array of objects': lambda: numpy.array([None, 1]),
    'a complex array': lambda: numpy.ones((2, 2), complex),
    'an array of no axis': lambda: numpy.array(2.5),
    'an array of four axes': lambda: numpy.ones((2, 1, 1, 2)),
}


def parameter():
    p = d2l.parameter([1.0, 2.0])
    p.grad = numpy.array([0.1, 0.2])
    return p


@functools.cache
def data():
    return d2l.get_data_ch10(n=20)[0]


def optimizer(states, hyperparams, **constants):
    """Return right arguments of an optimizer, each as a function that makes it."""
    made = {'params': lambda: [parameter()], 'states': states, 'hyperparams': lambda: dict(hyperparams)}
    return made | {name: lambda value=value: value for name, value in constants.items()}


def matrix():
    p = d2l.parameter([[1.0, 2.0, 3.0], [2.0, 1.0, -1.0]])
    p.grad = numpy.array([[0.1, 0.2, -0.3], [0.2, -0.1, 0.1]])
    return p


def modern(name, hyperparams, **constants):
    """Return right arguments of an optimizer that takes a weight decay."""
    return optimizer(lambda: getattr(d2l, f'init_{name}_states')([parameter()]), hyperparams, **constants)


def state():
    return [numpy.zeros(2)]


def pair():
    return [(numpy.zeros(2), numpy.zeros(2))]


def zeros(*shape):
    return lambda: engine.np.zeros(shape)


def network():
    return d2l.init_network((3, 2), [d2l.rng(0)])


def one_hot():
    return numpy.eye(2)[[0, 1, 0, 1]]


NETWORK = {'params': network, 'X': lambda: numpy.ones((4, 3))}
STATEFUL = ('momentum', 'adagrad', 'rmsprop', 'adadelta', 'adam', 'adamw', 'amsgrad', 'nadam', 'lion', 'adafactor',
            'shampoo', 'soap', 'muon', 'schedule_free', 'prodigy')
FRACTIONS = {'beta1': 0.9, 'beta2': 0.999}
TRAIN = {'trainer_fn': lambda: d2l.sgd, 'states': lambda: None, 'hyperparams': lambda: {'lr': 0.1}, 'data_iter': data,
         'feature_dim': lambda: 5, 'num_epochs': lambda: 1}
GLUON = {'trainer_name': lambda: 'sgd', 'trainer_hyperparams': lambda: {'learning_rate': 0.1}, 'data_iter': data,
         'num_epochs': lambda: 1}
RATE_AND_STEP = {'lr': 0.1, 't': 1, 'weight_decay': 0.1}
SERIES = {'steps': lambda: 5, 'coefficients': lambda: (1.5, -0.5, 0), 'eps': lambda: 1e-7}
DATA = {'batch_size': lambda: 10, 'n': lambda: 20, 'seed': lambda: 0}
AXES = {'xlabel': lambda: 'x', 'ylabel': lambda: 'y', 'legend': lambda: ['a'], 'xlim': lambda: [0, 2],
        'ylim': lambda: [0, 5], 'xscale': lambda: 'linear', 'yscale': lambda: 'linear', 'fmts': lambda: ['-'],
        'figsize': lambda: (3, 2)}
STEP = {'t': lambda: 3, 'base_lr': lambda: 0.1}
RIGHT = {       # public name: {argument: how a right one is made}
    'Animator': AXES,
    'Minibatches': {'X': lambda: numpy.ones((4, 2)), 'y': lambda: numpy.ones(4), 'batch_size': lambda: 2,
                    'seed': lambda: 0},
    'Timer': {},
    'adadelta': optimizer(pair, {'rho': 0.9}, eps=1e-5),
    'adafactor': modern('adafactor', RATE_AND_STEP, eps1=1e-30, eps2=1e-3, clip=1.0, power=0.8, relative=True),
    'adagrad': optimizer(state, {'lr': 0.1}, eps=1e-6),
    'adam': optimizer(pair, {'lr': 0.1, 't': 1}, **FRACTIONS, eps=1e-6),
    'adamw': modern('adamw', RATE_AND_STEP, **FRACTIONS, eps=1e-8),
    'amsgrad': modern('amsgrad', {'lr': 0.1, 't': 1}, **FRACTIONS, eps=1e-8, corrected=False),
    'annotate': {'text': lambda: 'here', 'xy': lambda: (0, 1), 'xytext': lambda: (1, 1)},
    'cross_entropy': {'log_p': lambda: numpy.zeros((4, 2)), 'targets': one_hot},
    'evaluate_loss': {'net': lambda: lambda X: X[:, :1], 'data_iter': data, 'loss': lambda: d2l.squared_loss},
    'evaluate_network': NETWORK | {'targets': one_hot},
    'forward': NETWORK,
    'get_data_ch10': DATA,
    'get_data_ch11': DATA,
    'grad': {'f': lambda: lambda x: x ** 2},
    'init_network': {'sizes': lambda: (3, 2), 'generators': lambda: [d2l.rng(0)], 'scale': lambda: 1.0},
    'install_as_d2l': {},
    'label_curves': {'at': list, 'axes': lambda: None},
    'linreg': {'X': zeros(4, 3), 'w': zeros(3, 1), 'b': zeros(1)},
    'lion': modern('lion', {'lr': 0.1, 'weight_decay': 0.1}, **FRACTIONS),
    'load_array': {'data_arrays': lambda: (numpy.ones((4, 2)), numpy.ones(4)), 'batch_size': lambda: 2,
                   'is_train': lambda: True},
    'load_digits': {'path': lambda: None},
    'muon': {'params': lambda: [matrix()], 'states': lambda: d2l.init_muon_states([matrix()]),
             'hyperparams': lambda: {'lr': 0.1, 'momentum': 0.9, 'weight_decay': 0.1}} | SERIES,
    'nadam': modern('nadam', RATE_AND_STEP, **FRACTIONS, eps=1e-8, psi=0.004),
    'nesterov': optimizer(state, {'lr': 0.1, 'momentum': 0.9}),
    'network_grad': NETWORK | {'targets': one_hot},
    'newton_schulz': {'G': matrix} | SERIES,
    'parameter': {'x': lambda: [1.0]},
    'plot': {'X': lambda: [1, 2], 'Y': lambda: [3, 4]} | AXES | {'axes': lambda: None},
    'prodigy': modern('prodigy', {'lr': 1.0, 't': 1}, **FRACTIONS, eps=1e-8, d0=1e-6),
    'rmsprop': optimizer(state, {'lr': 0.1, 'gamma': 0.9}, eps=1e-6),
    'rng': {'seed': lambda: 0},
    'schedule_free': modern('schedule_free', RATE_AND_STEP, **FRACTIONS, eps=1e-8, scaled=True),
    'schedule_free_average': {'states': lambda: d2l.init_schedule_free_states([parameter()])},
    'set_figsize': {'figsize': lambda: (3, 2)},
    'sgd': optimizer(lambda: None, {'lr': 0.1}),
    'sgd_momentum': optimizer(state, {'lr': 0.1, 'momentum': 0.9}),
    'shampoo': modern('shampoo', RATE_AND_STEP, **FRACTIONS, eps=1e-12, exponent=0.25, every=1),
    'show_trace_2d': {'f': lambda: lambda x1, x2: x1 ** 2 + x2 ** 2, 'results': lambda: [(0, 0), (1, 1)],
                      'xlim': lambda: (-1.0, 1.0), 'ylim': lambda: (-1.0, 1.0)},
    'soap': modern('soap', RATE_AND_STEP, **FRACTIONS, eps=1e-8, every=10),
    'split_digits': {'n': lambda: 10, 'seed': lambda: 0},
    'squared_loss': {'y_hat': zeros(4, 1), 'y': zeros(4)},
    'stacked_minibatches': {'X': lambda: numpy.ones((4, 2)), 'targets': lambda: numpy.ones((4, 1)),
                            'batch_size': lambda: 2, 'generators': lambda: [d2l.rng(0)], 'num_steps': lambda: 2},
    'train_2d': {'trainer': lambda: lambda x1, x2, s1, s2, *more: (x1 / 2, x2 / 2, s1, s2), 'steps': lambda: 2,
                 'f_grad': lambda: None, 'start': lambda: (1.0, 1.0)},
    'train_ch10': TRAIN,
    'train_ch11': TRAIN,
    'train_concise_ch11': GLUON,
    'train_gluon_ch10': GLUON,
    'train_gluon_ch11': GLUON,
    'train_seeds': {'trainer_fn': lambda: d2l.sgd, 'init_states': lambda: None, 'hyperparams': lambda: {'lr': 0.1},
                    'seeds': lambda: [0, 1], 'batch_size': lambda: 500, 'num_epochs': lambda: 1,
                    'schedule': lambda: None, 'diverged': lambda: 'raise'},
    'use_svg_display': {},
    'yogi': optimizer(pair, {'lr': 0.1, 't': 1}, **FRACTIONS, eps=1e-3),
    'schedules.factor': STEP | {'factor': lambda: 0.9, 'stop_lr': lambda: 0.0},
    'schedules.multi_step': STEP | {'milestones': lambda: [2, 4], 'factor': lambda: 0.5},
    'schedules.square_root': STEP,
    'schedules.polynomial': STEP | {'total': lambda: 9, 'power': lambda: 1.0, 'final_lr': lambda: 0.0},
    'schedules.cosine': STEP | {'total': lambda: 9, 'final_lr': lambda: 0.0},
    'schedules.warmup': STEP | {'steps': lambda: 2, 'then': lambda: None},
    'schedules.one_cycle': {'t': lambda: 3, 'max_lr': lambda: 0.1, 'total': lambda: 9, 'rise': lambda: 0.3,
                            'start': lambda: 0.04, 'end': lambda: 1e-4},
    'schedules.warm_restarts': STEP | {'period': lambda: 3, 'growth': lambda: 1, 'final_lr': lambda: 0.0},
} | {f'init_{name}_states': {'feature_dim': lambda: 3} for name in STATEFUL}
# What never meets the engine: tried once, with the slow tests, as figures take their time.
PLAIN = {name for name in RIGHT if name.startswith('schedules.')} | {
    'Animator', 'annotate', 'label_curves', 'plot', 'set_figsize', 'rng', 'load_digits', 'split_digits',
    'stacked_minibatches', 'init_network', 'forward', 'cross_entropy', 'network_grad', 'evaluate_network'}
MODULES = {'np', 'npx', 'plt', 'schedules'}         # of the last, the functions are tried; the others are not ours


ALIKE = {'train_ch11': 'train_ch10', 'get_data_ch11': 'get_data_ch10', 'train_concise_ch11': 'train_gluon_ch10',
         'train_gluon_ch11': 'train_gluon_ch10'}
OPTIMIZERS = {name for name in RIGHT if 'hyperparams' in RIGHT[name] and 'params' in RIGHT[name]}

# What is right all the same, by argument (or by function and argument): another value that must give the same result.
LEFT_OUT = object()
COUNT = {'whole': lambda: numpy.int64(3)}
NUMBER = {'whole': lambda: 3.0, 'a fraction': lambda: numpy.float64(2.5)}
OR_NONE = {'None': lambda: LEFT_OUT}
LABEL = OR_NONE | {'a text': lambda: str(numpy.str_('wrong'))}
LIMITS = OR_NONE | {'an array of true and false': lambda: (1, 0), 'an array of objects': lambda: (None, 1)}
PAIR = {'an array of true and false': lambda: (1.0, 0.0)}
CURVE = {'a masked array': lambda: [numpy.nan, 2.0], 'an array of true and false': lambda: [1, 0]}
IGNORED = {kind: lambda: None for kind in ('an empty list', 'a list of texts', 'ragged lists')}
ACCEPTED = {
    **dict.fromkeys(('batch_size', 'n', 'seed', 'num_epochs', 'num_steps', 'steps', 't', 'total', 'period', 'growth',
                     'feature_dim', 'every'), COUNT),
    **dict.fromkeys(('base_lr', 'max_lr', 'factor', 'stop_lr', 'power', 'final_lr', 'start', 'end', 'scale'), NUMBER),
    **dict.fromkeys(('eps', 'eps1', 'eps2', 'clip', 'psi', 'd0', 'adafactor.power'),
                    NUMBER | {'an array of no axis': lambda: 2.5}),
    **{key: {'true': lambda: numpy.bool_(True)} for key in ('corrected', 'relative', 'scaled')},
    'newton_schulz.G': {'an array of four axes': lambda: numpy.ones((2, 1, 1, 2))},
    'schedule_free_average.states': {'an empty list': tuple},
    'x': NUMBER | {'minus': lambda: -2.0, 'an array of no axis': lambda: 2.5, 'an empty list': lambda: numpy.zeros(0),
                   'an array of four axes': lambda: numpy.ones((2, 1, 1, 2)).tolist()},
    'xlabel': LABEL, 'ylabel': LABEL, 'text': {'a text': LABEL['a text']}, 'xlim': LIMITS, 'ylim': LIMITS,
    'legend': OR_NONE | {
        'an empty list': lambda: LEFT_OUT, 'a list of texts': lambda: ('a', 'b'), 'a dictionary': lambda: ['a'],
        'a generator': lambda: ['a', 'b'], 'an array of texts': lambda: ['a', 'b']},
    'fmts': OR_NONE | {'an empty list': lambda: LEFT_OUT}, 'figsize': OR_NONE, 'axes': OR_NONE, 'then': OR_NONE,
    'path': OR_NONE, 'schedule': OR_NONE, 'is_train': {'true': lambda: LEFT_OUT},
    'milestones': {'an empty list': tuple}, 'trainer_fn': {'a function': lambda: lambda *args: None},
    'f_grad': OR_NONE | {'a function': lambda: abs},
    'plot.X': CURVE, 'plot.Y': CURVE | OR_NONE,
    'label_curves.at': {'an empty list': tuple},
    'train_2d.start': PAIR, 'annotate.xy': PAIR, 'annotate.xytext': PAIR,
    'linreg.b': {'an array of no axis': lambda: engine.array([2.5])},
    'squared_loss.y': {'an array of four axes': lambda: engine.np.ones(4)},
    'squared_loss.y_hat': {'an array of four axes': lambda: engine.np.ones((2, 1, 1, 2))},
    'sgd.states': IGNORED | {'None': lambda: None}, 'sgd.params': {'an empty list': tuple},
    'train_ch10.states': IGNORED | {'None': lambda: None}, 'init_states': {'None': lambda: None},
    **{f'init_{name}_states.feature_dim': COUNT | {'an empty list': tuple} for name in STATEFUL},
}
SHOWS = {'data_arrays': 'X', 'log_p': 'targets', 'path': 'data file'}       # a message may name a part, or what differs
REMEDY = re.compile(r'\b(pass|choose|add|set|call|return|leave|fill|make|convert|install)\b')


def function(name):
    return getattr(schedules, name.partition('.')[2]) if '.' in name else getattr(d2l, name)


def call(name, **changes):
    """Call a function with right arguments, except for some; what it returns to be called or iterated is, too."""
    arguments = {argument: make() for argument, make in RIGHT[name].items()} | changes
    arguments = {argument: value for argument, value in arguments.items() if value is not LEFT_OUT}
    result = function(name)(**arguments)
    if name in OPTIMIZERS:
        return arguments['params']
    if name == 'grad':
        return result(3.0)
    if name == 'Animator':
        return result.add(1, 2)
    if name.startswith('train_') and 'data_iter' in arguments:
        return result[1]                            # the losses; seconds are never the same
    return list(result) if name == 'stacked_minibatches' else result


def seen(result):
    """Return a result, and the figure, as plain values to be compared."""
    if isinstance(result, numbers.Real):
        return float(result)
    if isinstance(result, (list, tuple)):
        return [seen(part) for part in result]
    if hasattr(result, 'shape'):
        return result.shape, repr(engine.to_numpy(result).tolist())         # where NaN equals NaN
    if isinstance(result, d2l.Minibatches):
        return result.batch_size, result.seed, seen((result.X, result.y))
    if isinstance(result, numpy.random.Generator):
        return result.random()
    return (result, figure()) if result is None else result


def figure():
    """Return what the current axes show, as plain values."""
    if not d2l.plt.get_fignums():
        return None
    axes = d2l.plt.gca()
    lines = [(seen(line.get_xydata()), line.get_linestyle(), line.get_marker()) for line in axes.get_lines()]
    legend = axes.get_legend()
    return (lines, axes.get_xlabel(), axes.get_ylabel(), axes.get_xlim(), axes.get_ylim(),
            [t.get_text() for t in axes.texts], legend and [t.get_text() for t in legend.get_texts()],
            tuple(axes.figure.get_size_inches()))


def shown(value):
    """Return parts of a message that show a value, or its kind, or one of its own."""
    parts, found = [value], ["'a'", 'NotImplemented']       # what the generator yields, and the function returns
    if hasattr(value, '__len__') and getattr(value, 'shape', (1,)) != ():
        parts += [*value]
        found += [f' {len(value)} ', f' {len(value)},', *(['empty'] if len(value) == 0 else [])]
    if isinstance(value, numpy.ndarray):
        found += [str(value.shape), str(value.dtype), 'masked array', 'of numpy']
    return found + [text for part in parts for text in (type(part).__name__, repr(part)[:8], str(part)[:8])]


@pytest.fixture(autouse=True)
def _nothing_left():
    d2l.plt.close('all')
    with no_longer_d2l():
        yield
    d2l.plt.close('all')


def outcome(name, argument, make):
    """Return the result of a call, or the error."""
    d2l.plt.close('all')
    try:
        return seen(call(name, **{argument: make()})), None
    except Exception as error:      # of any kind: the test says which are right
        return None, error


def fault(name, argument, kind):
    """Return what is wrong with the answer to a wrong kind, or None."""
    result, error = outcome(name, argument, WRONG[kind])
    if error is None:
        accepted = ACCEPTED.get(f'{name}.{argument}', ACCEPTED.get(argument, {}))
        if kind not in accepted:
            return f'{kind} is accepted: {str(result)[:80]}'
        right, why = outcome(name, argument, accepted[kind])
        same = why is None and result == right
        return None if same else f'{kind}: {str(result)[:80]}, not {str(right)[:80]} ({why!r})'
    message, named = str(error), (argument, SHOWS.get(argument, argument))
    complaints = {
        'its type': type(error) in (TypeError, ValueError, KeyError, FileNotFoundError),
        'no name': any(re.search(rf'\b{part}\b', message) for part in named),
        'no value': any(part in message for part in shown(WRONG[kind]())),
        'no remedy': REMEDY.search(message),
        'its length': len(message) < 600,
        'a figure left behind': not d2l.plt.get_fignums(),
    }
    wrong = [what for what, fine in complaints.items() if not fine]
    return f'{kind}: {type(error).__name__}: {message[:200]} ({", ".join(wrong)})' if wrong else None


@pytest.mark.filterwarnings('ignore::RuntimeWarning')       # of NumPy, at what an idle or a huge step computes
@pytest.mark.parametrize(('name', 'argument'), [
    pytest.param(name, argument, marks=pytest.mark.slow if name in PLAIN else ())
    for name in RIGHT if name not in ALIKE for argument in RIGHT[name]])
def test_a_wrong_kind_is_answered_rightly_or_refused_by_name_value_and_remedy(name, argument):
    faults = [fault(name, argument, kind) for kind in WRONG]
    assert [what for what in faults if what] == []


@pytest.mark.parametrize('name', RIGHT)
def test_the_right_call_is_accepted(name):
    call(name)


def test_the_table_has_every_argument_of_every_public_function():
    public = {name for name in d2l.__all__ if name not in MODULES}
    public |= {f'schedules.{name}' for name, f in vars(schedules).items()
               if inspect.isfunction(f) and not name.startswith('_')}
    assert public == set(RIGHT)
    for name, arguments in RIGHT.items():
        assert list(inspect.signature(function(name)).parameters) == list(arguments), name


def test_names_of_other_editions_are_the_same_functions():
    assert all(getattr(d2l, name) is getattr(d2l, same) for name, same in ALIKE.items())


def test_a_raw_error_a_silent_result_and_a_wrong_one_would_be_noticed(monkeypatch):
    monkeypatch.setattr(d2l, 'rng', lambda seed: numpy.random.default_rng(seed))        # without the check
    assert 'is accepted' in fault('rng', 'seed', 'None')
    assert 'no name' in fault('rng', 'seed', 'a text')
    monkeypatch.setattr(d2l, 'parameter', lambda x: numpy.ones(2))
    assert fault('parameter', 'x', 'whole') is None
    assert 'is accepted' in fault('parameter', 'x', 'a text')
    monkeypatch.setattr(d2l, 'parameter', lambda x: numpy.array(type(x) is int))
    assert ', not ' in fault('parameter', 'x', 'whole')
