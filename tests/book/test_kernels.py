"""Chapters are executed under the project's settings alone, whatever a user's home and environment hold."""
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat
import pytest
from jupyter_client.manager import KernelManager

import small_book
from book import ROOT
from book.execute import kernels

SWITCHES = {'OMP_NUM_THREADS': '1', 'OPENBLAS_CORETYPE': 'Haswell', 'NPY_DISABLE_CPU_FEATURES': 'AVX2',
            'GLIBC_TUNABLES': 'glibc.cpu.hwcaps=-AVX2', 'DNNL_MAX_CPU_ISA': 'AVX2', 'D2LMINI_ENGINE': 'numpy',
            'ROUNDING_SEED': '1', 'PATH': os.environ['PATH']}
# What a cell can see of them; and a value that is not the last, which IPython shows where it is set to.
PROBE = """import builtins, os, sys, time, warnings
import d2lmini as d2l
print(getattr(builtins, 'leaked', 'nothing leaked'), sys.flags.optimize, time.tzname, os.environ['LC_ALL'])
print(os.listdir(os.path.expanduser('~/.ipython/profile_default/startup')), warnings.filters[0][0])
x + 1
d2l.plot([0, 1, 2], [[1, 2, 3], [3, 1, 2]], 'step', 'loss')"""
EXPLORER = """
```{explorer} held
:problem: quadratic condition=20 steps=40
:runs: gd lr=0.4 | adagrad lr=0.4
:alt: Two paths.

Two paths.
```
"""
FILES = {
    '.config/matplotlib/matplotlibrc': 'lines.linewidth: 9\naxes.facecolor: red\n',
    '.matplotlib/matplotlibrc': 'lines.linewidth: 9\naxes.facecolor: red\n',
    '.ipython/profile_default/startup/first.py': 'import builtins\nbuiltins.leaked = "IPython startup"\n',
    '.ipython/profile_default/ipython_config.py': 'get_config().InteractiveShell.ast_node_interactivity = "all"\n',
    '.local/share/jupyter/kernels/python3/kernel.json': '{"argv": ["false"], "display_name": "x", "language": "x"}',
    'path/sitecustomize.py': 'import builtins\nbuiltins.leaked = "sitecustomize"\n',
    'path/usercustomize.py': 'import builtins\nbuiltins.leaked = "usercustomize"\n',
    'startup.py': 'import builtins\nbuiltins.leaked = "PYTHONSTARTUP"\n',
}


@pytest.fixture
def hostile(tmp_path):
    """The environment of a user with settings, of all kinds."""
    home = tmp_path / 'home'
    for name, text in FILES.items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(text)
    own = {'HOME': '.', 'USERPROFILE': '.', 'XDG_CONFIG_HOME': '.config', 'XDG_DATA_HOME': '.local/share',
           'MATPLOTLIBRC': '.matplotlib', 'MPLCONFIGDIR': '.matplotlib', 'IPYTHONDIR': '.ipython',
           'JUPYTER_PATH': '.local/share/jupyter', 'JUPYTER_DATA_DIR': '.local/share/jupyter', 'PYTHONPATH': 'path',
           'PYTHONSTARTUP': 'startup.py', 'PYTHONUSERBASE': 'path'}
    return {name: str(home / place) for name, place in own.items()} | {
        'MPLBACKEND': 'pdf', 'PYTHONOPTIMIZE': '1', 'PYTHONWARNINGS': 'always', 'TZ': 'Asia/Kathmandu',
        'LC_ALL': 'tr_TR.UTF-8', 'LANG': 'tr_TR.UTF-8', 'LANGUAGE': 'tr'}


def test_settings_of_a_user_are_left_out_and_what_decides_how_numbers_are_rounded_passes(hostile, monkeypatch):
    for name, value in (hostile | SWITCHES).items():
        monkeypatch.setenv(name, value)
    with kernels.settings() as environment:
        home = Path(environment['HOME'])
        assert SWITCHES.items() <= environment.items()
        assert [name for name, value in environment.items() if hostile['HOME'] in value] == []
        assert {'MPLBACKEND', 'PYTHONOPTIMIZE', 'PYTHONWARNINGS', 'IPYTHONDIR', 'LANG'} & set(environment) == set()
        assert (environment['TZ'], environment['LC_ALL'], environment['PYTHONNOUSERSITE']) == ('UTC', 'C.UTF-8', '1')
        assert Path(environment['MATPLOTLIBRC']).is_file()
        assert any(Path(environment['MPLCONFIGDIR']).glob('fontlist-*.json'))
        assert home.is_dir()
    assert not home.exists()


def test_folders_that_are_asked_for_come_first_on_the_path_before_this_trees_package(monkeypatch):
    monkeypatch.setenv('D2LMINI_KERNEL_PATH', os.pathsep.join(['first', 'second']))
    with kernels.settings() as environment:
        path = environment['PYTHONPATH'].split(os.pathsep)
    assert path == ['first', 'second', str(ROOT)]
    assert kernels.OWN_PATH not in environment


@pytest.mark.slow
def test_where_the_project_cannot_be_written_the_list_of_fonts_goes_along_with_the_home(monkeypatch, tmp_path):
    (tmp_path / 'file').write_text('')
    monkeypatch.setattr(kernels, 'FONTS', tmp_path / 'file' / 'folder')
    with kernels.settings() as environment:
        assert environment['MPLCONFIGDIR'] == environment['HOME']
        assert any(Path(environment['HOME']).glob('fontlist-*.json'))


@pytest.mark.slow
@pytest.mark.parametrize(('folder', 'transport'), [('', kernels.SOCKETS), ('a folder with a long name ' * 4, 'tcp')])
def test_a_kernel_opens_no_port_unless_the_path_of_a_socket_is_too_long(monkeypatch, tmp_path, folder, transport):
    monkeypatch.setattr(tempfile, 'tempdir', str(tmp_path / folder) if folder else None)
    (tmp_path / folder).mkdir(exist_ok=True)
    with kernels.settings() as environment:
        manager = kernels.manager(KernelManager, environment)
        assert manager.transport == transport
        manager.start_kernel(env=environment)
        client = manager.client()
        client.start_channels()
        try:
            client.wait_for_ready(60)
            assert client.execute_interactive('1 / 1', timeout=60)['content']['status'] == 'ok'
        finally:
            client.stop_channels()
            manager.shutdown_kernel(now=True)


@pytest.fixture
def project(tmp_path):
    """A book of one page that looks for leaks, and what compares recordings."""
    root = small_book.make(tmp_path / 'a book')
    small_book.write(root, PROBE)
    for name in ('conftest.py', 'notebooks.py', 'sanitize.cfg'):
        shutil.copy(ROOT / 'tests' / name, root / 'tests')
    shutil.copy(ROOT / 'pyproject.toml', root)
    return root


def compared(root, **env):
    """Run nbval on the recordings; return whether they passed, and what was printed."""
    done = subprocess.run([sys.executable, '-m', 'pytest', '-p', 'no:cacheprovider', 'tests/recorded'], cwd=root,
                          env=os.environ | env, capture_output=True, text=True, check=False)
    return done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
def test_recordings_and_their_comparison_see_no_settings_of_a_user_and_a_sitecustomize_that_is_asked_for(
        project, hostile, tmp_path):
    target = project / 'tests' / 'recorded' / 'page.ipynb'
    recorded = []
    for env in ({}, hostile):
        code, printed = small_book.run(project, 'book.execute.record', **env)
        assert code == 0, printed
        recorded.append(target.read_bytes())
    assert recorded[0] == recorded[1]
    [said, drawn] = nbformat.read(target, 4).cells[-1].outputs
    assert said.text.startswith('nothing leaked 0')
    assert 'image/svg+xml' in drawn.data
    good, printed = compared(project, **hostile | {'PYTHONOPTIMIZE': ''})       # with it, pytest itself refuses
    assert good, printed
    (tmp_path / 'noise').mkdir()
    (tmp_path / 'noise' / 'sitecustomize.py').write_text('import builtins\nbuiltins.leaked = "on purpose"\n')
    good, printed = compared(project, D2LMINI_KERNEL_PATH=str(tmp_path / 'noise'))
    assert not good
    assert 'on purpose' in printed


@pytest.mark.slow
def test_a_kernel_that_dies_as_it_starts_says_why(project, tmp_path):
    code, printed = small_book.run(project, 'book.execute.record')
    assert code == 0, printed
    (tmp_path / 'fault').mkdir()
    (tmp_path / 'fault' / 'sitecustomize.py').write_text('import os\nos.write(2, b"no room for me")\nos._exit(3)\n')
    good, printed = compared(project, D2LMINI_KERNEL_PATH=str(tmp_path / 'fault'))
    assert not good
    assert 'its last words: no room for me' in printed


@pytest.mark.slow
def test_a_book_sees_no_settings_of_a_user_in_its_cells_and_its_explorers(tmp_path, hostile):
    pages = []
    for name, env in (('plain', {}), ('hostile', hostile)):
        root = small_book.make(tmp_path / name)
        small_book.write(root, PROBE)
        with (root / 'chapters' / 'page.md').open('a') as page:
            page.write(EXPLORER)
        code, printed = small_book.run(root, 'book.execute.build', **env)
        assert code == 0, printed
        images = root / '_build' / 'html' / '_images'
        pages.append([(root / '_build' / 'html' / 'chapters' / 'page.html').read_text(encoding='utf-8'),
                      *sorted(path.read_text(encoding='utf-8') for path in images.glob('*.svg'))])
    assert 'nothing leaked 0' in pages[0][0]
    assert len(pages[0]) >= 2
    assert pages[0] == pages[1]
