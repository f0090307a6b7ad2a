"""A clone as Git makes it on Windows, with core.autocrlf=true: the bytes stay, and data that were converted say so."""
import shutil

import pytest

import d2lmini as d2l
from book import ROOT
from d2lmini.data import airfoil, digits
from helpers import git, refused
from proof.matrix import LEFT_OUT

ATTRIBUTES = '.gitattributes'
NEEDS_GIT = pytest.mark.skipif(shutil.which('git') is None, reason='takes git')


@pytest.fixture(scope='module')
def tree(tmp_path_factory):
    """The files of this project, as they are now, committed to a repository of their own."""
    root = tmp_path_factory.mktemp('here') / 'tree'
    shutil.copytree(ROOT, root, ignore=LEFT_OUT)
    shutil.copy(ROOT / ATTRIBUTES, root)
    git(root, 'init', '-q')
    git(root, '-c', 'core.autocrlf=false', 'add', '--all', '--force')
    git(root, 'commit', '-q', '-m', 'All')
    return root


def converted(tree, to):
    """Clone as on Windows."""
    git(tree, 'clone', '-q', '-c', 'core.autocrlf=true', str(tree), str(to))
    return to


@NEEDS_GIT
@pytest.mark.slow
def test_a_clone_on_windows_has_the_same_bytes_and_its_data_pass_their_checksums(tree, tmp_path):
    clone = converted(tree, tmp_path / 'clone')
    files = [path.relative_to(tree) for path in tree.rglob('*') if path.is_file() and '.git' not in path.parts]
    assert len(files) > 200
    assert [str(name) for name in files if (clone / name).read_bytes() != (tree / name).read_bytes()] == []
    data = clone / 'd2lmini' / 'data'
    assert len(airfoil.read_airfoil(data / airfoil.FILE)) == airfoil.ROWS
    assert len(d2l.load_digits(data / digits.FILE)[1]) == 1797


@NEEDS_GIT
@pytest.mark.slow
def test_without_our_attributes_git_would_convert_the_data_and_the_message_says_so(tree, tmp_path):
    bare = tmp_path / 'tree'
    git(tree, 'clone', '-q', '-c', 'core.autocrlf=false', str(tree), str(bare))
    git(bare, 'rm', '-q', ATTRIBUTES)
    git(bare, 'commit', '-q', '-m', 'No attributes')
    data = converted(bare, tmp_path / 'clone') / 'd2lmini' / 'data' / airfoil.FILE
    assert data.read_bytes().count(b'\r\n') == 1504
    refused(lambda: airfoil.read_airfoil(data), ValueError,
            [str(data), 'damaged', 'SHA-256', airfoil.SHA256, 'line ends were converted from LF to CRLF',
             'core.autocrlf=true', f'git checkout -- {airfoil.FILE}', 'install d2lmini again'])


@pytest.mark.parametrize('damage', [lambda b: b[:-1], lambda b: b.replace(b'\n', b'\r\n')[:-2]],
                         ids=['truncated', 'converted, then truncated'])
def test_other_damage_is_not_taken_for_line_ends(damage, tmp_path):
    path = tmp_path / 'data.csv'
    path.write_bytes(damage(airfoil.verified(airfoil.FILE, airfoil.SHA256)))
    refused(lambda: airfoil.read_airfoil(path), ValueError, ['damaged', 'or restore the file'])
