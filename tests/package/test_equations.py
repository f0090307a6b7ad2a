"""Equations and code in step: what a chapter writes, what the function does, and what its docstring cites.

`EQUATIONS` maps each label to an expression of its own, written from the paper, and to a hash of the equation's LaTeX
in the chapter. The expression is compared with what the function changes; the hash fails when the equation changes.
So neither moves alone. After a change of both, see the chapter, the expression, and then the new hashes:

    PYTHONPATH=. .venv/bin/python tests/package/test_equations.py
"""
import functools
import hashlib
import inspect
import math
import re
from types import SimpleNamespace

import numpy
import pytest

import d2lmini as d2l
from book import chapters
from d2lmini import schedules
from textbook import OnEngine, OnNumPy

DISPLAYED = re.compile(r'^\$\$\n(.*?)\n\$\$(?: \((\S+)\))?$', re.M | re.S)
UPDATE = re.compile(r'\\mathbf\{[xyvsdm]\}_t &?=.*_\{t-1\}', re.S)        # how an update of vectors is written


def root(x):
    return x ** 0.5


def fourth_root(M):
    """Return M^(−1/4) for a positive matrix: the inverse of the root of its root, by Denman and Beavers."""
    for _ in range(2):
        Y, Z = M, numpy.eye(len(M))
        for _ in range(40):
            Y, Z = (Y + numpy.linalg.inv(Z)) / 2, (Z + numpy.linalg.inv(Y)) / 2
        M = Y
    return numpy.linalg.inv(M)


def polynomials(M, eps):
    """Return what Muon's five polynomials make of the singular values of M, one by one."""
    U, values, V = numpy.linalg.svd(M / (numpy.linalg.norm(M) + eps), full_matrices=False)
    for _ in range(5):
        values = 3.4445 * values - 4.775 * values ** 3 + 2.0315 * values ** 5
    return U * values @ V


def schedule(c, t):
    """Return NAdam's momentum in step t."""
    return c.beta1 * (1 - 0.96 ** (c.psi * t) / 2)


# label: (hash of the LaTeX, {symbol: its new value, from the old state o, what is new n, the constants c}). g: gradient
EQUATIONS = {
    'eq-intro-gd': ('489e59b39182', {'x': lambda o, n, c: o.x - c.lr * n.g}),
    'eq-gd-update': ('be997fc1234b', {'x': lambda o, n, c: o.x - c.lr * n.g}),
    'eq-sgd-update': ('18e0ac93146d', {'x': lambda o, n, c: o.x - c.lr * n.g}),
    'eq-minibatch-sgd-update': ('589245c4ca6f', {'x': lambda o, n, c: o.x - c.lr * n.g}),
    'eq-momentum-v': ('2a2a17f93dc9', {'v': lambda o, n, c: c.momentum * o.v + n.g}),
    'eq-momentum-x': ('6d99dabeeace', {'x': lambda o, n, c: o.x - c.lr * n.v}),
    'eq-momentum-ball': ('33413db89808', {'x': lambda o, n, c: o.x - c.lr * n.g + c.momentum * (o.x - o.x_before)}),
    'eq-momentum-nesterov-code': ('d1e34c4af3a8', {
        'v': lambda o, n, c: c.momentum * o.v + n.g,
        'x': lambda o, n, c: o.x - c.lr * (n.g + c.momentum * n.v)}),
    'eq-adagrad-s': ('7c25365803c3', {'s': lambda o, n, c: o.s + n.g * n.g}),
    'eq-adagrad-x': ('28387240ea0c', {'x': lambda o, n, c: o.x - c.lr / root(n.s + c.eps) * n.g}),
    'eq-rmsprop-s': ('8296c6c7e664', {'s': lambda o, n, c: c.gamma * o.s + (1 - c.gamma) * n.g * n.g}),
    'eq-rmsprop-x': ('5f49e48b5b4e', {'x': lambda o, n, c: o.x - c.lr / root(n.s + c.eps) * n.g}),
    'eq-adadelta-s': ('a3acf1dc6fa1', {'s': lambda o, n, c: c.rho * o.s + (1 - c.rho) * n.g * n.g}),
    'eq-adadelta-d': ('748403bcbd18', {'d': lambda o, n, c: root(o.delta + c.eps) / root(n.s + c.eps) * n.g}),
    'eq-adadelta-x': ('54c3d8b67a84', {'x': lambda o, n, c: o.x - n.d}),
    'eq-adadelta-delta': ('140471231841', {'delta': lambda o, n, c: c.rho * o.delta + (1 - c.rho) * n.d * n.d}),
    'eq-adam-v': ('72e7031718f8', {'v': lambda o, n, c: c.beta1 * o.v + (1 - c.beta1) * n.g}),
    'eq-adam-s': ('d75b0f7ecd07', {'s': lambda o, n, c: c.beta2 * o.s + (1 - c.beta2) * n.g * n.g}),
    'eq-adam-s-move': ('f730d0605f0b', {'s': lambda o, n, c: o.s + (1 - c.beta2) * (n.g * n.g - o.s)}),
    'eq-adam-v-hat': ('451509df522d', {'v_hat': lambda o, n, c: n.v / (1 - c.beta1 ** c.t)}),
    'eq-adam-s-hat': ('9ca67a52e1fd', {'s_hat': lambda o, n, c: n.s / (1 - c.beta2 ** c.t)}),
    'eq-adam-x': ('5fb959955219', {'x': lambda o, n, c: o.x - c.lr * n.v_hat / (root(n.s_hat) + c.eps)}),
    'eq-yogi-s': ('97106d4415a8', {'s': lambda o, n, c: numpy.where(
        n.g * n.g > o.s, o.s + (1 - c.beta2) * n.g * n.g, o.s - (1 - c.beta2) * n.g * n.g)}),
    'eq-lion-u': ('9041f72765b3', {'u': lambda o, n, c: numpy.sign(c.beta1 * o.v + (1 - c.beta1) * n.g)}),
    'eq-lion-x': ('9f816baf49e5', {'x': lambda o, n, c: (1 - c.lr * c.weight_decay) * o.x - c.lr * n.u}),
    'eq-lion-v': ('9e7933fca2e0', {'v': lambda o, n, c: c.beta2 * o.v + (1 - c.beta2) * n.g}),
    'eq-adafactor-beta': ('a4b745dea300', {'beta2': lambda o, n, c: 1 - c.t ** -c.power}),
    'eq-adafactor-rows': ('03b587f1a632', {
        'R': lambda o, n, c: n.beta2 * o.R + (1 - n.beta2) * (n.g ** 2 + c.eps1).mean(1, keepdims=True)}),
    'eq-adafactor-columns': ('6b29dc5e4c73', {
        'C': lambda o, n, c: n.beta2 * o.C + (1 - n.beta2) * (n.g ** 2 + c.eps1).mean(0, keepdims=True)}),
    'eq-adafactor-s': ('f1d42cee7881', {'s': lambda o, n, c: n.R * n.C / n.R.mean()}),
    'eq-adafactor-u': ('841b28e4ca14', {
        'u': lambda o, n, c: n.g / root(n.s) / max(1, root((n.g ** 2 / n.s).mean()) / c.clip)}),
    'eq-adafactor-x': ('aff365cdabe3', {
        'x': lambda o, n, c: (1 - c.lr * c.weight_decay) * o.x - n.u * max(c.eps2, root((o.x ** 2).mean()))
        * min(c.lr, c.t ** -0.5)}),
    'eq-shampoo-l': ('741b45c9195c', {'L': lambda o, n, c: o.L + n.g @ n.g.T}),
    'eq-shampoo-r': ('fa72b39d780e', {'R': lambda o, n, c: o.R + n.g.T @ n.g}),
    'eq-shampoo-x': ('4cb92693e917', {
        'x': lambda o, n, c: o.x - c.lr * fourth_root(n.L) @ n.g @ fourth_root(n.R) - c.lr * c.weight_decay * o.x}),
    'eq-soap-s': ('b2470a539b9c', {'s': lambda o, n, c: c.beta2 * o.s + (1 - c.beta2) * (o.Q_L.T @ n.g @ o.Q_R) ** 2}),
    'eq-soap-x': ('44ffa605b86c', {
        'x': lambda o, n, c: (1 - c.lr * c.weight_decay) * o.x - c.lr * o.Q_L @ (
            (o.Q_L.T @ n.v @ o.Q_R) / (1 - c.beta1 ** (c.t - 1))
            / (root(n.s / (1 - c.beta2 ** (c.t - 1))) + c.eps)) @ o.Q_R.T}),
    'eq-soap-l': ('f6b73450ddd3', {'L': lambda o, n, c: c.beta2 * o.L + (1 - c.beta2) * n.g @ n.g.T}),
    'eq-soap-r': ('48e850f4486b', {'R': lambda o, n, c: c.beta2 * o.R + (1 - c.beta2) * n.g.T @ n.g}),
    'eq-muon-m': ('0c067d8298a8', {'v': lambda o, n, c: c.momentum * o.v + n.g}),
    'eq-muon-o': ('19d4cdf9b5eb', {'O': lambda o, n, c: polynomials(n.g + c.momentum * n.v, c.eps)}),
    'eq-muon-x': ('39da75a9486b', {'x': lambda o, n, c: (1 - c.lr * c.weight_decay) * o.x
                         - c.lr * root(max(1, n.g.shape[1] / n.g.shape[0])) * n.O}),
    'eq-schedule-free-z': ('6de308ad0169', {
        'z': lambda o, n, c: o.z - c.lr * (n.g / (root(n.s_hat) + c.eps) + c.weight_decay * o.y)}),
    'eq-schedule-free-c': ('e47e96ad19e4', {
        'total': lambda o, n, c: o.total + c.lr ** 2, 'c': lambda o, n, c: c.lr ** 2 / n.total}),
    'eq-schedule-free-x': ('d917d16c8a63', {'x': lambda o, n, c: (1 - n.c) * o.x + n.c * n.z}),
    'eq-schedule-free-y': ('e899428714c8', {'y': lambda o, n, c: (1 - c.beta1) * n.z + c.beta1 * n.x}),
    'eq-prodigy-v': ('e8e4531c30b3', {'v': lambda o, n, c: c.beta1 * o.v + (1 - c.beta1) * o.d * n.g}),
    'eq-prodigy-s': ('3b2bbceacfb4', {'s': lambda o, n, c: c.beta2 * o.s + (1 - c.beta2) * o.d ** 2 * n.g ** 2}),
    'eq-prodigy-r': ('98720dd25e58', {
        'r': lambda o, n, c: root(c.beta2) * o.r + o.d / c.d0 * c.lr * o.d * (n.g * (o.start - o.x)).sum()}),
    'eq-prodigy-q': ('cce699f61b73', {'q': lambda o, n, c: root(c.beta2) * o.q + o.d / c.d0 * c.lr * o.d * n.g}),
    'eq-prodigy-x': ('74cfdb17d1d0', {
        'x': lambda o, n, c: o.x - c.lr * o.d * (n.v / (root(n.s) + o.d * c.eps) + c.weight_decay * o.x)}),
    'eq-prodigy-d': ('cb908a102dd6', {'d': lambda o, n, c: max(o.d.item(), n.r.item() / abs(n.q).sum())}),
    'eq-adamw-x': ('5c5a175223e5', {
        'x': lambda o, n, c: o.x - c.lr * (n.v_hat / (root(n.s_hat) + c.eps) + c.weight_decay * o.x)}),
    'eq-adam-amsgrad': ('f580095daa84', {'top': lambda o, n, c: numpy.maximum(o.top, n.s)}),
    'eq-adamw-amsgrad': ('579a3c2002a1', {'s_hat': lambda o, n, c: n.top / (1 - c.beta2 ** c.t)}),
    'eq-adamw-nadam': ('9d6149157573', {
        'product': lambda o, n, c: o.product * schedule(c, c.t),
        'v_hat': lambda o, n, c: schedule(c, c.t + 1) * n.v / (1 - n.product * schedule(c, c.t + 1))
        + (1 - schedule(c, c.t)) * n.g / (1 - n.product)}),
}

# label: (hash, the function with its options, its value at step t written again); ten steps are compared.
SCHEDULES = {
    'eq-scheduler-factor': ('2531f3d891d8', lambda t: schedules.factor(t, 0.8, 0.7, 0.1),
                            lambda t: max(0.1, 0.8 * 0.7 ** (t - 1))),
    'eq-scheduler-multi': ('2515e2c50371', lambda t: schedules.multi_step(t, 0.8, [3, 7], 0.5),
                           lambda t: 0.8 if t <= 3 else 0.4 if t <= 7 else 0.2),
    'eq-scheduler-root': ('d7c622255e6e', lambda t: schedules.square_root(t, 0.8), lambda t: 0.8 * t ** -0.5),
    'eq-scheduler-warmup': ('1a245a6f14bd', lambda t: schedules.warmup(t, 0.8, 4, schedules.square_root),
                            lambda t: 0.8 * t / 4 if t <= 4 else 0.8 / (t - 4) ** 0.5),
    'eq-scheduler-polynomial': ('3e9fe9d502d9', lambda t: schedules.polynomial(t, 0.8, 9, 3, 0.1),
                                lambda t: 0.1 + 0.7 * (1 - min(t - 1, 8) / 8) ** 3),
    'eq-scheduler-cosine': ('7e2cbfb4686a', lambda t: schedules.cosine(t, 0.8, 9, 0.1),
                            lambda t: 0.1 + 0.7 * math.cos(math.pi / 2 * min(t - 1, 8) / 8) ** 2),
    'eq-scheduler-cycle': ('6edbdb9998d3', lambda t: schedules.one_cycle(t, 0.8, 9, 0.3, 0.05, 0.01),
                           lambda t: 0.8 * (0.05 + 0.95 * math.sin(math.pi / 2 * (t - 1) / 8 / 0.3) ** 2) if t <= 3 else
                           0.8 * (0.01 + 0.99 * math.cos(math.pi / 2 * (min(t - 1, 8) / 8 - 0.3) / 0.7) ** 2)),
    'eq-scheduler-restarts': ('fa06c1fdabb7', lambda t: schedules.warm_restarts(t, 0.8, 3, 2, 0.1),
                              lambda t: 0.1 + 0.7 * math.cos(math.pi / 2 * ((t - 1) / 3 if t <= 3 else (t - 4) / 6 if
                                                                            t <= 9 else (t - 10) / 12)) ** 2),
}
# A label without a hash is of a chapter that is not there yet: no chapter shows it.
HASHES = {label: row[0] for label, row in (EQUATIONS | SCHEDULES).items()}

# Updates that a chapter shows and the package does not have: where they are tried.
ELSEWHERE = {
    'eq-leaky': 'the average of eq-adam-v, for any β: checked in the cell below it',
    'eq-adam-sign': 'eq-adam-x without memory: checked in the cell above it',
    'eq-rmsprop-unrolled': 'eq-rmsprop-s, unrolled: checked in its chapter',
    'eq-rmsprop-centered': 'a variant, a function of its chapter',
    'eq-momentum-weights': 'eq-momentum-v, unrolled: checked in its chapter',
    'eq-momentum-nesterov': 'the same as eq-momentum-nesterov-code, in other variables; its chapter derives it',
    'eq-gd-newton': "Newton's method, a function of its chapter",
    'eq-gd-precondition': 'a comparison, computed in its chapter',
    'eq-constraints-ascent': 'dual ascent, a function of its chapter',
    'eq-constraints-pgd': 'projected gradient descent, a function of its chapter',
    'eq-sgd-projected': 'projected SGD, a function of its chapter',
    'eq-sign-signum': 'eq-lion-u to eq-lion-v with equal constants',
    'eq-adamw-sgd': 'eq-sgd-update with the gradient of a penalty, in two forms',
    'eq-adamw-average': 'eq-adamw-x, as a leaky average',
    'eq-adamw-paper': "the paper's form of eq-adamw-x: its chapter says how the constants convert",
    'eq-prodigy-bound': 'a bound, proved in an exercise of its chapter',
    'eq-muon-schulz': 'a round of newton_schulz: checked against the SVD in its chapter',
    'eq-many-workers-stale': 'SGD with an exact delay: its chapter computes the roots and the runs',
    'eq-conventions-velocity': "two libraries' velocities, compared with their paths in the chapter and in test_parity",
}

# what: (the function, its hyperparams, its constants, its states, the equations of a step, in their order)
ADAM = {'beta1': 0.8, 'beta2': 0.95, 'eps': 1e-2}
STEPS = {
    'sgd, introduced': ('sgd', {'lr': 0.1}, {}, [], ['eq-intro-gd']),
    'sgd, on all examples': ('sgd', {'lr': 0.1}, {}, [], ['eq-gd-update']),
    'sgd': ('sgd', {'lr': 0.1}, {}, [], ['eq-sgd-update']),
    'sgd, on a minibatch': ('sgd', {'lr': 0.1}, {}, [], ['eq-minibatch-sgd-update']),
    'sgd_momentum': ('sgd_momentum', {'lr': 0.1, 'momentum': 0.7}, {}, ['v'], ['eq-momentum-v', 'eq-momentum-x']),
    'sgd_momentum, a heavy ball': ('sgd_momentum', {'lr': 0.1, 'momentum': 0.7}, {}, ['v'], ['eq-momentum-ball']),
    'nesterov': ('nesterov', {'lr': 0.1, 'momentum': 0.7}, {}, ['v'], ['eq-momentum-nesterov-code']),
    'adagrad': ('adagrad', {'lr': 0.1}, {'eps': 1e-3}, ['s'], ['eq-adagrad-s', 'eq-adagrad-x']),
    'rmsprop': ('rmsprop', {'lr': 0.1, 'gamma': 0.7}, {'eps': 1e-3}, ['s'], ['eq-rmsprop-s', 'eq-rmsprop-x']),
    'adadelta': ('adadelta', {'rho': 0.7}, {'eps': 1e-3}, ['s', 'delta'],
                 ['eq-adadelta-s', 'eq-adadelta-d', 'eq-adadelta-x', 'eq-adadelta-delta']),
    'adam': ('adam', {'lr': 0.1, 't': 3}, ADAM, ['v', 's'],
             ['eq-adam-v', 'eq-adam-s', 'eq-adam-v-hat', 'eq-adam-s-hat', 'eq-adam-x']),
    'adam, s as a move': ('adam', {'lr': 0.1, 't': 3}, ADAM, ['v', 's'],
                          ['eq-adam-v', 'eq-adam-s-move', 'eq-adam-v-hat', 'eq-adam-s-hat', 'eq-adam-x']),
    'yogi': ('yogi', {'lr': 0.1, 't': 3}, ADAM, ['v', 's'],
             ['eq-adam-v', 'eq-yogi-s', 'eq-adam-v-hat', 'eq-adam-s-hat', 'eq-adam-x']),
}
DECAY = {'lr': 0.1, 't': 3, 'weight_decay': 0.5}
STEPS |= {
    'adamw': ('adamw', DECAY, ADAM, ['v', 's'],
              ['eq-adam-v', 'eq-adam-s', 'eq-adam-v-hat', 'eq-adam-s-hat', 'eq-adamw-x']),
    'amsgrad': ('amsgrad', {'lr': 0.1, 't': 3}, ADAM, ['v', 's', 'top'],
                ['eq-adam-v', 'eq-adam-s', 'eq-adam-amsgrad', 'eq-adam-v-hat', 'eq-adamw-amsgrad', 'eq-adam-x']),
    'nadam': ('nadam', DECAY, ADAM | {'psi': 0.2}, ['v', 's', 'product'],
              ['eq-adam-v', 'eq-adam-s', 'eq-adamw-nadam', 'eq-adam-s-hat', 'eq-adamw-x']),
    'lion': ('lion', {'lr': 0.1, 'weight_decay': 0.5}, {'beta1': 0.8, 'beta2': 0.95}, ['v'],
             ['eq-lion-u', 'eq-lion-x', 'eq-lion-v']),
    'adafactor': ('adafactor', {'lr': 0.9, 't': 3, 'weight_decay': 0.5},
                  {'eps1': 1e-3, 'eps2': 1e-3, 'clip': 0.7, 'power': 0.6}, ['R', 'C'],
                  ['eq-adafactor-beta', 'eq-adafactor-rows', 'eq-adafactor-columns', 'eq-adafactor-s', 'eq-adafactor-u',
                   'eq-adafactor-x']),
    'shampoo': ('shampoo', DECAY, {}, ['v', 'L', 'R', 'P', 'Q'], ['eq-shampoo-l', 'eq-shampoo-r', 'eq-shampoo-x']),
    'soap': ('soap', DECAY, ADAM, ['v', 's', 'L', 'R', 'Q_L', 'Q_R'],
             ['eq-adam-v', 'eq-soap-s', 'eq-soap-x', 'eq-soap-l', 'eq-soap-r']),
    'muon': ('muon', {'lr': 0.1, 'momentum': 0.7, 'weight_decay': 0.5}, {}, ['v'],
             ['eq-muon-m', 'eq-muon-o', 'eq-muon-x']),
    'schedule_free': ('schedule_free', DECAY, ADAM, ['x', 'z', 's', 'total'],
                      ['eq-adam-s', 'eq-adam-s-hat', 'eq-schedule-free-z', 'eq-schedule-free-c', 'eq-schedule-free-x',
                       'eq-schedule-free-y']),
    'prodigy': ('prodigy', DECAY, ADAM | {'d0': 1.5}, ['v', 's', 'q', 'start', 'r', 'd'],
                ['eq-prodigy-v', 'eq-prodigy-s', 'eq-prodigy-r', 'eq-prodigy-q', 'eq-prodigy-x', 'eq-prodigy-d']),
}
SHAPE = dict.fromkeys(('adafactor', 'shampoo', 'soap', 'muon'), (5, 8))     # of the parameter; others: 40 numbers
ALSO = {'sgd': ['eq-gd-update']}            # what a docstring cites beside the equations of its own row
SERVE = {'newton_schulz', 'schedule_free_average'}          # public, and no optimizers


def before(symbol, shape, rng):
    """Return a state as it may be before a step: positive, a Gram matrix where it stands for one, or orthogonal."""
    if symbol in ('L', 'R') and shape[0] == shape[1]:
        M = rng.normal(size=shape)
        return M @ M.T
    if symbol in ('Q_L', 'Q_R'):
        return numpy.linalg.qr(rng.normal(size=shape))[0]
    return rng.uniform(0.1, 2, shape) * (100 if symbol == 'r' else 1)       # a long way, so that d rises


@functools.cache
def displayed():
    """Return (chapter, LaTeX, label or None) for every displayed equation."""
    return [(path.name, ' '.join(match[1].split()), match[2]) for path in chapters.pages()
            for match in DISPLAYED.finditer(path.read_text(encoding='utf-8'))]


def hashes():
    """Return {label: the hash of its LaTeX, white space collapsed} for the equations of the table."""
    return {label: hashlib.sha256(latex.encode()).hexdigest()[:12]
            for _, latex, label in displayed() if label in HASHES}


def cited(function):
    """Return {label: chapter} from the line `Equations: eq-…, eq-… in chapters/….md; …` of a docstring."""
    sentence = re.search(r'^Equations: (.*?)\.\n\n', inspect.getdoc(function), re.M | re.S)[1]
    parts = [part.split(' in chapters/') for part in ' '.join(sentence.split()).split('; ')]
    return {label: chapter for labels, chapter in parts for label in labels.split(', ')}


@pytest.mark.parametrize('label', HASHES)
def test_the_equation_of_the_chapter_is_the_one_that_was_compared(label):
    assert hashes().get(label) == HASHES[label], (
        f'{label} was changed in its chapter, or is gone: compare it with the expression in this table and with the '
        'code, then store the hash that this file prints when it is run')


@pytest.mark.parametrize('arrays', [OnNumPy, OnEngine])
@pytest.mark.parametrize('what', STEPS)
def test_the_function_does_what_its_equations_say(what, arrays):
    name, hyperparams, constants, symbols, labels = STEPS[what]
    rng, shape, optimizer = numpy.random.default_rng(7), SHAPE.get(name, (40,)), getattr(d2l, name)
    itself = 'y' if 'z' in symbols else 'x'         # what the parameter is called
    old = SimpleNamespace(**{itself: rng.normal(size=shape)},
                          **{s: before(s, optimizer.shaped.get(s, tuple)(shape), rng) for s in symbols})
    new, c = SimpleNamespace(g=rng.normal(size=shape)), SimpleNamespace(**hyperparams, **constants)
    if symbols == ['v']:
        old.x_before = old.x + hyperparams['lr'] * old.v
    p, states = arrays.parameter(vars(old)[itself]), [arrays.array(vars(old)[s]) for s in symbols]
    arrays.give(p, new.g)
    optimizer([p], [tuple(states) if len(states) > 1 else states[0]] if states else None, dict(hyperparams),
              **constants)
    defaults = {k: v.default for k, v in inspect.signature(optimizer).parameters.items()}
    c = SimpleNamespace(**defaults | vars(c))
    for label in labels:
        for symbol, expression in EQUATIONS[label][1].items():
            setattr(new, symbol, expression(old, new, c))
    seen = {itself: p} | dict(zip(symbols, states))
    for symbol in seen.keys() & vars(new).keys():
        right = vars(new)[symbol]
        off = abs(arrays.numpy(seen[symbol]) - right) / numpy.maximum(1, abs(right))
        assert (off <= (1e-12 if arrays is OnNumPy else 1e-5)).all(), (what, symbol)
        assert abs(right - vars(old)[symbol]).max() > 1e-3          # it moved: where nothing does, all would pass


@pytest.mark.parametrize('label', SCHEDULES)
def test_the_schedule_does_what_its_equation_says(label):
    _, schedule, expression = SCHEDULES[label]
    values = [schedule(t) for t in range(1, 11)]
    assert values == pytest.approx([expression(t) for t in range(1, 11)], rel=1e-12)
    assert len(set(values)) > 2


def test_every_equation_of_the_table_is_compared():
    assert {label for *_, labels in STEPS.values() for label in labels} == set(EQUATIONS)


@pytest.mark.parametrize('name', sorted({row[0] for row in STEPS.values()}))
def test_a_docstring_cites_the_equations_of_its_function(name):
    found = cited(getattr(d2l, name))
    assert set(found) == {*STEPS[name][-1], *ALSO.get(name, ())}
    for label, chapter in found.items():
        assert label in EQUATIONS
        assert (chapter, label) in {(where, known) for where, _, known in displayed()}


def test_every_optimizer_cites_its_equations():
    functions = [name for name in vars(d2l.optimizers) if inspect.isfunction(getattr(d2l.optimizers, name))]
    assert {row[0] for row in STEPS.values()} | SERVE == {name for name in functions if not name.startswith('init_')}


def test_every_update_that_a_chapter_shows_has_a_label_and_a_row():
    updates = [(chapter, label, latex) for chapter, latex, label in displayed() if UPDATE.search(latex)]
    assert len(updates) > 20
    for chapter, label, latex in updates:
        assert label in EQUATIONS or label in ELSEWHERE, f'{chapter} shows an update without a row here: {latex}'
    assert not EQUATIONS.keys() & ELSEWHERE.keys()


def test_no_label_is_used_twice():
    labels = [label for *_, label in displayed() if label]
    assert len(labels) == len(set(labels))


@pytest.mark.parametrize(('right', 'wrong'), [('+', '-'), (r'\beta_1', r'\beta_2'), (r'{g}_t', r'{g}_t^2')])
def test_a_changed_equation_changes_its_hash(right, wrong, monkeypatch):
    before, shown = hashes(), displayed()
    changed = [(chapter, latex.replace(right, wrong) if label == 'eq-adam-v' else latex, label)
               for chapter, latex, label in shown]
    monkeypatch.setitem(globals(), 'displayed', lambda: changed)
    assert {label for label, value in hashes().items() if value != before[label]} == {'eq-adam-v'}


if __name__ == '__main__':
    for equation, value in hashes().items():
        print(value, equation, '' if value == HASHES[equation] else '<- new')
