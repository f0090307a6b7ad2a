"""IPython extension: write the curves of every figure that a notebook shows as CSV, and leave its outputs alone.

It runs in the kernel of a chapter (see running.py) and writes to the folder that FIGURE_CURVES names. The files are
named after the number of the cell and of the figure in it: 7-1.csv holds the first figure of cell [7].
"""
import csv
import os
from pathlib import Path


def names(axes) -> dict:
    """Name each line: by its label, the legend, a text at its end, the label of the axis, or its number."""
    lines, legend = list(axes.lines), axes.get_legend()
    found = {line: line.get_label() for line in lines if not line.get_label().startswith('_')}
    if legend and not found:        # a legend of bare names: they follow the order of drawing
        drawn = [artist for artist in axes.get_children() if artist in lines or artist in axes.collections]
        found = dict(zip(drawn, (text.get_text() for text in legend.get_texts())))
    ends = {float(getattr(text, 'xy', text.get_position())[1]): text.get_text() for text in axes.texts}
    alone = axes.get_ylabel() if len(lines) == 1 else ''
    return {line: found.get(line) or ends.get(last(line)) or alone or f'curve {i}' for i, line in enumerate(lines, 1)}


def last(line):
    heights = line.get_ydata(orig=False)
    return float(heights[-1]) if len(heights) else None


def curves(figure):
    """Yield (name, x, y) for each curve in data coordinates; helper lines across the axes are left out."""
    panels, seen = [axes for axes in figure.axes if axes.lines], {}
    for number, axes in enumerate(panels, 1):
        panel = f'{axes.get_title() or f"panel {number}"}: ' if len(panels) > 1 else ''
        for line, name in names(axes).items():
            if all(line.get_transform().contains_branch_seperately(axes.transData)) and len(line.get_xdata()):
                name = ' '.join(f'{panel}{name}'.split())
                seen[name] = seen.get(name, 0) + 1
                name += f' ({seen[name]})' if seen[name] > 1 else ''
                yield name, line.get_xdata(orig=False), line.get_ydata(orig=False)


def write(figure, path: Path):
    """Write the curves of a figure, with six digits per number; a figure without curves has no file."""
    rows = [(name, f'{x:.6g}', f'{y:.6g}') for name, xs, ys in curves(figure) for x, y in zip(xs, ys)]
    if rows:
        with path.open('w', encoding='utf-8', newline='') as file:
            csv.writer(file, lineterminator='\n').writerows([('curve', 'x', 'y'), *rows])


class Keeper:
    """Write the curves of the figures that a notebook shows, and remember the cell that each belongs to."""

    def __init__(self, folder: Path):
        self.folder, self.cell, self.shown = folder, 0, 0

    def begin(self, info):
        # Counted here: the shell's own count runs ahead, and its version and the time of drawing decide how far.
        if info.store_history:
            self.cell, self.shown = self.cell + 1, 0

    def look(self, figure):
        self.shown += 1
        write(figure, self.folder / f'{self.cell}-{self.shown}.csv')
        return {}, {}           # nothing to add: the figure is shown as usual


def load_ipython_extension(shell):
    keeper = Keeper(Path(os.environ['FIGURE_CURVES']))
    shell.events.register('pre_run_cell', keeper.begin)
    # By name, so that a chapter without figures need not import matplotlib.
    shell.display_formatter.mimebundle_formatter.for_type_by_name('matplotlib.figure', 'Figure', keeper.look)
