"""Sphinx extension: the line behind which code is folded (`:tags: [hide-input]`) says what the code does."""
import ast

from docutils import nodes

FIGURE, CHECK, OTHER = 'How this figure is drawn', 'How this is checked', 'How this is computed'


def only_checks(code: str) -> bool:
    """Return whether a cell only asserts, besides imports and definitions; one with a magic, no Python, does more."""
    try:
        body = ast.parse(code).body
    except SyntaxError:
        return False
    work = [part for part in body if not isinstance(part, ast.Import | ast.ImportFrom | ast.FunctionDef)]
    return bool(work) and all(isinstance(part, ast.Assert) for part in work)


def say(app, doctree):
    for cell in doctree.findall(lambda node: isinstance(node, nodes.container) and 'prompt_show' in node):
        source = next(cell.findall(nodes.literal_block)).astext()
        figure = 'figure' in cell['cell_metadata'].get('mystnb', {})
        cell['prompt_show'] = cell['prompt_hide'] = FIGURE if figure else CHECK if only_checks(source) else OTHER


def setup(app):
    app.connect('doctree-read', say)
    return {'parallel_read_safe': True, 'parallel_write_safe': True}
