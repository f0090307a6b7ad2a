"""The study's store: what it refuses, what it keeps, and that a failed write leaves it as it was."""
import json
import subprocess
import sys

import pytest

from book import ROOT
from study import StudyError
from study.store import Store, key_of, line_of, parsed

JOBS = [{'problem': 'airfoil', 'method': 'sgd', 'point': {'rate': rate}, 'seed': seed}
        for rate in (0.1, 0.2) for seed in range(3)]


def code(name):
    return {'sgd': 'c0de', 'adam': 'feed'}.get(name)


def read(path):
    return [json.loads(line) for line in path.read_text(encoding='utf-8').splitlines()]


def filled(path, jobs=JOBS):
    with Store(path, code) as store:
        for job in jobs:
            store.add(job, {'loss': job['seed'] + job['point']['rate']}, 0.01)
    return path


def test_what_is_stored_is_found_again(tmp_path):
    store = Store(filled(tmp_path / 'new' / 'a.jsonl'), code)
    assert [store.loss(job) for job in JOBS] == [0.1, 1.1, 2.1, 0.2, 1.2, 2.2]
    assert store.entry(JOBS[0] | {'seed': 9}) is None
    lines = read(tmp_path / 'new' / 'a.jsonl')
    assert [list(line) for line in lines] == 6 * [['key', 'code', 'problem', 'method', 'point', 'seed', 'loss']]
    times = read(tmp_path / 'new' / 'a.times.jsonl')
    assert [(t['key'], t['seconds']) for t in times] == [(line['key'], 0.01) for line in lines]


def test_a_study_without_results_leaves_no_file(tmp_path):
    filled(tmp_path / 'a.jsonl', [])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize('damage', [
    lambda line: line[:40] + b'\n', lambda line: b'\n', lambda line: b'\xff' + line, lambda line: b'[]\n',
    lambda line: line.replace(b'"seed":0', b'"seed":1'), lambda line: line.replace(b'"loss":0.1', b'"los":0.1'),
    lambda line: line.replace(b'"loss":0.1', b'"loss":"0.1"'), lambda line: line.replace(b'"loss":0.1', b'"loss":NaN'),
    lambda line: line.replace(b'"loss":0.1', b'"loss":true'), lambda line: line.replace(b'"loss":0.1', b'"error":null'),
    lambda line: line[:-2] + line,
])
def test_a_damaged_line_is_named_and_nothing_changed(tmp_path, damage):
    path = filled(tmp_path / 'a.jsonl')
    first, *rest = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(rest[0] + damage(first) + b''.join(rest[1:]))
    before = path.read_bytes()
    with pytest.raises(StudyError) as caught:
        Store(path, code)
    assert 'line 2 is damaged' in str(caught.value)
    assert path.read_bytes() == before


@pytest.mark.parametrize('zeros', [b'', b'\0\0\0'])      # some file systems fill up with zeros
@pytest.mark.parametrize('cut', [1, 20, 60, 'all but 3'])
def test_a_last_line_that_was_cut_off_runs_again(tmp_path, cut, zeros):
    path = filled(tmp_path / 'a.jsonl')
    whole = path.read_bytes()
    cut = len(whole.splitlines(keepends=True)[-1]) - 3 if cut == 'all but 3' else cut
    path.write_bytes(whole[:-cut] + zeros)
    with Store(path, code) as store:
        assert [store.entry(job) is None for job in JOBS] == [False] * 5 + [True]
        store.add(JOBS[-1], {'loss': 2.2}, 0.01)
    assert path.read_bytes() == whole


def test_results_of_other_code_are_refused_or_left_out(tmp_path):
    path = filled(tmp_path / 'a.jsonl')
    path.write_text(path.read_text() + line_of(JOBS[0] | {'method': 'adam'}, 'old', {'loss': 1.0})
                    + line_of(JOBS[0] | {'method': 'mine'}, 'any', {'loss': 1.0}))
    before = path.read_bytes()
    with pytest.raises(StudyError) as caught:
        Store(path, code)
    assert '1 results of other code, for adam' in str(caught.value)
    assert 'DROP=1' in str(caught.value)
    assert path.read_bytes() == before
    with Store(path, code, drop=True):
        pass
    assert path.read_text().count('\n') == 7, 'lines of a method that this study does not know stay'
    assert '"adam"' not in path.read_text()


def test_lines_are_put_in_the_order_of_jobs(tmp_path):
    ordered, mixed = filled(tmp_path / 'a.jsonl'), filled(tmp_path / 'b.jsonl', JOBS[::-1])
    stranger = line_of(JOBS[0] | {'method': 'mine'}, 'any', {'loss': 1.0})
    mixed.write_text(stranger + mixed.read_text())
    with Store(mixed, code) as store:
        store.rewrite(JOBS)
        store.add(JOBS[0] | {'seed': 7}, {'loss': 1.0}, 0.0)
    *lines, last, later = mixed.read_text().splitlines(keepends=True)
    assert ''.join(lines) == ordered.read_text()
    assert last == stranger
    assert json.loads(later)['seed'] == 7, 'the file stays open for more'


def test_stores_are_merged_and_the_first_line_counts(tmp_path):
    a, b = filled(tmp_path / 'a.jsonl', JOBS[:4]), filled(tmp_path / 'b.jsonl', JOBS[2:])
    b.write_text(b.read_text().replace('"loss":2.1', '"loss":2.10001'))
    with Store(a, code) as store:
        assert store.take(parsed(b)[0].values()) == 2
        store.rewrite(JOBS)
    assert [Store(a, code).loss(job) for job in JOBS] == [0.1, 1.1, 2.1, 0.2, 1.2, 2.2]
    both = tmp_path / 'both.jsonl'
    both.write_text(a.read_text() + b.read_text())      # cat does it as well
    assert [Store(both, code).loss(job) for job in JOBS] == [0.1, 1.1, 2.1, 0.2, 1.2, 2.2]


FULL = """
import json, resource, signal, sys
from pathlib import Path
from study import StudyError
from study.store import Store
jobs, path = json.loads(sys.argv[1]), Path(sys.argv[2])
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
store = Store(path, lambda name: 'c0de')
with store:
    resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size + 100, resource.RLIM_INFINITY))
    try:
        store.{call}
    except StudyError as why:
        print(why)
"""


@pytest.mark.skipif(sys.platform == 'win32', reason='the limit of a file is a matter of POSIX')
@pytest.mark.parametrize('call', ["add(jobs[5], {'loss': 2.2}, 0.01)", 'rewrite(jobs[::-1])'])
def test_a_write_that_finds_no_room_leaves_the_store_as_it_was(tmp_path, call):
    path = filled(tmp_path / 'a.jsonl', JOBS[:5])
    if 'rewrite' in call:       # the new order takes more room than there is
        path.write_text(path.read_text() * 3)
    before = path.read_bytes()
    limited = FULL.replace('{call}', call)
    if 'rewrite' in call:
        limited = limited.replace('st_size + 100', 'st_size // 4')
    said = subprocess.run([sys.executable, '-c', limited, json.dumps(JOBS), path], capture_output=True, text=True,
                          check=True, cwd=ROOT).stdout
    assert 'make room, and the same command' in said
    assert path.read_bytes() == before
    assert [p.name for p in sorted(tmp_path.iterdir())] == ['a.jsonl', 'a.times.jsonl']


@pytest.mark.skipif(sys.platform == 'win32', reason='Windows has no such lock')
def test_a_second_study_of_the_same_store_waits_for_its_turn(tmp_path):
    path = filled(tmp_path / 'a.jsonl')
    with Store(path, code), pytest.raises(StudyError) as caught:
        Store(path, code).__enter__()
    assert 'another study' in str(caught.value)


def test_a_place_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / 'file').write_text('')
    with pytest.raises(StudyError) as caught:
        Store(tmp_path / 'file' / 'a.jsonl', code).__enter__()
    assert 'cannot be written' in str(caught.value)
    with pytest.raises(StudyError) as caught:
        Store(tmp_path, code)
    assert 'cannot be read' in str(caught.value)


def test_a_key_is_stable():
    """Stores of today are read tomorrow."""
    assert key_of(JOBS[0], 'c0de') == '02a686873819'
