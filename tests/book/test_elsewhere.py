"""Python from a public address: what is pinned is what npm and the official lock say, and the book brings the rest."""
import importlib.metadata
import json
import zipfile
from pathlib import Path

import pytest

from book.live import elsewhere, pyodide

PINNED = json.loads(elsewhere.PINNED.read_text(encoding='utf-8'))
ADDRESS = 'https://example.org/'


def test_the_version_is_the_one_that_make_live_installs():
    wanted = json.loads((pyodide.PINS / 'package.json').read_text(encoding='utf-8'))['dependencies']['pyodide']
    assert PINNED['version'] == wanted


def test_every_file_is_pinned_and_every_wheel_with_the_sum_of_the_lock():
    wheels = {p['file_name']: p['sha256'] for p in PINNED['lock']['packages'].values()}
    assert PINNED['files'].keys() == PINNED['paths'].keys() == {*pyodide.CORE, *wheels}
    assert pyodide.integrity(wheels).items() <= PINNED['files'].items()
    assert PINNED['lock']['packages'] == pyodide.needed(PINNED['lock']['packages'])


@pytest.mark.parametrize(('address', 'why'), [
    (ADDRESS, None), ('https://example.org/copy/', None), ('http://127.0.0.1:8000/', None),
    ('http://example.org/', 'https://'), ('ftp://example.org/', 'https://'), ('https://example.org', 'end with /'),
    ("https://example.org/'; script-src *; x/", 'folder of the web'), ('https:///', 'host'), (7, 'int'),
])
def test_an_address_is_a_folder_of_the_web(address, why):
    found = elsewhere.complaint(address)
    assert found is None if why is None else why in found


def test_pinning_reads_the_npm_package(tmp_path):
    for name in pyodide.CORE:
        (tmp_path / name).write_text(name)
    (tmp_path / 'package.json').write_text('{"version": "9.9"}')
    (tmp_path / pyodide.LOCK).write_text(json.dumps(PINNED['lock']))
    found = elsewhere.pin(tmp_path)
    assert found['version'] == '9.9'
    assert found['lock'] == PINNED['lock']
    assert found['paths']['pyodide.mjs'] == 'npm/pyodide@9.9/pyodide.mjs'
    assert found['files']['pyodide.mjs'] == 'sha256-OBVpcJtBeVCUfXpsrMDybDva+K8O3jfTy1XbkWZGwWY='


@pytest.fixture
def made(tmp_path, monkeypatch):
    """Return the folder that a book would bring, with a stand-in for d2lmini's wheel, and how often that was built."""
    built, own = [], tmp_path / 'd2lmini-0.1.0-py3-none-any.whl'
    own.write_text('wheel')
    monkeypatch.setattr(pyodide, 'own_wheel', lambda: built.append(own) or own)
    monkeypatch.setattr(elsewhere, 'FOLDER', tmp_path / 'build' / 'elsewhere')
    return lambda address=ADDRESS: (elsewhere.current(address), len(built))


def test_the_book_brings_two_wheels_the_lock_and_the_sums_and_places_of_all_files(made):
    folder, _ = made()
    sums = json.loads((folder / pyodide.SUMS).read_text(encoding='utf-8'))
    own = {path.name for path in folder.iterdir()} - {pyodide.SUMS}
    assert {name.partition('-')[0] for name in own} == {'autograd', 'd2lmini', 'pyodide'}
    assert sums['files'].keys() == own | PINNED['files'].keys()
    assert sums['from'] == {name: ADDRESS + path for name, path in PINNED['paths'].items()}
    computed = {name: pyodide.sha256((folder / name).read_bytes()) for name in own}
    assert pyodide.integrity(computed).items() <= sums['files'].items()
    lock = json.loads((folder / pyodide.LOCK).read_text(encoding='utf-8'))
    assert lock['packages']['d2lmini']['depends'] == ['autograd', 'numpy']
    assert all(url.startswith(tuple(elsewhere.places(ADDRESS))) for url in sums['from'].values())


def test_the_folder_is_made_again_only_for_another_address(made):
    assert made()[1] == 1
    assert made()[1] == 1
    assert made('https://example.com/')[1] == 2


def test_the_wheel_of_autograd_holds_what_is_installed(tmp_path):
    path = elsewhere.pack('autograd', tmp_path)
    assert path.name == f'autograd-{importlib.metadata.version("autograd")}-py3-none-any.whl'
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        for file in importlib.metadata.files('autograd'):
            if file.suffix == '.py':
                assert archive.read(file.as_posix()) == Path(file.locate()).read_bytes()
    assert 'autograd/__init__.py' in names
    assert any(name.endswith('.dist-info/METADATA') for name in names)
    assert not any('..' in name or name.endswith('.pyc') for name in names)
