"""The folder that live cells load Python from: complete, verified, small; anything damaged is refused."""
import importlib.util
import io
import json
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from book import ROOT
from book.live import cells, pyodide
from book.live.lean import lean
from book.live.pyodide import LiveError

NAMES = ['numpy', 'matplotlib', 'cycler']
SPARED = ['fonttools']


def package(name, depends, data):
    return {'name': name, 'version': '1', 'file_name': f'{name}-1.whl', 'depends': depends,
            'sha256': pyodide.sha256(data)}


@pytest.fixture
def parts(tmp_path):
    """A small npm package, its wheels, autograd and d2lmini."""
    npm, wheels = tmp_path / 'npm', tmp_path / 'wheels'
    npm.mkdir()
    wheels.mkdir()
    for name in pyodide.CORE:
        (npm / name).write_bytes(name.encode())
    packages = {name: package(name, ['cycler', *SPARED] if name == 'matplotlib' else [], name.encode())
                for name in NAMES + SPARED}
    packages['pandas'] = package('pandas', [], b'pandas')
    (npm / pyodide.LOCK).write_text(json.dumps({'info': {'python': '3.14.0'}, 'packages': packages}))
    for name in NAMES + SPARED:
        (wheels / f'{name}-1.whl').write_bytes(name.encode())
    (wheels / 'autograd-1.9-py3-none-any.whl').write_bytes(b'autograd')
    own = tmp_path / 'd2lmini-0.1.0-py3-none-any.whl'
    own.write_bytes(b'd2lmini')
    return npm, wheels, own, tmp_path / 'out' / 'pyodide', 'state', lambda folder: None


def files(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_the_folder_holds_core_and_just_the_wheels_needed_and_a_lock_that_knows_them(parts):
    pyodide.assemble(*parts)
    held = files(parts[3])
    assert set(held) == {*pyodide.CORE, 'pyodide-lock.json', 'sums.json', *(f'{name}-1.whl' for name in NAMES),
                         'autograd-1.9-py3-none-any.whl', 'd2lmini-0.1.0-py3-none-any.whl'}
    lock = json.loads(held['pyodide-lock.json'])
    assert set(lock['packages']) == {*NAMES, 'autograd', 'd2lmini'}
    for entry in lock['packages'].values():
        assert pyodide.sha256(held[entry['file_name']]) == entry['sha256']
        assert set(entry['depends']) <= set(lock['packages'])
    assert {path.name for path in pyodide.verify(parts[3])} == set(held)
    sizes = json.loads(held['sums.json'])['sizes']
    assert sizes == {name: len(data) for name, data in held.items() if name != 'sums.json'}
    assert lock['packages']['d2lmini']['depends'] == ['autograd', 'numpy']      # matplotlib waits for a cell that draws


def test_what_is_prepared_is_sealed_as_it_is_then(parts):
    def lean(folder):
        (folder / 'numpy-1.whl').write_bytes(b'lean')
        (folder / 'snapshot.bin.gz').write_bytes(b'memory')
    pyodide.assemble(*parts[:-1], lean)
    lock = json.loads((parts[3] / 'pyodide-lock.json').read_text())
    assert lock['packages']['numpy']['sha256'] == pyodide.sha256(b'lean')
    assert 'snapshot.bin.gz' in {path.name for path in pyodide.verify(parts[3])}


def test_a_wheel_becomes_lean(tmp_path):
    data = {'a/__init__.py': b'x = 41 + 1', 'a/tests/test_a.py': b'', 'a/b.pyi': b'', 'a/c.txt': b'text',
            'matplotlib/mpl-data/fonts/ttf/DejaVuSerif.ttf': b'',
            'matplotlib/mpl-data/fonts/ttf/DejaVuSans.ttf': b'font',
            'matplotlib/backends/backend_qtagg.py': b'', 'matplotlib/backends/backend_agg.py': b'y = 1'}
    with zipfile.ZipFile(tmp_path / 'wheel.whl', 'w') as archive:
        for name, content in data.items():
            archive.writestr(name, content)
    made = lean.lean((tmp_path / 'wheel.whl').read_bytes())
    assert made == lean.lean((tmp_path / 'wheel.whl').read_bytes())
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert set(archive.namelist()) == {'a/__init__.pyc', 'a/c.txt', 'matplotlib/mpl-data/fonts/ttf/DejaVuSans.ttf',
                                           'matplotlib/backends/backend_agg.pyc'}
        archive.extractall(tmp_path / 'site')
    with zipfile.ZipFile(io.BytesIO(lean.lean((tmp_path / 'wheel.whl').read_bytes(), sources=True))) as archive:
        bytecode = importlib.util.cache_from_source('a/__init__.py')
        assert {'a/__init__.py', bytecode} <= set(archive.namelist())
        archive.extractall(tmp_path / 'own')
    (tmp_path / 'own' / 'a' / '__init__.py').write_text('x = 0')       # the bytecode is taken, whatever the source says
    code = 'import a, sys; assert a.x == 42; sys.exit(7)'
    assert subprocess.run([sys.executable, '-c', code], cwd=tmp_path / 'own', check=False).returncode == 7
    assert subprocess.run([sys.executable, '-c', code], cwd=tmp_path / 'site', check=False).returncode == 7


@pytest.mark.parametrize(('spoil', 'message'), [
    (lambda npm, wheels: (wheels / 'cycler-1.whl').write_bytes(b'x'), 'cycler-1.whl is damaged'),
    (lambda npm, wheels: (wheels / 'numpy-1.whl').unlink(), 'numpy-1.whl is missing'),
    (lambda npm, wheels: (wheels / 'autograd-1.9-py3-none-any.whl').unlink(), 'autograd-.* is missing'),
    (lambda npm, wheels: (npm / 'python_stdlib.zip').unlink(), 'lacks python_stdlib.zip: run make live'),
])
def test_a_damaged_part_is_refused_and_the_old_folder_stays(parts, spoil, message):
    pyodide.assemble(*parts)
    before = files(parts[3])
    spoil(*parts[:2])
    with pytest.raises(LiveError, match=message):
        pyodide.assemble(*parts)
    assert files(parts[3]) == before
    assert [path.name for path in parts[3].parent.iterdir()] == ['pyodide']     # nothing half-written beside it


def test_a_folder_that_is_too_large_is_refused(parts, monkeypatch):
    monkeypatch.setattr(pyodide, 'LIMIT', 100)
    with pytest.raises(LiveError, match='more than the 100 allowed'):
        pyodide.assemble(*parts)
    assert not parts[3].exists()


@pytest.mark.parametrize('name', ['numpy-1.whl', 'pyodide.asm.wasm', 'pyodide-lock.json'])
def test_a_file_damaged_later_is_named(parts, name):
    pyodide.assemble(*parts)
    (parts[3] / name).write_bytes(b'damaged')
    with pytest.raises(LiveError, match=rf'{re.escape(name)} is damaged: .* run make live again'):
        pyodide.verify(parts[3])


def test_sums_that_cannot_be_read_are_named(parts):
    pyodide.assemble(*parts)
    (parts[3] / 'sums.json').write_text('{')
    with pytest.raises(LiveError, match=r'sums.json cannot be read .* run make live again'):
        pyodide.verify(parts[3])


def test_a_carrier_without_a_wheel_says_how_to_go_on(tmp_path):
    with zipfile.ZipFile(tmp_path / 'carrier.whl', 'w') as archive:
        archive.writestr('inside/numpy-1.whl', b'numpy')
        archive.writestr('inside/cycler-1.whl', b'another build')
    target = tmp_path / 'wheels'
    target.mkdir()
    wanted = {'numpy': package('numpy', [], b'numpy')}
    pyodide.unpack(tmp_path / 'carrier.whl', wanted, tmp_path, target)
    assert files(target) == {'numpy-1.whl': b'numpy'}
    with pytest.raises(LiveError, match=r'does not carry pandas-1.whl: .*make live WHEELS='):
        pyodide.unpack(tmp_path / 'carrier.whl', {'pandas': package('pandas', [], b'')}, tmp_path, target)
    with pytest.raises(LiveError, match=r'cycler-1.whl is damaged'):
        pyodide.unpack(tmp_path / 'carrier.whl', {'cycler': package('cycler', [], b'cycler')}, tmp_path, target)
    assert set(files(target)) == {'numpy-1.whl'}


def test_a_failing_program_is_quoted(tmp_path):
    with pytest.raises(LiveError, match=r'(?s)Building failed:\n.*no such option'):
        pyodide.run([sys.executable, '-m', 'pip', '--wrong'], 'Building')


def test_autograd_is_the_one_of_the_lock():
    def pins(path):
        text = Path(path).read_text(encoding='utf-8').replace('\\\n', ' ')
        return set(re.search(r'^(autograd==.*)$', text, re.M)[1].split())
    assert pins(pyodide.PINS / 'wheels.txt') == pins(ROOT / 'requirements.lock')


def test_a_changed_package_is_noticed(tmp_path, monkeypatch):
    (tmp_path / 'd2lmini').mkdir()
    for name in ('pyproject.toml', 'README.md', 'LICENSE'):
        (tmp_path / name).write_text('')
    monkeypatch.setattr(pyodide, 'ROOT', tmp_path)
    states = []
    for change in ('a = 1', 'a = 2'):
        (tmp_path / 'd2lmini' / 'a.py').write_text(change)
        states.append(pyodide.state())
    (tmp_path / 'd2lmini' / 'a.py').rename(tmp_path / 'd2lmini' / 'b.py')
    states.append(pyodide.state())
    (tmp_path / 'README.md').write_text('What the wheel says about itself.')
    assert len({*states, pyodide.state()}) == 4


def test_the_wheel_of_a_changed_package_replaces_the_old_one(parts, monkeypatch):
    npm, wheels, own, out, _, prepare = parts
    pyodide.assemble(npm, wheels, own, out, pyodide.state(), prepare)
    monkeypatch.setattr(pyodide, 'FOLDER', out)
    built = []
    monkeypatch.setattr(pyodide, 'own_wheel', lambda: built.append(own) or own)
    prepared = []
    monkeypatch.setattr(pyodide, 'prepare_own', prepared.append)
    pyodide.refresh()
    assert built == []
    pyodide.assemble(npm, wheels, own, out, 'of an older tree', prepare)
    shutil.rmtree(npm)
    shutil.rmtree(wheels)               # the folder holds all that it is made of
    pyodide.refresh()
    assert len(built) == len(prepared) == 1
    pyodide.verify(out)
    pyodide.refresh()
    assert len(built) == 1


def test_a_folder_of_other_pins_or_damaged_is_made_again(parts, monkeypatch):
    npm, wheels, own, out, _, prepare = parts
    assert not pyodide.current(out)
    pyodide.assemble(npm, wheels, own, out, 'of an older tree', prepare)
    assert pyodide.current(out)                 # another d2lmini needs no other Python
    now = pyodide.pinned()
    monkeypatch.setattr(pyodide, 'pinned', lambda: now | {'prepared': 'in another way'})
    assert not pyodide.current(out)
    monkeypatch.setattr(pyodide, 'FOLDER', out)
    monkeypatch.setattr(pyodide, 'own_wheel', lambda: own)
    monkeypatch.setattr(pyodide, 'prepare_own', lambda folder: None)
    pyodide.refresh()
    assert not pyodide.current(out)             # a new wheel of d2lmini in it does not prepare the others anew
    monkeypatch.setattr(pyodide, 'pinned', lambda: now)
    assert pyodide.current(out)
    (out / 'numpy-1.whl').write_bytes(b'damaged')
    assert not pyodide.current(out)
    (out / pyodide.SUMS).write_text('{')
    assert not pyodide.current(out)


PAGE = """<html>
<head>
<meta charset="utf-8" />
<script>a = 1</script><script src="b.js"></script>
</head><body><button onclick="go(&quot;x&quot;)"></button></body></html>"""


def test_a_page_is_given_a_policy_that_knows_its_own_scripts_once():
    limited = cells.limit(PAGE)
    assert cells.limit(limited) == limited
    for code in ('a = 1', 'go("x")'):
        known = pyodide.integrity({'': pyodide.sha256(code.encode())})['']
        assert f"'{known}'" in limited
    assert limited.index('Content-Security-Policy') < limited.index('<script>')
    assert cells.OURS.sub('', limited) == PAGE
