"""The code that a result depends on, as a hash of what it says: comments, docstrings and layout do not count."""
import ast
import functools
import hashlib
import inspect
from pathlib import Path

import d2lmini
from study.methods import METHODS

HERE, PACKAGE = Path(__file__).parent, Path(d2lmini.__file__).parent
# Whatever the method. Data files count through the sums that their readers demand.
ALWAYS = [HERE / 'jobs.py', HERE / 'problems.py', PACKAGE / 'network.py', PACKAGE / 'schedules.py',
          *(PACKAGE / 'data' / f'{name}.py' for name in ('airfoil', 'digits', 'minibatches'))]
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


def parts(path: Path, found=()) -> tuple[Path, ...]:
    """Return an optimizer's file and those of its own room that it imports; the door only checks arguments."""
    found = (*found, path)
    for node in ast.walk(ast.parse(path.read_text(encoding='utf-8'))):
        if isinstance(node, ast.ImportFrom) and (node.module or '').startswith('d2lmini.optimizers.'):
            other = path.with_name(node.module.rpartition('.')[2] + '.py')
            if other.name != 'door.py' and other not in found:
                found = parts(other, found)
    return found


def file_of(function) -> Path:
    return Path(inspect.getsourcefile(inspect.unwrap(function)))


def optimizers_in(source: str) -> list[Path]:
    """Return the files of the optimizers that an adapter calls, as d2l.adam."""
    called = [getattr(d2lmini, node.attr) for node in ast.walk(ast.parse(source))
              if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == 'd2l']
    return [file_of(f) for f in called if inspect.isfunction(f) and file_of(f).parent == PACKAGE / 'optimizers']


@functools.cache
def code_of(name: str, source: str | None = None) -> str:
    """Return the hash of the code that runs the jobs of a method: of the book, or of its own source."""
    if source is not None:
        own = [digest(source)]
    else:
        method, own, files = METHODS[name], [], []
        for function in filter(None, (method.update, method.init_states, method.setting, method.result)):
            if file_of(function).parent == HERE:
                text = inspect.getsource(function)
                own, files = [*own, digest(text)], [*files, *optimizers_in(text)]
            else:
                files.append(file_of(function))
        own += [file_digest(path) for path in dict.fromkeys(part for file in files for part in parts(file))]
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
