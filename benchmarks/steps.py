"""Seconds per step of each method on the digits network, beside PyTorch and optax: one thread, one process.

    .venv-frameworks/bin/python benchmarks/steps.py [METHOD ...]     all, unless some are named

`bench.py` measures the same, several times. Contenders whose library an environment lacks are left out.

What is timed is the update of all parameters of a network of 64-128-128-10 units, from gradients that are there.
Seconds are the processor's, so that waiting for it does not count, and contenders take turns. PyTorch runs its own
optimizers as they come, in float32 as it would, and in float64 as d2lmini does; optax's update is compiled by JAX, in
float32. Muon gets the two inner matrices and AdamW the rest, in all of them.
"""
import os

os.environ |= {name: '1' for name in ('OMP_NUM_THREADS', 'OPENBLAS_NUM_THREADS', 'MKL_NUM_THREADS')} | {
    'D2LMINI_ENGINE': 'numpy', 'XLA_FLAGS': '--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1'}

import functools
import importlib
import importlib.util
import statistics
import sys
import time
from pathlib import Path

import numpy

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import d2lmini as d2l

SIZES, ROUNDS, STEPS = (64, 128, 128, 10), 15, 4
INNER = (0, 2)                      # in the list of parameters: the weights of the hidden layers
RATE = {'lr': 1e-3, 't': 1}
STATES = {'sgd_momentum': 'momentum', 'nesterov': 'momentum', 'yogi': 'adam'}     # else named like the method
METHODS = {     # name: (hyperparameters, PyTorch's class and options, optax's function and options)
    'sgd': (RATE, ('torch.optim.SGD', {}), ('sgd', {})),
    'sgd_momentum': (RATE | {'momentum': 0.9}, ('torch.optim.SGD', {'momentum': 0.9}), ('sgd', {'momentum': 0.9})),
    'nesterov': (RATE | {'momentum': 0.9}, ('torch.optim.SGD', {'momentum': 0.9, 'nesterov': True}),
                 ('sgd', {'momentum': 0.9, 'nesterov': True})),
    'adagrad': (RATE, ('torch.optim.Adagrad', {}), ('adagrad', {})),
    'rmsprop': (RATE | {'gamma': 0.9}, ('torch.optim.RMSprop', {'alpha': 0.9}), ('rmsprop', {'decay': 0.9})),
    'adadelta': ({'rho': 0.9}, ('torch.optim.Adadelta', {'rho': 0.9}), ('adadelta', {'rho': 0.9})),
    'yogi': (RATE, ('pytorch_optimizer.Yogi', {}), ('yogi', {})),
    'adam': (RATE, ('torch.optim.Adam', {}), ('adam', {})),
    'adamw': (RATE | {'weight_decay': 0.1}, ('torch.optim.AdamW', {'weight_decay': 0.1}),
              ('adamw', {'weight_decay': 0.1})),
    'amsgrad': (RATE, ('torch.optim.Adam', {'amsgrad': True}), ('amsgrad', {})),
    'nadam': (RATE | {'weight_decay': 0.1},
              ('torch.optim.NAdam', {'weight_decay': 0.1, 'decoupled_weight_decay': True}),
              ('nadamw', {'weight_decay': 0.1})),
    'lion': ({'lr': 1e-3, 'weight_decay': 0.1}, None, ('lion', {'weight_decay': 0.1})),
    'schedule_free': (RATE, ('schedulefree.AdamWScheduleFree', {}), ('contrib.schedule_free_adamw', {})),
    'prodigy': (RATE | {'lr': 1.0}, ('prodigyopt.Prodigy', {}), ('contrib.prodigy', {})),
    'adafactor': (RATE, ('torch.optim.Adafactor', {}), ('adafactor', {'min_dim_size_to_factor': 1})),
    'shampoo': (RATE, ('pytorch_optimizer.Shampoo', {}), None),
    'soap': (RATE, ('pytorch_optimizer.SOAP', {}), None),
    'muon': ({'lr': 1e-3, 'momentum': 0.95, 'weight_decay': 0.1}, ('torch.optim.Muon', {'weight_decay': 0.1}),
             ('contrib.muon', {'weight_decay': 0.1})),
}


def ours(name, params, gradients):
    hyperparams, plan = METHODS[name][0], []
    params = [d2l.parameter(p) for p in params]
    for p, g in zip(params, gradients):
        p.grad = g
    groups = [[p for i, p in enumerate(params) if i in INNER], [p for i, p in enumerate(params) if i not in INNER]]
    for method, some in ((name, groups[0]), ('adamw', groups[1])) if name == 'muon' else ((name, params),):
        init_states = None if method == 'sgd' else getattr(d2l, f'init_{STATES.get(method, method)}_states')
        plan.append((getattr(d2l, method), some, init_states and init_states(some),
                     dict(hyperparams if method == name else RATE)))

    def step():
        for optimizer, some, states, values in plan:
            optimizer(some, states, values)

    return step


def pytorch(name, params, gradients, dtype):
    import torch
    torch.set_num_threads(1)
    module, _, method = METHODS[name][1][0].rpartition('.')
    tensors = [torch.nn.Parameter(torch.tensor(numpy.asarray(p).T.copy(), dtype=getattr(torch, dtype)))
               for p in params]
    for p, g in zip(tensors, gradients):
        p.grad = torch.tensor(g.T.copy(), dtype=getattr(torch, dtype))
    some = [p for i, p in enumerate(tensors) if name != 'muon' or i in INNER]
    rest = [p for i, p in enumerate(tensors) if name == 'muon' and i not in INNER]
    options = ({} if name == 'prodigy' else {'lr': 1e-3}) | METHODS[name][1][1]
    optimizers = [getattr(importlib.import_module(module), method)(some, **options)]
    optimizers += [torch.optim.AdamW(rest, lr=1e-3)] if rest else []
    if hasattr(optimizers[0], 'train'):
        optimizers[0].train()
    copies = [p.grad.clone() for p in tensors] if name == 'schedule_free' else None     # it changes the gradients

    def step():
        if copies:
            for p, g in zip(tensors, copies):
                p.grad.copy_(g)
        for optimizer in optimizers:
            optimizer.step()

    return step


def in_optax(name, params, gradients):
    import jax
    import optax
    method, options = METHODS[name][2]
    function = functools.reduce(getattr, method.split('.'), optax)
    optimizer = function(**({} if name == 'prodigy' else {'learning_rate': 1e-3}) | options)
    weights = [jax.numpy.array(numpy.asarray(p), dtype='float32') for p in params]
    slopes = [jax.numpy.array(g, dtype='float32') for g in gradients]

    @jax.jit
    def update(slopes, state, weights):
        moves, state = optimizer.update(slopes, state, weights)
        return optax.apply_updates(weights, moves), state

    state = optimizer.init(weights)

    def step():
        nonlocal weights, state
        weights, state = update(slopes, state, weights)
        jax.block_until_ready(weights)

    return step


def seconds(contenders: dict) -> dict:
    """Return the median seconds of a step of each contender, all measured in turn."""
    found = {key: [] for key in contenders}
    for step in contenders.values():
        for _ in range(3):
            step()
    for _ in range(ROUNDS):
        for key, step in contenders.items():
            start = time.process_time()
            for _ in range(STEPS):
                step()
            found[key].append((time.process_time() - start) / STEPS)
    return {key: statistics.median(values) for key, values in found.items()}


def here(where: str) -> bool:
    """Whether this environment has a library."""
    return importlib.util.find_spec(where.partition('.')[0]) is not None


def measured(name: str) -> dict:
    """Return the seconds of a step of a method, by contender: those whose libraries are here."""
    params = [p[0] for p in d2l.init_network(SIZES, [d2l.rng(0)])]
    X, targets, *_ = (a[:256] for a in d2l.split_digits(1200)[0])
    gradients = d2l.network_grad(params, X, targets)
    contenders = {'ours': ours(name, params, gradients)}
    if METHODS[name][1] and here(METHODS[name][1][0]):
        contenders |= {'torch': pytorch(name, params, gradients, 'float32'),
                       'torch64': pytorch(name, params, gradients, 'float64')}
    if METHODS[name][2] and here('optax'):
        contenders['optax'] = in_optax(name, params, gradients)
    return seconds(contenders)


def every() -> dict:
    """Return the same of each method."""
    return {name: measured(name) for name in METHODS}


if __name__ == '__main__':
    print('µs per step; in brackets, ours in multiples of it')
    for name in sys.argv[1:] or METHODS:
        times = measured(name)
        cells = (f'{key} {value * 1e6:7.0f} ({times["ours"] / value:4.2f})  ' for key, value in times.items())
        print(f'{name:14s}' + ''.join(cells), flush=True)
