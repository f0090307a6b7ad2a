"""Gluon's trainers by name: MXNet's own where MXNet computes, the scratch functions of the same methods elsewhere.

Scratch functions and Gluon agree, except for the place of ε: MXNet's Adam folds the bias correction into the learning
rate, so that its ε acts as ε / √(1 − β2ᵗ), 31.6 times larger at t = 1 with β2 = 0.999. Both RMSProps, both AdaGrads and
both Adadeltas keep ε inside the root.

The option `lr_scheduler` takes a learning-rate schedule, on both engines: see `Schedule`.
"""
import copy
import inspect
import itertools
import math
import numbers

from d2lmini import checks, engine, optimizers
from d2lmini.optimizers.door import opened

# Gluon's name: (the scratch function, {Gluon's option: (our keyword, Gluon's default)})
SCRATCH = {
    'sgd': (optimizers.sgd_momentum, {'learning_rate': ('lr', 0.01), 'momentum': ('momentum', 0.0)}),
    'nag': (optimizers.nesterov, {'learning_rate': ('lr', 0.01), 'momentum': ('momentum', 0.0)}),
    'adagrad': (optimizers.adagrad, {'learning_rate': ('lr', 0.01), 'eps': ('eps', 1e-7)}),
    'rmsprop': (optimizers.rmsprop, {'learning_rate': ('lr', 0.001), 'gamma1': ('gamma', 0.9),
                                     'epsilon': ('eps', 1e-8)}),
    'adadelta': (optimizers.adadelta, {'rho': ('rho', 0.9), 'epsilon': ('eps', 1e-5)}),
    'adam': (optimizers.adam, {'learning_rate': ('lr', 0.001), 'beta1': ('beta1', 0.9), 'beta2': ('beta2', 0.999),
                               'epsilon': ('eps', 1e-8)}),
}
HYPERPARAMS = ('lr', 'momentum', 'gamma', 'rho')        # the rest are constants, passed by keyword
STATE_PAIRS = (optimizers.adam, optimizers.adadelta)    # these keep two averages per parameter


class Schedule:
    """A learning-rate schedule as a trainer asks for it: the rate of step t = 1, 2, …

    MXNet asks again for each parameter; here, a step asks once, so that an object that changes with each call falls
    equally fast on both engines. It is copied first, so that the next run finds it unchanged.
    """

    def __init__(self, given, base_lr):
        """Take a function of t, an object of `mxnet.lr_scheduler`, or a function of t and base_lr."""
        checks.function("trainer_hyperparams['lr_scheduler']", given,
                        'such as lambda t: d2lmini.schedules.cosine(t, 0.1, total=300)')
        wanted = [p.name for p in inspect.signature(given).parameters.values()
                  if p.default is p.empty and p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
        of = f"trainer_hyperparams['lr_scheduler'] is a function of {', '.join(wanted)}"
        if len(wanted) > 2:
            raise TypeError(f'{of}: pass one of t, such as lambda t: d2lmini.schedules.cosine(t, 0.1, total=300)')
        if len(wanted) == 2 and base_lr is None:
            raise TypeError(f"{of}: add the base rate, 'learning_rate'")
        if len(wanted) < 2 and base_lr is not None:
            raise TypeError(f"trainer_hyperparams has 'learning_rate'={base_lr!r}, which a schedule of the step alone "
                            'does not use: leave it out, or pass a function of the step and the base rate')
        self._function, self._base = copy.deepcopy(given), [base_lr] if len(wanted) == 2 else []
        self._t = self._now = None

    def __call__(self, t: int) -> float:
        if t != self._t:
            rate = self._function(t, *self._base)
            if not isinstance(rate, numbers.Real) or not 0 <= rate < math.inf:
                raise ValueError(f"trainer_hyperparams['lr_scheduler'] gave {rate!r:.100} for step {t}: "
                                 'it must return a finite number, at least 0')
            self._t, self._now = t, float(rate)
        return self._now


def _take_schedule(name, options):
    """Return the schedule among the options, or None, and the other options."""
    options = dict(options)
    given = options.pop('lr_scheduler', None)
    if given is None:
        return None, options
    if 'learning_rate' not in SCRATCH.get(name.lower(), (None, ['learning_rate']))[1]:
        raise TypeError(f"trainer_hyperparams has 'lr_scheduler'={given!r:.100}, but {name} has no learning rate: "
                        'leave it out')
    base_lr = options.pop('learning_rate', None)
    if base_lr is not None:
        checks.option_values({'learning_rate': base_lr})
    return Schedule(given, base_lr), options


def trainer_step(name, options, w, b):
    """Return (step, params): step(X, y) trains w, b on a minibatch as Gluon's trainer does; params() reads them."""
    return (_gluon_step if engine.name == 'mxnet' else _scratch_step)(name, options, w, b)


def _gluon_step(name, options, w, b):
    from mxnet import autograd, gluon
    from mxnet.optimizer import Optimizer

    checks.trainer_name(name, set(Optimizer.opt_registry) - {'test'})
    schedule, options = _take_schedule(name, options)
    checks.option_values(options)
    if schedule is not None:
        options |= {'lr_scheduler': schedule, 'learning_rate': None}    # otherwise some optimizers insert their default
    net, half_squares = gluon.nn.Dense(1, in_units=len(w)), gluon.loss.L2Loss()
    net.initialize()
    net.weight.set_data(w.T)
    net.bias.set_data(b)
    try:
        trainer = gluon.Trainer(net.collect_params(), name, options)
    except TypeError as why:
        raise TypeError(f'trainer_hyperparams={options!r} does not suit trainer {name!r} ({why}): '
                        'pass options that it knows') from why

    def step(X, y):
        with autograd.record():
            losses = half_squares(net(X), y.reshape(-1, 1))
        losses.backward()
        trainer.step(len(y))

    return step, lambda: (net.weight.data().T, net.bias.data())


def _scratch_step(name, options, w, b):
    checks.trainer_name(name, SCRATCH, ' on the NumPy engine (MXNet has more)')
    update, names = SCRATCH[name.lower()]
    schedule, options = _take_schedule(name, options)
    checks.trainer_options(name, options, names)
    values = {ours: options.get(gluon, default) for gluon, (ours, default) in names.items()}
    hyperparams = {k: v for k, v in values.items() if k in HYPERPARAMS} | {'t': 1}
    constants = {k: v for k, v in values.items() if k not in HYPERPARAMS}
    count = 2 if update in STATE_PAIRS else 1
    states = [tuple(engine.np.zeros(p.shape) for _ in range(count)) for p in (w, b)]
    states = states if count == 2 else [s for s, in states]
    steps = itertools.count(1)

    def step(X, y):
        nonlocal update
        if schedule is not None:
            hyperparams['lr'] = schedule(next(steps))
        engine.linreg_grad(X, y, w, b)
        update((w, b), states, hyperparams, **constants)
        update = opened(update)                         # the first step was checked

    return step, lambda: (w, b)
