"""Wrong kinds for every argument of every public function: the right result, or an error that says what to do.

An error is of Python's plain types; its message names the argument, shows the value or its kind, and ends with a remedy.
What is accepted is listed here with the result that is right, so that nothing passes in silence.
"""
import inspect
import itertools
import os
import re

import numpy
import pytest

os.environ.setdefault('MPLBACKEND', 'agg')

import d2lmini as d2l
from d2lmini import engine, schedules

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


def data():
    return d2l.get_data_ch10(n=20)[0]


def optimizer(states, hyperparams, **constants):
    """Return right arguments of an optimizer, each as a function that makes it."""
    made = {'params': lambda: [parameter()], 'states': states, 'hyperparams': lambda: dict(hyperparams)}
    return made | {name: lambda value=value: value for name, value in constants.items()}


def state():
    return [numpy.zeros(2)]


def pair():
    return [(numpy.zeros(2), numpy.zeros(2))]


def zeros(*shape):
    return lambda: engine.np.zeros(shape)


def network():
    return d2l.init_network((3, 2), [d2l.rng(0)])


FRACTIONS = {'beta1': 0.9, 'beta2': 0.999}
TRAIN = {'trainer_fn': lambda: d2l.sgd, 'states': lambda: None, 'hyperparams': lambda: {'lr': 0.1}, 'data_iter': data,
         'feature_dim': lambda: 5, 'num_epochs': lambda: 1}
GLUON = {'trainer_name': lambda: 'sgd', 'trainer_hyperparams': lambda: {'learning_rate': 0.1}, 'data_iter': data,
         'num_epochs': lambda: 1}
DATA = {'batch_size': lambda: 10, 'n': lambda: 20, 'seed': lambda: 0}
AXES = {'xlabel': lambda: 'x', 'ylabel': lambda: 'y', 'legend': lambda: ['a'], 'xlim': lambda: [0, 2],
        'ylim': lambda: [0, 5], 'xscale': lambda: 'linear', 'yscale': lambda: 'log', 'fmts': lambda: ['-'],
        'figsize': lambda: (3, 2)}
STEP = {'t': lambda: 3, 'base_lr': lambda: 0.1}
RIGHT = {       # public name: {argument: how a right one is made}
    'Animator': AXES,
    'Minibatches': {'X': lambda: numpy.ones((4, 2)), 'y': lambda: numpy.ones(4), 'batch_size': lambda: 2,
                    'seed': lambda: 0},
    'Timer': {},
    'adadelta': optimizer(pair, {'rho': 0.9}, eps=1e-5),
    'adagrad': optimizer(state, {'lr': 0.1}, eps=1e-6),
    'adam': optimizer(pair, {'lr': 0.1, 't': 1}, **FRACTIONS, eps=1e-6),
    'annotate': {'text': lambda: 'here', 'xy': lambda: (0, 1), 'xytext': lambda: (1, 1)},
    'cross_entropy': {'log_p': lambda: numpy.zeros((4, 2)), 'targets': lambda: numpy.eye(2)[[0, 1, 0, 1]]},
    'evaluate_loss': {'net': lambda: lambda X: X[:, :1], 'data_iter': data, 'loss': lambda: d2l.squared_loss},
    'evaluate_network': {'params': network, 'X': lambda: numpy.ones((4, 3)), 'targets': lambda: numpy.eye(2)[[0, 1, 0, 1]]},
    'forward': {'params': network, 'X': lambda: numpy.ones((4, 3))},
    'get_data_ch10': DATA,
    'get_data_ch11': DATA,
    'grad': {'f': lambda: lambda x: x ** 2},
    'init_network': {'sizes': lambda: (3, 2), 'generators': lambda: [d2l.rng(0)], 'scale': lambda: 1.0},
    'install_as_d2l': {},
    'linreg': {'X': zeros(4, 3), 'w': zeros(3, 1), 'b': zeros(1)},
    'load_array': {'data_arrays': lambda: (numpy.ones((4, 2)), numpy.ones(4)), 'batch_size': lambda: 2,
                   'is_train': lambda: True},
    'load_digits': {'path': lambda: None},
    'nesterov': optimizer(state, {'lr': 0.1, 'momentum': 0.9}),
    'network_grad': {'params': network, 'X': lambda: numpy.ones((4, 3)), 'targets': lambda: numpy.eye(2)[[0, 1, 0, 1]]},
    'parameter': {'x': lambda: [1.0]},
    'plot': {'X': lambda: [1, 2], 'Y': lambda: [3, 4]} | AXES | {'axes': lambda: d2l.plt.subplots()[1]},
    'rmsprop': optimizer(state, {'lr': 0.1, 'gamma': 0.9}, eps=1e-6),
    'rng': {'seed': lambda: 0},
    'set_figsize': {'figsize': lambda: (3, 2)},
    'sgd': optimizer(lambda: None, {'lr': 0.1}),
    'sgd_momentum': optimizer(state, {'lr': 0.1, 'momentum': 0.9}),
    'show_trace_2d': {'f': lambda: lambda x1, x2: x1 ** 2 + x2 ** 2, 'results': lambda: [(0, 0), (1, 1)],
                      'xlim': lambda: (-1.0, 1.0), 'ylim': lambda: (-1.0, 1.0)},
    'split_digits': {'n': lambda: 10, 'seed': lambda: 0},
    'squared_loss': {'y_hat': zeros(4, 1), 'y': zeros(4)},
    'stacked_minibatches': {'X': lambda: numpy.ones((4, 2)), 'targets': lambda: numpy.ones((4, 1)), 'batch_size': lambda: 2,
                            'generators': lambda: [d2l.rng(0)], 'num_steps': lambda: 2},
    'train_2d': {'trainer': lambda: lambda x1, x2, s1, s2, *more: (x1 / 2, x2 / 2, s1, s2), 'steps': lambda: 2,
                 'f_grad': lambda: None, 'start': lambda: (1.0, 1.0)},
    'train_ch10': TRAIN,
    'train_ch11': TRAIN,
    'train_concise_ch11': GLUON,
    'train_gluon_ch10': GLUON,
    'train_gluon_ch11': GLUON,
    'train_seeds': {'trainer_fn': lambda: d2l.sgd, 'init_states': lambda: None, 'hyperparams': lambda: {'lr': 0.1},
                    'seeds': lambda: [0, 1], 'batch_size': lambda: 500, 'num_epochs': lambda: 1, 'schedule': lambda: None,
                    'diverged': lambda: 'raise'},
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
} | {f'init_{name}_states': {'feature_dim': lambda: 3} for name in ('momentum', 'adagrad', 'rmsprop', 'adadelta', 'adam')}
MODULES = {'np', 'npx', 'plt', 'schedules'}         # of the last, the functions are tried; the others are not ours


def function(name):
    return getattr(schedules, name.partition('.')[2]) if '.' in name else getattr(d2l, name)


def call(name, **changes):
    return function(name)(**{argument: make() for argument, make in RIGHT[name].items()} | changes)
