"""Two functions of arrays that readers call: parameters, and gradients of any function."""
import numbers
from collections.abc import Callable

import numpy

from d2lmini import checks, engine
from d2lmini.engine import numpy as numpy_engine


def parameter(x):
    """Return a copy of x as a parameter: an array that can be changed in place, with room for its gradient in `.grad`.

    An MXNet array becomes an MXNet array in float32, whose gradient MXNet writes. Anything else becomes a NumPy array
    in float64, on either engine, whose gradient you set: `p.grad = ...`. `init_adam_states([p])` makes states that fit.

    Args:
        x: finite numbers: one, a list of them (or of lists), or an array.

    Raises:
        TypeError, ValueError: x holds something else; the message names it and the remedy.
    """
    numbers_of = checks.finite_numbers('x', x)
    return engine.parameter(x) if engine.kind(x) == engine.name == 'mxnet' else numpy_engine.parameter(numbers_of)


def grad(f: Callable) -> Callable:
    """Return the function that computes the gradient of f: an array for one argument, a tuple for several.

    f takes numbers or float arrays, is written with `d2lmini.np` or plain operators, and returns one number. Its
    gradient at a number is a number; at an array, an array of the same library and precision. Numbers are
    differentiated in float64. Example: `grad(lambda x: x ** 2)(3.0)` is 6.0.

    Gradients of gradients are exact on the NumPy engine, and on MXNet if f is written with plain operators or
    `autograd.numpy`. Otherwise, as MXNet does not record them, they come from central differences: about twelve digits
    for a second derivative, three fewer for each further one.

    Raises:
        TypeError: f or an argument is of the wrong kind, f does not return one number, or does something that a
            gradient cannot follow, such as `math.sin(x)`.
    """
    checks.function('f', f, 'of numbers or arrays, that returns one number')

    def gradient(*args):
        if not args:
            raise TypeError('args is empty: pass the point at which you want the gradient of f')
        args = [_differentiable(f'argument {i} of f', a) for i, a in enumerate(args)]
        kinds = {engine.kind(a) for a in args if hasattr(a, 'shape') and not numpy_engine.traced(a)}
        if len(kinds) > 1:
            raise TypeError(f'the arguments of f are arrays of {" and of ".join(sorted(kinds))}: pass one kind')
        try:
            gradients = engine.gradients(f, args)
        except (TypeError, AssertionError) as why:
            if numpy_engine.lost(why) and not any(map(numpy_engine.traced, args)):
                raise TypeError(numpy_engine.LOST) from why
            raise
        return gradients[0] if len(gradients) == 1 else tuple(gradients)

    return gradient


def _differentiable(name, x):
    """Return an argument of a gradient: a number as a float, an array as it is, without its subclass."""
    if numpy_engine.traced(x):
        return x                                    # a gradient of a gradient
    if isinstance(x, numbers.Real) and not isinstance(x, bool):
        return float(x)
    if not hasattr(x, 'shape'):
        raise TypeError(f'{name} is {x!r:.100}, a {type(x).__name__}: pass a number or an array of floats')
    checks.float_array(name, x)
    return numpy.asarray(x) if isinstance(x, numpy.ndarray) else x
