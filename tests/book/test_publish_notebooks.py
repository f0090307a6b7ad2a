"""The branch of notebooks that Colab and Binder open, pushed to a remote on this disk."""
import shutil
import subprocess
import sys

import pytest
import yaml

from book import ROOT, addresses
from book.along import publish_notebooks
from helpers import git, refused

pytestmark = [pytest.mark.slow, pytest.mark.skipif(shutil.which('git') is None, reason='takes git')]


@pytest.fixture
def clone(tmp_path, monkeypatch):
    """A repository with one commit, and a remote."""
    for name, value in (('NAME', 'Tester'), ('EMAIL', 'tester@example.org')):
        monkeypatch.setenv(f'GIT_AUTHOR_{name}', value)
        monkeypatch.setenv(f'GIT_COMMITTER_{name}', value)
    root = tmp_path / 'clone'
    git(tmp_path, 'init', '-q', '-b', 'main', str(root))
    git(tmp_path, 'init', '-q', '--bare', 'remote')
    (root / 'text').write_text('source')
    (root / '.gitignore').write_text('_build\n*.ipynb\n')
    git(root, 'add', '.')
    git(root, 'commit', '-q', '-m', 'First')
    return root


def test_the_branch_holds_the_executed_notebooks_and_nothing_else_moves(clone, tmp_path):
    built = clone / '_build' / 'html' / 'downloads'
    built.mkdir(parents=True)
    (built / 'adam-executed.ipynb').write_text('{"executed": true}')
    (built / 'adam.ipynb').write_text('{"executed": false}')
    repo = addresses.parse('https://github.com/o/n', 'main')
    before = git(clone, 'log', '--all', '--format=%H'), git(clone, 'status', '--porcelain')
    for _ in range(2):                                                                  # again: the branch is replaced
        publish_notebooks.publish(str(tmp_path / 'remote'), repo, built, root=clone)
    assert (git(clone, 'log', '--all', '--format=%H'), git(clone, 'status', '--porcelain')) == before
    git(tmp_path, 'clone', '-q', '-b', 'notebooks', 'remote', 'seen')
    seen = {path.name: path.read_text() for path in (tmp_path / 'seen').iterdir() if path.is_file()}
    assert set(seen) == {'adam.ipynb', 'requirements.txt', 'runtime.txt', 'README.md'}
    assert seen['adam.ipynb'] == '{"executed": true}'
    assert 'd2lmini @ git+https://github.com/o/n@main' in seen['requirements.txt']
    assert git(tmp_path / 'seen', 'rev-list', '--count', 'HEAD') == '1'


def test_without_a_build_nothing_is_pushed(clone, tmp_path):
    repo = addresses.parse('https://github.com/o/n', 'main')
    refused(lambda: publish_notebooks.publish(str(tmp_path / 'remote'), repo, clone / 'nowhere', root=clone),
            FileNotFoundError, ['nowhere', 'make book'])
    assert git(tmp_path / 'remote', 'branch', '--all') == ''


def test_no_repository_is_set_by_default_and_then_nothing_is_published():
    settings = yaml.safe_load((ROOT / '_config.yml').read_text(encoding='utf-8'))
    if settings['sphinx']['config']['repository_url']:
        pytest.skip('this copy names its repository')
    done = subprocess.run([sys.executable, '-m', 'book.along.publish_notebooks'], capture_output=True,
                          text=True, check=True)
    assert 'nothing to publish' in done.stdout
