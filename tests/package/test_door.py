"""Called directly, as in a loop of one's own, an optimizer refuses what it does not use or would misread."""
import gc
import pickle
import weakref
from types import MappingProxyType

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


def parameter(x=(1.0, 2.0), grad=(1.0, -1.0), masked=False):
    p = d2l.parameter(x)
    p.grad = numpy.ma.masked_array(x, [True, False]) if masked else None if grad is None else numpy.array(grad)
    return p


def half():
    p = parameter().astype('float16')
    p.grad = numpy.ones(2, 'float16')
    return p


def frozen():
    p = parameter()
    p.flags.writeable = False
    return p


SHARED, SHARED_P = numpy.zeros(2), parameter()


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
                                 ['states[0] is a ndarray', 'a pair of arrays (v, s)', 'init_adam_states(params)']),
    'no states': (lambda: step('adam', states=None), TypeError, ['states=None', 'init_adam_states']),
    'states that are no list': (lambda: step('sgd', states=numpy.zeros(2)), TypeError,
                                ['states=array', 'sgd keeps none', 'pass None']),
    "Adam's states for momentum": (lambda: step('sgd_momentum', states=[pair()]), TypeError,
                                   ['a tuple of 2', 'one array, v', 'init_momentum_states']),
    "a velocity for AdaGrad's sum": (lambda: step('adagrad', states=[numpy.array([0.1, -0.2])]), ValueError,
                                     ['the state s of params[0]', 'negative', 'another optimizer']),
    'a NaN in a state': (lambda: step('rmsprop', states=[numpy.array([0.1, numpy.nan])]), ValueError,
                         ['the state s of params[0]', 'missing', 'init_rmsprop_states(params)']),
    'an infinity in a state': (lambda: step('adam', states=[(numpy.zeros(2), numpy.full(2, numpy.inf))]), ValueError,
                               ['the state s of params[0]', 'infinite', 'did a square overflow?']),
    'one array for two states': (lambda: step('adam', states=[(SHARED, SHARED)]), ValueError,
                                 ['the state s of params[0]', 'the same array as another', 'one for each']),
    'the parameter for a state': (lambda: step('sgd_momentum', [SHARED_P], [SHARED_P]), ValueError,
                                  ['the state v of params[0]', 'the same array as another']),
    'states of another precision': (lambda: step('adagrad', states=[numpy.zeros(2, 'float32')]), TypeError,
                                    ['holds float32', 'its parameter float64', 'init_adagrad_states(params)']),
    'masked states': (lambda: step('adagrad', states=[numpy.ma.masked_array(numpy.zeros(2))]), TypeError,
                      ['the state s of params[0] is a masked array']),
    'states of another shape': (lambda: step('adam', states=[pair(shape=3)]), ValueError,
                                ['the state v of params[0]', '(3,)', 'expected (2,)']),
    'states of whole numbers': (lambda: step('adagrad', states=[numpy.zeros(2, int)]), TypeError, ['int', 'floats']),
    'beta1 among the hyperparameters': (lambda: step('adam', hyperparams={'lr': 0.1, 't': 1, 'beta1': 0.5}), TypeError,
                                        ["'beta1'=0.5", 'does not use', 'adam(..., beta1=0.5)']),
    'a typing error': (lambda: step('adam', hyperparams={'lr': 0.1, 'tt': 1}), TypeError, ["'tt'=1", 'lr and t']),
    'weight decay': (lambda: step('sgd', hyperparams={'lr': 0.1, 'weight_decay': 0.1}), TypeError,
                     ["'weight_decay'=0.1", 'sgd does not use']),
    'an unknown constant': (lambda: step('adam', weight_decay=0.1), TypeError,
                            ['weight_decay=0.1', 'not used by adam', 'pass beta1 or beta2 or eps']),
    'a missing key': (lambda: step('adam', hyperparams={'lr': 0.1}), KeyError, ["lacks 't'", 'add']),
    'hyperparams a number': (lambda: step('sgd', hyperparams=0.1), TypeError, ['hyperparams=0.1', "{'lr': 0.01}"]),
    'lr a string': (lambda: step('sgd', hyperparams={'lr': '0.1'}), TypeError, ["hyperparams['lr']='0.1'", 'number']),
    'lr NaN': (lambda: step('sgd', hyperparams={'lr': numpy.nan}), ValueError, ["['lr']=nan", 'finite']),
    'a negative lr among many': (lambda: step('sgd', hyperparams={'lr': numpy.array([0.1, -1])}), ValueError,
                                  ["['lr']=array([ 0.1, -1. ])", 'at least 0']),
    'an lr of another shape': (lambda: step('sgd', hyperparams={'lr': numpy.ones((3, 1))}), ValueError,
                               ["hyperparams['lr'] has shape (3, 1)", 'params[0] of shape (2,)', 'pass a number']),
    'a dictionary that cannot count': (lambda: step('adam', hyperparams=MappingProxyType(USES['adam'])), TypeError,
                                       ['mappingproxy', 'cannot count its steps', 'pass a dictionary']),
    'momentum 1': (lambda: step('sgd_momentum', hyperparams={'lr': 0.1, 'momentum': 1}), ValueError,
                   ["['momentum']=1", 'below 1']),
    'beta2 1': (lambda: step('adam', beta2=1.0), ValueError, ['beta2=1.0', 'below 1']),
    'beta1 above 1': (lambda: step('adam', beta1=1.1), ValueError, ['beta1=1.1', 'below 1']),
    'eps negative': (lambda: step('adam', eps=-1e-8), ValueError, ['eps=-1e-08', 'at least 0']),
    'eps a string': (lambda: step('adagrad', eps='small'), TypeError, ["eps='small'", 'number']),
    'a parameter alone': (lambda: step('sgd', parameter()), TypeError, ['params=Parameter([1., 2.])', '[p]']),
    'a plain array': (lambda: step('sgd', [numpy.ones(2)]), TypeError, ['no gradient', 'd2lmini.parameter']),
    'no gradient yet': (lambda: step('sgd', [parameter(grad=None)]), TypeError,
                        ['params[0] has no gradient', 'backward']),
    'a masked gradient': (lambda: step('sgd', [parameter(grad=None, masked=True)]), TypeError,
                          ['params[0].grad is a masked array']),
    'half precision': (lambda: step('sgd', [half()]), TypeError, ['params[0] holds float16', 'float32 or float64']),
    'a frozen parameter': (lambda: step('sgd', [frozen()]), ValueError, ['params[0] is read-only', 'x.copy()']),
    'a gradient of another shape': (lambda: step('sgd', [parameter(grad=(1.0,))]), ValueError,
                                    ['params[0].grad', '(1,)', 'expected (2,)']),
    'a parameter of whole numbers': (lambda: step('sgd', [numpy.array([1, 2])]), TypeError, ['int', 'astype(float)']),
    't 0': (lambda: step('adam', hyperparams={'lr': 0.1, 't': 0}), ValueError, ["['t']=0", 'at least 1']),
    'init 5.0': (lambda: d2l.init_adam_states(5.0), TypeError, ['feature_dim=5.0', 'whole number', 'list']),
    'init 0': (lambda: d2l.init_adam_states(0), ValueError, ['feature_dim=0', 'at least 1']),
    'init None': (lambda: d2l.init_momentum_states(None), TypeError, ['feature_dim=None', 'whole number']),
    'init a string': (lambda: d2l.init_momentum_states('5'), TypeError, ["feature_dim='5'", 'whole number']),
    'init of lists': (lambda: d2l.init_momentum_states([[1.0]]), TypeError,
                      ['feature_dim[0] is a list', 'float array']),
    'parameter None': (lambda: d2l.parameter(None), TypeError, ['x=None', 'pass numbers']),
    'parameter masked': (lambda: d2l.parameter(numpy.ma.masked_array([1.0], [True])), TypeError, ['masked', 'fill']),
    'parameter NaN': (lambda: d2l.parameter([1.0, numpy.nan]), ValueError, ['x=[1.0, nan]', 'finite numbers']),
    'parameter text': (lambda: d2l.parameter('1'), TypeError, ["x='1'", 'pass numbers']),
    'parameter ragged': (lambda: d2l.parameter([[1.0], [1.0, 2.0]]), TypeError, ['x=[[1.0], [1.0, 2.0]]', 'numbers']),
}


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
            ['the state v of params[0]', 'array of mxnet', 'its parameter is of numpy', 'init_adam_states(params)'])


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


@pytest.mark.parametrize('name', ['adagrad', 'rmsprop', 'adam', 'yogi'])
def test_without_eps_a_root_of_zero_is_refused_in_any_step(name):
    good, stuck = parameter(), parameter(grad=(1.0, 0.0))
    step(name, [good], eps=0)
    assert numpy.isfinite(good).all()
    refused(lambda: step(name, [stuck], eps=0), ValueError, ['eps=0', 's of params[0]', 'larger eps'])
    assert stuck.tolist() == [1.0, 2.0]
    tiny = parameter(grad=(1.0, 1e-200))            # its square is 0
    refused(lambda: step(name, [tiny], eps=0.0), ValueError, ['eps=0.0', 's of params[0]'])
    params, hyperparams = [parameter()], dict(USES[name])
    states = STATES[name](params)
    getattr(d2l, name)(params, states, hyperparams, eps=0)
    params[0].grad = numpy.zeros(2)                 # there was a gradient before: all roots are positive
    getattr(d2l, name)(params, states, hyperparams, eps=0)
    assert numpy.isfinite(params[0]).all()


def test_one_loop_may_hand_states_to_an_optimizer_that_keeps_none():
    for states in (None, [], [numpy.zeros(2)], [pair()]):
        p = parameter()
        step('sgd', [p], states)
        assert p.tolist() == [0.9, 2.1]


RATES = [1, numpy.float32(1), numpy.int64(1), numpy.array(1.0), numpy.array([1, 1]), numpy.ones(1)]


@pytest.mark.parametrize('lr', RATES)
def test_numbers_of_any_kind_are_rates_and_an_array_has_one_for_each_coordinate(lr):
    p = parameter()
    step('sgd', [p], hyperparams={'lr': lr})
    assert p.tolist() == [0.0, 3.0]


def test_adadelta_without_eps_would_never_move():
    refused(lambda: step('adadelta', eps=0), ValueError, ['eps=0', 'delta of params[0]', 'larger eps'])


@METHOD
def test_what_changes_between_two_steps_is_looked_at(name):
    """The same parameters, states and dictionary, with another content."""
    def spoil(what):
        params, hyperparams = [parameter()], dict(USES[name])
        states = STATES[name] and list(STATES[name](params))
        for _ in range(2):
            getattr(d2l, name)(params, states, hyperparams)
        what(params, states, hyperparams)
        before = params[0].tolist()
        with pytest.raises((TypeError, ValueError)) as caught:
            getattr(d2l, name)(params, states, hyperparams)
        assert params[0].tolist() == before
        return str(caught.value)

    [key, *_] = USES[name]
    assert f"hyperparams['{key}']=-1.0" in spoil(lambda p, s, h: h.update({key: -1.0}))
    assert f"hyperparams['{key}']=nan" in spoil(lambda p, s, h: h.update({key: numpy.nan}))
    assert 'params[0].grad has shape ()' in spoil(lambda p, s, h: setattr(p[0], 'grad', numpy.array(5.0)))
    assert 'no gradient' in spoil(lambda p, s, h: setattr(p[0], 'grad', None))
    if STATES[name]:
        bad = numpy.zeros(3)
        spoiled = spoil(lambda p, s, h: s.__setitem__(0, (bad, bad.copy()) if isinstance(s[0], tuple) else bad))
        assert 'of params[0] has shape (3,)' in spoiled


def test_arrays_live_no_longer_than_their_owner_wants():
    watched = []
    for name in USES:
        params = [parameter()]
        states = STATES[name] and STATES[name](params)
        step(name, params, states)
        kept = [s for state in states or () for s in (state if isinstance(state, tuple) else [state])]
        watched += [(name, weakref.ref(a)) for a in (*params, *kept)]
    assert len(watched) > 2 * len(USES)
    del params, states, kept
    gc.collect()
    assert [name for name, array in watched if array() is not None] == []


@METHOD
def test_new_lists_around_the_same_arrays_are_known(name, monkeypatch):
    """A loop that writes `adam([p], [(v, s)], {...})` pays for the check of its arrays once."""
    from d2lmini.optimizers import door

    looked_at = []
    look = door._arrays
    monkeypatch.setattr(door, '_arrays', lambda *args: (looked_at.append(1), look(*args)))
    p = parameter()
    state = STATES[name] and STATES[name]([p])[0]
    for _ in range(5):
        fresh = None if state is None else [(*state,) if isinstance(state, tuple) else state]
        step(name, [p], fresh, dict(USES[name]))
    assert len(looked_at) == 1


@METHOD
def test_an_optimizer_can_be_sent_to_another_process(name):
    assert pickle.loads(pickle.dumps(getattr(d2l, name))) is getattr(d2l, name)


def test_a_function_that_is_wrapped_like_an_optimizer_is_trained_as_it_is(monkeypatch):
    """Trainers open the door of the package's own optimizers after a step, and of no other function."""
    import functools

    calls = []

    @functools.wraps(d2l.sgd)
    def counted(params, states, hyperparams):
        calls.append(1)
        d2l.sgd(params, states, hyperparams)

    d2l.train_ch10(counted, None, {'lr': 0.1}, *d2l.get_data_ch10(100, n=300), num_epochs=1)
    d2l.plt.close('all')
    assert len(calls) == 3


def test_a_parameter_is_of_the_kind_that_it_is_made_from():
    assert type(d2l.parameter([1.0])) is type(d2l.parameter(numpy.ones(1, int)))
    p = d2l.parameter(d2l.np.ones((2, 1)))
    assert engine.owns(p)
    states = d2l.init_adam_states([p])
    if engine.name == 'numpy':                      # MXNet has made room for it
        p.grad = numpy.zeros((2, 1))
    d2l.adam([p], states, {'lr': 0.1, 't': 1})
    assert engine.to_numpy(p).tolist() == [[1.0], [1.0]]
