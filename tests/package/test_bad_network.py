"""Wrong arguments of the small network and its data: each is refused by its name, its value and a remedy."""
import numpy
import pytest

import d2lmini as d2l
from d2lmini import engine
from helpers import refused, slow_file_on_mxnet

pytestmark = slow_file_on_mxnet

NAN = float('nan')
X, TARGETS = numpy.ones((4, 5)), numpy.eye(3)[[0, 1, 2, 0]]


def params(sizes=(5, 4, 3), runs=2):
    return d2l.init_network(sizes, [d2l.rng(seed) for seed in range(runs)])


def replaced(i, value):
    return [*params()[:i], value, *params()[i + 1:]]


def init(sizes=(5, 4, 3), generators=None, scale=1.0):
    return d2l.init_network(sizes, [d2l.rng(0), d2l.rng(1)] if generators is None else generators, scale)


def minibatches(X=X, targets=TARGETS, batch_size=2, generators=None, num_steps=3):
    """Call, and do not iterate: what is wrong shows at the door."""
    generators = [d2l.rng(0)] if generators is None else generators
    return d2l.stacked_minibatches(X, targets, batch_size, generators, num_steps)


class FromTorch:
    """Stands for an array of a library that this course does not use."""

    shape, dtype = (4, 5), 'float32'


FromTorch.__module__ = 'torch'

# A call -> the error, and fragments of its message.
CALLS = {
    'sizes a number': (lambda: init(64), TypeError, ['sizes=64', '(64, 16, 10)']),
    'sizes a str': (lambda: init('64'), TypeError, ["sizes='64'", '(64, 16, 10)']),
    'one size': (lambda: init([64]), TypeError, ['sizes=[64]', 'at least two layers']),
    'size 0': (lambda: init((64, 0, 10)), ValueError, ['sizes[1]=0', 'at least 1']),
    'size 1.5': (lambda: init((64, 1.5)), TypeError, ['sizes[1]=1.5', 'whole number']),
    'a seed for generators': (lambda: init(generators=3), TypeError, ['generators=3', 'd2lmini.rng(0)']),
    'seeds for generators': (lambda: init(generators=[d2l.rng(0), 1]), TypeError, ['generators[1]=1', 'd2lmini.rng']),
    'no generators': (lambda: init(generators=[]), TypeError, ['generators=[]', 'd2lmini.rng(0)']),
    'an iterator of generators': (lambda: init(generators=map(d2l.rng, [0])), TypeError, ['generators=<map', 'list']),
    'scale -1': (lambda: init(scale=-1), ValueError, ['scale=-1', 'at least 0']),
    'scale NaN': (lambda: init(scale=[1.0, NAN]), ValueError, ['scale=[1.0, nan]', 'finite']),
    'scale a str': (lambda: init(scale='1'), TypeError, ["scale='1'", 'str', 'pass numbers']),
    'scale True': (lambda: init(scale=True), TypeError, ['scale=True', 'bool']),
    'three scales': (lambda: init(scale=[1.0, 2.0, 3.0]), ValueError, ['scale=[1.0', '(3,)', '2 generators']),
    'n 0': (lambda: d2l.split_digits(0), ValueError, ['n=0', 'from 1 to 1796']),
    'n all': (lambda: d2l.split_digits(1797), ValueError, ['n=1797', 'from 1 to 1796', 'validate']),
    'n a share': (lambda: d2l.split_digits(0.5), TypeError, ['n=0.5', 'whole number']),
    'seed None': (lambda: d2l.split_digits(5, None), TypeError, ['seed=None', 'whole number']),
    'labels for targets': (lambda: minibatches(targets=TARGETS[:, 0]), ValueError, ['targets', '(4,)', 'classes']),
    'a target too few': (lambda: minibatches(targets=TARGETS[:3]), ValueError, ['X has 4 rows', 'targets has 3']),
    'no rows': (lambda: minibatches(X[:0], TARGETS[:0]), ValueError, ['X has 0 rows', 'at least one']),
    'NaN in targets': (lambda: minibatches(targets=TARGETS * NAN), ValueError, ['targets holds NaN', 'remove']),
    'targets a list': (lambda: minibatches(targets=[[1.0]] * 4), TypeError, ['targets is a list', 'float array']),
    'whole numbers in X': (lambda: minibatches(X.astype(int)), TypeError, ['X holds int', 'X.astype(float)']),
    'batch_size 0': (lambda: minibatches(batch_size=0), ValueError, ['batch_size=0', 'at least 1']),
    'num_steps 0': (lambda: minibatches(num_steps=0), ValueError, ['num_steps=0', 'at least 1']),
    'num_steps 1.5': (lambda: minibatches(num_steps=1.5), TypeError, ['num_steps=1.5', 'whole number']),
    'a seed for the order': (lambda: minibatches(generators=0), TypeError, ['generators=0', 'd2lmini.rng(0)']),
}

# What is wrong -> (params, X, targets), the error, and fragments of its message.
NETWORKS = {
    'params a number': ((3, X, TARGETS), TypeError, ['params holds a int', 'init_network']),
    'one array for params': ((params()[0], X, TARGETS), TypeError, ['params holds a Parameter', 'init_network']),
    'no params': (([], X, TARGETS), TypeError, ['params holds 0 entries', 'init_network']),
    'a bias is missing': ((params()[:3], X, TARGETS), TypeError, ['params holds 3 entries', '[W1, b1, W2, b2, ...]']),
    'a weight as a list': ((replaced(2, [[1.0]]), X, TARGETS), TypeError, ['params[2] is a builtins.list', 'NumPy']),
    'a first weight as a list': ((replaced(0, [[1.0]]), X, TARGETS), TypeError, ['params[0] is a builtins.list']),
    'a bias of one axis': ((replaced(1, numpy.zeros(4)), X, TARGETS), ValueError, ['params[1] has shape (4,)', 'axes']),
    'a bias too wide': ((replaced(1, numpy.zeros((2, 1, 5))), X, TARGETS), ValueError,
                        ['params[1] has shape (2, 1, 5)', '(2, 1, 4)', 'init_network']),
    '(out, in)': ((replaced(2, numpy.zeros((2, 3, 4))), X, TARGETS), ValueError,
                  ['params[2] has shape (2, 3, 4)', '(2, 4, 4)', '(in, out)']),
    'a weight of another stack': ((replaced(2, numpy.zeros((3, 4, 3))), X, TARGETS), ValueError,
                                  ['params[2] has shape (3, 4, 3)', '(2, 4, 3)']),
    'an empty weight': ((replaced(0, numpy.zeros((2, 5, 0))), X, TARGETS), ValueError, ['(2, 5, 0)', 'empty']),
    'X too wide': ((params(), numpy.ones((4, 6)), TARGETS), ValueError, ['(2, 6, 4)', 'X of shape (4, 6)']),
    'X a row': ((params(), X[0], TARGETS), ValueError, ['X has shape (5,)', 'two axes']),
    'X a list': ((params(), [[1.0] * 5], TARGETS), TypeError, ['X is a builtins.list', 'NumPy']),
    'X of torch': ((params(), FromTorch(), TARGETS), TypeError, ['X is a torch.FromTorch', 'NumPy']),
    'X of no rows': ((params(), X[:0], TARGETS[:0]), ValueError, ['X has shape (0, 5)', 'empty']),
    'X of three runs': ((params(), numpy.ones((3, 4, 5)), TARGETS), ValueError, ['(3, 4, 5)', '(2,)', 'runs']),
    'X of runs, one network': (([p[0] for p in params()], X[None], TARGETS), ValueError, ['(1, 4, 5)', '()']),
    'labels': ((params(), X, numpy.arange(4)), ValueError, ['targets has shape (4,)', 'two axes']),
    'labels in a column': ((params(), X, numpy.ones((4, 1))), ValueError, ['(4, 1)', '(4, 3)', 'numpy.eye(10)']),
    'targets of other rows': ((params(), X, TARGETS[:2]), ValueError, ['targets has shape (2, 3)', '(4, 3)']),
    'targets of three runs': ((params(), X, numpy.ones((3, 4, 3))), ValueError, ['(3, 4, 3)', '(2, 4, 3)']),
    'targets None': ((params(), X, None), TypeError, ['targets is a builtins.NoneType', 'NumPy']),
}


@pytest.mark.parametrize('what', CALLS)
def test_a_wrong_call_is_refused(what):
    refused(*CALLS[what])


@pytest.mark.parametrize('function', [d2l.network_grad, d2l.evaluate_network])
@pytest.mark.parametrize('what', NETWORKS)
def test_a_wrong_network_or_its_data_are_refused(what, function):
    arguments, error, fragments = NETWORKS[what]
    refused(lambda: function(*arguments), error, fragments)


@pytest.mark.parametrize('what', [what for what in NETWORKS if what.startswith(('targets', 'labels'))])
def test_wrong_targets_are_refused_by_the_loss(what):
    (params, X, targets), error, fragments = NETWORKS[what]
    refused(lambda: d2l.cross_entropy(d2l.forward(params, X)[1], targets), error, fragments)


@pytest.mark.parametrize('what', [what for what in NETWORKS if not what.startswith(('targets', 'labels'))])
def test_a_wrong_network_or_input_is_refused_by_the_forward_pass(what):
    arguments, error, fragments = NETWORKS[what]
    refused(lambda: d2l.forward(*arguments[:2]), error, fragments)


def test_arrays_of_the_engine_are_taken_if_they_are_numpys():
    x, y = engine.array(X), engine.array(TARGETS)
    if isinstance(x, numpy.ndarray):
        assert d2l.evaluate_network(params(), x, y)[0].shape == (2,)
    else:
        refused(lambda: d2l.forward(params(), x), TypeError, ['X is a mxnet', 'pass an array of NumPy'])
        refused(lambda: d2l.network_grad(params(), X, y), TypeError, ['targets is a mxnet', 'pass an array of NumPy'])


def test_minibatches_take_arrays_of_either_kind():
    for convert in (numpy.asarray, engine.array):
        [(x, y)] = d2l.stacked_minibatches(convert(X), convert(TARGETS), 4, [d2l.rng(0)], 1)
        assert isinstance(x, numpy.ndarray)
        assert (x.shape, y.shape) == ((1, 4, 5), (1, 4, 3))
