"""The problems: where a run starts, its gradient on a minibatch, and what it has reached at the end."""
import functools
from collections.abc import Callable
from typing import NamedTuple

import numpy

import d2lmini as d2l
from d2lmini.engine.numpy import parameter
from d2lmini.training import mean_loss

DIGITS = 9          # of a stored loss: processors round the last of sixteen differently


class Problem(NamedTuple):
    """Parameters carry a leading axis of one run, so that each method sees them as it does in a stack."""

    training: tuple         # X and targets
    initial: Callable       # of a generator: the parameters
    gradient: Callable      # of parameters, X and targets of a minibatch: one array for each parameter
    reached: Callable       # of parameters: {'loss': ..., ...}


def number(loss) -> float | None:
    """Return a loss as it is stored; None for a run that overflowed, as JSON has no infinity."""
    return float(f'{float(loss):.{DIGITS}g}') if numpy.isfinite(loss) else None


@functools.cache
def airfoil() -> Problem:
    """Linear regression on the airfoil data; the loss is the excess over the optimum."""
    data, features = d2l.get_data_ch10(batch_size=10)
    X, y = data.X, data.y[:, None]
    Z = numpy.hstack([X, numpy.ones_like(y)])
    solution, *_ = numpy.linalg.lstsq(Z, y, rcond=None)
    optimum = ((Z @ solution - y) ** 2).mean() / 2

    def initial(generator):
        return [parameter(generator.normal(0, 0.01, (1, features, 1))), parameter(numpy.zeros((1, 1, 1)))]

    def gradient(params, x, y):
        w, b = params
        residual = x @ numpy.asarray(w) + numpy.asarray(b) - y
        return x.swapaxes(1, 2) @ residual / x.shape[1], residual.mean(axis=1, keepdims=True)

    def reached(params):
        return {'loss': number(mean_loss(*map(numpy.asarray, params), X, y)[0] - optimum)}

    return Problem((X, y), initial, gradient, reached)


@functools.cache
def network() -> Problem:
    """The digits with 16 tanh units; the loss is that of the training set, `right` counts the other 797 digits."""
    training, validation = d2l.split_digits(1000)

    def initial(generator):
        return d2l.init_network((64, 16, 10), [generator])

    def reached(params):
        (loss,), _ = d2l.evaluate_network(params, *training)
        _, (hits,) = d2l.evaluate_network(params, *validation)
        return {'loss': number(loss), 'right': round(float(hits) * len(validation[0]))}

    return Problem(training, initial, d2l.network_grad, reached)


PROBLEMS = {f.__name__: f for f in (airfoil, network)}
