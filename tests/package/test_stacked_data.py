"""The digits in two parts, and minibatches of many runs at once."""
import numpy
import pytest

import d2lmini as d2l

ROWS = numpy.arange(7.0)
X, TARGETS = numpy.stack([ROWS, -ROWS], axis=1), 10 * ROWS[:, None]     # each row tells its number


def numbers(steps, batch_size=3, seeds=(0, 1)):
    """Return the numbers of the rows in each minibatch, and check that inputs and targets belong together."""
    batches = list(d2l.stacked_minibatches(X, TARGETS, batch_size, [d2l.rng(seed) for seed in seeds], steps))
    for x, y in batches:
        assert x.shape[:-1] == y.shape[:-1]
        numpy.testing.assert_array_equal(x[..., 1], -x[..., 0])
        numpy.testing.assert_array_equal(y[..., 0], 10 * x[..., 0])
    return [x[..., 0] for x, _ in batches]


def test_every_run_has_its_generator_s_order_and_each_epoch_a_new_one():
    for run, seed in enumerate((0, 1)):
        g = d2l.rng(seed)
        orders = numpy.concatenate([g.permutation(7) for _ in range(2)])
        numpy.testing.assert_array_equal(numpy.concatenate([rows[run] for rows in numbers(6)]), orders)


@pytest.mark.parametrize(('batch_size', 'steps', 'sizes'), [
    (3, 3, [3, 3, 1]), (3, 5, [3, 3, 1, 3, 3]), (7, 2, [7, 7]), (10, 2, [7, 7]), (1, 2, [1, 1]),
])
def test_as_many_minibatches_as_steps_the_last_of_an_epoch_shorter(batch_size, steps, sizes):
    assert [rows.shape for rows in numbers(steps, batch_size)] == [(2, size) for size in sizes]


def test_an_order_is_drawn_when_its_epoch_begins_and_not_before():
    generator, same = d2l.rng(0), d2l.rng(0)
    batches = d2l.stacked_minibatches(X, TARGETS, 3, [generator], 3)
    weight = generator.normal()                     # drawn after the call, before the first step
    assert weight == same.normal()
    assert len(list(batches)) == 3
    same.permutation(7)
    assert generator.normal() == same.normal()


def test_one_generator_makes_minibatches_with_an_axis_for_one_run():
    assert [rows.shape for rows in numbers(2, 3, seeds=[4])] == [(1, 3), (1, 3)]


@pytest.mark.parametrize(('n', 'seed'), [(1000, 0), (1500, 3), (1, 0), (1796, 0)])
def test_the_digits_are_shuffled_and_split_and_each_is_in_one_part(n, seed):
    images, labels = d2l.load_digits()
    (X, Y), (X_new, Y_new) = d2l.split_digits(n, seed)
    assert (X.shape, Y.shape, X_new.shape, Y_new.shape) == ((n, 64), (n, 10), (1797 - n, 64), (1797 - n, 10))
    order = numpy.random.default_rng(seed).permutation(1797)
    numpy.testing.assert_array_equal(numpy.concatenate([X, X_new]), images[order])
    targets = numpy.concatenate([Y, Y_new])
    numpy.testing.assert_array_equal(targets.argmax(axis=1), labels[order])
    numpy.testing.assert_array_equal(numpy.sort(targets, axis=1), [[0.0] * 9 + [1.0]] * 1797)


def test_a_thousand_digits_and_seed_zero_if_not_told():
    numpy.testing.assert_array_equal(d2l.split_digits()[0][0], d2l.split_digits(1000, 0)[0][0])
