"""Inside d2lmini: all its optimizers, the parts of a step, and more rows. The engine is D2LMINI_ENGINE's."""
import resource
import statistics
import sys
import time
from functools import partial

import numpy
from repeat import repeat

import d2lmini as d2l
from d2lmini import engine

BATCH, EPOCHS, LR = 10, 2, 0.01
FEATURES = 5
CHUNK_STEPS, CHUNKS = 300, 10       # a time per step is the median over chunks of whole epochs, ten or (if long) two
OPTIMIZERS = {
    'sgd': (None, {'lr': 0.05}),
    'sgd_momentum': (d2l.init_momentum_states, {'lr': 0.005, 'momentum': 0.9}),
    'nesterov': (d2l.init_momentum_states, {'lr': 0.005, 'momentum': 0.9}),
    'adagrad': (d2l.init_adagrad_states, {'lr': 0.1}),
    'rmsprop': (d2l.init_rmsprop_states, {'lr': 0.01, 'gamma': 0.9}),
    'adadelta': (d2l.init_adadelta_states, {'rho': 0.9}),
    'adam': (d2l.init_adam_states, {'lr': LR, 't': 1}),
    'yogi': (d2l.init_adam_states, {'lr': LR, 't': 1}),
}


def optimizers() -> dict:
    """Every optimizer of the package: training seconds per epoch, through train_ch10, by name."""
    return {name: repeat(partial(train, name))['epoch'] for name in OPTIMIZERS}


def train(name: str) -> dict:
    init_states, hyperparams = OPTIMIZERS[name]
    data_iter, feature_dim = d2l.get_data_ch10(BATCH)
    states = init_states and init_states(feature_dim)
    seconds, _ = d2l.train_ch10(getattr(d2l, name), states, dict(hyperparams), data_iter, feature_dim, EPOCHS)
    d2l.plt.close('all')
    return {'epoch': seconds[-1] / EPOCHS}


def epoch_of_adam(data_iter: d2l.Minibatches, with_gradient: bool = True, with_update: bool = True):
    """Return a function that trains one epoch, or leaves out the gradient or the update to time what remains."""
    w, b = engine.parameter(numpy.zeros((FEATURES, 1))), engine.parameter([0.0])
    states, hyperparams = d2l.init_adam_states(FEATURES), {'lr': LR, 't': 1}
    engine.linreg_grad(*next(iter(data_iter)), w, b)

    def epoch():
        for X, y in data_iter:
            if with_gradient:
                engine.linreg_grad(X, y, w, b)
            if with_update:
                d2l.adam((w, b), states, hyperparams)
        engine.finish()

    return epoch


def parts() -> dict:
    """Seconds per step of Adam on the airfoil data: all, and its parts each alone."""
    data_iter, _ = d2l.get_data_ch10(BATCH)
    minibatches = seconds_per_step(epoch_of_adam(data_iter, with_gradient=False, with_update=False), data_iter)
    return {
        'minibatches': minibatches,
        'gradient': seconds_per_step(epoch_of_adam(data_iter, with_update=False), data_iter) - minibatches,
        'update': seconds_per_step(epoch_of_adam(data_iter, with_gradient=False), data_iter) - minibatches,
        'step': seconds_per_step(epoch_of_adam(data_iter), data_iter),
    }


def scale(rows: str, batch_size: str) -> dict:
    """Adam on synthetic data, without evaluation: seconds per step, those of the minibatches alone, and memory.

    `memory` is the growth of the process's peak, the data included, in multiples of the bytes of the data.
    """
    epoch_of_adam(d2l.Minibatches(*synthetic(1500), 1000))()        # warm up
    before = peak_bytes()
    X, y = synthetic(int(rows))
    data_iter = d2l.Minibatches(X, y, int(batch_size))
    return {
        'step': seconds_per_step(epoch_of_adam(data_iter), data_iter),
        'minibatches': seconds_per_step(epoch_of_adam(data_iter, with_gradient=False, with_update=False), data_iter),
        'memory': (peak_bytes() - before) / (X.nbytes + y.nbytes),
    }


def synthetic(rows: int):
    """Return X of shape (rows, FEATURES) and y of shape (rows,), float64."""
    X = numpy.random.default_rng(0).normal(size=(rows, FEATURES))
    return X, X @ numpy.arange(float(FEATURES))


def seconds_per_step(epoch, data_iter: d2l.Minibatches) -> float:
    """Return the median over chunks of whole epochs, each of at least CHUNK_STEPS steps."""
    epochs = max(1, CHUNK_STEPS // len(data_iter))
    steps = epochs * len(data_iter)
    times = []
    for _ in range(max(2, min(CHUNKS, CHUNKS * CHUNK_STEPS // steps))):
        start = time.perf_counter()
        for _ in range(epochs):
            epoch()
        times.append((time.perf_counter() - start) / steps)
    return statistics.median(times)


def peak_bytes() -> int:
    """Return the largest memory this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == 'darwin' else 1024)
