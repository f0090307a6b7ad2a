"""Sphinx extension: format plain docstrings for the page, where `names` are code and links, and equations have numbers.

In `help()` a docstring is plain text: `name` in backticks, eq-adam-v for an equation, indented lines for formulas.
"""
import re

import d2lmini

CODE = re.compile(r'(?<![`:])`([^`]+)`(?!`)')
EQUATION = re.compile(r'\beq-[a-z0-9-]+')
CHAPTER = re.compile(r'\bchapters/([a-z-]+)\.md')
BEFORE_NAPOLEON = 400       # its handler has Sphinx's default, 500


def code(match):
    """Return a link for a public name of the package, and inline code for anything else in backticks."""
    text = match[1]
    return f':py:obj:`~d2lmini.{text}`' if text in d2lmini.__all__ else f'``{text}``'


def formulas(lines):
    """Yield the lines; before an indented block that follows a paragraph, add a directive that keeps its lines."""
    paragraph, inside = '', False
    for line in lines:
        indented = line.startswith(' ')
        if indented and paragraph and not paragraph.endswith(':') and not inside:
            yield from ('.. code-block:: text', '')
            inside = True
        if line and not indented:
            paragraph, inside = line, False
        yield line


def dress(app, what, name, obj, options, lines):
    plain = list(lines)
    lines[:] = [line if line.startswith('.. ') else
                CHAPTER.sub(r':doc:`/chapters/\1`', EQUATION.sub(r':eq:`\g<0>`', CODE.sub(code, line)))
                for line in formulas(plain)]


def setup(app):
    app.connect('autodoc-process-docstring', dress, priority=BEFORE_NAPOLEON)
    return {'parallel_read_safe': True, 'parallel_write_safe': True}
