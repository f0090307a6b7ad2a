"""Train linear regression by minibatches, draw its loss, and report the true time of an epoch."""
import functools
import time
from collections.abc import Callable, Mapping

import numpy

from d2lmini import checks, engine, gluon, optimizers
from d2lmini.data import Minibatches
from d2lmini.optimizers.door import opened

EVALUATE_EVERY = 200            # examples between two points of the loss curve
DIVERGED = 1e6                  # a loss this many times that of the start is not a result, on either engine
LOSS_AXIS = (0.22, 0.35)        # the published axis; a curve outside it is clipped, on purpose


def linreg(X, w, b):
    """Return the predictions X w + b of linear regression, of shape (rows, 1).

    Args:
        X, w, b: float arrays of shape (rows, features), (features, 1) and (1,).

    Raises:
        TypeError, ValueError: an argument is not a float array, or shapes do not fit.
    """
    checks.float_arrays(X=X, w=w, b=b)
    checks.linreg_shapes(X, w, b)
    return engine.np.dot(X, w) + b


def squared_loss(y_hat, y):
    """Return (ŷ − y)² / 2, elementwise, in the shape of ŷ. The half stays in every loss of this course.

    Args:
        y_hat, y: predictions and targets, float arrays of equally many numbers.

    Raises:
        TypeError, ValueError: an argument is not a float array, or one has more numbers than the other.
    """
    checks.float_arrays(y_hat=y_hat, y=y)
    checks.as_many(y_hat=y_hat, y=y)
    return (y_hat - y.reshape(y_hat.shape)) ** 2 / 2


def evaluate_loss(net: Callable, data_iter: Minibatches, loss: Callable = squared_loss) -> float:
    """Return the mean loss of `net` over all the data, computed at once.

    Args:
        net: a function from X of shape (rows, features) to predictions.
        data_iter: minibatches, as `get_data_ch10` returns them.
        loss: a function of predictions and targets.
    """
    checks.loader(data_iter, Minibatches)
    checks.function('net', net, 'such as lambda X: d2lmini.linreg(X, w, b)')
    checks.function('loss', loss, 'such as d2lmini.squared_loss')
    X, y = data_iter.whole
    y_hat = net(X)
    checks.returned('net', y_hat, 'the predictions, a float array')
    losses = loss(y_hat, y)
    checks.returned('loss', losses, 'the loss of each example, a float array')
    return float(losses.mean())


class Timer:
    """A stopwatch that adds up: `start()`, `stop()`, and the list `times` of what it measured, in seconds."""

    def __init__(self):
        self.times = []
        self.start()

    def start(self):
        """Start, or start again."""
        self._started = time.perf_counter()

    def stop(self) -> float:
        """Record the seconds since the last start, and return them."""
        self.times.append(time.perf_counter() - self._started)
        return self.times[-1]

    def sum(self) -> float:
        """Return the sum of all times."""
        return sum(self.times)

    def avg(self) -> float:
        """Return the mean of all times."""
        return sum(self.times) / len(self.times)

    def cumsum(self) -> list[float]:
        """Return the running sums of the times."""
        return [sum(self.times[:i + 1]) for i in range(len(self.times))]


def train_ch10(trainer_fn: Callable, states, hyperparams: Mapping, data_iter: Minibatches, feature_dim: int,
               num_epochs: int = 2) -> tuple[list[float], list[float]]:
    """Train linear regression with an optimizer from scratch; draw the loss, print it and the seconds per epoch.

    Args:
        trainer_fn: an optimizer `f(params, states, hyperparams)` that changes params = [w, b] in place; w has shape
            (feature_dim, 1), b has shape (1,); `p.grad` is the gradient of the mean loss of the minibatch.
        states: the optimizer's state for w and for b, from its `init_..._states(feature_dim)`; None for plain SGD.
        hyperparams: what the optimizer looks up, such as `{'lr': 0.01, 't': 1}`; Adam and Yogi advance its t.
        data_iter, feature_dim: as `get_data_ch10` returns them.
        num_epochs: passes over the data.

    Returns:
        (seconds, losses): cumulative seconds of training, evaluation excluded, and the mean loss over all data, each
        time the number of examples passes a multiple of 200 and at the end of each epoch.

    Raises:
        TypeError, ValueError, KeyError: an argument is wrong; the message names it, its value and the remedy.
        FloatingPointError: the loss became NaN, or exceeded a million times that of the start; the curve so far is
            drawn, and is in `.losses`.
    """
    num_epochs = checks.whole_number('num_epochs', num_epochs, 1)
    checks.trainer(trainer_fn)
    checks.loader(data_iter, Minibatches)
    checks.feature_dim(feature_dim, data_iter)
    checks.hyperparams(hyperparams)
    w, b = params = _initial_params(data_iter)
    checks.states(states, params, getattr(trainer_fn, 'keeps', ()), getattr(trainer_fn, 'shaped', None))

    known_edge, run = functools.partial(edge, trainer_fn, hyperparams.get('momentum', 0), data_iter), trainer_fn

    def step(X, y):
        nonlocal run
        engine.linreg_grad(X, y, w, b)
        update(run, params, states, hyperparams)
        run = opened(run)                               # the first step was checked

    return _train(step, lambda: params, data_iter, num_epochs, known_edge)


def train_gluon_ch10(trainer_name: str, trainer_hyperparams: Mapping, data_iter: Minibatches,
                     num_epochs: int = 2) -> tuple[list[float], list[float]]:
    """Train linear regression with one of Gluon's optimizers; draw, print and return as `train_ch10` does.

    Args:
        trainer_name: Gluon's name of the optimizer, such as 'adam'.
        trainer_hyperparams: Gluon's options, such as `{'learning_rate': 0.01}`. A schedule goes in as `lr_scheduler`:
            a function of the step t = 1, 2, …, such as `lambda t: d2lmini.schedules.cosine(t, 0.1, total=300)`; an
            object of `mxnet.lr_scheduler`; or a function of t and base_lr, such as `d2lmini.schedules.square_root`,
            with `learning_rate` as its base_lr.
        data_iter: as `get_data_ch10` returns it.
        num_epochs: passes over the data.

    On the NumPy engine, the scratch function of the same method runs, with Gluon's defaults (see `d2lmini.gluon`).
    """
    num_epochs = checks.whole_number('num_epochs', num_epochs, 1)
    checks.loader(data_iter, Minibatches)
    checks.mapping('trainer_hyperparams', trainer_hyperparams)
    step, params = gluon.trainer_step(trainer_name, trainer_hyperparams, *_initial_params(data_iter))
    plain = set(trainer_hyperparams) <= {'learning_rate', 'momentum'}      # no decay, no clipping, no schedule
    method, _ = gluon.SCRATCH.get(trainer_name.lower(), (None, {})) if plain else (None, {})
    known_edge = functools.partial(edge, method, trainer_hyperparams.get('momentum', 0), data_iter)
    return _train(step, params, data_iter, num_epochs, known_edge)


def update(trainer_fn, params, states, hyperparams):
    """Call the optimizer; if it looks up a hyperparameter that is missing, say which, with the remedy."""
    try:
        trainer_fn(params, states, hyperparams)
    except KeyError as key:
        if not key.args or key.args[0] in hyperparams or not str(key.args[0]).isidentifier():   # the door's own message
            raise
        raise checks.missing_hyperparam(key.args[0], hyperparams) from key
    except TypeError as why:
        if states is None and 'NoneType' in str(why):
            raise checks.missing_states(trainer_fn, why) from why
        raise


def _initial_params(data_iter):
    """Return [w, b]: small random weights and a zero bias, the first draw after the loader's restart."""
    weights = data_iter.restart().normal(0, 0.01, (data_iter.X.shape[1], 1))
    return [engine.parameter(weights), engine.parameter([0.0])]


STABLE = {      # the rate from which gradient descent on all data diverges, times λ, by the momentum β
    optimizers.sgd: lambda beta: 2,
    optimizers.sgd_momentum: lambda beta: 2 * (1 + beta),
    optimizers.nesterov: lambda beta: 2 * (1 + beta) / (1 + 2 * beta),
}


def edge(trainer_fn, momentum, data_iter) -> float | None:
    """Return the rate from which gradient descent on all data diverges; None for a method for which none is known.

        2 / λ,  with momentum 2 (1 + β) / λ,  with Nesterov's 2 (1 + β) / (1 + 2β) / λ

    λ is the largest eigenvalue of the Hessian, [X 1]ᵀ [X 1] / rows.
    """
    stable = next((f for method, f in STABLE.items() if method is trainer_fn), None)
    if stable is None:
        return None
    X = numpy.column_stack([data_iter.X, numpy.ones(len(data_iter.X))]).astype(float)
    return stable(float(momentum)) / numpy.linalg.eigvalsh(X.T @ X / len(X))[-1]


def diverged(losses, loss, steps, known_edge, where='') -> FloatingPointError:
    """Return the error for a loss that exceeds DIVERGED or is NaN: its value, and what rate the data allow."""
    rate = known_edge()
    known = f' (on all data at once, below {rate:.3g}, and less on minibatches)' if rate else ''
    error = FloatingPointError(f'the loss{where} is {loss:.3g} after {steps} steps: the learning rate (lr, '
                               f'learning_rate) is too large for these data, take a smaller one{known}')
    error.losses = losses
    return error


def mean_loss(w, b, X, y):
    """Return the mean loss of linear regression in plain NumPy; with a leading axis of runs, one for each."""
    return ((X @ w + b - y) ** 2).mean(axis=(-2, -1)) / 2


def _train(step, params, data_iter, num_epochs, known_edge):
    """Take the steps of all epochs, evaluate between them with the clock stopped, and always draw what was computed."""
    rows, examples, steps, epochs, seconds, losses = len(data_iter.X), 0, 0, [], [], []
    start = mean_loss(*map(engine.to_numpy, params()), data_iter.X, data_iter.y[:, None])
    timer = Timer()
    try:
        for epoch in range(1, num_epochs + 1):
            for X, y in data_iter:
                step(X, y)
                steps += 1
                before, examples = examples, examples + len(y)
                if examples // EVALUATE_EVERY > before // EVALUATE_EVERY or examples == epoch * rows:
                    engine.finish()
                    timer.stop()
                    epochs.append(examples / rows)
                    seconds.append(timer.sum())
                    losses.append(evaluate_loss(lambda X: linreg(X, *params()), data_iter))
                    if not losses[-1] <= DIVERGED * start:
                        raise diverged(losses, losses[-1], steps, known_edge)
                    timer.start()
    finally:
        if losses:
            _draw(epochs, losses, num_epochs)
    print(f'loss: {losses[-1]:.3f}, {seconds[-1] / num_epochs:.3f} sec/epoch')
    return seconds, losses


def _draw(epochs, losses, num_epochs):
    from d2lmini import plotting  # matplotlib is imported when the first figure is drawn, not before

    animator = plotting.Animator(xlabel='epoch', ylabel='loss', xlim=[0, num_epochs], ylim=LOSS_AXIS)
    animator.X, animator.Y = [epochs[:len(losses)]], [losses]       # the last loss may be missing: Ctrl+C
    animator.show()
