"""The engine is chosen at import; the package imports little, late, and nothing upward."""
import importlib.util
import os
import sys
from pathlib import Path

import pytest

import d2lmini
from d2lmini import engine
from helpers import imported, python, refused

PACKAGE = Path(d2lmini.__file__).parent
WITH_MXNET = pytest.mark.skipif(importlib.util.find_spec('mxnet') is None, reason='MXNet is not installed')
DRAW = '''
import sys
sys.modules['IPython'] = sys.modules['matplotlib_inline'] = None      # importing either now fails
import d2lmini as d2l
print(d2l.engine.name, 'matplotlib' in sys.modules)
data_iter, feature_dim = d2l.get_data_ch10(n=20)
d2l.train_ch10(d2l.sgd, None, {'lr': 0.1}, data_iter, feature_dim, num_epochs=1)
d2l.plot([1, 2], [3, 4])
print(d2l.plt.get_backend(), len(d2l.plt.get_fignums()))
'''


def failed(done):
    """Return the last line of a traceback."""
    assert done.returncode == 1, done.stdout
    return done.stderr.strip().splitlines()[-1]


@pytest.fixture
def no_mxnet(tmp_path):
    """A folder in which mxnet is a package that fails to import."""
    (tmp_path / 'mxnet').mkdir()
    (tmp_path / 'mxnet' / '__init__.py').write_text("raise ImportError('no wheel for this machine')")
    return tmp_path


def test_active_engine_is_the_one_asked_for():
    asked = os.environ.get('D2LMINI_ENGINE')
    assert engine.name == asked if asked else engine.name in engine.ENGINES
    assert d2lmini.np is engine.np
    assert d2lmini.npx is engine.npx
    assert engine.np.__name__ == {'mxnet': 'mxnet.numpy', 'numpy': 'autograd.numpy'}[engine.name]
    assert engine.to_numpy(engine.parameter([1.0])).dtype == {'mxnet': 'float32', 'numpy': 'float64'}[engine.name]


@pytest.mark.slow
@pytest.mark.parametrize('name', ['numpy', pytest.param('mxnet', marks=WITH_MXNET)])
def test_package_works_without_ipython_and_imports_matplotlib_only_to_draw(name):
    done = python(DRAW, D2LMINI_ENGINE=name)
    assert done.returncode == 0, done.stderr
    first, loss, last = done.stdout.splitlines()
    assert first == f'{name} False'
    assert loss.startswith('loss: ')
    assert last == 'agg 2'


@pytest.mark.slow
def test_an_explorer_needs_neither_matplotlib_nor_autograd():
    done = python('''
import sys
from d2lmini import explorer
explorer.answer('{"shared": {"problem": "airfoil", "condition": 1, "start": [1, 1], "steps": 5, "seed": 0}, '
                '"runs": [{"method": "adam"}, {"method": "schedule_free"}], "chart": true}')
print([name for name in ("matplotlib", "autograd") if name in sys.modules])
''', D2LMINI_ENGINE='numpy')
    assert done.stdout == '[]\n', done.stderr


@pytest.mark.slow
@pytest.mark.parametrize(('asked', 'name'), [('numpy', 'numpy'), (' NumPy ', 'numpy'), ('', 'numpy'), (None, 'numpy')])
def test_numpy_engine_is_chosen_by_name_or_where_mxnet_does_not_import(no_mxnet, asked, name):
    env = {} if asked is None else {'D2LMINI_ENGINE': asked}
    done = python('from d2lmini import engine; print(engine.name)', no_mxnet, **env)
    assert done.stdout == f'{name}\n', done.stderr


@pytest.mark.slow
@WITH_MXNET
def test_mxnet_is_chosen_where_it_imports_and_nothing_is_asked():
    done = python('from d2lmini import engine; print(engine.name)')
    assert done.stdout == 'mxnet\n', done.stderr


@pytest.mark.parametrize(('asked', 'loaded'), [('numpy', 'numpy'), ('mxnet', 'mxnet'), ('', 'mxnet'), (None, 'mxnet')])
def test_the_engine_asked_for_is_loaded_or_else_the_first(monkeypatch, asked, loaded):
    monkeypatch.delenv('D2LMINI_ENGINE', raising=False)
    if asked is not None:
        monkeypatch.setenv('D2LMINI_ENGINE', asked)
    monkeypatch.setattr(engine.importlib, 'import_module', lambda name: name)
    assert engine._choose() == f'd2lmini.engine.{loaded}'


@pytest.mark.parametrize('why', [ImportError('no wheel'), AttributeError('np.bool'), OSError('libgomp')])
def test_an_engine_that_does_not_load_is_refused_by_name_or_replaced(monkeypatch, why):
    def load(name):
        if name.endswith('mxnet'):
            raise why
        return name

    monkeypatch.setattr(engine.importlib, 'import_module', load)
    monkeypatch.delenv('D2LMINI_ENGINE', raising=False)
    assert engine._choose() == 'd2lmini.engine.numpy'
    monkeypatch.setenv('D2LMINI_ENGINE', 'mxnet')
    refused(engine._choose, ImportError, [f'{type(why).__name__}: {why}', 'numpy 1.23.5', 'D2LMINI_ENGINE=numpy'])
    monkeypatch.setenv('D2LMINI_ENGINE', 'torch')
    refused(engine._choose, ValueError, ["D2LMINI_ENGINE='torch'", '"mxnet" or "numpy"', 'unset'])


def test_every_public_name_is_there():
    assert dir(d2lmini) == sorted(d2lmini.__all__)
    assert all(hasattr(d2lmini, name) for name in d2lmini.__all__)
    assert len(set(d2lmini.__all__)) == len(d2lmini.__all__)


@pytest.mark.slow
def test_unknown_engine_is_refused():
    message = failed(python('import d2lmini', D2LMINI_ENGINE='torch'))
    assert message.startswith('ValueError: ')
    for fragment in ("D2LMINI_ENGINE='torch'", '"mxnet" or "numpy"', 'unset'):
        assert fragment in message


@pytest.mark.slow
def test_mxnet_that_does_not_import_is_refused_when_asked_for(no_mxnet):
    message = failed(python('import d2lmini', no_mxnet, D2LMINI_ENGINE='mxnet'))
    assert message.startswith('ImportError: ')
    for fragment in ('D2LMINI_ENGINE=mxnet', 'no wheel for this machine', 'numpy 1.23.5', 'D2LMINI_ENGINE=numpy'):
        assert fragment in message


@pytest.mark.slow
@WITH_MXNET
def test_states_of_mxnet_are_refused_on_the_numpy_engine():
    message = failed(python('''
import mxnet, d2lmini as d2l
mxnet.npx.set_np()
states = [(mxnet.np.zeros((5, 1)),) * 2, (mxnet.np.zeros((1,)),) * 2]
d2l.train_ch10(d2l.adam, states, {'lr': 0.01, 't': 1}, *d2l.get_data_ch10())
''', D2LMINI_ENGINE='numpy'))
    assert message.startswith('TypeError: ')
    for fragment in ('the state of w', 'array of mxnet', 'engine is numpy', 'convert it to NumPy'):
        assert fragment in message


# A room of d2lmini: the rooms that it may import.
MAY_IMPORT = {
    'engine': {'engine'},
    'checks': {'engine'},
    'arrays': {'engine', 'checks'},
    'data': {'data', 'engine', 'checks'},
    'optimizers': {'optimizers', 'engine', 'checks'},
    'network': {'engine', 'checks'},
    'gluon': {'checks', 'engine', 'optimizers'},
    'schedules': {'checks'},
    'training': {'engine', 'data', 'optimizers', 'checks', 'gluon'},
    'seeds': {'engine', 'data', 'optimizers', 'checks', 'training'},
    'curves': {'engine'},
    'plotting': {'engine', 'checks', 'curves'},
    '__init__': {'engine', 'arrays', 'data', 'network', 'optimizers', 'training', 'seeds', 'schedules', 'editions'},
    'editions': {'engine', 'data', 'training'},
    'problems': {'engine', 'data'},
    'explorer': {'engine', 'checks', 'optimizers', 'schedules', 'problems'},
}
# The same outside the package: NumPy if a room is not named here. The standard library is free for all.
OUTSIDE = {'engine': {'numpy', 'mxnet', 'autograd'}, 'plotting': {'numpy', 'matplotlib', 'cycler', 'matplotlib_inline'},
           'gluon': {'mxnet'}}
# What may be imported inside a function only: plotting by training, when there is something to draw; mxnet by gluon.
LATE = {('training', 'plotting'), ('gluon', 'mxnet'), ('plotting', 'matplotlib_inline')}


FILES = sorted(path.relative_to(PACKAGE) for path in PACKAGE.rglob('*.py'))
ROOMS = {path.parts[0].removesuffix('.py') for path in FILES}


def imports(path):
    """Yield (whether from d2lmini, room or package, whether late) for each import of a file."""
    for name, late in imported(path):
        package, _, rest = name.partition('.')
        room = rest.partition('.')[0]               # a public name of the package comes from its __init__
        yield (True, room if room in ROOMS else '__init__', late) if package == 'd2lmini' else (False, package, late)


@pytest.mark.parametrize('path', FILES, ids=str)
def test_nothing_imports_upward(path):
    room = path.parts[0].removesuffix('.py')
    assert room in MAY_IMPORT, f'{path}: add the room to this table, and to the table of the design'
    for inside, used, late in imports(PACKAGE / path):
        allowed = used in (MAY_IMPORT[room] if inside else OUTSIDE.get(room, {'numpy'}) | sys.stdlib_module_names)
        assert allowed or (late and (room, used) in LATE), f'{path} imports {used}'
        assert late or (room, used) not in LATE, f'{path} imports {used} before it is needed'
