"""The rounding noise moves what another processor may round otherwise, and leaves what IEEE 754 fixes."""
import json
import os
import subprocess
import sys

import numpy
import pytest

from book.execute import provenance
from proof import rounding

PROGRAM = """
import builtins, json, math, numpy
import autograd.numpy as anp
from autograd import grad

x = numpy.random.default_rng(0).uniform(0.1, 3, 2000)
A = numpy.random.default_rng(1).normal(size=(40, 40))
whole, out = numpy.arange(2000.0), numpy.empty(2000)
power = getattr(builtins, '_power', pow)
matmul = getattr(builtins, '_matmul', numpy.matmul)

def numbers(value):
    value = numpy.asarray(value).ravel()
    return value.view(value.real.dtype).tolist()

print(json.dumps([numbers(eval(e)) for e in EXPRESSIONS]))
"""
MOVED = [
    'numpy.exp(x)', 'numpy.log(x)', 'numpy.sin(x)', 'numpy.tanh(x)', 'numpy.hypot(x, x + 0.1)', 'numpy.power(x, 3.5)',
    'numpy.exp(x, out=out)', 'numpy.exp(x.astype("float32"))', 'numpy.geomspace(1, 10, 2000)', 'numpy.abs(x + 1j)',
    'abs(x + 1j)', 'numpy.exp(1j * x)', '[math.exp(v) for v in x]', '[power(float(v), 0.7) for v in x]', 'power(x, 3)',
    'matmul(A, A)', 'numpy.dot(A, A)', 'numpy.einsum("ij,jk", A, A)', 'A.sum(axis=1)', 'numpy.sum(A, 1)',
    'A.mean(axis=1)', 'A.std(axis=1)', 'numpy.linalg.norm(A, axis=1)', 'numpy.linalg.solve(A, A)',
    'numpy.linalg.eigvalsh(A + A.T)', 'numpy.cov(A)', '[sum(row) for row in A.tolist()]',
    'grad(lambda z: anp.sum(anp.exp(z)))(x)',
]
STAYS = [
    'x + x', 'x * x', 'x / 3', 'numpy.sqrt(x)', 'power(x, 2)', 'power(x, 0.5)', 'power(x, -1)', 'power(x, 0)', 'abs(x)',
    'numpy.abs(-x)', 'whole.sum()', 'whole.mean()', '(x > 1).sum()', '(x > 1).mean()', 'numpy.sum(whole / 4)',
    'x.reshape(1000, 2).sum(axis=1)', 'x.reshape(1000, 2).mean(axis=1)', 'numpy.exp(numpy.zeros(9))',
    'numpy.cos(numpy.zeros(9))', '[power(2.0, k) for k in range(9)]', 'numpy.cumsum(x)', 'numpy.sort(x)', 'x.max()',
    'numpy.interp(1.5, whole, x)', 'numpy.prod(())', 'numpy.eye(9) @ numpy.eye(9)', 'numpy.median(x)',
    'numpy.tanh(numpy.full(9, 50.0))', 'sum([0.1, 0.2])',
]


def computed(seed=None):
    """Return {expression: its numbers}, as a kernel computes them with the noise of this seed, or without."""
    environment = {k: v for k, v in os.environ.items() if k != 'ROUNDING_SEED'}
    environment |= {'PYTHONPATH': str(rounding.NOISE), 'D2LMINI_ENGINE': 'numpy'}
    environment |= {'ROUNDING_SEED': str(seed)} if seed is not None else {}
    program = f'EXPRESSIONS = {MOVED + STAYS}\n{PROGRAM}'
    done = subprocess.run([sys.executable, '-c', program, 'ipykernel_launcher'], env=environment, capture_output=True,
                          text=True, check=False)
    assert done.returncode == 0, done.stderr
    return dict(zip(MOVED + STAYS, json.loads(done.stdout)))


@pytest.fixture(scope='module')
def runs():
    return {seed: computed(seed) for seed in (None, 1, 2)}


@pytest.mark.slow
@pytest.mark.parametrize('expression', MOVED)
def test_is_moved_by_units_in_the_last_place(expression, runs):
    still, one, two = (numpy.array(runs[seed][expression]) for seed in (None, 1, 2))
    assert (one != still).mean() > 0.3
    assert (one != two).any()
    eps = numpy.finfo('float32' if 'float32' in expression else float).eps
    assert abs(one - still).max() < 300 * eps * abs(still).max()


@pytest.mark.slow
@pytest.mark.parametrize('expression', STAYS)
def test_stays(expression, runs):
    assert runs[1][expression] == runs[None][expression]


@pytest.mark.slow
def test_the_same_seed_moves_alike(runs):
    assert computed(1) == runs[1]


@pytest.mark.parametrize('words', [['x'], ['1', '-2'], ['1.5'], ['1,2']])
def test_a_seed_that_is_none_is_refused(words):
    with pytest.raises(SystemExit, match='is not a seed: pass whole numbers such as SEEDS="1 2 3"'):
        rounding.chosen(words)


def test_seeds():
    assert rounding.chosen([]) == (1, 2, 3)
    assert rounding.chosen(['4', '05']) == (4, 5)


HERE = {'system': 'Linux x86_64, glibc 2.36', 'processor': 'A', 'features': 'AVX2 SSE', 'engine': 'numpy',
        'versions': {'numpy': '1.23.5'}, 'switches': {}}


@pytest.mark.parametrize(('change', 'passed', 'told'), [
    ({}, True, 'rounding is not the reason'),
    ({'versions': {'numpy': '2.0'}}, False, 'The versions differ'),
    ({'processor': 'B'}, False, 'would have told the author'),
    ({'features': 'SSE'}, True, 'passed make test-rounding'),
    ({'switches': {'OPENBLAS_CORETYPE': 'Zen'}}, True, 'passed make test-rounding'),
    ({'engine': 'mxnet'}, True, 'Another engine'),
])
def test_a_failure_explains_itself(change, passed, told):
    lines = provenance.explanation({**HERE, **change}, HERE, passed)
    assert told in lines[-1]
    assert lines[0].startswith('recorded on: ')
    assert lines[3].startswith('computed on: ')
    for value in change.values():
        assert any(' '.join(map(str, value.values())) if isinstance(value, dict) else value in line for line in lines)


def test_this_machine_is_described():
    here = provenance.here()
    assert here['processor']
    assert here['versions']['numpy'] == numpy.__version__
    assert json.loads(json.dumps(here)) == here
