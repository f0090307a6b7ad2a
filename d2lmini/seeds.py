"""Many training runs at once: the same optimizers on stacked parameters, one run per seed.

One seed says little. These runs carry a leading axis for the seed, so that a hundred of them cost little more than one.
Everything is plain NumPy in float64, on either engine; run i repeats `train_ch10` with seed i, number for number.
"""
import functools
from collections.abc import Callable, Mapping, Sequence

import numpy

from d2lmini import checks, engine
from d2lmini.data import get_data_ch10, rng, stacked_minibatches
from d2lmini.engine.numpy import parameter
from d2lmini.training import DIVERGED, EVALUATE_EVERY, edge, mean_loss, update
from d2lmini.training import diverged as diverged_error


def train_seeds(trainer_fn: Callable, init_states: Callable | None, hyperparams: Mapping,
                seeds: Sequence[int] = range(100), batch_size: int = 10, num_epochs: int = 2,
                schedule: Callable | None = None, diverged: str = 'raise') -> numpy.ndarray:
    """Train linear regression on the airfoil data once for each seed; return the losses of all runs.

    Args:
        trainer_fn: an optimizer `f(params, states, hyperparams)`, as for `train_ch10`. On MXNet, one that is written
            with `d2lmini.np` works on copies in float64.
        init_states: its `init_..._states`, or None for plain SGD; all runs start from the states that it makes.
        hyperparams: as for `train_ch10`; a value may be an array with one number for each seed.
        seeds: of the initial weights and the shuffles, one for each run.
        batch_size, num_epochs: as for `train_ch10`.
        schedule: a function of the step (1, 2, …) that multiplies lr, or None.
        diverged: 'raise' an error when a run diverges, as `train_ch10` does, or 'keep' its losses, as a sweep over
            rates requires.

    Returns:
        losses of shape (points, seeds), at the points at which `train_ch10` evaluates.

    Raises:
        TypeError, ValueError: an argument is wrong; the message names it, its value and the remedy.
        FloatingPointError: a run diverged; the message says which, and the losses so far are in `.losses`.
    """
    checks.choice('diverged', diverged, ('raise', 'keep'))
    checks.trainer(trainer_fn)
    num_epochs = checks.whole_number('num_epochs', num_epochs, 1)
    checks.mapping('hyperparams', hyperparams)
    checks.hyperparams({k: v for k, v in hyperparams.items() if not isinstance(v, numpy.ndarray)})
    if init_states is not None:
        checks.function('init_states', init_states, 'such as d2lmini.init_adam_states itself, not what it returns')
    if schedule is not None:
        checks.function('schedule', schedule, 'such as lambda t: t ** -0.5')
        if 'lr' not in hyperparams:
            raise checks.missing_hyperparam('lr', hyperparams)
    seeds = checks.whole_numbers('seeds', seeds, 0, 'range(100)')
    data, feature_dim = get_data_ch10(batch_size)
    X, y, generators = data.X, data.y[:, None], [rng(seed) for seed in seeds]
    if not generators:
        raise ValueError('seeds is empty: pass at least one, for example range(100)')
    params = [parameter([g.normal(0, 0.01, (feature_dim, 1)) for g in generators]),
              parameter(numpy.zeros((len(generators), 1, 1)))]
    states = None
    if init_states is not None:
        made = init_states(feature_dim)
        checks.made_states(made)
        states = [_stacked(s, len(generators)) for s in made]
    hyperparams = {'t': 1} | {k: _per_run(k, v, len(generators)) for k, v in hyperparams.items()}
    lr, losses, examples, step = hyperparams.get('lr'), [], 0, engine.serving_numpy(trainer_fn)
    start = mean_loss(*params, X, y)
    for inputs, targets in stacked_minibatches(X, y, batch_size, generators, num_epochs * len(data)):
        _set_gradients(params, inputs, targets)
        if schedule is not None:
            hyperparams['lr'] = lr * _factor(schedule, hyperparams['t'])
        t = hyperparams['t']
        update(step, params, states, hyperparams)
        hyperparams['t'] = t + 1                        # Adam has done so already; others don't count
        before, examples = examples, examples + inputs.shape[1]
        if examples // EVALUATE_EVERY > before // EVALUATE_EVERY or examples % len(X) == 0:
            losses.append(mean_loss(*params, X, y))
            lost = numpy.flatnonzero(~(losses[-1] <= DIVERGED * start))
            if diverged == 'raise' and len(lost):
                beta = numpy.broadcast_to(hyperparams.get('momentum', 0), (len(generators), 1, 1))[lost[0]].item()
                raise diverged_error(numpy.array(losses), losses[-1][lost[0]], t,
                                     functools.partial(edge, trainer_fn, beta, data), f' of run {lost[0]}')
    return numpy.array(losses)


def _stacked(state, runs):
    """Return the state of one parameter for many runs: each array once for each; a bias gets the shape (runs, 1, 1)."""
    if isinstance(state, (tuple, list)):
        return type(state)(_stacked(s, runs) for s in state)
    if not hasattr(state, 'shape'):
        return state
    s = engine.to_numpy(state).astype(float)
    return numpy.tile(s if s.ndim == 2 else s.reshape(-1, 1), (runs, 1, 1))


def _factor(schedule, t):
    """Return what the schedule gives for step t, which must be a finite number, at least 0."""
    factor = schedule(t)
    checks.coefficient(f'what schedule returned for step {t}', factor)
    return factor


def _per_run(key, value, runs):
    """Return a hyperparameter as it is, or, if it is an array, shaped to meet stacked parameters."""
    if not isinstance(value, numpy.ndarray):
        return value
    if value.shape != (runs,):
        raise ValueError(f'hyperparams[{key!r}] has shape {value.shape}, expected ({runs},): '
                         'pass one number for each seed')
    for number in value.tolist():
        checks.hyperparams({key: number})
    return value.reshape(runs, 1, 1)


def _set_gradients(params, X, y):
    w, b = params
    residual = X @ w + b - y
    w.grad = X.transpose(0, 2, 1) @ residual / X.shape[1]
    b.grad = residual.mean(axis=1, keepdims=True)
