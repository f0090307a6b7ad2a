"""Bugs planted in the text: a sign in an equation, a number in a claim, a digit in a recording. Each fails a test."""
import ast
import re
import subprocess
import sys
from configparser import ConfigParser
from decimal import Decimal
from pathlib import Path

import nbformat

from book import chapters
from book.execute import compare

ROW = re.compile(r"^    '(eq-[\w-]+)': \('[0-9a-f]{12}'", re.M)
SIGN = re.compile(r'(?<![\^_{])[-+]')
RESULT = re.compile(r'^(PASSED|FAILED) \S*?([\w-]+)\.ipynb::Cell (\d+)', re.M)


def equations(folder: Path):
    """Yield (name, chapter, text) with the last sign turned, or a minus put after the equals sign where there is none.

    For each equation of the table in tests/package/test_equations.py.
    """
    for label in ROW.findall((folder / 'tests' / 'package' / 'test_equations.py').read_text(encoding='utf-8')):
        for path in chapters.pages(folder):
            text = path.read_text(encoding='utf-8')
            end = text.find(f'\n$$ ({label})\n')
            if end >= 0:
                start = text.rindex('\n$$\n', 0, end) + 4
                signs = [match.start() for match in SIGN.finditer(text, start, end)]
                at = signs[-1] if signs else text.index('=', start, end)
                yield label, path, text[:at] + {'+': '-', '-': '+', '=': '= -'}[text[at]] + text[at + 1:]


def claim(source: str) -> str | None:
    """Return a cell with the last digit of a number changed that an assertion demands exactly, or None."""
    try:
        tree = ast.parse(source)
    except SyntaxError:                 # a cell with a magic of IPython
        return None
    claims = [part for node in ast.walk(tree) if isinstance(node, ast.Assert) for part in ast.walk(node.test)
              if isinstance(part, ast.Compare) and isinstance(part.ops[0], ast.Eq)]
    numbers = [part.comparators[0] for part in claims
               if type(getattr(part.comparators[0], 'value', None)) in (int, float)]
    if not numbers:
        return None
    lines, number = source.split('\n'), numbers[0]
    line = lines[number.lineno - 1].encode()                # positions count bytes
    written = Decimal(line[number.col_offset:number.end_col_offset].decode())
    new = str(written + Decimal(1).scaleb(written.as_tuple().exponent))
    lines[number.lineno - 1] = (line[:number.col_offset] + new.encode() + line[number.end_col_offset:]).decode()
    return '\n'.join(lines)


def digit(text: str, sanitized: list[re.Pattern]) -> str | None:
    """Return a recorded text with its first decimal (or whole number) moved by far, or None if it has none."""
    hidden = [match.span() for pattern in sanitized for match in pattern.finditer(text)]
    for pattern in (compare.DECIMAL, re.compile(r'(?<![\w.])\d+(?![\w.])')):
        for match in pattern.finditer(text):
            if not any(start <= match.start() < end for start, end in hidden):
                at = next(i for i in range(match.start(), match.end()) if text[i].isdigit())
                return f'{text[:at]}{(int(text[at]) + 5) % 10}{text[at + 1:]}'
    return None


def figure(svg: str) -> str | None:
    """Return a recorded figure with its first curve's first point moved by 10 pt."""
    match = re.search(r'<path d="M (\d+)', svg)
    return match and f'{svg[:match.start(1)]}{int(match[1]) + 10}{svg[match.end(1):]}'


def mutate(notebook, kind, sanitized) -> list[int]:
    """Change claims or digits of a recording in place; return the numbers of the cells in which something changed."""
    changed = []
    for number, cell in enumerate(c for c in notebook.cells if c.cell_type == 'code'):
        if kind == 'claims':
            new = claim(cell.source)
            if new:
                cell.source = new
                changed.append(number)
        else:
            for name, slots in compare.values(cell.outputs).items():
                for holder, key in slots:
                    new = figure(holder[key]) if name == compare.SVG else digit(holder[key], sanitized)
                    if new:
                        holder[key] = new
                        changed.append(number)
    return sorted(set(changed))


def failed_cells(folder: Path, stem: str) -> set[int]:
    """Run nbval on one recording; return the numbers of the cells that fail."""
    command = [sys.executable, '-m', 'pytest', '-rA', '--tb=no', '--color=no', '-p', 'no:cacheprovider',
               f'tests/recorded/{stem}.ipynb']
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    verdicts = RESULT.findall(done.stdout)
    if not verdicts:
        sys.exit(f'nbval did not run on {stem}: {done.stdout[-500:]}{done.stderr[-500:]}')
    return {int(number) for verdict, _, number in verdicts if verdict == 'FAILED'}


def recordings(folder: Path):
    """Yield (what, planted, survivors) for the claims, then for the digits, of each recording, run by nbval."""
    settings = ConfigParser()
    settings.read(folder / 'tests' / 'sanitize.cfg')
    sanitized = [re.compile(settings[section]['regex']) for section in settings.sections()]
    for path in sorted((folder / 'tests' / 'recorded').glob('*.ipynb')):
        right = path.read_bytes()
        for kind in ('claims', 'digits'):
            notebook = nbformat.read(path, 4)
            changed = mutate(notebook, kind, sanitized)
            if changed:
                nbformat.write(notebook, path)
                alive = sorted(set(changed) - failed_cells(folder, path.stem))
                path.write_bytes(right)
                yield f'{kind} of {path.stem}', len(changed), [f'cell {number}' for number in alive]


def claims_of_chapters(folder: Path):
    """Yield (chapter, text) with a number changed in the first claim of each chapter, its recording left alone."""
    for path in chapters.with_code(folder):
        text = path.read_text(encoding='utf-8')
        for cell in re.findall(r'^```\{code-cell\}.*?\n(.*?)^```$', text, re.M | re.S):
            source = re.sub(r'\A---\n.*?^---\n', '', cell, flags=re.M | re.S)
            new = claim(source)
            if new:
                yield path, text.replace(source, new, 1)
                break


def survivors(bugs, test):
    """Return the names of the texts that no test notices; bugs holds (name, file, text)."""
    alive = []
    for name, path, text in bugs:
        right = path.read_text(encoding='utf-8')
        path.write_text(text, encoding='utf-8')
        if test() is None:
            alive.append(name)
        path.write_text(right, encoding='utf-8')
    return alive


def report(folder: Path, pytest, quick) -> int:
    """Plant all of them in a copy of the tree; print a table; return how many survived."""
    signs = list(equations(folder))
    numbers = [(path.name, path, text) for path, text in claims_of_chapters(folder)]
    rows = [('a sign in an equation', len(signs), survivors(
                signs, lambda: pytest(folder, *quick, 'tests/package/test_equations.py'))),
            ("a number in a chapter's claim", len(numbers), survivors(
                numbers, lambda: pytest(folder, *quick, 'tests/book/test_recordings.py')))]
    wrong = 0
    for what, count, alive in (*rows, *recordings(folder)):
        print(f'{count:8} {count - len(alive):7} {"":6} {len(alive):6}  {what}', flush=True)
        for name in alive:
            print(f'SURVIVED {what}: {name}')
        wrong += len(alive)
    return wrong
