"""Which cells above a cell needs: those that make, or may change, the names that it uses. In doubt, a cell is needed.

It needs no browser: tests/book/test_live_names.py asks it about every chapter, too.
"""
import ast
import builtins
import re

import live_magics

LIBRARIES = ('numpy', 'matplotlib', 'math', 'itertools', 'functools')           # they change no argument …
CHANGING = {'shuffle', 'copyto', 'fill', 'put', 'place', 'putmask', 'fill_diagonal', 'at'}          # … but for these
# Functions of d2lmini that change what they are given: optimizers, and all that trains.
TRAINING = {'adadelta', 'adagrad', 'adam', 'nesterov', 'rmsprop', 'sgd', 'sgd_momentum', 'yogi'}
# Methods that change nothing.
READING = {'all', 'any', 'argmax', 'argmin', 'astype', 'copy', 'count', 'format', 'get', 'index', 'items', 'join',
           'keys', 'max', 'mean', 'min', 'prod', 'reshape', 'round', 'split', 'std', 'sum', 'tolist', 'values'}
SETTING = re.compile(r'rcParams|\.(set|use|seed|rc)(?![a-z])')            # functions that set something for good
FIXED_STREAMS = ('default_rng', 'Generator', 'SeedSequence')


class Cell(ast.NodeVisitor):
    """What a cell does with names, statement by statement; `above` is the cell before it.

    used: names that it takes from above. late: names that its functions take when they are called. bound: names that it
    makes in any case. touched: names that it makes or may change. acts: whether it changes what has no name here.
    """

    def __init__(self, code: str, above: 'Cell | None' = None):
        self.used, self.late, self.bound, self.touched = set(), set(), set(), set()
        self.acts, self.sure = False, True
        self.libraries = dict(above.libraries) if above else {}     # name: the module that it stands for
        self.fixed = set(above.fixed) if above else set()           # modules, functions, numbers: no call changes them
        self.harmless = set(above.harmless) if above else set()     # functions that change no argument
        try:
            self.visit(ast.parse(live_magics.translate(code)))
        except SyntaxError:
            self.acts = True

    def bind(self, name, fixed=False):
        self.touched.add(name)
        self.harmless.discard(name)
        self.fixed = self.fixed | {name} if fixed else self.fixed - {name}
        if self.sure:
            self.bound.add(name)

    def visit_Name(self, node):
        if not isinstance(node.ctx, ast.Load):
            self.bind(node.id)
        elif node.id not in self.bound:
            self.used.add(node.id)

    def visit_Import(self, node):
        inside = f'{node.module}.' if isinstance(node, ast.ImportFrom) else ''
        for alias in node.names:
            name = (alias.asname or alias.name).partition('.')[0]
            self.libraries[name] = inside + alias.name
            self.bind(name, fixed=True)
            self.acts |= name == '*'

    visit_ImportFrom = visit_Import

    def visit_Assign(self, node):
        self.visit(node.value)
        for target in getattr(node, 'targets', None) or [node.target]:
            self.set(target)
            self.visit(target)
            if isinstance(target, ast.Name) and isinstance(node.value, ast.Constant):
                self.fixed.add(target.id)

    def visit_AnnAssign(self, node):
        if node.value is not None:
            self.visit_Assign(node)

    def visit_AugAssign(self, node):
        self.visit(node.value)
        self.set(node.target)
        self.used |= names(node.target) - self.bound
        self.touched |= names(node.target)

    def visit_Delete(self, node):
        for target in node.targets:
            self.used |= names(target) - self.bound
            self.touched |= names(target)

    def set(self, target):
        """An attribute or an item is set: what it belongs to changes."""
        for part in ast.walk(target):
            if isinstance(part, (ast.Attribute, ast.Subscript)):
                self.touched |= names(part.value)
                self.acts |= root(part) in self.libraries

    def visit_Call(self, node):
        """What goes into a call may come out of it changed, unless the function is known to leave it alone."""
        self.generic_visit(node)
        first, last = root(node.func), getattr(node.func, 'attr', None)
        given = set().union(*(names(part) for part in [*node.args, *(word.value for word in node.keywords)]))
        module = self.libraries.get(first, '').partition('.')[0]
        if first in self.harmless or (module in LIBRARIES and last not in CHANGING):
            return
        if module == 'd2lmini':
            name = last or self.libraries[first].rpartition('.')[2]
            changed = given if name in TRAINING or name.startswith('train') else set()
        elif isinstance(node.func, ast.Name) and first in vars(builtins):
            self.acts |= first in ('exec', 'eval', 'globals', '__import__')
            changed = given if first in ('next', 'setattr', 'delattr') else set()
        else:
            changed = given | (set() if last in READING else names(node.func))
        self.touched |= changed - self.fixed

    def visit_Expr(self, node):
        """A bare call of a library may set something for good: np.set_printoptions, plt.rcParams.update."""
        if isinstance(node.value, ast.Call):
            function = node.value.func
            module = self.libraries.get(root(function), '')
            known = module.partition('.')[0] in (*LIBRARIES, 'd2lmini')
            self.acts |= bool(module) and (not known or bool(SETTING.search(ast.unparse(function))))
        self.visit(node.value)

    def visit_Attribute(self, node):
        """numpy.random.normal draws from one stream for all cells; a generator with a name is found by its name."""
        self.acts |= getattr(node.value, 'attr', '') == 'random' and node.attr not in FIXED_STREAMS
        self.generic_visit(node)

    def perhaps(self, *branches, loop=None):
        """Visit what may not run, or not to its end: what it binds is not sure."""
        bound, sure = set(self.bound), self.sure
        self.sure = False
        self.touched |= names(loop)
        for branch in branches:
            self.bound = bound | names(loop)
            for statement in branch:
                self.visit(statement)
                self.bound |= stored(statement)         # what follows in this branch comes after it
        self.bound, self.sure = bound, sure

    def visit_For(self, node):
        self.visit(node.iter)
        self.perhaps(node.body, loop=node.target)
        self.perhaps(node.orelse)

    def visit_While(self, node):
        self.visit(node.test)
        self.perhaps(node.body, node.orelse)

    visit_If = visit_While

    def visit_Try(self, node):
        self.perhaps(node.body + node.orelse, *(handler.body for handler in node.handlers))
        for statement in node.finalbody:
            self.visit(statement)

    def comprehension(self, node):
        bound = set(self.bound)
        for part in node.generators:
            self.visit(part.iter)
            self.bound |= names(part.target)
            for test in part.ifs:
                self.visit(test)
        for value in (getattr(node, part, None) for part in ('elt', 'key', 'value')):
            if value is not None:
                self.visit(value)
        self.bound = bound

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = comprehension

    def visit_Lambda(self, node):
        self.inside([node.body], node.args)

    def visit_FunctionDef(self, node):
        for part in [*node.decorator_list, *node.args.defaults, *filter(None, node.args.kw_defaults)]:
            self.visit(part)
        inner = self.inside(node.body, node.args)
        self.bind(node.name, fixed=True)
        if not inner.touched & arguments(node.args):
            self.harmless.add(node.name)

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_ClassDef(self, node):
        for part in [*node.bases, *node.decorator_list]:
            self.visit(part)
        self.inside(node.body, None)
        self.bind(node.name, fixed=True)

    def inside(self, body, args):
        """Look into a function or class: what it takes from outside is needed when it is called, here or below."""
        inner = Cell('', self)
        walked = (node for part in body for node in ast.walk(part))
        outer = {name for node in walked if isinstance(node, ast.Global) for name in node.names}
        own = (arguments(args) | set().union(*map(stored, body))) - outer
        inner.bound = set(own)
        for statement in body:
            inner.visit(statement)
        self.late |= inner.used | inner.late - own
        self.touched |= outer | inner.touched - own
        self.acts |= inner.acts
        return inner


def root(node) -> str | None:
    """Return the name that a chain of attributes, items and calls begins with."""
    while isinstance(node, (ast.Attribute, ast.Subscript, ast.Call)):
        node = node.func if isinstance(node, ast.Call) else node.value
    return getattr(node, 'id', None)


def names(node) -> set[str]:
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name)} if node is not None else set()


def arguments(args) -> set[str]:
    return {part.arg for part in ast.walk(args) if isinstance(part, ast.arg)} if args is not None else set()


def stored(node) -> set[str]:
    """Return the names that a statement binds, without those of functions inside."""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return {node.name}
    if isinstance(node, ast.Lambda):
        return set()
    own = {node.id} if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load) else set()
    return own.union(*map(stored, ast.iter_child_nodes(node)))


def needed(codes: list[str]) -> list[int]:
    """Return the places of the cells that the last one needs, in their order, without itself."""
    cells = []
    for code in codes:
        cells.append(Cell(code, cells[-1] if cells else None))
    last, found, asked, todo = len(cells) - 1, set(), set(), []

    def take(place):
        if place not in found:
            found.add(place)
            todo.extend((name, place) for name in cells[place].used)
            # A function is called below its cell: what it takes may have been made or changed there.
            todo.extend((name, last) for name in cells[place].late - (cells[last].bound if place == last else set()))

    take(last)
    for place, cell in enumerate(cells[:-1]):
        if cell.acts:
            take(place)
    while todo:
        name, below = todo.pop()
        if (name, below) in asked:
            continue
        asked.add((name, below))
        for place in range(below - 1, -1, -1):
            if name in cells[place].touched:
                take(place)
            if name in cells[place].bound:
                break
    return sorted(found - {last})
