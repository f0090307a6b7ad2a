"""Which cells above a cell needs: those that make, or may change, the names that it uses. In doubt, a cell is needed.

It needs no browser: tests/book/test_live_names.py asks it about every chapter, too.
"""
import ast
import builtins
import functools
import re
from typing import NamedTuple

import live_magics

LIBRARIES = ('numpy', 'matplotlib', 'math', 'itertools', 'functools')           # they change no argument …
VIEWS = {'asarray', 'atleast_1d', 'atleast_2d', 'broadcast_to', 'ravel', 'reshape', 'split', 'squeeze', 'transpose'}
CHANGING = {'shuffle', 'copyto', 'fill', 'put', 'place', 'putmask', 'fill_diagonal', 'at'}          # … except these
# Functions of d2lmini that change what they are given: optimizers, and all that trains.
TRAINING = {'adadelta', 'adafactor', 'adagrad', 'adam', 'adamw', 'amsgrad', 'lion', 'muon', 'nadam', 'nesterov',
            'prodigy', 'rmsprop', 'schedule_free', 'sgd', 'sgd_momentum', 'shampoo', 'soap', 'yogi'}
# Methods that change nothing; of these, the first return a new value, the others what may share memory.
NEW = {'all', 'any', 'argmax', 'argmin', 'astype', 'count', 'format', 'index', 'join', 'keys', 'max', 'mean', 'min',
       'prod', 'round', 'std', 'sum', 'tolist'}
READING = NEW | {'copy', 'get', 'items', 'reshape', 'split', 'values'}
# Methods that keep what they are given, and builtins whose result shares nothing with it.
KEEPING = {'add', 'append', 'extend', 'insert', 'setdefault', 'update'}
COUNTING = {'abs', 'all', 'any', 'bool', 'float', 'format', 'int', 'isinstance', 'len', 'pow', 'print', 'range', 'repr',
            'round', 'str', 'sum', 'type'}
SETTING = re.compile(r'rcParams|\.(set|use|seed|rc)(?![a-z])')            # functions that set something for good
FIXED_STREAMS = ('default_rng', 'Generator', 'SeedSequence')


class Effect(NamedTuple):
    """What a call may do: names outside that it changes, functions that it calls, whether arguments change, acts."""

    touched: frozenset = frozenset()
    calls: frozenset = frozenset()
    arguments: bool = False
    acts: bool = False


class Cell(ast.NodeVisitor):
    """What a cell does with names, statement by statement; `above` is the cell before it.

    used: names that it takes from above. late: names that its functions take when they are called. bound: names that it
    makes in any case. touched: names that it makes or may change. acts: whether it changes what has no name here.
    """

    def __init__(self, code: str, above: 'Cell | None' = None):
        self.used, self.late, self.bound, self.touched = set(), set(), set(), set()
        self.calls = set()          # functions that are called
        self.acts, self.sure = False, True
        self.libraries = dict(above.libraries) if above else {}     # name: the module that it stands for
        self.fixed = set(above.fixed) if above else set()           # modules, functions, numbers: no call changes them
        self.effects = dict(above.effects) if above else {}         # what a call of a function or class may do
        self.same = dict(above.same) if above else {}       # names that may share what they hold, by name
        self.made = set(above.made) if above else set()     # names of what a library made: arrays, axes, generators
        try:
            self.visit(ast.parse(live_magics.translate(code)))
        except SyntaxError:
            self.acts = True

    def bind(self, name, fixed=False):
        self.touched.add(name)
        self.effects.pop(name, None)
        self.made.discard(name)
        self.fixed = self.fixed | {name} if fixed else self.fixed - {name}
        if self.sure:
            self.bound.add(name)
            self.part(name)

    def part(self, name):
        """A name that is bound anew shares nothing with others any more."""
        for other in self.same.pop(name, frozenset()) - {name}:
            self.same[other] -= {name}

    def touch(self, changed):
        """Names whose values may change, and those that may share them."""
        for name in changed - self.fixed:
            self.touched |= self.same.get(name, frozenset({name}))

    def share(self, target, value, item=False):
        """After `target = value`, or for an item of the value, a change of the one may be a change of the other."""
        pairs = [(target, value)]
        if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and len(target.elts) == len(value.elts):
            pairs = zip(target.elts, value.elts)
        elif item and isinstance(target, ast.Tuple) and isinstance(value, ast.Call):
            function = getattr(value.func, 'id', '')
            if function == 'zip' and len(value.args) == len(target.elts):
                pairs = zip(target.elts, value.args)
            elif function == 'enumerate':
                pairs = [(target.elts[1], value.args[0])]
        for one, other in pairs:
            self.join(names(one) | self.shared(other))
            if self.of_library(other):
                self.made |= names(one)

    def join(self, group):
        group = frozenset(group - self.fixed)
        group = group.union(*(self.same.get(name, frozenset()) for name in group))
        self.same |= dict.fromkeys(group, group)

    def shared(self, value) -> set[str]:
        """Return the names with which a value may share memory; none if it is new."""
        if isinstance(value, (ast.BinOp, ast.Compare, ast.UnaryOp, ast.Constant, ast.JoinedStr, ast.Lambda)):
            return set()
        if isinstance(value, (ast.Attribute, ast.Subscript, ast.Starred)):
            return self.shared(value.value)
        if isinstance(value, (ast.Tuple, ast.List)):
            return set().union(*map(self.shared, value.elts))
        if isinstance(value, (ast.ListComp, ast.GeneratorExp)):
            loops = value.generators
            own = set().union(*(names(loop.target) for loop in loops))
            inner = self.shared(value.elt)
            return inner - own | (set().union(*(self.shared(loop.iter) for loop in loops)) if inner & own else set())
        if isinstance(value, ast.Call):
            module, last = self.module(value.func), getattr(value.func, 'attr', None)
            if (module in LIBRARIES and last not in VIEWS) or module == 'd2lmini' or (module is None and last in NEW):
                return set()
            first = getattr(value.func, 'id', None)
            if first in COUNTING and first not in self.effects:
                return set()
            given = [*value.args, *(word.value for word in value.keywords)]
            return set().union(*map(self.shared, given), self.shared(value.func.value) if last else set())
        return names(value)

    def of_library(self, value) -> bool:
        """Whether a value was made by a library, whose methods leave alone what they are given."""
        while isinstance(value, (ast.Attribute, ast.Subscript)):
            value = value.value
        if isinstance(value, ast.Call):
            return self.module(value.func) in (*LIBRARIES, 'd2lmini') or self.of_library(value.func)
        return isinstance(value, ast.Name) and value.id in self.made

    def module(self, function) -> str | None:
        """Return the library that a function is of, or None."""
        return self.libraries[root(function)].partition('.')[0] if root(function) in self.libraries else None

    def call(self, name):
        """Add what a call of a function of the page may do, and what those that it calls may; they may come later."""
        todo, seen = [name], set()
        while todo:
            if (one := todo.pop()) not in seen and one in self.effects:
                seen.add(one)
                effect = self.effects[one]
                self.touched |= effect.touched          # a global that is bound anew, though no call could change it
                self.touch(effect.touched)
                self.acts |= effect.acts
                todo += effect.calls
        self.calls.add(name)

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
            self.share(target, node.value)
            if isinstance(target, ast.Name) and isinstance(node.value, ast.Constant):
                self.fixed.add(target.id)
            if isinstance(target, ast.Name) and isinstance(node.value, ast.Lambda):
                self.effects[target.id] = self.effects['lambda']

    def visit_AnnAssign(self, node):
        if node.value is not None:
            self.visit_Assign(node)

    def visit_AugAssign(self, node):
        self.visit(node.value)
        self.set(node.target)
        self.used |= names(node.target) - self.bound
        self.touched |= names(node.target)
        self.touch(names(node.target))

    def visit_Delete(self, node):
        for target in node.targets:
            self.used |= names(target) - self.bound
            self.touched |= names(target)
            self.touch(names(target))

    def set(self, target):
        """An attribute or an item is set: what it belongs to changes."""
        for part in ast.walk(target):
            if isinstance(part, (ast.Attribute, ast.Subscript)):
                self.touch(names(part.value))
                self.acts |= root(part) in self.libraries

    def visit_Call(self, node):
        """What goes into a call may come out of it changed, unless the function is known to leave it alone."""
        self.generic_visit(node)
        first, last = root(node.func), getattr(node.func, 'attr', None)
        given = set().union(*(names(part) for part in [*node.args, *(word.value for word in node.keywords)]))
        self.touch(set().union(*(names(word.value) for word in node.keywords if word.arg == 'out')))
        # A function that is given away may be called: map(f, x).
        for name in {first} | given | ({'class'} if last else set()):
            self.call(name)
        functions = {first} & self.effects.keys() if isinstance(node.func, ast.Name) else set()
        functions |= given & self.effects.keys()
        if any(self.effects[name].arguments for name in functions):
            self.touch(given)
        if first in self.effects and isinstance(node.func, ast.Name):
            return
        module = self.module(node.func)
        if module in LIBRARIES:
            self.touch(given if last in CHANGING else set())
        elif module == 'd2lmini':
            name = last or self.libraries[first].rpartition('.')[2]
            self.touch(given if name in TRAINING or name.startswith('train') else set())
        elif isinstance(node.func, ast.Name) and first in vars(builtins):
            self.acts |= first in ('exec', 'eval', 'globals', '__import__')
            self.touch(given if first in ('next', 'setattr', 'delattr') else set())
        else:
            self.touch(set() if last in READING else names(node.func))
            if last in KEEPING:
                self.join(names(node.func) | given)
            elif last in CHANGING or not (last and self.of_library(node.func)):
                self.touch(given)

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
        if self.sure:
            for name in names(node.target):
                self.part(name)
        self.share(node.target, node.iter, item=True)
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
        self.effects['lambda'] = self.inside([node.body], node.args)

    def visit_FunctionDef(self, node):
        for part in [*node.decorator_list, *node.args.defaults, *filter(None, node.args.kw_defaults)]:
            self.visit(part)
        effect = self.inside(node.body, node.args)
        self.bind(node.name, fixed=True)
        self.effects[node.name] = effect

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_ClassDef(self, node):
        for part in [*node.bases, *node.decorator_list]:
            self.visit(part)
        effect = self.inside(node.body, None)
        self.bind(node.name, fixed=True)
        self.effects[node.name] = effect
        # A method is called by the name of an object: what any class does counts for each call of a method.
        known = self.effects.get('class', Effect())
        self.effects['class'] = Effect(known.touched | effect.touched, known.calls | effect.calls,
                                       True, known.acts | effect.acts)

    def inside(self, body, args):
        """Look into a function or class: what it takes from outside is needed when it is called, here or below."""
        inner = Cell('', self)
        inner.same = {}
        walked = (node for part in body for node in ast.walk(part))
        outer = {name for node in walked if isinstance(node, ast.Global) for name in node.names}
        own = (arguments(args) | set().union(*map(stored, body))) - outer
        inner.bound = set(own)
        for statement in body:
            inner.visit(statement)
        self.late |= inner.used | inner.late - own
        self.touched |= outer | inner.touched - own
        self.acts |= inner.acts
        changes = bool(args is None or inner.touched & arguments(args))
        return Effect(frozenset(outer | inner.touched - own), frozenset(inner.calls), changes, inner.acts)


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


@functools.lru_cache(512)
def analyzed(codes: tuple[str, ...]) -> tuple[Cell, ...]:
    """Return the cells of these codes, each of which knows the one above it."""
    if not codes:
        return ()
    above = analyzed(codes[:-1])
    return (*above, Cell(codes[-1], above[-1] if above else None))


def needed(codes: list[str]) -> list[int]:
    """Return the places of the cells that the last one needs, in their order, without itself."""
    cells = analyzed(tuple(codes))
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


def plan(codes: list[str], groups: list[str]) -> list[list[int]]:
    """Return, for each cell, the places of those above that it needs.

    The cells of a solution are a group; all others have the group ''. A cell needs cells of another solution only if
    they alone make a name that it uses.
    """
    found = []
    for own, code in enumerate(codes):
        places = [place for place in range(own) if groups[place] in ('', groups[own])]
        others = set(range(own)) - set(places)
        if others:
            *near, last = analyzed((*(codes[place] for place in places), code))
            missing = (last.used | last.late).difference(dir(builtins), *(cell.touched for cell in near), last.touched)
            made = set().union(*(cell.touched for cell in analyzed(tuple(codes[:own]))[min(others):]))
            places = list(range(own)) if missing & made else places
        found.append([places[i] for i in needed([*(codes[place] for place in places), code])])
    return found
