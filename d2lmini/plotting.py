"""Figures: one style, set in one place; deterministic SVG; curves, arrows and paths on contour lines.

Importing this module imports matplotlib, so the package does it when the first figure is asked for.
"""
import sys

import matplotlib
import matplotlib.pyplot as plt
import numpy
from cycler import cycler

from d2lmini import checks, engine

# Dark enough on white, light enough when the book's dark mode inverts the figure; told apart by dashes, too.
COLORS = ('#0072b2', '#c44e00', '#00795a', '#8a3d7a', '#5b5b5b', '#a36a00', '#1b1b8f', '#7a1f1f')
DASHES = ('-', '--', '-.', ':', (0, (5, 1)), (0, (3, 1, 1, 1, 1, 1)), (0, (1, 1)), (0, (8, 2)))
STYLE = {
    'figure.figsize': (4.5, 2.8), 'figure.dpi': 72, 'font.size': 10,
    'axes.prop_cycle': cycler(color=COLORS) + cycler(linestyle=DASHES), 'axes.spines.top': False,
    'axes.spines.right': False, 'axes.grid': True, 'grid.color': '#d9d9d9', 'grid.linewidth': 0.6,
    'axes.axisbelow': True, 'legend.frameon': False, 'lines.linewidth': 1.7, 'lines.markersize': 4,
    'svg.hashsalt': 'd2lmini',      # the same ids in every run
    'path.simplify': False,         # the same points in every run: simplifying turns tiny differences into lost points
}


def notebook():
    """Return the running IPython shell, or None."""
    ipython = sys.modules.get('IPython')
    return ipython.get_ipython() if ipython is not None else None


def use_svg_display():
    """Draw with the style of this course and, in a notebook, show figures as SVG that is the same in every run."""
    matplotlib.rcParams.update(STYLE)
    if notebook() is not None:
        from matplotlib_inline.backend_inline import set_matplotlib_formats

        set_matplotlib_formats('svg', metadata={'Date': None})


use_svg_display()


def set_figsize(figsize: tuple[float, float] = STYLE['figure.figsize']):
    """Set the size of the figures that follow, in inches; called without one, back to the usual 4.5 × 2.8."""
    checks.figsize(figsize)
    use_svg_display()
    matplotlib.rcParams['figure.figsize'] = figsize


def show():
    """Show the current figure where there is somewhere to show it: in a notebook or a window."""
    if matplotlib.get_backend().lower() != 'agg':
        plt.show()


def _numbers(name, x):
    """Return a list of numbers as plain floats; arrays of either engine are welcome."""
    try:
        values = engine.to_numpy(x).astype(float) if hasattr(x, 'shape') else numpy.array(list(map(float, x)))
    except (TypeError, ValueError):
        values = None
    if values is None or values.ndim != 1 or isinstance(x, str):
        raise TypeError(f'{name} holds {x!r:.100}: pass numbers, a list or an array of them')
    return values


def _holds_several(x):
    """Whether x is a list or an array of values; an array of no axis is one number, as a loss of MXNet is."""
    return hasattr(x, '__len__') and getattr(x, 'ndim', 1) > 0 and not isinstance(x, str)


def _curves(X, Y):
    """Return the pairs (x, y) that `plot` draws: X and Y hold one curve or several, Y alone is drawn against 0, 1, …"""
    def several(Z):
        return Z.ndim > 1 if hasattr(Z, 'ndim') else _holds_several(Z) and len(Z) > 0 and _holds_several(Z[0])

    X = list(X) if several(X) else [X]
    if Y is None:
        heights = [_numbers('X', y) for y in X]
        return [(numpy.arange(len(y)), y) for y in heights]
    Y = list(Y) if several(Y) else [Y]
    if len(X) != len(Y):
        if len(X) != 1:
            raise ValueError(f'X holds {len(X)} curves and Y {len(Y)}: pass as many of both, or one X for all')
        X = X * len(Y)
    curves = [(_numbers('X', x), _numbers('Y', y)) for x, y in zip(X, Y)]
    for i, (x, y) in enumerate(curves):
        if len(x) != len(y):
            raise ValueError(f'curve {i} has {len(x)} values in X and {len(y)} in Y: pass as many of both')
    return curves


def plot(X, Y=None, xlabel=None, ylabel=None, legend=(), xlim=None, ylim=None, xscale='linear', yscale='linear',
         fmts=None, figsize=None, axes=None):
    """Draw one curve or several, on new axes of the current figure size or on `axes`.

    Args:
        X, Y: the coordinates of a curve, or lists of them; with one X for several Y, all share it; X alone holds the
            heights over 0, 1, 2, …
        xlabel, ylabel, legend, xlim, ylim, xscale, yscale: of the axes, as matplotlib takes them.
        fmts: a matplotlib format such as 'g-.' for each curve; by default each has a colour and a dash of its own.
        figsize: of a new figure, in inches.
        axes: matplotlib axes to draw on; then nothing is shown until you call `plt.show()`.
    """
    use_svg_display()
    if isinstance(legend, str):
        raise TypeError(f'legend={legend!r} is a str: pass a list with a name for each curve')
    if figsize is not None:
        checks.figsize(figsize)
    curves = _curves(X, Y)
    on = axes if axes is not None else plt.subplots(figsize=figsize)[1]
    for i, (x, y) in enumerate(curves):
        on.plot(x, y, *([fmts[i % len(fmts)]] if fmts else []))
    on.set(xlabel=xlabel, ylabel=ylabel, xscale=xscale, yscale=yscale)
    if xlim is not None:
        on.set_xlim(xlim)
    if ylim is not None:
        on.set_ylim(ylim)
    if legend:
        on.legend(legend)
    if axes is None:
        show()


class Animator:
    """Collect points of one curve or several with `add(x, y)`; draw them once, at `show()` or when the cell ends.

    A figure redrawn at every point could be neither recorded nor compared. Args are those of `plot`; `X` and `Y` hold
    the points, one list a curve.
    """

    def __init__(self, xlabel=None, ylabel=None, legend=(), xlim=None, ylim=None, xscale='linear', yscale='linear',
                 fmts=None, figsize=None):
        self.axes = {'xlabel': xlabel, 'ylabel': ylabel, 'legend': legend, 'xlim': xlim, 'ylim': ylim,
                     'xscale': xscale, 'yscale': yscale, 'fmts': fmts, 'figsize': figsize}
        self.X, self.Y, self._waiting = [], [], None

    def add(self, x, y):
        """Add a point: y is one number, or one number for each curve (None for a curve without a point here)."""
        [x] = _numbers('x', [x])
        values = list(y) if _holds_several(y) else [y]
        _numbers('y', [value for value in values if value is not None])
        for i, value in enumerate(values):
            if i == len(self.X):
                self.X.append([])
                self.Y.append([])
            if value is not None:
                self.X[i].append(float(x))
                self.Y[i].append(float(value))
        if self._waiting is None and notebook() is not None:
            self._waiting = notebook().events
            self._waiting.register('post_execute', self.show)

    def show(self):
        """Draw the curves."""
        if self._waiting is not None:
            self._waiting.unregister('post_execute', self.show)
            self._waiting = None
        plot(self.X, self.Y, **self.axes)


def annotate(text: str, xy: tuple, xytext: tuple):
    """Write text at xytext, with an arrow to xy, on the current axes."""
    plt.gca().annotate(text, xy=xy, xytext=xytext, arrowprops={'arrowstyle': '->'})


def train_2d(trainer, steps: int = 20, start: tuple[float, float] = (-5.0, -2.0)) -> list[tuple[float, float]]:
    """Take steps of a two-dimensional optimizer in plain floats, and return the path.

    Args:
        trainer: a function (x1, x2, s1, s2) -> (x1, x2, s1, s2); s1 and s2 are its state, 0 at the start.
        steps: how many.
        start: where from.
    """
    checks.function('trainer', trainer, 'of x1, x2, s1 and s2, that returns the next four')
    checks.whole_number('steps', steps, 0)
    x1, x2, s1, s2 = *start, 0.0, 0.0
    path = [(x1, x2)]
    for _ in range(steps):
        x1, x2, s1, s2 = trainer(x1, x2, s1, s2)
        path.append((x1, x2))
    print(f'after {steps} steps: x1 {x1:.6f}, x2 {x2:.6f}')
    return path


def show_trace_2d(f, results, xlim=(-5.5, 1.0), ylim=(-3.0, 1.0)):
    """Draw the path of a two-dimensional optimizer on contour lines of f(x1, x2), a function of float64 arrays."""
    checks.function('f', f, 'of two arrays x1 and x2')
    if len(results) == 0:
        raise ValueError('results is empty: pass the path that train_2d returns')
    use_svg_display()
    x1, x2 = numpy.meshgrid(numpy.arange(xlim[0], xlim[1] + 0.05, 0.1), numpy.arange(ylim[0], ylim[1] + 0.05, 0.1))
    _, axes = plt.subplots()
    axes.contour(x1, x2, f(x1, x2), colors=COLORS[0], linewidths=0.8, linestyles='-')
    axes.plot(*zip(*results), '-o', color=COLORS[1])
    axes.set(xlabel='x1', ylabel='x2')
    show()
