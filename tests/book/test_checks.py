"""Exercises that check themselves: stubs fail and say why, solutions pass, planted mistakes are found."""
import re
import sys

import pytest

from book import CHAPTERS, ROOT, chapters
from book.live import checks

sys.path.append(str(ROOT / 'book' / 'live' / 'web'))
import live_check

SECTIONS = ('optimization-intro', 'convexity', 'constraints', 'gd', 'sgd', 'minibatch-sgd', 'momentum', 'adagrad',
            'rmsprop', 'adadelta', 'adam', 'lr-scheduler')
ALL = checks.every()
EACH = pytest.mark.parametrize('check', ALL, ids=[check.label for check in ALL])


def judge(check, code):
    """Return what a reader is told who writes this code, or None where all is well."""
    scope = {}
    exec(compile(code, 'answer', 'exec'), scope)
    return live_check.judge(check.hidden, scope, 'answer')


def names(check):
    return re.findall(r'^def (\w+)', check.stub, re.M)


@EACH
def test_the_stub_fails_and_says_what_to_do(check):
    assert judge(check, check.stub) == [
        0, f'{names(check)[0]} returns nothing yet: replace the dots by code that ends with return.']


@EACH
def test_the_solution_passes(check):
    assert judge(check, check.solution) is None


@EACH
def test_every_planted_mistake_is_found_and_explained(check):
    for code in check.wrong:
        assert code != check.solution
        line, message = judge(check, code)
        # Either an explanation, or the line of the reader's code that raised an error.
        assert re.search(r'\w.* .*: expected .*, got ', message) if line == 0 else line > 1, message


@EACH
def test_what_the_reader_gets_gives_nothing_away(check):
    block = checks.block(check).astext()
    for text in (check.stub, check.task, block):
        assert not re.search(r'# (solution|end|wrong|check)\b', text)
    inside = checks.BLOCK.search((checks.FOLDER / f'{check.label}.py').read_text(encoding='utf-8'))[2]
    assert check.stub.count(checks.DOTS) == 1
    assert [line for line in inside.splitlines() if len(line.strip()) > 8 and line.strip() in check.stub] == []
    assert '# wrong' not in check.solution
    assert max(map(len, (check.stub + check.solution).splitlines())) <= 86       # as code of the chapters


@EACH
def test_the_task_names_every_function_that_the_check_calls(check):
    [signature] = re.findall(r'^def check\((.*)\):', check.hidden, re.M)
    called = [name for name in signature.split(', ') if name not in live_check.HELPERS]
    assert called == names(check) != []
    assert all(f'`{name}(' in check.task for name in called)
    assert check.task.count('`') % 2 == 0


@EACH
def test_the_exercise_exists_once_with_hint_and_solution(check):
    homes = [text for path in chapters.pages()
             if f'\n:label: {check.label}\n' in (text := path.read_text(encoding='utf-8'))]
    assert len(homes) == 1
    after = homes[0].split(f'\n:label: {check.label}\n')[1]
    marks = re.findall(r'^`{3,}\{(exercise|admonition\} Hint|solution-start)', after, re.M)
    assert marks[:2] == ['admonition} Hint', 'solution-start']


@pytest.mark.parametrize('section', SECTIONS)
def test_every_section_has_two(section):
    text = (CHAPTERS / f'{section}.md').read_text(encoding='utf-8')
    assert sum(f'\n:label: {check.label}\n' in text for check in ALL) >= 2


@pytest.mark.parametrize(('code', 'told'), [
    ('', [0, 'There is no function f, which the check calls. Reset brings the stub back.']),
    ('f = 3', [0, 'There is no function f, which the check calls. Reset brings the stub back.']),
    ('def f(x):\n    return "a"', [0, "Twice 3: expected 6, got 'a', which is not a number."]),
    ('def f(x):\n    return [x, x]', [0, 'Twice 3: expected 6, got [3, 3]: the shapes differ.']),
    ('def f(x):\n    return float("nan")', [0, 'Twice 3: expected 6, got nan.']),
    ('def f(x):\n    return x * 2 + 1e-6', [0, 'Twice 3: expected 6, got 6.']),
    ('def f(x):\n    a = 1\n    return a / 0', [3, 'ZeroDivisionError: division by zero']),
    ('def f():\n    return 1', [0, 'TypeError: f() takes 0 positional arguments but 1 was given']),
    ('def f(x):\n    return f(x)', [2, 'RecursionError: maximum recursion depth exceeded']),
    ('def f(x):\n    raise SystemExit', [2, 'SystemExit: ']),
    ('def f(x):\n    return [2 * x]', None),
])
def test_what_a_reader_is_told(code, told):
    scope = {}
    exec(compile(code, 'answer', 'exec'), scope)
    found = live_check.judge("def check(f, close):\n    close(f(3), 6, 'Twice 3')\n", scope, 'answer')
    assert found == told or (told[1].startswith('RecursionError') and found[1].startswith(told[1]))


@pytest.mark.parametrize(('text', 'missing'), [
    ('def f():\n    # solution\n    a  # wrong: b\n    # end\n\n# check\n', 'docstring'),
    ('"""A."""\ndef f():\n    # solution\n    a  # wrong: b\n    # end\n', '"# check"'),
    ('"""A."""\ndef f():\n    a  # wrong: b\n\n# check\n', '"# solution" to "# end"'),
    ('"""A."""\ndef f():\n    # solution\n    a\n    # end\n\n# check\n', '"# wrong'),
])
def test_a_file_without_a_part_is_refused_by_name(tmp_path, text, missing):
    path = tmp_path / 'ex-a.py'
    path.write_text(text, encoding='utf-8')
    with pytest.raises(ValueError, match=f'ex-a.py has no .*{missing}'):
        checks.parse(path)
