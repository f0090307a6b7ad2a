"""The problems of the explorers: small enough to be drawn, each with its value, its gradient and its map."""
import functools
import itertools
from collections.abc import Callable
from typing import NamedTuple

import numpy

from d2lmini import engine
from d2lmini.data import Minibatches, get_data_ch10
from d2lmini.engine.numpy import linreg_grad, parameter

FEATURES = [1, 4]       # of the airfoil: angle of attack and thickness, which are correlated: the valley is oblique


class Problem(NamedTuple):
    """A function to minimize. Its gradient may differ from call to call: each call is a step."""

    label: str
    value: Callable         # of arrays x1, x2
    gradient: Callable      # of floats x1, x2; a list or an array
    box: tuple              # the map: (low, high) for each variable
    start: tuple            # a good place to begin
    axes: tuple = ('x1', 'x2')
    uses: tuple = ()        # which of condition and seed it depends on
    keep: bool = False      # whether a step ends inside the box
    minima: tuple = ()      # where the value is lowest
    where: str = ''         # for a caption: 'Adam beside Yogi …'
    plane: 'Plane | None' = None        # if the map shows a part of what is minimized


class Plane(NamedTuple):
    """A plane of matrices, which a map can show: the gradient is of the matrix, given by its rows."""

    lift: Callable          # (x1, x2) to the matrix
    lower: Callable         # a matrix to (x1, x2), which is linear
    value: Callable         # of a matrix; on the plane that of the map


def quadratic(condition, seed):
    a, b = 0.1, 0.1 * condition
    return Problem('Quadratic', lambda x1, x2: a * x1 ** 2 + b * x2 ** 2, lambda x1, x2: [2 * a * x1, 2 * b * x2],
                   ((-6.0, 3.0), (-3.0, 3.0)), (-5.0, -2.0), uses=('condition',), minima=((0.0, 0.0),),
                   where='on a quadratic with the condition number {condition}')


def matrix(condition, seed):
    """A quadratic in a matrix W whose gradient has the same singular vectors as W, along the two directions shown."""
    a, b = 0.1, 0.1 * condition
    U, V = (numpy.array([[numpy.cos(x), -numpy.sin(x)], [numpy.sin(x), numpy.cos(x)]]) for x in (0.5, -1.0))
    weights = numpy.array([[a], [b]])
    return Problem('Matrix', lambda x1, x2: a * x1 ** 2 + b * x2 ** 2,
                   lambda *rows: U @ (2 * weights * (U.T @ numpy.array(rows) @ V)) @ V.T,
                   ((-6.0, 3.0), (-3.0, 3.0)), (-5.0, -2.0), ('first direction', 'second direction'), ('condition',),
                   minima=((0.0, 0.0),),
                   where='on a matrix, along its two singular directions, with the condition number {condition}',
                   plane=Plane(lambda x1, x2: U @ numpy.diag([x1, x2]) @ V.T, lambda W: numpy.diag(U.T @ W @ V),
                               lambda W: float((weights * (U.T @ W @ V) ** 2).sum())))


def rosenbrock(condition, seed):
    return Problem('Rosenbrock’s valley', lambda x1, x2: (1 - x1) ** 2 + 100 * (x2 - x1 ** 2) ** 2,
                   lambda x1, x2: [2 * (x1 - 1) - 400 * x1 * (x2 - x1 ** 2), 200 * (x2 - x1 ** 2)],
                   ((-2.0, 2.0), (-1.0, 3.0)), (-1.5, 2.0), minima=((1.0, 1.0),),
                   where='in Rosenbrock’s valley, whose minimum is at (1, 1)')


def saddle(condition, seed):
    return Problem('Saddle', lambda x1, x2: x1 ** 2 / 2 - x2 ** 2 / 2 + x2 ** 4 / 4, lambda x1, x2: [x1, x2 ** 3 - x2],
                   ((-2.0, 2.0), (-1.6, 1.6)), (-1.7, 0.01), minima=((0.0, -1.0), (0.0, 1.0)),
                   where='at a saddle between two minima, (0, −1) and (0, 1)')


def cycle(condition, seed):
    """Three losses in turn whose sum rises with x: the example of Reddi, Kale and Kumar, in eq-cycle of adam.md."""
    gradients = itertools.cycle([[3.0], [-1.0], [-1.0]])
    return Problem('The cycle 3, −1, −1', lambda x: x / 3, lambda x: next(gradients), ((-1.0, 1.0),), (0.0,),
                   axes=('x',), keep=True, minima=((-1.0,),),
                   where='on the gradients 3, −1, −1 in turn, whose best point is x = −1')


@functools.cache
def _airfoil_parts():
    """Return two features, the targets minus what the other weights explain, and the quadratic that their loss is."""
    data, _ = get_data_ch10()
    X = numpy.column_stack([data.X, numpy.ones(len(data.X))])
    others = numpy.linalg.lstsq(X, data.y, rcond=None)[0]
    others[FEATURES] = 0
    Z, rest = data.X[:, FEATURES], data.y - X @ others
    return Z, rest, Z.T @ Z / len(Z), Z.T @ rest / len(Z), rest @ rest / len(Z) / 2


def airfoil(condition, seed):
    """Two weights of linear regression on minibatches of 10; the other weights stay at their best values."""
    Z, rest, A, c, d = _airfoil_parts()
    loader = Minibatches(Z, rest, 10, seed)
    batches = itertools.chain.from_iterable(itertools.repeat(loader))

    def value(x1, x2):
        return (A[0, 0] * x1 ** 2 + 2 * A[0, 1] * x1 * x2 + A[1, 1] * x2 ** 2) / 2 - c[0] * x1 - c[1] * x2 + d

    def gradient(x1, x2):
        w, b = parameter([[x1], [x2]]), parameter([0.0])
        linreg_grad(*map(engine.to_numpy, next(batches)), w, b)
        return w.grad.ravel()

    return Problem('Airfoil minibatches', value, gradient, ((-2.0, 2.0), (-2.0, 2.0)), (1.5, 1.5),
                   ('weight of the angle', 'weight of the thickness'), ('seed',),
                   minima=(tuple(numpy.linalg.solve(A, c).tolist()),),
                   where='on two weights of the airfoil regression, minibatches of 10, seed {seed}')


PROBLEMS = {f.__name__: f for f in (quadratic, rosenbrock, saddle, cycle, airfoil, matrix)}
