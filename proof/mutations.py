"""The operators of mutation testing: small changes of a program, one at a time, on its syntax tree.

Left out: docstrings, annotations, imports, and messages (texts with a space, and all that an exception says).
"""
import ast
from collections import Counter
from collections.abc import Iterator

ARITHMETIC = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult,
              ast.Pow: ast.Mult, ast.Mod: ast.Mult, ast.BitOr: ast.BitAnd}
COMPARISON = {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq,
              ast.NotEq: ast.Eq, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is}
LOGIC = {ast.And: ast.Or, ast.Or: ast.And}
NAMES = {'min': 'max', 'max': 'min'}
REMOVABLE = (ast.Expr, ast.Assign, ast.AugAssign, ast.Raise)


def operator(node):
    """+ for −, · for /, < for ≤, and for or, and so on."""
    if isinstance(node, (ast.BinOp, ast.AugAssign)) and type(node.op) in ARITHMETIC:
        yield changed(node, op=ARITHMETIC[type(node.op)]())
    elif isinstance(node, ast.BoolOp):
        yield changed(node, op=LOGIC[type(node.op)]())
    elif isinstance(node, ast.Compare):
        for i, op in enumerate(node.ops):
            yield changed(node, ops=[*node.ops[:i], COMPARISON[type(op)](), *node.ops[i + 1:]])


def sign(node):
    """x for −x, and x for not x."""
    if isinstance(node, ast.UnaryOp):
        yield node.operand


def constant(node):
    """1 for 0, 1.01 · x for x, and another text."""
    value = getattr(node, 'value', None)
    if isinstance(node, ast.Constant) and value not in (None, ...) and ' ' not in str(value):
        new = (not value if isinstance(value, bool) else value + 1 if isinstance(value, int)
               else value * 1.01 or 1.0 if isinstance(value, float) else value + '~')
        yield ast.Constant(new)


def call(node):
    """The first two arguments swapped; a keyword left out; x for f(x); max for min."""
    if not isinstance(node, ast.Call):
        return
    name = getattr(node.func, 'id', '')
    if len(node.args) > 1 and name not in NAMES and not any(isinstance(a, ast.Starred) for a in node.args[:2]):
        yield changed(node, args=[node.args[1], node.args[0], *node.args[2:]])
    for i in range(len(node.keywords)):
        yield changed(node, keywords=node.keywords[:i] + node.keywords[i + 1:])
    if len(node.args) == 1 and not node.keywords and not isinstance(node.args[0], (ast.Starred, ast.GeneratorExp)):
        yield node.args[0]
    if name in NAMES:
        yield changed(node, func=ast.Name(NAMES[name]))


def condition(node):
    """The other branch is taken."""
    if isinstance(node, (ast.If, ast.While, ast.IfExp)):
        yield changed(node, test=ast.UnaryOp(ast.Not(), node.test))
    elif isinstance(node, ast.comprehension) and node.ifs:
        yield changed(node, ifs=[ast.UnaryOp(ast.Not(), node.ifs[0]), *node.ifs[1:]])


def statement(node):
    """A statement is left out; nothing is returned."""
    if isinstance(node, REMOVABLE):
        yield ast.Pass()
    elif isinstance(node, ast.Return) and not isinstance(node.value, (ast.Constant, type(None))):
        yield ast.Return(None)


OPERATORS = (operator, sign, constant, call, condition, statement)


def changed(node, **fields):
    """Return a copy of a node with other fields; its children are shared."""
    return type(node)(**{**dict(ast.iter_fields(node)), **fields})


def places(node, where='') -> Iterator[tuple[str, ast.AST]]:
    """Yield (name of the function or class around it, node) for every node that may be changed."""
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return
    yield where, node
    if isinstance(node, ast.Raise):
        return                                          # it may go as a whole; its message does not matter
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        where = f'{where}.{node.name}'.lstrip('.')
    for field, value in ast.iter_fields(node):
        if field in ('annotation', 'returns', 'decorator_list'):
            continue
        children = [child for child in (value if isinstance(value, list) else [value]) if isinstance(child, ast.AST)]
        for i, child in enumerate(children):
            docstring = field == 'body' and i == 0 and isinstance(child, ast.Expr) and \
                isinstance(child.value, ast.Constant)
            if not docstring:
                yield from places(child, where)


class Exchange(ast.NodeTransformer):
    """Put one node in place of another."""

    def __init__(self, old, new):
        self.old, self.new = old, new

    def visit(self, node):
        return self.new if node is self.old else self.generic_visit(node)


def line(node):
    """Return a node as one line of code, as its name."""
    if isinstance(node, (ast.If, ast.While)):
        node = node.test
    code = 'if ' + ' if '.join(map(ast.unparse, node.ifs)) if isinstance(node, ast.comprehension) else ast.unparse(node)
    return ' '.join(code.split())


def mutants(source: str) -> Iterator[tuple[str, str]]:
    """Yield (name, source) for every small change of a program. A name tells where, what was and what is."""
    tree, names = ast.parse(source), Counter()
    for where, node in list(places(tree)):
        for change in OPERATORS:
            for new in change(node):
                if ast.dump(node) != ast.dump(new):
                    name = f'{where or "module"}: {line(node)} -> {line(new)}'
                    names[name] += 1
                    Exchange(node, new).visit(tree)
                    changed_source = ast.unparse(ast.fix_missing_locations(tree))
                    Exchange(new, node).visit(tree)
                    yield name + (f' #{names[name]}' if names[name] > 1 else ''), changed_source
