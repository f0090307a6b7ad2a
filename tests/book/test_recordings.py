"""A recording is its chapter's, whole; a function shown in a chapter is the package's; sources hold no outputs."""
import ast
import functools
import inspect
import re
import textwrap

import jupytext
import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

import d2lmini
from book import RECORDED, chapters
from book.execute import compare

WITH_CODE = chapters.with_code()
ALL = chapters.pages()


@functools.cache
def recording(path):
    return nbformat.read(RECORDED / f'{path.stem}.ipynb', 4)


@functools.cache
def chapter(path):
    return jupytext.read(path)


def code_cells(notebook):
    return [c for c in notebook.cells if c.cell_type == 'code']


def test_every_chapter_with_code_is_recorded_and_nothing_else():
    assert {p.stem for p in WITH_CODE} == {p.stem for p in RECORDED.glob('*.ipynb')}
    assert len(WITH_CODE) > 0


@pytest.mark.parametrize('path', WITH_CODE, ids=lambda p: p.stem)
def test_recording_has_exactly_the_chapters_cells(path):
    def cells(notebook):
        return [(c.cell_type, c.source, c.metadata) for c in notebook.cells]
    assert cells(recording(path)) == cells(chapter(path))


@pytest.mark.parametrize('path', WITH_CODE, ids=lambda p: p.stem)
def test_every_cell_was_executed_and_the_stored_count_is_of_real_outputs(path):
    notebook = recording(path)
    assert all(c.execution_count for c in code_cells(notebook))
    counted = sum(compare.count(c.outputs) for c in code_cells(notebook))
    assert notebook.metadata['compared'] == counted
    assert counted >= len(code_cells(notebook)) / 2      # most cells show something


@pytest.mark.parametrize('path', WITH_CODE, ids=lambda p: p.stem)
def test_no_recorded_output_escapes_comparison(path):
    for cell in code_cells(recording(path)):
        assert not {'nbval-skip', 'nbval-ignore-output', 'skip-execution'} & set(cell.metadata.get('tags', []))
        assert 'NBVAL_' not in cell.source
        for output in cell.outputs:
            assert output.output_type != 'error'
            assert 'image/png' not in output.get('data', {}), 'a PNG cannot be compared: draw SVG'
            assert output.get('name') != 'stderr', 'a chapter has nothing to say on stderr'


def printed(output):
    """Return the text of an output as a page shows it: what was printed to stdout, or a value."""
    return output.text if output.get('name') == 'stdout' else output.get('data', {}).get('text/plain', '')


def too_long(notebook, most=86):
    """Return (number of the code cell, line) for each line of source or of printed text that a laptop has to scroll."""
    return [(number, line) for number, cell in enumerate(code_cells(notebook), 1)
            for text in (cell.source, *map(printed, cell.outputs)) for line in text.splitlines() if len(line) > most]


@pytest.mark.parametrize('path', WITH_CODE, ids=lambda p: p.stem)
def test_no_line_of_code_or_print_is_longer_than_86_characters(path):
    assert too_long(recording(path)) == []


@pytest.mark.parametrize('longer', ['source', 'stdout', 'value'])
def test_a_line_of_87_characters_would_be_noticed(longer):
    def notebook(length):
        line = 'x' * length
        outputs = {'source': [], 'stdout': [new_output('stream', name='stdout', text=f'short\n{line}\n')],
                   'value': [new_output('execute_result', {'text/plain': line})]}[longer]
        return new_notebook(cells=[new_code_cell(line if longer == 'source' else 'short', outputs=outputs)])
    assert too_long(notebook(87)) == [(1, 'x' * 87)]
    assert too_long(notebook(86)) == []


@pytest.mark.parametrize('path', ALL, ids=lambda p: p.stem)
def test_source_holds_no_outputs(path):
    text = path.read_text(encoding='utf-8')
    assert not re.search(r'data:image/|```\{output\}|"outputs":', text)
    assert not path.with_suffix('.ipynb').exists()


def bare(node):
    """Return a definition as text, by what it computes: without docstrings, types, and checks of arguments.

    The checks at the door are not repeated in a chapter. Methods are treated alike.
    """
    body = node.body
    if isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant) and len(body) > 1:
        body = body[1:]
    body = [part for part in body if not (isinstance(part, ast.Expr) and ast.unparse(part).startswith('checks.'))]
    for argument in ast.walk(node.args) if isinstance(node, ast.FunctionDef) else ():
        if isinstance(argument, ast.arg):
            argument.annotation = None
    head = node.name + (ast.dump(node.args) if isinstance(node, ast.FunctionDef) else '')
    return head + ''.join(bare(part) if isinstance(part, ast.FunctionDef) else ast.dump(part) for part in body)


def functions(source):
    """Return {name: definition} of the functions and classes defined in a piece of code."""
    source = re.sub(r'^([%!])', r'#\1', source, flags=re.M)
    return {node.name: bare(node) for node in ast.walk(ast.parse(source))
            if isinstance(node, (ast.FunctionDef, ast.ClassDef))}


def shown():
    """Return (chapter, name, tree) for every function and class of a chapter whose name the package exports."""
    return [(path.stem, name, tree) for path in WITH_CODE for cell in code_cells(chapter(path))
            for name, tree in functions(cell.source).items()
            if inspect.isfunction(it := getattr(d2lmini, name, None)) or inspect.isclass(it)]


@pytest.mark.parametrize(('chapter', 'name', 'tree'), shown(), ids=lambda value: value if len(value) < 30 else '')
def test_what_is_shown_in_a_chapter_is_the_packages(chapter, name, tree):
    source = textwrap.dedent(inspect.getsource(getattr(d2lmini, name)))
    assert functions(source)[name] == tree, f'{name} in chapters/{chapter}.md differs from d2lmini.{name}'


def test_adam_yogi_the_timer_and_the_small_network_are_shown():
    found = {(chapter, name) for chapter, name, _ in shown()}
    assert {('adam', 'adam'), ('adam', 'yogi'), ('minibatch-sgd', 'Timer'), ('lr-scheduler', 'forward'),
            ('lr-scheduler', 'network_grad')} <= found


@pytest.mark.parametrize(('name', 'right', 'wrong'), [
    ('adam', '1 - beta2 ** t', '1 - beta2 ** (t + 1)'),
    ('adam', 'beta1=0.9', 'beta1=0.8'),
    ('network_grad', '(1 - h[k] * h[k])', '(1 - h[k])'),
    ('Timer', 'len(self.times)', '15'),
    ('Timer', 'def avg', 'def mean')])
def test_a_changed_definition_would_be_noticed(name, right, wrong):
    source = inspect.getsource(getattr(d2lmini, name))
    assert right in source
    assert functions(source)[name] != functions(source.replace(right, wrong))[name]


@pytest.mark.parametrize('path', WITH_CODE, ids=lambda p: p.stem)
def test_every_figure_has_a_caption_and_alt_text(path):
    for number, cell in enumerate(code_cells(recording(path)), 1):
        if any(compare.SVG in o.get('data', {}) for o in cell.outputs):
            settings = cell.metadata.get('mystnb', {})
            where = f'chapters/{path.stem}.md, code cell {number}'
            assert settings.get('figure', {}).get('caption'), f'{where}: no caption'
            assert settings.get('figure', {}).get('name'), f'{where}: no name'
            assert len(settings.get('image', {}).get('alt', '')) > 40, f'{where}: no alt text that says what to see'


@pytest.mark.parametrize('path', WITH_CODE, ids=lambda p: p.stem)
def test_every_exercise_has_a_worked_solution_in_a_dropdown(path):
    text = path.read_text(encoding='utf-8')
    exercises = re.findall(r'```\{exercise\}\n:label: (\S+)', text)
    solutions = re.findall(r'```\{solution-start\} (\S+)\n:label: \S+\n:class: dropdown', text)
    assert exercises == solutions
