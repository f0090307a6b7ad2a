"""Gluon's trainers agree with the scratch functions; the published Adam cells run as they stand."""
import inspect
import os
import re

import pytest

os.environ.setdefault('MPLBACKEND', 'agg')

import d2lmini as d2l
from d2lmini import engine, gluon, np, npx, plotting

npx.set_np()


@pytest.fixture(autouse=True)
def _nothing_drawn(monkeypatch):
    monkeypatch.setattr(plotting.Animator, 'show', lambda self: None)


def adam_states():
    return d2l.init_adam_states(5)


def single(init):
    return lambda: init(5)


# Gluon's name, options, the scratch function with the same constants, its hyperparams, its states
PAIRS = [
    ('sgd', {}, d2l.sgd, {'lr': 0.01}, lambda: None),
    ('sgd', {'learning_rate': 0.05}, d2l.sgd, {'lr': 0.05}, lambda: None),
    ('sgd', {'learning_rate': 0.005, 'momentum': 0.9}, d2l.sgd_momentum, {'lr': 0.005, 'momentum': 0.9},
     single(d2l.init_momentum_states)),
    ('nag', {'learning_rate': 0.005, 'momentum': 0.9}, d2l.nesterov, {'lr': 0.005, 'momentum': 0.9},
     single(d2l.init_momentum_states)),
    ('adagrad', {'learning_rate': 0.1}, lambda *a: d2l.adagrad(*a, eps=1e-7), {'lr': 0.1},
     single(d2l.init_adagrad_states)),
    ('adagrad', {'learning_rate': 0.1, 'eps': 1e-1}, lambda *a: d2l.adagrad(*a, eps=1e-1), {'lr': 0.1},
     single(d2l.init_adagrad_states)),
    ('rmsprop', {'learning_rate': 0.01}, lambda *a: d2l.rmsprop(*a, eps=1e-8), {'lr': 0.01, 'gamma': 0.9},
     single(d2l.init_rmsprop_states)),
    ('rmsprop', {'learning_rate': 0.01, 'gamma1': 0.8, 'epsilon': 1e-2}, lambda *a: d2l.rmsprop(*a, eps=1e-2),
     {'lr': 0.01, 'gamma': 0.8}, single(d2l.init_rmsprop_states)),
    ('adadelta', {}, lambda *a: d2l.adadelta(*a, eps=1e-5), {'rho': 0.9}, single(d2l.init_adadelta_states)),
    ('adadelta', {'rho': 0.8, 'epsilon': 1e-3}, lambda *a: d2l.adadelta(*a, eps=1e-3), {'rho': 0.8},
     single(d2l.init_adadelta_states)),
    ('adam', {}, lambda *a: d2l.adam(*a, eps=1e-8), {'lr': 0.001, 't': 1}, adam_states),
    ('adam', {'learning_rate': 0.01, 'epsilon': 1e-6}, d2l.adam, {'lr': 0.01, 't': 1}, adam_states),
    ('Adam', {'learning_rate': 0.02, 'beta1': 0.8, 'beta2': 0.99},
     lambda *a: d2l.adam(*a, beta1=0.8, beta2=0.99, eps=1e-8), {'lr': 0.02, 't': 1}, adam_states),
]


@pytest.mark.parametrize(('name', 'options', 'scratch', 'hyperparams', 'states'), PAIRS,
                         ids=[f'{name} {options}' for name, options, *_ in PAIRS])
def test_trainer_agrees_with_the_scratch_function(name, options, scratch, hyperparams, states):
    data_iter, feature_dim = d2l.get_data_ch10(n=210)
    given = dict(options)
    _, losses = d2l.train_gluon_ch10(name, given, data_iter, num_epochs=1)
    _, right = d2l.train_ch10(scratch, states(), hyperparams, data_iter, feature_dim, num_epochs=1)
    assert losses == pytest.approx(right, abs=1e-5)
    assert given == options
    assert losses[0] != losses[-1]


def test_every_name_of_the_table_is_compared():
    assert {name.lower() for name, *_ in PAIRS} == set(gluon.SCRATCH)


@pytest.mark.skipif(engine.name != 'mxnet', reason='reads the defaults of MXNet')
@pytest.mark.parametrize('name', gluon.SCRATCH)
def test_defaults_of_the_table_are_those_of_mxnet(name):
    from mxnet.optimizer import Optimizer

    kind = Optimizer.opt_registry[name]
    known = {option: p.default for option, p in inspect.signature(kind).parameters.items()}
    known['learning_rate'] = kind().lr
    for option, (_, default) in gluon.SCRATCH[name][1].items():
        assert known[option] == default, option


def test_a_run_of_a_trainer_repeats_exactly():
    data_iter, _ = d2l.get_data_ch10(n=210)
    runs = [d2l.train_gluon_ch10('adam', {'learning_rate': 0.01}, data_iter, 1)[1] for _ in range(2)]
    assert runs[0] == runs[1]


# The published section, in other words: states of its own, slice assignment, np of the engine.
def published_states(feature_dim):
    v_w, v_b = np.zeros((feature_dim, 1)), np.zeros(1)
    s_w, s_b = np.zeros((feature_dim, 1)), np.zeros(1)
    return ((v_w, s_w), (v_b, s_b))


def published_adam(params, states, hyperparams):
    beta1, beta2, eps = 0.9, 0.999, 1e-6
    for p, (v, s) in zip(params, states):
        v[:] = beta1 * v + (1 - beta1) * p.grad
        s[:] = beta2 * s + (1 - beta2) * np.square(p.grad)
        v_corrected = v / (1 - beta1 ** hyperparams['t'])
        s_corrected = s / (1 - beta2 ** hyperparams['t'])
        p[:] -= hyperparams['lr'] * v_corrected / (np.sqrt(s_corrected) + eps)
    hyperparams['t'] += 1


def published_yogi(params, states, hyperparams):
    beta1, beta2, eps = 0.9, 0.999, 1e-3
    for p, (v, s) in zip(params, states):
        v[:] = beta1 * v + (1 - beta1) * p.grad
        s[:] = s + (1 - beta2) * np.sign(np.square(p.grad) - s) * np.square(p.grad)
        v_corrected = v / (1 - beta1 ** hyperparams['t'])
        s_corrected = s / (1 - beta2 ** hyperparams['t'])
        p[:] -= hyperparams['lr'] * v_corrected / (np.sqrt(s_corrected) + eps)
    hyperparams['t'] += 1


@pytest.mark.parametrize(('published', 'ours'), [(published_adam, d2l.adam), (published_yogi, d2l.yogi)],
                         ids=['adam', 'yogi'])
def test_published_updates_agree_with_the_package(published, ours):
    data_iter, feature_dim = d2l.get_data_ch10(n=210)
    cells = published_states(feature_dim)
    _, losses = d2l.train_ch10(published, cells, {'lr': 0.01, 't': 1}, data_iter, feature_dim, 1)
    _, right = d2l.train_ch10(ours, adam_states(), {'lr': 0.01, 't': 1}, data_iter, feature_dim, 1)
    assert losses == pytest.approx(right, abs=1e-5)


def test_published_cells_run_as_they_stand(capsys):
    data_iter, feature_dim = d2l.get_data_ch10(batch_size=10)
    d2l.train_ch10(published_adam, published_states(feature_dim), {'lr': 0.01, 't': 1}, data_iter, feature_dim)
    d2l.train_gluon_ch10('adam', {'learning_rate': 0.01}, data_iter)
    printed = re.findall(r'loss: (\d\.\d{3}), \d+\.\d{3} sec/epoch', capsys.readouterr().out)
    assert len(printed) == 2
    assert all(0.2416 <= float(loss) <= 0.2500 for loss in printed)
