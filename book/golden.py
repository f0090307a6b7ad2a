"""The golden trajectories of proof/golden as one file of plain numbers, for implementations in any library.

    python -m book.golden golden.json       writes it; the book offers it for download
"""
import json
import sys
from pathlib import Path

from book import ROOT
from book.files import write_whole

FORMAT = 1


def numbers(x):
    """Return decimals, which the proof stores as text of 24 or 30 digits, as numbers of double precision."""
    return float(x) if isinstance(x, str) else [numbers(part) for part in x]


def cases(stored, *more):
    return [{'method': case['method'], **{key: case[key] for key in more},
             'options': {k: float(v) for k, v in case['options'].items()}, 'path': numbers(case['path'])}
            for case in stored['cases']]


def document(root: Path = ROOT) -> dict:
    """Return everything in the file; chapters/frameworks.md describes the format."""
    vectors, matrices = (json.loads((root / 'proof' / 'golden' / name).read_text(encoding='utf-8'))
                         for name in ('trajectories.json', 'matrices.json'))
    return {'format': FORMAT, 'start': numbers(vectors['start']), 'gradients': numbers(vectors['gradients']),
            'cases': cases(vectors), 'matrices': {
                'start': {shape: numbers(p) for shape, p in matrices['start'].items()},
                'gradients': {shape: numbers(g) for shape, g in matrices['gradients'].items()},
                'cases': cases(matrices, 'shape')}}


def text(root: Path = ROOT) -> str:
    return json.dumps(document(root), separators=(',', ':')) + '\n'


if __name__ == '__main__':
    write_whole(text(), Path(sys.argv[1]))
