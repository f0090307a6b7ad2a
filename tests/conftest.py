"""Options of the test runs, and their order; notebooks are compared as notebooks.py says."""
import importlib.util
import random
from collections import Counter

import pytest

# Begun last, one of these would leave the other processors idle.
LONGEST = ('which-optimizer.ipynb', 'test_built_book.py', 'test_lab.py', 'lr-scheduler.ipynb')

collect_ignore = [] if importlib.util.find_spec('distributed') else ['cluster']     # make test-cluster has it


def pytest_addoption(parser):
    parser.addoption('--shuffle', type=int, metavar='SEED', help='run the tests, but no notebooks, in a random order')
    parser.addoption('--engines', default='', metavar='NAMES', help='compare the recordings on each of these engines, '
                     'such as "mxnet numpy"; without it on the one of D2LMINI_ENGINE')


def pytest_collection_modifyitems(config, items):
    turns = {name: turn for turn, name in enumerate(LONGEST)}
    items.sort(key=lambda item: turns.get(item.path.name, len(LONGEST)))
    if config.getoption('--shuffle') is not None:
        random.Random(config.getoption('--shuffle')).shuffle(items)


def pytest_configure(config):
    config.option.nbval = config.option.nbval_lax = False   # notebooks are collected below, once, with our rule


def pytest_collect_file(file_path, parent):
    if file_path.suffix == '.ipynb':
        from notebooks import Engines, Recording  # here, as nbval takes seconds to import

        kind = Engines if parent.config.getoption('--engines').split() else Recording
        return kind.from_parent(parent, path=file_path)
    return None


def recording(report) -> tuple[str, str]:
    """Return the file of a test, and the engine if it is a notebook on one of several."""
    path, *names = report.nodeid.split('::')
    return path, names[0] if path.endswith('.ipynb') and len(names) > 1 else ''


def part(report) -> str:
    """Name the part of the run to which a test belongs."""
    engine = recording(report)[1]
    return f'recorded notebooks, {engine} engine' if engine else 'tests'


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(terminalreporter, config):
    """Close with the counts of each part, and the machines of the recordings that failed, theirs and this one."""
    yield
    if config.getoption('--engines').split():
        passed, bad = (Counter(part(report) for kind in kinds for report in terminalreporter.stats.get(kind, []))
                       for kinds in (['passed'], ['failed', 'error']))
        for name in sorted(passed | bad):
            terminalreporter.write_line(f'{name}: {passed[name]} of {passed[name] + bad[name]}')
    failed = {recording(report) for report in terminalreporter.stats.get('failed', [])}
    named = [(config.rootpath / name, engine) for name, engine in sorted(failed) if name.endswith('.ipynb')]
    if named:
        from notebooks import explain

        for line in explain(named):
            terminalreporter.write_line(line)
