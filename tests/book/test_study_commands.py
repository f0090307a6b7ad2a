"""What the command of the study refuses, with a message that says the remedy, and no store made or changed."""
import json
import re

import nbformat
import pytest

from book import RECORDED
from study import StudyError
from study.__main__ import main, options
from study.book import DATA, STORE, summary
from study.cost import SECONDS, plan, wall
from study.fingerprint import code_of
from study.methods import METHODS
from study.sizes import SIZES, SMALL, score
from study.store import Store, line_of, parsed
from study.verdicts import tables

MINE = '''
from study.methods import Method

def update(params, states, hyperparams):
    for p in params:
        p -= hyperparams['lr'] * p.grad

METHOD = Method(update, None, {'airfoil': 0.004})
'''


@pytest.mark.parametrize(('arguments', 'said'), [
    (['--size', 'smal'], 'SIZE=smal is unknown: did you mean small? There are tiny, small, full'),
    (['--methods', 'adam yogy'], 'METHODS=yogy is unknown: did you mean yogi?'),
    (['--methods', 'xyz'], 'METHODS=xyz is unknown: There are sgd, '),
    (['--method', 'adam'], 'METHOD=adam names a method of the book'),
    (['--method', 'adma'], 'METHODS=adma is unknown: did you mean adam?'),
    (['--method', 'nowhere.py'], 'METHOD=nowhere.py cannot be read'),
    (['--seeds', '1'], 'SEEDS=1: a comparison takes at least 2'),
    (['--seeds', '-1'], 'SEEDS=-1: a comparison takes at least 2'),
    (['--workers', '0'], 'WORKERS=0: give the number of processes'),
    (['--workers', '-2'], 'WORKERS=-2: give the number of processes'),
    (['--merge', '.'], 'MERGE=. cannot be read'),
    (['--merge', 'nowhere.jsonl'], 'MERGE=nowhere.jsonl: there is no such file'),
    (['--scheduler', 'tcp://127.0.0.1:1'], 'SCHEDULER=tcp://127.0.0.1:1'),
])
def test_a_wrong_word_is_refused(tmp_path, arguments, said):
    with pytest.raises(StudyError) as caught:
        main(['--size', 'tiny', '--store', str(tmp_path / 'a.jsonl'), *arguments])
    assert said in str(caught.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(('line', 'said'), [
    ('{"key": "cut of', 'line 1 is damaged'),
    (line_of({'problem': 'airfoil', 'method': 'adam', 'point': {}, 'seed': 0}, 'older', {'loss': 1.0}).strip(),
     '1 results of other code, for adam'),
])
def test_a_store_that_will_not_do_is_left_as_it_is(tmp_path, line, said):
    store = tmp_path / 'a.jsonl'
    store.write_text(line + '\n')
    with pytest.raises(StudyError) as caught:
        main(['--size', 'tiny', '--methods', 'adam', '--store', str(store)])
    assert said in str(caught.value)
    assert store.read_text() == line + '\n'
    assert list(tmp_path.iterdir()) == [store]


@pytest.mark.parametrize('text', ['a note of mine', '{"cells": []}', 'x'])
def test_a_file_that_is_no_store_is_left_as_it_is(tmp_path, text):
    store = tmp_path / 'notes.txt'
    store.write_text(text)
    with pytest.raises(StudyError) as caught:
        main(['--size', 'tiny', '--methods', 'adam', '--store', str(store)])
    assert 'ends in what no study began to write' in str(caught.value)
    assert store.read_text() == text
    assert list(tmp_path.iterdir()) == [store]


def test_results_of_other_code_are_not_merged(tmp_path):
    other = tmp_path / 'other.jsonl'
    other.write_text(line_of({'problem': 'airfoil', 'method': 'adam', 'point': {}, 'seed': 0}, 'older', {'loss': 1.0}))
    with pytest.raises(StudyError) as caught:
        main(['--size', 'tiny', '--methods', 'adam', '--store', str(tmp_path / 'a.jsonl'), '--merge', str(other)])
    assert 'holds results of other code' in str(caught.value)
    assert not (tmp_path / 'a.jsonl').exists()


def test_a_file_of_ones_own_gets_its_row(tmp_path, capsys):
    (tmp_path / 'mine.py').write_text(MINE)
    arguments = ['--size', 'tiny', '--store', str(tmp_path / 'a.jsonl'), '--methods', 'sgd adagrad', '--method',
                 str(tmp_path / 'mine.py')]
    assert main(arguments) == 0
    printed = capsys.readouterr().out
    assert 'over mine' in printed
    rows = {line.split()[0]: line for line in printed.splitlines() if line.startswith('    ') and line.strip()}
    assert {'mine', 'sgd', 'adagrad'} <= rows.keys()
    assert '1.00  (1.00 to 1.00)' in printed, 'mine is SGD, with its grid'


def test_a_plan_runs_nothing(tmp_path, capsys):
    for size in ('small', 'full'):
        assert main(['--size', size, '--plan', '--store', str(tmp_path / 'a.jsonl')]) == 0
        assert '1,000 cores:' in capsys.readouterr().out
    assert list(tmp_path.iterdir()) == []
    measured = json.loads(SECONDS.read_text(encoding='utf-8'))['seconds of a job of 300 steps']
    assert measured['network'].keys() == METHODS.keys(), 'python -m study.cost measures them'


def test_the_table_of_costs_is_what_a_plan_computes():
    table = (STORE.parent / 'README.md').read_text(encoding='utf-8')
    for size in ('small', 'full'):
        first, *rest, source = plan(SIZES[size], METHODS, size).splitlines()
        jobs, hours, cost = re.search(r'most (\S+) jobs, (\S+) core-hours, about (\S+) at', first).groups()
        times = [line.split(': ')[1] for line in rest]
        assert f'| {" | ".join([size, jobs, hours, *times, cost])} |' in table
        assert source.startswith('(computed; only the seconds of a job are measured, on one core')


@pytest.mark.parametrize(('rounds', 'cores', 'seconds'), [      # work and longest job of each round
    ([(100, 1)], 2, 3 + 50 + 1), ([(100, 0.1)], 2, 3 + 50 + 0.3), ([(100, 0.1)], 1000, 3 + 0.1 + 0.1),
    ([(100, 5)], 1000, 3 + 0.1 + 5), ([(1e6, 5), (1e6, 2)], 1000, 3 + 1000 + 5 + 1000 + 3),
])
def test_the_time_of_a_plan_worked_out_by_hand(rounds, cores, seconds):
    assert wall(rounds, cores) == pytest.approx(seconds)


def test_the_store_is_named_after_the_size_unless_it_is_named():
    assert (options([]).size, options([]).store) == ('small', None)


def test_the_book_shows_a_small_study_of_the_present_code():
    entries = [entry for entry, _ in parsed(STORE)[0].values()]
    stale = sorted({e['method'] for e in entries if e['code'] != code_of(e['method'])})
    assert stale == [], 'run them again: make study STORE=study/small.jsonl DROP=1'
    assert {e['method'] for e in entries} == set(METHODS)
    assert not [e for e in entries if 'error' in e]
    assert DATA.read_text(encoding='utf-8') == summary(STORE), 'python -m study.book makes it'


def test_the_page_says_what_the_study_finds():
    """Losses, ratios to Adam and verdicts of all methods on the network, in the recorded output and by the study."""
    cells = [cell for cell in nbformat.read(RECORDED / 'which-optimizer.ipynb', 4).cells if cell.cell_type == 'code']
    printed = next(''.join(o.get('text', '') for o in cell.outputs) for cell in cells if 'eighteen = ' in cell.source)
    rows = [line.split() for line in printed.splitlines()[1:]]
    found = {t[:2]: t for t in tables(SMALL, METHODS, Store(STORE, code_of).entry, 'adam')}
    for said, row in zip(rows, found['network', 'tuned'].rows, strict=True):
        assert said[:2] == [row.name, f'{score(row.losses):.3f}']
        if row.ratio:
            assert said[2:7] == '{:.2f} ({:.2f} to {:.2f}) {}'.format(*row.ratio, row.verdict).split()
