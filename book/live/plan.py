"""What a page knows of its cells before Python is there: which cells each one needs, and how long it takes.

The seconds were measured in Pyodide by `RECORD_SECONDS=1 make test-numbers`, and are found by the code of a cell: one
that changed since has none. The page scales them by what it measures itself.
"""
import hashlib
import json
import sys
from functools import cache
from pathlib import Path

from docutils import nodes

FOLDER = Path(__file__).parent
SECONDS = FOLDER / 'seconds.json'
sys.path.append(str(FOLDER / 'web'))


@cache
def seconds() -> dict[str, float]:
    return json.loads(SECONDS.read_text(encoding='utf-8'))


def cells(document: nodes.document) -> list[tuple[str, str]]:
    """Return the code of each cell of a page, and its group: the solution that it belongs to, or ''."""
    found = []
    for cell in document.findall(lambda node: isinstance(node, nodes.Element) and 'cell' in node.get('classes', ())):
        code = next((block for part in cell.findall(nodes.container) if 'cell_input' in part['classes']
                     for block in part.findall(nodes.literal_block)), None)
        if code is not None:
            group, node = '', cell
            while node := node.parent:
                if 'solution' in node.get('classes', ()):
                    group = node['ids'][0] if node['ids'] else 'solution'
            found.append((code.astext().rstrip('\n'), group))
    return found


def attributes(document: nodes.document) -> dict[str, str]:
    """Return the plan and the seconds of a page as attributes of its script."""
    import live_names  # a program of the page: it is found once its folder is on the path

    found = cells(document)
    codes, groups = [code for code, _ in found], [group for _, group in found]
    known = [seconds().get(hashlib.sha256(code.strip().encode()).hexdigest()[:12], 0) for code in codes]
    return {'data-plan': json.dumps(live_names.plan(codes, groups), separators=(',', ':')),
            'data-seconds': json.dumps(known, separators=(',', ':'))}
