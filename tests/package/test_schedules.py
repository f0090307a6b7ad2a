"""Schedules against values worked out by hand, their limits, and their use in training."""
import math

import pytest

import d2lmini as d2l
from d2lmini import schedules as s

VALUES = [
    ('factor, first step', lambda: s.factor(1, 0.8, factor=0.5), 0.8),
    ('factor, third step', lambda: s.factor(3, 0.8, factor=0.5), 0.2),
    ('factor, 0.99 if not told', lambda: s.factor(3, 0.8), 0.8 * 0.99 ** 2),
    ('factor stops', lambda: s.factor(50, 0.8, factor=0.5, stop_lr=0.1), 0.1),
    ('multi-step, at a milestone', lambda: s.multi_step(10, 0.8, [10, 20]), 0.8),
    ('multi-step, past one', lambda: s.multi_step(11, 0.8, [10, 20]), 0.4),
    ('multi-step, past both', lambda: s.multi_step(21, 0.8, [10, 20], factor=0.1), 0.008),
    ('square root', lambda: s.square_root(16, 0.8), 0.2),
    ('polynomial, start', lambda: s.polynomial(1, 0.8, total=11), 0.8),
    ('linear, half way', lambda: s.polynomial(6, 0.8, total=11), 0.4),
    ('square, half way', lambda: s.polynomial(6, 0.8, total=11, power=2), 0.2),
    ('polynomial, end', lambda: s.polynomial(11, 0.8, total=11, final_lr=0.05), 0.05),
    ('polynomial, past the end', lambda: s.polynomial(99, 0.8, total=11, final_lr=0.05), 0.05),
    ('cosine, start', lambda: s.cosine(1, 0.8, total=9), 0.8),
    ('cosine, quarter', lambda: s.cosine(3, 0.8, total=9), 0.4 * (1 + math.sqrt(0.5))),
    ('cosine, half', lambda: s.cosine(5, 0.8, total=9, final_lr=0.2), 0.5),
    ('cosine, end', lambda: s.cosine(9, 0.8, total=9, final_lr=0.2), 0.2),
    ('cosine, two steps', lambda: s.cosine(2, 0.8, total=2), 0.0),
    ('cosine, one step', lambda: s.cosine(1, 0.8, total=1), 0.8),
    ('cosine, past the one step', lambda: s.cosine(2, 0.8, total=1, final_lr=0.1), 0.1),
    ('warm-up, rising', lambda: s.warmup(2, 0.8, steps=8), 0.2),
    ('warm-up, there', lambda: s.warmup(8, 0.8, steps=8), 0.8),
    ('warm-up, stays', lambda: s.warmup(80, 0.8, steps=8), 0.8),
    ('warm-up, then', lambda: s.warmup(12, 0.8, steps=8, then=s.square_root), 0.4),
    ('one cycle, start', lambda: s.one_cycle(1, 1.0, total=11), 0.04),
    ('one cycle, top', lambda: s.one_cycle(4, 1.0, total=11), 1.0),
    ('one cycle, end', lambda: s.one_cycle(11, 1.0, total=11), 1e-4),
    ('restarts, start', lambda: s.warm_restarts(1, 0.8, period=4), 0.8),
    ('restarts, half', lambda: s.warm_restarts(3, 0.8, period=4), 0.4),
    ('restarts, again', lambda: s.warm_restarts(5, 0.8, period=4), 0.8),
    ('restarts, third period as long', lambda: s.warm_restarts(11, 0.8, period=4), 0.4),
    ('restarts, second period twice as long', lambda: s.warm_restarts(9, 0.8, period=4, growth=2), 0.4),
]


@pytest.mark.parametrize(('call', 'value'), [row[1:] for row in VALUES], ids=[row[0] for row in VALUES])
def test_value(call, value):
    assert call() == pytest.approx(value, rel=1e-12)


BAD = [
    (lambda: s.factor(0, 0.1), ValueError, ['t=0', 'at least 1']),
    (lambda: s.factor(1.5, 0.1), TypeError, ['t=1.5', 'whole number']),
    (lambda: s.factor(1, -0.1), ValueError, ['base_lr=-0.1']),
    (lambda: s.factor(1, '0.1'), TypeError, ["base_lr='0.1'", 'number']),
    (lambda: s.square_root(1, math.nan), ValueError, ['base_lr=nan']),
    (lambda: s.cosine(1, 0.1, total=0), ValueError, ['total=0']),
    (lambda: s.polynomial(1, 0.1, total='9'), TypeError, ["total='9'"]),
    (lambda: s.warmup(1, 0.1, steps=0), ValueError, ['steps=0']),
    (lambda: s.warm_restarts(1, 0.1, period=0), ValueError, ['period=0']),
    (lambda: s.warm_restarts(1, 0.1, period=3, growth=0), ValueError, ['growth=0']),
    (lambda: s.multi_step(1, 0.1, [1], factor=-1), ValueError, ['factor=-1']),
    (lambda: s.one_cycle(1, 0.1, total=True), TypeError, ['total=True']),
]


@pytest.mark.parametrize(('call', 'error', 'parts'), BAD)
def test_bad_input_is_named(call, error, parts):
    with pytest.raises(error) as caught:
        call()
    for part in parts:
        assert part in str(caught.value)


def test_a_schedule_multiplies_the_learning_rate_of_a_training_run():
    def halved(t):
        return s.factor(t, 1.0, factor=1.0) / 2
    scheduled = d2l.train_seeds(d2l.sgd, None, {'lr': 0.1}, range(2), schedule=halved)
    plain = d2l.train_seeds(d2l.sgd, None, {'lr': 0.05}, range(2))
    assert abs(scheduled - plain).max() < 1e-12
