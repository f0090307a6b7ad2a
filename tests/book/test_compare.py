"""The rule of comparison, on small notebooks that nbval really runs: what passes, and what must fail."""
import copy
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

import notebooks
from book import ROOT
from book.execute import compare, provenance
from book.execute.running import run

pytestmark = pytest.mark.slow
TESTS = Path(__file__).parents[1]
SVG = compare.SVG
IMPORTS = 'import time\nimport numpy\nimport d2lmini as d2l'
LOSS = "print(f'loss: 0.243, {time.perf_counter() % 1:.3f} sec/epoch')"
ARRAY = 'numpy.array([0.1234567, 2.5, 1e-5])'
EXACT = "(1500, 'v1.9.1', object())"
FIGURE = "x = numpy.arange(20.0)\nd2l.plot(x, [numpy.sin(x), numpy.cos(x)], xlabel='A', legend=['sin', 'cos'])"
ERROR = "raise ValueError('bad 0.25')"


def figure(cell):
    return next(o.data for o in cell.outputs if SVG in o.get('data', {}))


def replace(old, new):
    """Return a change of a cell's recorded text."""
    def change(cell):
        output = cell.outputs[-1]
        holder, key = (output.data, 'text/plain') if 'data' in output else (output, 'text')
        assert old in holder[key]
        holder[key] = holder[key].replace(old, new, 1)
    return change


def redraw(function):
    def change(cell):
        data = figure(cell)
        drawn = function(data[SVG])
        assert drawn != data[SVG]
        data[SVG] = drawn
    return change


def move_point(points):
    """Return a change that moves the fourth point of the longest curve by that many points."""
    def change(svg):
        path = max(re.finditer(r'<path d="(M [^"]+)" clip-path', svg), key=lambda match: match[1].count('L'))
        lines = path[1].split('\n')
        command, x, y = lines[3].split()
        lines[3] = f'{command} {x} {float(y) + points:.6f} '
        return svg[:path.start(1)] + '\n'.join(lines) + svg[path.end(1):]
    return redraw(change)


LINE = re.compile(r'<g id="line2d_\d+">\s*<path d="M [^"]+" clip-path[^>]*/>\s*</g>')


def to_png(cell):
    data = figure(cell)
    data['image/png'] = 'aGk='
    del data[SVG]


# what changes: (the cell's source, the change of its recording)
PASS = {
    'nothing': (LOSS, lambda c: None),
    'a last digit': (LOSS, replace('0.243', '0.244')),
    'a last digit in an array': (ARRAY, replace('1.234567e-01', '1.234568e-01')),
    'the time': (LOSS, lambda c: c.outputs[0].update(text='loss: 0.243, 7.123 sec/epoch\n')),
    'a memory address': (EXACT, lambda c: c.outputs[0].data.update(
        {'text/plain': "(1500, 'v1.9.1', <object at 0x7f5566aabb80>)"})),
    'a point by 0.4 pt': (FIGURE, move_point(0.4)),
    'hashed ids': (FIGURE, redraw(lambda s: re.sub(r'\b(p[0-9a-f]{10})\b', 'pdeadbeef00', s))),
}
FAIL = {
    'two units of a last digit': (LOSS, replace('0.243', '0.245')),
    'two units in an array': (ARRAY, replace('1.234567e-01', '1.234569e-01')),
    'an integer': (EXACT, replace('1500', '1499')),
    'a version': (EXACT, replace('1.9.1', '1.9.2')),
    'a word': (LOSS, replace('loss', 'lost')),
    'a digit of an exception': (ERROR, lambda c: c.outputs[0].update(evalue='bad 0.27')),
    'the type of an exception': (ERROR, lambda c: c.outputs[0].update(ename='TypeError')),
    'an output more': (LOSS, lambda c: c.outputs.append(new_output('display_data', {'text/plain': 'x'}))),
    'a text less': (LOSS, lambda c: c.outputs.clear()),
    'a figure less': (FIGURE, lambda c: c.outputs.clear()),
    'a point by 0.6 pt': (FIGURE, move_point(0.6)),
    'a line less': (FIGURE, redraw(lambda s: LINE.sub('', s, count=1))),
    'a line more': (FIGURE, redraw(lambda s: LINE.sub(lambda match: match[0] * 2, s, count=1))),
    'a color': (FIGURE, redraw(lambda s: s.replace('#c44e00', '#c44e01', 1))),
    'a width': (FIGURE, redraw(lambda s: s.replace('stroke-width: 1.7', 'stroke-width: 1.8', 1))),
    'a letter of a label': (FIGURE, redraw(lambda s: re.sub(r'(href="#DejaVuSans-)41"', r'\g<1>42"', s, count=1))),
    'SVG for PNG': (FIGURE, to_png),
    'a cell not executed, outputs kept': (ARRAY, lambda c: c.update(execution_count=None)),
    'a cell not executed': (ARRAY, lambda c: c.update(execution_count=None, outputs=[])),
    'a tag that ignores outputs': (LOSS, lambda c: c.metadata.update(tags=['nbval-ignore-output'])),
    'a comment that skips the cell': (LOSS, lambda c: c.update(source='# NBVAL_SKIP\n' + c.source)),
    'the cell itself': (LOSS, lambda c: c.update(source="print('loss: 0.345, 0.1 sec/epoch')")),
}
CHANGES = PASS | FAIL


def record(sources):
    """Return a notebook of these cells, executed, with the count of its outputs, as `make record` makes one."""
    cells = [new_code_cell(source, id=f'c{i}') for i, source in enumerate(sources)]
    for cell in cells:
        cell.metadata['tags'] = ['raises-exception'] if cell.source == ERROR else []
    kernel = {'name': 'python3', 'display_name': 'Python 3', 'language': 'python'}
    notebook = new_notebook(cells=cells, metadata={'kernelspec': kernel})
    run(notebook, TESTS)
    notebook.metadata['compared'] = sum(compare.count(c.outputs) for c in notebook.cells)
    notebook.metadata['made_on'] = provenance.here() | {'engine': 'numpy'}      # that of the kernel
    return notebook


def nbval(folder, **notebooks):
    """Run nbval with this folder's rule; return {(notebook, cell or check): whether it passed} and the last lines."""
    for name in ('conftest.py', 'notebooks.py', 'sanitize.cfg'):
        shutil.copy(TESTS / name, folder)
    (folder / 'pytest.ini').write_text('[pytest]\nmarkers = slow\n')
    for name, notebook in notebooks.items():
        nbformat.write(notebook, folder / f'{name}.ipynb')
    command = [sys.executable, '-m', 'pytest', '-rA', '--color=no', '--nbval', '-p', 'no:cacheprovider', '.']
    done = subprocess.run(command, cwd=folder, env=os.environ | {'PYTHONPATH': str(ROOT)}, capture_output=True,
                          text=True, check=False)
    found = re.findall(r'^(PASSED|FAILED) (\w+)\.ipynb::(.*?)(?: - .*)?$', done.stdout, re.M)
    assert found, done.stdout + done.stderr
    closing = done.stdout[done.stdout.rindex(' short test summary '):]
    return {(notebook, item): verdict == 'PASSED' for verdict, notebook, item in found}, closing


@pytest.fixture(scope='module')
def quick_engine():
    """The engine that is imported sooner: each notebook imports it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv('D2LMINI_ENGINE', 'numpy')
        yield


@pytest.fixture(scope='module')
def run_of_nbval(tmp_path_factory, quick_engine):
    """One notebook with a cell for each change, one left alone, and four that are wrong as a whole; run once."""
    good = record([IMPORTS, *(source for source, _ in CHANGES.values())])
    changed, small = copy.deepcopy(good), record(['import time', LOSS])
    for cell, (_, change) in zip(changed.cells[1:], CHANGES.values()):
        change(cell)
    other_count, no_count, no_note, unexecuted = (copy.deepcopy(small) for _ in range(4))
    other_count.metadata['compared'] = 99
    del no_count.metadata['compared'], no_note.metadata['made_on']
    for cell in unexecuted.cells:
        cell.execution_count, cell.outputs = None, []
    return nbval(tmp_path_factory.mktemp('nbval'), good=good, changed=changed, other_count=other_count,
                 no_count=no_count, no_note=no_note, unexecuted=unexecuted)


@pytest.fixture(scope='module')
def verdicts(run_of_nbval):
    return run_of_nbval[0]


def test_a_run_that_fails_closes_with_both_machines(run_of_nbval):
    _, closing = run_of_nbval
    assert 'changed.ipynb:\n  recorded on: ' in closing
    assert 'computed on: ' in closing
    assert 'so rounding is not the reason' in closing                   # it was recorded right here
    assert 'make record CHAPTERS=chapters/no_note.md' in closing
    assert '\ngood.ipynb:\n' not in closing


def test_a_recording_that_fails_on_one_of_several_engines_is_explained_by_that_engine(tmp_path):
    path = tmp_path / 'made.ipynb'
    made = provenance.here() | {'engine': 'mxnet'}
    nbformat.write(new_notebook(metadata={'made_on': made}), path)
    for engine, reason in (('mxnet', 'so rounding is not the reason'), ('numpy', 'Another engine computed')):
        told = '\n'.join(notebooks.explain([(path, engine)]))
        assert told.startswith(f'made.ipynb, {engine} engine:\n')
        assert f'), {engine} engine' in told[told.index('computed on: '):]
        assert reason in told


def test_a_recording_left_alone_passes_in_every_cell(verdicts):
    results = {item: passed for (notebook, item), passed in verdicts.items() if notebook == 'good'}
    assert len(results) == len(CHANGES) + 2         # the imports, the changes, the count
    assert all(results.values()), results


@pytest.mark.parametrize('name', PASS)
def test_passes_although_changed(name, verdicts):
    assert verdicts['changed', f'Cell {1 + list(CHANGES).index(name)}']


@pytest.mark.parametrize('name', FAIL)
def test_fails_when_changed(name, verdicts):
    assert not verdicts['changed', f'Cell {1 + list(CHANGES).index(name)}']


@pytest.mark.parametrize('notebook', ['other_count', 'no_count', 'no_note', 'unexecuted', 'changed'])
def test_fails_when_not_as_many_outputs_were_compared_as_stored_or_the_machine_is_not_noted(notebook, verdicts):
    assert not verdicts[notebook, 'compared outputs']
