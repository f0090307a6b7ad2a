"""What `make bench` says of its measurements: the table and the targets, without measuring anything."""
import json
import sys

import pytest

from book import ROOT
from study.methods import METHODS

sys.path.append(str(ROOT / 'benchmarks'))
import bench

STUDY = {'serial': {'whole / jobs': 1.02}, 'processes': {'plain': 1.8, 'study': 1.7},
         'dask': {'dask': 5.2, 'processes': 5.0}}


@pytest.fixture
def results():
    """Stored results, with steps and a study of round numbers."""
    stored = json.loads(bench.RESULTS[0].read_text(encoding='utf-8'))
    steps = {name: dict.fromkeys(('ours', 'torch', 'torch64', 'optax'), 1e-4) for name in METHODS}
    stored['machine']['elsewhere'] = {'torch': '2', 'optax': '0.2'}
    return stored | {'steps': steps, 'study': json.loads(json.dumps(STUDY))}


def test_the_table_has_each_method_beside_pytorch_and_optax(results):
    results['targets'] = bench.targets(results)
    lines = bench.show(results).splitlines()
    head = next(i for i, line in enumerate(lines) if line.startswith('Digits network'))
    assert lines[head].split()[-4:] == ['d2lmini', 'PyTorch', 'float64', 'optax']
    rows = {line.split()[0]: line.split()[1:] for line in lines[head + 1:head + 1 + len(METHODS)]}
    assert rows == {name: ['100'] * 4 for name in METHODS}


@pytest.mark.parametrize(('name', 'worse', 'row', 'value'), [
    ('serial', {'whole / jobs': 1.06}, 'study, serial', 1.06),
    ('processes', {'plain': 2.0, 'study': 1.7}, 'study, two processes', 0.85),
    ('dask', {'dask': 6.0, 'processes': 5.0}, 'study, jobs of 0.5 s', 1.2),
])
def test_the_study_has_three_targets(results, name, worse, row, value):
    for measured, met in ((STUDY[name], True), (worse, False)):
        results['study'][name] = measured
        results['targets'] = bench.targets(results)
        (found,) = (t for t in results['targets'] if t['target'].startswith(row))
        assert found['met'] == met
        assert ('NOT MET' in next(line for line in bench.show(results).splitlines() if line.startswith(row))) != met
    assert found['value'] == pytest.approx(value)


def test_steps_are_measured_of_each_method_of_the_study():
    source = (ROOT / 'benchmarks' / 'steps.py').read_text(encoding='utf-8')
    assert [name for name in METHODS if f"\n    '{name}': (" not in source] == []
    assert set(bench.AFTER_ADAM) < set(METHODS)
