"""The still picture of an explorer: path, loss and states of its first settings, drawn as the book draws figures."""
import io
import re

import matplotlib
import numpy
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter

from d2lmini import explorer, plotting
from d2lmini.problems import PROBLEMS

SHADES = [str(x) for x in numpy.linspace(0.82, 1, 10).round(2)]     # of gray, from the lowest to the highest
SIZE = re.compile(r'<svg[^>]*?viewBox="0 0 ([\d.]+) ([\d.]+)"')


def states(runs: list, found: list) -> dict:
    """Return what changes over time besides the path, by name: curves of (run, coordinate, numbers)."""
    kept = {}
    for i, run in enumerate(found):
        for name, values in run['states'].items():
            kept.setdefault(name, []).extend((i, k, curve) for k, curve in enumerate(zip(*values)))
    if any(len({rate for rates in run['rates'] for rate in rates}) > 1 for run in found):
        kept['rate'] = [(i, k, (None, *curve)) for i, run in enumerate(found)
                        for k, curve in enumerate(dict.fromkeys(zip(*run['rates'])))]
    if any(explorer.METHODS[own['method']].even for own in runs):
        kept['step'] = [(i, k, (None, *curve)) for i, run in enumerate(found)
                        for k, curve in enumerate(numpy.abs(numpy.diff(run['path'], axis=0)).T.tolist())]
    return kept


def rates_in_words(settings: dict) -> str:
    """Describe the chart of the rates, which differ by coordinate, for those who do not see it."""
    said = []
    for own in settings['runs']:
        rates = explorer.run(**settings['shared'], **own)['rates']
        ends = [f'from {curve[0]:.2g} to {curve[-1]:.2g}' for curve in zip(*rates)]
        if explorer.METHODS[own['method']].rate and len(ends) == 2:
            said.append(f'{label(own)}, {ends[0]} in the first coordinate and {ends[1]} in the second')
    return f' Last, the rate of each coordinate: {"; ".join(said)}.' if said else ''


def label(own: dict) -> str:
    """Name a run by its method, and by its schedule if it has one."""
    name, rate = explorer.METHODS[own['method']].label, explorer.SCHEDULES[own['schedule']][0]
    return name if own['schedule'] == 'constant' else f'{name}, {rate}'


def draw(settings: dict) -> tuple[str, tuple[float, float]]:
    """Return the SVG, the same in every build, and its size."""
    shared, runs = settings['shared'], settings['runs']
    found = [explorer.run(**shared, **own) for own in runs]
    task = PROBLEMS[shared['problem']](shared['condition'], shared['seed'])
    kept = states(runs, found)
    with matplotlib.rc_context(plotting.STYLE):
        figure = Figure(figsize=(6.2, max(3.5, min(4.8, 1.1 * (1 + len(kept))))), layout='constrained')
        left, right = figure.subfigures(1, 2, width_ratios=(1.2, 1))
        plan = left.subplots()
        small = right.subplots(1 + len(kept), 1, sharex=True, squeeze=False)[:, 0]
        chart = explorer.chart(shared['problem'], shared['condition'], shared['seed'])
        if chart:
            grid = [numpy.linspace(*side, explorer.POINTS) for side in task.box]
            levels = [0, *chart['levels']]
            plan.contourf(*grid, chart['heights'], levels, colors=SHADES, extend='max')
            plan.contour(*grid, chart['heights'], levels[1:], colors='#8c8c8c', linewidths=0.7)
            plan.plot(*zip(*task.minima), 'x', color='black', markersize=6, markeredgewidth=1.5, zorder=3)
            plan.set(xlim=task.box[0], ylim=task.box[1], xlabel=task.axes[0], ylabel=task.axes[1])
            plan.grid(False)
        else:
            plan.set(ylim=(task.box[0][0] - 0.1, task.box[0][1] + 0.1), xlabel='step', ylabel=task.axes[0])
        for i, (own, run) in enumerate(zip(runs, found)):
            style = {'color': plotting.COLORS[i], 'linestyle': plotting.DASHES[i], 'linewidth': 1.2}
            marks = {'marker': 'os'[i], 'markersize': 3, 'markevery': max(1, len(run['path']) // 40)}
            points = numpy.array(run['path'])
            plan.plot(*(points.T if chart else (range(len(points)), points[:, 0])),
                      label=label(own), **style, **marks)
            small[0].plot(run['losses'], **style)
            for name, at in ([('x', run['path']), *run['points'].items()] if run['points'] and chart else ()):
                if name != 'x':
                    plan.plot(*zip(*at), color=plotting.COLORS[i], linewidth=0.7)
                plan.annotate(name, at[len(at) // 4], (0, -11 if name == 'x' else 4), textcoords='offset points',
                              style='italic')
        small[0].set(ylabel='loss')
        if min(min(run['losses']) for run in found) > 0:
            small[0].set_yscale('log')
        for axes, (name, curves) in zip(small[1:], kept.items()):
            for i, k, curve in curves:
                axes.plot(curve, color=plotting.COLORS[i], linestyle=plotting.DASHES[i], linewidth=(1.6, 0.8)[k])
            axes.set(ylabel=name)
            if name in ('rate', 'step') and all(rate > 0 for _, _, curve in curves for rate in curve[1:]):
                axes.set_yscale('log')
                axes.yaxis.set_minor_formatter(NullFormatter())
        small[-1].set(xlabel='step')
        columns = 2 if sum(len(label(own)) for own in runs) < 30 else 1         # as many as fit above the map
        plan.legend(loc='lower left', bbox_to_anchor=(0, 1), ncols=columns, borderaxespad=0.1, columnspacing=1)
        text = io.StringIO()
        figure.savefig(text, format='svg', metadata={'Date': None})
    picture = text.getvalue()
    return picture, tuple(map(float, SIZE.search(picture).groups()))
