"""The programs in other libraries are as they were measured, and each has its place in the book."""
import io
import json
import re
import shutil
import subprocess
import sys
import zipfile

import nbformat
import pytest

from book import CHAPTERS, RECORDED, ROOT, golden, programs
from book.along import portable
from book.pages import programs as tabs

MEASURED = programs.stored()
BLOCKS = {method: path for path in sorted(CHAPTERS.glob('*.md'))
          for method in programs.BLOCK.findall(path.read_text(encoding='utf-8'))}
ELSEWHERE = {'nesterov'} | {method for method, path in BLOCKS.items() if path.stem in ('frameworks', 'adamw')}


def test_programs_are_as_they_were_measured_and_each_is_shown_once():
    assert programs.problems() == []


def test_every_program_agrees_as_closely_as_its_precision_allows():
    for name, found in MEASURED['programs'].items():
        assert found.get('off_convention', found['off_page']) <= (1e-9 if 'float32' not in found['elsewhere'] else 1e-5)
        assert found['elsewhere'] or found['off_page'] <= 1e-9, name


@pytest.fixture
def copy(tmp_path):
    """Copy what takes part, so that a fault can be planted."""
    for name in ('frameworks', 'chapters'):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns('__pycache__'))
    functions = {found['function'] for found in MEASURED['programs'].values()}
    for name in {*MEASURED['files'], *functions, programs.STORED.as_posix()}:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def edit(path, old, new):
    text = path.read_text(encoding='utf-8')
    assert old in text
    path.write_text(text.replace(old, new), encoding='utf-8')


PLANTED = {     # a fault, and what is said of it
    'a program was edited': (
        lambda root: edit(root / 'frameworks/torch/adam.py', 'eps=1e-6', 'eps=1e-7'),
        ['frameworks/torch/adam.py changed after the programs were measured: run make test-frameworks']),
    "the book's function was edited": (
        lambda root: edit(root / 'd2lmini/optimizers/adam.py', '0.999', '0.99'),
        ['d2lmini/optimizers/adam.py changed after the programs were measured: run make test-frameworks']),
    'another version of a library': (
        lambda root: edit(root / 'frameworks/torch.txt', 'torch==', 'torch==9.'),
        ['frameworks/torch.txt changed after the programs were measured: run make test-frameworks']),
    'a tab without a file': (
        lambda root: edit(root / 'chapters/adam.md', '{programs} adam\n', '{programs} nadir\n'),
        ['chapters/adam.md shows nadir, but no library has the file nadir.py in frameworks/',
         'adam.py of frameworks/ is shown 0 times, expected once: add or remove a block {programs} adam']),
    'a file without a tab': (
        lambda root: (root / 'frameworks/jax/radam.py').write_text(''),
        ['frameworks/jax/radam.py was never measured: run make test-frameworks',
         'radam.py of frameworks/ is shown 0 times, expected once: add or remove a block {programs} radam']),
    'a file is gone': (
        lambda root: (root / 'frameworks/keras/adam.py').unlink(),
        ['frameworks/keras/adam.py was measured, and is not there: bring it back, or run make test-frameworks']),
    'a program of the page on libraries is not included': (
        lambda root: edit(root / 'chapters/frameworks.md', '../frameworks/jax/tour.py', '../frameworks/jax/detour.py'),
        ['frameworks/jax/tour.py is on no page: include it in chapters/frameworks.md',
         'a page includes frameworks/jax/detour.py, which is not there']),
}


@pytest.mark.parametrize('fault', PLANTED)
def test_a_planted_fault_is_found(copy, fault):
    assert programs.problems(copy) == []
    plant, said = PLANTED[fault]
    plant(copy)
    assert programs.problems(copy) == said

WITHOUT_A_LOSS = {'adafactor', 'lion', 'muon', 'prodigy', 'schedule_free'}


@pytest.mark.parametrize('method', sorted(set(BLOCKS) - ELSEWHERE))
def test_a_program_prints_the_loss_of_the_cell_above_it(method):
    path = BLOCKS[method]
    above = path.read_text(encoding='utf-8').partition(f'{{programs}} {method}\n')[0].count('```{code-cell}')
    cells = [cell for cell in nbformat.read(RECORDED / f'{path.stem}.ipynb', 4).cells if cell.cell_type == 'code']
    text = ''.join(output.get('text', '') for cell in cells[:above] for output in cell.outputs)
    printed = {MEASURED['programs'][f'{library}/{method}']['printed'] for library in programs.of_method(method)}
    above = re.findall(r'^loss: [\d.]+', text, re.MULTILINE)
    if method in WITHOUT_A_LOSS:                # their pages train on other data
        assert not above
    else:
        assert printed == {above[-1]}


def test_tabs_are_synchronized_and_say_what_was_measured():
    text = tabs.text('adam')
    assert re.findall(r'\{tab-item\} (.*)', text) == ['PyTorch', 'JAX (optax)', 'Keras']
    assert re.findall(r':sync: (\w+)', text) == ['torch', 'jax', 'keras']
    assert ':sync-group: library' in text
    assert re.findall(r'\{literalinclude\} (\S+)', text) == [f'../frameworks/{x}/adam.py' for x in programs.LIBRARIES]
    assert 'All 300 steps agree with those of this course in 15 digits.' in text
    assert text.startswith('Adam on the airfoil data')


@pytest.mark.parametrize(('name', 'said'), [
    ('torch/adam', r'digits\.'), ('keras/adafactor', r'in float32\.'),
    ('keras/adam', r'into the rate\. With that accounted for, in \d+\.'),
    ('torch/muon', r'ε not added\. With that accounted for, in \d+\.'),
    ('keras/muon', r'into the rate; norm in float32\. With the first accounted for, in \d+\.')])
def test_a_note_says_what_is_accounted_for(name, said):
    assert re.search(f'{said}$', programs.note(name, MEASURED))


@pytest.mark.parametrize('name', sorted(programs.files()))
def test_what_is_shown_is_a_program_of_its_own(name):
    text = programs.shown(programs.files()[name])
    compile(text, name, 'exec')
    assert max(map(len, text.splitlines())) <= 86
    assert {'loadtxt', 'optimizer', 'run.show()'} <= set(re.findall(r'loadtxt|optimizer|run\.show\(\)', text))


def test_a_notebook_shows_the_programs_one_after_the_other():
    chapter = CHAPTERS / 'adam.md'
    notebook = portable.with_note(portable.read(chapter), 'The Road to Adam', None)
    for text in ('\n'.join(cell.source for cell in notebook.cells), portable.script(chapter, 'The Road to Adam')):
        assert '{programs}' not in text
        assert len(re.findall(r'#### (?:PyTorch|JAX \(optax\)|Keras)', text)) == 6
        assert 'optimizer = optax.adam(0.01, eps=1e-6)' in text


def test_the_archive_holds_what_its_programs_read():
    content = programs.archive(['adam', 'yogi'])
    assert content == programs.archive(['adam', 'yogi'])
    names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    assert names == [f'{programs.FOLDER}/{name}' for name in sorted([
        'README.txt', 'airfoil.py', 'airfoil_self_noise.csv', *(f'{x}/{m}.py' for x in programs.LIBRARIES
                                                                for m in ('adam', 'yogi'))])]


@pytest.mark.parametrize(('name', 'command'), [('torch/adam', 'pip install torch matplotlib'),
                                               ('jax/adam', 'pip install jax optax matplotlib'),
                                               ('keras/adam', 'pip install keras jax matplotlib')])
def test_without_its_library_a_program_names_the_command_that_installs_it(name, command, tmp_path):
    zipfile.ZipFile(io.BytesIO(programs.archive(['adam']))).extractall(tmp_path)
    hidden = ('import importlib.metadata as m, runpy, sys; real = m.version\n'
              'def version(name):\n'
              '    if name not in ("numpy",): raise m.PackageNotFoundError(name)\n'
              '    return real(name)\n'
              'm.version = version; runpy.run_path(sys.argv[1], run_name="__main__")')
    done = subprocess.run([sys.executable, '-c', hidden, f'{programs.FOLDER}/{name}.py'], cwd=tmp_path,
                          capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.strip() == (f'This program needs {command.split()[2]}, which is not installed here: {command}')


def test_the_golden_file_holds_all_trajectories_as_numbers():
    found = json.loads(golden.text())
    for name, part in (('trajectories', found), ('matrices', found['matrices'])):
        stored = json.loads((ROOT / f'proof/golden/{name}.json').read_text(encoding='utf-8'))
        assert len(part['cases']) == len(stored['cases'])
        for case, exact in zip(part['cases'], stored['cases']):
            assert case['method'] == exact['method']
            assert golden.numbers(exact['path']) == case['path']
    case = found['cases'][0]
    assert (len(found['start']), len(found['gradients']), len(case['path'])) == (5, 50, 50)
    assert all(isinstance(x, float) for row in case['path'] for x in row)
    assert all(isinstance(x, float) for x in case['options'].values())
