"""Gluon's trainers by name: MXNet's own where MXNet computes, the scratch functions of the same methods elsewhere.

Scratch functions and Gluon agree but for where ε stands: MXNet's Adam folds the bias correction into the learning rate,
so that its ε acts as ε / √(1 − β2ᵗ), 31.6 times larger at t = 1 with β2 = 0.999. Both RMSProps, both AdaGrads and both
Adadeltas keep ε inside the root.
"""
from d2lmini import checks, engine, optimizers

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
STATE_PAIRS = (optimizers.adam, optimizers.adadelta)    # these keep two averages a parameter


def trainer_step(name, options, w, b):
    """Return (step, params): step(X, y) trains w, b on a minibatch as Gluon's trainer does; params() reads them."""
    return (_gluon_step if engine.name == 'mxnet' else _scratch_step)(name, options, w, b)


def _gluon_step(name, options, w, b):
    from mxnet import autograd, gluon
    from mxnet.optimizer import Optimizer

    checks.trainer_name(name, set(Optimizer.opt_registry) - {'test'})
    checks.option_values(options)
    net, half_squares = gluon.nn.Dense(1, in_units=len(w)), gluon.loss.L2Loss()
    net.initialize()
    net.weight.set_data(w.T)
    net.bias.set_data(b)
    try:
        trainer = gluon.Trainer(net.collect_params(), name, dict(options))
    except TypeError as why:
        raise TypeError(f'trainer_hyperparams={options!r} does not suit trainer {name!r}: {why}') from why

    def step(X, y):
        with autograd.record():
            losses = half_squares(net(X), y.reshape(-1, 1))
        losses.backward()
        trainer.step(len(y))

    return step, lambda: (net.weight.data().T, net.bias.data())


def _scratch_step(name, options, w, b):
    checks.trainer_name(name, SCRATCH, ' on the NumPy engine (MXNet has more)')
    update, names = SCRATCH[name.lower()]
    checks.trainer_options(name, options, names)
    values = {ours: options.get(gluon, default) for gluon, (ours, default) in names.items()}
    hyperparams = {k: v for k, v in values.items() if k in HYPERPARAMS} | {'t': 1}
    constants = {k: v for k, v in values.items() if k not in HYPERPARAMS}
    count = 2 if update in STATE_PAIRS else 1
    states = [tuple(engine.np.zeros(p.shape) for _ in range(count)) for p in (w, b)]
    states = states if count == 2 else [s for s, in states]

    def step(X, y):
        engine.linreg_grad(X, y, w, b)
        update((w, b), states, hyperparams, **constants)

    return step, lambda: (w, b)
