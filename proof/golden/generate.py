"""Golden trajectories: every optimizer in 50-digit decimal arithmetic, written from the papers, never from d2lmini.

    python proof/golden/generate.py        writes trajectories.json beside this file

Decimals carry 50 digits through divisions and roots, so that the stored 30 digits are right to the last. Averages are
written explicitly, β v + (1 − β) g, where the package writes them as moves.
"""
import itertools
import json
from decimal import Decimal as D
from decimal import getcontext
from pathlib import Path

getcontext().prec = 50
STEPS, STORED = 50, 30
TARGET = Path(__file__).with_name('trajectories.json')
START = [D('1.5'), D('-0.25'), D('0'), D('30'), D('-2')]


def gradients():
    """Return 50 rows of five gradients: scales from 1e-6 to 1e3, both signs, zeros, and rare spikes."""
    state, rows = 20261123, []
    for t in range(STEPS):
        row = []
        for scale in ('1e-6', '1e-3', '1', '1e2', '1'):
            state = (1103515245 * state + 12345) % 2 ** 31          # a plain congruential generator
            row.append((D(state % 20001) - 10000) / 10000 * D(scale))
        if t % 7 == 3:
            row[0] = row[2] = D(0)
        if t % 17 == 11:
            row[1], row[4] = D('1e3'), D('-800')                    # rare spikes, to be remembered or forgotten
        rows.append(row)
    return rows


def sgd(g, lr):
    p = yield
    for g_t in g:
        p = p - lr * g_t
        yield p


def sgd_momentum(g, lr, momentum):
    p, v = (yield), D(0)
    for g_t in g:
        v = momentum * v + g_t
        p = p - lr * v
        yield p


def nesterov(g, lr, momentum):
    p, v = (yield), D(0)
    for g_t in g:
        v = momentum * v + g_t
        p = p - lr * (g_t + momentum * v)
        yield p


def adagrad(g, lr, eps=D('1e-6')):
    p, s = (yield), D(0)
    for g_t in g:
        s = s + g_t * g_t
        p = p - lr / (s + eps).sqrt() * g_t
        yield p


def rmsprop(g, lr, gamma, eps=D('1e-6')):
    p, s = (yield), D(0)
    for g_t in g:
        s = gamma * s + (1 - gamma) * g_t * g_t
        p = p - lr / (s + eps).sqrt() * g_t
        yield p


def adadelta(g, rho, eps=D('1e-5')):
    p, s, delta = (yield), D(0), D(0)
    for g_t in g:
        s = rho * s + (1 - rho) * g_t * g_t
        d = ((delta + eps) / (s + eps)).sqrt() * g_t
        p = p - d
        delta = rho * delta + (1 - rho) * d * d
        yield p


def adam(g, lr, beta1=D('0.9'), beta2=D('0.999'), eps=D('1e-6')):
    p, v, s = (yield), D(0), D(0)
    for t, g_t in enumerate(g, 1):
        v = beta1 * v + (1 - beta1) * g_t
        s = beta2 * s + (1 - beta2) * g_t * g_t
        p = p - lr * (v / (1 - beta1 ** t)) / ((s / (1 - beta2 ** t)).sqrt() + eps)
        yield p


def yogi(g, lr, beta1=D('0.9'), beta2=D('0.999'), eps=D('1e-3')):
    p, v, s = (yield), D(0), D(0)
    for t, g_t in enumerate(g, 1):
        v = beta1 * v + (1 - beta1) * g_t
        square = g_t * g_t
        towards = 1 if square > s else -1 if square < s else 0
        s = s + (1 - beta2) * towards * square
        p = p - lr * (v / (1 - beta1 ** t)) / ((s / (1 - beta2 ** t)).sqrt() + eps)
        yield p


def adamw(g, lr, weight_decay=D(0), beta1=D('0.9'), beta2=D('0.999'), eps=D('1e-8')):
    p, v, s = (yield), D(0), D(0)
    for t, g_t in enumerate(g, 1):
        v = beta1 * v + (1 - beta1) * g_t
        s = beta2 * s + (1 - beta2) * g_t * g_t
        p = (1 - lr * weight_decay) * p - lr * (v / (1 - beta1 ** t)) / ((s / (1 - beta2 ** t)).sqrt() + eps)
        yield p


def amsgrad(g, lr, beta1=D('0.9'), beta2=D('0.999'), eps=D('1e-8'), corrected=D(0)):
    p, v, s, top = (yield), D(0), D(0), D(0)
    for t, g_t in enumerate(g, 1):
        v = beta1 * v + (1 - beta1) * g_t
        s = beta2 * s + (1 - beta2) * g_t * g_t
        top = max(top, s / (1 - beta2 ** t) if corrected else s)
        largest = top if corrected else top / (1 - beta2 ** t)
        p = p - lr * (v / (1 - beta1 ** t)) / (largest.sqrt() + eps)
        yield p


def nadam(g, lr, weight_decay=D(0), beta1=D('0.9'), beta2=D('0.999'), eps=D('1e-8'), psi=D('0.004')):
    p, v, s, product = (yield), D(0), D(0), D(1)
    for t, g_t in enumerate(g, 1):
        mu, mu_next = (beta1 * (1 - D('0.96') ** (psi * i) / 2) for i in (t, t + 1))
        product = product * mu
        v = beta1 * v + (1 - beta1) * g_t
        s = beta2 * s + (1 - beta2) * g_t * g_t
        ahead = mu_next * v / (1 - product * mu_next) + (1 - mu) * g_t / (1 - product)
        p = (1 - lr * weight_decay) * p - lr * ahead / ((s / (1 - beta2 ** t)).sqrt() + eps)
        yield p


def lion(g, lr, weight_decay=D(0), beta1=D('0.9'), beta2=D('0.99')):
    p, v = (yield), D(0)
    for g_t in g:
        u = beta1 * v + (1 - beta1) * g_t
        p = (1 - lr * weight_decay) * p - lr * (1 if u > 0 else -1 if u < 0 else 0)
        v = beta2 * v + (1 - beta2) * g_t
        yield p


def schedule_free(g, lr, weight_decay=D(0), beta1=D('0.9'), beta2=D('0.999'), eps=D('1e-8'), scaled=D(1)):
    y, s, total = (yield), D(0), D(0)
    x = z = y
    for t, g_t in enumerate(g, 1):
        s = beta2 * s + (1 - beta2) * g_t * g_t
        step = g_t / ((s / (1 - beta2 ** t)).sqrt() + eps) if scaled else g_t
        z = z - lr * (step + weight_decay * y)
        total = total + lr * lr
        x = (1 - lr * lr / total) * x + lr * lr / total * z
        y = (1 - beta1) * z + beta1 * x
        yield y


# Every method, with each of its options at the default and away from it.
CASES = [
    (sgd, {'lr': '0.01'}), (sgd, {'lr': '1e-5'}),
    (sgd_momentum, {'lr': '0.01', 'momentum': '0.9'}), (sgd_momentum, {'lr': '0.01', 'momentum': '0'}),
    (sgd_momentum, {'lr': '0.002', 'momentum': '0.99'}),
    (nesterov, {'lr': '0.01', 'momentum': '0.9'}), (nesterov, {'lr': '0.002', 'momentum': '0.5'}),
    (adagrad, {'lr': '0.1'}), (adagrad, {'lr': '2', 'eps': '1e-3'}), (adagrad, {'lr': '0.1', 'eps': '1e-12'}),
    (rmsprop, {'lr': '0.01', 'gamma': '0.9'}), (rmsprop, {'lr': '0.01', 'gamma': '0.99', 'eps': '1e-8'}),
    (rmsprop, {'lr': '0.4', 'gamma': '0.5', 'eps': '1e-3'}),
    (adadelta, {'rho': '0.9'}), (adadelta, {'rho': '0.5', 'eps': '1e-3'}), (adadelta, {'rho': '0.99', 'eps': '1e-8'}),
    (adam, {'lr': '0.01'}), (adam, {'lr': '0.1', 'beta1': '0.5'}), (adam, {'lr': '0.01', 'beta2': '0.9'}),
    (adam, {'lr': '0.01', 'eps': '1e-8'}), (adam, {'lr': '0.01', 'eps': '0.1'}), (adam, {'lr': '0.01', 'beta1': '0'}),
    (yogi, {'lr': '0.01'}), (yogi, {'lr': '0.1', 'beta1': '0.5'}), (yogi, {'lr': '0.01', 'beta2': '0.9'}),
    (yogi, {'lr': '0.01', 'eps': '1e-6'}),
    (adamw, {'lr': '0.01'}), (adamw, {'lr': '0.1', 'weight_decay': '0.3', 'beta1': '0.5', 'eps': '1e-3'}),
    (amsgrad, {'lr': '0.01', 'beta2': '0.9'}), (amsgrad, {'lr': '0.01', 'beta2': '0.9', 'corrected': '1'}),
    (nadam, {'lr': '0.01'}), (nadam, {'lr': '0.01', 'weight_decay': '0.3', 'beta1': '0.8', 'psi': '1'}),
    (lion, {'lr': '0.01'}), (lion, {'lr': '0.1', 'weight_decay': '0.3', 'beta1': '0.5', 'beta2': '0.5'}),
    (schedule_free, {'lr': '0.01'}), (schedule_free, {'lr': '0.01', 'weight_decay': '0.3', 'beta1': '0.5'}),
    (schedule_free, {'lr': '1e-4', 'scaled': '0'}),
]


def trajectory(method, options):
    """Return the parameters after each step: STEPS rows of strings, a column for each coordinate."""
    columns = []
    for start, column in zip(START, zip(*gradients())):
        run = method(column, **{k: D(v) for k, v in options.items()})
        next(run)
        columns.append([run.send(start), *itertools.islice(run, STEPS - 1)])
    return [[f'{p:.{STORED}g}' for p in row] for row in zip(*columns)]


def document():
    """Return everything that is stored."""
    return {
        'generator': 'proof/golden/generate.py', 'digits': STORED, 'start': [str(p) for p in START],
        'gradients': [[str(g) for g in row] for row in gradients()],
        'cases': [{'method': method.__name__, 'options': options, 'path': trajectory(method, options)}
                  for method, options in CASES],
    }


if __name__ == '__main__':
    TARGET.write_text(json.dumps(document(), indent=0) + '\n', encoding='utf-8')
    print(f'{len(CASES)} trajectories of {STEPS} steps written to {TARGET.name}')
