"""The curves that a figure is given: lists, arrays of either engine, values of a dictionary, as plain floats."""
import math
from collections.abc import Iterable, Mapping
from numbers import Real

import numpy

from d2lmini import engine

UNORDERED = (str, bytes, Mapping, set, frozenset)       # these can be iterated, but are not ordered numbers


def is_iterable(x) -> bool:
    """Whether x can be iterated; an array without axes says that it can, but cannot."""
    return isinstance(x, Iterable) and getattr(x, 'shape', None) != ()


def number(value) -> float:
    """Return a number as a float; it may be in an array of its own, as a loss of either engine is."""
    if value is numpy.ma.masked:
        return numpy.nan
    if isinstance(value, (str, bytes)):
        raise TypeError(f'{value!r} is text')       # float() would read it
    return float(value.item() if hasattr(value, 'item') else value)


def numbers(name, x) -> numpy.ndarray:
    """Return the numbers of a list or an array; what is masked becomes NaN, which is drawn as a gap."""
    try:
        if numpy.ma.isMaskedArray(x):
            values = x.astype(float).filled(numpy.nan)
        else:
            values = engine.to_numpy(x) if hasattr(x, 'shape') else None
            if values is None or values.dtype.kind not in 'biuf':
                values = numpy.array([number(value) for value in x])
    except (TypeError, ValueError):
        values = None
    if values is None or values.ndim != 1 or isinstance(x, UNORDERED):
        raise TypeError(f'{name} holds {x!r:.100}: pass numbers, a list or an array of them')
    return values.astype(float)


def holds_several(x) -> bool:
    """Whether x is a list, or an array of several values: one with a single number is that number, such as a loss."""
    return math.prod(x.shape) != 1 if hasattr(x, 'shape') else hasattr(x, '__len__') and not isinstance(x, str)


def listed(Z) -> list:
    """Return the curves of Z, which holds one or several, as a list."""
    if hasattr(Z, 'ndim'):
        return list(Z) if Z.ndim > 1 else [Z]
    if isinstance(Z, Iterable) and not isinstance(Z, UNORDERED):
        Z = list(Z)                                 # the values of a dictionary cannot be indexed
        return Z if any(map(holds_several, Z)) else [Z]
    return [Z]


def pairs(X, Y) -> list[tuple[numpy.ndarray, numpy.ndarray]]:
    """Return (x, y) for each curve: X and Y hold one curve or several, X alone holds heights over 0, 1, …"""
    X = listed(X)
    if Y is None:
        heights = [numbers('X', y) for y in X]
        return [(numpy.arange(len(y)), y) for y in heights]
    Y = listed(Y)
    if len(X) != len(Y):
        if len(X) != 1:
            raise ValueError(f'X holds {len(X)} curves and Y {len(Y)}: pass equally many of both, or one X for all')
        X = X * len(Y)
    curves = [(numbers('X', x), numbers('Y', y)) for x, y in zip(X, Y)]
    for i, (x, y) in enumerate(curves):
        if len(x) != len(y):
            raise ValueError(f'curve {i} has {len(x)} values in X and {len(y)} in Y: pass equally many of both')
    return curves


def point(name, value) -> tuple[float, float]:
    """Return a pair of numbers as floats."""
    try:
        if isinstance(value, UNORDERED) or numpy.ma.isMaskedArray(value):
            raise TypeError('no pair')
        x1, x2 = map(number, value)
    except (TypeError, ValueError):
        raise TypeError(f'{name}={value!r:.100}: pass a pair of numbers such as (-5, -2)') from None
    return x1, x2


def points(name, values, wanted) -> list[tuple[float, float]]:
    """Return pairs of numbers as floats; `wanted` says what to pass instead of what is no list of them."""
    if isinstance(values, UNORDERED) or not is_iterable(values):
        raise TypeError(f'{name}={values!r:.100}: pass {wanted}')
    return [point(f'{name}[{i}]', value) for i, value in enumerate(values)]


def names(legend) -> list[str]:
    """Return the names of the curves: strings, or numbers as matplotlib writes them. A dictionary gives its keys."""
    if legend is None:
        return []
    if isinstance(legend, (str, bytes, set, frozenset)) or not is_iterable(legend):
        raise TypeError(f'legend={legend!r:.100} is a {type(legend).__name__}: pass a list with a name for each curve')
    found = list(legend)
    for name in found:
        if not isinstance(name, (str, Real)):
            raise TypeError(f'legend={legend!r:.100} holds {name!r:.40}: pass a list with a name for each curve')
    return found


def limits(name, value) -> tuple[float | None, float | None] | None:
    """Return the limits of an axis, or None; matplotlib chooses the one that is None."""
    if value is None:
        return None
    try:
        if isinstance(value, UNORDERED):
            raise TypeError('no pair')
        low, high = (side if side is None else number(side) for side in value)
    except (TypeError, ValueError):
        raise TypeError(f'{name}={value!r:.100}: pass a pair of numbers such as (0, 10)') from None
    if not all(side is None or math.isfinite(side) for side in (low, high)):
        raise ValueError(f'{name}={value!r:.100}: pass a pair of finite numbers such as (0, 10)')
    return low, high


def interval(name, value) -> tuple[float, float]:
    """Return the two ends of an interval, from left to right."""
    ends = (None, None) if value is None else limits(name, value)
    if None in ends or not ends[0] < ends[1]:
        raise ValueError(f'{name}={value!r:.100}: pass two finite numbers, the lower one first, such as (-5.5, 1.0)')
    return ends
