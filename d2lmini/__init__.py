"""d2lmini: the small package behind The Road to Adam. Every public name is on this screen.

Import it as `import d2lmini as d2l`. Arrays come from `d2lmini.np`: MXNet's where MXNet imports, NumPy's elsewhere.
"""
import importlib

from d2lmini import engine, schedules
from d2lmini.arrays import grad, parameter
from d2lmini.data import Minibatches, get_data_ch10, load_digits, rng, split_digits, stacked_minibatches
from d2lmini.editions import (
    get_data_ch11,
    install_as_d2l,
    load_array,
    train_ch11,
    train_concise_ch11,
    train_gluon_ch11,
)
from d2lmini.engine import npx
from d2lmini.network import cross_entropy, evaluate_network, forward, init_network, network_grad
from d2lmini.optimizers import (
    adadelta,
    adafactor,
    adagrad,
    adam,
    adamw,
    amsgrad,
    init_adadelta_states,
    init_adafactor_states,
    init_adagrad_states,
    init_adam_states,
    init_adamw_states,
    init_amsgrad_states,
    init_lion_states,
    init_momentum_states,
    init_muon_states,
    init_nadam_states,
    init_prodigy_states,
    init_rmsprop_states,
    init_schedule_free_states,
    init_shampoo_states,
    init_soap_states,
    lion,
    muon,
    nadam,
    nesterov,
    newton_schulz,
    prodigy,
    rmsprop,
    schedule_free,
    schedule_free_average,
    sgd,
    sgd_momentum,
    shampoo,
    soap,
    yogi,
)
from d2lmini.seeds import train_seeds
from d2lmini.training import Timer, evaluate_loss, linreg, squared_loss, train_ch10, train_gluon_ch10

__version__ = '0.1.0'

# matplotlib takes longer to import than all the rest: these wait until the first one is used. So does `np`, which
# imports autograd on the NumPy engine.
PLOTTING = ('Animator', 'annotate', 'label_curves', 'plot', 'plt', 'set_figsize', 'show_trace_2d', 'train_2d',
            'use_svg_display')

__all__ = [
    'Minibatches', 'Timer', 'adadelta', 'adafactor', 'adagrad', 'adam', 'adamw', 'amsgrad', 'evaluate_loss',
    'get_data_ch10', 'grad', 'init_adadelta_states', 'init_adafactor_states', 'init_adagrad_states', 'init_adam_states',
    'init_adamw_states', 'init_amsgrad_states', 'init_lion_states', 'init_momentum_states', 'init_muon_states',
    'init_nadam_states', 'init_prodigy_states', 'init_rmsprop_states', 'init_schedule_free_states',
    'init_shampoo_states', 'init_soap_states', 'linreg', 'lion', 'load_digits', 'muon', 'nadam', 'nesterov',
    'newton_schulz', 'np', 'npx', 'parameter', 'prodigy', 'rmsprop', 'rng', 'schedule_free', 'schedule_free_average',
    'sgd', 'sgd_momentum', 'shampoo', 'soap', 'squared_loss', 'yogi',
    'schedules', 'train_ch10', 'train_gluon_ch10', 'train_seeds', *PLOTTING,
    # the small network
    'cross_entropy', 'evaluate_network', 'forward', 'init_network', 'network_grad', 'split_digits',
    'stacked_minibatches',
    # the names of other editions, see editions.py
    'get_data_ch11', 'install_as_d2l', 'load_array', 'train_ch11', 'train_concise_ch11', 'train_gluon_ch11',
]


def __getattr__(name):
    if name == 'np':
        return engine.np
    if name in PLOTTING:
        return getattr(importlib.import_module('d2lmini.plotting'), name)
    others = sorted(known for known in __all__ if not known.endswith('_states'))
    raise AttributeError(f'd2lmini has no {name!r}: it has {", ".join(others)}, and init_..._states for each optimizer')


def __dir__():
    return sorted(__all__)
