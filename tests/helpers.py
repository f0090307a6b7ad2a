"""Helpers of the tests: a call that must be refused, Python in a process of its own, and git without settings."""
import ast
import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

import d2lmini
from d2lmini import engine

# MXNet takes ten times as long for many steps of small arrays: there, some tests and files are among the slow ones.
slow_file_on_mxnet = [pytest.mark.slow, pytest.mark.many_steps] if engine.name == 'mxnet' else []


def slow_on_mxnet(test):
    """Mark one test as `slow_file_on_mxnet` marks a file."""
    for mark in slow_file_on_mxnet:
        test = mark(test)
    return test


def refused(call, error, fragments):
    """Check that a call raises this very error, with all fragments in a message of bearable length."""
    with pytest.raises(error) as caught:
        call()
    message = str(caught.value)
    assert type(caught.value) is error, message
    assert [f for f in fragments if f not in message] == [], message
    assert len(message) < 1000


def python(code, *paths, **env):
    """Run code in a new process with this d2lmini, `paths` before it on the path, and only this D2LMINI_ENGINE."""
    path = os.pathsep.join(map(str, (*paths, Path(d2lmini.__file__).parents[1])))
    kept = {k: v for k, v in os.environ.items() if k != 'D2LMINI_ENGINE'}
    return subprocess.run([sys.executable, '-W', 'ignore', '-c', code], capture_output=True, text=True, check=False,
                          env=kept | {'PYTHONPATH': path, 'MPLBACKEND': 'agg'} | env)


@contextmanager
def no_longer_d2l():
    """Take away what d2lmini.install_as_d2l() did in the block, so that the order of tests does not matter."""
    before, modules = set(vars(d2lmini)), {name for name in sys.modules if name.partition('.')[0] == 'd2l'}
    yield
    parts = {name.removeprefix('d2lmini.') for name in sys.modules if name.startswith('d2lmini.')}
    for name in set(vars(d2lmini)) - before - parts:
        delattr(d2lmini, name)
    for name in {name for name in sys.modules if name.partition('.')[0] == 'd2l'} - modules:
        del sys.modules[name]


def git(cwd, *arguments):
    """Run git as a tester whom no settings of this machine or of a repository around concern; return what it prints."""
    own = {k: v for k, v in os.environ.items() if not k.startswith('GIT_')} | {
        'GIT_CONFIG_GLOBAL': os.devnull, 'GIT_CONFIG_NOSYSTEM': '1'}
    for who in ('AUTHOR', 'COMMITTER'):
        own |= {f'GIT_{who}_NAME': 'Tester', f'GIT_{who}_EMAIL': 'tester@example.org'}
    done = subprocess.run(['git', *arguments], cwd=cwd, env=own, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def imported(path):
    """Yield (dotted name, whether inside a function) for each import of a file."""
    tree = ast.parse(path.read_text(encoding='utf-8'))
    late = {id(inner) for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.Lambda))
            for inner in ast.walk(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, id(node) in late) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f'{path}: imports are absolute'
            yield from ((f'{node.module}.{alias.name}', id(node) in late) for alias in node.names)
