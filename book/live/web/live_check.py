"""Judge the answer to an exercise: a hidden check calls the functions that the reader wrote.

It needs no browser: tests/book/test_checks.py judges every stub, solution and planted mistake with it.
"""
import functools
import inspect
import linecache

import numpy


class Wrong(Exception):
    """The answer is not right; the message says why."""


def shown(value):
    """Write numbers as a person would: few digits, arrays in brackets."""
    array = numpy.asarray(value, dtype=float)
    return f'{array:.6g}' if array.ndim == 0 else '[' + ', '.join(map(shown, array)) + ']'


def close(got, wanted, what, tolerance=1e-9):
    """Compare what a function returned with what is known from another source; `what` names the source and the case."""
    try:
        found = numpy.asarray(got, dtype=float)
    except (TypeError, ValueError):
        raise Wrong(f'{what}: expected {shown(wanted)}, got {got!r:.80}, which is not a number.') from None
    right = numpy.asarray(wanted, dtype=float)
    # One number in a list is as good as the number.
    if found.shape != right.shape and (found.size, right.size) != (1, 1):
        raise Wrong(f'{what}: expected {shown(wanted)}, got {shown(got)}: the shapes differ.')
    if not numpy.allclose(found.reshape(right.shape), right, rtol=tolerance, atol=tolerance):
        raise Wrong(f'{what}: expected {shown(wanted)}, got {shown(got)}.')


def pair(value, what):
    if not isinstance(value, (tuple, list)) or len(value) != 2:
        raise Wrong(f'Return two things: {what}.')
    return value


HELPERS = {'close': close, 'pair': pair}


def careful(name, function):
    """Wrap a reader's function: if it returns nothing, say so before anything computes with it."""
    @functools.wraps(function)
    def called(*arguments):
        value = function(*arguments)
        if value is None:
            raise Wrong(f'{name} returns nothing yet: replace the dots by code that ends with return.')
        return value
    return called


def place(error, file):
    """Return the last line of the reader's code that an error came through, or 0."""
    line, trace = 0, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == file:
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def judge(hidden, scope, file):
    """Run a hidden check on the functions in `scope`, which come from the code called `file`.

    Returns:
        None where the answer is right, or [line of the reader's code or 0, message].
    """
    checks = {}
    exec(compile(hidden, 'check', 'exec'), checks)
    arguments = []
    try:
        for name in inspect.signature(checks['check']).parameters:
            if name not in HELPERS and not callable(scope.get(name)):
                raise Wrong(f'There is no function {name}, which the check calls. Reset brings the stub back.')
            arguments.append(HELPERS.get(name) or careful(name, scope[name]))
        checks['check'](*arguments)
    except Wrong as why:
        return [0, str(why)]
    except BaseException as error:              # a reader's function may raise anything, and be stopped
        line = place(error, file)
        code = linecache.getline(file, line).strip()
        return [line, f'{type(error).__name__}: {error}' + (f', in: {code}' if code else '')]
    return None
