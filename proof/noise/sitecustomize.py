"""Round as another machine might: move by -1, 0 or 1 unit in the last place what IEEE 754 does not fix.

IEEE 754 fixes addition, multiplication, division and the square root. Transcendental functions, powers, the modulus of
a complex number, sums and means, products of matrices and linear algebra are rounded differently by each processor and
library. Python imports this module when a kernel starts whose path begins with this folder (see proof/rounding.py).

Only calls of chapters and of d2lmini are moved, since matplotlib's ticks would jump. What is the same on every machine
stays: results that are exact, and sums of two numbers.
"""
import ast
import builtins
import functools
import importlib.machinery
import math
import operator
import os
import sys

MATH = (
    'exp', 'exp2', 'expm1', 'log', 'log2', 'log10', 'log1p', 'sin', 'cos', 'tan', 'asin', 'acos', 'atan', 'atan2',
    'sinh', 'cosh', 'tanh', 'asinh', 'acosh', 'atanh', 'hypot', 'dist', 'pow', 'cbrt', 'gamma', 'lgamma', 'erf',
    'erfc')
FUNCTIONS = (
    'exp', 'exp2', 'expm1', 'log', 'log2', 'log10', 'log1p', 'sin', 'cos', 'tan', 'arcsin', 'arccos', 'arctan',
    'arctan2', 'sinh', 'cosh', 'tanh', 'arcsinh', 'arccosh', 'arctanh', 'hypot', 'power', 'float_power',
    'logaddexp', 'logaddexp2', 'cbrt', 'absolute')
SUMS = ('sum', 'mean', 'prod', 'var', 'std', 'nansum', 'nanmean', 'nanvar', 'nanstd', 'average', 'trapz')
METHODS = ('_sum', '_mean', '_prod', '_var', '_std')      # of numpy.core: what x.sum() and its like call
PRODUCTS = ('dot', 'vdot', 'inner', 'matmul', 'tensordot', 'einsum', 'convolve', 'correlate')
LINALG = (
    'norm', 'solve', 'inv', 'pinv', 'det', 'slogdet', 'eig', 'eigh', 'eigvals', 'eigvalsh', 'svd', 'qr',
    'cholesky', 'lstsq', 'cond', 'matrix_power', 'multi_dot')
FITS = ('cov', 'corrcoef', 'polyfit', 'roots')
OF_UFUNC = ('reduce', 'accumulate', 'outer', 'at', 'reduceat', 'nin', 'nout', 'nargs', 'types', 'identity')
OURS = ('__main__', 'd2lmini')
BETWEEN = ('numpy', 'autograd', __name__)           # through which ours call
STAYS = math.inf                                    # a size whose last place moves nothing


def ours() -> bool:
    """Whether a chapter or d2lmini makes the call, possibly through NumPy or autograd."""
    frame = sys._getframe(2)
    while frame is not None and frame.f_globals.get('__name__', '').startswith(BETWEEN):
        frame = frame.f_back
    return frame is not None and frame.f_globals.get('__name__', '').startswith(OURS)


def plain(value) -> bool:
    """Whether this is not an array of another library: MXNet rounds itself, autograd calls again with plain arrays."""
    if isinstance(value, (list, tuple)):
        return all(map(plain, value))
    return value is None or isinstance(value, (numpy.ndarray, numpy.generic, int, float, complex, str, type))


def inexact(value) -> bool:
    return isinstance(value, (float, complex, numpy.ndarray, numpy.generic)) and numpy.asarray(value).dtype.kind in 'fc'


# How large the partial results of a call are, in whose last place it is rounded.

def size_of_function(function, result, *arguments, **options):
    """A value that more bits do not change is exact; and no library leaves the range from -1 to 1."""
    if function in ABSOLUTE and not numpy.iscomplexobj(arguments[0]):
        return STAYS
    if function is operator.pow and isinstance(arguments[0], numpy.ndarray) and numpy.ndim(arguments[1]) == 0 \
            and arguments[1] in (2, 1, 0.5, 0, -1):
        return STAYS        # NumPy multiplies, takes the root or divides
    if not (numpy.frexp(numpy.asarray(result).real)[0] * 2.0 ** 30 % 1 == 0).any():
        return 0            # what is exact has few digits
    wide = WIDE.get(function, function)
    exact = wide(*(numpy.asarray(a, numpy.clongdouble if numpy.iscomplexobj(a) else numpy.longdouble)
                   for a in arguments)) == result
    return numpy.where(exact | (abs(numpy.asarray(result).real) == 1), STAYS, 0)


def coarse(x) -> bool:
    """Whether an array holds whole numbers, halves, … 16ths alone, with which sums and products are exact."""
    parts = [x.real, x.imag] if numpy.iscomplexobj(x) else [x]
    return not inexact(x) or not any((p.flat[:32] % 0.0625).any() or (p % 0.0625).any() for p in parts)


def size_of_sum(function, result, x, *arguments, **options):
    x = numpy.asarray(x)
    if x.size <= 2 * numpy.size(result) or coarse(x):
        return STAYS        # two numbers are rounded once
    return function(abs(x), *arguments, **options)


def size_of_product(function, result, *arguments, **options):
    arrays = [numpy.asarray(a) for a in arguments if isinstance(a, (list, numpy.ndarray))]
    if all(map(coarse, arrays)):
        return STAYS
    if function in MATMUL and arrays[0].ndim > 1 and arrays[1].ndim > 1:
        rows, columns = (numpy.sqrt(numpy.square(a).sum(axis, keepdims=True)) for a, axis in zip(arrays, (-1, -2)))
        return rows * columns       # as large as its terms can be together (Cauchy-Schwarz), and fast to compute
    sizes = (abs(numpy.asarray(a)) if isinstance(a, (list, numpy.ndarray)) else a for a in arguments)
    return function(*sizes, **options)


def size_of_largest(function, result, *arguments, **options):
    return abs(numpy.asarray(result)).max(initial=0)


class Noise:
    """Moves, the same ones in every run with the same seed."""

    def __init__(self, seed: int):
        self.moves = numpy.random.Generator(numpy.random.SFC64(seed)).integers(-1, 2, 1 << 22).astype(float)
        self.place, self.inside = 0, False

    def next(self, shape):
        count = math.prod(shape)
        self.place = 0 if self.place + count > len(self.moves) else self.place
        self.place += count
        return self.moves[self.place - count:self.place].reshape(shape)

    def moved(self, result, size, function, arguments, options):
        """Return the result of a call, moved."""
        if isinstance(result, tuple):
            parts = [self.moved(part, size, function, arguments, options) for part in result]
            return type(result)(*parts) if hasattr(result, '_fields') else tuple(parts)
        if not inexact(result) or numpy.size(result) == 0:
            return result
        if isinstance(result, float) and math.isfinite(result) and size is not size_of_largest:
            return self.shift_one(result, numpy.abs(size(function, result, *arguments, **options)))
        with numpy.errstate(all='ignore'):
            values, size = numpy.asarray(result), abs(size(function, result, *arguments, **options))
            if values.dtype.kind == 'c':
                new = self.shift(values.real, size) + 1j * self.shift(values.imag, size)
            else:
                new = self.shift(values, size)
        return type(result)(new) if isinstance(result, (float, complex)) else new.astype(values.dtype)[()]

    def shift(self, values, size):
        unit = numpy.spacing(numpy.maximum(abs(values), size).astype(values.dtype))
        return values + numpy.where(numpy.isfinite(unit) & numpy.isfinite(values), unit, 0) * self.next(values.shape)

    def shift_one(self, number, size):
        """The same for one number, in a tenth of the time."""
        move = self.next(())
        return number if not move or size == STAYS else type(number)(number + move * math.ulp(max(abs(number), size)))

    def wrap(self, function, size):
        """Return the function with its results moved where ours call it."""
        @functools.wraps(function, updated=())
        def rounded(*arguments, **options):
            if self.inside or not ours() or not all(map(plain, arguments)):
                return function(*arguments, **options)
            self.inside, out = True, options.pop('out', None)
            try:
                result = self.moved(function(*arguments, **options), size, function, arguments, options)
            finally:
                self.inside = False
            if out is None:
                return result
            out = out[0] if isinstance(out, tuple) else out
            out[...] = result
            return out
        for name in OF_UFUNC:
            if hasattr(function, name):
                setattr(rounded, name, getattr(function, name))
        return rounded

    def sum(self, values, start=0):
        """The built-in sum: from Python 3.12 on it rounds once, before that at each number."""
        values = list(values)
        total = SUM(values, start)
        if type(total) is not float or len(values) <= 2 or self.inside or not ours():
            return total
        return self.moved(total, size_of_sum, lambda x: x.sum(), (numpy.array(values),), {})


class Operators(ast.NodeTransformer):
    """x ** y and x @ y are called by name, so that they can be moved on Python's numbers as well."""

    def visit_BinOp(self, node):
        self.generic_visit(node)
        name = {ast.Pow: '_power', ast.MatMult: '_matmul'}.get(type(node.op))
        call = name and ast.Call(ast.Name(name, ast.Load()), [node.left, node.right], [])
        return ast.copy_location(call, node) if call else node


def read_with(transform):
    """Compile the modules of d2lmini, and the cells of a notebook, with their operators called by name."""
    from IPython.core.interactiveshell import InteractiveShell

    of_cell, of_module = InteractiveShell.transform_ast, importlib.machinery.SourceFileLoader.get_code

    def get_code(loader, name):
        if not name.startswith('d2lmini'):
            return of_module(loader, name)
        return compile(transform(ast.parse(loader.get_data(loader.path))), loader.path, 'exec', dont_inherit=True)

    InteractiveShell.transform_ast = lambda shell, node: transform(of_cell(shell, node))
    importlib.machinery.SourceFileLoader.get_code = get_code


def install(seed: int):
    noise = Noise(seed)
    replaced = {}
    for names, module, size in ((FUNCTIONS, numpy, size_of_function), (SUMS, numpy, size_of_sum),
                                (METHODS, numpy.core._methods, size_of_sum), (PRODUCTS, numpy, size_of_product),
                                (LINALG, numpy.linalg, size_of_largest), (FITS, numpy, size_of_largest),
                                (MATH, math, size_of_function)):
        for name in names:
            if function := getattr(module, name, None):         # exp2 and cbrt of math came with Python 3.11
                replaced[function] = noise.wrap(function, size)
    for module in [m for name, m in sys.modules.items() if name.partition('.')[0] in ('numpy', 'math') and m]:
        for name, value in list(vars(module).items()):
            if callable(value) and value.__hash__ and value in replaced:
                setattr(module, name, replaced[value])
    builtins.sum, builtins.abs = noise.sum, noise.wrap(abs, size_of_function)
    builtins._power = noise.wrap(operator.pow, size_of_function)
    builtins._matmul = noise.wrap(operator.matmul, size_of_product)
    read_with(lambda tree: ast.fix_missing_locations(Operators().visit(tree)))
    from autograd.numpy.numpy_boxes import trace_primitives_map  # now, as it wraps the functions that it finds

    for function, rounded in replaced.items():      # what X @ box asks autograd for is NumPy's own function still
        if rounded in trace_primitives_map:
            trace_primitives_map[function] = trace_primitives_map[rounded]


if 'ipykernel_launcher' in sys.orig_argv and os.environ.get('ROUNDING_SEED'):
    if os.environ.get('D2LMINI_ENGINE') != 'numpy':
        import mxnet  # noqa: F401 - before NumPy's functions change, by which it knows what to compute itself
    import numpy
    import numpy.linalg

    SUM, ABSOLUTE, MATMUL = sum, (abs, numpy.absolute), (operator.matmul, numpy.matmul)     # before they are replaced
    OF_NUMPY = {'pow': 'power', 'asin': 'arcsin', 'acos': 'arccos', 'atan': 'arctan', 'atan2': 'arctan2',
                'asinh': 'arcsinh', 'acosh': 'arccosh', 'atanh': 'arctanh'}
    WIDE = {getattr(math, name): getattr(numpy, OF_NUMPY.get(name, name)) for name in MATH
            if hasattr(math, name) and hasattr(numpy, OF_NUMPY.get(name, name))}
    install(int(os.environ['ROUNDING_SEED']))
