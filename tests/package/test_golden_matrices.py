"""The methods for matrices follow their golden trajectories, on matrices of no special form, tall and wide."""
import importlib.util
import json
from pathlib import Path

import numpy
import pytest

import d2lmini as d2l
from d2lmini import engine
from d2lmini.optimizers.linalg import matrix_power
from helpers import slow_file_on_mxnet
from textbook import OnNumPy

pytestmark = slow_file_on_mxnet
FOLDER = Path(__file__).parents[2] / 'proof' / 'golden'
GOLDEN = json.loads((FOLDER / 'matrices.json').read_text(encoding='utf-8'))
HYPERPARAMS = ('lr', 'momentum', 'weight_decay')
KINDS = {'relative': bool, 'steps': int, 'every': int}


class OnEngineInDouble:
    """The arrays of the engine, in float64: MXNet's under MXNet."""

    def parameter(x):
        if engine.name == 'numpy':
            return OnNumPy.parameter(x)
        p = engine.np.array(x, dtype='float64')
        p.attach_grad()
        return p

    def give(p, gradient):
        if engine.name == 'numpy':
            OnNumPy.give(p, gradient)
        else:
            p.grad[()] = engine.np.array(gradient, dtype='float64')


def numbers(rows):
    return numpy.array(rows, dtype=float)


def follow(case, arrays, method=None, runs=None):
    """Return the path of the package's function on the golden gradients; with runs, as the last of a stack of them."""
    options = {k: KINDS.get(k, float)(float(v)) for k, v in case['options'].items()}
    hyperparams = {k: v for k, v in options.items() if k in HYPERPARAMS} | {'t': 1}
    constants = {k: v for k, v in options.items() if k not in HYPERPARAMS}
    weights = numpy.arange(1, (runs or 1) + 1)[:, None, None] / (runs or 1)
    stacked = (lambda x: x) if runs is None else (lambda x: x * weights)
    p, path = arrays.parameter(stacked(numbers(GOLDEN['start'][case['shape']]))), []
    states = getattr(d2l, f"init_{case['method']}_states")([p])
    for G in GOLDEN['gradients'][case['shape']]:
        arrays.give(p, stacked(numbers(G)))
        (method or getattr(d2l, case['method']))([p], states, hyperparams, **constants)
        path.append(numpy.array(engine.to_numpy(p)[... if runs is None else -1]))
    return numpy.array(path)


def excess(case, path):
    """Return the largest deviation from the golden path, in tolerances: 1e-11 of the largest entry so far."""
    golden = numbers(case['path'])
    largest = numpy.maximum.accumulate(abs(golden).max(axis=(1, 2)))[:, None, None]
    return (abs(path - golden) / (1e-11 * largest)).max()


def name(case):
    return ' '.join([case['method'], case['shape'], *(f'{k}={v}' for k, v in case['options'].items())])


@pytest.mark.parametrize('arrays', [OnNumPy, OnEngineInDouble])
@pytest.mark.parametrize('case', GOLDEN['cases'], ids=name)
def test_the_function_follows(case, arrays):
    assert excess(case, follow(case, arrays)) <= 1


@pytest.mark.parametrize('case', GOLDEN['cases'], ids=name)
def test_a_run_in_a_stack_follows_as_if_alone(case):
    assert excess(case, follow(case, OnNumPy, runs=3)) <= 1


@pytest.mark.parametrize('row', GOLDEN['newton_schulz'], ids=lambda row: f"{row['shape']} {row['steps']}")
def test_newton_schulz_to_thirteen_digits(row):
    G = numbers(GOLDEN['start'][row['shape']])
    X = d2l.newton_schulz(G, row['steps'], tuple(map(float, row['coefficients'])), eps=0)
    assert abs(X - numbers(row['value'])).max() <= 1e-13
    assert abs(d2l.newton_schulz(numpy.stack([G, -G]), row['steps'], tuple(map(float, row['coefficients'])), eps=0)
               - numpy.stack([X, -X])).max() <= 1e-14


@pytest.mark.parametrize('row', GOLDEN['powers'], ids=lambda row: f"{row['shape']} {row['exponent']} {row['eps']}")
def test_powers_of_matrices_to_twelve_digits(row):
    W = numbers(GOLDEN['start'][row['shape']])
    right = numbers(row['value'])
    assert abs(matrix_power(W.T @ W, exponent=float(row['exponent']), eps=float(row['eps'])) - right).max() <= \
        1e-12 * abs(right).max()


def test_the_matrices_discriminate():
    """No golden matrix is close to diagonal, or to a multiple of an orthogonal one: a wrong root would show."""
    for shape in ('tall', 'wide'):
        for G in [GOLDEN['start'][shape], *GOLDEN['gradients'][shape]]:
            values = numpy.linalg.svd(numbers(G), compute_uv=False)
            gram = numbers(G).T @ numbers(G)
            assert values[0] == 0 or (values[0] > 1.4 * values[-1]
                                      and abs(gram - numpy.diag(numpy.diag(gram))).max() > 0.05 * abs(gram).max())
    assert len({case['method'] for case in GOLDEN['cases']}) == 5


def test_the_stored_file_is_what_its_generator_writes():
    spec = importlib.util.spec_from_file_location('matrices', FOLDER / 'matrices.py')
    matrices = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(matrices)
    assert matrices.document() == GOLDEN
    assert 'import d2lmini' not in (FOLDER / 'matrices.py').read_text(encoding='utf-8')
