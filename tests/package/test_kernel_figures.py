"""What a notebook shows of a cell that draws: in a real kernel, which closes figures, and in the page's own shell.

Under Agg a figure that is shown stays open; a kernel shows and closes it, and what is drawn then goes to another.
"""
import functools
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import nbformat
import pytest
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient

import d2lmini
from book import ROOT
from book.execute import kernels

pytestmark = pytest.mark.slow

SIZE = re.compile(r'<svg[^>]* width="([\d.]+)pt" height="([\d.]+)pt"')
TEXT = re.compile(r'<!-- (.*?) -->')
CURVE = re.compile(r'clip-path="[^"]*" style="fill: none;[^"]*stroke: #(?!d9d9d9)')     # no line of the grid
DATA = 'data_iter, feature_dim = d2l.get_data_ch10(batch_size=100)'


class Shows(NamedTuple):
    """What a cell shows: each figure by texts that stand in it, its curves, and whether it is twice as wide as high."""

    figures: tuple          # of tuples of texts
    order: str = ''         # T for text, F for a figure, E for an error; by default figures alone
    lines: int | None = None
    wide: bool | None = None


# The cells run one after the other, in one notebook.
CELLS = {
    'plot, then a note': ("d2l.plot([1, 2], [3, 4])\nd2l.annotate('here', (1, 3), (1.5, 3.5))",
                          Shows((('here',),), lines=1)),
    'plot, then a scale': ("d2l.plot([1, 100], [3, 4])\nd2l.plt.gca().set_xscale('log')",
                           Shows((('$\\mathdefault{10^{2}}$',),), lines=1)),
    'plot, then a curve and a title': ("d2l.plot([1, 2], [3, 4])\nd2l.plt.plot([1, 2], [4, 3])\nd2l.plt.title('two');",
                                       Shows((('two',),), lines=2)),
    'plot on axes': ("_, axes = d2l.plt.subplots(1, 2)\nfor ax in axes: d2l.plot([1, 2], [3, 4], 'x', axes=ax)\n"
                     "axes[0].set_title('left');", Shows((('left', 'x', 'x'),), lines=2)),
    'plot in a figure of the reader': ("d2l.plt.figure(figsize=(6, 2))\nd2l.plot([1, 2], ylabel='mine')",
                                       Shows((('mine',),), wide=True)),
    'plot, shown by hand': ("d2l.plot([1, 2], xlabel='one')\nd2l.plt.show()\nprint('after')", Shows((('one',),), 'FT')),
    'two plots': ("d2l.plot([1, 2], xlabel='one')\nprint('between')\nd2l.plot([1, 2], xlabel='two')",
                  Shows((('one',), ('two',)), 'TFF')),
    'a figure of the reader, and a plot': ("_, ax = d2l.plt.subplots()\nax.plot([1, 2])\n"
                                           "d2l.plot([1, 2], xlabel='ours')\nax.set_title('mine');",
                                           Shows((('mine',), ('ours',)), 'FF')),
    'a size that stays': ("d2l.set_figsize((6, 2))\nd2l.plot([1, 2])", Shows(((),), wide=True)),
    'and stays in the next cell': ("d2l.plot([1, 2])\nd2l.plot([1, 2], figsize=(3, 3))", Shows(((), ()), 'FF')),
    'training, then a note': (f"{DATA}\nd2l.train_ch10(d2l.sgd, None, {{'lr': 0.4}}, data_iter, feature_dim)\n"
                              "d2l.annotate('low', (1, 0.25), (1, 0.3))\nd2l.plt.gca().set_title('both');",
                              Shows((('epoch', 'low', 'both'),), 'TF', lines=1, wide=True)),
    'training by name, then a title': ("d2l.train_gluon_ch10('sgd', {'learning_rate': 0.4}, data_iter)\n"
                                       "d2l.plt.title('named');", Shows((('epoch', 'named'),), 'TF', wide=True)),
    'training that diverges': ("def worse(params, states, hyperparams): params[0][:] = float('nan')\n"
                               "d2l.train_ch10(worse, None, {}, data_iter, feature_dim)",
                               Shows((('epoch',),), 'EF', wide=True)),
    'a loop that trains': ("for lr in (0.2, 0.4): d2l.train_ch10(d2l.sgd, None, {'lr': lr}, data_iter, feature_dim)",
                           Shows((('epoch',), ('epoch',)), 'TFTF', wide=True)),
    'many figures': ("for i in range(23): d2l.plot([i, 1])", Shows(((),) * 23, 'F' * 23)),
    'the usual size': ("d2l.set_figsize()\nd2l.plot([1, 2])", Shows(((),), wide=False)),
    'points, then a note': ("animator = d2l.Animator('step', legend=['loss'])\n"
                            "for i in range(5): animator.add(i, i * i)\n"
                            "print('before')\nd2l.annotate('last', (4, 16), (2, 10))",
                            Shows((('step', 'loss', 'last'),), 'TF', lines=1)),
    'points of the next cell': ("animator.add(5, 25)", Shows((('step', 'loss', '25'),), lines=1)),
    'two curves that grow in turn': ("one, two = d2l.Animator('one'), d2l.Animator('two')\n"
                                     "for i in range(3):\n    one.add(i, i)\n    two.add(i, i)",
                                     Shows((('one',), ('two',)), 'FF')),
    'a path, then a title': ("d2l.show_trace_2d(lambda x1, x2: x1 ** 2 + x2, [(-5, -2), (0, 0)])\n"
                             "d2l.plt.title('path');", Shows((('x1', 'x2', 'path'),))),
    'a call that is refused': ("d2l.plot([1, 2], fmts='zz')", Shows((), 'E')),
    'nothing is left over': ("len(d2l.plt.get_fignums())", Shows((), 'T')),
}
SHELL = '''
import asyncio, ast, inspect, json, sys, types
class CodeRunner:
    def __init__(self, code, filename, flags):
        self.code, self.filename, self.flags = code, filename, flags
        self.ast = ast.parse(code, filename)
    def compile(self):
        return self
    async def run_async(self, scope):
        *first, last = self.ast.body
        exec(compile(ast.Module(first, []), self.filename, 'exec', self.flags), scope)
        if isinstance(last, ast.Expr) and not self.code.rstrip().endswith(';'):
            return eval(compile(ast.Expression(last.value), self.filename, 'eval', self.flags), scope)
        exec(compile(ast.Module([last], []), self.filename, 'exec', self.flags), scope)
sys.modules['pyodide'] = types.ModuleType('pyodide')
sys.modules['pyodide.code'] = types.SimpleNamespace(CodeRunner=CodeRunner)
out = sys.stdout
import live_shell
live_shell.install()
found = []
for number, code in enumerate(json.load(sys.stdin)):
    shown = []
    asyncio.run(live_shell.run(number, code, lambda kind, text: shown.append([kind, text])))
    found.append(shown)
json.dump(found, out)
'''
KINDS = {'text': 'T', 'figure': 'F', 'error': 'E'}


def of_kernel(sources):
    """Return [kind, text] for each output of each cell, in a kernel with its usual settings."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
    path = os.pathsep.join(filter(None, [str(Path(d2lmini.__file__).parents[1]), os.environ.get('PYTHONPATH')]))
    with kernels.settings() as environment:
        environment['PYTHONPATH'] = path
        manager = kernels.manager(AsyncKernelManager, environment)
        client = NotebookClient(notebook, manager, timeout=120, allow_errors=True)
        client.execute(env=environment, cleanup_kc=True)

    def shown(output):
        if output.output_type == 'error':
            return 'error', output.evalue
        if output.output_type == 'stream':
            assert output.name == 'stdout', output.text
            return 'text', output.text
        picture = output.data.get('image/svg+xml')
        return ('figure', picture) if picture else ('text', output.data['text/plain'])

    return [[shown(output) for output in cell.outputs] for cell in notebook.cells]


def of_page(sources):
    """Return the same as the shell of live cells sends it, run by this Python."""
    path = os.pathsep.join([str(ROOT / 'book' / 'live' / 'web'), str(Path(d2lmini.__file__).parents[1])])
    environment = {k: v for k, v in os.environ.items() if k != 'MPLBACKEND'} | {'PYTHONPATH': path}
    done = subprocess.run([sys.executable, '-W', 'ignore::DeprecationWarning', '-c', SHELL], input=json.dumps(sources),
                          capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr
    return [[(kind, text) for kind, text in cell] for cell in json.loads(done.stdout)]


SHELLS = {'kernel': of_kernel, 'page': of_page}


@functools.cache
def outputs(shell):
    """Return what each cell shows, after one that imports the package."""
    sources = ['%matplotlib inline\nimport d2lmini as d2l', *(source for source, _ in CELLS.values())]
    return dict(zip(CELLS, SHELLS[shell](sources)[1:]))


def figures(shell, cell):
    return [text for kind, text in outputs(shell)[cell] if kind == 'figure']


@pytest.mark.parametrize('cell', CELLS)
@pytest.mark.parametrize('shell', SHELLS)
def test_a_cell_shows_each_figure_once_and_whole(shell, cell):
    _, expected = CELLS[cell]
    kinds = ''.join(KINDS[kind] for kind, _ in outputs(shell)[cell])
    assert re.sub('T+', 'T', kinds) == (expected.order or 'F' * len(expected.figures))
    for picture, texts in zip(figures(shell, cell), expected.figures):
        found = TEXT.findall(picture)
        assert [text for text in texts if found.count(text) < texts.count(text)] == [], found
        width, height = map(float, SIZE.search(picture).groups())
        assert expected.lines in (None, len(CURVE.findall(picture)))
        assert expected.wide in (None, width > 2 * height)


@pytest.mark.parametrize('cell', CELLS)
def test_the_page_draws_what_a_kernel_draws(cell):
    assert figures('page', cell) == figures('kernel', cell)


@pytest.mark.parametrize('shell', SHELLS)
def test_nothing_is_open_after_the_last_cell(shell):
    assert [text.strip() for _, text in outputs(shell)['nothing is left over']] == ['0']
