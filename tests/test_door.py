"""Called directly, as in a loop of one's own, an optimizer refuses what it does not use or would misread."""
import numpy
import pytest

import d2lmini as d2l
from d2lmini import engine
from helpers import refused

STATES = {'sgd': None, 'sgd_momentum': d2l.init_momentum_states, 'nesterov': d2l.init_momentum_states,
          'adagrad': d2l.init_adagrad_states, 'rmsprop': d2l.init_rmsprop_states,
          'adadelta': d2l.init_adadelta_states, 'adam': d2l.init_adam_states, 'yogi': d2l.init_adam_states}
USES = {'sgd': {'lr': 0.1}, 'sgd_momentum': {'lr': 0.1, 'momentum': 0.9}, 'nesterov': {'lr': 0.1, 'momentum': 0.9},
        'adagrad': {'lr': 0.1}, 'rmsprop': {'lr': 0.1, 'gamma': 0.9}, 'adadelta': {'rho': 0.9},
        'adam': {'lr': 0.1, 't': 1}, 'yogi': {'lr': 0.1, 't': 1}}
METHOD = pytest.mark.parametrize('name', STATES)


def parameter(x=(1.0, 2.0), grad=(1.0, -1.0)):
    p = d2l.parameter(x)
    p.grad = None if grad is None else numpy.array(grad)
    return p


def step(name, params=None, states=..., hyperparams=None, **constants):
    params = [parameter()] if params is None else params
    states = STATES[name] and STATES[name](params) if states is ... else states
    getattr(d2l, name)(params, states, USES[name] if hyperparams is None else hyperparams, **constants)


def pair(kind=numpy.zeros, shape=2):
    return kind(shape), kind(shape)


# a call -> the error, and fragments of its message
CALLS = {
    'a pair for a list of one pair': (lambda: step('adam', states=pair()), ValueError,
                                      ['states holds 2 entries for 1 parameters', '(v, s)', 'init_adam_states']),
    'two arrays for two pairs': (lambda: step('adam', [parameter(), parameter()], pair()), TypeError,
                                 ['states[0] is a ndarray', 'a tuple of 2 arrays']),
    'no states': (lambda: step('adam', states=None), TypeError, ['states=None', 'init_adam_states']),
    "Adam's states for momentum": (lambda: step('sgd_momentum', states=[pair()]), TypeError,
                                   ['a tuple of 2', 'one array', 'init_momentum_states']),
    "a velocity for AdaGrad's sum": (lambda: step('adagrad', states=[numpy.array([0.1, -0.2])]), ValueError,
                                     ['the state s of params[0]', 'negative', 'another optimizer']),
    'a NaN in a state': (lambda: step('rmsprop', states=[numpy.array([0.1, numpy.nan])]), ValueError,
                         ['missing values']),
    'states of another shape': (lambda: step('adam', states=[pair(shape=3)]), ValueError,
                                ['the state v of params[0]', '(3,)', 'expected (2,)']),
    'states of whole numbers': (lambda: step('adagrad', states=[numpy.zeros(2, int)]), TypeError, ['int', 'floats']),
    'beta1 among the hyperparameters': (lambda: step('adam', hyperparams={'lr': 0.1, 't': 1, 'beta1': 0.5}), TypeError,
                                        ["'beta1'=0.5", 'does not use', 'adam(..., beta1=0.5)']),
    'a typing error': (lambda: step('adam', hyperparams={'lr': 0.1, 'tt': 1}), TypeError, ["'tt'=1", 'lr and t']),
    'weight decay': (lambda: step('sgd', hyperparams={'lr': 0.1, 'weight_decay': 0.1}), TypeError,
                     ["'weight_decay'=0.1", 'sgd does not use']),
    'an unknown constant': (lambda: step('adam', weight_decay=0.1), TypeError, ['weight_decay']),
    'a missing key': (lambda: step('adam', hyperparams={'lr': 0.1}), KeyError, ["lacks 't'", 'add']),
    'hyperparams a number': (lambda: step('sgd', hyperparams=0.1), TypeError, ['hyperparams=0.1', "{'lr': 0.01}"]),
    'lr a string': (lambda: step('sgd', hyperparams={'lr': '0.1'}), TypeError, ["hyperparams['lr']='0.1'", 'number']),
    'lr NaN': (lambda: step('sgd', hyperparams={'lr': numpy.nan}), ValueError, ["['lr']=nan", 'finite']),
    'a negative lr among many': (lambda: step('sgd', hyperparams={'lr': numpy.array([0.1, -1])}), ValueError,
                                 ["['lr']="]),
    'momentum 1': (lambda: step('sgd_momentum', hyperparams={'lr': 0.1, 'momentum': 1}), ValueError,
                   ["['momentum']=1", 'below 1']),
    'beta2 1': (lambda: step('adam', beta2=1.0), ValueError, ['beta2=1.0', 'below 1']),
    'beta1 above 1': (lambda: step('adam', beta1=1.1), ValueError, ['beta1=1.1', 'below 1']),
    'eps negative': (lambda: step('adam', eps=-1e-8), ValueError, ['eps=-1e-08', 'at least 0']),
    'eps a string': (lambda: step('adagrad', eps='small'), TypeError, ["eps='small'", 'number']),
    'a parameter alone': (lambda: step('sgd', parameter()), TypeError, ['params is a Parameter', '[p]']),
    'a plain array': (lambda: step('sgd', [numpy.ones(2)]), TypeError, ['no gradient', 'd2lmini.parameter']),
    'no gradient yet': (lambda: step('sgd', [parameter(grad=None)]), TypeError,
                        ['params[0] has no gradient', 'backward']),
    'a gradient of another shape': (lambda: step('sgd', [parameter(grad=(1.0,))]), ValueError,
                                    ['params[0].grad', '(1,)', 'expected (2,)']),
    'a parameter of whole numbers': (lambda: step('sgd', [numpy.array([1, 2])]), TypeError, ['int', 'astype(float)']),
    't 0': (lambda: step('adam', hyperparams={'lr': 0.1, 't': 0}), ValueError, ["['t']=0", 'at least 1']),
    'init 5.0': (lambda: d2l.init_adam_states(5.0), TypeError, ['feature_dim=5.0', 'whole number', 'list']),
    'init 0': (lambda: d2l.init_adam_states(0), ValueError, ['feature_dim=0', 'at least 1']),
    'init None': (lambda: d2l.init_momentum_states(None), TypeError, ['feature_dim=None', 'whole number']),
    'init a string': (lambda: d2l.init_momentum_states('5'), TypeError, ["feature_dim='5'", 'whole number']),
    'init of lists': (lambda: d2l.init_momentum_states([[1.0]]), TypeError, ['params[0] is a list', 'float array']),
    'parameter None': (lambda: d2l.parameter(None), TypeError, ['x=None', 'pass numbers']),
    'parameter masked': (lambda: d2l.parameter(numpy.ma.masked_array([1.0], [True])), TypeError, ['masked', 'fill']),
    'parameter text': (lambda: d2l.parameter('1'), TypeError, ["x='1'", 'pass numbers']),
    'parameter ragged': (lambda: d2l.parameter([[1.0], [1.0, 2.0]]), TypeError, ['x=[[1.0], [1.0, 2.0]]', 'numbers']),
}


@pytest.mark.filterwarnings('ignore')          # NumPy warns of ragged rows before it refuses them
@pytest.mark.parametrize('what', CALLS)
def test_a_call_that_would_go_wrong_is_refused(what):
    refused(*CALLS[what])


@METHOD
def test_what_is_refused_leaves_parameter_and_states_alone(name):
    p = parameter()
    states = STATES[name] and STATES[name]([p])
    with pytest.raises(TypeError):
        getattr(d2l, name)([p], states, {**USES[name], 'typo': 1})
    assert p.tolist() == [1.0, 2.0]
    for state in states or ():
        assert not numpy.array(state).any()


@METHOD
def test_new_arguments_are_checked_also_after_good_ones(name):
    params, hyperparams = [parameter()], dict(USES[name])
    states = STATES[name] and STATES[name](params)
    getattr(d2l, name)(params, states, hyperparams)
    before = params[0].copy()
    hyperparams['typo'] = 1
    with pytest.raises(TypeError, match='typo'):
        getattr(d2l, name)(params, states, hyperparams)
    del hyperparams['typo']
    params.append(parameter(grad=None))
    with pytest.raises((TypeError, ValueError)):
        getattr(d2l, name)(params, states, hyperparams)
    assert params[0].tolist() == before.tolist()


@METHOD
def test_states_of_parameters_have_their_shapes_and_kind(name):
    if STATES[name] is None:
        return
    params = [d2l.parameter(numpy.ones(shape)) for shape in ((3, 2), (2,), (4, 3, 2))]
    for p, state in zip(params, STATES[name](params), strict=True):
        for s in state if isinstance(state, tuple) else (state,):
            assert isinstance(s, numpy.ndarray)
            assert (s.shape, s.dtype) == (p.shape, p.dtype)
            assert not s.any()
    [state] = STATES[name]([engine.parameter([1.0])])
    assert all(engine.owns(s) for s in (state if isinstance(state, tuple) else (state,)))


def test_arrays_of_two_engines_do_not_meet():
    if engine.name == 'numpy':
        return
    refused(lambda: step('adam', states=d2l.init_adam_states([engine.parameter([1.0, 2.0])])), TypeError,
            ['array of mxnet', 'params[0] of numpy', 'init_adam_states(params)'])


def test_one_huge_gradient_is_no_silent_nan():
    data, features = d2l.get_data_ch10()
    count = iter(range(10 ** 6))

    def once(params, states, hyperparams):
        if next(count) == 5:
            params[0].grad[:] = 1e20
        d2l.adam(params, states, hyperparams)

    if engine.name == 'mxnet':          # in float32 the square overflows
        with pytest.raises(FloatingPointError, match='the loss is nan after'):
            d2l.train_ch10(once, d2l.init_adam_states(features), {'lr': 0.01, 't': 1}, data, features, 1)
    else:
        d2l.train_ch10(once, d2l.init_adam_states(features), {'lr': 0.01, 't': 1}, data, features, 1)


@pytest.mark.filterwarnings('ignore::RuntimeWarning')
@pytest.mark.parametrize('name', ['adagrad', 'rmsprop', 'adam', 'yogi'])
def test_eps_zero_is_for_gradients_that_are_not_zero(name):
    good, stuck = parameter(), parameter(grad=(1.0, 0.0))
    for p in (good, stuck):
        step(name, [p], eps=0)
    assert numpy.isfinite(good).all()
    assert numpy.isnan(stuck).tolist() == [False, True]
