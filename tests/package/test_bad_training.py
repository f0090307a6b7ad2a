"""Wrong arguments of train_ch10: each is refused before a step is taken, and nothing is half done."""
import copy
import functools
import os
import re

import numpy
import pytest

from helpers import refused

os.environ.setdefault('MPLBACKEND', 'agg')

import d2lmini as d2l
from d2lmini import engine, plotting

NAN, INF = float('nan'), float('inf')
ADAM = {'lr': 0.01, 't': 1}


@pytest.fixture(autouse=True)
def drawn(monkeypatch):
    """Collect the figures: a refused call draws none."""
    figures = []
    monkeypatch.setattr(plotting.Animator, 'show', lambda self: figures.append(self))
    return figures


@functools.cache
def data():
    return d2l.get_data_ch10(n=20)[0]


def trained(change):
    """Return arguments of train_ch10 with a change."""
    return {'trainer_fn': d2l.adam, 'states': d2l.init_adam_states(5), 'hyperparams': dict(ADAM), 'data_iter': data(),
            'feature_dim': 5, 'num_epochs': 1} | change()


def W(change=lambda s: s):
    return tuple(change(s) for s in d2l.init_adam_states(5)[0])


def B():
    return d2l.init_adam_states(5)[1]


def frozen(x):
    x.flags.writeable = False
    return x


OTHER = 'float64' if engine.name == 'mxnet' else 'float32'
MOMENTUM = {'trainer_fn': d2l.sgd_momentum, 'states': None, 'hyperparams': {'lr': 0.1, 'momentum': 0.5}}

# What is changed in a call of train_ch10 -> the error, and fragments of its message.
TRAIN = {
    'trainer a number': (lambda: {'trainer_fn': 3}, TypeError, ['trainer_fn=3', 'not callable', 'd2lmini.adam']),
    'trainer a str': (lambda: {'trainer_fn': 'adam'}, TypeError, ["trainer_fn='adam'", 'train_gluon_ch10']),
    'trainer None': (lambda: {'trainer_fn': None}, TypeError, ['trainer_fn=None', 'not callable']),
    'one state': (lambda: {'states': [W()]}, ValueError, ['states holds 1', 'expected 2', 'init_']),
    'three states': (lambda: {'states': [W(), B(), B()]}, ValueError, ['states holds 3', 'expected 2', 'init_']),
    'states a dict': (lambda: {'states': {'w': W()}}, ValueError, ['states holds a dict', 'expected 2', 'init_']),
    'states an array': (lambda: {'states': engine.np.zeros((2, 1))}, ValueError, ['states holds a', 'expected 2']),
    'states None': (lambda: {'states': None}, TypeError, ['states=None', 'adam', 'init_adam_states(feature_dim)']),
    'no velocity': (lambda: MOMENTUM, TypeError, ['states=None', 'sgd_momentum', 'init_momentum_states(feature_dim)']),
    'states of 4 features': (lambda: {'states': d2l.init_adam_states(4)}, ValueError,
                             ['state of w', '(4, 1)', '(5, 1)', 'feature_dim']),
    'state of b': (lambda: {'states': [W(), W()]}, ValueError, ['state of b', '(5, 1)', 'expected (1,)']),
    'second of a pair': (lambda: {'states': [(W()[0], B()[0]), B()]}, ValueError,
                         ['state of w (array 1)', '(1,)', '(5, 1)']),
    'integers': (lambda: {'states': [W(lambda s: s.astype('int32')), B()]}, TypeError, ['state of w', 'int32']),
    'other floats': (lambda: {'states': [W(lambda s: s.astype(OTHER)), B()]}, TypeError,
                     ['state of w', OTHER, 'init_..._states(feature_dim)']),
    'no lr': (lambda: {'hyperparams': {'t': 1}}, KeyError, ["'t': 1", "lacks 'lr'", 'add']),
    'no t': (lambda: {'hyperparams': {'lr': 0.01}}, KeyError, ["'lr': 0.01", "lacks 't'", "'t': 1"]),
    'lr str': (lambda: {'hyperparams': ADAM | {'lr': '0.1'}}, TypeError, ["hyperparams['lr']='0.1'", 'str', 'number']),
    'lr True': (lambda: {'hyperparams': ADAM | {'lr': True}}, TypeError, ["hyperparams['lr']=True", 'bool', 'number']),
    'lr NaN': (lambda: {'hyperparams': ADAM | {'lr': NAN}}, ValueError, ["hyperparams['lr']=nan", 'finite']),
    'lr inf': (lambda: {'hyperparams': ADAM | {'lr': INF}}, ValueError, ["hyperparams['lr']=inf", 'finite']),
    'lr -1': (lambda: {'hyperparams': ADAM | {'lr': -1}}, ValueError, ["hyperparams['lr']=-1", 'finite']),
    't 0': (lambda: {'hyperparams': ADAM | {'t': 0}}, ValueError, ["hyperparams['t']=0", 'at least 1', 'from 1']),
    't 1.5': (lambda: {'hyperparams': ADAM | {'t': 1.5}}, TypeError, ["hyperparams['t']=1.5", 'whole number']),
    'momentum above 1': (lambda: {'hyperparams': ADAM | {'momentum': 1.5}}, ValueError,
                         ["['momentum']=1.5", '0 to below 1']),
    'momentum 1': (lambda: {'hyperparams': ADAM | {'momentum': 1}}, ValueError, ["['momentum']=1 ", '0 to below 1']),
    'gamma -0.1': (lambda: {'hyperparams': ADAM | {'gamma': -0.1}}, ValueError,
                   ["['gamma']=-0.1", 'from 0 to below 1']),
    'rho 2': (lambda: {'hyperparams': ADAM | {'rho': 2}}, ValueError, ["['rho']=2", 'from 0 to below 1']),
    'hyperparams a list': (lambda: {'hyperparams': [0.1]}, TypeError, ['hyperparams=[0.1]', 'list', "{'lr': 0.01}"]),
    'hyperparams a number': (lambda: {'hyperparams': 0.1}, TypeError, ['hyperparams=0.1', 'float', "{'lr': 0.01}"]),
    'num_epochs 0': (lambda: {'num_epochs': 0}, ValueError, ['num_epochs=0', 'at least 1']),
    'num_epochs 1.5': (lambda: {'num_epochs': 1.5}, TypeError, ['num_epochs=1.5', 'whole number']),
    'feature_dim 4': (lambda: {'feature_dim': 4}, ValueError, ['feature_dim=4', '5 features', 'get_data_ch10']),
    'feature_dim str': (lambda: {'feature_dim': '5'}, TypeError, ["feature_dim='5'", 'whole number']),
    'data a list': (lambda: {'data_iter': [1, 2]}, TypeError, ['data_iter is a list', 'get_data_ch10', 'Minibatches']),
    'data a pair': (lambda: {'data_iter': d2l.get_data_ch10()}, TypeError, ['data_iter is a tuple', 'get_data_ch10']),
}
for name, hyperparams in {'sgd': {}, 'sgd_momentum': {'momentum': 0.5}, 'nesterov': {'momentum': 0.5}, 'adagrad': {},
                          'rmsprop': {'gamma': 0.5}, 'yogi': {'t': 1}}.items():
    count = 2 if name == 'yogi' else 1
    TRAIN[f'no lr in {name}'] = (
        lambda name=name, h=hyperparams, n=count: {
            'trainer_fn': getattr(d2l, name), 'hyperparams': h,
            'states': d2l.init_adam_states(5) if n == 2 else d2l.init_momentum_states(5)},
        KeyError, ["lacks 'lr'", 'add'])
if engine.name == 'numpy':
    TRAIN['read-only'] = (lambda: {'states': [W(frozen), B()]}, ValueError, ['state of w', 'read-only', 'x.copy()'])
else:
    TRAIN['NumPy states'] = (lambda: {'states': [(numpy.zeros((5, 1)),) * 2, B()]}, TypeError,
                             ['state of w', 'array of numpy', 'its parameter is of mxnet', 'init_..._states'])


def values(x):
    """Return arguments as plain values, to compare them."""
    if isinstance(x, dict):
        return {k: values(v) for k, v in x.items()}
    if isinstance(x, (list, tuple)):
        return [values(v) for v in x]
    return engine.to_numpy(x).tolist() if hasattr(x, 'shape') else copy.copy(x)


@pytest.mark.parametrize('what', TRAIN)
def test_train_refuses_and_leaves_its_arguments_unchanged(what, drawn, capsys):
    change, error, fragments = TRAIN[what]
    arguments = trained(change)
    before = values({k: arguments[k] for k in ('states', 'hyperparams')})
    refused(lambda: d2l.train_ch10(**arguments), error, fragments)
    assert values({k: arguments[k] for k in ('states', 'hyperparams')}) == before
    assert drawn == []
    assert capsys.readouterr().out == ''


def test_the_unchanged_call_is_accepted(drawn):
    assert len(d2l.train_ch10(**trained(dict))[1]) == 1
    assert len(drawn) == 1


def test_a_state_may_hold_what_is_no_array(drawn):
    def counting(params, states, hyperparams):
        states[0][0] += 1

    states = [[0], [0.0]]
    d2l.train_ch10(**trained(lambda: {'trainer_fn': counting, 'states': states}))
    assert states == [[len(data())], [0.0]]


def test_a_trainers_own_error_is_passed_on():
    def broken(params, states, hyperparams):
        raise TypeError('mine')

    with pytest.raises(TypeError, match=re.compile('^mine$')):
        d2l.train_ch10(**trained(lambda: {'trainer_fn': broken}))


@pytest.mark.parametrize(('value', 'error'), [(-1, ValueError), (float('nan'), ValueError), ('0.1', TypeError)])
def test_a_bad_value_of_a_trainers_option_is_named_on_either_engine(value, error):
    data_iter, _ = d2l.get_data_ch10()
    with pytest.raises(error, match=r"trainer_hyperparams\['learning_rate'\]="):
        d2l.train_gluon_ch10('sgd', {'learning_rate': value}, data_iter)


def test_a_key_that_the_optimizer_itself_misplaced_is_not_blamed_on_hyperparams():
    def broken(params, states, hyperparams):
        raise KeyError
    data_iter, feature_dim = d2l.get_data_ch10()
    with pytest.raises(KeyError) as caught:
        d2l.train_ch10(broken, None, {'lr': 0.1}, data_iter, feature_dim)
    assert 'lacks' not in str(caught.value)
