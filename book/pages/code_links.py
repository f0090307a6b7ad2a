"""Sphinx extension: names in code lead to the API page, if they have an entry there.

A name is resolved as Python does: by what the code of the page imports from d2lmini, unless the page binds the name
again. The link is written around the code and keeps its colors.
"""
import ast
import html
import itertools
import re
from collections.abc import Iterator

from docutils import nodes

LANGUAGES = ('python', 'python3', 'ipython3')
WORD = r'<span class="(?:n|nb|nc|nf|nn)">(\w+)</span>'
DOTTED = re.compile(rf'(?<!<span class="o">\.</span>){WORD}(?:<span class="o">\.</span>{WORD})*')
WORDS = re.compile(r'<[^>]*>')


def nodes_of(code: str) -> Iterator[ast.AST]:
    """Return the nodes of code; a console, or a line for IPython, has none."""
    try:
        return ast.walk(ast.parse(code))
    except SyntaxError:
        return iter(())


def meanings(*cells: str) -> dict[str, str]:
    """Return {name: dotted name} of what the cells import from d2lmini and never bind again."""
    found, bound = {}, set()
    for node in itertools.chain.from_iterable(map(nodes_of, cells)):
        if isinstance(node, ast.Import):
            found |= {word: a.name for a in node.names if a.name.partition('.')[0] == 'd2lmini'
                      for word in (a.name, a.asname or a.name)}
        elif isinstance(node, ast.ImportFrom) and (node.module or '').partition('.')[0] == 'd2lmini':
            found |= {a.asname or a.name: f'{node.module}.{a.name}' for a in node.names}
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            bound.add(node.id)
        elif isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            bound.add(node.name)
        elif isinstance(node, ast.arg):
            bound.add(node.arg)
    return {name: dotted for name, dotted in found.items() if name not in bound}


def visit(translator, node):
    """Write a block of code as Sphinx does, and link what it wrote."""
    start, env = len(translator.body), translator.builder.env
    try:
        type(translator).visit_literal_block(translator, node)      # ends by raising that all of the node is written
    finally:
        if node.get('language') in LANGUAGES:
            if not hasattr(translator, 'meanings'):
                blocks = node.document.findall(nodes.literal_block)
                translator.meanings = meanings(*(b.astext() for b in blocks if b.get('language') in LANGUAGES))
            known = env.get_domain('py').objects

            def link(match):
                first, *rest = WORDS.sub('', match[0]).split('.')
                entry = known.get('.'.join([translator.meanings.get(first, ''), *rest]))
                if entry is None:
                    return match[0]
                page = translator.builder.get_relative_uri(translator.builder.current_docname, entry.docname)
                return f'<a class="code-link" href="{html.escape(page)}#{entry.node_id}">{match[0]}</a>'

            translator.body[start:] = [DOTTED.sub(link, part) for part in translator.body[start:]]


def setup(app):
    app.add_node(nodes.literal_block, override=True, html=(visit, None))
    return {'parallel_read_safe': True, 'parallel_write_safe': True}
