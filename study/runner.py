"""Run what is missing in a store, and store it as it comes."""
import concurrent.futures
from collections import Counter, deque
from collections.abc import Mapping
from concurrent.futures import BrokenExecutor, Executor, Future

from study.executors import died
from study.jobs import run_all
from study.progress import Progress
from study.sizes import Size, counts, rounds
from study.store import Store

MOST = 200          # jobs in a chunk
TRIES = 2           # of a job, alone, whose worker dies


def study(size: Size, methods: Mapping, sources: Mapping[str, str], store: Store, place,
          known: Mapping[str, tuple] = {}) -> list[dict]:
    """Run all jobs of a study that the store lacks; return all its jobs in their order, that of the lines at the end.

    Args:
        size, methods: what is studied.
        sources: the text of each method that is not the book's.
        store: open for writing.
        place: Here, Processes or Dask of executors.py.
        known: lines of another store by key, which are taken where they serve.

    Raises:
        StudyError: the disk is full, or the cluster is gone.
        KeyboardInterrupt: Ctrl-C. What has ended is stored.
    """
    jobs, progress = [], Progress(counts(size, methods), place.workers)
    for one_round in rounds(size, methods, store.loss):
        store.take(known[store.key(job)] for job in one_round if store.key(job) in known)
        missing = [job for job in one_round if store.entry(job) is None]
        progress.skip([job for job in one_round if store.entry(job) is not None])
        if missing:
            Round(missing, sources, store, place, progress).run()
        jobs += one_round
    progress.end()
    store.rewrite(jobs)
    return jobs


class Round:
    """Jobs that do not depend on each other. Those of a worker that dies are tried again, alone, by others."""

    def __init__(self, jobs: list[dict], sources: Mapping[str, str], store: Store, place, progress: Progress):
        self.sources, self.store, self.place, self.progress = sources, store, place, progress
        self.waiting, self.suspects, self.deaths = deque(jobs), deque(), Counter()
        self.running: dict[Future, tuple[list[dict], bool]] = {}       # jobs, and whether they are suspects

    def run(self):
        executor = self.place.start()
        try:
            while self.waiting or self.suspects or self.running:
                self.send(executor)
                done, _ = concurrent.futures.wait(self.running, return_when=concurrent.futures.FIRST_COMPLETED)
                if any([self.collect(future) for future in done]):
                    # A pool of processes breaks with the first of them, and takes the other jobs along.
                    done, _ = concurrent.futures.wait(self.running)
                    for future in done:
                        self.collect(future)
                    self.place.stop(executor)
                    executor = self.place.start()
        finally:
            self.place.stop(executor)

    def send(self, executor: Executor):
        """Keep all workers busy; but send suspects one at a time, so that a death has one cause."""
        if self.suspects:
            if not self.running:
                self.submit(executor, [self.suspects.popleft()], suspects=True)
            return
        while self.waiting and len(self.running) < self.place.queue:
            count = self.progress.chunk(self.waiting, self.place.chunk, MOST)
            self.submit(executor, [self.waiting.popleft() for _ in range(count)])

    def submit(self, executor: Executor, jobs: list[dict], suspects: bool = False):
        sources = {job['method']: self.sources[job['method']] for job in jobs if job['method'] in self.sources}
        try:
            future = executor.submit(run_all, jobs, sources)
        except BrokenExecutor as why:       # it broke a moment ago
            future = Future()
            future.set_exception(why)
        self.running[future] = jobs, suspects

    def collect(self, future: Future) -> bool:
        """Store what a chunk brought; return whether its worker died instead."""
        jobs, alone = self.running.pop(future)
        if not died(future):
            for job, (result, seconds) in zip(jobs, future.result()):
                self.store.add(job, result, seconds)
                self.progress.done(job, seconds)
            return False
        for job in jobs:
            key = self.store.key(job)
            self.deaths[key] += alone
            if self.deaths[key] >= TRIES:
                self.store.add(job, {'error': f'the worker that ran this job died, {TRIES} times'}, 0.0)
                self.progress.done(job, 0.0)
            else:
                self.suspects.append(job)
        return True
