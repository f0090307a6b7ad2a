"""What a study found: scores of its last round, with intervals, and verdicts by the rule of which-optimizer.md.

Two methods differ if a test of all pairs at once, seed by seed, says so: the largest |t| of all pairs, under random
flips of the signs of each seed's differences, exceeds its 95 % quantile.
"""
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy

import d2lmini as d2l
from study.sizes import Part, Size, chosen, jobs_of, parts, score

FLIPS = 2000


def compare(values: numpy.ndarray, flips: int = FLIPS) -> tuple[numpy.ndarray, float]:
    """Return t of all pairs of columns, seed by seed, and the |t| that decides.

    Args:
        values: logarithms of losses, of shape (seeds, methods).

    Reference: Westfall and Young, Resampling-based multiple testing, 1993.
    """
    first, second = numpy.triu_indices(values.shape[1], 1)
    count, d = len(values), values[:, first] - values[:, second]
    centered = d - d.mean(axis=0)
    squares = (centered ** 2).sum(axis=0) + 1e-12       # not 0 for equal methods

    def t(mean, squares):
        return mean / numpy.sqrt(squares / (count - 1) / count)

    flipped = d2l.rng(4).choice([-1.0, 1.0], (flips, count)) @ centered / count
    largest = abs(t(flipped, squares - count * flipped ** 2)).max(axis=1)
    return t(d.mean(axis=0), squares), float(numpy.quantile(largest, 0.95))


class Row(NamedTuple):
    """A method in the table of a problem and a search."""

    name: str
    point: dict
    losses: list                # on the fresh seeds; None for a run that overflowed or failed
    right: float | None         # of 100 validation digits
    ratio: tuple = ()           # its score over that of the method in focus, and the 95 % interval of it
    verdict: str = ''           # '<' if it is ahead of that method, '>' if behind, '.' if not distinguished


class Table(NamedTuple):
    problem: str
    search: str
    seeds: int
    focus: str                  # the method that the others are compared with
    rows: list[Row]             # the best first


def tables(size: Size, methods: Mapping, entry: Callable, focus: str | None = None) -> Iterator[Table]:
    """Yield a table for each problem and search.

    Args:
        entry: gives the stored line of a job.
        focus: the method to compare the others with; None takes the best.
    """
    def loss(job):
        return entry(job).get('loss')

    groups: dict[tuple, list[Part]] = {}
    for part in parts(size, methods):
        groups.setdefault((part.problem, part.search.name), []).append(part)
    for (problem, search), group in groups.items():
        seeds, rows = size.fresh[problem], []
        for part in group:
            point = chosen(size, part, loss)
            entries = [entry(job) for job in jobs_of(part, [point], seeds)]
            hits = [e['right'] for e in entries if 'right' in e]
            rows.append(Row(part.name, point, [e.get('loss') for e in entries],
                            100 * sum(hits) / len(hits) / 797 if hits else None))
        rows.sort(key=lambda row: score(row.losses))
        against = focus if any(row.name == focus for row in rows) else rows[0].name
        yield Table(problem, search, len(seeds), against, judged(rows, against))


def judged(rows: list[Row], focus: str) -> list[Row]:
    """Return the rows with the verdict on each: only runs that all ended can be compared."""
    whole = [row for row in rows if all(row.losses)]
    mine = next((i for i, row in enumerate(whole) if row.name == focus), None)
    if mine is None or len(whole) < 2:
        return rows
    values = numpy.log([row.losses for row in whole]).T
    t, limit = compare(values)
    of = dict(zip(zip(*(axis.tolist() for axis in numpy.triu_indices(len(whole), 1))), t.tolist()))
    found = {}
    for i, row in enumerate(whole):
        if i != mine:
            d = values[:, i] - values[:, mine]
            half = limit * d.std(ddof=1) / len(d) ** 0.5
            ratio = tuple(math.exp(x) for x in (d.mean(), d.mean() - half, d.mean() + half))
            value = of[i, mine] if i < mine else -of[mine, i]
            verdict = '.' if abs(value) <= limit else '<' if value < 0 else '>'
            found[row.name] = row._replace(ratio=ratio, verdict=verdict)
    return [found.get(row.name, row) for row in rows]


def text(table: Table) -> str:
    """Return a table as it is printed."""
    head = f'{table.problem}, {table.search}: {table.seeds} fresh seeds'
    lines = [head, f'    {"":14s}{"loss":>9s}   over {table.focus}'.ljust(54) + 'verdict  right   settings']
    for row in table.rows:
        value = score(row.losses)
        shown = f'{value:9.3g}' if value < math.inf else f'{"failed":>9s}'
        over = '{:.2f}  ({:.2f} to {:.2f})'.format(*row.ratio) if row.ratio else ''
        hits = f'{row.right:.1f} %' if row.right is not None else ''
        lines.append(f'    {row.name:14s}{shown}   {over:27s}{row.verdict:^7s}  {hits:7s} {settings(row.point)}')
    return '\n'.join(lines)


def settings(point: Mapping) -> str:
    """Return a point as it is read: memories as windows in steps."""
    memories = (f'{key} {1 / (1 - value):.0f}' for key, value in point.items()
                if key not in ('schedule', 'steps', 'rate'))
    return ', '.join([f'rate {point["rate"]:.2g}', *memories, point['schedule']])


LEGEND = """'<' is ahead of the method named above, '>' behind it, '.' not distinguished. Intervals are of all pairs at
once: 95 % of studies have all true ratios in them; without 1 in it, one is a verdict. Memories are windows in steps."""


def failures(entries: Sequence[Mapping]) -> list[str]:
    """Return a line for each job that failed: which, and the end of its traceback."""
    return [f'{e["problem"]}, {e["method"]}, seed {e["seed"]}, {settings(e["point"])}: {e["error"].splitlines()[-1]}'
            for e in entries if 'error' in e]
