"""What cells of this book need of a notebook, in the browser: output in order, figures as SVG, errors by line.

It replaces IPython and its inline backend, of which the book uses little: they would double what a page loads.
"""
import ast
import builtins
import io
import json
import linecache
import os
import pprint
import sys
import traceback
import types
from importlib.machinery import ModuleSpec

import live_magics
from pyodide.code import CodeRunner

namespace = {}
_emit = None            # JavaScript's function (kind, text) for the cell that runs
_claims = set()         # assertions of the book that failed in the cell that runs
_figure_options = {}


class Stream(io.TextIOBase):
    """stdout or stderr, sent to the page piece by piece."""

    def __init__(self, kind):
        self.kind = kind

    def writable(self):
        return True

    def write(self, text):
        if _emit is not None:
            _emit(self.kind, text)
        return len(text)


class Events:
    """IPython's events, as far as they concern the end of a cell."""

    def __init__(self):
        self.callbacks = []

    def register(self, event, callback):
        if event == 'post_execute':
            self.callbacks.append(callback)

    def unregister(self, event, callback):
        if callback in self.callbacks:
            self.callbacks.remove(callback)

    def trigger(self):
        for callback in list(self.callbacks):
            callback()


_shell = types.SimpleNamespace(events=Events())


def display(*values):
    """Show values: figures as pictures, everything else as text."""
    figure = getattr(sys.modules.get('matplotlib.figure'), 'Figure', ())
    for value in values:
        if isinstance(value, figure):
            _show_figure(value)
        else:
            simple = isinstance(value, (list, tuple, dict, set))
            _emit('text', (pprint.pformat(value, sort_dicts=False) if simple else repr(value)) + '\n')


def _show_figure(figure):
    """Send a figure the way a notebook draws it; one without axes shows nothing."""
    if figure.axes or figure.lines:
        picture = io.StringIO()
        figure.canvas.print_figure(picture, format='svg', facecolor=figure.get_facecolor(), bbox_inches='tight',
                                   edgecolor=figure.get_edgecolor(), dpi=figure.dpi, **_figure_options)
        _emit('figure', picture.getvalue())


def show(close=True, block=None):
    """matplotlib's show(): send the open figures, then close them."""
    from matplotlib import pyplot
    from matplotlib._pylab_helpers import Gcf

    try:
        for manager in Gcf.get_all_fig_managers():
            display(manager.canvas.figure)
    finally:
        pyplot.close('all')


def set_matplotlib_formats(*formats, **options):
    """Keep the options for drawing; the format is SVG."""
    _figure_options.clear()
    _figure_options.update(options)


def _module(name, **contents):
    sys.modules[name] = module = types.ModuleType(name)
    vars(module).update(contents, __spec__=ModuleSpec(name, None))      # importlib.util.find_spec asks for it
    return module


def install():
    """Replace IPython, its backend and the streams."""
    sys.stdout, sys.stderr = Stream('text'), Stream('error')
    _module('IPython', get_ipython=lambda: _shell, display=display, version_info=(9, 0, 0))
    _module('IPython.display', display=display)
    inline = _module('matplotlib_inline.backend_inline', set_matplotlib_formats=set_matplotlib_formats)
    _module('matplotlib_inline', backend_inline=inline)
    # matplotlib takes the name above from the real package only. Here, too, "inline" says that cells show figures.
    os.environ['MPLBACKEND'] = 'module://live_inline'       # matplotlib itself is imported by the first cell that draws
    builtins._live_claim = _claim
    reset()


def reset():
    """Forget all variables."""
    namespace.clear()
    namespace.update(__name__='__main__', display=display)


class Claims(ast.NodeTransformer):
    """Where the reader changed a cell, or one above, a failed assertion of the book is a note: the cell goes on."""

    def __init__(self, book: str):
        tree = ast.parse(live_magics.translate(book))
        self.of_book = {ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Assert)}

    def visit_Assert(self, node):
        text = ast.unparse(node)
        if text not in self.of_book:
            return node             # the reader's own
        note = ast.Expr(ast.Call(ast.Name('_live_claim', ast.Load()), [ast.Constant(text)], []))
        handler = ast.ExceptHandler(ast.Name('Exception', ast.Load()), None, [note])
        return ast.fix_missing_locations(ast.copy_location(ast.Try([node], [handler], [], []), node))


def _claim(text):
    """Say, once in a run of a cell, that an assertion of the book fails."""
    if text not in _claims:
        _claims.add(text)
        _emit('claim', text.removeprefix('assert '))


def plan(cells):
    """Return, as JSON, which cells above each cell needs; `cells` is JSON, too: their codes, and their groups."""
    import live_names  # here, because only a page that was changed asks

    return json.dumps(live_names.plan(*json.loads(cells)))


async def run(number, code, emit, scope=None, book=None):
    """Run a cell; return None if all went well, or [line in this cell or 0, type and message of the error].

    An answer to an exercise has a name in place of a number, and variables of its own in `scope`. Where the reader
    changed this cell or one above, `book` is the book's code of this cell: its assertions no longer end it.
    """
    global _emit
    _claims.clear()
    scope = namespace if scope is None else scope
    _emit, name = emit, number if isinstance(number, str) else f'cell {number}'
    failure = None
    source = len(code), None, code.splitlines(True), name
    linecache.cache[name] = source
    try:
        runner = CodeRunner(live_magics.translate(code), filename=name, flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
        if book is not None:
            runner.ast = Claims(book).visit(runner.ast)
        value = await runner.compile().run_async(scope)
        if value is not None:
            scope['_'] = value
            display(value)
    except BaseException as error:          # a cell may raise anything, and the page must go on
        linecache.cache[name] = source      # Pyodide put there what was run: magics in Python's words
        failure = _report(error, name)
    try:
        _end_of_cell()
    except BaseException as error:          # a figure may be drawn only now, and fail
        failure = failure or _report(error, name)
    finally:
        _emit = None
    return failure


def _end_of_cell():
    """Do what a notebook does when a cell has ended, with an error or without: show the figures that are open."""
    _shell.events.trigger()
    pyplot = sys.modules.get('matplotlib.pyplot')
    if pyplot is not None and pyplot.get_fignums():
        show()


async def check(name, code, hidden, emit):
    """Run an answer, which sees the variables of the page and changes none of its names; return what `run` does."""
    global _emit
    import live_check  # it is there from the first check on

    scope = dict(namespace)
    failure = await run(name, code, emit, scope)
    if failure:
        return failure
    _emit = emit
    try:
        return live_check.judge(hidden, scope, name)
    finally:
        _emit = None


def ask(question):
    """Return [answer, ''] to a question of an explorer, or ['', what is wrong with it]."""
    from d2lmini import explorer  # here, because most pages have none

    try:
        return [explorer.answer(question), '']
    except Exception as error:              # the page shows it, and goes on
        return ['', traceback.format_exception_only(error)[-1].strip()]


def _report(error, name):
    """Send the traceback from the cell on, without the frames of this module; return the line and the message."""
    while_here = error.__traceback__
    while while_here is not None and while_here.tb_frame.f_code.co_filename != name:
        while_here = while_here.tb_next
    line = while_here.tb_lineno if while_here is not None else 0
    if isinstance(error, SyntaxError) and error.filename == name:
        line = error.lineno or 0
    _emit('error', ''.join(traceback.format_exception(type(error), error, while_here)))
    return [line, traceback.format_exception_only(error)[-1].strip()]
