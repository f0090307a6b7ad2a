"""Options of the test runs; notebooks are compared as notebooks.py says."""
import random

import pytest


def pytest_addoption(parser):
    parser.addoption('--shuffle', type=int, metavar='SEED', help='run the tests, but no notebooks, in a random order')


def pytest_collection_modifyitems(config, items):
    if config.getoption('--shuffle') is not None:
        random.Random(config.getoption('--shuffle')).shuffle(items)


def pytest_configure(config):
    config.option.nbval = config.option.nbval_lax = False   # notebooks are collected below, once, with our rule


def pytest_collect_file(file_path, parent):
    if file_path.suffix == '.ipynb':
        from notebooks import Recording  # here, as nbval takes seconds to import

        return Recording.from_parent(parent, path=file_path)
    return None


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(terminalreporter, config):
    """Close with the machines of the recordings that failed, theirs and this one."""
    yield
    failed = {report.nodeid.partition('::')[0] for report in terminalreporter.stats.get('failed', [])}
    paths = [config.rootpath / name for name in sorted(failed) if name.endswith('.ipynb')]
    if paths:
        from notebooks import explain

        for line in explain(paths):
            terminalreporter.write_line(line)
