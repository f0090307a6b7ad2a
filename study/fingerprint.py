"""The code that a result depends on, as a hash of what it says: comments, docstrings and layout do not count."""
import ast
import functools
import hashlib
import inspect
from collections.abc import Callable
from pathlib import Path

import d2lmini
from study.methods import METHODS

HERE, PACKAGE = Path(__file__).parent, Path(d2lmini.__file__).parent
# Whatever the method. Data files count through the sums that their readers demand.
ALWAYS = [HERE / 'jobs.py', HERE / 'problems.py', PACKAGE / 'network.py', PACKAGE / 'schedules.py',
          *(PACKAGE / 'data' / f'{name}.py' for name in ('airfoil', 'digits', 'minibatches'))]
ROOMS, DOOR = ('d2lmini.optimizers', 'study.adapters'), 'd2lmini.optimizers.door'
LAYOUT = {'ctx', 'kind', 'type_comment', 'type_params'}     # fields that say nothing, or not in each Python


def outline(node):
    """Return a syntax tree as nested tuples, the same in each version of Python, without docstrings."""
    if isinstance(node, list):
        return [outline(item) for item in node]
    if not isinstance(node, ast.AST):
        return node
    fields = {name: value for name, value in ast.iter_fields(node) if name not in LAYOUT and value not in (None, [])}
    if isinstance(node, (ast.Module, ast.FunctionDef, ast.ClassDef)) and ast.get_docstring(node, clean=False):
        fields['body'] = fields['body'][1:]
    return type(node).__name__, [(name, outline(value)) for name, value in sorted(fields.items())]


def digest(*sources: str) -> str:
    text = repr([outline(ast.parse(source)) for source in sources])
    return hashlib.sha256(text.encode()).hexdigest()


@functools.cache
def file_digest(path: Path) -> str:
    return digest(path.read_text(encoding='utf-8'))


def pieces(function: Callable, found: dict | None = None) -> dict[Callable, str]:
    """Return {function: hash} of a function and of all that it calls in the rooms of the optimizers and adapters.

    The door and other decorators do not count: they check arguments.
    """
    found = {} if found is None else found
    function = inspect.unwrap(function)
    if function in found or not function.__module__.startswith(ROOMS) or function.__module__ == DOOR:
        return found
    tree = ast.parse(inspect.getsource(function))
    tree.body[0].decorator_list = []
    known = [function.__globals__.get(node.id) for node in ast.walk(tree) if isinstance(node, ast.Name)]
    known += [getattr(d2lmini, node.attr, None) for node in ast.walk(tree) if isinstance(node, ast.Attribute)
              and isinstance(node.value, ast.Name) and node.value.id == 'd2l']
    constants = [value for value in known if isinstance(value, (int, float, tuple))]
    found[function] = hashlib.sha256(repr([outline(tree), constants]).encode()).hexdigest()
    for value in known:
        for called in value.values() if isinstance(value, dict) else [value]:
            if inspect.isfunction(called):
                pieces(called, found)
    return found


@functools.cache
def code_of(name: str, source: str | None = None) -> str:
    """Return the hash of the code that runs the jobs of a method: of the book, or of its own source."""
    if source is not None:
        own = [digest(source)]
    else:
        method, found = METHODS[name], {}
        for function in filter(None, (method.update, method.init_states, method.setting, method.result)):
            pieces(function, found)
        own = found.values()
    return hashlib.sha256(''.join([*map(file_digest, ALWAYS), *own]).encode()).hexdigest()[:8]


def of_all() -> str:
    """Return a hash of the code of all methods of the book, as it is on the disk."""
    for cached in (file_digest, code_of):
        cached.cache_clear()
    return hashlib.sha256(''.join(map(code_of, METHODS)).encode()).hexdigest()


def everything() -> str:
    """Return the same as it was when this process loaded the code: a worker may live longer than an edit."""
    import study.jobs  # noqa: F401 - loaded now, if it was not yet

    return EVERYTHING


EVERYTHING = of_all()
