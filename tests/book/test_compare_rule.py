"""The rule of comparison by itself: two texts, two figures, the outputs of a cell. (test_compare.py: inside nbval.)"""
import pytest

from book.execute import compare

# (recorded, computed, what the difference is called, or None)
TEXTS = {
    'the same': ('loss: 0.243', 'loss: 0.243', None),
    'empty': ('', '', None),
    'one unit more': ('loss: 0.243', 'loss: 0.244', None),
    'one unit less': ('loss: 0.243', 'loss: 0.242', None),
    'two units more': ('loss: 0.243', 'loss: 0.245', '0.243 recorded, 0.245 computed'),
    'two units less': ('loss: 0.243', 'loss: 0.241', '0.243 recorded, 0.241 computed'),
    'a carry': ('0.299', '0.300', None),
    'a borrow of two units': ('0.300', '0.298', '0.300 recorded, 0.298 computed'),
    'one decimal': ('99.9 %', '100.0 %', None),
    'no decimals after the point': ('[1. 2.]', '[1. 3.]', None),
    'two, no decimals after the point': ('[1. 2.]', '[1. 4.]', '2. recorded, 4. computed'),
    'the finer of two precisions counts': ('0.5', '0.51', None),
    'the finer of two precisions counts, two units': ('0.5', '0.52', '0.5 recorded, 0.52 computed'),
    'an exponent': ('1.234567e-01', '1.234568e-01', None),
    'an exponent, two units': ('1.234567e-01', '1.234569e-01', '1.234567e-01 recorded'),
    'an exponent without a point': ('5e-06', '6e-06', None),
    'an exponent without a point, two units': ('5E+06', '7E+06', '5E+06 recorded, 7E+06 computed'),
    'a rounding to the next exponent': ('9.9e-06', '1.0e-05', None),
    'across zero': ('-0.000', '0.001', None),
    'across zero, two units': ('-0.001', '0.001', '-0.001 recorded, 0.001 computed'),
    'a sign': ('-0.243', '0.243', '-0.243 recorded, 0.243 computed'),
    'a plus': ('+0.24', '0.24', None),
    'a later number': ('0.1 0.2 0.3', '0.1 0.2 0.5', '0.3 recorded, 0.5 computed'),
    'an integer': ('1500 rows', '1501 rows', 'other text'),
    'an integer for a decimal': ('1.0', '1', 'other text'),
    'a word': ('loss 0.243', 'lost 0.243', 'other text'),
    'a number more': ('0.1', '0.1 0.2', 'other text'),
    'a number less': ('0.1 0.2', '0.1', 'other text'),
    'a space': ('a  b', 'a b', 'other text'),
    'a line end': ('a\n', 'a', 'other text'),
    'a version': ('v1.9.1', 'v1.9.2', 'other text'),
    'a version of two parts': ('v1.9', 'v1.8', 'other text'),
    'a name with digits': ('x1.5', 'x1.6', 'other text'),
    'a date': ('1.2.2026', '1.3.2026', 'other text'),
    'a unit that sticks': ('1.5pt', '1.6pt', 'other text'),
    'an unknown number': ('nan', 'inf', 'other text'),
    'a number at the end of a sentence': ('It is 0.5.', 'It is 0.6.', None),
    'two units at the end of a sentence': ('It is 0.5.', 'It is 0.7.', '0.5 recorded, 0.7 computed'),
}


@pytest.mark.parametrize('what', TEXTS)
def test_text(what):
    recorded, computed, difference = TEXTS[what]
    found = compare.text(recorded, computed)
    if difference is None:
        assert found is None
    else:
        assert found.startswith('text: ')
        assert difference in found


DRAWN = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 324 200" version="1.1">
<defs><clipPath id="p0123456789"><rect x="10.25" y="7.5" width="300" height="150"/></clipPath></defs>
<g id="line2d_1" clip-path="url(#p0123456789)"><path d="M 10.5 20.5 L 30 40.25 " style="stroke: #c44e00; stroke-width: 1.7"/></g>
<g transform="translate(12.5 160.5) scale(0.1 -0.1)"><use href="#m0a1b2c3d4e" x="5" y="9"/><text>A label</text></g>
</svg>"""       # noqa: E501

# (text in the figure, what it becomes, what the difference is called, or None)
FIGURES = {
    'the same': ('', '', None),
    'a point by 0.5': ('L 30 ', 'L 30.5 ', None),
    'a point by -0.5': ('40.25', '39.75', None),
    'a point by 0.51': ('L 30 ', 'L 30.51 ', '<path d> 5: 30 recorded, 30.51 computed'),
    'a point by -0.51': ('20.5', '19.99', '20.5 recorded, 19.99 computed'),
    'an x by 0.5': ('x="10.25"', 'x="10.75"', None),
    'an x by 0.6': ('x="10.25"', 'x="10.85"', '<rect x> 3: 10.25 recorded'),
    'a y by 0.6': ('y="7.5"', 'y="8.1"', '<rect y> 3'),
    'a width by 0.4': ('width="300"', 'width="300.4"', None),
    'a width by 1': ('width="300"', 'width="301"', '<rect width> 3'),
    'a height by 1': ('height="150"', 'height="149"', '<rect height> 3'),
    'a viewBox by 0.4': ('324 200', '324.4 200', None),
    'a viewBox by 1': ('324 200', '325 200', '<svg viewBox> 0'),
    'a translation by 0.5': ('12.5 160.5', '13 160.5', None),
    'a translation by 1': ('12.5 160.5', '12.5 161.5', '<g translate> 6'),
    'a scale': ('scale(0.1 -0.1)', 'scale(0.1 0.1)', '<g scale> 6'),
    'a scale, by little': ('scale(0.1 -0.1)', 'scale(0.11 -0.1)', '<g scale> 6'),
    'another transformation': ('scale(0.1 -0.1)', 'rotate(0.1 -0.1)', '<g> 6 has other attributes'),
    'a command of a path': ('L 30', 'C 30', '<path d> 5: other text'),
    'a point less': ('L 30 40.25 ', '', '<path d> 5: other text'),
    'a color': ('#c44e00', '#c44e01', '<path style> 5'),
    'a line width': ('stroke-width: 1.7', 'stroke-width: 1.8', '<path style> 5'),
    'a letter of a label': ('A label', 'B label', 'other elements'),
    'spaces around a label': ('A label', ' A label\n', None),
    'an attribute more': ('<use ', '<use z="1" ', '<use> 7 has other attributes'),
    'an attribute less': (' version="1.1"', '', '<svg> 0 has other attributes'),
    'a version': ('version="1.1"', 'version="1.2"', '<svg version> 0'),
    'an element more': ('<text>', '<g/><text>', 'other elements (9 recorded, 10 computed)'),
    'an element less': ('<use href="#m0a1b2c3d4e" x="5" y="9"/>', '', 'other elements (9 recorded, 8 computed)'),
    'another element': ('text>', 'tspan>', 'other elements'),
    'an element elsewhere': ('</g>\n</svg>', '<g/></g>\n</svg>', 'other elements'),
    'hashed ids, all alike': ('p0123456789', 'pfedcba9876', None),
    'a hashed id of two letters': ('m0a1b2c3d4e', 'aabcdef0123', None),
    'another name': ('line2d_1', 'line2d_2', '<g id> 4'),
    'an id that is no hash': ('p0123456789', 'plain', 'clipPath id> 2'),
}


@pytest.mark.parametrize('what', FIGURES)
def test_figure(what):
    old, new, difference = FIGURES[what]
    assert old in DRAWN
    found = compare.svg(DRAWN, DRAWN.replace(old, new) if old else DRAWN)
    if difference is None:
        assert found is None
    else:
        assert found.startswith('svg: ')
        assert difference in found


SQUARE = 'M 10 10 L 50 10 L 50 50 L 10 50 z '
CURVE = 'M 0 20 ' + ''.join(f'L {x / 5} 20 ' for x in range(1, 101))       # vertices 0.2 pt apart
# what changes: (the path, what it becomes, whether it is the same outline)
OUTLINES = {
    'a corner twice': (SQUARE, SQUARE.replace('L 50 50', 'L 50 50 L 50 50'), True),
    'a corner twice, within the tolerance': (SQUARE, SQUARE.replace('L 50 50', 'L 50.2 49.9 L 50 50'), True),
    'the first corner again, where the outline closes': (SQUARE, SQUARE.replace('z', 'L 10.1 9.9 z'), True),
    'the last corner twice': (SQUARE, SQUARE.replace('z', 'L 10 49.9 z'), True),
    'the first corner again, in an open stroke': (SQUARE.replace('z', ''), SQUARE.replace('z', 'L 10 10 '), False),
    'the first corner of another outline': (SQUARE + SQUARE, SQUARE + 'M 30 30 L 40 40 L 10 10 z ', False),
    'a corner three times': (SQUARE, SQUARE.replace('L 50 10', 'L 50 10 L 50 10 L 50 10'), True),
    'a corner twice and another moved by 0.4': (SQUARE, SQUARE.replace('L 50 50', 'L 50 50 L 50 50.4'), True),
    'one vertex of a dense curve less': (CURVE, CURVE.replace('L 10.0 20 ', ''), True),
    'a corner again, 0.6 away': (SQUARE, SQUARE.replace('L 50 50', 'L 50 50 L 50.6 50'), False),
    'a bump of 1 pt': (SQUARE, SQUARE.replace('L 50 50', 'L 50 30 L 51 31 L 50 32 L 50 50'), False),
    'a bump of 1 pt in a dense curve': (CURVE, CURVE.replace('L 10.0 20', 'L 10.0 21'), False),
    'a vertex in the middle of a side': (SQUARE, SQUARE.replace('L 50 50', 'L 50 30 L 50 50'), False),
    'a corner less': (SQUARE, SQUARE.replace('L 50 10 ', ''), False),
    'a piece of a dense curve less': (CURVE, ''.join(CURVE.partition('L 10.0 20 ')[:2]), False),
    'a hole in a dense curve': (CURVE, CURVE[:CURVE.index('L 8.0')] + CURVE[CURVE.index('L 12.0'):], False),
    'an outline that is not closed': (SQUARE, SQUARE.replace('z', ''), False),
    'an extra stroke': (SQUARE, SQUARE + 'M 20 20 L 30 30 ', False),
    'an extra stroke of no length': (SQUARE, SQUARE + 'M 10 50 ', False),
    'a stroke lifted': (SQUARE, SQUARE.replace('L 50 50', 'M 50 50'), False),
    'a curve for a line': (SQUARE, SQUARE.replace('L 50 50', 'C 50 20 50 40 50 50'), False),
    'another order': (SQUARE, 'M 10 10 L 10 50 L 50 50 L 50 10 z ', False),
    'a crawl away in steps of 0.4': (SQUARE, SQUARE.replace('z', 'L 10 49.6 L 10 49.2 L 10 48.8 z'), False),
}


@pytest.mark.parametrize('what', OUTLINES)
@pytest.mark.parametrize('turned', [False, True], ids=['recorded and computed', 'the other way round'])
def test_outlines_are_compared_as_shapes(what, turned):
    recorded, computed, same = OUTLINES[what]
    assert recorded != computed
    drawn = [f'<svg><path d="{path}"/></svg>' for path in (recorded, computed)]
    found = compare.svg(*(reversed(drawn) if turned else drawn))
    assert (found is None) == same
    assert same or found.startswith('svg: <path d> 1: ')


@pytest.mark.parametrize('name', ['d', 'x', 'y', 'width', 'height', 'viewBox', 'points', 'cx', 'cy', 'x1', 'x2',
                                  'y1', 'y2'])
def test_coordinates_of_any_name_may_differ_by_half_a_point(name):
    drawn = f'<svg><g {name}="10.0 20.0"/></svg>'
    assert compare.svg(drawn, drawn.replace('20.0', '20.5')) is None
    assert f'<g {name}> 1: 20.0 recorded' in compare.svg(drawn, drawn.replace('20.0', '20.6'))


def test_a_figure_is_known_by_the_type_that_notebooks_give_it():
    assert compare.SVG == 'image/svg+xml'


def test_two_hashed_ids_that_become_one_are_noticed():
    two = '<svg><g id="p0123456789"/><g href="#pfedcba9876"/></svg>'
    assert compare.svg(two, two.replace('p0123456789', 'paaaaaaaaaa')) is None
    assert 'href' in compare.svg(two, two.replace('pfedcba9876', 'p0123456789'))


STREAM = {'output_type': 'stream', 'name': 'stdout', 'text': 'a'}
WARNING = {'output_type': 'stream', 'name': 'stderr', 'text': 'b'}
FIGURE = {'output_type': 'display_data', 'metadata': {'x': 'y'}, 'data': {compare.SVG: '<svg/>', 'text/plain': 'c'}}
PICTURE = {'output_type': 'display_data', 'metadata': {}, 'data': {'image/png': 'd', 'image/jpeg': 'e'}}
ERROR = {'output_type': 'error', 'ename': 'ValueError', 'evalue': 'f', 'traceback': ['g']}
TABLE = {'output_type': 'execute_result', 'execution_count': 3, 'metadata': {}, 'data': {'application/json': {'h': 1}}}


@pytest.mark.parametrize(('outputs', 'found'), [
    ([], {}),
    ([STREAM], {'stdout': ['a']}),
    ([STREAM, WARNING, STREAM], {'stdout': ['a', 'a'], 'stderr': ['b']}),
    ([FIGURE], {compare.SVG: ['<svg/>'], 'text/plain': ['c']}),
    ([PICTURE], {}),
    ([ERROR], {'ename': ['ValueError'], 'evalue': ['f']}),
    ([TABLE], {}),
    ([FIGURE, STREAM, FIGURE], {compare.SVG: ['<svg/>'] * 2, 'text/plain': ['c'] * 2, 'stdout': ['a']}),
])
def test_values_and_count(outputs, found):
    slots = compare.values(outputs)
    assert {name: [holder[key] for holder, key in places] for name, places in slots.items()} == found
    assert compare.count(outputs) == sum(map(len, found.values()))


def test_what_is_skipped_can_be_chosen():
    assert list(compare.values([STREAM], skipped=('output_type', 'text'))) == ['stdout']
    assert compare.values([PICTURE], skipped=()) != {}


def test_values_point_into_the_outputs():
    output = dict(STREAM)
    [(holder, key)] = compare.values([output])['stdout']
    holder[key] = 'changed'
    assert output['text'] == 'changed'
