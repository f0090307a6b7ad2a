"""The study's runner: what it costs beside the jobs themselves. Each function runs in a fresh process."""
import multiprocessing
import os
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

for name in ('OMP_NUM_THREADS', 'OPENBLAS_NUM_THREADS', 'MKL_NUM_THREADS'):
    os.environ[name] = '1'      # before numpy is imported: a job has one thread

from study.executors import Dask, Here, Processes  # noqa: E402
from study.fingerprint import code_of  # noqa: E402
from study.jobs import run, run_all  # noqa: E402
from study.progress import Progress  # noqa: E402
from study.runner import Round  # noqa: E402
from study.store import Store  # noqa: E402

JOB = {'problem': 'network', 'method': 'adam', 'seed': 0,
       'point': {'schedule': 'linear', 'steps': 300, 'rate': 0.02, 'beta1': 0.75, 'beta2': 0.875}}


def jobs(count: int, seconds: float | None = None) -> list[dict]:
    """Return jobs that differ in their seed: of 300 steps, or of as many as take some seconds here."""
    point = dict(JOB['point'])
    if seconds:
        run(JOB)                # loads the data
        start = time.perf_counter()
        run(JOB)
        point['steps'] = round(300 * seconds / (time.perf_counter() - start))
    return [JOB | {'point': point, 'seed': seed} for seed in range(count)]


def timed(some: list[dict], place) -> tuple[float, float]:
    """Run jobs as the study does; return the seconds that it took, and those that the jobs say they took."""
    with tempfile.TemporaryDirectory() as folder, Store(Path(folder) / 'a.jsonl', code_of) as store:
        progress = Progress([{('network', 'adam', some[0]['point']['steps']): len(some)}], place.workers)
        start = time.perf_counter()
        Round(some, {}, store, place, progress).run()
        return time.perf_counter() - start, progress.seconds.total()


class Started:
    """A place whose workers have begun, and loaded their data, before the clock starts."""

    def __init__(self, place):
        self.place, self.workers, self.queue, self.chunk = place, place.workers, place.queue, place.chunk
        self.executor = place.start()
        for future in [self.executor.submit(run_all, [job], {}) for job in jobs(4 * place.workers)]:
            future.result()

    def start(self):
        return self.executor

    def stop(self, executor):
        """It serves again."""

    def close(self):
        self.place.stop(self.executor)
        self.place.close()


def serial() -> dict:
    """The whole time of a serial study over that in its jobs."""
    run(JOB)
    whole, own = timed(jobs(100), Here())
    return {'whole / jobs': whole / own}


def processes() -> dict:
    """The speed-up of two processes, and that of two plain loops; all begin with nothing loaded."""
    some = jobs(300)
    run(JOB)
    start = time.perf_counter()
    run_all(some, {})
    one = time.perf_counter() - start
    start = time.perf_counter()
    with ProcessPoolExecutor(2, multiprocessing.get_context('spawn')) as pool:
        list(pool.map(run_all, (some[::2], some[1::2]), ({}, {})))
    plain = time.perf_counter() - start
    return {'plain': one / plain, 'study': one / timed(some, Processes(2))[0]}


def dask() -> dict:
    """The time of twenty jobs of half a second on two workers of Dask over that in two processes, all begun."""
    from distributed import LocalCluster

    some, found = jobs(20, 0.5), {}
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, host='127.0.0.1') as cluster:
        for name, place in (('dask', Dask(cluster.scheduler_address)), ('processes', Processes(2))):
            begun = Started(place)
            found[name] = timed(some, begun)[0]
            begun.close()
    return found


if __name__ == '__main__':
    for measurement in (serial, processes, dask):
        print(measurement.__name__, measurement())
