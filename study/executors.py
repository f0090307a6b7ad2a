"""Where jobs run: in this process, in processes of this machine, or on a Dask cluster; all as concurrent.futures."""
import asyncio
import multiprocessing
import re
import socket
import weakref
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future, ProcessPoolExecutor
from urllib.parse import urlsplit

from study import StudyError
from study.fingerprint import everything, of_all
from study.worker import begin


def chunk(workers: int) -> float:
    """Return the seconds of work between two messages of a worker. A message costs a millisecond, of all workers' one
    partner; so a thousand workers speak less often."""
    return max(0.3, 0.003 * workers)


class Serial(Executor):
    """Run at once what is submitted."""

    def submit(self, function: Callable, /, *arguments) -> Future:
        future = Future()
        try:
            future.set_result(function(*arguments))
        except SystemExit as why:       # a method that calls exit() ends a job, not the study
            future.set_exception(why)
        return future


class Here:
    """This process alone, job by job."""

    workers, queue, chunk = 1, 1, 0.0

    def start(self) -> Executor:
        return Serial()

    def stop(self, executor: Executor):
        """Nothing runs between two jobs."""

    def close(self):
        """Nothing is held."""


class Processes:
    """Processes of this machine, each started afresh (spawn)."""

    def __init__(self, workers: int):
        self.workers, self.queue, self.chunk = workers, 2 * workers, chunk(workers)

    def start(self) -> Executor:
        if of_all() != everything():        # the processes to come would load what this one has not
            raise StudyError('The code was edited while the study ran. All results so far are stored; the same command '
                             'says what of them is of other code')
        return ProcessPoolExecutor(self.workers, multiprocessing.get_context('spawn'), initializer=begin)

    def stop(self, executor: Executor):
        executor.shutdown(wait=False, cancel_futures=True)

    def close(self):
        """Processes end with their executor."""


class OnDask(Executor):
    """Run on a cluster what is submitted.

    Dask's own executor never completes a future whose result is lost on its way, as when the scheduler dies after it
    has announced it.
    """

    def __init__(self, client):
        self.client, self.there = client, weakref.WeakSet()

    def submit(self, function: Callable, /, *arguments) -> Future:
        future, there = Future(), self.client.submit(function, *arguments, pure=False)
        self.there.add(there)
        self.client.loop.add_callback(hand_over, there, future)
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False):
        self.client.cancel([*self.there])


async def hand_over(there, future: Future):
    """Give a future what one of Dask's brings: its result, or what went wrong."""
    try:
        result = await there.result()
    except (OSError, asyncio.CancelledError) as why:        # the scheduler is gone; jobs raise neither (see run)
        future.set_exception(BrokenExecutor(str(why)))
    except BaseException as why:
        future.set_exception(why)
    else:
        future.set_result(result)


class Dask:
    """An existing Dask cluster, whose workers need this code, in the same state."""

    def __init__(self, address: str):
        try:
            from distributed import Client
        except ImportError as why:
            raise StudyError(f'SCHEDULER={address} needs the package distributed, which is not here: '
                             'make .venv-cluster/ready installs it, in an environment of its own') from why
        if not re.fullmatch(r'(tcp|tls|ucx|wss?)://.+:\d+', address):
            raise StudyError(f'SCHEDULER={address} is no address: it looks like tcp://10.0.0.1:8786, and the scheduler '
                             'prints it when it starts')
        try:
            if address.startswith('tcp:') and not greets(address):
                raise ConnectionError('something else is there')
            self.client = Client(address, timeout='10s', set_as_default=False)
        except Exception as why:        # whatever Dask makes of what it hears
            raise StudyError(f'SCHEDULER={address}: no Dask scheduler answers there ({type(why).__name__}). Start one '
                             'with .venv-cluster/bin/dask scheduler, and name the address that it prints') from why
        self.check(address)
        self.workers = sum(self.client.nthreads().values())
        self.queue, self.chunk = 2 * self.workers, chunk(self.workers)

    def check(self, address: str):
        """Refuse a cluster without workers, or whose workers have other code."""
        here, answers = everything(), self.client.run(everything, on_error='return')
        if not answers:
            self.close()
            raise StudyError(f'SCHEDULER={address} has no workers: start some with .venv-cluster/bin/dask worker '
                             f'{address} --nthreads 1, in a copy of this folder')
        for worker, there in answers.items():
            if there != here:
                self.close()
                what = f'cannot load this code ({there})' if isinstance(there, Exception) else 'has other code'
                raise StudyError(f'The worker {worker} {what}: start it in a copy of this folder, in the same state')

    def start(self) -> Executor:
        if self.client.status != 'running':
            raise StudyError('The Dask scheduler is gone. All results so far are stored, and the same command goes on')
        return OnDask(self.client)

    def stop(self, executor: Executor):
        if self.client.status == 'running':
            executor.shutdown()

    def close(self):
        self.client.close()


def greets(address: str) -> bool:
    """Whether what listens at an address begins as Dask does, with a short message after its length in eight bytes.

    Dask's client waits forever for the end of what, say, a web server tells it.
    """
    parts = urlsplit(address)
    with socket.create_connection((parts.hostname, parts.port), timeout=10) as line, line.makefile('rb') as spoken:
        begin = spoken.read(8)
    return len(begin) == 8 and int.from_bytes(begin, 'little') < 2 ** 20


def died(future: Future) -> bool:
    """Whether the worker of a future died, or gave it up. Any other failure is a mistake of ours, and raised."""
    if future.cancelled():
        return True
    why = future.exception()
    if why is None:
        return False
    if isinstance(why, (BrokenExecutor, CancelledError, SystemExit)) or type(why).__name__ == 'KilledWorker':   # Dask's
        return True
    raise why
