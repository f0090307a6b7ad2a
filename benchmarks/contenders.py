"""The contenders: Adam on the airfoil data, batch 10, two epochs, in d2lmini and in its peers.

All get the same 1500 × 5 arrays. Training seconds count shuffling, minibatches, gradients and updates, never evaluation
or figure. Libraries are imported where they are used: a contender has its process to itself (see measure.py).
"""
import io
import time
from collections.abc import Callable

from repeat import repeat

BATCH, EPOCHS = 10, 2
LR, BETA1, BETA2, EPS = 0.01, 0.9, 0.999, 1e-6


def whole_call(start: float, seconds: float, loss: float) -> dict:
    """Record the wall time of a call that drew a figure, without and with rendering it as SVG, as a notebook does."""
    from matplotlib import pyplot as plt

    wall = time.perf_counter() - start
    plt.savefig(io.BytesIO(), format='svg')
    wall_svg = time.perf_counter() - start
    plt.close('all')
    return {'epoch': seconds / EPOCHS, 'loss': loss, 'whole_call': wall, 'whole_call_svg': wall_svg}


def airfoil():
    """Return the arrays that all contenders train on: X of shape (1500, 5), y of shape (1500,), float64."""
    from d2lmini import get_data_ch10

    data_iter, _ = get_data_ch10(BATCH)
    return data_iter.X, data_iter.y


def ours() -> dict:
    """d2lmini on the engine that D2LMINI_ENGINE names."""
    import d2lmini as d2l

    def call():
        data_iter, feature_dim = d2l.get_data_ch10(BATCH)
        states, hyperparams = d2l.init_adam_states(feature_dim), {'lr': LR, 't': 1}
        start = time.perf_counter()
        seconds, losses = d2l.train_ch10(d2l.adam, states, hyperparams, data_iter, feature_dim, EPOCHS)
        return whole_call(start, seconds[-1], losses[-1])

    return repeat(call)


def d2l_mxnet() -> dict:
    """The training loop of d2l 1.0.3, fed by its own loader; Adam by slice assignment, as its chapter writes it.

    Its timer does not wait for MXNet, which computes in the background: work still pending when the clock stops would
    be left out. So it gets a timer that waits, as ours does; `printed` is what it prints with its own.
    """
    import d2l.mxnet as d2l
    from mxnet import np, npx

    npx.set_np()
    X, y = (np.array(a, dtype='float32') for a in airfoil())
    own_timer = d2l.Timer

    class WaitingTimer(own_timer):
        def stop(self):
            npx.waitall()
            return super().stop()

    def adam(params, states, hyperparams):
        lr, t = hyperparams['lr'], hyperparams['t']
        for p, (v, s) in zip(params, states):
            v[:] = BETA1 * v + (1 - BETA1) * p.grad
            s[:] = BETA2 * s + (1 - BETA2) * np.square(p.grad)
            v_hat, s_hat = v / (1 - BETA1 ** t), s / (1 - BETA2 ** t)
            p[:] -= lr * v_hat / (np.sqrt(s_hat) + EPS)
        hyperparams['t'] += 1

    def call(timer=WaitingTimer):
        d2l.Timer = timer
        data_iter, feature_dim = d2l.load_array((X, y), BATCH), X.shape[1]
        states = [(np.zeros(shape), np.zeros(shape)) for shape in ((feature_dim, 1), (1,))]
        start = time.perf_counter()
        seconds, losses = d2l.train_ch11(adam, states, {'lr': LR, 't': 1}, data_iter, feature_dim, EPOCHS)
        return whole_call(start, seconds[-1], losses[-1])

    return repeat(call) | {'printed': call(own_timer)['epoch']}


def torch_loop(make_step: Callable) -> dict:
    """Train in PyTorch on one thread: shuffle once per epoch and slice, with its autograd for the gradient."""
    import torch

    torch.set_num_threads(1)
    X, y = (torch.tensor(a, dtype=torch.float32) for a in airfoil())
    y = y.reshape(-1, 1)

    def call():
        w, b = torch.normal(0, 0.01, (X.shape[1], 1)).requires_grad_(), torch.zeros(1, requires_grad=True)
        step = make_step(torch, [w, b])
        start = time.perf_counter()
        for _ in range(EPOCHS):
            order = torch.randperm(len(X))
            X_epoch, y_epoch = X[order], y[order]
            for i in range(0, len(X), BATCH):
                w.grad = b.grad = None
                loss = ((X_epoch[i:i + BATCH] @ w + b - y_epoch[i:i + BATCH]) ** 2 / 2).mean()
                loss.backward()
                step()
        seconds = time.perf_counter() - start
        return {'epoch': seconds / EPOCHS, 'loss': ((X @ w + b - y) ** 2 / 2).mean().item()}

    return repeat(call)


def torch_optim() -> dict:
    """PyTorch with its own Adam."""
    return torch_loop(lambda torch, params: torch.optim.Adam(params, lr=LR, betas=(BETA1, BETA2), eps=EPS).step)


def torch_scratch() -> dict:
    """PyTorch with Adam from scratch, in place: the same lines as ours, in the fastest form that we found."""
    def make_step(torch, params):
        states, t = [(torch.zeros_like(p), torch.zeros_like(p)) for p in params], 1

        def step():
            nonlocal t
            with torch.no_grad():
                for p, (v, s) in zip(params, states):
                    v += (1 - BETA1) * (p.grad - v)
                    s += (1 - BETA2) * (torch.square(p.grad) - s)
                    v_hat, s_hat = v / (1 - BETA1 ** t), s / (1 - BETA2 ** t)
                    p -= LR * v_hat / (torch.sqrt(s_hat) + EPS)
            t += 1

        return step

    return torch_loop(make_step)


def bare_numpy() -> dict:
    """The floor: one plain loop for this one problem, w an array, b a number, the gradient in closed form."""
    import numpy as np

    X, y = airfoil()

    def call():
        rng = np.random.default_rng(0)
        w, b = rng.normal(0, 0.01, X.shape[1]), 0.0
        v_w, s_w, v_b, s_b, t = np.zeros_like(w), np.zeros_like(w), 0.0, 0.0, 1
        start = time.perf_counter()
        for _ in range(EPOCHS):
            order = rng.permutation(len(X))
            X_epoch, y_epoch = X[order], y[order]
            for i in range(0, len(X), BATCH):
                X_batch = X_epoch[i:i + BATCH]
                error = X_batch @ w + b - y_epoch[i:i + BATCH]
                g_w, g_b = error @ X_batch / len(error), error.mean()
                v_w = BETA1 * v_w + (1 - BETA1) * g_w
                v_b = BETA1 * v_b + (1 - BETA1) * g_b
                s_w = BETA2 * s_w + (1 - BETA2) * g_w ** 2
                s_b = BETA2 * s_b + (1 - BETA2) * g_b ** 2
                correct_v, correct_s = 1 - BETA1 ** t, 1 - BETA2 ** t
                w -= LR * (v_w / correct_v) / (np.sqrt(s_w / correct_s) + EPS)
                b -= LR * (v_b / correct_v) / (np.sqrt(s_b / correct_s) + EPS)
                t += 1
        seconds = time.perf_counter() - start
        return {'epoch': seconds / EPOCHS, 'loss': float(((X @ w + b - y) ** 2 / 2).mean())}

    return repeat(call)
