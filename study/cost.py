"""How long a study takes and what it costs, on some numbers of cores: computed from the seconds of its jobs.

`python -m study.cost` measures these seconds on one core of this machine, and stores them in the package's data, as a
chapter quotes them. Nothing else here is measured, for two cores no more than for a thousand.
"""
import datetime
import json
import os
import platform
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from d2lmini import data
from study.executors import chunk
from study.jobs import run
from study.methods import METHODS
from study.problems import PROBLEMS
from study.progress import span
from study.sizes import Size, counts, point

SECONDS = Path(data.__file__).with_name('seconds.json')
CORES = (2, 16, 1000)
START = 3.0         # seconds until all workers have imported and loaded what they need: an assumption
PRICE = 0.05        # of a core-hour, in dollars: an assumption, of the order of what is asked for rented machines
STEPS, TIMES = 300, 5


def measured(name: str, problem: str) -> float:
    """Return the processor's seconds of a job of 300 steps: the least of several, as others disturb it only upward."""
    method, found = METHODS[name], []
    job = {'problem': problem, 'method': name, 'seed': 0,
           'point': point('linear', STEPS, 8 * method.rates[problem], **method.memories)}
    for _ in range(TIMES):
        start = time.process_time()
        run(job)
        found.append(time.process_time() - start)
    return min(found)


def measure():
    """Store the seconds of a job of each method on each problem, and the machine."""
    seconds = {problem: {name: round(measured(name, problem), 4) for name in METHODS if problem in METHODS[name].rates}
               for problem in PROBLEMS}
    machine = f'{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}'
    SECONDS.write_text(json.dumps({'date': datetime.datetime.now(datetime.UTC).date().isoformat(), 'machine': machine,
                                   'seconds of a job of 300 steps': seconds}, indent=1) + '\n', encoding='utf-8')


def work(size: Size, methods: Mapping) -> list[tuple[float, float]]:
    """Return the seconds of work in each round, and those of its longest job.

    A method that was not measured counts as the slowest of its problem.
    """
    seconds = json.loads(SECONDS.read_text(encoding='utf-8'))['seconds of a job of 300 steps']

    def job(problem: str, name: str, steps: int) -> float:
        return seconds[problem].get(name, max(seconds[problem].values())) * steps / STEPS

    return [(sum(count * job(*of) for of, count in one_round.items()), max(job(*of) for of in one_round))
            for one_round in counts(size, methods)]


def wall(rounds: list[tuple[float, float]], cores: int) -> float:
    """Return the seconds on some cores: at the end of each round, they wait for the last chunk, or the longest job."""
    return START + sum(seconds / cores + max(min(chunk(cores), seconds / cores), longest)
                       for seconds, longest in rounds)


def plan(size: Size, methods: Mapping, name: str) -> str:
    rounds = work(size, methods)
    hours, jobs = sum(seconds for seconds, _ in rounds) / 3600, sum(sum(one.values()) for one in counts(size, methods))
    told = json.loads(SECONDS.read_text(encoding='utf-8'))
    lines = [f'{name}: at most {jobs:,} jobs, {hours:.2g} core-hours, about ${hours * PRICE:.2g} at ${PRICE} each']
    lines += [f'{cores:6,} cores: {span(wall(rounds, cores))}' for cores in CORES]
    lines += ['(computed; only the seconds of a job are measured, on one core, '
              f'on {told["date"]}: {told["machine"]})']
    return '\n'.join(lines)


if __name__ == '__main__':
    sys.exit(measure())
