"""What the command of the study refuses, with a message that says the remedy, and no store made or changed."""
import pytest

from study import StudyError
from study.__main__ import main, options
from study.store import line_of

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
    (['--workers', '0'], 'WORKERS=0: give the number of processes'),
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


def test_the_store_is_named_after_the_size_unless_it_is_named():
    assert (options([]).size, options([]).store) == ('small', None)
