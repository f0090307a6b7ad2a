"""Stacked runs repeat single runs, number for number, for every optimizer and batch size."""
import numpy
import pytest

import d2lmini as d2l
from d2lmini import np
from helpers import refused, slow_file_on_mxnet

pytestmark = slow_file_on_mxnet
METHODS = [
    (d2l.sgd, None, {'lr': 0.05}),
    (d2l.sgd_momentum, d2l.init_momentum_states, {'lr': 0.01, 'momentum': 0.9}),
    (d2l.nesterov, d2l.init_momentum_states, {'lr': 0.01, 'momentum': 0.9}),
    (d2l.adagrad, d2l.init_adagrad_states, {'lr': 0.1}),
    (d2l.rmsprop, d2l.init_rmsprop_states, {'lr': 0.01, 'gamma': 0.9}),
    (d2l.adadelta, d2l.init_adadelta_states, {'rho': 0.9}),
    (d2l.adam, d2l.init_adam_states, {'lr': 0.01, 't': 1}),
    (d2l.yogi, d2l.init_adam_states, {'lr': 0.01, 't': 1}),
]


@pytest.mark.parametrize(('update', 'init', 'hyperparams'), METHODS, ids=[m[0].__name__ for m in METHODS])
def test_a_stacked_run_is_the_single_run_of_its_seed(update, init, hyperparams, capsys):
    stacked = d2l.train_seeds(update, init, hyperparams, seeds=[0, 3], batch_size=100, num_epochs=1)
    for column, seed in enumerate((0, 3)):
        data_iter, feature_dim = d2l.get_data_ch10(batch_size=100, seed=seed)
        states = init(feature_dim) if init else None
        _, losses = d2l.train_ch10(update, states, dict(hyperparams), data_iter, feature_dim, num_epochs=1)
        assert stacked[:, column] == pytest.approx(losses, abs=1e-6)


@pytest.mark.parametrize('batch_size', [7, 10, 1500])
def test_points_are_those_of_the_single_run(batch_size, capsys):
    data_iter, feature_dim = d2l.get_data_ch10(batch_size=batch_size)
    _, losses = d2l.train_ch10(d2l.sgd, None, {'lr': 0.05}, data_iter, feature_dim, num_epochs=1)
    stacked = d2l.train_seeds(d2l.sgd, None, {'lr': 0.05}, range(1), batch_size, num_epochs=1)
    assert stacked.shape == (len(losses), 1)


def test_each_run_may_have_its_own_learning_rate():
    rates = numpy.array([0.01, 0.1])
    together = d2l.train_seeds(d2l.sgd, None, {'lr': rates}, seeds=[5, 5])
    for column, lr in enumerate(rates):
        alone = d2l.train_seeds(d2l.sgd, None, {'lr': lr}, seeds=[5])
        assert abs(together[:, column] - alone[:, 0]).max() < 1e-12


def test_a_hundred_seeds_batches_of_ten_and_two_epochs_if_not_told():
    told = d2l.train_seeds(d2l.sgd, None, {'lr': 0.05}, seeds=range(100), batch_size=10, num_epochs=2)
    numpy.testing.assert_array_equal(d2l.train_seeds(d2l.sgd, None, {'lr': 0.05}), told)
    assert told.shape == (16, 100)


def test_a_schedule_multiplies_the_rate_from_step_1_on(capsys):
    steps = []

    def falling(params, states, hyperparams):
        steps.append(len(steps) + 1)
        d2l.sgd(params, states, {'lr': 0.5 * steps[-1] ** -0.5})

    data_iter, feature_dim = d2l.get_data_ch10(batch_size=100)
    _, losses = d2l.train_ch10(falling, None, {}, data_iter, feature_dim)
    stacked = d2l.train_seeds(d2l.sgd, None, {'lr': 0.5}, [0], 100, schedule=lambda t: t ** -0.5)
    assert stacked[:, 0] == pytest.approx(losses, abs=1e-6)


def test_steps_are_counted_for_an_optimizer_that_only_reads_them():
    seen = []
    d2l.train_seeds(lambda params, states, hyperparams: seen.append(hyperparams['t']), None, {}, [0], 500, 2)
    assert seen == [1, 2, 3, 4, 5, 6]


def test_the_callers_hyperparams_stay_as_they_were():
    hyperparams = {'lr': 0.01, 't': 1}
    d2l.train_seeds(d2l.adam, d2l.init_adam_states, hyperparams, range(2), 500, 1)
    assert hyperparams == {'lr': 0.01, 't': 1}


@pytest.mark.parametrize(('arguments', 'error', 'part'), [
    ((None, None, {'lr': 0.1}), TypeError, 'trainer_fn=None'),
    ((d2l.sgd, None, {'lr': 0.1}, []), ValueError, 'seeds is empty'),
    ((d2l.sgd, None, {'lr': 0.1}, [1.5]), TypeError, 'seeds[0]=1.5'),
    ((d2l.sgd, None, {'lr': numpy.ones(3)}, range(2)), ValueError, "hyperparams['lr']"),
    ((d2l.sgd, None, {'lr': 0.1}, range(2), 0), ValueError, 'batch_size=0'),
    ((d2l.sgd, None, {'lr': 0.1}, range(2), 10, 0), ValueError, 'num_epochs=0'),
    ((d2l.sgd, None, 0.1), TypeError, 'hyperparams=0.1'),
    ((d2l.sgd, None, {}, range(2)), KeyError, "'lr'"),
    ((d2l.adam, d2l.init_adam_states, {'lr': -1.0}, range(2)), ValueError, "hyperparams['lr']=-1.0"),
])
def test_bad_input_is_named(arguments, error, part):
    with pytest.raises(error) as caught:
        d2l.train_seeds(*arguments)
    assert part in str(caught.value)


@pytest.mark.filterwarnings('ignore::RuntimeWarning')
def test_a_run_that_diverges_is_an_error_unless_it_is_kept():
    rates = numpy.array([0.05, 2.0])
    with pytest.raises(FloatingPointError, match=r'the loss of run 1 is .* after 20 steps: .* below 0.953') as caught:
        d2l.train_seeds(d2l.sgd, None, {'lr': rates}, range(2))
    kept = d2l.train_seeds(d2l.sgd, None, {'lr': rates}, range(2), diverged='keep')
    assert kept.shape == (16, 2)
    assert kept[-1, 0] < 0.26
    assert not kept[-1, 1] <= 1e10
    assert isinstance(caught.value.losses, numpy.ndarray)
    numpy.testing.assert_array_equal(caught.value.losses, kept[:len(caught.value.losses)])


def test_what_becomes_of_diverging_runs_is_one_of_two():
    refused(lambda: d2l.train_seeds(d2l.sgd, None, {'lr': 0.1}, diverged='ignore'), ValueError,
            ["diverged='ignore'", 'raise, keep'])


def own_adam(params, states, hyperparams):
    """Written as chapters write it: with the np of the engine."""
    t = hyperparams['t']
    for p, (v, s) in zip(params, states):
        v[:] = 0.9 * v + 0.1 * p.grad
        s[:] = 0.999 * s + 0.001 * np.square(p.grad)
        p[:] -= hyperparams['lr'] * (v / (1 - 0.9 ** t)) / (np.sqrt(s / (1 - 0.999 ** t)) + 1e-6)
    hyperparams['t'] += 1


def own_clipping(params, states, hyperparams):
    for p in params:
        p -= hyperparams['lr'] * np.maximum(np.minimum(p.grad, 1), -1)


def test_an_optimizer_written_with_the_engines_np_is_trained_as_well():
    rates = numpy.array([0.01, 0.02])
    own = d2l.train_seeds(own_adam, d2l.init_adam_states, {'lr': rates}, range(2), 100)
    right = d2l.train_seeds(d2l.adam, d2l.init_adam_states, {'lr': rates}, range(2), 100)
    numpy.testing.assert_allclose(own, right, rtol=1e-9)
    assert numpy.isfinite(d2l.train_seeds(own_clipping, None, {'lr': 0.05}, range(2), 100)).all()


def test_an_optimizer_that_fails_by_itself_is_not_called_again():
    calls = []

    def broken(params, states, hyperparams):
        calls.append(1)
        raise TypeError('mine')

    with pytest.raises(TypeError, match=r'^mine$'):
        d2l.train_seeds(broken, None, {'lr': 0.1}, range(2))
    assert calls == [1]


def test_runs_start_from_the_states_that_were_made():
    def warm(feature_dim):
        return numpy.full((feature_dim, 1), 0.1), numpy.full(1, 0.2)

    seen = []

    def watched(params, states, hyperparams):
        seen.append([s.copy() for s in states])
        d2l.adagrad(params, states, hyperparams)

    d2l.train_seeds(watched, warm, {'lr': 0.1}, range(3), 500, 1)
    assert [s.shape for s in seen[0]] == [(3, 5, 1), (3, 1, 1)]
    assert [set(s.ravel().tolist()) for s in seen[0]] == [{0.1}, {0.2}]


def test_states_may_be_lists_and_hold_what_is_no_array():
    def counting(params, states, hyperparams):
        states[0][1] += 1
        d2l.sgd(params, None, hyperparams)

    made = []

    def init(feature_dim):
        made.append([[numpy.zeros((feature_dim, 1)), 0], [numpy.zeros(1), 0]])
        return made[0]

    assert d2l.train_seeds(counting, init, {'lr': 0.1}, range(2), 500, 1).shape == (3, 2)


@pytest.mark.parametrize('factor', [-1.0, float('nan'), None, 'half'])
def test_a_schedule_must_return_a_rate(factor):
    with pytest.raises((TypeError, ValueError), match='what schedule returned for step 1') as caught:
        d2l.train_seeds(d2l.sgd, None, {'lr': 0.1}, range(2), schedule=lambda t: factor)
    assert repr(factor) in str(caught.value)
