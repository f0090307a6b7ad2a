"""A job: one training run, a pure function of a small dictionary.

    {'problem': 'network', 'method': 'adam', 'seed': 1000,
     'point': {'schedule': 'linear', 'steps': 300, 'rate': 0.01, 'beta1': 0.75, 'beta2': 0.875}}
"""
import functools
import time
import traceback
from pathlib import Path

import numpy

import d2lmini as d2l
from d2lmini import schedules
from d2lmini.optimizers.door import opened
from study.methods import METHODS, from_source
from study.problems import PROBLEMS

# The factor of step t out of n: 1 at first, and 1/n at the end of the linear decay.
SCHEDULES = {
    'constant': lambda t, n: 1.0,
    'linear': lambda t, n: schedules.polynomial(t, 1.0, n + 1),
    'cosine': lambda t, n: schedules.cosine(t, 1.0, n + 1),
    'square_root': lambda t, n: schedules.square_root(t, 1.0),
}


@functools.cache
def method_of(name: str, source: str | None):
    return METHODS[name] if source is None else from_source(name, source)


def train(problem, method, point, seed) -> list:
    """Return what a run has learned after all its steps."""
    generator, steps = d2l.rng(seed), point['steps']
    params = problem.initial(generator)
    states = method.init_states(params) if method.init_states else None
    hyperparams, constants = method.setting(method, point)
    lr, update, factor = hyperparams['lr'], method.update, SCHEDULES[point['schedule']]
    for t, batch in enumerate(d2l.stacked_minibatches(*problem.training, 10, [generator], steps), 1):
        for p, g in zip(params, problem.gradient(params, *batch)):
            p.grad = g
        update(params, states, hyperparams | {'t': t, 'lr': lr * factor(t, steps)}, **constants)
        update = opened(method.update)          # its arguments were checked in the first step
    return method.result(params, states)


def run(job: dict, source: str | None = None) -> dict:
    """Return what a job's run reached, {'loss': ..., ...}, or {'error': ...} with the traceback if it failed.

    Args:
        job: its problem, method, point and seed.
        source: of the method, if it is a reader's own.
    """
    try:
        problem, method = PROBLEMS[job['problem']](), method_of(job['method'], source)
        with numpy.errstate(all='ignore'):      # rates too large are part of the plan
            return problem.reached(train(problem, method, job['point'], job['seed']))
    except Exception as why:
        # Without folders, which differ from machine to machine.
        places = [f'{Path(at.filename).name}, line {at.lineno}, in {at.name}'
                  for at in traceback.extract_tb(why.__traceback__)]
        return {'error': '\n'.join([*places, f'{type(why).__name__}: {why}'])}


def run_all(jobs: list[dict], sources: dict[str, str]) -> list[tuple[dict, float]]:
    """Return (result, seconds) of each job: what a worker does between two messages."""
    answers = []
    for job in jobs:
        start = time.perf_counter()
        answers.append((run(job, sources.get(job['method'])), time.perf_counter() - start))
    return answers
