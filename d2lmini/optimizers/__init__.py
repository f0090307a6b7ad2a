"""Optimizers from scratch: one file per method, each a pure function on arrays, one line per equation.

Every update has the signature `optimizer(params, states, hyperparams, ...) -> None`. It changes `params` and `states`
in place and reads each parameter's gradient from `p.grad`. Functions of plain NumPy are used: given MXNet arrays, they
dispatch to MXNet, so one body serves both engines, and whole stacks of runs on a leading axis.

Each has a door (door.py) that refuses arguments which the update does not use or would misread.
"""
from d2lmini.optimizers.adadelta import adadelta, init_adadelta_states
from d2lmini.optimizers.adafactor import adafactor, init_adafactor_states
from d2lmini.optimizers.adagrad import adagrad, init_adagrad_states
from d2lmini.optimizers.adam import adam, init_adam_states
from d2lmini.optimizers.adamw import adamw, init_adamw_states
from d2lmini.optimizers.amsgrad import amsgrad, init_amsgrad_states
from d2lmini.optimizers.lion import init_lion_states, lion
from d2lmini.optimizers.momentum import init_momentum_states, nesterov, sgd_momentum
from d2lmini.optimizers.muon import init_muon_states, muon, newton_schulz
from d2lmini.optimizers.nadam import init_nadam_states, nadam
from d2lmini.optimizers.prodigy import init_prodigy_states, prodigy
from d2lmini.optimizers.rmsprop import init_rmsprop_states, rmsprop
from d2lmini.optimizers.schedule_free import init_schedule_free_states, schedule_free, schedule_free_average
from d2lmini.optimizers.sgd import sgd
from d2lmini.optimizers.shampoo import init_shampoo_states, shampoo
from d2lmini.optimizers.soap import init_soap_states, soap
from d2lmini.optimizers.yogi import yogi

__all__ = ['adadelta', 'adafactor', 'adagrad', 'adam', 'adamw', 'amsgrad', 'init_adadelta_states',
           'init_adafactor_states', 'init_adagrad_states', 'init_adam_states', 'init_adamw_states',
           'init_amsgrad_states', 'init_lion_states', 'init_momentum_states', 'init_muon_states', 'init_nadam_states',
           'init_prodigy_states', 'init_rmsprop_states', 'init_schedule_free_states', 'init_shampoo_states',
           'init_soap_states', 'lion', 'muon', 'nadam', 'nesterov', 'newton_schulz', 'prodigy', 'rmsprop',
           'schedule_free', 'schedule_free_average', 'sgd', 'sgd_momentum', 'shampoo', 'soap', 'yogi']
