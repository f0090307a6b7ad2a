"""Which cells a cell needs: found by the names that they make, use and may change; in doubt, a cell is needed."""
import inspect
import re
import sys

import jupytext
import pytest

import d2lmini
from book import ROOT, chapters

sys.path.append(str(ROOT / 'book' / 'live' / 'web'))
import live_names

IMPORTS = 'import numpy as np\nimport d2lmini as d2l\nfrom d2lmini import sgd'


@pytest.mark.parametrize(('codes', 'wanted'), [
    (['x = 1', 'y = 2', 'x + 1'], [0]),
    (['x = 1', 'x = 2', 'x + 1'], [1]),
    (['x = 1', 'y = x', 'y'], [0, 1]),
    (['x = 1', 'if x: x = 2', 'x'], [0, 1]),
    (['x = 1', 'for x in []: pass', 'x'], [0, 1]),
    (['x = 1', 'for x in [1]: print(x)'], []),
    (['x = 1', '[x for x in [1]]'], []),
    (['x = 1', '[x for y in [1]]'], [0]),
    (['x = 1', 'def f(x): return x', 'f(2)'], [1]),
    (['x = 1', 'def f(): return x', 'f()'], [0, 1]),
    (['def f(): return x', 'x = 1', 'f()'], [0, 1]),
    (['def f(): return g()', 'def g(): return y', 'y = 1', 'f()'], [0, 1, 2]),
    (['x = 0', 'def f():\n    global x\n    x = 1', 'f()', 'x'], [0, 1, 2]),
    (['log = []', 'def f(): log.append(1)', 'f()', 'log'], [0, 1, 2]),
    (['log = []', 'def f(): g()', 'def g(): log.append(1)', 'f()', 'log'], [0, 1, 2, 3]),
    (['log = []', 'f = lambda: log.append(1)', 'f()', 'log'], [0, 1, 2]),
    (['log = []', 'class A:\n    def f(self): log.append(1)', 'a = A()', 'a.f()', 'log'], [0, 1, 2, 3]),
    (['log = []', 'def f(x): x.append(1)', 'list(map(f, [log]))', 'log'], [0, 1, 2]),
    (['log = []', 'def f(x): log.append(x)', 'sorted([1], key=f)', 'log'], [0, 1, 2]),
    (['a = [0]', 'b = a; b[0] = 1', 'a'], [0, 1]),
    (['a = [0]', 'b = a', 'b[0] = 1', 'a'], [0, 1, 2]),
    (['a = [0]', 'b = a', 'b = 1', 'b += 1', 'a'], [0]),
    ([IMPORTS, 'a = np.zeros(3)', 'v = a[1:]; v += 1', 'a'], [0, 1, 2]),
    ([IMPORTS, 'a = np.zeros(3)', 'v = a.reshape(3, 1)\nv += 1', 'a'], [0, 1, 2]),
    ([IMPORTS, 'a = np.zeros(3)', 'v = np.sqrt(a)\nv += 1', 'a'], [0, 1]),
    ([IMPORTS, 'a = np.zeros(3)', 'np.add(a, 1, out=a)', 'a'], [0, 1, 2]),
    ([IMPORTS, 'a = np.zeros((2, 2))', 'for row in a: row += 1', 'a'], [0, 1, 2]),
    ([IMPORTS, 'def f(): np.random.seed(1)', 'f()', '1 + 1'], [0, 1, 2]),
    (['rows = []', 'v = [1]', 'rows.append(v)', 'rows[0] += [2]', 'v'], [0, 1, 2, 3]),
    ([IMPORTS, 'a = np.zeros(3)', 'axes = np.empty(1)\naxes.plot(a)', 'a'], [0, 1]),
    ([IMPORTS, 'a = np.zeros(3); b = np.zeros(3)', 'for x, y in zip(a, b): y += 1', 'a', 'a'], [0, 1]),
    (['x = [[1]]', 'def f(rows):\n    for row in rows: row.append(1)', 'f(x)', 'x'], [0, 1, 2]),
    (['x = []', 'x.append(1)', 'x'], [0, 1]),
    (['x = []', 'print(x)', 'x'], [0]),
    (['x = {}', 'x["a"] = 1', 'x'], [0, 1]),
    (['x = 1', 'x += 1', 'x'], [0, 1]),
    (['x = [1]', 'del x[0]', 'x'], [0, 1]),
    (['x = iter([1])', 'next(x)', 'x'], [0, 1]),
    (['x = []', 'def add(y): y.append(1)', 'add(x)', 'x'], [0, 1, 2]),
    (['x = []', 'def show(y): print(y)', 'show(x)', 'x'], [0]),
    (['x = []', 'unknown(x)', 'x'], [0, 1]),
    ([IMPORTS, 'x = np.ones(2)', 'np.mean(x)', 'x'], [0, 1]),
    ([IMPORTS, 'x = np.ones(2)', 'np.copyto(x, 0)', 'x'], [0, 1, 2]),
    ([IMPORTS, 'p, s = [1], [2]', 'd2l.adam(p, s, {})', 'p'], [0, 1, 2]),
    ([IMPORTS, 'p, s = [1], [2]', 'sgd(p, s, {})', 'p'], [0, 1, 2]),
    ([IMPORTS, 'x = [1]', 'd2l.plot(x, x)', 'x'], [1]),
    ([IMPORTS, 'np.set_printoptions(precision=3)', '1 + 1'], [0, 1]),
    ([IMPORTS, 'np.random.seed(1)', '1 + 1'], [0, 1]),
    ([IMPORTS, 'd2l.plt.rcParams["a"] = 1', '1 + 1'], [0, 1]),
    (['exec("x = 1")', 'x'], [0]),
    (['from math import *', 'sin(1)'], [0]),
    (['x = (', '1 + 1'], [0]),
    (['%time x = 1', '1 + 1'], [0]),
    (['try:\n    x = 1\nexcept ValueError:\n    x = 2', 'x'], [0]),
    (['with open("a") as f: x = f.read()', 'x'], [0]),
    (['class A:\n    y = x', 'x = 1', 'A'], [0, 1]),
    (['f = lambda a: a + x', 'x = 1', 'f(1)'], [0, 1]),
    (['x: int = 1', 'x'], [0]),
    (['x = 1', 'print(f"{x:.2f}")'], [0]),
])
def test_a_cell_needs_those_that_make_or_change_its_names(codes, wanted):
    assert live_names.needed(codes) == wanted


@pytest.mark.parametrize('path', chapters.with_code(), ids=lambda path: path.stem)
def test_every_name_of_a_chapter_has_a_cell_that_makes_it(path):
    codes = [cell.source for cell in jupytext.read(path).cells if cell.cell_type == 'code']
    cells = []
    for code in codes:
        cells.append(live_names.Cell(code, cells[-1] if cells else None))
    made = set().union(*(cell.touched for cell in cells)) | set(dir(__builtins__)) | set(__builtins__)
    for number, cell in enumerate(cells, start=1):
        assert cell.used | cell.late <= made | {'display', '__name__', 'get_ipython'}, f'cell {number}'
        assert number - 1 not in live_names.needed(codes[:number])


@pytest.mark.parametrize(('codes', 'groups', 'wanted'), [
    (['x = 1', 'x = 2', 'x'], ['', 'one', 'two'], [0]),                 # another solution's value is not taken
    (['x = 1', 'y = x', 'y'], ['', 'one', 'one'], [0, 1]),
    (['x = 1', 'y = x', 'y'], ['', 'one', 'two'], [0, 1]),              # unless nobody else makes the name
    (['x = 1', 'unknown(x)', 'x'], ['', 'one', ''], [0]),
])
def test_a_cell_leaves_the_solutions_of_others_alone(codes, groups, wanted):
    assert live_names.plan(codes, groups)[-1] == wanted


def test_every_optimizer_is_known_to_change_what_it_is_given():
    functions = dict(inspect.getmembers(d2lmini.optimizers, inspect.isfunction))
    optimizers = {name for name, function in functions.items()
                  if list(inspect.signature(function).parameters)[:1] == ['params']}
    assert optimizers == live_names.TRAINING


@pytest.mark.parametrize('path', chapters.with_code(), ids=lambda path: path.stem)
def test_where_a_solution_stands_alone_its_names_are_still_made(path):
    codes, groups, group = [], [], ''
    for cell in jupytext.read(path).cells:
        if cell.cell_type == 'code':
            codes.append(cell.source)
            groups.append(group)
        for kind, label in re.findall(r'^```\{solution-(start|end)\} ?(\S*)', cell.source, re.M):
            group = label if kind == 'start' else ''
    known = set(dir(__builtins__)) | set(__builtins__) | {'display', '__name__', 'get_ipython'}
    for number, needs in enumerate(live_names.plan(codes, groups)):
        *above, cell = live_names.analyzed((*(codes[place] for place in needs), codes[number]))
        assert cell.used <= known.union(*(other.touched for other in above), cell.touched), f'cell {number + 1}'
