"""The door of the optimizers: new arguments are checked, then the update runs as it is written.

A training loop calls an optimizer with the same parameters, states and dictionary again and again. They are checked at
the first call, so that the bodies hold mathematics only and the loop does not pay for the checks.
"""
import functools
import math
import numbers
from collections.abc import Callable, Sequence

import numpy

from d2lmini import checks, engine


def checked(update: Callable, uses: tuple[str, ...], states: tuple[str, ...] = (), init: str = '') -> Callable:
    """Return the update with its arguments checked.

    Args:
        update: a function `f(params, states, hyperparams, ...)` that changes params and states in place.
        uses: the hyperparameters that it looks up.
        states: the arrays that it keeps for each parameter; those named s or delta are averages of squares.
        init: the function that makes these states.
    """
    def arguments(params, given, hyperparams, *constants, **named):
        _hyperparams(update.__name__, hyperparams, uses, constants_of)
        _params(params)
        _states(update.__name__, given, params, states, init)
        for name, value in (dict(zip(constants_of, constants)) | named).items():
            _numbers(name, value, below=1 if name.startswith('beta') else math.inf)

    constants_of = update.__code__.co_varnames[3:update.__code__.co_argcount]
    last, seen = None, ()

    @functools.wraps(update)
    def optimizer(params, states, hyperparams, *constants, **named):
        nonlocal last, seen
        new = params, states, hyperparams, constants, named         # kept, so that no other object gets their ids
        try:
            ids = [len(hyperparams), *map(id, (*new[:3], *params, *constants, *named.values()))]
        except TypeError:       # no dictionary, or no list
            ids = None
        if ids is None or ids != seen:
            arguments(params, states, hyperparams, *constants, **named)
            last, seen = new, ids
        update(params, states, hyperparams, *constants, **named)

    return optimizer


def _hyperparams(optimizer, values, uses, constants):
    checks.mapping('hyperparams', values)
    for key, value in values.items():
        if key not in (*uses, 't'):
            more = f'; {key} is an argument: {optimizer}(..., {key}={value!r:.50})' if key in constants else ''
            raise TypeError(f'hyperparams has {key!r}={value!r:.100}, which {optimizer} does not use: it looks up '
                            f'{" and ".join(uses)}, so leave it out{more}')
    for key in uses:
        if key not in values:
            raise checks.missing_hyperparam(key, values)
        if key == 't':
            checks.hyperparams({key: values[key]})
        else:
            _numbers(f'hyperparams[{key!r}]', values[key], below=math.inf if key == 'lr' else 1)


def _numbers(name, value, below):
    """Check a number, or an array with one for each run or coordinate: from 0, and below `below`."""
    several = hasattr(value, 'shape') and value.shape != ()
    if not several and (isinstance(value, (bool, numpy.bool_)) or not isinstance(value, (numbers.Real, numpy.ndarray))):
        raise TypeError(f'{name}={value!r:.100} is a {type(value).__name__}: pass a number')
    x = engine.to_numpy(value) if several else numpy.asarray(value)
    if x.dtype.kind not in 'fiu' or not ((x >= 0) & (x < below)).all():
        wanted = 'a number from 0 to below 1' if below == 1 else 'a finite number, at least 0'
        raise ValueError(f'{name}={value!r:.100} is out of range: pass {wanted}')


def _params(params):
    if not isinstance(params, Sequence):
        raise TypeError(f'params is a {type(params).__name__}: pass a list of parameters, such as [p] for one')
    for i, p in enumerate(params):
        name = f'params[{i}]'
        _array(name, p)
        if getattr(p, 'grad', None) is None:
            raise TypeError(f'{name} has no gradient in .grad: make it with d2lmini.parameter(x), and set p.grad or '
                            'call backward() before the step')
        _same(f'{name}.grad', p.grad, name, p)


def _states(optimizer, given, params, names, init):
    if not names:
        return      # one loop may serve all optimizers, and hand states to those that keep none
    entry = 'one array' if len(names) == 1 else f'a tuple of {len(names)} arrays ({", ".join(names)})'
    wanted = f'{optimizer} keeps {entry} for each parameter: pass {init}(params)'
    if not isinstance(given, Sequence):
        raise TypeError(f'states={given!r:.100} is a {type(given).__name__}, and {wanted}')
    if len(given) != len(params):
        raise ValueError(f'states holds {len(given)} entries for {len(params)} parameters, and {wanted}')
    for i, (p, state) in enumerate(zip(params, given)):
        arrays = state if isinstance(state, (tuple, list)) else [state]
        if len(arrays) != len(names) or isinstance(state, (tuple, list)) != (len(names) > 1):
            raise TypeError(f'states[{i}] is {_kind(state)}, and {wanted}')
        for name, s in zip(names, arrays):
            what = f'the state {name} of params[{i}]'
            _array(what, s)
            _same(what, s, f'params[{i}]', p, remedy=f': {init}(params) makes states for your parameters')
            if name in ('s', 'delta') and not (engine.to_numpy(s) >= 0).all():
                raise ValueError(f'{what} holds negative or missing values, but it averages squares: is it the state '
                                 f'of another optimizer? {init}(params) makes a new one')


def _kind(x):
    return f'a tuple of {len(x)}' if isinstance(x, (tuple, list)) else f'a {type(x).__name__}'


def _array(name, x):
    checks.float_array(name, x)
    flags = getattr(x, 'flags', None)
    if flags is not None and not flags.writeable:
        raise ValueError(f'{name} is read-only, and the step changes it in place: pass a copy, {name}.copy()')


def _same(name, x, other, p, remedy=''):
    """Check that x, a gradient or a state, is an array of p's library and shape."""
    shape = tuple(getattr(x, 'shape', numpy.shape(x)))
    if shape != tuple(p.shape):
        raise ValueError(f'{name} has shape {shape}, expected {tuple(p.shape)} as {other}{remedy}')
    if hasattr(x, 'shape') and engine.kind(x) != engine.kind(p):
        raise TypeError(f'{name} is an array of {engine.kind(x)}, {other} of {engine.kind(p)}'
                        f'{remedy or ": convert one of them"}')
