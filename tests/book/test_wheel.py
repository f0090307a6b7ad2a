"""The wheel: pure Python, the data inside, and at home where there is no MXNet and NumPy is the newest."""
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from book import ROOT

# What a reader of the published Adam section writes, with the imports that this course offers.
CELLS = """
import d2lmini as d2l
from d2lmini import np, npx
npx.set_np()
assert d2l.engine.name == 'numpy'

def zeros(feature_dim):
    return tuple((np.zeros(shape), np.zeros(shape)) for shape in ((feature_dim, 1), 1))

def method(kind):
    def update(params, states, hyperparams):
        t, lr, eps = hyperparams['t'], hyperparams['lr'], {'adam': 1e-6, 'yogi': 1e-3}[kind]
        for p, (v, s) in zip(params, states):
            v[:] = 0.9 * v + 0.1 * p.grad
            if kind == 'adam':
                s[:] = 0.999 * s + 0.001 * np.square(p.grad)
            else:
                s[:] = s + 0.001 * np.sign(np.square(p.grad) - s) * np.square(p.grad)
            p[:] -= lr * (v / (1 - 0.9 ** t)) / (np.sqrt(s / (1 - 0.999 ** t)) + eps)
        hyperparams['t'] += 1
    return update

data_iter, feature_dim = d2l.get_data_ch10(batch_size=10)
d2l.train_ch10(method('adam'), zeros(feature_dim), {'lr': 0.01, 't': 1}, data_iter, feature_dim)
d2l.train_gluon_ch10('adam', {'learning_rate': 0.01}, data_iter)
d2l.train_ch10(method('yogi'), zeros(feature_dim), {'lr': 0.01, 't': 1}, data_iter, feature_dim)
"""


@pytest.fixture(scope='module')
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp('wheel')
    command = [sys.executable, '-m', 'build', '--wheel', '--no-isolation', '--outdir', str(folder), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)
    return next(folder.glob('*.whl'))


@pytest.mark.slow
def test_the_wheel_is_pure_python_with_the_data_inside(wheel):
    assert wheel.name.endswith('-py3-none-any.whl')
    names = zipfile.ZipFile(wheel).namelist()
    assert 'd2lmini/data/airfoil_self_noise.csv' in names
    assert 'd2lmini/optimizers/adam.py' in names
    assert not [n for n in names if n.startswith(('tests', 'book', 'proof', 'study', 'chapters', 'benchmarks'))]


@pytest.mark.slow
def test_the_wheel_runs_the_adam_cells_with_the_newest_numpy_and_without_mxnet(wheel, tmp_path):
    venv.create(tmp_path / 'empty')
    python = next(p for p in (tmp_path / 'empty').glob('*/python*') if p.is_file())
    install = [sys.executable, '-m', 'pip', '--python', str(python), 'install', '-q', '--no-compile',
               '--only-binary', ':all:']
    subprocess.run([*install, 'numpy>=2', 'autograd', 'matplotlib'], check=True, capture_output=True)
    subprocess.run([*install, '--no-deps', str(wheel)], check=True, capture_output=True)
    done = subprocess.run([str(python), '-c', CELLS], cwd=tmp_path, capture_output=True, text=True, check=False,
                          env={'MPLBACKEND': 'agg', 'PATH': '', 'HOME': str(tmp_path)})
    assert done.returncode == 0, done.stderr
    losses = [float(line.split()[1].rstrip(',')) for line in done.stdout.splitlines()]
    assert len(losses) == 3
    assert all(0.2416 <= loss <= 0.2500 for loss in losses)


HERE = {'sys_platform': 'linux', 'platform_machine': 'x86_64', 'python_version': '3.11'}
PLACES = [
    (HERE, {'mxnet', 'numpy==1.23.5'}),
    (HERE | {'python_version': '3.12'}, {'numpy>=2'}),
    (HERE | {'python_version': '3.14'}, {'numpy>=2'}),
    (HERE | {'platform_machine': 'aarch64'}, {'mxnet', 'numpy==1.23.5'}),
    (HERE | {'platform_machine': 'riscv64'}, {'numpy>=2'}),
    (HERE | {'sys_platform': 'darwin'}, {'mxnet', 'numpy==1.23.5'}),
    (HERE | {'sys_platform': 'darwin', 'platform_machine': 'arm64'}, {'numpy>=2'}),
    (HERE | {'sys_platform': 'win32', 'platform_machine': 'AMD64'}, {'numpy>=2'}),
    (HERE | {'sys_platform': 'emscripten', 'platform_machine': 'wasm32', 'python_version': '3.14'}, {'numpy>=2'}),
]


@pytest.mark.parametrize(('place', 'wanted'), PLACES, ids=lambda p: '-'.join(p.values()) if isinstance(p, dict) else '')
def test_mxnet_and_its_old_numpy_are_asked_for_only_where_they_run(place, wanted):
    import tomllib

    project = tomllib.loads(Path(ROOT, 'pyproject.toml').read_text(encoding='utf-8'))['project']
    chosen = set()
    for text in project['dependencies']:
        requirement = Requirement(text)
        if requirement.name in ('mxnet', 'numpy') and requirement.marker.evaluate(place):
            chosen.add('mxnet' if requirement.name == 'mxnet' else f'numpy{requirement.specifier}')
    assert chosen == wanted
