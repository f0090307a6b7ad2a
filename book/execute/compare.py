"""When a computed output counts as the recorded one: when they are equal, except in the last digits of numbers.

Other processors round the last digits differently. So decimals may differ by one unit of the last printed digit, and
coordinates in a figure by 0.5 pt; an outline may repeat a corner within 0.5 pt of it, as filled outlines do whose last
corners differ in the last bit only. Everything else is compared character by character: words, integers, colors,
the number and order of a figure's elements.
"""
import re
from decimal import Decimal
from xml.etree import ElementTree

SVG = 'image/svg+xml'
# As nbval does:
SKIPPED = ('metadata', 'traceback', 'output_type', 'name', 'execution_count', 'image/png', 'image/jpeg')
DECIMAL = re.compile(r'(?<![\w.])[-+]?(?:\d+\.\d*(?:[eE][-+]?\d+)?|\d+[eE][-+]?\d+)(?!\w|\.\d)')
NUMBER = re.compile(r'[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?')
COMMAND = re.compile(r'([MLHVCSQTAZ])([^MLHVCSQTAZ]*)', re.I)
HASHED = re.compile(r'\b[A-Za-z]{1,2}[0-9a-f]{10}\b')             # matplotlib's ids: salted hashes of floats
POINTS = {'d', 'x', 'y', 'width', 'height', 'viewBox', 'points', 'cx', 'cy', 'x1', 'x2', 'y1', 'y2', 'translate'}

HALF_A_POINT = Decimal('0.5')


def text(recorded: str, computed: str) -> str | None:
    """Say how two texts differ, by more than one unit of a last digit; None if they do not."""
    return _differ(recorded, computed, DECIMAL, _last_digit, 'text')


def svg(recorded: str, computed: str) -> str | None:
    """Say how two figures differ, by more than 0.5 pt; None if they do not."""
    a, b = list(_elements(recorded)), list(_elements(computed))
    if [e[:3] for e in a] != [e[:3] for e in b]:
        return f'svg: other elements ({len(a)} recorded, {len(b)} computed)'
    for i, ((tag, *_, x), (*_, y)) in enumerate(zip(a, b)):
        if [k for k, _ in x] != [k for k, _ in y]:
            return f'svg: <{tag}> {i} has other attributes'
        for (k, p), (_, q) in zip(x, y):
            what = f'svg: <{tag} {k}> {i}'
            why = _differ(p, q, NUMBER, _half_point, what) if k in POINTS else p != q and f'{what}: {p} | {q}'
            if why and not (k == 'd' and _same_outline(p, q)):
                return why
    return None


def values(outputs, skipped=SKIPPED) -> dict:
    """Return {key: [(dictionary, key in it), …]}: every text and figure that is compared, in nbval's order."""
    slots = {}
    for output in outputs:
        data = output.get('data', output)
        for key in data:
            if key not in skipped and isinstance(data[key], str):
                slots.setdefault(output.get('name', key), []).append((data, key))
    return slots


def count(outputs) -> int:
    """Count the texts and figures of a cell that are compared."""
    return sum(len(slots) for slots in values(outputs).values())


def _differ(a, b, pattern, unit, what):
    if pattern.sub('#', a) != pattern.sub('#', b):
        return f'{what}: other text, or another number of numbers'
    for p, q in zip(pattern.findall(a), pattern.findall(b)):
        if abs(Decimal(p) - Decimal(q)) > unit(p, q):
            return f'{what}: {p} recorded, {q} computed'
    return None


def _same_outline(recorded, computed):
    """Whether two paths run through the same corners within 0.5 pt; one that repeats its neighbor counts once."""
    paths = _commands(recorded), _commands(computed)
    places, before = [0, 0], [None, None]           # how far we are in each path, and its last corner
    while any(place < len(path) for place, path in zip(places, paths)):
        heads = [path[place] if place < len(path) else None for place, path in zip(places, paths)]
        if all(heads) and heads[0][0] == heads[1][0] and _near(*heads):
            places, before = [place + 1 for place in places], heads
            continue
        for i in (0, 1):
            if heads[i] and _repeats(paths[i], places[i], before[i]):
                places[i] += 1
                break
        else:
            return False
    return bool(paths[0])


def _repeats(path, place, before):
    """Whether a corner is the one before it again or, as the last of a closed outline, the first one."""
    if path[place][0] != 'L':
        return False
    closes = path[place + 1:place + 2] == [('z', [])]
    first = max(i for i in range(place) if path[i][0] == 'M') if closes else 0
    return (before is not None and _near(path[place], before)) or (closes and _near(path[place], path[first]))


def _commands(path):
    """Return the commands of a path: [('M', [x, y]), ('L', [x, y]), …, ('z', [])]."""
    return [(letter, list(map(Decimal, NUMBER.findall(numbers)))) for letter, numbers in COMMAND.findall(path)]


def _near(one, other):
    return len(one[1]) == len(other[1]) and all(abs(p - q) <= HALF_A_POINT for p, q in zip(one[1], other[1]))


def _last_digit(*numbers):
    return Decimal(1).scaleb(min(Decimal(n).as_tuple().exponent for n in numbers))


def _half_point(*_):
    return HALF_A_POINT


def _elements(figure):
    names = {}
    figure = HASHED.sub(lambda match: names.setdefault(match[0], f'id{len(names)}'), figure)
    for element in ElementTree.fromstring(figure).iter():
        moves = re.findall(r'(\w+)\(([^)]*)\)', element.attrib.pop('transform', ''))
        attributes = sorted(element.attrib.items()) + moves
        yield element.tag.split('}')[-1], len(element), (element.text or '').strip(), attributes
