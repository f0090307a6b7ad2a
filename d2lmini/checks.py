"""Checks of the arguments of public functions. Each message names the argument, its value and the remedy."""
import math
import numbers
import warnings
from collections.abc import Iterable, Mapping, Sequence

import numpy

from d2lmini import engine

UNORDERED = (str, bytes, Mapping, set, frozenset)        # these can be iterated, but are not ordered numbers
NUMERIC_OPTIONS = {'learning_rate', 'momentum', 'eps', 'epsilon', 'gamma1', 'rho', 'beta1', 'beta2'}
FRACTIONS = ('momentum', 'gamma', 'rho', 'gamma1', 'beta1', 'beta2')   # in [0, 1): at 1, nothing is ever forgotten


def whole_number(name, value, low, high=None, why=''):
    """Return value as an int if it is a whole number from low to high."""
    wanted = f'a whole number from {low} to {high}' if high is not None else f'a whole number, at least {low}'
    if isinstance(value, bool) or not isinstance(value, numbers.Integral):
        raise TypeError(f'{name}={value!r} is a {type(value).__name__}: pass {wanted}{why}')
    if value < low or (high is not None and value > high):
        raise ValueError(f'{name}={value!r} is out of range: pass {wanted}{why}')
    return int(value)


def whole_numbers(name, values, low, example):
    """Return a list of whole numbers, each at least `low`."""
    if isinstance(values, UNORDERED) or not isinstance(values, Iterable) or getattr(values, 'shape', None) == ():
        raise TypeError(f'{name}={values!r:.100} is a {type(values).__name__}: pass a list such as {example}')
    return [whole_number(f'{name}[{i}]', value, low) for i, value in enumerate(values)]


def data_arrays(X, y, y_name='y', y_ndim=1, y_shape='(rows,)'):
    """Check a table of features and its targets, before they become minibatches."""
    for name, x, ndim, shape in (('X', X, 2, '(rows, features)'), (y_name, y, y_ndim, y_shape)):
        float_array(name, x)
        if x.ndim != ndim:
            raise ValueError(f'{name} has shape {tuple(x.shape)}: pass an array of shape {shape}')
    if len(X) != len(y) or len(X) == 0:
        raise ValueError(f'X has {len(X)} rows and {y_name} has {len(y)}: '
                         'pass one target for each row, and at least one row')
    for name, x in (('X', X), (y_name, y)):
        if not numpy.isfinite(engine.to_numpy(x)).all():
            raise ValueError(f'{name} holds NaN or infinite values: remove or replace those rows first')


def float_array(name, x):
    """Check that x is a float array of NumPy or of this engine."""
    if isinstance(x, numpy.ma.MaskedArray):
        raise TypeError(f'{name} is a masked array, whose mask would be ignored: fill it or leave the masked rows out')
    if not hasattr(x, 'shape') or not hasattr(x, 'dtype'):
        raise TypeError(f'{name} is a {type(x).__name__}: pass a float array, not {x!r:.60}')
    if engine.kind(x) not in ('numpy', engine.name):
        kind = engine.kind(x)
        switch = f', or set D2LMINI_ENGINE={kind} before the import' if kind in engine.ENGINES else ''
        raise TypeError(f'{name} is an array of {kind}, but the engine is {engine.name}: '
                        f'convert it to NumPy first{switch}')
    if numpy.dtype(x.dtype).kind != 'f':
        raise TypeError(f'{name} holds {x.dtype}: pass floats, for example '
                        f'{"x" if " " in name else name}.astype(float)')


def finite_numbers(name, x):
    """Return x, one number or several, as an array of float64: no masked, missing, complex or Boolean values."""
    if isinstance(x, numpy.ma.MaskedArray):
        raise TypeError(f'{name}={x!r:.100} is a masked array, whose mask would be ignored: fill it, x.filled(...)')
    if hasattr(x, 'shape') and engine.kind(x) not in ('numpy', engine.name):
        float_array(name, x)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter('error')          # NumPy 1 warns of rows of different lengths, NumPy 2 refuses them
            values = engine.to_numpy(x)
    except (ValueError, Warning):
        values = numpy.array(None)
    if values.dtype.kind not in 'fiu':
        raise TypeError(f'{name}={x!r:.100} is a {type(x).__name__}: pass numbers, such as 0.0, [1.0, 2.0] or a float '
                        'array')
    if not numpy.isfinite(values).all():
        raise ValueError(f'{name}={x!r:.100} holds NaN or infinite values: pass finite numbers')
    return values.astype(float)


def float_arrays(**arrays):
    """Check float arrays of NumPy or of this engine; autograd may be tracing those that it differentiates."""
    for name, x in arrays.items():
        if engine.kind(x) != 'autograd':
            float_array(name, x)
    kinds = {engine.kind(x) for x in arrays.values()} - {'autograd'}
    if len(kinds) > 1:
        raise TypeError(f'{", ".join(arrays)} are arrays of {" and of ".join(sorted(kinds))}: pass arrays of one kind')


def linreg_shapes(X, w, b):
    """Check the shapes of linear regression."""
    if len(X.shape) != 2:
        raise ValueError(f'X has shape {tuple(X.shape)}: pass an array of shape (rows, features)')
    if tuple(w.shape) not in ((X.shape[1], 1), (X.shape[1],)):
        raise ValueError(f'w has shape {tuple(w.shape)}, and X {tuple(X.shape)}: '
                         f'pass weights of shape ({X.shape[1]}, 1)')
    if tuple(b.shape) not in ((1,), (), (1, 1)):
        raise ValueError(f'b has shape {tuple(b.shape)}: pass a bias of shape (1,)')


def as_many(**arrays):
    """Check that two arrays hold equally many numbers."""
    (name, x), (other, y) = arrays.items()
    if math.prod(x.shape) != math.prod(y.shape):
        raise ValueError(f'{name} has shape {tuple(x.shape)}, {other} has {tuple(y.shape)}: '
                         'pass equally many numbers in both')


def returned(name, value, wanted):
    """Check what the reader's function returned."""
    if not hasattr(value, 'mean') or not hasattr(value, 'shape'):
        raise TypeError(f'{name} returned {value!r:.60}, a {type(value).__name__}: return {wanted}')


def text(name, value):
    if not isinstance(value, str):
        raise TypeError(f'{name}={value!r:.100} is a {type(value).__name__}: pass a string')


def function(name, value, example):
    if not callable(value):
        raise TypeError(f'{name}={value!r} is not callable: pass a function, {example}')


def trainer(trainer_fn):
    function('trainer_fn', trainer_fn, 'such as d2lmini.adam (for a trainer by name, call train_gluon_ch10)')


def states(states, params, keeps=(), shaped=None):
    """Check that states holds, for w and then b, arrays of this engine, of the right shape, writable."""
    if states is None:
        return
    if not isinstance(states, Sequence) or isinstance(states, (str, bytes)) or len(states) != len(params):
        count = len(states) if isinstance(states, (list, tuple)) else f'a {type(states).__name__}'
        raise ValueError(f'states holds {count}, expected {len(params)} entries, one for w and one for b: '
                         'make them with the init_..._states(feature_dim) of your optimizer')
    for name, state, p in zip(('w', 'b'), states, params):
        for i, s in enumerate(state if isinstance(state, Sequence) else [state]):
            what = f'the state of {name} (array {i})'
            of = (shaped or {}).get(keeps[i] if i < len(keeps) else None, tuple)(p.shape)
            if hasattr(s, 'shape'):
                state_array(what, s, p, 'make the states with the init_..._states(feature_dim) of your optimizer, and '
                                        'pass feature_dim as get_data_ch10 returned it', of)


def made_states(made):
    """Check what init_states returned."""
    if not isinstance(made, Sequence) or isinstance(made, str) or len(made) != 2:
        raise TypeError(f'init_states returned {made!r:.60}, a {type(made).__name__}: return two entries, for w and b, '
                        'as d2lmini.init_adam_states does')


def state_array(what, s, p, remedy, shape=None):
    """Check that a state is an array of its parameter's library, (or this) shape and precision, and may be changed."""
    shape = tuple(p.shape) if shape is None else shape
    float_array(what, s)
    if engine.kind(s) != engine.kind(p):
        raise TypeError(f'{what} is an array of {engine.kind(s)}, but its parameter is of {engine.kind(p)}: {remedy}')
    if tuple(s.shape) != shape:
        raise ValueError(f'{what} has shape {tuple(s.shape)}, expected {shape}: {remedy}')
    if numpy.dtype(s.dtype) != numpy.dtype(p.dtype):
        raise TypeError(f'{what} holds {numpy.dtype(s.dtype)}, but its parameter {numpy.dtype(p.dtype)}: {remedy}; '
                        'fill those with s[:] = ..., which converts')
    writable(what, s)


def writable(what, x):
    flags = getattr(x, 'flags', None)
    if flags is not None and not flags.writeable:
        raise ValueError(f'{what} is read-only, and a step changes it in place: pass a copy, x.copy()')


def hyperparams(values):
    """Check the hyperparameters that a dictionary holds; a missing one is reported when it is looked up."""
    mapping('hyperparams', values)
    if 'lr' in values:
        _number("hyperparams['lr']", values['lr'])
    for key in FRACTIONS:
        if key in values:
            _number(f'hyperparams[{key!r}]', values[key], below=1)
    if 't' in values:
        whole_number("hyperparams['t']", values['t'], 1, why=' (t counts the steps from 1)')


def coefficient(name, value, below=math.inf):
    """Check a number, or an array of them, one for each run or coordinate: from 0 to below `below`."""
    if getattr(value, 'shape', ()) == ():
        return _number(name, value.item() if isinstance(value, numpy.ndarray) else value, below=below)
    x = finite_numbers(name, value)
    if not ((x >= 0) & (x < below)).all():
        wanted = 'finite numbers, at least 0' if below == math.inf else f'numbers from 0 to below {below}'
        raise ValueError(f'{name}={value!r:.100} is out of range: pass {wanted}')


def _number(name, value, high=math.inf, below=math.inf):
    """Check a number from 0 to `high`, or to below `below`."""
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        raise TypeError(f'{name}={value!r:.100} is a {type(value).__name__}: pass a number')
    if not (0 <= value <= high and value < below):
        wanted = (f'a number from 0 to {high}' if high < math.inf else f'a number from 0 to below {below}'
                  if below < math.inf else 'a finite number, at least 0')
        raise ValueError(f'{name}={value!r:.100} is out of range: pass {wanted}')


def positive(name, value):
    """Check that no number is 0."""
    if (numpy.asarray(value) == 0).any():
        raise ValueError(f'{name}={value!r:.100} would divide by 0: pass a number above 0, such as the default')


def switch(name, value):
    if not isinstance(value, (bool, numpy.bool_)):
        raise TypeError(f'{name}={value!r:.100} is a {type(value).__name__}: pass True or False')


def polynomial(name, value):
    """Check three finite numbers a, b and c, of either sign."""
    wanted = 'pass three finite numbers (a, b, c), such as (3.4445, -4.775, 2.0315)'
    if isinstance(value, UNORDERED) or not isinstance(value, Sequence):
        raise TypeError(f'{name}={value!r:.100} is a {type(value).__name__}: {wanted}')
    if len(value) != 3 or not all(isinstance(c, numbers.Real) and math.isfinite(c) for c in value):
        raise ValueError(f'{name}={value!r:.100}: {wanted}')


def schedule_free_states(states):
    if not isinstance(states, (list, tuple)) or not all(isinstance(s, (list, tuple)) and len(s) == 4 for s in states):
        raise TypeError(f'states={states!r:.60} is not what init_schedule_free_states returns: pass one entry '
                        '(x, z, s, total) for each parameter')


def missing_hyperparam(key, values):
    """Return the error for a hyperparameter that an optimizer looked up and did not find."""
    example = {'t': "'t': 1 (it counts the steps)"}.get(key, f'{key!r}: a number')
    return KeyError(f'hyperparams={dict(values)!r} lacks {key!r}: add {example}')


def missing_states(trainer_fn, why):
    """Return the error for an optimizer that failed without states."""
    name = getattr(trainer_fn, '__name__', trainer_fn)
    return TypeError(f'states=None, and {name} failed ({why}): if it keeps states, pass those of its '
                     'init_..._states(feature_dim), such as init_adam_states(feature_dim)')


def feature_dim(value, data_iter):
    value, actual = whole_number('feature_dim', value, 1), data_iter.X.shape[1]
    if value != actual:
        raise ValueError(f'feature_dim={value}, but the data has {actual} features: '
                         'pass feature_dim as get_data_ch10 returned it')


def loader(data_iter, wanted):
    if not isinstance(data_iter, wanted):
        raise TypeError(f'data_iter is a {type(data_iter).__name__}: pass the iterator that get_data_ch10 returned, '
                        'or d2lmini.Minibatches(X, y, batch_size) for data of your own')


def trainer_name(name, known, where=''):
    if not isinstance(name, str):
        raise TypeError(f"trainer_name={name!r} is a {type(name).__name__}: pass a name such as 'adam' "
                        '(for a function of your own, call train_ch10)')
    if name.lower() not in known:
        raise ValueError(f'trainer_name={name!r} does not exist: choose one of {", ".join(sorted(known))}{where}')


def trainer_options(name, options, known):
    for option, value in options.items():
        if option not in known:
            raise TypeError(f'trainer_hyperparams has {option!r}={value!r}, which the scratch {name} does not know: '
                            f'choose from {", ".join(known)}, or run on the MXNet engine')
    option_values(options)


def option_values(options):
    """Check the options of a trainer by name that are numbers on either engine."""
    for option in NUMERIC_OPTIONS & set(options):
        _number(f'trainer_hyperparams[{option!r}]', options[option])


def mapping(name, value):
    if not isinstance(value, Mapping):
        example = {'lr': 0.01} if name == 'hyperparams' else {'learning_rate': 0.01}
        raise TypeError(f'{name}={value!r} is a {type(value).__name__}: pass a dictionary such as {example}')


def schedule(**values):
    """Check what a schedule was given: steps and periods are whole numbers from 1, the rest are numbers from 0."""
    for key, value in values.items():
        if key in ('t', 'total', 'steps', 'period', 'growth'):
            whole_number(key, value, 1)
        elif key == 'milestones':
            whole_numbers(key, value, 1, '[10, 20]')
        else:
            _number(key, value, high=1 if key == 'rise' else math.inf)
            if key == 'rise' and value == 1:
                raise ValueError('rise=1 leaves no step to fall: pass a number below 1')


def figsize(value):
    try:
        width, height = map(float, () if isinstance(value, (*UNORDERED, numpy.ma.MaskedArray)) else value)
    except (TypeError, ValueError):
        width = height = 0.0
    if not (0 < width < math.inf and 0 < height < math.inf):
        raise ValueError(f'figsize={value!r}: pass width and height in inches, for example (4.5, 2.8)')


def choice(name, value, known):
    """Return value if it is one of the known names."""
    if not isinstance(value, str):
        raise TypeError(f'{name}={value!r:.100} is a {type(value).__name__}: pass one of {", ".join(known)}')
    if value not in known:
        raise ValueError(f'{name}={value[:100]!r} does not exist: choose one of {", ".join(known)}')
    return value


def number(name, value, low, high):
    """Return value if it is a number from low to high."""
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        raise TypeError(f'{name}={value!r:.100} is a {type(value).__name__}: pass a number from {low} to {high}')
    if not low <= value <= high:
        raise ValueError(f'{name}={value!r} is out of range: pass a number from {low} to {high}')
    return value


def point(name, value, box):
    """Return the coordinates of a point as floats, if it lies in the box: one (low, high) for each coordinate."""
    if isinstance(value, (str, Mapping)) or not isinstance(value, Sequence):
        raise TypeError(f'{name}={value!r:.100} is a {type(value).__name__}: pass a pair of numbers such as (-5, -2)')
    if len(value) < len(box):
        raise ValueError(f'{name}={value!r:.100} has {len(value)} coordinates: pass {len(box)}')
    return [float(number(f'{name}[{i}]', x, *side)) for i, (x, side) in enumerate(zip(value, box))]


# The small network: its layers, the random generators of its runs, and its data.
def layer_sizes(value):
    if isinstance(value, UNORDERED) or not isinstance(value, Sequence) or len(value) < 2:
        raise TypeError(f'sizes={value!r:.100}: pass the units of at least two layers, such as (64, 16, 10)')
    for i, units in enumerate(value):
        whole_number(f'sizes[{i}]', units, 1)


def generators(value):
    if isinstance(value, str) or not isinstance(value, Sequence) or len(value) == 0:
        raise TypeError(f'generators={value!r:.100}: pass a list with one for each run, such as [d2lmini.rng(0)]')
    for i, generator in enumerate(value):
        if not isinstance(generator, numpy.random.Generator):
            raise TypeError(f'generators[{i}]={generator!r:.100}: pass a generator, such as d2lmini.rng(0)')


def scale(value, runs):
    if isinstance(value, numbers.Real):
        return _number('scale', value)
    values = finite_numbers('scale', value)
    if values.shape != (runs,):
        raise ValueError(f'scale={value!r:.100} has shape {values.shape}: '
                         f'pass a number, or one for each of the {runs} generators')
    return coefficient('scale', values)


def network(params, X):
    """Check that parameters fit each other and X, by their shapes alone: `grad` passes autograd's boxes, not arrays."""
    if not isinstance(params, Sequence) or len(params) < 2 or len(params) % 2:
        what = f'{len(params)} entries' if isinstance(params, Sequence) else f'a {type(params).__name__}'
        raise TypeError(f'params holds {what}: pass [W1, b1, W2, b2, ...] as d2lmini.init_network returns it')
    _network_array('X', X)
    runs, units = getattr(params[0], 'shape', ())[:-2], X.shape[-1]
    for i, p in enumerate(params):
        _network_array('params', p, i)
        wanted = (*runs, 1, units) if i % 2 else (*runs, units, p.shape[-1])
        if p.shape != wanted:
            raise ValueError(f'params[{i}] has shape {p.shape}, expected {wanted} for X of shape {X.shape}: '
                             'pass weights (in, out) and biases (1, out) as d2lmini.init_network returns them')
        units = p.shape[-1]
    if X.shape[:-2] not in (runs, (), (1,) * len(runs)):
        raise ValueError(f'X has shape {X.shape}, the parameters have {runs} for the runs: pass the same rows for all, '
                         'of shape (rows, in), or each run its own, (runs, rows, in)')


def network_targets(params, X, targets):
    """Check all that a gradient needs: the parameters, X, and the targets."""
    network(params, X)
    target_rows(targets, (*params[0].shape[:-2], X.shape[-2], params[-1].shape[-1]))


def log_p_and_targets(log_p, targets):
    _network_array('log_p', log_p)
    target_rows(targets, log_p.shape)


def target_rows(targets, shape):
    """Check that targets hold a row, not a label, for each example: shape (rows, classes), or that after the runs."""
    _network_array('targets', targets)
    runs = shape[:-2]
    if targets.shape[-2:] != shape[-2:] or targets.shape[:-2] not in (runs, (), (1,) * len(runs)):
        raise ValueError(f'targets has shape {targets.shape}, expected {shape[-2:]} or {shape}: pass a row for each '
                         'row of X, with a 1 at its label, such as numpy.eye(10)[labels]')


def _network_array(name, x, i=None):
    name = name if i is None else f'{name}[{i}]'
    if not isinstance(x, numpy.ndarray) and engine.kind(x) != 'autograd':
        raise TypeError(f'{name} is a {type(x).__module__}.{type(x).__name__}: pass an array of NumPy, not {x!r:.40}')
    if isinstance(x, numpy.ma.MaskedArray) or (isinstance(x, numpy.ndarray) and x.dtype.kind not in 'biuf'):
        raise TypeError(f'{name} is a {type(x).__name__} of {x.dtype}: pass a plain array of numbers')
    if len(x.shape) < 2 or 0 in x.shape:
        raise ValueError(f'{name} has shape {x.shape}: pass an array of two axes, or three with the runs first, '
                         'none of them empty')
