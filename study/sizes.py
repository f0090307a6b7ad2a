"""What a study runs: its searches, their points and seeds, in three rounds of which each needs the one before.

The first round tries all points of a search on a few seeds. The second compares the best of them, with three rates
each, on other seeds. The third reports the winner on fresh seeds, and at wrong rates.
"""
import itertools
import math
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from study.halton import halton
from study.methods import Method

# A memory β by its window 1/(1 − β). The ends 1 (no average) and beyond the run are limits at which the best may lie.
WINDOWS = {'momentum': [2.0 ** k for k in range(6)], 'gamma': [4.0 ** k for k in range(6)],
           'rho': [4.0 ** k for k in range(6)], 'beta1': [4.0 ** k for k in range(3)],
           'beta2': [8.0 ** k for k in range(4)]}
FINE = (2 ** -0.5, 1.0, 2 ** 0.5)       # times the rate, in the second round
HALTON_SCHEDULES = ('constant', 'linear', 'cosine', 'square_root')


class Search(NamedTuple):
    """One way to tune: the points of the first round, and how many of them the second compares."""

    name: str
    points: Callable        # of a problem and a Method: a list of points
    leaders: int = 1


class Size(NamedTuple):
    """A study: searches, the seeds of its rounds for each problem, and factors of the rate to try at the end."""

    searches: tuple[Search, ...]
    first: Mapping[str, range]
    second: Mapping[str, range]
    fresh: Mapping[str, range]
    wrong: Mapping[tuple[str, str], tuple[tuple[float, ...], range]] = {}      # by problem and search


class Part(NamedTuple):
    """What is tuned at a time: a method on a problem by a search."""

    problem: str
    search: Search
    name: str
    method: Method


def tidy(x: float) -> float:
    """Return ten digits of a number: the next machine may compute another sixteenth."""
    return float(f'{x:.10g}')


def point(schedule: str, steps: int, rate: float, **memories: float) -> dict:
    return {'schedule': schedule, 'steps': steps, 'rate': tidy(rate)} | {k: tidy(v) for k, v in memories.items()}


def grid(schedule: str, tuned: bool = False, steps: int = 300) -> Callable:
    """Eight rates with the usual memories; or, tuned, 48 combinations for each method, however many memories it has."""
    def points(problem: str, method: Method) -> list[dict]:
        rates = [method.rates[problem] * 2.0 ** k for k in range(8)]
        memories = [[value] for value in method.memories.values()]
        if tuned:
            memories = [[1 - 1 / window for window in WINDOWS[key]] for key in method.memories]
            ends = rates[0], rates[-1]
            rates = (geometric(*ends, 48), rates, rates[3:7])[len(memories)]
        return [point(method.schedule or schedule, steps, rate, **dict(zip(method.memories, values)))
                for rate, *values in itertools.product(rates, *memories)]
    return points


def geometric(low: float, high: float, count: int) -> list[float]:
    return [low * (high / low) ** (k / (count - 1)) for k in range(count)]


def box(steps: int, count: int) -> Callable:
    """Halton points of a box: rates from a quarter of the grid's lowest to four times its highest, windows from 1 to
    the grid's longest, each uniform in its logarithm, and four schedules."""
    def points(problem: str, method: Method) -> list[dict]:
        low, high = method.rates[problem] / 4, method.rates[problem] * 2 ** 9
        found = []
        for i in range(count):
            u, v, *others = halton(i, 2 + len(method.memories))
            windows = {key: max(WINDOWS[key]) ** w for key, w in zip(method.memories, others)}
            schedule = method.schedule or HALTON_SCHEDULES[int(v * len(HALTON_SCHEDULES))]
            found.append(point(schedule, steps, low * (high / low) ** u,
                               **{key: 1 - 1 / window for key, window in windows.items()}))
        return found
    return points


SMALL = Size(
    (Search('constant', grid('constant')), Search('linear', grid('linear')), Search('tuned', grid('linear', True), 2)),
    first={'airfoil': range(6), 'network': range(2)},
    second={'airfoil': range(6, 18), 'network': range(2, 10)},
    fresh={'airfoil': range(1000, 1100), 'network': range(1000, 1040)},
    wrong={('airfoil', 'constant'): ((0.1, 0.5, 1, 2, 10, 50), range(20)),
           ('airfoil', 'tuned'): ((0.1, 0.5, 1, 2, 10, 50), range(20)),
           ('network', 'tuned'): ((0.1, 0.5, 1, 2, 5), range(4))})
FULL = Size(
    tuple(Search(f'{steps} steps', box(steps, 256), 8) for steps in (300, 1000, 3000)),
    first={'airfoil': range(8), 'network': range(8)},
    second={'airfoil': range(8, 24), 'network': range(8, 24)},
    fresh={'airfoil': range(1000, 1100), 'network': range(1000, 1100)})
TINY = Size(
    (Search('linear', grid('linear', steps=20)),),
    first={'airfoil': range(2), 'network': range(1)},
    second={'airfoil': range(2, 4), 'network': range(1, 2)},
    fresh={'airfoil': range(1000, 1004), 'network': range(1000, 1003)})
SIZES = {'tiny': TINY, 'small': SMALL, 'full': FULL}


def with_seeds(size: Size, count: int) -> Size:
    """Return the study with another number of fresh seeds."""
    return size._replace(fresh={problem: range(1000, 1000 + count) for problem in size.fresh})


def parts(size: Size, methods: Mapping[str, Method]) -> list[Part]:
    """Return what is tuned; a method takes part in the problems for which it has rates."""
    return [Part(problem, search, name, method) for problem in size.first for search in size.searches
            for name, method in methods.items() if problem in method.rates]


def jobs_of(part: Part, points: list[dict], seeds: range) -> list[dict]:
    return [{'problem': part.problem, 'method': part.name, 'point': p, 'seed': seed} for p in points for seed in seeds]


def score(losses: list) -> float:
    """Return the geometric mean of losses; infinite if a run overflowed or failed."""
    if not all(losses):         # None, or an excess that rounding made 0
        return math.inf
    return math.exp(math.fsum(map(math.log, losses)) / len(losses)) if min(losses) > 0 else math.inf


def ranked(part: Part, points: list[dict], seeds: range, loss: Callable) -> list[dict]:
    """Return points by their score on seeds, the best first."""
    scores = [score([loss(job) for job in jobs_of(part, [p], seeds)]) for p in points]
    return [points[i] for i in sorted(range(len(points)), key=scores.__getitem__)]


def finer(part: Part, leaders: list[dict]) -> list[dict]:
    return [p | {'rate': tidy(p['rate'] * factor)} for p in leaders for factor in FINE]


def compared(size: Size, part: Part, loss: Callable) -> list[dict]:
    """Return the points that the second round compares; `loss` gives the loss of a job, None where it overflowed."""
    points = part.search.points(part.problem, part.method)
    return finer(part, ranked(part, points, size.first[part.problem], loss)[:part.search.leaders])


def chosen(size: Size, part: Part, loss: Callable) -> dict:
    """Return the point that the first two rounds choose."""
    return ranked(part, compared(size, part, loss), size.second[part.problem], loss)[0]


def rounds(size: Size, methods: Mapping[str, Method], loss: Callable) -> Iterator[list[dict]]:
    """Yield the jobs of each round; ask for the next only when `loss` knows those of the last."""
    every = parts(size, methods)
    yield distinct(job for part in every for job in jobs_of(
        part, part.search.points(part.problem, part.method), size.first[part.problem]))
    yield distinct(job for part in every for job in jobs_of(
        part, compared(size, part, loss), size.second[part.problem]))
    yield distinct(job for part in every for job in last_round(size, part, chosen(size, part, loss)))


def last_round(size: Size, part: Part, best: dict) -> Iterator[dict]:
    yield from jobs_of(part, [best], size.fresh[part.problem])
    factors, seeds = size.wrong.get((part.problem, part.search.name), ((), range(0)))
    yield from jobs_of(part, [best | {'rate': tidy(best['rate'] * factor)} for factor in factors], seeds)


def distinct(jobs) -> list[dict]:
    """Return jobs without repetitions: two searches may try the same point."""
    return list({repr(job): job for job in jobs}.values())


def counts(size: Size, methods: Mapping[str, Method]) -> list[dict[tuple, int]]:
    """Return how many jobs each round has, at most, of each (problem, method, steps): known before any has run."""
    found: list[dict] = [{}, {}, {}]
    for part in parts(size, methods):
        points = part.search.points(part.problem, part.method)
        factors, seeds = size.wrong.get((part.problem, part.search.name), ((), range(0)))
        for one_round, jobs in zip(found, (
                len(points) * len(size.first[part.problem]),
                part.search.leaders * len(FINE) * len(size.second[part.problem]),
                len(size.fresh[part.problem]) + len(factors) * len(seeds))):
            key = part.problem, part.name, points[0]['steps']
            one_round[key] = one_round.get(key, 0) + jobs
    return found
