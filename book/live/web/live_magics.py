"""Lines of a cell that are for IPython or the system: what they do in a page, and a message for what they don't do.

It needs no browser: tests/book/test_live_magics.py translates and runs cells with it.
"""
import io
import re
import sys
import time
import tokenize

LINE = re.compile(r'^([ \t]*)(%(?=[A-Za-z_])|!)(\w*)(.*)$')
CELL = re.compile(r'\A(\s*)%%(\w+)([^\n]*)\n?(.*)\Z', re.S)
OPTION = re.compile(r'-([nr])\s*(\d+)\s+')
RUNS = 7
INSTALL = ('did nothing: nothing can be installed in this page. d2lmini, numpy, matplotlib and autograd are here; for '
           'other packages, take the notebook along (at the top of the page) and run it where you may install.')
NOTES = {
    'matplotlib': 'does nothing here, and need not: figures appear below their cell.',
    'pip': INSTALL, 'conda': INSTALL, 'mamba': INSTALL, 'uv': INSTALL,
}
MAGIC = 'did nothing: of the magics of notebooks, this page knows %timeit and %time. JupyterLab knows all (make lab).'
SYSTEM = 'did nothing: a page has no command line. In JupyterLab (make lab) there is one.'


def translate(code: str) -> str:
    """Return a cell as Python, line by line: what is for IPython or the system becomes a call of a function here."""
    cell = CELL.match(code)
    if cell:
        blank, name, line, body = cell.groups()
        return f'{blank}__import__({__name__!r}).of_cell({name!r}, {line.strip()!r}, {body!r})'
    lines = []
    for line in code.split('\n'):
        found = LINE.match(line)
        if found and complete(lines):
            indent, sign, name, rest = found.groups()
            line = f'{indent}__import__({__name__!r}).of_line({sign + name!r}, {rest.strip()!r})'
        lines.append(line)
    return '\n'.join(lines)


def complete(lines: list[str]) -> bool:
    """Say whether a statement may begin after these lines: no bracket, text or backslash is open."""
    if lines and lines[-1].endswith('\\'):
        return False
    try:
        list(tokenize.generate_tokens(io.StringIO('\n'.join([*lines, ''])).readline))
    except (tokenize.TokenError, SyntaxError):
        return False
    return True


def of_line(name: str, rest: str):
    """Do what a line asks for, or print that it was not done."""
    caller = sys._getframe(1)
    if name == '%timeit':
        return measure(rest, 'pass', caller)
    if name == '%time':
        return once(rest, caller)
    print(f'{name} {NOTES.get(name[1:], MAGIC if name[0] == "%" else SYSTEM)}')
    return None


def of_cell(name: str, line: str, body: str):
    """Do what the first line of a cell asks for with the other lines, or print that they did not run."""
    caller = sys._getframe(1)
    if name == 'timeit':
        options = ''.join(found[0] for found in options_of(line))
        return measure(options + body, line[len(options):].strip() or 'pass', caller)
    if name == 'time':
        return once(body, caller)
    print(f'%%{name} {MAGIC} Its cell did not run.')
    return None


def options_of(text: str):
    """Yield the options that a text begins with."""
    at = 0
    while found := OPTION.match(text + ' ', at):
        yield found
        at = found.end()


def measure(text: str, setup: str, caller):
    """Time a statement as %timeit does: seven runs of as many loops as take a fifth of a second."""
    import statistics  # here, because Python starts sooner without them
    import timeit

    options = list(options_of(text))
    statement = text[sum(len(found[0]) for found in options):].strip()
    if not statement or re.match(r'-[a-zA-Z]\b', statement):
        print('%timeit did nothing: it takes a statement, and before it -n LOOPS and -r RUNS, if you like.')
        return
    chosen = {found[1]: max(1, int(found[2])) for found in options}
    timer = timeit.Timer(statement, setup, globals=caller.f_globals | caller.f_locals)
    loops = chosen.get('n') or timer.autorange()[0]
    times = [seconds / loops for seconds in timer.repeat(chosen.get('r', RUNS), loops)]
    print(f'{written(statistics.fmean(times))} ± {written(statistics.pstdev(times))} per loop (mean ± std. dev. of '
          f'{len(times)} {"run" if len(times) == 1 else "runs"}, {loops:,} {"loop" if loops == 1 else "loops"} each)')


def once(code: str, caller):
    """Run code once, in its own scope, print the time that it took, and return its value."""
    try:
        compiled, has_value = compile(code.strip(), '<time>', 'eval'), True
    except SyntaxError:
        compiled, has_value = compile(code, '<time>', 'exec'), False
    started = time.perf_counter()
    value = eval(compiled, caller.f_globals, caller.f_locals)
    print(f'Wall time: {written(time.perf_counter() - started)}')
    return value if has_value else None


def written(seconds: float) -> str:
    for unit, size in (('s', 1), ('ms', 1e-3), ('µs', 1e-6)):
        if seconds >= size:
            return f'{seconds / size:.3g} {unit}'
    return f'{seconds / 1e-9:.3g} ns'
