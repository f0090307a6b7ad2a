"""The house rules of book/ and proof/: nothing imports upward, and each room says what it is."""
import ast
import re
import subprocess
import sys

import pytest

from book import ROOT
from helpers import imported

OURS = ('book', 'proof', 'study', 'd2lmini', 'tests')
COMMON = {'book', 'd2lmini'}
# A room: what it may import of this project, besides itself. The libraries are free for all.
MAY_IMPORT = {
    'book': {'book'},
    'book.execute': COMMON,
    'book.pages': COMMON | {'book.execute'},
    'book.live': COMMON | {'book.execute'},
    'book.along': COMMON | {'book.execute'},
    'proof': COMMON | {'book.execute', 'proof'},
    'study': {'d2lmini'},
}
FILES = sorted(path.relative_to(ROOT) for name in ('book', 'proof', 'study') for path in (ROOT / name).rglob('*.py')
               if not {'web', 'node_modules'} & set(path.parts))


def room(parts) -> str:
    """Return the room of a module, by the parts of its dotted name: its folder, if that is one, or the house."""
    name = '.'.join(parts[:2])
    return name if name in MAY_IMPORT else parts[0]


@pytest.mark.parametrize('path', FILES, ids=str)
def test_nothing_imports_upward(path):
    own = room(path.with_suffix('').parts)
    for name, _ in imported(ROOT / path):
        if name.split('.')[0] in OURS:
            assert room(name.split('.')) in MAY_IMPORT[own] | {own}, f'{path} imports {name}'


@pytest.mark.parametrize('name', MAY_IMPORT)
def test_every_room_says_what_it_is_and_what_it_may_import(name):
    text = (ROOT / name.replace('.', '/') / '__init__.py').read_text(encoding='utf-8')
    assert 'import' in ast.get_docstring(ast.parse(text)).splitlines()[-1]


def test_what_the_measurement_of_frameworks_imports_from_book_needs_no_library():
    """Its environment holds those libraries and their dependencies alone. (-S: no packages.)"""
    names = [name for name, _ in imported(ROOT / 'frameworks' / 'measure.py') if name.split('.')[0] == 'book']
    files = [(ROOT / name.replace('.', '/')).with_suffix('.py') for name in names]
    modules = {name if file.is_file() else name.rpartition('.')[0] for name, file in zip(names, files, strict=True)}
    assert len(modules) >= 3
    command = [sys.executable, '-S', '-c', f'import {", ".join(modules)}']
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_every_folder_of_the_house_is_a_room_or_lies_in_one():
    folders = {path.parent for path in FILES}
    inside = {'proof/noise', 'proof/golden', 'proof/parity', 'book/live/lean'}  # programs that others start
    assert {str(folder) for folder in folders} - inside == {name.replace('.', '/') for name in MAY_IMPORT}


def test_chapters_hold_text_and_drawings_alone():
    kinds = {path.suffix for path in (ROOT / 'chapters').rglob('*') if path.is_file() and 'checks' not in path.parts
             and not {'.ipynb_checkpoints', '__pycache__'} & set(path.parts)}
    assert kinds <= {'.md', '.bib', '.svg', '.png'}


def test_the_makefile_stays_a_list_of_commands():
    """What is a program has a file of its own; each target that a reader may call says what it does."""
    lines = (ROOT / 'Makefile').read_text(encoding='utf-8').splitlines()
    assert len(lines) < 100
    assert not [line for line in lines if re.match(r'\t@?(for|if|while|case)\b', line)]
