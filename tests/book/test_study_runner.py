"""The study's runner, in processes of its own that are really killed: nothing is lost, and nothing runs twice."""
import json
import os
import signal
import subprocess
import sys

import pytest

from book import ROOT
from study.fingerprint import everything

# A method that harms its surroundings, once, when the run with a given number begins, or a later one if two begin at
# once; otherwise it is plain SGD.
FRAGILE = '''
import contextlib, os, signal
from pathlib import Path
from study.methods import Method

place = Path(os.environ.get('FRAGILE', '/nowhere'))

def init_states(params):
    if place.is_dir():
        begun = len(list(place.glob('run-*')))
        (place / f'run-{os.getpid()}-{begun}').touch()
        victim, number, when = (place / 'harm').read_text().split()
        if begun + 1 >= int(when):
            with contextlib.suppress(FileExistsError):
                (place / 'done').touch(exist_ok=False)      # for one of them
                worker = (place / 'runner').read_text() != str(os.getpid())
                os.kill(os.getppid() if victim == 'runner' and worker else os.getpid(), int(number))
    return None

def update(params, states, hyperparams):
    for p in params:
        p -= hyperparams['lr'] * p.grad

METHOD = Method(update, init_states, {'airfoil': 0.004})
'''
ONE_OF_A_KIND = FRAGILE.replace("if place.is_dir():", "if False:").replace(
    "for p in params:", "if hyperparams['lr'] > 0.2: os.kill(os.getpid(), signal.SIGKILL)\n    for p in params:")
EXITS = ONE_OF_A_KIND.replace('os.kill(os.getpid(), signal.SIGKILL)', 'raise SystemExit(3)')
JOBS = 106      # of the tiny study: two methods of the book on two problems, and one of our own on one
pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform == 'win32', reason='SIGKILL is a matter of POSIX')]


def command(folder, *more, source=FRAGILE):
    (folder / 'fragile.py').write_text(source)
    return [sys.executable, '-m', 'study', '--size', 'tiny', '--methods', 'sgd rmsprop', '--method',
            folder / 'fragile.py', '--store', folder / 'a.jsonl', *more]


def start(folder, *more, source=FRAGILE):
    """Start a study; return its process."""
    environment = {k: v for k, v in os.environ.items() if k != 'FRAGILE'} | {'OMP_NUM_THREADS': '1'}
    if (folder / 'harm').exists():
        environment['FRAGILE'] = str(folder)
    process = subprocess.Popen(['sh', '-c', 'printf $$ > "$0/runner" && exec "$@"', folder,
                                *command(folder, *more, source=source)], cwd=ROOT, env=environment,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    return process


def end(process):
    """Wait until the study and all that it started have ended: each of them holds the other end of these pipes."""
    try:
        out, err = process.communicate(timeout=300)
    finally:
        process.kill()
    return process.returncode, out, err


def lines(path):
    return path.read_text(encoding='utf-8').splitlines() if path.exists() else []


def keys(path):
    return [json.loads(line)['key'] for line in lines(path)]


@pytest.fixture(scope='module')
def undisturbed(tmp_path_factory):
    """The store of a serial study that nothing disturbed."""
    folder = tmp_path_factory.mktemp('undisturbed')
    code, _, err = end(start(folder))
    assert (code, len(lines(folder / 'a.jsonl'))) == (0, JOBS), err
    return (folder / 'a.jsonl').read_bytes()


def test_processes_give_the_file_of_a_serial_run(tmp_path, undisturbed):
    code, _, err = end(start(tmp_path, '--workers', '2'))
    assert code == 0, err
    assert (tmp_path / 'a.jsonl').read_bytes() == undisturbed
    assert sorted(keys(tmp_path / 'a.times.jsonl')) == sorted(keys(tmp_path / 'a.jsonl'))


# The first run of fragile is that of the check that it is an optimizer; then come 16 in the first round, 6 in the
# second, 4 in the third.
@pytest.mark.parametrize('when', [2, 9, 21])
@pytest.mark.parametrize('workers', [1, 2])
def test_a_killed_run_loses_nothing_and_repeats_nothing(tmp_path, undisturbed, workers, when):
    (tmp_path / 'harm').write_text(f'runner {int(signal.SIGKILL)} {when}')
    code, out, err = end(start(tmp_path, '--workers', str(workers)))
    assert (code, out) == (-signal.SIGKILL, ''), err
    before, timed = lines(tmp_path / 'a.jsonl'), keys(tmp_path / 'a.times.jsonl')
    assert len(before) < JOBS
    if workers == 1:        # all jobs but the one in which it was killed
        begun = len(list(tmp_path.glob('run-*')))
        assert sum('"fragile"' in line for line in before) == begun - 2
    code, _, err = end(start(tmp_path, '--workers', str(workers)))
    assert code == 0, err
    assert (tmp_path / 'a.jsonl').read_bytes() == undisturbed
    assert set(before) <= set(lines(tmp_path / 'a.jsonl')), 'nothing is lost'
    again = keys(tmp_path / 'a.times.jsonl')[len(timed):]
    assert not {json.loads(line)['key'] for line in before} & {*again}, 'nothing is repeated'
    assert len({*again}) == len(again) == JOBS - len(before)


@pytest.mark.parametrize('workers', [1, 2])
def test_ctrl_c_leaves_a_store_that_goes_on(tmp_path, undisturbed, workers):
    (tmp_path / 'harm').write_text(f'runner {int(signal.SIGINT)} 9')
    code, out, err = end(start(tmp_path, '--workers', str(workers)))
    assert (code, out) == (130, ''), err
    assert f'{len(lines(tmp_path / "a.jsonl")):,} results are in' in err
    assert 'Traceback' not in err
    assert end(start(tmp_path, '--workers', str(workers)))[0] == 0
    assert (tmp_path / 'a.jsonl').read_bytes() == undisturbed


@pytest.mark.parametrize('when', [2, 18])
def test_the_jobs_of_a_worker_that_dies_are_done_by_others(tmp_path, undisturbed, when):
    (tmp_path / 'harm').write_text(f'worker {int(signal.SIGKILL)} {when}')
    code, _, err = end(start(tmp_path, '--workers', '2'))
    assert code == 0, err
    assert (tmp_path / 'done').exists()
    assert (tmp_path / 'a.jsonl').read_bytes() == undisturbed


@pytest.mark.parametrize(('workers', 'source'), [('2', ONE_OF_A_KIND), ('2', EXITS), ('1', EXITS)])
def test_a_job_that_ends_its_workers_is_stored_as_failed(tmp_path, workers, source):
    code, _, err = end(start(tmp_path, '--workers', workers, source=source))
    entries = [json.loads(line) for line in lines(tmp_path / 'a.jsonl')]
    failed = [e for e in entries if 'error' in e]
    assert code == 1
    assert {(e['method'], e['error']) for e in failed} == {('fragile', 'the worker that ran this job died, 2 times')}
    assert min(e['point']['rate'] for e in failed) > 0.2
    assert all(e['point']['rate'] <= 0.2 for e in entries if e['method'] == 'fragile' and 'loss' in e)
    assert 'jobs failed' in err


def test_a_job_that_raises_is_stored_with_its_traceback(tmp_path):
    source = FRAGILE.replace('for p in params:', """if hyperparams['lr'] > 0.2: raise ValueError('too far')
    for p in params:""")
    code, out, err = end(start(tmp_path, source=source))
    failed = [e for e in map(json.loads, lines(tmp_path / 'a.jsonl')) if 'error' in e]
    assert code == 1
    assert {e['error'].splitlines()[-1] for e in failed} == {'ValueError: too far'}
    assert 'jobs failed' in err
    assert 'ValueError: too far' in err
    assert 'fragile' in out, 'the study goes on to its table'


def test_more_seeds_keep_what_there_is(tmp_path):
    some = [sys.executable, '-m', 'study', '--size', 'tiny', '--methods', 'sgd', '--store', tmp_path / 'a.jsonl']
    subprocess.run(some, cwd=ROOT, check=True, capture_output=True)
    before, timed = lines(tmp_path / 'a.jsonl'), keys(tmp_path / 'a.times.jsonl')
    subprocess.run([*some, '--seeds', '6'], cwd=ROOT, check=True, capture_output=True)
    new = keys(tmp_path / 'a.times.jsonl')[len(timed):]
    assert len(new) == 2 + 3        # beyond four seeds on the airfoil data, and three on the network
    assert set(before) <= set(lines(tmp_path / 'a.jsonl'))


def test_stores_of_two_machines_merge_to_that_of_one(tmp_path):
    def run(name, *more):
        done = subprocess.run([sys.executable, '-m', 'study', '--size', 'tiny', '--store', tmp_path / name, *more],
                              cwd=ROOT, capture_output=True, text=True, check=True)
        return done.stdout, (tmp_path / name).read_bytes()

    run('a.jsonl', '--methods', 'sgd')
    run('b.jsonl', '--methods', 'adagrad')
    _, merged = run('c.jsonl', '--methods', 'sgd adagrad', '--merge', tmp_path / 'a.jsonl', tmp_path / 'b.jsonl')
    assert not (tmp_path / 'c.times.jsonl').exists(), 'nothing ran'
    assert merged == run('d.jsonl', '--methods', 'sgd adagrad')[1]


def test_workers_and_this_process_agree_on_the_code():
    code = 'import study.fingerprint as f; print(f.everything())'
    assert subprocess.run([sys.executable, '-c', code], cwd=ROOT, capture_output=True, text=True,
                          check=True).stdout.strip() == everything()
