"""The methods after Adam refuse what they would misread: vectors, odd shapes, states of another method, no steps."""
import gc
import inspect
import pickle
import weakref

import numpy
import pytest

import d2lmini as d2l
from helpers import refused

NAMES = ('adamw', 'amsgrad', 'nadam', 'lion', 'adafactor', 'shampoo', 'soap', 'muon', 'schedule_free', 'prodigy')
METHOD = pytest.mark.parametrize('name', NAMES)


def parameter(*shape):
    p = d2l.parameter(numpy.arange(1.0, numpy.prod(shape) + 1).reshape(shape))
    p.grad = numpy.sin(numpy.asarray(p))
    return p


def uses(name):
    return {'lion': {'lr': 0.1}, 'muon': {'lr': 0.1, 'momentum': 0.9}}.get(name, {'lr': 0.1, 't': 1})


def made(name, params):
    return getattr(d2l, f'init_{name}_states')(params)


def step(name, params=None, states=..., more=(), t=1, **constants):
    params = [parameter(2, 3)] if params is None else params
    hyperparams = uses(name) | ({'t': t} if 't' in uses(name) else {}) | dict(more)
    getattr(d2l, name)(params, made(name, params) if states is ... else states, hyperparams, **constants)
    return params


def of(name, *shape):
    return made(name, [parameter(*shape)])


TWO_BY_THREE = 'params[0] of shape (2, 3)'
# a call -> the error, and fragments of its message
CALLS = {
    'a bias for Muon': (lambda: step('muon', [parameter(3)]), ValueError,
                        ['params[0] has shape (3,), a vector', 'muon is for matrices', 'adamw']),
    'a bias of a stack of networks': (lambda: step('muon', [parameter(4, 2, 3), parameter(4, 1, 3)]), ValueError,
                                      ['params[1] has shape (4, 1, 3), a vector', 'another optimizer']),
    'a column for Muon': (lambda: step('muon', [parameter(5, 1)]), ValueError, ['shape (5, 1), a vector']),
    'a vector to orthogonalize': (lambda: d2l.newton_schulz(numpy.ones(3)), ValueError,
                                  ['G has shape (3,)', '(…, rows, columns)']),
    'no steps': (lambda: d2l.newton_schulz(numpy.eye(2), steps=0), ValueError, ['steps=0', 'at least 1']),
    'no steps of Muon': (lambda: step('muon', steps=0), ValueError, ['steps=0', 'at least 1']),
    'half a step': (lambda: step('muon', steps=2.5), TypeError, ['steps=2.5', 'whole number']),
    'two coefficients': (lambda: d2l.newton_schulz(numpy.eye(2), coefficients=(1.5, -0.5)), ValueError,
                         ['coefficients=(1.5, -0.5)', 'three finite numbers']),
    'coefficients NaN': (lambda: step('muon', coefficients=(1.5, -0.5, numpy.nan)), ValueError,
                         ['coefficients=(1.5, -0.5, nan)', 'three finite numbers']),
    'a matrix of coefficients': (lambda: step('muon', coefficients=numpy.eye(3)), TypeError,
                                 ['coefficients=array', 'three finite numbers']),
    'eps of newton_schulz negative': (lambda: d2l.newton_schulz(numpy.eye(2), eps=-1.0), ValueError, ['eps=-1.0']),
    'a negative decay': (lambda: step('adamw', more={'weight_decay': -0.1}), ValueError,
                         ["hyperparams['weight_decay']=-0.1", 'at least 0']),
    'a decay for AMSGrad': (lambda: step('amsgrad', more={'weight_decay': 0.1}), TypeError,
                            ["'weight_decay'=0.1", 'amsgrad does not use', 'lr and t']),
    'a decay as an argument': (lambda: step('lion', weight_decay=0.1), TypeError,
                               ['weight_decay=0.1', 'not used by lion', 'beta1 or beta2']),
    'a typing error': (lambda: step('muon', more={'weight_decy': 0.1}), TypeError,
                       ["'weight_decy'=0.1", 'lr and momentum and weight_decay']),
    'no momentum': (lambda: d2l.muon([parameter(2, 3)], of('muon', 2, 3), {'lr': 0.1}), KeyError, ["lacks 'momentum'"]),
    "Adam's states for Lion": (lambda: step('lion', states=of('adamw', 2, 3)), TypeError,
                               ['a tuple of 2', 'one array, v', 'init_lion_states']),
    "Lion's states for AdamW": (lambda: step('adamw', states=of('lion', 2, 3)), TypeError,
                                ['a pair of arrays (v, s)', 'init_adamw_states']),
    "Adam's states for Adafactor": (lambda: step('adafactor', states=of('adamw', 2, 3)), ValueError,
                                    ['the state R of params[0] has shape (2, 3), expected (2, 1)', 'init_adafactor']),
    "AMSGrad's states for NAdam": (lambda: step('nadam', states=of('amsgrad', 2, 3)), ValueError,
                                   ['the state product of params[0] has shape (2, 3), expected (1, 1)']),
    "Prodigy's states for SOAP": (lambda: step('soap', states=of('prodigy', 2, 3)), ValueError,
                                  ['the state L of params[0] has shape (2, 3), expected (2, 2)', 'init_soap_states']),
    "SOAP's states for Shampoo": (lambda: step('shampoo', states=of('soap', 2, 3)), TypeError,
                                  ['a tuple of 6', '5 arrays (v, L, R, P, Q)', 'init_shampoo_states']),
    "Lion's states for SOAP": (lambda: step('soap', states=of('lion', 2, 3)), TypeError,
                               ['6 arrays (v, s, L, R, Q_L, Q_R)', 'init_soap_states(params)']),
    'states of the transposed matrix': (lambda: step('adafactor', states=of('adafactor', 3, 2)), ValueError,
                                        ['the state R of params[0] has shape (3, 1), expected (2, 1)']),
    'sides of another matrix': (lambda: step('shampoo', states=[tuple(numpy.zeros((2, 3)) for _ in range(5))]),
                                ValueError, ['the state L of params[0] has shape (2, 3), expected (2, 2)']),
    'new states in step 5': (lambda: step('soap', t=5), ValueError,
                             ["hyperparams['t']=5", 'the states are new', "pass 't': 1"]),
    'new states in step 2 of Schedule-Free': (lambda: step('schedule_free', t=2), ValueError, ['the states are new']),
    'rates of Schedule-Free for each coordinate': (lambda: step('schedule_free', more={'lr': numpy.ones((2, 3))}),
                                                   ValueError, ["hyperparams['lr'] has shape (2, 3)", TWO_BY_THREE,
                                                                'shape (1, 1), with one for each run']),
    'rates of Prodigy for each row': (lambda: step('prodigy', more={'lr': numpy.ones((2, 1))}), ValueError,
                                      ["hyperparams['lr'] has shape (2, 1)", 'one for each run']),
    'a constant for each coordinate': (lambda: step('soap', beta1=numpy.full((2, 3), 0.9)), ValueError,
                                       ['beta1 has shape (2, 3)', TWO_BY_THREE, 'pass a number']),
    'other runs for Prodigy': (lambda: step('prodigy', [parameter(4, 2, 3), parameter(2, 3)]), ValueError,
                               ['params[1] has shape (2, 3), params[0] has (4, 2, 3)', 'make the axes']),
    'a root every 0 steps': (lambda: step('shampoo', every=0), ValueError, ['every=0', 'at least 1']),
    'beta2 above 1': (lambda: step('shampoo', beta2=1.5), ValueError, ['beta2=1.5', 'from 0 to 1']),
    'beta2 of 1 for SOAP': (lambda: step('soap', beta2=1.0), ValueError, ['beta2=1.0', 'below 1']),
    'no eps in a root': (lambda: step('shampoo', eps=0.0), ValueError, ['eps=0.0', 'divide by 0']),
    'no clip': (lambda: step('adafactor', clip=0), ValueError, ['clip=0', 'above 0']),
    'a switch of 1': (lambda: step('amsgrad', corrected=1), TypeError, ['corrected=1', 'True or False']),
    'the average of parameters': (lambda: d2l.schedule_free_average([parameter(2, 3)]), TypeError,
                                  ['states=[Parameter', 'init_schedule_free_states', '(x, z, s, total)']),
    'the average of states of Prodigy': (lambda: d2l.schedule_free_average(of('prodigy', 2, 3)), TypeError,
                                         ['init_schedule_free_states']),
}


@pytest.mark.parametrize('what', CALLS)
def test_a_call_that_would_go_wrong_is_refused(what):
    refused(*CALLS[what])


@METHOD
def test_what_is_refused_leaves_all_alone(name):
    p = parameter(2, 3)
    before, states = p.tolist(), made(name, [p])
    with pytest.raises(TypeError, match='typo'):
        getattr(d2l, name)([p], states, uses(name) | {'typo': 1})
    assert p.tolist() == before
    assert not any(numpy.any(s) for state in states for s in (state if isinstance(state, tuple) else [state]))


@METHOD
def test_a_decay_may_be_left_out_and_is_checked_in_each_step(name):
    if name == 'amsgrad':
        return
    p, hyperparams = parameter(2, 3), uses(name)
    states = made(name, [p])
    getattr(d2l, name)([p], states, hyperparams)
    hyperparams['weight_decay'] = 0.1
    getattr(d2l, name)([p], states, hyperparams)
    before, hyperparams['weight_decay'] = p.tolist(), -0.1
    with pytest.raises(ValueError, match='weight_decay'):
        getattr(d2l, name)([p], states, hyperparams)
    assert p.tolist() == before


@pytest.mark.parametrize('name', [name for name in NAMES if name != 'muon'])
@pytest.mark.parametrize('shape', [(), (1,), (3,), (4, 1), (1, 4), (2, 3), (2, 3, 4), (2, 1, 4)])
def test_parameters_of_any_shape_are_trained(name, shape):
    p = parameter(*shape)
    before, states, hyperparams = numpy.array(p), made(name, [p]), uses(name)
    for _ in range(3):
        getattr(d2l, name)([p], states, hyperparams)
    assert p.shape == shape
    assert numpy.isfinite(p).all()
    assert (p != before).all()


@METHOD
def test_an_optimizer_can_be_sent_to_another_process(name):
    assert pickle.loads(pickle.dumps(getattr(d2l, name))) is getattr(d2l, name)


@METHOD
def test_steps_are_counted_one_by_one(name):
    params, hyperparams = [parameter(2, 3)], uses(name)
    states = made(name, params)
    for t in (1, 2, 3):
        assert hyperparams.get('t', t) == t
        getattr(d2l, name)(params, states, hyperparams)


ADAM = {'beta1': 0.9, 'beta2': 0.999, 'eps': 1e-8}
SERIES = {'steps': 5, 'coefficients': (3.4445, -4.775, 2.0315), 'eps': 1e-7}


@pytest.mark.parametrize(('name', 'defaults'), [
    ('adamw', ADAM), ('amsgrad', ADAM | {'corrected': False}), ('nadam', ADAM | {'psi': 0.004}),
    ('lion', {'beta1': 0.9, 'beta2': 0.99}), ('schedule_free', ADAM | {'scaled': True}),
    ('prodigy', ADAM | {'d0': 1e-6}),
    ('adafactor', {'eps1': 1e-30, 'eps2': 1e-3, 'clip': 1.0, 'power': 0.8, 'relative': True}),
    ('shampoo', {'beta1': 0.0, 'beta2': 1.0, 'eps': 1e-12, 'exponent': 0.25, 'every': 1}),
    ('soap', {'beta1': 0.95, 'beta2': 0.95, 'eps': 1e-8, 'every': 10}), ('muon', SERIES), ('newton_schulz', SERIES)])
def test_constants_are_those_of_the_papers_if_not_told(name, defaults):
    found = {k: p.default for k, p in inspect.signature(getattr(d2l, name)).parameters.items()}
    assert {k: value for k, value in found.items() if value is not inspect.Parameter.empty} == defaults


def test_no_optimizer_keeps_an_array_alive():
    watched = {name: weakref.ref(step(name)[0]) for name in NAMES}
    gc.collect()
    assert [name for name, array in watched.items() if array() is not None] == []


def test_a_plan_says_which_parameters_get_what():
    network = d2l.init_network((6, 5, 4, 3), [d2l.rng(seed) for seed in range(2)])
    inner, others = [network[2]], [network[0], network[1], *network[3:]]
    plan = [(d2l.muon, inner, d2l.init_muon_states(inner), {'lr': 0.02, 'momentum': 0.95}),
            (d2l.adamw, others, d2l.init_adamw_states(others), {'lr': 0.003, 't': 1})]
    X, targets = numpy.sin(numpy.arange(48.0)).reshape(8, 6), numpy.eye(3)[[0, 1, 2, 0, 1, 2, 0, 1]]
    first, _ = d2l.evaluate_network(network, X, targets)
    for _ in range(30):
        for p, g in zip(network, d2l.network_grad(network, X, targets)):
            p.grad = g
        for optimizer, some, states, hyperparams in plan:
            optimizer(some, states, hyperparams)
    last, _ = d2l.evaluate_network(network, X, targets)
    assert (last < 0.95 * first).all()


@pytest.mark.parametrize('name', [name for name in NAMES if name != 'muon'])
def test_a_run_of_many_is_the_run_alone(name):
    hyperparams = {'lr': numpy.array([0.01, 0.02])} | ({'t': 1} if 't' in uses(name) else {})
    many = d2l.train_seeds(getattr(d2l, name), getattr(d2l, f'init_{name}_states'), hyperparams, [3, 4], batch_size=300)
    alone = d2l.train_seeds(getattr(d2l, name), getattr(d2l, f'init_{name}_states'), hyperparams | {'lr': 0.02}, [4],
                            batch_size=300)
    assert abs(many[:, 1] - alone[:, 0]).max() <= 1e-12


@pytest.mark.parametrize('name', ['adafactor', 'shampoo', 'prodigy'])
def test_train_ch10_takes_states_of_other_shapes(name, monkeypatch):
    monkeypatch.setattr(d2l.training, '_draw', lambda *args: None)          # the figure takes its time
    data, features = d2l.get_data_ch10(500, n=500)
    _, losses = d2l.train_ch10(getattr(d2l, name), getattr(d2l, f'init_{name}_states')(features), uses(name), data,
                               features, 2)
    assert numpy.isfinite(losses).all()
