"""Code of other editions runs, except where the page says otherwise: our cells use every construct of five of them."""
import importlib.util
import json
import os
import re
import sys

import numpy
import pytest

os.environ.setdefault('MPLBACKEND', 'agg')

import d2lmini as d2l
from book import CHAPTERS
from d2lmini import engine
from helpers import no_longer_d2l, python, refused, slow_on_mxnet
from published import DOWNLOAD, EDITIONS, FASHION, MXNET, OLD, SECTIONS, cells, run, runs

WITH_MXNET = pytest.mark.skipif(importlib.util.find_spec('mxnet') is None, reason='MXNet is not installed')
TRAINS = re.compile(r'd2l\.train_(?:ch|gluon|concise)')
LOSS = re.compile(r'^loss: (\d\.\d+),', re.M)
# Most sections, each in one edition: all of them take too long for the fast tests.
SHORT = [section for section in SECTIONS if section not in ('adagrad', 'rmsprop', 'adadelta')]
SOME = [(list(EDITIONS)[i % len(EDITIONS)], section) for i, section in enumerate(SHORT)]
ALL = '''
import json, sys
if {engine!r} == 'numpy':
    sys.modules['mxnet'] = None         # as where it has no wheel
import d2lmini, published
d2lmini.install_as_d2l()
print(json.dumps({{name: [[need, error] for section in published.SECTIONS
                         for need, error, _ in published.run(edition, section)]
                  for name, edition in published.EDITIONS.items()}}))
'''


@pytest.fixture
def as_d2l(monkeypatch):
    """The package installed as d2l, and no trace of it afterward."""
    if engine.name == 'numpy':
        monkeypatch.setitem(sys.modules, 'mxnet', None)
    with no_longer_d2l():
        d2l.install_as_d2l()
        yield


def unexpected(outcomes, engine_name):
    """Return the errors of cells that should run, and the needs of cells that ran without."""
    return [error or f'ran without {need}' for need, error in outcomes if (error is None) != runs(need, engine_name)]


@slow_on_mxnet
@pytest.mark.parametrize(('edition', 'section'), SOME)
def test_cells_of_an_edition_run_but_for_what_the_page_says(edition, section, as_d2l):
    outcomes = list(run(EDITIONS[edition], section))
    assert unexpected([(need, error) for need, error, _ in outcomes], engine.name) == []
    losses = [float(loss) for *_, printed in outcomes for loss in LOSS.findall(printed)]
    assert [loss for loss in losses if not 0.2416 < loss < 0.32] == []
    assert bool(losses) == any(TRAINS.search(code) for _, code in cells(EDITIONS[edition], section))


@pytest.mark.slow
@pytest.mark.parametrize('name', ['numpy', pytest.param('mxnet', marks=WITH_MXNET)])
def test_all_cells_of_all_editions_run_but_for_what_the_page_says(name):
    done = python(ALL.format(engine=name), os.path.dirname(__file__), D2LMINI_ENGINE=name)
    assert done.returncode == 0, done.stderr
    outcomes = json.loads(done.stdout.splitlines()[-1])
    assert list(outcomes) == list(EDITIONS)
    assert [error for found in outcomes.values() for error in unexpected(found, name)] == []


def count(edition, engine_name=None, need=None):
    needs = [n for section in SECTIONS for n, _ in cells(edition, section)]
    return sum(runs(n, engine_name) if engine_name else n == need for n in needs)


def test_the_page_counts_the_cells_that_run():
    page = (CHAPTERS / 'api.md').read_text(encoding='utf-8')
    rows = re.findall(r'^\| (chapter .+?) +\| `(.+?)` +\| `(.+?)` +\| +(\d+) \| +(\d+) \| +(\d+) \|$', page, re.M)
    assert rows == [
        (e.title, e.imports, f'train_{e.by_name}_{e.chapter}',
         *map(str, (sum(len(cells(e, section)) for section in SECTIONS), count(e, 'mxnet'), count(e, 'numpy'))))
        for e in EDITIONS.values()]
    assert {count(e, need=FASHION) for e in EDITIONS.values()} == {3}
    assert {count(e, need=DOWNLOAD) for e in EDITIONS.values()} == {1}
    assert [count(e, need=OLD) for e in EDITIONS.values()] == [3, 3, 3, 3, 0]
    for what in (FASHION, DOWNLOAD, OLD, MXNET):
        assert what in page


def test_names_of_other_editions_are_the_same_functions():
    assert d2l.get_data_ch11 is d2l.get_data_ch10
    assert d2l.train_ch11 is d2l.train_ch10
    assert d2l.train_concise_ch11 is d2l.train_gluon_ch11 is d2l.train_gluon_ch10


@pytest.mark.parametrize('name', ['get_data_ch12', 'train_ch12', 'train_concise_ch12', 'arange'])
def test_names_that_no_edition_has_are_not_there(name):
    assert not hasattr(d2l, name)


# An array function of later editions: a call, and what it gives.
ARRAYS = {
    'abs': (lambda: d2l.abs(d2l.tensor([-2.0])), [2]),
    'arange': (lambda: d2l.arange(3), [0, 1, 2]),
    'argmax': (lambda: d2l.argmax(d2l.tensor([[1.0, 3.0], [4.0, 2.0]]), axis=1), [1, 0]),
    'astype': (lambda: d2l.astype(d2l.tensor([1.5]), d2l.int32), [1]),
    'concat': (lambda: d2l.concat([d2l.ones(1), d2l.zeros(2)]), [1, 0, 0]),
    'cosh': (lambda: d2l.cosh(d2l.zeros(1)) + d2l.cos(d2l.zeros(1)), [2]),
    'expand_dims': (lambda: d2l.expand_dims(d2l.ones(1), 0), [[1]]),
    'eye': (lambda: d2l.eye(2), [[1, 0], [0, 1]]),
    'exp': (lambda: d2l.log(d2l.exp(d2l.ones(1))), [1]),
    'linspace': (lambda: d2l.linspace(0, 1, 3), [0, 0.5, 1]),
    'matmul': (lambda: d2l.matmul(d2l.eye(2), d2l.tensor([3.0, 4.0])), [3, 4]),
    'meshgrid': (lambda: d2l.meshgrid(d2l.arange(2), d2l.arange(1))[0], [[0, 1]]),
    'normal': (lambda: 0 * d2l.normal(0, 1, (2,)), [0, 0]),
    'rand': (lambda: 0 * (d2l.rand(1) + d2l.randn(1)), [0]),
    'reduce_mean': (lambda: d2l.stack([d2l.reduce_mean(d2l.arange(3))]), [1]),
    'reduce_sum': (lambda: d2l.stack([d2l.reduce_sum(d2l.arange(4))]), [6]),
    'repeat': (lambda: d2l.repeat(d2l.tensor([1.0, 2.0]), 2), [1, 1, 2, 2]),
    'reshape': (lambda: d2l.reshape(d2l.arange(2), (2, 1)), [[0], [1]]),
    'sinh': (lambda: d2l.sinh(d2l.zeros(1)) + d2l.sin(d2l.zeros(1)) + d2l.tanh(d2l.zeros(1)), [0]),
    'size': (lambda: d2l.zeros(d2l.size(d2l.ones((1, 2)))), [0, 0]),
    'swapaxes': (lambda: d2l.swapaxes(d2l.tensor([[1.0, 2.0]]), 0, 1), [[1], [2]]),
    'transpose': (lambda: d2l.transpose(d2l.tensor([[1.0, 2.0]])), [[1], [2]]),
    'zeros_like': (lambda: d2l.zeros_like(d2l.ones(1)) + d2l.ones_like(d2l.ones(1)), [1]),
}


@pytest.mark.parametrize('name', ARRAYS)
def test_array_names_of_later_editions(name, as_d2l):
    call, value = ARRAYS[name]
    assert d2l.numpy(call()) == pytest.approx(numpy.array(value), abs=1e-6)


def test_installed_as_d2l_every_import_gives_this_package(as_d2l):
    scope = {}
    exec('import d2l\nimport d2l.mxnet as one\nfrom d2l import mxnet as other', scope)
    assert scope['d2l'] is scope['one'] is scope['other'] is d2l
    assert (d2l.float32, d2l.int64) == (engine.np.float32, engine.np.int64)
    d2l.install_as_d2l()
    with pytest.raises(ImportError, match='torch'):
        exec('from d2l import torch as d2l', scope)


@pytest.mark.parametrize('name', ['d2l', 'd2l.torch'])
def test_another_d2l_is_not_replaced(name, monkeypatch):
    monkeypatch.setitem(sys.modules, name, os)
    refused(d2l.install_as_d2l, ImportError, [f'{name} is imported already, from {os.__file__}', 'restart', 'before'])
    assert 'd2l.mxnet' not in sys.modules
    assert not hasattr(d2l, 'arange')


def test_load_array_refuses_what_it_cannot_do():
    data_iter, _ = d2l.get_data_ch10()
    with pytest.raises(ValueError, match='is_train=False'):
        d2l.load_array((data_iter.X, data_iter.y), 10, is_train=False)
