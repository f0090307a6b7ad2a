"""Both engines follow the golden trajectories: NumPy to 1e-12, MXNet in float32 to 1e-4 of 1 + |x|."""
import importlib.util
import json
from pathlib import Path

import numpy
import pytest

import d2lmini as d2l
from d2lmini import engine
from helpers import slow_file_on_mxnet
from textbook import OnEngine, OnNumPy, states_for

pytestmark = slow_file_on_mxnet
FOLDER = Path(__file__).parents[2] / 'proof' / 'golden'
GOLDEN = json.loads((FOLDER / 'trajectories.json').read_text(encoding='utf-8'))
START = numpy.array(GOLDEN['start'], dtype=float)
GRADIENTS = numpy.array(GOLDEN['gradients'], dtype=float)
HYPERPARAMS = ('lr', 'momentum', 'gamma', 'rho', 'weight_decay')
SWITCHES = ('corrected', 'scaled')


def follow(case, arrays, shape=(5,)):
    """Return the path of the package's function on the golden gradients."""
    options = {k: float(v) for k, v in case['options'].items()}
    hyperparams = {k: v for k, v in options.items() if k in HYPERPARAMS} | {'t': 1}
    constants = {k: bool(v) if k in SWITCHES else v for k, v in options.items() if k not in HYPERPARAMS}
    p, path = arrays.parameter(START.reshape(shape)), []
    states = states_for(case['method'], [p])
    for g in GRADIENTS:
        arrays.give(p, g.reshape(shape))
        getattr(d2l, case['method'])([p], states, hyperparams, **constants)
        path.append(engine.to_numpy(p).reshape(-1).astype(float).copy())
    return numpy.array(path)


def name(case):
    return ' '.join([case['method'], *(f'{k}={v}' for k, v in case['options'].items())])


@pytest.mark.parametrize('case', GOLDEN['cases'], ids=name)
def test_numpy_follows_to_twelve_digits(case):
    golden = numpy.array(case['path'], dtype=float)
    assert (abs(follow(case, OnNumPy) - golden) <= OnNumPy.tolerance(golden)).all()


@pytest.mark.parametrize('case', GOLDEN['cases'], ids=name)
def test_the_engines_own_arrays_follow(case):
    golden = numpy.array(case['path'], dtype=float)
    assert (abs(follow(case, OnEngine, shape=(5, 1)) - golden) <= OnEngine.tolerance(golden)).all()


def test_every_method_is_there_and_the_gradients_mix_scales_signs_zeros_and_spikes():
    assert {case['method'] for case in GOLDEN['cases']} == {
        'sgd', 'sgd_momentum', 'nesterov', 'adagrad', 'rmsprop', 'adadelta', 'adam', 'yogi', 'adamw', 'amsgrad',
        'nadam', 'lion', 'schedule_free'}
    assert GRADIENTS.shape == (50, 5)
    sizes = abs(GRADIENTS[GRADIENTS != 0])
    assert sizes.min() <= 1e-6
    assert sizes.max() >= 1e3
    assert (GRADIENTS < 0).any()
    assert (GRADIENTS > 0).any()
    assert (GRADIENTS == 0).any()
    assert all(len(case['path']) == 50 for case in GOLDEN['cases'])


def test_the_stored_file_is_what_its_generator_writes():
    spec = importlib.util.spec_from_file_location('generate', FOLDER / 'generate.py')
    generate = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generate)
    assert generate.document() == GOLDEN
    assert 'd2lmini' not in (FOLDER / 'generate.py').read_text(encoding='utf-8').replace('never from d2lmini', '')
