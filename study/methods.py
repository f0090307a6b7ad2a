"""The methods that the study compares, a line for each, and the file of a reader's own."""
import inspect
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

import numpy

import d2lmini as d2l
from d2lmini.engine.numpy import parameter
from study import StudyError
from study import adapters as to
from study.adapters import as_they_are, long_run, plain

EXAMPLE = ("METHOD = Method(update, init_states, rates={'airfoil': 0.001, 'network': 0.002}, memories={'beta1': 0.9})")


class Method(NamedTuple):
    """An optimizer, and what of it is tuned."""

    update: Callable                            # update(params, states, hyperparams), which changes params in place
    init_states: Callable | None                # of the parameters; None if it keeps none
    rates: Mapping[str, float]                  # the lowest of the eight rates of a grid, for each problem it is for
    memories: Mapping[str, float] = {}          # its memories, with their usual values
    setting: Callable = plain                   # what a point of the search means to it: adapters.py
    result: Callable = as_they_are              # of its parameters and states: the weights that it has learned
    schedule: str | None = None                 # the one that it is made for, instead of those of a search


def both(airfoil: float, network: float) -> dict[str, float]:
    return {'airfoil': airfoil, 'network': network}


def network(lowest: float) -> dict[str, float]:
    return {'network': lowest}


BETAS = {'beta1': 0.9, 'beta2': 0.999}
METHODS = {
    'sgd': Method(d2l.sgd, None, both(0.004, 0.02)),
    'sgd_momentum': Method(d2l.sgd_momentum, d2l.init_momentum_states, both(0.004, 0.02), {'momentum': 0.9}, long_run),
    'nesterov': Method(d2l.nesterov, d2l.init_momentum_states, both(0.004, 0.02), {'momentum': 0.9}, long_run),
    'adagrad': Method(d2l.adagrad, d2l.init_adagrad_states, both(0.02, 0.01)),
    'rmsprop': Method(d2l.rmsprop, d2l.init_rmsprop_states, both(0.001, 0.002), {'gamma': 0.9}),
    'adadelta': Method(to.adadelta_rated, d2l.init_adadelta_states, both(0.0004, 0.004), {'rho': 0.9}, to.root_of_eps),
    'adam': Method(d2l.adam, d2l.init_adam_states, both(0.001, 0.002), BETAS),
    'yogi': Method(d2l.yogi, d2l.init_adam_states, both(0.001, 0.002), BETAS),
    'adamw': Method(d2l.adamw, d2l.init_adamw_states, network(0.002), BETAS, to.of_adamw),
    'amsgrad': Method(d2l.amsgrad, d2l.init_amsgrad_states, network(0.002), BETAS),
    'nadam': Method(d2l.nadam, d2l.init_nadam_states, network(0.002), BETAS),
    'lion': Method(d2l.lion, d2l.init_lion_states, network(0.0005), {'beta1': 0.9, 'beta2': 0.99}),
    'adafactor': Method(d2l.adafactor, d2l.init_adafactor_states, network(0.002), {}, to.of_adafactor),
    'shampoo': Method(d2l.shampoo, d2l.init_shampoo_states, network(0.016), BETAS),
    'soap': Method(d2l.soap, d2l.init_soap_states, network(0.002), {'beta1': 0.95, 'beta2': 0.95}),
    'muon': Method(to.muon_and_adamw, to.init_muon_and_adamw, network(0.01), {'momentum': 0.95}),
    'schedule_free': Method(d2l.schedule_free, d2l.init_schedule_free_states, network(0.004), BETAS,
                            result=to.average, schedule='constant'),
    'prodigy': Method(d2l.prodigy, d2l.init_prodigy_states, network(0.0625), BETAS),
}


def from_source(name: str, source: str) -> Method:
    """Return the METHOD that a file of Python defines; its text travels to other processes, where it has no file."""
    scope = {'__name__': f'study.own.{name}', '__file__': f'{name}.py'}
    try:
        exec(compile(source, f'{name}.py', 'exec'), scope)
    except (Exception, SystemExit) as why:
        raise StudyError(f'{name}.py does not run: {type(why).__name__}: {why}') from why
    method = scope.get('METHOD')
    if not isinstance(method, Method):
        what = 'defines no METHOD' if method is None else f'has METHOD={method!r:.60}, a {type(method).__name__}'
        raise StudyError(f'{name}.py {what}: it needs the line\n    from study.methods import Method\nand, at its end, '
                         f'one like\n    {EXAMPLE}')
    return method


def own(path: str) -> tuple[str, str]:
    """Return (name, source) of a reader's own method, once it has shown that it is an optimizer."""
    file = Path(path)
    name = file.stem
    if name in METHODS:
        raise StudyError(f'METHOD={path} would take the name of a method of the book: rename the file')
    if not name.isidentifier():
        raise StudyError(f'METHOD={path}: its name {name!r} is no name of Python; rename the file, such as mine.py')
    try:
        source = file.read_text(encoding='utf-8')
    except (OSError, UnicodeDecodeError) as why:
        raise StudyError(f'METHOD={path} cannot be read ({why}): name a file of Python such as mine.py') from why
    check(name, from_source(name, source))
    return name, source


def check(name: str, method: Method):
    """Refuse what is no optimizer, before any job runs: it must move parameters in place, and keep them finite."""
    from study.sizes import HALTON_SCHEDULES, WINDOWS  # sizes.py reads this table

    for problem, rate in method.rates.items() if isinstance(method.rates, Mapping) else [(None, None)]:
        if problem not in ('airfoil', 'network') or not isinstance(rate, (int, float)) or not 0 < rate < numpy.inf:
            raise StudyError(f'{name}: rates={method.rates!r:.100} must give the lowest rate of a grid of eight, each '
                             "twice the one before, for each problem: {'airfoil': 0.001, 'network': 0.002}")
    if not method.rates:
        raise StudyError(f'{name}: rates is empty: give the lowest rate for airfoil, network, or both')
    if not isinstance(method.memories, Mapping):
        raise StudyError(f'{name}: memories={method.memories!r:.60} must give each memory its usual value, as '
                         "{'beta1': 0.9} does")
    if method.schedule not in (None, *HALTON_SCHEDULES):
        raise StudyError(f'{name}: schedule={method.schedule!r:.60} must be one of {", ".join(HALTON_SCHEDULES)}, or '
                         'None, for those of the searches')
    for key, value in method.memories.items():
        if key not in WINDOWS or not isinstance(value, (int, float)) or not 0 <= value < 1:
            raise StudyError(f'{name}: memories has {key!r}: {value!r:.50}; a memory is one of {", ".join(WINDOWS)}, '
                             'with its usual value, at least 0 and below 1')
    if len(method.memories) > 2:
        raise StudyError(f'{name}: memories has {len(method.memories)} entries; the protocol tunes at most two')
    for what in ('update', 'init_states', 'setting', 'result'):
        if not callable(getattr(method, what)) and (what != 'init_states' or method.init_states is not None):
            raise StudyError(f'{name}: {what}={getattr(method, what)!r:.60} is no function')
    try:
        inspect.signature(method.update).bind(None, None, None)
    except TypeError as why:
        raise StudyError(f'{name}: update must take (params, states, hyperparams): {why}') from why
    point = {'rate': 4 * min(method.rates.values()), **method.memories}
    params = [parameter(numpy.full((1, 3, 2), 0.5)), parameter(numpy.zeros((1, 1, 2)))]
    before = [numpy.array(p) for p in params]
    try:
        states = method.init_states(params) if method.init_states else None
        hyperparams, constants = method.setting(method, point)
        for t in (1, 2):
            for p in params:
                p.grad = numpy.full(p.shape, 0.1)
            method.update(params, states, hyperparams | {'t': t}, **constants)
        learned = [numpy.asarray(p, dtype=float) for p in method.result(params, states)]
    except (Exception, SystemExit) as why:
        raise StudyError(f'{name} is no optimizer that the study can run: on two small arrays its first steps raise '
                         f'{type(why).__name__}: {why}') from why
    for p, old in zip(params, before):
        if numpy.shape(p) != old.shape or not numpy.isfinite(p).all():
            raise StudyError(f'{name} is no optimizer: two steps on small arrays leave {numpy.asarray(p)!r:.80}')
    if [p.shape for p in learned] != [old.shape for old in before]:
        raise StudyError(f'{name}: result must return the weights that were learned, in the shapes of the parameters, '
                         f'{[old.shape for old in before]}, not {[p.shape for p in learned]}')
    if all((numpy.asarray(p) == old).all() for p, old in zip(params, before)):
        raise StudyError(f'{name} is no optimizer: two steps with a gradient of 0.1 leave all parameters as they were. '
                         'It must change the arrays in place, as p -= ... does and p = p - ... does not')
