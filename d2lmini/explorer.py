"""One optimizer on one small problem, step by step, as plain lists: the numbers behind the book's explorers.

Optimizers, schedules and data are the package's own; they run on plain NumPy arrays in float64, whatever the engine.
"""
import json
import math

import numpy

from d2lmini import checks, optimizers, schedules
from d2lmini.engine.numpy import parameter
from d2lmini.problems import PROBLEMS

METHODS = {     # name: label, update, names of its states, and which of the two sliders for β it has, by what symbol
    'gd': ('Gradient descent', optimizers.sgd, (), {}),
    'momentum': ('Momentum', optimizers.sgd_momentum, ('v',), {'beta1': 'β'}),
    'nesterov': ('Nesterov', optimizers.nesterov, ('v',), {'beta1': 'β'}),
    'adagrad': ('AdaGrad', optimizers.adagrad, ('s',), {}),
    'rmsprop': ('RMSProp', optimizers.rmsprop, ('s',), {'beta2': 'γ'}),
    'adam': ('Adam', optimizers.adam, ('v', 's'), {'beta1': 'β1', 'beta2': 'β2'}),
    'yogi': ('Yogi', optimizers.yogi, ('v', 's'), {'beta1': 'β1', 'beta2': 'β2'}),
}
SCHEDULES = {   # name: label, and the rate of step t of `total`
    'constant': ('constant', lambda t, lr, total: lr),
    'square_root': ('1/√t', lambda t, lr, total: schedules.square_root(t, lr)),
    'linear': ('linear', schedules.polynomial),
    'cosine': ('cosine', schedules.cosine),
    'multi_step': ('steps', lambda t, lr, total: schedules.multi_step(
        t, lr, [1 + total // 2, 1 + 3 * total // 4], 0.1)),
    'warmup': ('warm-up, then cosine', lambda t, lr, total: schedules.warmup(
        t, lr, 1 + total // 5, lambda t, lr: schedules.cosine(t, lr, total - total // 5))),
    'one_cycle': ('one cycle', schedules.one_cycle),
    'warm_restarts': ('warm restarts', lambda t, lr, total: schedules.warm_restarts(t, lr, 1 + total // 4)),
}
RANGES = {'condition': (1.0, 200.0), 'steps': (1, 400), 'seed': (0, 999), 'lr': (0.0001, 4.0), 'beta1': (0.0, 0.999),
          'beta2': (0.0, 0.9999)}
FAR = 1e9       # a path that gets this far has diverged; larger numbers would only hide the rest
POINTS = 61     # of a map, along each side


def run(problem='quadratic', condition=20.0, start=(-5.0, -2.0), steps=40, seed=0, method='gd', lr=0.4, beta1=0.9,
        beta2=0.999, schedule='constant') -> dict:
    """Return the path of an optimizer on a problem: {'path', 'losses', 'states', 'rates', 'diverged'}.

    Args:
        problem: a name in PROBLEMS; `condition` is of the quadratic, `seed` of the minibatches.
        start: the point (x1, x2), on the map of the problem; a problem of one variable takes x1.
        steps: how many. A path that diverges ends early.
        method, schedule: names in METHODS and SCHEDULES.
        lr, beta1, beta2: η, the β of momentum and of v, the β2 (RMSProp: γ) of s.

    Raises:
        TypeError, ValueError: an argument is wrong; the message names it, its value and the remedy.
    """
    for name, value, known in (('problem', problem, PROBLEMS), ('method', method, METHODS),
                               ('schedule', schedule, SCHEDULES)):
        checks.choice(name, value, known)
    for name, value in (('steps', steps), ('seed', seed)):
        checks.whole_number(name, value, *RANGES[name])
    for name, value in (('condition', condition), ('lr', lr), ('beta1', beta1), ('beta2', beta2)):
        checks.number(name, value, *RANGES[name])
    task, (_, update, names, _) = PROBLEMS[problem](condition, seed), METHODS[method]
    p = parameter(checks.point('start', start, task.box))
    states = [numpy.zeros_like(p, subok=False) for _ in names]
    betas = {'beta1': beta1, 'beta2': beta2} if len(names) == 2 else {}     # the others find theirs in hyperparams
    theirs = {k: v for k, v in {'momentum': beta1, 'gamma': beta2}.items() if k in update.uses}
    path, rates, kept = [p.tolist()], [], {name: [s.tolist()] for name, s in zip(names, states)}
    own, rate = [tuple(states) if betas else states[0]] if names else None, SCHEDULES[schedule][1]
    params, hyperparams = [p], theirs | {'lr': lr, 't': 1}
    for t in range(1, steps + 1):
        rates.append(float(rate(t, lr, steps)))
        p.grad = numpy.array(task.gradient(*path[-1]))
        hyperparams |= {'lr': rates[-1], 't': t}
        update(params, own, hyperparams, **betas)
        now = p.tolist()
        if task.keep:
            p[:] = now = [min(high, max(low, x)) for x, (low, high) in zip(now, task.box)]
        if not all(math.isfinite(x) and abs(x) < FAR for x in now):
            break
        path.append(now)
        for name, s in zip(names, states):
            kept[name].append(s.tolist())
    rates = rates[:len(path) - 1]
    return {'path': path, 'losses': task.value(*numpy.array(path).T).tolist(), 'states': kept, 'rates': rates,
            'diverged': len(rates) < steps}


def chart(problem='quadratic', condition=20.0, seed=0) -> dict | None:
    """Return a problem's values on a grid over its map, and levels for contours; None for a problem of one variable."""
    task = PROBLEMS[checks.choice('problem', problem, PROBLEMS)](condition, seed)
    if len(task.box) == 1:
        return None
    values = task.value(*numpy.meshgrid(*(numpy.linspace(*side, POINTS) for side in task.box)))
    levels = numpy.quantile(values, numpy.linspace(0.1, 0.95, 9) ** 2)
    return {'values': [[float(f'{v:.5g}') for v in row] for row in values.tolist()], 'levels': levels.tolist()}


def choices() -> dict:
    """Return all that a reader may choose, and in which ranges, for JSON: pages know no others."""
    problems = {name: make(RANGES['condition'][0], 0) for name, make in PROBLEMS.items()}
    return {'methods': {name: {'label': label, 'betas': betas} for name, (label, _, _, betas) in METHODS.items()},
            'schedules': {name: label for name, (label, _) in SCHEDULES.items()},
            'problems': {name: {'label': p.label, 'box': p.box, 'start': p.start, 'axes': p.axes, 'uses': p.uses}
                         for name, p in problems.items()},
            'ranges': RANGES}


def answer(question: str) -> str:
    """Answer a page's question, JSON to JSON: {'shared': {'problem': …}, 'runs': [{'method': …}, …], 'chart': true}."""
    asked = json.loads(question)
    shared = asked['shared']
    found = {'runs': [run(**shared, **own) for own in asked['runs']], 'chart': None}
    if asked['chart']:
        found['chart'] = chart(shared['problem'], shared['condition'], shared['seed'])
    return json.dumps(found)
