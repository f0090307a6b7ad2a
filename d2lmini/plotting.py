"""Figures: one style, set in one place; deterministic SVG; curves, arrows and paths on contour lines.

Nothing here shows a figure at once: it stays the current figure, to which more can be added, until the cell of the
notebook ends, which shows it. A script calls `plt.show()`, as with matplotlib.

Importing this module imports matplotlib, so the package waits until the first figure is requested.
"""
import sys
from collections.abc import Callable, Sequence

import matplotlib
import matplotlib.pyplot as plt
import numpy
from cycler import cycler
from matplotlib._pylab_helpers import Gcf
from matplotlib.axes import Axes
from matplotlib.scale import get_scale_names

from d2lmini import checks, curves, engine

# Dark enough on white, light enough when the book's dark mode inverts the figure; dashes tell them apart as well.
COLORS = ('#0072b2', '#c44e00', '#00795a', '#8a3d7a', '#5b5b5b', '#a36a00', '#1b1b8f', '#7a1f1f')
DASHES = ('-', '--', '-.', ':', (0, (5, 1)), (0, (3, 1, 1, 1, 1, 1)), (0, (1, 1)), (0, (8, 2)))
FIGSIZE = (4.5, 2.8)            # inches
STYLE = {
    'figure.dpi': 72, 'font.size': 10,
    'axes.prop_cycle': cycler(color=COLORS) + cycler(linestyle=DASHES), 'axes.spines.top': False,
    'axes.spines.right': False, 'axes.grid': True, 'grid.color': '#d9d9d9', 'grid.linewidth': 0.6,
    'axes.axisbelow': True, 'axes.titlesize': 10, 'legend.frameon': False, 'lines.linewidth': 1.7,
    'lines.markersize': 4,
    'svg.hashsalt': 'd2lmini',      # the same ids in every run
    'path.simplify': False,         # the same points in every run: simplifying turns tiny differences into lost points
}


def notebook():
    """Return the running IPython shell, or None."""
    ipython = sys.modules.get('IPython')
    return ipython.get_ipython() if ipython is not None else None


def use_svg_display():
    """Draw with the style of this course and, in a notebook, show figures as SVG that is the same in every run.

    It runs once, before the first figure. The size of figures stays as `set_figsize` has set it.
    """
    matplotlib.rcParams.update(STYLE)
    if notebook() is not None:
        from matplotlib_inline.backend_inline import set_matplotlib_formats

        set_matplotlib_formats('svg', metadata={'Date': None})


def set_figsize(figsize: tuple[float, float] = FIGSIZE):
    """Set the size of the figures that follow, in inches; without an argument, restore the usual 4.5 × 2.8."""
    checks.figsize(figsize)
    matplotlib.rcParams['figure.figsize'] = figsize


use_svg_display()
set_figsize()


_complete = None        # the figure drawn last, if nothing in this module will add to it


def _open_figures():
    return [manager.canvas.figure for manager in Gcf.get_all_fig_managers()]


def _new_axes(figsize=None):
    """Return axes on a new figure, the current one from now on.

    In a notebook, the figure before it is shown first, if it is ours and the only one: a cell that trains fifty times
    shows each figure below what was printed for it, instead of keeping them all until the end.
    """
    if _open_figures() == [_complete] and 'inline' in matplotlib.get_backend():
        plt.show()
    return plt.subplots(figsize=figsize)[1]


def _axes(figsize=None):
    """Return the current axes while they are empty, else those of a new figure."""
    if not plt.get_fignums() or (plt.gcf().axes and plt.gca().has_data()):
        return _new_axes(figsize)
    if figsize is not None:
        plt.gcf().set_size_inches(figsize)
    return plt.gca()


def _done(figure):
    global _complete
    _complete = figure


def _check_axes(axes):
    if axes is not None and not isinstance(axes, Axes):
        raise TypeError(f'axes={axes!r:.100} is a {type(axes).__name__}: pass one of those that plt.subplots() returns')


def _options(xlabel, ylabel, legend, xlim, ylim, xscale, yscale, fmts, figsize):
    """Check what `plot` is given beside the curves; return the names of the curves, their formats, and the limits."""
    fmts = [fmts] if isinstance(fmts, str) else [] if fmts is None else fmts
    if not isinstance(fmts, Sequence) or not all(isinstance(fmt, str) for fmt in fmts):
        raise TypeError(f"fmts={fmts!r:.100}: pass matplotlib's formats, such as ['-', 'g--'], one for each curve")
    for name, label in (('xlabel', xlabel), ('ylabel', ylabel)):
        if label is not None:
            checks.text(name, label)
    names = curves.names(legend)
    if figsize is not None:
        checks.figsize(figsize)
    for name, scale in (('xscale', xscale), ('yscale', yscale)):
        checks.choice(name, scale, [known for known in get_scale_names() if not known.startswith('function')])
    limits = {'xlim': curves.limits('xlim', xlim), 'ylim': curves.limits('ylim', ylim)}
    return names, fmts, {name: limit for name, limit in limits.items() if limit is not None}


def plot(X, Y=None, xlabel=None, ylabel=None, legend=(), xlim=None, ylim=None, xscale='linear', yscale='linear',
         fmts=None, figsize=None, axes=None):
    """Draw one curve or several; the figure stays the current one until the cell ends, which shows it.

    So `annotate`, `plt.gca().set_xscale('log')` and the like add to it. A script calls `plt.show()` at the end.

    Args:
        X, Y: the coordinates of a curve, or lists of them; with one X for several Y, all share it; X alone holds the
            heights over 0, 1, 2, …
        xlabel, ylabel, legend, xlim, ylim, xscale, yscale: of the axes, as matplotlib takes them.
        fmts: a matplotlib format such as 'g-.' for all curves, or a list with one for each; by default each has a
            color and a dash pattern of its own.
        figsize: of the figure, in inches; by default, what `set_figsize` has set.
        axes: matplotlib axes to draw on; by default the current ones while they are empty, else those of a new figure.
    """
    names, fmts, limits = _options(xlabel, ylabel, legend, xlim, ylim, xscale, yscale, fmts, figsize)
    _check_axes(axes)
    drawn, before = curves.pairs(X, Y), _open_figures()
    on = _axes(figsize) if axes is None else axes
    try:
        for i, (x, y) in enumerate(drawn):
            on.plot(x, y, *([fmts[i % len(fmts)]] if fmts else []), label=names[i] if i < len(names) else None)
    except ValueError as why:
        if axes is None and on.figure not in before:
            plt.close(on.figure)            # nothing is shown half drawn
        raise ValueError(f"fmts={fmts!r:.100}: {why}: pass formats such as '-' or 'g--'") from why
    on.set(xlabel=xlabel, ylabel=ylabel, xscale=xscale, yscale=yscale, **limits)
    if names:
        on.legend(names)
    if axes is None:
        _done(on.figure)


class Animator:
    """Collect points of one curve or several with `add(x, y)`; when the cell ends, their figure is shown, once.

    A figure redrawn at every point could be neither recorded nor compared. From the first point on, it is the current
    figure, to which `annotate` and the like add. Args are those of `plot`; `X` and `Y` hold the points, one list
    per curve.
    """

    def __init__(self, xlabel=None, ylabel=None, legend=(), xlim=None, ylim=None, xscale='linear', yscale='linear',
                 fmts=None, figsize=None):
        legend, _, _ = _options(xlabel, ylabel, legend, xlim, ylim, xscale, yscale, fmts, figsize)
        self.axes = {'xlabel': xlabel, 'ylabel': ylabel, 'legend': legend, 'xlim': xlim, 'ylim': ylim,
                     'xscale': xscale, 'yscale': yscale, 'fmts': fmts, 'figsize': figsize}
        self.X, self.Y, self._on, self._lines = [], [], None, []

    def add(self, x, y):
        """Add a point: y is one number, or one number for each curve (None for a curve without a point here)."""
        [x] = curves.numbers('x', [x])
        values = list(y) if curves.holds_several(y) else [y]
        curves.numbers('y', [value for value in values if value is not None])
        for i, value in enumerate(values):
            if i == len(self.X):
                self.X.append([])
                self.Y.append([])
            if value is not None:
                self.X[i].append(float(x))
                self.Y[i].append(curves.number(value))
        self._draw()

    def show(self):
        """Draw the points, if their figure does not hold them yet; no more will come."""
        self._draw()
        _done(self._on.figure)

    def _draw(self):
        """Update the figure to the points; once a cell has shown it, the next cell begins a new one."""
        if self._on is None or self._on.figure not in _open_figures():
            self._on, self._lines = _new_axes(self.axes['figsize']), []
        if len(self._lines) < len(self.X):
            self._on.cla()
            try:
                plot(self.X, self.Y, **self.axes, axes=self._on)
            except ValueError:          # a format that matplotlib does not know: nothing is shown half drawn
                plt.close(self._on.figure)
                raise
            self._lines = list(self._on.get_lines())
            return
        for line, x, y in zip(self._lines, self.X, self.Y):
            line.set_data(x, y)
        self._on.update_datalim([(x[-1], y[-1]) for x, y in zip(self.X, self.Y) if x])      # not all points again
        self._on.autoscale(None)


def annotate(text: str, xy: tuple, xytext: tuple):
    """Write text at xytext, with an arrow to xy, on the current axes."""
    checks.text('text', text)
    xy, xytext = curves.point('xy', xy), curves.point('xytext', xytext)
    plt.gca().annotate(text, xy=xy, xytext=xytext, arrowprops={'arrowstyle': '->'})


def label_curves(at: Sequence[tuple[float, float]], axes=None):
    """Write the name of each curve beside it, in the color of the curve, in place of the legend.

    Args:
        at: where the names begin: a pair (x, y) in the units of the axes for each name, in the order of the legend.
        axes: matplotlib axes, whose curves have names; by default the current ones.
    """
    _check_axes(axes)
    at = curves.points('at', at, 'a list with a pair (x, y) for each named curve')
    axes = plt.gca() if axes is None else axes
    legend = axes.get_legend() or axes.legend(*axes.get_legend_handles_labels())
    texts, handles = legend.get_texts(), legend.legend_handles
    if len(at) != len(texts):
        raise ValueError(f'at={at!r:.100} has {len(at)} points for {len(texts)} named curves: pass one for each')
    for (x, y), text, handle in zip(at, texts, handles):
        color = handle.get_color() if hasattr(handle, 'get_color') else handle.get_edgecolor()
        axes.text(x, y, text.get_text(), color=color, verticalalignment='center')
    legend.remove()


def train_2d(trainer: Callable, steps: int = 20, f_grad: Callable | None = None,
             start: tuple[float, float] = (-5.0, -2.0)) -> list[tuple[float, float]]:
    """Take steps of a two-dimensional optimizer in plain floats, and return the path.

    Args:
        trainer: a function (x1, x2, s1, s2) -> (x1, x2, s1, s2); s1 and s2 are its state, 0 at the start.
        steps: the number of steps.
        f_grad: passed to the trainer as its fifth argument, if given.
        start: the starting point.
    """
    checks.function('trainer', trainer, 'of x1, x2, s1 and s2, that returns the next four')
    checks.whole_number('steps', steps, 0)
    if f_grad is not None:
        checks.function('f_grad', f_grad, 'of x1 and x2, that returns the gradient (the start is start=...)')
    x1, x2, s1, s2 = *curves.point('start', start), 0.0, 0.0
    path, more = [(x1, x2)], [] if f_grad is None else [f_grad]
    for _ in range(steps):
        after = trainer(x1, x2, s1, s2, *more)
        if not isinstance(after, Sequence) or len(after) != 4:
            raise TypeError(f'trainer returned {after!r:.100}: return x1, x2, s1 and s2')
        x1, x2, s1, s2 = after
        path.append(curves.point('what trainer returned', (x1, x2)))
    print(f'after {steps} steps: x1 {path[-1][0]:.6f}, x2 {path[-1][1]:.6f}')
    return path


def show_trace_2d(f: Callable, results: list, xlim=(-5.5, 1.0), ylim=(-3.0, 1.0)):
    """Draw the path of a two-dimensional optimizer on contour lines of f(x1, x2), a function of float64 arrays."""
    checks.function('f', f, 'of two arrays x1 and x2')
    path = curves.points('results', results, 'the path that train_2d returns')
    if not path:
        raise ValueError('results is empty: pass the path that train_2d returns')
    (left, right), (low, high) = curves.interval('xlim', xlim), curves.interval('ylim', ylim)
    x1, x2 = numpy.meshgrid(numpy.arange(left, right + 0.05, 0.1), numpy.arange(low, high + 0.05, 0.1))
    heights = engine.call(f, x1, x2)
    if numpy.shape(heights) != x1.shape or heights.dtype.kind not in 'biuf':
        raise TypeError(f'f returned {heights!r:.60}, of shape {numpy.shape(heights)} for arrays of shape {x1.shape}: '
                        'return a number for each point, computed from x1 and x2')
    axes = _axes()
    axes.contour(x1, x2, heights, colors=COLORS[0], linewidths=0.8, linestyles='-')
    axes.plot(*zip(*path), '-o', color=COLORS[1])
    axes.set(xlabel='x1', ylabel='x2')
    _done(axes.figure)
