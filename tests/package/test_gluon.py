"""Gluon's trainers agree with the scratch functions; the published Adam cells run as they stand."""
import functools
import inspect
import math
import os
import re

import pytest

os.environ.setdefault('MPLBACKEND', 'agg')

import d2lmini as d2l
from d2lmini import engine, gluon, np, npx, plotting
from helpers import refused, slow_file_on_mxnet

pytestmark = slow_file_on_mxnet

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


class Falling:
    """A schedule with a memory: it falls with each call, whatever the step."""

    def __init__(self):
        self.base_lr = 0.1

    def __call__(self, num_update):
        self.base_lr *= 0.9
        return self.base_lr


# A schedule as a trainer takes it: the options, and the rate of step t.
SCHEDULES = {
    'a function of t': (lambda: {'lr_scheduler': lambda t: 0.1 / t}, lambda t: 0.1 / t),
    'a function of t and base_lr': (lambda: {'lr_scheduler': d2l.schedules.square_root, 'learning_rate': 0.1},
                                    lambda t: 0.1 / t ** 0.5),
    'a part of such a function': (lambda: {'lr_scheduler': functools.partial(d2l.schedules.cosine, total=9),
                                           'learning_rate': 0.1}, lambda t: d2l.schedules.cosine(t, 0.1, 9)),
    'an object with a memory': (lambda: {'lr_scheduler': Falling()}, lambda t: 0.1 * 0.9 ** t),
    'none': (lambda: {'lr_scheduler': None, 'learning_rate': 0.1}, lambda t: 0.1),
}


@pytest.mark.parametrize(('what', 'name'), [(what, 'adam') for what in SCHEDULES] + [
    ('a function of t', name) for name in gluon.SCRATCH if name not in ('adam', 'adadelta')])
def test_a_schedule_gives_the_rate_of_each_step(what, name):
    make, rate = SCHEDULES[what]
    options, (data_iter, feature_dim) = make(), d2l.get_data_ch10(n=50)
    runs = [d2l.train_gluon_ch10(name, options, data_iter)[1] for _ in range(2)]
    assert runs[0] == runs[1]                       # the schedule was not used up
    assert list(options) == list(make())
    update, names = gluon.SCRATCH[name]
    values = {ours: default for ours, default in names.values() if ours != 'lr'}
    constants = {k: v for k, v in values.items() if k not in gluon.HYPERPARAMS}
    hyperparams = {k: v for k, v in values.items() if k in gluon.HYPERPARAMS} | {'t': 1}
    steps = iter(range(1, 11))

    def scheduled(params, states, hyperparams):
        update(params, states, hyperparams | {'lr': rate(step := next(steps)), 't': step}, **constants)

    states = (adam_states if update in gluon.STATE_PAIRS else single(d2l.init_momentum_states))()
    _, right = d2l.train_ch10(scheduled, states, hyperparams, data_iter, feature_dim)
    assert runs[0] == pytest.approx(right, abs=1e-5)


def test_a_schedule_is_asked_once_a_step_from_1_on():
    asked = []
    d2l.train_gluon_ch10('adam', {'lr_scheduler': lambda t: asked.append(t) or 0.1}, d2l.get_data_ch10(n=35)[0])
    assert asked == [1, 2, 3, 4, 5, 6, 7, 8]


@pytest.mark.skipif(engine.name != 'mxnet', reason='takes an object of MXNet')
@pytest.mark.parametrize('name', ['sgd', 'adam'])
def test_a_schedule_of_mxnet_keeps_the_base_rate_it_was_made_with(name):
    from mxnet import lr_scheduler

    schedule, (data_iter, _) = lr_scheduler.CosineScheduler(max_update=21, base_lr=0.1), d2l.get_data_ch10(n=210)
    same = {'lr_scheduler': lambda t: 0.1 * (1 + math.cos(math.pi * t / 21)) / 2}
    runs = [d2l.train_gluon_ch10(name, options, data_iter, 1)[1] for options in ({'lr_scheduler': schedule}, same)]
    assert runs[0] == pytest.approx(runs[1], abs=1e-6)
    assert schedule.base_lr == 0.1


# What is no schedule, or not alone: a trainer, its options, the error, and fragments of its message.
NO_SCHEDULES = {
    'a number': ('sgd', {'lr_scheduler': 0.1}, TypeError, ["['lr_scheduler']=0.1", 'not callable', 'cosine(t, 0.1']),
    'of three': ('sgd', {'lr_scheduler': d2l.schedules.cosine}, TypeError, ['of t, base_lr, total', 'lambda t:']),
    'of two, without a base rate': ('sgd', {'lr_scheduler': d2l.schedules.square_root}, TypeError,
                                    ['of t, base_lr', "'learning_rate'"]),
    'of one, with a base rate': ('adam', {'lr_scheduler': Falling(), 'learning_rate': 0.1}, TypeError,
                                 ["'learning_rate'=0.1", 'does not use', 'leave it out']),
    'with a base rate of text': ('sgd', {'lr_scheduler': d2l.schedules.square_root, 'learning_rate': '1'}, TypeError,
                                 ["['learning_rate']='1'", 'a number']),
    'where there is no rate': ('adadelta', {'lr_scheduler': abs}, TypeError, ['lr_scheduler', 'adadelta', 'leave it']),
    'returns nothing': ('sgd', {'lr_scheduler': lambda t: None}, ValueError, ['gave None for step 1', 'at least 0']),
    'returns less than 0': ('nag', {'lr_scheduler': lambda t: 2 - t}, ValueError, ['gave -1 for step 3', 'at least 0']),
    'returns NaN': ('adam', {'lr_scheduler': lambda t: float('nan')}, ValueError, ['gave nan for step 1', 'finite']),
}


@pytest.mark.parametrize('what', NO_SCHEDULES)
def test_what_is_no_schedule_is_refused(what):
    name, options, error, fragments = NO_SCHEDULES[what]
    data_iter, _ = d2l.get_data_ch10(n=50)
    refused(lambda: d2l.train_gluon_ch10(name, options, data_iter), error, fragments)


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
