"""The study on a Dask cluster: the file of a serial run, bit by bit. `make test-cluster` runs it, in .venv-cluster."""
import asyncio
import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
from concurrent.futures import CancelledError, Future
from pathlib import Path

import pytest
from distributed import Client, LocalCluster
from distributed.scheduler import KilledWorker

from study.executors import died, hand_over

ROOT = Path(__file__).resolve().parents[2]
# SGD that kills its worker, once, when the ninth run begins, or a later one if two begin at once; if it is told to.
FRAGILE = '''
import contextlib, os, signal
from pathlib import Path
from study.methods import Method

place = Path(os.environ.get('FRAGILE', '/nowhere'))

def init_states(params):
    if place.is_dir():
        begun = len(list(place.glob('run-*')))
        (place / f'run-{os.getpid()}-{begun}').touch()
        if begun >= 8:
            with contextlib.suppress(FileExistsError):
                (place / 'done').touch(exist_ok=False)      # for one of them
                os.kill(os.getpid(), signal.SIGKILL)

def update(params, states, hyperparams):
    for p in params:
        p -= hyperparams['lr'] * p.grad

METHOD = Method(update, init_states, {'airfoil': 0.004})
'''


def study(folder, *more, timeout=300):
    (folder / 'fragile.py').write_text(FRAGILE)
    environment = {k: v for k, v in os.environ.items() if k != 'FRAGILE'}
    done = subprocess.run([sys.executable, '-m', 'study', '--size', 'tiny', '--methods', 'sgd adam', '--method',
                           folder / 'fragile.py', '--store', folder / 'a.jsonl', *more], cwd=ROOT, env=environment,
                          capture_output=True, text=True, timeout=timeout, check=False)
    return done.returncode, done.stdout, done.stderr


@pytest.fixture
def cluster(tmp_path, monkeypatch):
    """Two workers in processes of their own, which find the study in this folder."""
    monkeypatch.setenv('PYTHONPATH', str(ROOT))
    monkeypatch.setenv('OMP_NUM_THREADS', '1')
    monkeypatch.setenv('FRAGILE', str(tmp_path / 'fragile'))
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, host='127.0.0.1') as cluster:
        yield cluster


@pytest.fixture(scope='module')
def serial(tmp_path_factory):
    folder = tmp_path_factory.mktemp('serial')
    code, _, err = study(folder)
    assert code == 0, err
    return (folder / 'a.jsonl').read_bytes()


def test_dask_and_processes_give_the_file_of_a_serial_run(tmp_path, cluster, serial):
    for name, more in (('dask', ['--scheduler', cluster.scheduler_address]), ('processes', ['--workers', '2'])):
        (tmp_path / name).mkdir()
        code, _, err = study(tmp_path / name, *more)
        assert code == 0, err
        assert (tmp_path / name / 'a.jsonl').read_bytes() == serial, name


def test_the_jobs_of_a_worker_that_dies_are_done_by_others(tmp_path, cluster, serial):
    (tmp_path / 'fragile').mkdir()
    code, _, err = study(tmp_path, '--scheduler', cluster.scheduler_address)
    assert code == 0, err
    assert (tmp_path / 'fragile' / 'done').exists()
    assert (tmp_path / 'a.jsonl').read_bytes() == serial


@contextlib.contextmanager
def begun(folder, code=ROOT):
    """Yield the address and the process of a scheduler, with a worker that finds the study in the folder `code`."""
    def begin(what, *options):
        command = [sys.executable, '-m', f'distributed.cli.dask_{what}', '--scheduler-file', folder / 'address.json']
        return subprocess.Popen([*command, '--no-dashboard', *options], cwd=code, stderr=subprocess.DEVNULL,
                                env=os.environ | {'PYTHONPATH': str(code), 'OMP_NUM_THREADS': '1'})

    scheduler = begin('scheduler', '--host', '127.0.0.1', '--port', '0')
    worker = begin('worker', '--nthreads', '1', '--no-nanny')
    try:
        with Client(scheduler_file=str(folder / 'address.json'), timeout='120s') as client:
            client.wait_for_workers(1, timeout=120)
            address = client.scheduler.address
        yield address, scheduler
    finally:
        for process in (worker, scheduler):
            process.kill()
            process.wait()


def test_a_scheduler_that_goes_away_leaves_what_has_ended(tmp_path):
    """A job kills it."""
    place = tmp_path / 'deadly'
    place.mkdir()
    with begun(tmp_path) as (address, scheduler):
        (tmp_path / 'deadly.py').write_text(FRAGILE.replace("os.environ.get('FRAGILE', '/nowhere')", repr(str(place)))
                                            .replace('os.kill(os.getpid()', f'os.kill({scheduler.pid}'))
        done = subprocess.run([sys.executable, '-m', 'study', '--size', 'tiny', '--methods', 'sgd', '--method',
                               tmp_path / 'deadly.py', '--store', tmp_path / 'b.jsonl', '--scheduler', address],
                              cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 1
    assert 'Not done: The Dask scheduler is gone. All results so far are stored' in done.stderr
    assert 0 < len((tmp_path / 'b.jsonl').read_text().splitlines()) < 66


@pytest.mark.parametrize('why', [OSError(), CancelledError(), asyncio.CancelledError(), SystemExit(3),
                                 KilledWorker('run_all-1', None, 3)], ids=lambda why: type(why).__name__)
def test_a_result_that_is_lost_on_its_way_counts_as_a_death(why):
    """Dask's own executor would leave its future open, and the study would wait forever."""
    class Lost:
        async def result(self):
            raise why

    future = Future()
    asyncio.run(hand_over(Lost(), future))
    assert future.done()
    assert died(future)


def test_a_mistake_of_ours_on_its_way_is_raised():
    class Wrong:
        async def result(self):
            raise TypeError('run_all takes two arguments')

    future = Future()
    asyncio.run(hand_over(Wrong(), future))
    with pytest.raises(TypeError, match='two arguments'):
        died(future)


def test_an_address_where_nobody_answers_is_named(tmp_path):
    code, out, err = study(tmp_path, '--scheduler', 'tcp://127.0.0.1:1')
    assert (code, out) == (1, '')
    assert 'Not done: SCHEDULER=tcp://127.0.0.1:1: no Dask scheduler answers there' in err
    assert 'Traceback' not in err
    assert not (tmp_path / 'a.jsonl').exists()


@pytest.mark.parametrize('says', [b'', b'SSH-2.0-OpenSSH_9.6\r\n'])       # a web server says nothing until it is asked
def test_an_address_where_something_else_answers_is_named(tmp_path, says):
    def talk():
        with contextlib.suppress(OSError):      # closed at the end
            while True:
                lines.append(server.accept()[0])
                lines[-1].sendall(says)

    lines = []
    with socket.create_server(('127.0.0.1', 0)) as server:
        address = f'tcp://127.0.0.1:{server.getsockname()[1]}'
        threading.Thread(target=talk, daemon=True).start()
        code, out, err = study(tmp_path, '--scheduler', address, timeout=60)
        server.shutdown(socket.SHUT_RDWR)
    for line in lines:
        line.close()
    assert (code, out) == (1, '')
    assert f'Not done: SCHEDULER={address}: no Dask scheduler answers there' in err
    assert 'Traceback' not in err


@pytest.mark.parametrize('address', ['nonsense://', '127.0.0.1:8786', 'tcp://127.0.0.1', 'tcp://:port'])
def test_what_is_no_address_is_named(tmp_path, address):
    code, _, err = study(tmp_path, '--scheduler', address)
    assert code == 1
    assert f'SCHEDULER={address} is no address' in err
    assert 'Traceback' not in err


def test_a_cluster_without_workers_is_named(tmp_path):
    with LocalCluster(n_workers=0, dashboard_address=None, host='127.0.0.1') as empty:
        code, _, err = study(tmp_path, '--scheduler', empty.scheduler_address)
    assert code == 1
    assert 'has no workers' in err


def test_workers_with_other_code_are_named(tmp_path):
    """Their folder holds the book's package with another Adam."""
    copy = tmp_path / 'copy'
    for name in ('d2lmini', 'study'):
        shutil.copytree(ROOT / name, copy / name)
    adam = copy / 'd2lmini' / 'optimizers' / 'adam.py'
    adam.write_text(adam.read_text().replace('eps=1e-6', 'eps=1e-8'))
    with begun(tmp_path, copy) as (address, _):
        code, _, err = study(tmp_path, '--scheduler', address)
    assert code == 1
    assert 'has other code: start it in a copy of this folder' in err


def test_lines_say_nothing_of_where_they_ran(serial):
    fields = {key for line in serial.decode().splitlines() for key in json.loads(line)}
    assert fields == {'key', 'code', 'problem', 'method', 'point', 'seed', 'loss', 'right'}
