"""Lines with % and ! in a page: %timeit and %time are done, all others say that they were not; other code stays."""
import io
import re
import sys
import timeit
from contextlib import redirect_stdout

import pytest

from book import ROOT

sys.path.append(str(ROOT / 'book' / 'live' / 'web'))
import live_magics

TIME = r'[\d.e+]+ (s|ms|µs|ns)'
LOOPS = rf'{TIME} ± {TIME} per loop \(mean ± std\. dev\. of {{}} each\)\n'


def run(code):
    """Run a cell as a page does; return what it prints, and its variables."""
    scope, printed = {}, io.StringIO()
    with redirect_stdout(printed):
        exec(compile(live_magics.translate(code), 'cell', 'exec'), scope)
    return printed.getvalue(), scope


@pytest.mark.parametrize(('code', 'loops'), [
    ('x = [3, 4]\n%timeit -n 5 -r 3 sum(x)', '3 runs, 5 loops'), ('%timeit -n1 -r1 1 + 1', '1 run, 1 loop'),
    ('for x in [1]:\n    %timeit -r 2 -n 2000 x + 1', '2 runs, 2,000 loops'),
    ('def f(y):\n    %timeit -n 2 -r 2 y + 1\nf(3)', '2 runs, 2 loops'),
    ('%%timeit -n 4 -r 2\ny = 1\ny + 2', '2 runs, 4 loops'),
    ('\n%%timeit -n 4 -r 2 z = 5\ny = z\ny + 2', '2 runs, 4 loops'),
], ids=['line', 'once', 'in a loop', 'in a function', 'cell', 'cell with a setup'])
def test_timeit_is_done(code, loops):
    assert re.fullmatch(LOOPS.format(loops), run(code)[0])


def test_timeit_takes_as_many_loops_as_a_run_of_a_fifth_of_a_second_needs(monkeypatch):
    def ticks():                       # a clock on which each loop takes 1/32 s
        ticks.now += ticks.loops / 32
        return ticks.now
    ticks.now, ticks.loops = 0, 0

    class Timer(timeit.Timer):
        def timeit(self, number):
            ticks.loops = number
            return super().timeit(number)
    monkeypatch.setattr(timeit, 'Timer', lambda *a, **k: Timer(*a, timer=ticks, **k))
    assert run('%timeit pass')[0] == '31.2 ms ± 0 ns per loop (mean ± std. dev. of 7 runs, 10 loops each)\n'


@pytest.mark.parametrize('code', ['%timeit', '%timeit -n 3', '%timeit -o x', '%timeit -n x'])
def test_timeit_that_cannot_be_done_says_what_it_takes(code):
    assert run(code)[0].startswith('%timeit did nothing: it takes a statement')


def test_what_timeit_runs_may_fail_as_ever():
    with pytest.raises(ZeroDivisionError):
        run('%timeit -n 1 1 / 0')
    with pytest.raises(SyntaxError):
        run('%timeit -n 1 1 +')


@pytest.mark.parametrize('code', ['%time x = 3 + 4', '%%time\nx = 3\nx += 4'])
def test_time_runs_the_code_once_in_its_place(code):
    printed, scope = run(code)
    assert scope['x'] == 7
    assert re.fullmatch(rf'Wall time: {TIME}\n', printed)


def test_time_returns_the_value_of_an_expression():
    scope = {'x': 6}
    with redirect_stdout(io.StringIO()):
        assert eval(live_magics.translate('%time x * 7'), scope) == 42


@pytest.mark.parametrize(('code', 'said'), [
    ('%matplotlib inline', '%matplotlib does nothing here, and need not: figures appear below their cell.'),
    ('%pip install scipy', '%pip did nothing: nothing can be installed in this page. d2lmini, numpy, matplotlib'),
    ('!pip install scipy', '!pip did nothing: nothing can be installed'),
    ('%conda install x', '%conda did nothing: nothing'),
    ('!ls -l', '!ls did nothing: a page has no command line.'), ('!!ls', '! did nothing: a page has no command line.'),
    ('%load_ext autoreload', '%load_ext did nothing: of the magics of notebooks, this page knows %timeit and %time.'),
    ('if True:\n    %autoreload 2', '%autoreload did nothing'),
    ('%%bash\nls "a\nif', '%%bash did nothing: of the magics of notebooks, this page knows %timeit and %time.'),
])
def test_what_is_not_done_says_so(code, said):
    printed, _ = run(code)
    assert printed.startswith(said)
    assert printed.count('\n') == 1
    assert ('Its cell did not run.' in printed) == code.startswith('%%')


@pytest.mark.parametrize('code', [
    'x = (17\n     % 5)', 'x = 17 \\\n    %timeit', 'x = """\n%timeit 1\n!ls\n"""', 'y = [1,\n%time\n]', 'x = 17 % 5\n',
    '', 'print(f"{7:\n%s}")',
])
def test_other_code_stays_as_it_is(code):
    assert live_magics.translate(code) == code


def test_lines_keep_their_numbers():
    code = 'a = 1\n%matplotlib inline\n\nif a:\n    !ls\n    b = 2\n'
    translated = live_magics.translate(code)
    assert translated.count('\n') == code.count('\n')
    assert translated.split('\n')[5] == '    b = 2'
    assert run(code)[1]['b'] == 2
