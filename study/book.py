"""What the book takes of its study: small.jsonl beside this file, made small enough for a reader's browser.

`python -m study.book` writes d2lmini/data/study.jsonl anew: a line for each point, with the losses of its seeds.
"""
import json
from collections.abc import Iterator
from pathlib import Path

from study.fingerprint import code_of
from study.methods import METHODS
from study.sizes import SMALL, rounds
from study.store import Store

STORE = Path(__file__).with_name('small.jsonl')
DATA = STORE.parent.parent / 'd2lmini' / 'data' / 'study.jsonl'
DIGITS = 5


def shown(store: Store) -> Iterator[dict]:
    """Yield the jobs that the page reads: all of the first eight methods, and the third search of the later ones."""
    first = {name: method for name, method in METHODS.items() if 'airfoil' in method.rates}
    later = {name: method for name, method in METHODS.items() if name not in first}
    for size, methods in (SMALL, first), (SMALL._replace(searches=SMALL.searches[2:], wrong={}), later):
        for jobs in rounds(size, methods, store.loss):
            yield from jobs


def summary(path: Path) -> str:
    """Return a line for each point: its seeds, their losses and, if it was reported, how many digits were right."""
    points: dict[str, dict] = {}
    store = Store(path, code_of)
    for entry in {store.key(job): store.entry(job) for job in shown(store)}.values():
        head = {key: entry[key] for key in ('problem', 'method', 'point')}
        line = points.setdefault(json.dumps(head), head | {'seeds': [], 'loss': [], 'right': []})
        line['seeds'].append(entry['seed'])
        line['loss'].append(entry['loss'] and float(f'{entry["loss"]:.{DIGITS}g}'))
        line['right'].append(entry.get('right'))
    for line in points.values():
        if None in line['right'] or max(line['seeds']) not in SMALL.fresh[line['problem']]:
            del line['right']
    return ''.join(json.dumps(line, separators=(',', ':')) + '\n' for line in points.values())


if __name__ == '__main__':
    DATA.write_text(summary(STORE), encoding='utf-8')
