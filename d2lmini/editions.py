"""Names of other editions of the published chapter, so that code written for them runs.

The 2019 edition imports `d2l`, numbers the chapter 10, later 11, and has `gluon` in the name of the trainer by name.
Those from 2020 on write `from d2l import mxnet as d2l`, have `concise` in that name, and call array functions
`d2l.arange`, `d2l.sin` and so on. The last one numbers the chapter 12, and keeps the names with 11.
"""
import sys

from d2lmini import engine
from d2lmini.data import Minibatches, get_data_ch10
from d2lmini.training import train_ch10, train_gluon_ch10

get_data_ch11 = get_data_ch10
train_ch11 = train_ch10
train_gluon_ch11 = train_concise_ch11 = train_gluon_ch10

# The array functions of the editions from 2020 on, except those for networks and devices.
AS_IN_NP = ('abs', 'arange', 'cos', 'cosh', 'exp', 'expand_dims', 'eye', 'float32', 'int32', 'int64', 'linspace', 'log',
            'meshgrid', 'ones', 'ones_like', 'sin', 'sinh', 'stack', 'tanh', 'zeros', 'zeros_like')
RENAMED = {'concat': 'concatenate', 'matmul': 'dot', 'tensor': 'array'}
RANDOM = ('normal', 'rand', 'randn')
METHODS = {'argmax': 'argmax', 'astype': 'astype', 'reduce_mean': 'mean', 'reduce_sum': 'sum', 'repeat': 'repeat',
           'reshape': 'reshape', 'swapaxes': 'swapaxes'}


def load_array(data_arrays, batch_size, is_train=True):
    """Return minibatches of (X, y); shuffled each epoch, which `is_train=False` cannot turn off here."""
    if not isinstance(is_train, bool):
        raise TypeError(f'is_train={is_train!r:.100} is a {type(is_train).__name__}: pass True')
    if not is_train:
        raise ValueError('is_train=False asks for minibatches in order: slice the arrays, or pass is_train=True')
    if not isinstance(data_arrays, (list, tuple)) or len(data_arrays) != 2:
        raise TypeError(f'data_arrays={data_arrays!r:.100} is not a pair: pass (X, y), the features and the targets')
    return Minibatches(*data_arrays, batch_size)


def install_as_d2l():
    """Let `import d2l` and `from d2l import mxnet as d2l` give this package, with the array names of later editions.

    It affects the running Python only: an installed package d2l stays as it is.

    Raises:
        ImportError: another d2l has been imported already.
    """
    package = sys.modules[__package__]
    for name, module in list(sys.modules.items()):
        if name.partition('.')[0] == 'd2l' and module is not package:
            raise ImportError(f'{name} is imported already, from {getattr(module, "__file__", None)}: restart Python '
                              '(the kernel), and call d2lmini.install_as_d2l() before any import of d2l')
    vars(package).update(_array_names(), mxnet=package)
    sys.modules.update({'d2l': package, 'd2l.mxnet': package})


def _array_names() -> dict:
    np = engine.np
    return ({name: getattr(np, name) for name in AS_IN_NP}
            | {name: getattr(np, theirs) for name, theirs in RENAMED.items()}
            | {name: getattr(np.random, name) for name in RANDOM}
            | {name: _method(theirs) for name, theirs in METHODS.items()}
            | {'numpy': engine.to_numpy, 'size': lambda x: x.size, 'transpose': lambda x: x.T})


def _method(name):
    return lambda x, *args, **kwargs: getattr(x, name)(*args, **kwargs)
