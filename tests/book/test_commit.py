"""The commit in the footer: of this copy, or none; never that of a project around it."""
import shutil

import pytest

from book import commit
from helpers import git

NEEDS_GIT = pytest.mark.skipif(shutil.which('git') is None, reason='takes git')


def history(root):
    """Make a repository with one commit at root, and return the commit."""
    root.mkdir()
    git(root, 'init', '-q')
    git(root, 'commit', '-q', '--allow-empty', '-m', 'First')
    return git(root, 'rev-parse', 'HEAD')


@NEEDS_GIT
def test_a_clone_names_its_commit(tmp_path):
    full, short = history(tmp_path / 'clone'), commit.commit_of_this_copy(tmp_path / 'clone')
    assert len(short) >= 7
    assert full.startswith(short)


@NEEDS_GIT
def test_an_archive_unpacked_in_another_project_has_no_commit(tmp_path):
    history(tmp_path / 'other')
    (tmp_path / 'other' / 'unpacked').mkdir()
    assert commit.commit_of_this_copy(tmp_path / 'other' / 'unpacked') == ''


def test_without_git_there_is_no_commit(tmp_path, monkeypatch):
    monkeypatch.setenv('PATH', str(tmp_path))
    assert commit.commit_of_this_copy() == ''
