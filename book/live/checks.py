"""Sphinx extension: exercises that check themselves, from the files in chapters/checks.

`chapters/checks/<label>.py` belongs to the exercise with that label, and contains all of it:

- the task, as its docstring (backticks mark code);
- the solution. What is between the lines `# solution` and `# end` is what the reader has to write: the stub has dots in
  its place. A line that ends in `# wrong: ...` names a likely mistake, which the check must find;
- below the line `# check`, the hidden check: a function that gets the reader's functions by their names, and the
  helpers `close` and `pair` of book/live/web/live_check.py. It compares with facts from other sources: numbers
  worked out by hand, closed forms, limits. It never compares with the solution.

The block comes after the exercise, and the code that passes after the hint; the student's edition leaves it out. The
chapter's own text does not change, so recordings and downloads do not either.
"""
import ast
import html
import re
from dataclasses import dataclass
from pathlib import Path

from docutils import nodes
from sphinx.errors import ExtensionError
from sphinx_exercise.nodes import exercise_enumerable_node, exercise_node

from book import CHAPTERS
from book.exercises import BLOCK

FOLDER = CHAPTERS / 'checks'
WRONG = re.compile(r'^( *)(\S.*?) *# wrong: (.*)$', re.M)
DOTS = '...  # your code here'


@dataclass
class Check:
    label: str
    task: str
    stub: str
    solution: str
    wrong: list[str]
    hidden: str


def parse(path: Path) -> Check:
    """Read the file of one exercise.

    Raises:
        ValueError: a part is missing; the message names it.
    """
    text = path.read_text(encoding='utf-8')
    code, mark, hidden = text.partition('\n# check\n')
    task = ast.get_docstring(ast.parse(text))
    for part, there in (('docstring with the task', task), ('line "# check"', mark),
                        ('block from "# solution" to "# end"', BLOCK.search(code)),
                        ('planted mistake, "# wrong: ..."', WRONG.search(code))):
        if not there:
            raise ValueError(f'{path.name} has no {part}')
    code = '\n'.join(code.splitlines()[ast.parse(text).body[0].end_lineno:]).strip() + '\n'

    def solved(keep=None):
        """Return the solution, with the mistake at the place `keep` in it, if any."""
        lines = WRONG.sub(lambda line: line[1] + (line[3] if line.start() == keep else line[2]), code)
        return BLOCK.sub(lambda block: block[2], lines)

    return Check(label=path.stem, task=' '.join(task.split()), stub=BLOCK.sub(rf'\1{DOTS}\n', code), solution=solved(),
                 wrong=[solved(line.start()) for line in WRONG.finditer(code)], hidden=hidden.strip() + '\n')


def every() -> list[Check]:
    return [parse(path) for path in sorted(FOLDER.glob('*.py'))]


def code_block(code: str, *classes: str) -> nodes.container:
    return nodes.container('', nodes.literal_block(code, code, language='ipython3'), classes=list(classes))


def task(text: str) -> nodes.paragraph:
    """Return the task as a paragraph; text in backticks is code."""
    parts = [nodes.literal(part, part) if i % 2 else nodes.Text(part) for i, part in enumerate(text.split('`'))]
    return nodes.paragraph('', '', nodes.strong('', 'Check yourself.'), nodes.Text(' '), *parts, classes=['check-task'])


def block(check: Check) -> nodes.container:
    """Return what the page shows of a check. A template is inert: it is not shown, run, read aloud or searched."""
    hidden = f'<template class="check-hidden">{html.escape(check.hidden)}</template>'
    return nodes.container('', task(check.task), code_block(check.stub, 'check-input'),
                           nodes.raw('', hidden, format='html'), classes=['check'])


def add_checks(app, doctree):
    """Put each check after its exercise, and the code that passes after the hint."""
    for exercise in [*doctree.findall(exercise_node), *doctree.findall(exercise_enumerable_node)]:
        path = FOLDER / f'{exercise["label"]}.py'
        if not path.is_file():
            continue
        app.env.note_dependency(str(path))
        try:
            check = parse(path)
        except (ValueError, SyntaxError) as why:
            raise ExtensionError(f'chapters/checks: {why}') from why
        parent, at = exercise.parent, exercise.parent.index(exercise) + 1
        parent.insert(at, block(check))
        if app.config.edition == 'student':
            continue
        passes = nodes.admonition('', nodes.title('', 'Code that passes'), code_block(check.solution),
                                  classes=['dropdown', 'check-passes'])
        after = parent[at + 1] if at + 1 < len(parent) else None
        hinted = isinstance(after, nodes.admonition) and after[0].astext() == 'Hint'
        parent.insert(at + 1 + hinted, passes)


def setup(app):
    # Pages are read again when a file appears or disappears. (A folder as a dependency would always count as changed.)
    app.add_config_value('checks', sorted(path.name for path in FOLDER.glob('*.py')), 'env')
    app.connect('doctree-read', add_checks)
    return {'parallel_read_safe': True, 'parallel_write_safe': True}
