"""Many workers: real processes take the steps of one, and a run that goes wrong says so and leaves nothing behind."""
import json
import os
import select
import signal
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy
import pytest

from book import ROOT

WORKERS = ROOT / 'workers'
LAUNCH = [sys.executable, str(WORKERS / 'launch.py')]
TORCH = Path(sys.executable) if find_spec('torch') else ROOT / '.venv-frameworks' / 'bin' / 'python'
RUNS = {        # interpreter, script, servers, how far the weights may be from those of one worker (float32, float64)
    'mxnet': pytest.param(Path(sys.executable), 'mxnet_server.py', 1, 1e-5, id='mxnet', marks=pytest.mark.skipif(
        find_spec('mxnet') is None, reason='MXNet is not for this Python or system')),
    'torch': pytest.param(TORCH, 'torch_gloo.py', 0, 1e-13, id='torch', marks=pytest.mark.skipif(
        not TORCH.exists(), reason='PyTorch is in the environment of make test-frameworks')),
}
WORKER = """
import os, subprocess, sys
held = os.open({fifo!r}, os.O_WRONLY)
child = subprocess.Popen(['sleep', '600'], pass_fds=[held], stdout=subprocess.DEVNULL)
os.write(held, b'x')
if {dies!r} == os.environ['RANK']:
    sys.exit(3)
child.wait()
"""
pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform == 'win32', reason='process groups are of POSIX')]


@pytest.mark.parametrize(('python', 'script', 'servers', 'far'), RUNS.values())
def test_two_processes_take_the_steps_of_one_worker(python, script, servers, far):
    done = subprocess.run([python, *LAUNCH[1:], '--workers', '2', '--servers', str(servers), WORKERS / script],
                          capture_output=True, text=True, check=False, timeout=90)
    assert done.returncode == 0, done.stderr
    first, second = (json.loads(line)['runs'][0]['weights'] for line in done.stdout.splitlines())
    expected = subprocess.run([sys.executable, '-c', 'import problem; print(problem.alone(100).tolist())'], cwd=WORKERS,
                              capture_output=True, text=True, check=True).stdout
    assert first == second
    numpy.testing.assert_allclose(first, json.loads(expected), rtol=far)


class Held:
    """What the processes of a run hold open as long as they live, and what they start."""

    def __init__(self, folder):
        self.path = folder / 'held'
        os.mkfifo(self.path)
        self.end = os.open(self.path, os.O_RDONLY | os.O_NONBLOCK)

    def read(self) -> bytes:
        assert select.select([self.end], [], [], 30)[0], 'nothing within 30 seconds'
        return os.read(self.end, 100)

    def wait_for(self, count: int) -> None:
        while count > 0:
            count -= len(self.read())

    def wait_until_all_are_gone(self) -> None:
        while self.read():
            pass
        os.close(self.end)


@pytest.fixture
def held(tmp_path):
    return Held(tmp_path)


def begin(folder, held, *options, dies='') -> subprocess.Popen:
    script = folder / 'worker.py'
    script.write_text(WORKER.format(fifo=str(held.path), dies=dies), encoding='utf-8')
    return subprocess.Popen([*LAUNCH, *options, script], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.mark.parametrize(('options', 'dies', 'message'), [
    ((), '1', 'worker 1 ended with exit code 3; all others were stopped'),
    (('--limit', '2'), '', 'not done after 2 seconds: worker 0, worker 1 still at work; all were stopped')])
def test_a_run_that_goes_wrong_says_why_and_leaves_nothing(tmp_path, held, options, dies, message):
    run = begin(tmp_path, held, *options, dies=dies)
    assert run.communicate(timeout=60)[1] == f'launch.py: {message}\n'
    assert run.returncode == 1
    held.wait_until_all_are_gone()


@pytest.mark.parametrize(('number', 'code'), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_run_that_is_stopped_leaves_nothing(tmp_path, held, number, code):
    run = begin(tmp_path, held)
    held.wait_for(2)
    run.send_signal(number)
    run.communicate(timeout=60)
    assert run.returncode == code
    held.wait_until_all_are_gone()


def test_each_process_learns_its_part_and_long_lines_are_whole(tmp_path):
    script = tmp_path / 'worker.py'
    script.write_text('import os\nprint(os.environ["DMLC_ROLE"], os.environ.get("RANK"), "x" * 100_000)\n')
    lines = subprocess.run([*LAUNCH, '--workers', '3', '--servers', '1', script], capture_output=True, text=True,
                           check=True, timeout=60).stdout.splitlines()
    workers = sorted(line for line in lines if line.startswith('worker'))
    assert [line.split()[1] for line in workers] == ['0', '1', '2']
    assert all(len(line.split()[2]) == 100_000 for line in workers)


@pytest.mark.parametrize(('options', 'message'), [
    (['--workers', '0', 'x.py'], '--workers must be at least 1, --servers at least 0, and --limit positive'),
    (['--limit', '0', 'x.py'], '--workers must be at least 1, --servers at least 0, and --limit positive'),
    (['missing.py'], 'missing.py is not a file')])
def test_bad_options(options, message):
    done = subprocess.run([*LAUNCH, *options], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert message in done.stderr


def test_unequal_parts_are_refused():
    done = subprocess.run([sys.executable, '-c', 'import problem; problem.part(problem.np.arange(24), 0, 5)'],
                          cwd=WORKERS, capture_output=True, text=True, check=False)
    assert '24 examples cannot be divided equally among 5 workers: take a number of workers that divides 24' in (
        done.stderr)
