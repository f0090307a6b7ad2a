"""Optimizers from scratch: one file per method, each a pure function on arrays, one line per equation.

Every update has the signature `optimizer(params, states, hyperparams, ...) -> None`. It changes `params` and `states`
in place and reads each parameter's gradient from `p.grad`. Functions of plain NumPy are used: given MXNet arrays, they
dispatch to MXNet, so one body serves both engines, and whole stacks of runs on a leading axis.

Each has a door (door.py) that refuses arguments which the update does not use or would misread.
"""
from d2lmini.optimizers.adadelta import adadelta, init_adadelta_states
from d2lmini.optimizers.adagrad import adagrad, init_adagrad_states
from d2lmini.optimizers.adam import adam, init_adam_states
from d2lmini.optimizers.momentum import init_momentum_states, nesterov, sgd_momentum
from d2lmini.optimizers.rmsprop import init_rmsprop_states, rmsprop
from d2lmini.optimizers.sgd import sgd
from d2lmini.optimizers.yogi import yogi

__all__ = ['adadelta', 'adagrad', 'adam', 'init_adadelta_states', 'init_adagrad_states', 'init_adam_states',
           'init_momentum_states', 'init_rmsprop_states', 'nesterov', 'rmsprop', 'sgd', 'sgd_momentum', 'yogi']
