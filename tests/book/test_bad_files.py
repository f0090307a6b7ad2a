"""Files, disks and interpreters that fail: what is refused, and that nothing is lost."""
import errno
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

import d2lmini as d2l
from book import ROOT
from book.execute import record
from d2lmini.data import airfoil, digits
from helpers import refused

READERS = pytest.mark.parametrize('read', [airfoil.read_airfoil, d2l.load_digits], ids=['airfoil', 'digits'])


@READERS
def test_a_data_file_that_may_not_be_read_is_named(read, monkeypatch):
    def refuse(path):
        raise PermissionError(errno.EACCES, 'Permission denied', str(path))
    monkeypatch.setattr(Path, 'read_bytes', refuse)
    refused(read, PermissionError, ['data file', 'Permission denied', 'install d2lmini again'])


@READERS
def test_a_disk_that_fails_is_told(read, monkeypatch):
    def fail(path):
        raise OSError(errno.EIO, 'Input/output error', str(path))
    monkeypatch.setattr(Path, 'read_bytes', fail)
    refused(read, OSError, ['data file', 'Input/output error', 'install d2lmini again'])


@READERS
def test_a_path_may_be_text(read, tmp_path):
    refused(lambda: read(str(tmp_path / 'none')), FileNotFoundError, [str(tmp_path / 'none'), 'No such file'])


@READERS
def test_a_folder_is_no_data_file(read, tmp_path):
    with pytest.raises(OSError, match='cannot read the data file'):
        read(tmp_path)


@READERS
@pytest.mark.parametrize('path', [3, b'x', ['x']], ids=['number', 'bytes', 'list'])
def test_a_path_of_another_type_is_refused(read, path):
    refused(lambda: read(path), TypeError, [f'path={path!r}', 'pass the path of a file, or None'])


@READERS
@pytest.mark.parametrize('damage', [lambda b: b[:-1], lambda b: b[1:], lambda b: b'', lambda b: bytes(len(b))],
                         ids=['truncated', 'beheaded', 'empty', 'zeros'])
def test_a_damaged_file_is_refused(read, damage, tmp_path):
    module = airfoil if read is airfoil.read_airfoil else digits
    path = tmp_path / 'data'
    path.write_bytes(damage(digits.verified(module.FILE, module.SHA256)))
    refused(lambda: read(path), ValueError, [str(path), 'damaged', 'SHA-256', module.SHA256, 'install d2lmini again'])


@READERS
def test_a_read_only_file_is_enough(read, tmp_path):
    module = airfoil if read is airfoil.read_airfoil else digits
    path = tmp_path / 'data'
    path.write_bytes(digits.verified(module.FILE, module.SHA256))
    path.chmod(0o400)
    assert len(read(path)) > 0


# Recording: whole, or not at all.
@pytest.fixture
def recorded(tmp_path, monkeypatch):
    """An old recording, and a chapter whose execution would give a new one."""
    target = tmp_path / 'recorded' / 'page.ipynb'
    target.parent.mkdir()
    target.write_text('the old recording')
    page = tmp_path / 'page.md'
    page.write_text('# A page\n\n```{code-cell} ipython3\n1\n```\n')
    monkeypatch.setattr(record.chapters, 'with_code', lambda: [page])
    monkeypatch.setattr(record.record, '__defaults__', (target.parent,))
    new = new_notebook(cells=[new_code_cell('1', id='c0')], metadata={'compared': 1})
    monkeypatch.setattr(record, 'execute', lambda path: new)
    return page, target


def full(*args, **kwargs):
    raise OSError(errno.ENOSPC, 'No space left on device')


def read_only(*args, **kwargs):
    raise OSError(errno.EROFS, 'Read-only file system')


class FullFile:
    """An open file on a disk that fills up after ten characters."""

    def __init__(self, handle, *args, **kwargs):
        self.file = os.fdopen(handle, 'w')

    def __enter__(self):
        return self

    def __exit__(self, *why):
        self.file.close()

    def write(self, text):
        self.file.write(text[:10])
        full()


@pytest.mark.parametrize(('name', 'failing', 'fragment'), [
    ('book.files.os.replace', full, 'No space left on device'),
    ('book.files.open', FullFile, 'No space left on device'),
    ('book.files.os.chmod', read_only, 'Read-only file system'),
    ('book.files.tempfile.mkstemp', read_only, 'Read-only file system'),
    ('book.files.Path.mkdir', full, 'No space left on device'),
], ids=['full when renamed', 'full when written', 'read-only at the end', 'read-only', 'full for the folder'])
def test_a_recording_is_written_whole_or_not_at_all(recorded, monkeypatch, capsys, name, failing, fragment):
    page, target = recorded
    monkeypatch.setattr(name, failing, raising=False)
    assert record.main([str(page)]) == 1
    monkeypatch.undo()
    printed = capsys.readouterr().err
    for part in ('page.md was not recorded; its old recording stays', fragment, 'page.ipynb', 'free some space'):
        assert part in printed
    assert target.read_text() == 'the old recording'
    assert [path.name for path in target.parent.iterdir()] == ['page.ipynb']


def test_an_interrupted_recording_leaves_the_old_one(recorded, monkeypatch):
    page, target = recorded

    def interrupt(*args):
        raise KeyboardInterrupt
    monkeypatch.setattr('book.files.os.replace', interrupt)
    with pytest.raises(KeyboardInterrupt):
        record.main([str(page)])
    assert target.read_text() == 'the old recording'
    assert [path.name for path in target.parent.iterdir()] == ['page.ipynb']


def test_nothing_wrong_is_recorded(recorded, capsys):
    page, target = recorded
    assert record.main([str(page)]) == 0
    assert capsys.readouterr().out == 'page.md: 1 outputs recorded\n'
    assert nbformat.read(target, 4).cells[0].source == '1'
    assert [path.name for path in target.parent.iterdir()] == ['page.ipynb']


@pytest.mark.parametrize('name', ['none.md', 'README.md', 'nowhere/page.md'])
def test_what_is_no_chapter_is_not_recorded(recorded, capsys, name):
    page, target = recorded
    (page.parent / 'README.md').write_text('# No code\n')
    assert record.main([str(page.parent / name)]) == 1
    printed = capsys.readouterr().err
    assert f'{name} is not a chapter with code cells that _toc.yml lists: list it there, or name one such as' in printed
    assert [path.name for path in target.parent.iterdir()] == ['page.ipynb']


# make: an interpreter that will not do is named before anything is made.
@pytest.fixture
def project(tmp_path):
    """A project that has never been set up; nothing in it could be."""
    (tmp_path / 'book').mkdir()
    for name in ('Makefile', 'pyproject.toml', 'requirements.lock', 'book/environment.sh'):
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def fake(project, name, code):
    path = project / name
    path.write_text(f'#!/bin/sh\n{code}\n')
    path.chmod(0o755)
    return path


def make(project, *arguments, **env):
    done = subprocess.run(['make', '-C', str(project), *arguments], capture_output=True, text=True, check=False,
                          env={'PATH': os.environ['PATH'], 'HOME': str(project)} | env)
    assert not (project / '.venv').exists()
    return done.returncode, done.stdout + done.stderr


@pytest.mark.skipif(sys.platform == 'win32', reason='make is for POSIX')
@pytest.mark.parametrize(('target', 'code'), [
    ('book', None), ('test', None), ('record', None), ('book', 'exit 1'), ('test-fast', 'echo Python 3.10; exit 1'),
    ('lint', 'exit 127'), ('lab', 'kill -9 $$'),
], ids=['book, missing', 'test, missing', 'record, missing', 'too old', 'too old, and says so', 'broken', 'killed'])
def test_make_names_an_interpreter_that_will_not_do(project, target, code):
    python = project / 'python3.10' if code is None else fake(project, 'python3.10', code)
    status, printed = make(project, target, f'PYTHON={python}')
    assert status != 0
    for part in (f'PYTHON={python} will not do', 'must be Python 3.11 to 3.14, with venv', 'make book PYTHON=/path/to'):
        assert part in printed


@pytest.mark.skipif(sys.platform == 'win32', reason='make is for POSIX')
def test_make_says_what_it_needs_where_there_is_no_python(project):
    tools = project / 'bin'
    tools.mkdir()
    for name in ('make', 'bash', 'sh', 'test', 'echo', 'uname'):
        if found := shutil.which(name):
            (tools / name).symlink_to(found)
    status, printed = make(project, 'book', PATH=str(tools))
    assert status != 0
    for part in ('No suitable Python was found', '3.11, 3.12, 3.13 and 3.14', 'apt install python3-venv', 'PYTHON='):
        assert part in printed


@pytest.mark.skipif(sys.platform == 'win32', reason='make is for POSIX')
def test_make_names_a_target_that_does_not_exist(project):
    status, printed = make(project, 'bok')
    assert status != 0
    assert "No rule to make target 'bok'" in printed


@pytest.mark.skipif(sys.platform == 'win32', reason='make is for POSIX')
def test_make_alone_lists_the_targets(project):
    status, printed = make(project)
    assert status == 0
    assert {'book', 'test', 'test-fast', 'record'} <= {line.split()[0] for line in printed.splitlines() if line.strip()}
