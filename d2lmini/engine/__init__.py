"""One narrow interface to arrays and gradients: MXNet where it imports, NumPy elsewhere.

Both engines offer the same few names, and nothing else of an engine is used in the package:

    np, npx               the array module for chapters, and its `set_np` switch
    array(x)              an array of this engine, from anything array-like
    parameter(x)          a writable array of this engine that carries `.grad`
    to_numpy(x)           a plain NumPy array, from an array of this engine
    owns(x)               whether x is an array of this engine
    linreg_grad(X, y, w, b)   set `.grad` for the mean squared loss of linear regression
    gradients(f, args)    the gradients of f at its arguments
    call(f, *arrays)      f of NumPy arrays, whether it is written with NumPy, plain operators or `np`
    serving_numpy(update) an optimizer for NumPy arrays, whether it is written with NumPy, plain operators or `np`
    finish()              wait until all pending computation is done

The engine is chosen once, at import: `D2LMINI_ENGINE=mxnet` or `D2LMINI_ENGINE=numpy` forces one.
"""
import importlib
import os

from numpy import ndarray

ENGINES = ('mxnet', 'numpy')


def _choose():
    """Import the engine that D2LMINI_ENGINE asks for, or the first that this machine has."""
    asked = os.environ.get('D2LMINI_ENGINE', '').strip().lower()
    if asked and asked not in ENGINES:
        raise ValueError(f'D2LMINI_ENGINE={asked!r} names no engine: set it to "mxnet" or "numpy", or unset it')
    try:
        return importlib.import_module(f'{__name__}.{asked or "mxnet"}')
    except (ImportError, AttributeError, OSError) as why:   # no wheel, a NumPy without np.bool, a missing library
        if asked:
            raise ImportError(
                f'D2LMINI_ENGINE={asked}, but {asked} does not import here ({type(why).__name__}: {why}). MXNet 1.9.1 '
                'needs Python 3.11 or older and numpy 1.23.5: install both, or set D2LMINI_ENGINE=numpy') from why
        return importlib.import_module(f'{__name__}.numpy')


_engine = _choose()
name = _engine.__name__.rpartition('.')[2]
npx = _engine.npx
array, parameter, to_numpy, owns = _engine.array, _engine.parameter, _engine.to_numpy, _engine.owns
linreg_grad, gradients, finish = _engine.linreg_grad, _engine.gradients, _engine.finish
call, serving_numpy = _engine.call, _engine.serving_numpy


def __getattr__(attribute):
    if attribute == 'np':               # when it is first asked for: that of NumPy imports autograd
        return _engine.np
    raise AttributeError(f'module {__name__!r} has no attribute {attribute!r}')


def kind(x):
    """Name the library that array x belongs to: 'mxnet', 'numpy', or its module's first name."""
    return name if owns(x) else 'numpy' if isinstance(x, ndarray) else type(x).__module__.partition('.')[0]

