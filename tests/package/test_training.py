"""Training: which points are noted, what the clock sees, what is printed, what an interruption leaves."""
import os
import re
import signal

import numpy
import pytest

os.environ.setdefault('MPLBACKEND', 'agg')

import contextlib

import d2lmini as d2l
from d2lmini import engine, plotting, training

PRINTED = re.compile(r'loss: (\d\.\d{3}), (\d+\.\d{3}) sec/epoch\n')


@pytest.fixture(autouse=True)
def drawn(monkeypatch):
    """Collect the curves that would be drawn, as (epochs, losses)."""
    curves = []
    monkeypatch.setattr(plotting.Animator, 'show', lambda self: curves.append((self.X[0], self.Y[0], self.axes)))
    return curves


def adam_run(data_iter, trainer=d2l.adam, num_epochs=2):
    return d2l.train_ch10(trainer, d2l.init_adam_states(5), {'lr': 0.01, 't': 1}, data_iter, 5, num_epochs)


def idle(params, states, hyperparams):
    """An optimizer that does nothing."""


def points(batch_size, num_epochs, rows=1500):
    """Return the counts of examples at which a point is due: walk through all of them, one by one."""
    due, noted = False, []
    for example in range(1, num_epochs * rows + 1):
        due = due or example % 200 == 0
        batch_ends = (example % rows) % batch_size == 0
        epoch_ends = example % rows == 0
        if epoch_ends or (due and batch_ends):
            noted.append(example)
            due = False
    return noted


@pytest.mark.parametrize(('batch_size', 'num_epochs', 'count'), [
    (10, 1, 8), (10, 2, 16), (10, 3, 24), (7, 1, 8), (7, 2, 16), (7, 3, 24), (100, 1, 8), (100, 2, 16), (100, 3, 24),
    (1500, 1, 1), (1500, 2, 2), (1500, 3, 3), (450, 2, 8),
])
def test_points_at_every_200_examples_and_each_epochs_end(monkeypatch, drawn, batch_size, num_epochs, count):
    monkeypatch.setattr(engine, 'linreg_grad', lambda *_: None)
    data_iter, _ = d2l.get_data_ch10(batch_size)
    seconds, losses = d2l.train_ch10(idle, None, {}, data_iter, 5, num_epochs)
    [(epochs, heights, _)] = drawn
    assert len(seconds) == len(losses) == count
    assert [round(1500 * x) for x in epochs] == points(batch_size, num_epochs)
    assert heights == losses


def test_two_epochs_are_trained_if_not_told(drawn):
    data_iter, _ = d2l.get_data_ch10(100, n=200)
    d2l.train_ch10(idle, None, {}, data_iter, 5)
    d2l.train_gluon_ch10('sgd', {}, data_iter)
    assert [axes['xlim'] for *_, axes in drawn] == [[0, 2]] * 2
    assert [epochs for epochs, *_ in drawn] == [[1, 2]] * 2


def test_curve_is_drawn_once_on_the_published_axes(monkeypatch, drawn):
    monkeypatch.setattr(engine, 'linreg_grad', lambda *_: None)
    d2l.train_ch10(idle, None, {}, d2l.get_data_ch10()[0], 5, 1)
    [(epochs, _, axes)] = drawn
    assert axes | {'xlabel': 'epoch', 'ylabel': 'loss', 'xlim': [0, 1], 'ylim': (0.22, 0.35)} == axes
    numpy.testing.assert_allclose(epochs, [2 / 15, 4 / 15, 6 / 15, 8 / 15, 10 / 15, 12 / 15, 14 / 15, 1])


@pytest.mark.parametrize('num_epochs', [1, 2])
def test_clock_counts_training_and_not_evaluation(monkeypatch, capsys, num_epochs):
    now = [1000.0]
    evaluate = training.evaluate_loss

    def slow_evaluation(*args):
        now[0] += 77.0
        return evaluate(*args)

    def slow_step(params, states, hyperparams):
        now[0] += 0.25

    monkeypatch.setattr(training.time, 'perf_counter', lambda: now[0])
    monkeypatch.setattr(training, 'evaluate_loss', slow_evaluation)
    monkeypatch.setattr(engine, 'linreg_grad', lambda *_: None)
    seconds, losses = d2l.train_ch10(slow_step, None, {}, d2l.get_data_ch10()[0], 5, num_epochs)
    assert seconds == [0.25 * example / 10 for example in points(10, num_epochs)]
    assert now[0] == 1000 + seconds[-1] + 77 * len(losses)
    assert PRINTED.fullmatch(capsys.readouterr().out)[2] == '37.500'        # an epoch, not a chunk of 200 examples


def test_pending_computation_ends_before_the_clock_is_read(monkeypatch):
    now, calls = [0.0], []

    def finish():
        now[0] += 3.0
        calls.append(now[0])

    monkeypatch.setattr(training.time, 'perf_counter', lambda: now[0])
    monkeypatch.setattr(engine, 'finish', finish)
    seconds, _ = d2l.train_ch10(idle, None, {}, d2l.get_data_ch10(100, n=400)[0], 5, 1)
    assert seconds == calls == [3.0, 6.0]


@pytest.mark.skipif(engine.name != 'mxnet', reason='only MXNet computes in the background')
def test_finish_waits_for_mxnet(monkeypatch):
    calls = []
    monkeypatch.setattr('mxnet.npx.waitall', lambda: calls.append(1))
    engine.finish()
    assert calls == [1]


def test_seconds_do_not_decrease_and_the_line_tells_the_last_point(capsys):
    seconds, losses = adam_run(d2l.get_data_ch10(n=250)[0])
    loss, per_epoch = PRINTED.fullmatch(capsys.readouterr().out).groups()
    assert seconds[0] > 0
    assert seconds == sorted(seconds)
    assert (loss, per_epoch) == (f'{losses[-1]:.3f}', f'{seconds[-1] / 2:.3f}')
    assert {type(x) for x in seconds + losses} == {float}


def test_a_run_on_the_same_loader_repeats_exactly():
    data_iter, _ = d2l.get_data_ch10(n=150)
    _, first = adam_run(data_iter)
    list(data_iter)                                                          # an epoch elsewhere
    _, again = adam_run(data_iter)
    _, fresh = adam_run(d2l.get_data_ch10(n=150)[0])
    _, other = adam_run(d2l.get_data_ch10(n=150, seed=1)[0])
    assert first == again == fresh
    assert not set(first) & set(other)


def test_start_is_small_seeded_weights_and_no_bias():
    starts = []

    def note(params, states, hyperparams):
        starts.append([engine.to_numpy(p).copy() for p in params])

    d2l.train_ch10(note, None, {}, d2l.get_data_ch10(1500, seed=4)[0], 5, 1)
    [(w, b)] = starts
    numpy.testing.assert_allclose(w, numpy.random.default_rng(4).normal(0, 0.01, (5, 1)), rtol=1e-6)
    assert b.tolist() == [0]


@pytest.mark.parametrize('trainer', [d2l.adam, d2l.yogi])
def test_two_epochs_end_near_the_optimum(trainer, capsys):
    seconds, losses = adam_run(d2l.get_data_ch10()[0], trainer)
    assert 0.2416 <= losses[-1] <= 0.2500
    assert len(seconds) == len(losses) == 16
    assert PRINTED.fullmatch(capsys.readouterr().out)[1] == f'{losses[-1]:.3f}'


def test_losses_are_half_mean_squares_of_the_whole_data():
    data_iter, _ = d2l.get_data_ch10(n=100)
    w, b = numpy.arange(5.0).reshape(5, 1), 2.0
    right = numpy.mean((data_iter.X @ w[:, 0] + b - data_iter.y) ** 2) / 2
    w, b = engine.array(w), engine.array([b])
    assert d2l.evaluate_loss(lambda X: d2l.linreg(X, w, b), data_iter) == pytest.approx(right, rel=1e-5)
    assert d2l.evaluate_loss(lambda X: d2l.linreg(X, w, b), data_iter, lambda y_hat, y: 3 * y) == pytest.approx(
        3 * data_iter.y.mean(), rel=1e-5)


def test_squared_loss_keeps_its_half_and_the_shape_of_the_predictions():
    loss = d2l.squared_loss(engine.array([[1.0], [5.0]]), engine.array([3.0, 2.0]))
    assert engine.to_numpy(loss).tolist() == [[2.0], [4.5]]


EIGENVALUE = 2.0985         # the largest of the Hessian on all rows, see chapters/gd.md
DIVERGING = {
    'at once': (lambda data: d2l.train_ch10(d2l.sgd, None, {'lr': 1000.0}, data, 5, 2), f'below {2 / EIGENVALUE:.3g}'),
    'within an epoch': (lambda data: d2l.train_ch10(d2l.sgd, None, {'lr': 2}, data, 5, 1),
                        f'below {2 / EIGENVALUE:.3g}'),
    'by Gluon': (lambda data: d2l.train_gluon_ch10('sgd', {'learning_rate': 2}, data, 1),
                 f'below {2 / EIGENVALUE:.3g}'),
    'with momentum': (lambda data: d2l.train_ch10(
        d2l.sgd_momentum, d2l.init_momentum_states(5), {'lr': 3, 'momentum': 0.5}, data, 5, 1),
        f'below {3 / EIGENVALUE:.3g}'),
    'by another method': (lambda data: d2l.train_ch10(
        d2l.adagrad, d2l.init_adagrad_states(5), {'lr': 1e9}, data, 5, 1), 'take a smaller one'),
    'by Nesterov': (lambda data: d2l.train_ch10(
        d2l.nesterov, d2l.init_momentum_states(5), {'lr': 9, 'momentum': 0.5}, data, 5, 1),
        f'below {1.5 / EIGENVALUE:.3g}'),
    'by Gluon, with momentum': (
        lambda data: d2l.train_gluon_ch10('nag', {'learning_rate': 9, 'momentum': 0.5}, data, 1),
        f'below {1.5 / EIGENVALUE:.3g}'),
    'by a schedule': (lambda data: d2l.train_gluon_ch10('sgd', {'lr_scheduler': lambda t: 2.0}, data, 1), 'take a'),
}


@pytest.mark.filterwarnings('ignore::RuntimeWarning')
@pytest.mark.parametrize('what', DIVERGING)
def test_divergence_is_an_error_that_keeps_and_draws_the_curve(what, drawn, capsys):
    train, remedy = DIVERGING[what]
    with pytest.raises(FloatingPointError, match='learning rate') as caught:
        train(d2l.get_data_ch10()[0])
    losses = caught.value.losses
    [(epochs, heights, _)] = drawn
    assert not losses[-1] <= 5e5                        # a million times the loss of the start
    assert all(loss <= 5e5 for loss in losses[:-1])
    assert str(caught.value).startswith(f'the loss is {losses[-1]:.3g} after {round(150 * epochs[-1])} steps: ')
    assert remedy in str(caught.value)
    assert ('below' in str(caught.value)) == ('below' in remedy)
    assert len(epochs) == len(losses) < 16
    numpy.testing.assert_array_equal(heights, losses)
    assert capsys.readouterr().out == ''


@pytest.mark.parametrize('unit', [1e-6, 1e6])
def test_divergence_is_told_from_targets_in_another_unit(unit, capsys):
    data, _ = d2l.get_data_ch10(100, n=300)
    _, right = d2l.train_ch10(d2l.sgd, None, {'lr': 0.05}, data, 5, 1)
    _, losses = d2l.train_ch10(d2l.sgd, None, {'lr': 0.05}, d2l.Minibatches(data.X, unit * data.y, 100), 5, 1)
    assert losses[-1] > 0
    if unit > 1:                                        # where the weights of the start are small
        assert losses == pytest.approx([unit ** 2 * loss for loss in right], rel=0.1)
    with pytest.raises(FloatingPointError, match='learning rate'):
        d2l.train_ch10(d2l.sgd, None, {'lr': 9.0}, d2l.Minibatches(data.X, unit * data.y, 100), 5, 9)


@pytest.mark.parametrize(('method', 'momentum'), [('sgd', 0), ('sgd_momentum', 0.6), ('nesterov', 0.6)])
def test_the_rate_that_the_error_names_is_the_edge(method, momentum):
    """All rows in a batch: a little below it the loss falls, a little above it rises."""
    data, _ = d2l.get_data_ch10(1500)
    edge = training.edge(getattr(d2l, method), momentum, data)
    X, y = numpy.column_stack([data.X, numpy.ones(1500)]), data.y[:, None]
    ends = []
    for factor in (0.99, 1.01):
        w = d2l.parameter(numpy.zeros((6, 1)))
        states = None if method == 'sgd' else [numpy.zeros((6, 1))]
        hyperparams = {'lr': factor * edge} | ({'momentum': momentum} if momentum else {})
        for _ in range(1500):
            w.grad = X.T @ (X @ numpy.asarray(w) - y) / 1500
            getattr(d2l, method)([w], states, hyperparams)
        ends.append(float(abs(w).max()))
    assert ends[0] < 10 < 1000 < ends[1]


@pytest.mark.parametrize(('steps', 'noted'), [(5, 0), (45, 2)], ids=['before the first point', 'after two points'])
def test_interruption_draws_the_curve_so_far_and_propagates(drawn, capsys, steps, noted):
    left = iter(range(steps))

    def interrupted(*args):
        if next(left, None) is None:
            raise KeyboardInterrupt
        d2l.adam(*args)

    with pytest.raises(KeyboardInterrupt):
        adam_run(d2l.get_data_ch10()[0], interrupted)
    assert [len(epochs) for epochs, _, _ in drawn] == ([noted] if noted else [])
    assert capsys.readouterr().out == ''


@pytest.fixture
def ctrl_c():
    """Return what Ctrl-C does; a process in the background may have been told to ignore it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield lambda: signal.raise_signal(signal.SIGINT)
    signal.signal(signal.SIGINT, before)


def test_ctrl_c_keeps_the_curve_so_far_and_leaves_states_and_t_of_the_steps_taken(drawn, ctrl_c):
    def run(trainer):
        states, hyperparams = d2l.init_adam_states(5), {'lr': 0.01, 't': 1}
        with contextlib.suppress(KeyboardInterrupt):
            d2l.train_ch10(trainer, states, hyperparams, d2l.get_data_ch10(n=600)[0], 5, 1)
        return hyperparams['t'], [engine.to_numpy(s).tolist() for pair in states for s in pair]

    def interrupted(params, states, hyperparams):
        if hyperparams['t'] == 46:
            ctrl_c()
        d2l.adam(params, states, hyperparams)

    def stops(params, states, hyperparams):
        if hyperparams['t'] < 46:
            d2l.adam(params, states, hyperparams)

    stopped, whole = run(interrupted), run(stops)
    assert stopped == whole
    assert stopped[0] == 46
    (epochs, losses, _), (all_epochs, all_losses, _) = drawn
    assert len(losses) == 2
    assert (epochs, losses) == (all_epochs[:2], all_losses[:2])


def test_ctrl_c_while_the_loss_is_evaluated_keeps_the_points_before(monkeypatch, drawn, ctrl_c):
    evaluate, left = training.evaluate_loss, iter(range(3))

    def interrupted(*args):
        if next(left, None) is None:
            ctrl_c()
        return evaluate(*args)

    monkeypatch.setattr(training, 'evaluate_loss', interrupted)
    with pytest.raises(KeyboardInterrupt):
        d2l.train_gluon_ch10('sgd', {'learning_rate': 0.05}, d2l.get_data_ch10()[0], 1)
    [(epochs, losses, _)] = drawn
    assert len(epochs) == len(losses) == 3


def test_timer_adds_up(monkeypatch):
    times = iter([10.0, 11.0, 20.0, 23.0])
    monkeypatch.setattr(training.time, 'perf_counter', lambda: next(times))
    timer = d2l.Timer()
    assert timer.stop() == 1.0
    timer.start()
    assert timer.stop() == 3.0
    assert (timer.times, timer.sum(), timer.avg(), timer.cumsum()) == ([1.0, 3.0], 4.0, 2.0, [1.0, 4.0])
