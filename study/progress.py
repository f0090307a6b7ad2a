"""How far a study is, and how long the rest will take, judged by the jobs of the same kind that have ended."""
import sys
import time
from collections import Counter, deque


def kind(job: dict) -> tuple:
    """Jobs of a kind take about as long as each other."""
    return job['problem'], job['method'], job['point']['steps']


class Progress:
    """Count jobs, and write a line to the error output: over itself on a terminal, else every ten seconds.

    Args:
        rounds: how many jobs there are of each kind, in each round.
        workers: how many run at a time.
    """

    def __init__(self, rounds: list[dict[tuple, int]], workers: int):
        self.left, self.workers = sum(map(Counter, rounds), Counter()), workers
        self.total, self.jobs, self.stored = self.left.total(), Counter(), 0
        self.seconds: Counter = Counter()
        self.begun = self.said = time.monotonic()
        self.terminal = sys.stderr.isatty()

    def skip(self, jobs: list[dict]):
        """Note jobs that need not run: the store has them."""
        self.left.subtract(map(kind, jobs))
        self.stored += len(jobs)

    def done(self, job: dict, seconds: float):
        self.left[kind(job)] -= 1
        self.jobs[kind(job)] += 1
        self.seconds[kind(job)] += seconds
        if time.monotonic() - self.said > (0.2 if self.terminal else 10):
            self.say()

    def mean(self, of: tuple) -> float:
        """Return the seconds of a job of a kind; of all, as long as none of its kind has ended."""
        if self.jobs[of]:
            return self.seconds[of] / self.jobs[of]
        return self.seconds.total() / max(1, self.jobs.total())

    def chunk(self, waiting: deque, budget: float, most: int) -> int:
        """Return how many of the waiting jobs to send at a time: `budget` seconds, but in the end less, so that all
        workers end together. One at first, until their time is known."""
        count, spent, enough = 0, 0.0, max(1, len(waiting) // (2 * self.workers))
        for job in waiting:
            if count and (count >= min(most, enough) or not self.jobs or spent + self.mean(kind(job)) > budget):
                break
            count, spent = count + 1, spent + self.mean(kind(job))
        return count

    def say(self):
        self.said = time.monotonic()
        passed = self.jobs.total() + self.stored
        rest = sum(count * self.mean(of) for of, count in self.left.items() if count > 0) / self.workers
        line = f'{passed:,} of {self.total:,} jobs, {span(self.said - self.begun)} so far, about {span(rest)} left'
        before, after = ('\r\033[K', '') if self.terminal else ('', '\n')
        print(f'{before}{line}', end=after, file=sys.stderr, flush=True)

    def end(self):
        if self.terminal:
            print('\r\033[K', end='', file=sys.stderr, flush=True)


def span(seconds: float) -> str:
    """Return a time as one reads it: 8 s, 2 min 5 s, 3 h 10 min."""
    whole = round(seconds)
    if whole < 60:
        return f'{whole} s'
    if whole < 3600:
        return f'{whole // 60} min' + (f' {whole % 60} s' if whole % 60 else '')
    return f'{whole // 3600} h' + (f' {whole % 3600 // 60} min' if whole % 3600 // 60 else '')
