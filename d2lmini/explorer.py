"""One optimizer on one small problem, step by step, as plain lists: the numbers behind the book's explorers.

Optimizers, schedules and data are the package's own; they run on plain NumPy arrays in float64, whatever the engine.
"""
import inspect
import json
import math
from collections.abc import Callable
from typing import NamedTuple

import numpy

from d2lmini import checks, optimizers, schedules
from d2lmini.engine.numpy import parameter
from d2lmini.problems import PROBLEMS


class Method(NamedTuple):
    """A method that a reader may choose: an entry here is all that an explorer needs."""

    label: str
    update: Callable                # optimizer(params, states, hyperparams, ...)
    sliders: dict = {}              # name in RANGES: (symbol beside the slider, name of the optimizer's argument)
    rate: Callable | None = None    # of (η, t, s, β2): what the averaged gradient is multiplied by, for each coordinate
    even: bool = False              # whether the lengths of its steps are the point, and get a chart
    result: str = ''                # the state that training returns, if it is not the parameters
    points: tuple = ()              # what else is drawn on the map: 'y', the parameters, and names of states
    matrices: bool = False          # whether it takes nothing else


def corrected(eps):
    """Return the rate of methods that correct s for its start at zero, and add ε to the root."""
    return lambda lr, t, s, beta2: lr / (numpy.sqrt(s / (1 - beta2 ** t)) + eps)


def plain(lr, t, s, beta2):
    """Return the rate of methods that take s as it is, with ε = 1e-6 in the root."""
    return lr / numpy.sqrt(s + 1e-6)


BOTH = {'beta1': ('β1', 'beta1'), 'beta2': ('β2', 'beta2')}
DECAY = {'decay': ('λ', 'weight_decay')}
METHODS = {
    'gd': Method('Gradient descent', optimizers.sgd),
    'momentum': Method('Momentum', optimizers.sgd_momentum, {'beta1': ('β', 'momentum')}),
    'nesterov': Method('Nesterov', optimizers.nesterov, {'beta1': ('β', 'momentum')}),
    'adagrad': Method('AdaGrad', optimizers.adagrad, rate=plain),
    'rmsprop': Method('RMSProp', optimizers.rmsprop, {'beta2': ('γ', 'gamma')}, plain),
    'adam': Method('Adam', optimizers.adam, BOTH, corrected(1e-6)),
    'yogi': Method('Yogi', optimizers.yogi, BOTH, corrected(1e-3)),
    'adamw': Method('AdamW', optimizers.adamw, BOTH | DECAY, corrected(1e-8)),
    'lion': Method('Lion', optimizers.lion, BOTH | DECAY, even=True),
    'muon': Method('Muon', optimizers.muon, {'beta1': ('μ', 'momentum')} | DECAY, even=True, matrices=True),
    'schedule_free': Method('Schedule-Free', optimizers.schedule_free, BOTH | DECAY, corrected(1e-8), result='x',
                            points=('y', 'z')),
}
CHARTED = ('v', 's')    # the states with charts of their own
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
          'beta2': (0.0, 0.9999), 'decay': (0.0, 1.0)}
FAR = 1e9       # a path that gets this far has diverged; larger numbers would only hide the rest
POINTS = 121    # of a map, along each side: enough for unbroken contours in a narrow valley
HEIGHTS = 9999  # of a map, from its lowest value to its highest


def run(problem='quadratic', condition=20.0, start=(-5.0, -2.0), steps=40, seed=0, method='gd', lr=0.4, beta1=0.9,
        beta2=0.999, decay=0.0, schedule='constant') -> dict:
    """Return the path of an optimizer on a problem: {'path', 'points', 'losses', 'states', 'rates', 'diverged'}.

    'rates' holds for each step the rate of each coordinate: η, divided by the root of s if the method has one. A
    matrix shows neither s nor what follows from it: these belong to its entries, not to the directions of the map.

    Args:
        problem: a name in PROBLEMS; `condition` is of the quadratic and the matrix, `seed` of the minibatches.
        start: the point (x1, x2), on the map of the problem; a problem of one variable takes x1.
        steps: how many. A path that diverges ends early.
        method, schedule: names in METHODS and SCHEDULES.
        lr, beta1, beta2, decay: η, the β of momentum and of v, the β2 (RMSProp: γ) of s, the weight decay λ.

    Raises:
        TypeError, ValueError: an argument is wrong; the message names it, its value and the remedy.
    """
    for name, value, known in (('problem', problem, PROBLEMS), ('method', method, METHODS),
                               ('schedule', schedule, SCHEDULES)):
        checks.choice(name, value, known)
    for name, value in (('steps', steps), ('seed', seed)):
        checks.whole_number(name, value, *RANGES[name])
    given = {'lr': lr, 'beta1': beta1, 'beta2': beta2, 'decay': decay}
    for name, value in (('condition', condition), *given.items()):
        checks.number(name, value, *RANGES[name])
    task, chosen = PROBLEMS[problem](condition, seed), METHODS[method]
    if chosen.matrices and not task.plane:
        raise ValueError(f'method={method!r} needs a matrix, and problem={problem!r} has none: choose problem="matrix"')
    start = checks.point('start', start, task.box)
    p = parameter(task.plane.lift(*start) if task.plane else start)
    arrays = {name: numpy.zeros(chosen.update.shaped.get(name, tuple)(p.shape)) for name in chosen.update.keeps}
    states = [tuple(arrays.values()) if len(arrays) > 1 else next(iter(arrays.values()))] if arrays else None
    named = {argument: given[name] for name, (_, argument) in chosen.sliders.items()}
    constants = {name: named.pop(name) for name in inspect.signature(chosen.update).parameters if name in named}
    seen = task.plane.lower if task.plane else numpy.copy       # what the map shows of an array
    places = {'y': p} | arrays
    shown = {name: arrays[name] for name in CHARTED if name in arrays and not (name == 's' and task.plane)}
    kept, rates = {name: [seen(state).tolist()] for name, state in shown.items()}, []
    path, raw, points = [seen(p).tolist()], [p.tolist()], {name: [seen(p).tolist()] for name in chosen.points}
    result = arrays.get(chosen.result, p)
    for t in range(1, steps + 1):
        rate = float(SCHEDULES[schedule][1](t, lr, steps))
        p.grad = numpy.array(task.gradient(*p.tolist()))
        chosen.update([p], states, named | {'lr': rate, 't': t}, **constants)
        if task.keep:
            for array in {id(a): a for a in (p, result, *(places[name] for name in chosen.points))}.values():
                array[()] = numpy.clip(array, *numpy.transpose(task.box))
        now = seen(result).tolist()
        if not all(math.isfinite(x) and abs(x) < FAR for x in (*now, *p.ravel().tolist())):
            break
        path.append(now)
        raw.append(result.tolist())
        scaled = chosen.rate and 's' in shown
        rates.append(chosen.rate(rate, t, shown['s'], beta2).tolist() if scaled else [rate] * len(now))
        for name, row in (*kept.items(), *points.items()):
            row.append(seen(places[name]).tolist())
    losses = ([task.plane.value(numpy.array(point)) for point in raw] if task.plane
              else task.value(*numpy.array(path).T).tolist())
    return {'path': path, 'points': points, 'losses': losses, 'states': kept, 'rates': rates,
            'diverged': len(rates) < steps}


def chart(problem='quadratic', condition=20.0, seed=0) -> dict | None:
    """Return the heights of a problem on a grid over its map, and levels for contours; None if it has one variable.

    A height is the root of how far a value is above the lowest one, as a whole number from 0 to HEIGHTS: roots rise
    evenly around a minimum, so that contours can be drawn from few points.
    """
    task = PROBLEMS[checks.choice('problem', problem, PROBLEMS)](condition, seed)
    if len(task.box) == 1:
        return None
    values = task.value(*numpy.meshgrid(*(numpy.linspace(*side, POINTS) for side in task.box)))
    roots = numpy.sqrt(values - values.min())
    heights = numpy.rint(roots * (HEIGHTS / roots.max())).astype(int)
    levels = numpy.quantile(heights, numpy.linspace(0.24, 0.95, 9) ** 2)
    return {'heights': heights.tolist(), 'levels': sorted({int(level) for level in levels})}


def choices() -> dict:
    """Return all that a reader may choose, and in which ranges, for JSON: pages know no others."""
    problems = {name: make(RANGES['condition'][0], 0) for name, make in PROBLEMS.items()}
    return {'methods': {name: {'label': method.label, 'sliders': {k: sign for k, (sign, _) in method.sliders.items()},
                               'even': method.even, 'matrices': method.matrices}
                        for name, method in METHODS.items()},
            'schedules': {name: label for name, (label, _) in SCHEDULES.items()},
            'problems': {name: {key: getattr(p, key) for key in ('label', 'box', 'start', 'axes', 'uses', 'minima',
                                                                 'where')} | {'matrix': p.plane is not None}
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
