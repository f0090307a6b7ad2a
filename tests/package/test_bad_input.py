"""Wrong data, names and options: each is refused by a message with the argument, its value and the remedy."""
import copy
import os

import numpy
import pytest

from helpers import refused

os.environ.setdefault('MPLBACKEND', 'agg')

import d2lmini as d2l
from d2lmini import plotting

NAN, INF = float('nan'), float('inf')
X, Y = numpy.ones((4, 2)), numpy.ones(4)


def changed(x, index, value):
    x = x.copy()
    x[index] = value
    return x


class FromTorch:
    """Stands for an array of a library that this course does not use."""

    shape, dtype = (4, 2), 'float32'


FromTorch.__module__ = 'torch'


def data():
    return d2l.get_data_ch10(n=20)[0]


# A call of the data functions -> the error, and fragments of its message.
DATA = {
    'batch_size 0': (lambda: d2l.get_data_ch10(batch_size=0), ValueError, ['batch_size=0', 'at least 1']),
    'batch_size -1': (lambda: d2l.get_data_ch10(batch_size=-1), ValueError, ['batch_size=-1', 'at least 1']),
    'batch_size 2.5': (lambda: d2l.get_data_ch10(batch_size=2.5), TypeError, ['batch_size=2.5', 'float', 'whole']),
    'batch_size str': (lambda: d2l.get_data_ch10(batch_size='10'), TypeError, ["batch_size='10'", 'str', 'whole']),
    'batch_size True': (lambda: d2l.get_data_ch10(batch_size=True), TypeError, ['batch_size=True', 'bool']),
    'batch_size None': (lambda: d2l.get_data_ch10(batch_size=None), TypeError, ['batch_size=None', 'NoneType']),
    'batch_size NaN': (lambda: d2l.get_data_ch10(batch_size=NAN), TypeError, ['batch_size=nan', 'whole number']),
    'n 0': (lambda: d2l.get_data_ch10(n=0), ValueError, ['n=0', 'from 1 to 1503']),
    'n 1504': (lambda: d2l.get_data_ch10(n=1504), ValueError, ['n=1504', 'from 1 to 1503', 'rows of the data set']),
    'n 2.5': (lambda: d2l.get_data_ch10(n=2.5), TypeError, ['n=2.5', 'float', 'from 1 to 1503']),
    'seed -1': (lambda: d2l.get_data_ch10(seed=-1), ValueError, ['seed=-1', 'at least 0']),
    'seed 0.5': (lambda: d2l.get_data_ch10(seed=0.5), TypeError, ['seed=0.5', 'whole number']),
    'rng -1': (lambda: d2l.rng(-1), ValueError, ['seed=-1', 'at least 0']),
    'rng None': (lambda: d2l.rng(None), TypeError, ['seed=None', 'whole number']),
    'NaN in X': (lambda: d2l.Minibatches(changed(X, (1, 1), NAN), Y, 2), ValueError, ['X holds NaN', 'remove']),
    'inf in X': (lambda: d2l.Minibatches(changed(X, (1, 1), INF), Y, 2), ValueError, ['X holds', 'infinite', 'remove']),
    'NaN in y': (lambda: d2l.Minibatches(X, changed(Y, 2, NAN), 2), ValueError, ['y holds NaN', 'remove or replace']),
    '-inf in y': (lambda: d2l.Minibatches(X, changed(Y, 2, -INF), 2), ValueError, ['y holds', 'infinite', 'remove']),
    '1-D X': (lambda: d2l.Minibatches(Y, Y, 2), ValueError, ['X has shape (4,)', '(rows, features)']),
    '2-D y': (lambda: d2l.Minibatches(X, X, 2), ValueError, ['y has shape (4, 2)', '(rows,)']),
    'lengths': (lambda: d2l.Minibatches(X, Y[:3], 2), ValueError, ['X has 4 rows', 'y has 3', 'one target']),
    'empty': (lambda: d2l.Minibatches(X[:0], Y[:0], 2), ValueError, ['X has 0 rows', 'at least one row']),
    'whole numbers in X': (lambda: d2l.Minibatches(X.astype(int), Y, 2), TypeError, ['X holds int', 'X.astype(float)']),
    'booleans in y': (lambda: d2l.Minibatches(X, Y > 0, 2), TypeError, ['y holds bool', 'y.astype(float)']),
    'list': (lambda: d2l.Minibatches([[1.0], [2.0]], Y, 2), TypeError, ['X is a list', 'float array']),
    'None': (lambda: d2l.Minibatches(X, None, 2), TypeError, ['y is a NoneType', 'float array']),
    'Minibatches batch_size': (lambda: d2l.Minibatches(X, Y, 0), ValueError, ['batch_size=0', 'at least 1']),
    'Minibatches seed': (lambda: d2l.Minibatches(X, Y, 2, 'a'), TypeError, ["seed='a'", 'whole number']),
    'evaluate a list': (lambda: d2l.evaluate_loss(abs, [1]), TypeError, ['data_iter is a list', 'get_data_ch10']),
    'array of another library': (lambda: d2l.Minibatches(FromTorch(), Y, 2), TypeError,
                                 ['X is an array of torch', f'engine is {d2l.engine.name}', 'convert it to NumPy']),
    'attribute': (lambda: d2l.nonexistent, AttributeError, ["'nonexistent'", 'adam', 'train_ch10', 'show_trace_2d']),
}

# A call of train_gluon_ch10 -> the error, and fragments of its message.
GLUON = {
    'name': (lambda: ('adm', {}, data()), ValueError, ["trainer_name='adm'", 'choose one of adadelta', 'adam', 'sgd']),
    'name None': (lambda: (None, {}, data()), TypeError, ['trainer_name=None', "'adam'", 'train_ch10']),
    'name a function': (lambda: (d2l.adam, {}, data()), TypeError, ['trainer_name=<function adam', 'train_ch10']),
    'option': (lambda: ('adam', {'lr': 0.1}, data()), TypeError, ['trainer_hyperparams', "'lr'", '0.1', 'adam']),
    'options a list': (lambda: ('adam', [0.1], data()), TypeError, ['hyperparams=[0.1]', 'list', 'learning_rate']),
    'options None': (lambda: ('adam', None, data()), TypeError, ['trainer_hyperparams=None', 'learning_rate']),
    'data': (lambda: ('adam', {}, [1]), TypeError, ['data_iter is a list', 'get_data_ch10']),
    'num_epochs': (lambda: ('adam', {}, data(), 0), ValueError, ['num_epochs=0', 'at least 1']),
}


@pytest.mark.parametrize('what', DATA)
def test_data_functions_refuse(what):
    refused(*DATA[what])


@pytest.mark.parametrize('what', GLUON)
def test_train_gluon_refuses_and_leaves_its_arguments_unchanged(what, monkeypatch, capsys):
    drawn = []
    monkeypatch.setattr(plotting.Animator, 'show', drawn.append)
    arguments, error, fragments = GLUON[what]
    given = arguments()
    options = copy.deepcopy(given[1])
    refused(lambda: d2l.train_gluon_ch10(*given), error, fragments)
    assert given[1] == options
    assert drawn == []
    assert capsys.readouterr().out == ''
