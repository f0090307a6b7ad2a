"""The door of the optimizers: the arguments are checked, then the update runs as it is written.

Arrays that passed are remembered as long as they live, and not checked again. Numbers and the shapes of gradients are
checked in each step, which costs two microseconds. A trainer opens the door after its first step: the others call the
update alone.
"""
import functools
import inspect
import math
import weakref
from collections.abc import Callable, Mapping, MutableMapping
from itertools import chain
from types import MappingProxyType

import numpy

from d2lmini import checks, engine
from d2lmini.optimizers.states import number

FRACTION = (float, 0, 1)        # what passes without a closer look: the type, and the range from low to below high
POSITIVE = (float, 1e-37, math.inf)                                                 # a smaller ε is 0 in float32
PLAIN = {'lr': (float, 0, math.inf), 't': (int, 1, math.inf), 'momentum': FRACTION, 'gamma': FRACTION, 'rho': FRACTION,
         'weight_decay': (float, 0, math.inf), 'beta1': FRACTION, 'beta2': FRACTION, 'eps': POSITIVE, 'eps1': POSITIVE,
         'eps2': POSITIVE, 'clip': POSITIVE, 'd0': POSITIVE, 'psi': POSITIVE, 'power': POSITIVE, 'exponent': FRACTION}
SQUARES = ('s', 'delta', 'top', 'total')        # states that sum or average squares
SWITCHES, COUNTS = ('corrected', 'relative', 'scaled'), ('every', 'steps')        # constants that are no quantities
NOT_ZERO = ('eps1', 'clip', 'd0')
_bare = {}                      # id of an optimizer: itself, so that no other can get this id, and the update alone


def checked(uses: tuple[str, ...], keeps: tuple[str, ...] = (), made_by: Callable | None = None,
            may: tuple[str, ...] = (), shaped: Mapping[str, Callable] = MappingProxyType({}), matrices: bool = False,
            closed: tuple[str, ...] = (), begins: str | None = None, of_runs: tuple[str, ...] = (),
            together: bool = False) -> Callable:
    """Return a decorator that checks the arguments of an optimizer `f(params, states, hyperparams, ...)`.

    Args:
        uses: the hyperparameters that it looks up; t is accepted as well, since trainers count it.
        keeps: the arrays that it keeps for each parameter: none, one, or several.
        made_by: the function that makes these states.
        may: the hyperparameters that it uses if they are there.
        shaped: for arrays that are not of the parameter's shape, the function that returns theirs for it.
        matrices: whether it refuses vectors.
        closed: the constants that may be 1, where others of their name are below.
        begins: the array that the first step fills: it is not 0 afterward.
        of_runs: the hyperparameters that are one number for each run, and not for each coordinate.
        together: whether all parameters have the same axes of runs.
    """
    def decorate(update):
        name, constants_of = update.__name__, list(inspect.signature(update).parameters)[3:]
        rows, pair, right = [(key, *PLAIN[key]) for key in uses], len(keeps) > 1, Right()
        more = [(key, *PLAIN[key]) for key in may]

        @functools.wraps(update)
        def optimizer(params, states, hyperparams, *values, **constants):
            try:
                plain, others = type(hyperparams) is dict, len(hyperparams) - len(rows)
                for key, kind, low, high in rows:
                    value = hyperparams[key]
                    plain = plain and type(value) is kind and low <= value < high
                if others:
                    for key, kind, low, high in more:
                        if key in hyperparams:
                            value, others = hyperparams[key], others - 1
                            plain = plain and type(value) is kind and low <= value < high
                    plain = plain and others == 0
            except (TypeError, LookupError):    # not a dictionary, or a key is missing
                plain = False
            if not plain:
                _hyperparams(name, hyperparams, params, uses, may, constants_of, of_runs)
            try:
                kept = chain.from_iterable(states) if pair else states if keeps else ()
                known = right.ids == [*map(id, params), None, *map(id, kept)]
                for p in params:
                    known = known and p.grad.shape == p.shape
            except (TypeError, AttributeError):     # not a list, or not an array
                known = False
            if not known:
                _arrays(name, params, states, keeps, made_by, shaped, matrices)
                if together:
                    _same_runs(name, params)
                if begins and hyperparams['t'] > 1:
                    _begun(name, states, keeps.index(begins), hyperparams['t'], made_by.__name__)
                right.remember(params, [] if not keeps else [*chain.from_iterable(states)] if pair else states)
            if not values and not constants:        # the common case, on a fast path
                return update(params, states, hyperparams)
            _constants(name, dict(zip(constants_of, values)) | constants, params, states, keeps, constants_of, shaped,
                       closed)
            return update(params, states, hyperparams, *values, **constants)

        optimizer.uses, optimizer.keeps, optimizer.shaped = uses, keeps, shaped
        _bare[id(optimizer)] = optimizer, update
        return optimizer

    return decorate


def opened(optimizer: Callable) -> Callable:
    """Return what runs after a first, checked step: the update alone, or the reader's own function unchanged."""
    return _bare.get(id(optimizer), (None, optimizer))[1]


class Right:
    """The ids of the arrays that passed. They are forgotten once one of these arrays is gone."""

    ids = None

    def remember(self, params, kept):
        self.ids = None
        try:
            self._alive = [weakref.ref(a, self._forget) for a in (*params, *kept)]
            self.ids = [*map(id, params), None, *map(id, kept)]
        except TypeError:       # arrays of the reader's own, without weak references: checked in each step
            self._alive = []

    def _forget(self, _):
        self.ids = None


def _hyperparams(name, values, params, uses, may, constants_of, of_runs):
    checks.mapping('hyperparams', values)
    if 't' in uses and not isinstance(values, MutableMapping):
        raise TypeError(f'hyperparams={values!r:.100} is a {type(values).__name__}, in which {name} cannot count its '
                        'steps: pass a dictionary')
    for key, value in values.items():
        if key == 't':
            checks.hyperparams({'t': value})
        elif key in (*uses, *may):
            checks.coefficient(f'hyperparams[{key!r}]', value, PLAIN[key][2])
            _fits(f'hyperparams[{key!r}]', value, params, number if key in of_runs else tuple)
        else:
            more = f': it is an argument, {name}(..., {key}={value!r:.50})' if key in constants_of else ': leave it out'
            raise TypeError(f'hyperparams has {key!r}={value!r:.100}, which {name} does not use; it looks up '
                            f'{" and ".join((*uses, *may))}{more}')
    for key in uses:
        if key not in values:
            raise checks.missing_hyperparam(key, values)


def _constants(name, constants, params, states, keeps, known, shaped, closed):
    for key, value in constants.items():
        if key not in known:
            raise TypeError(f'{key}={value!r:.100} is not used by {name}: '
                            + (f'pass {" or ".join(known)}, or leave it out' if known else 'leave it out'))
        if key in SWITCHES:
            checks.switch(key, value)
        elif key in COUNTS:
            checks.whole_number(key, value, 1)
        elif key == 'coefficients':
            checks.polynomial(key, value)
        elif key in closed:
            checks.number(key, value, 0, 1)
        elif type(value) is not PLAIN[key][0] or not PLAIN[key][1] <= value < PLAIN[key][2]:
            checks.coefficient(key, value, PLAIN[key][2])
            _fits(key, value, params, (lambda shape: ()) if shaped else tuple)
            if key in NOT_ZERO or (key == 'eps' and shaped):
                checks.positive(key, value)
            elif key == 'eps':
                _divisible(value, params, states, keeps)


def _fits(name, value, params, part=tuple):
    """Check that an array of coefficients can be multiplied with each parameter, or with a part of its shape."""
    shape = tuple(getattr(value, 'shape', ()))
    for i, p in enumerate(params if isinstance(params, (list, tuple)) and shape else ()):
        of, wanted = tuple(getattr(p, 'shape', ())), tuple(part(getattr(p, 'shape', ())))
        try:
            fits = numpy.broadcast_shapes(shape, wanted) == wanted
        except ValueError:
            fits = False
        if not fits:
            arrays = {of: ', or an array whose axes are those of the parameter, or of length 1', (): ''}
            raise ValueError(f'{name} has shape {shape}, which does not fit params[{i}] of shape {of}: pass a number'
                             + arrays.get(wanted, f', or an array of shape {wanted}, with one for each run'))


def _divisible(eps, params, states, keeps):
    """Check that no root is 0 without ε: nothing moves from there, or it becomes NaN."""
    for i, (p, state) in enumerate(zip(params, states)):
        kept = {key: engine.to_numpy(s) for key, s in zip(keeps, state if len(keeps) > 1 else [state])}
        kept['s'] = kept.get('s', 0) + numpy.square(engine.to_numpy(p.grad).astype(p.dtype))
        for key in ('s', 'delta'):
            if key in kept and (kept[key] + numpy.asarray(eps, p.dtype) == 0).any():
                raise ValueError(f'eps={eps!r:.50} leaves a root of 0, as {key} of params[{i}] is still 0 in places: '
                                 'pass a larger eps, such as the default')


def _arrays(name, params, states, keeps, made_by, shaped, matrices):
    if not isinstance(params, (list, tuple)):
        raise TypeError(f'params={params!r:.60} is a {type(params).__name__}: pass a list of parameters, such as [p]')
    for i, p in enumerate(params):
        _float_array(f'params[{i}]', p)
        _gradient(f'params[{i}]', p)
        if matrices:
            _matrix(name, f'params[{i}]', p)
    if keeps:           # one loop may serve all optimizers, and hand states to one that keeps none
        _states(name, states, params, keeps, made_by.__name__, shaped)
    elif not isinstance(states, (list, tuple, type(None))):
        raise TypeError(f'states={states!r:.60} is a {type(states).__name__}, but {name} keeps none: pass None')


def _gradient(name, p):
    g = getattr(p, 'grad', None)
    if g is None:
        raise TypeError(f'{name} has no gradient in .grad: make it with d2lmini.parameter(x), and set p.grad or '
                        'call backward() before the step')
    checks.float_array(f'{name}.grad', g)
    if tuple(g.shape) != tuple(p.shape):
        raise ValueError(f'{name}.grad has shape {tuple(g.shape)}, expected {tuple(p.shape)} as {name}: '
                         'pass the gradient of this parameter')
    if engine.kind(g) != engine.kind(p):
        raise TypeError(f'{name}.grad is an array of {engine.kind(g)}, {name} of {engine.kind(p)}: convert one')


def _same_runs(name, params):
    for i, p in enumerate(params):
        if p.shape[:-2] != params[0].shape[:-2]:
            raise ValueError(f'params[{i}] has shape {tuple(p.shape)}, params[0] has {tuple(params[0].shape)}: {name} '
                             'counts over all parameters of a run, so make the axes before the last two the same')


def _begun(name, states, i, t, init):
    """Check that states are not new, once the steps are counted on."""
    if any(not engine.to_numpy(state[i]).any() for state in states):
        raise ValueError(f"hyperparams['t']={t!r}, but the states are new, and {name} starts them in step 1: "
                         f"pass 't': 1, or the states of the steps so far, which {init} once made")


def _matrix(name, which, p):
    if len(p.shape) < 2 or 1 in p.shape[-2:]:
        raise ValueError(f'{which} has shape {tuple(p.shape)}, a vector, but {name} is for matrices of at least two '
                         'rows and columns: leave it to another optimizer, such as adamw, with a call of its own')


def _states(name, states, params, keeps, init, shaped):
    count = 'a pair of arrays' if len(keeps) == 2 else f'{len(keeps)} arrays'
    entry = f'{count} ({", ".join(keeps)})' if len(keeps) > 1 else f'one array, {keeps[0]},'
    wanted = f'{name} keeps {entry} for each parameter: pass {init}(params), or {init}(feature_dim)'
    if not isinstance(states, (list, tuple)):
        what = 'states=None' if states is None else f'states={states!r:.60} is a {type(states).__name__}'
        raise TypeError(f'{what}, and {wanted}')
    if len(states) != len(params):
        raise ValueError(f'states holds {len(states)} entries for {len(params)} parameters, and {wanted}')
    seen = list(params)
    for i, (p, state) in enumerate(zip(params, states)):
        several = isinstance(state, (tuple, list))
        if several != (len(keeps) > 1) or (several and len(state) != len(keeps)):
            what = f'a {type(state).__name__} of {len(state)}' if several else f'a {type(state).__name__}'
            raise TypeError(f'states[{i}] is {what}, and {wanted}')
        for key, s in zip(keeps, state if several else [state]):
            what = f'the state {key} of params[{i}]'
            checks.state_array(what, s, p, f'{init}(params) makes states that fit', shaped.get(key, tuple)(p.shape))
            if any(s is other for other in seen):
                raise ValueError(f'{what} is the same array as another state or parameter, which would change with it: '
                                 'make one for each')
            if key in SQUARES and not ((engine.to_numpy(s) >= 0) & (engine.to_numpy(s) < math.inf)).all():
                raise ValueError(f'{what} holds negative, missing or infinite values, where squares are summed: is it '
                                 f'that of another optimizer, or did a square overflow? {init}(params) makes a new one')
            seen.append(s)


def _float_array(name, p):
    checks.float_array(name, p)
    if numpy.dtype(p.dtype).itemsize < 4:
        raise TypeError(f'{name} holds {numpy.dtype(p.dtype)}, in which the square of 300 overflows: pass float32 or '
                        'float64')
    checks.writable(name, p)
