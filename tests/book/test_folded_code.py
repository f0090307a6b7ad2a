"""The line behind which code is folded says what the code does."""
import pytest
from docutils import nodes
from docutils.utils import new_document

from book.pages import folded_code


@pytest.mark.parametrize(('code', 'options', 'line'), [
    ('x = 1\nassert x', {'mystnb': {'figure': {'name': 'fig-one'}}}, 'How this figure is drawn'),
    ('import d2lmini\n\ndef f():\n    return 1\n\nassert f() == 1\nassert f() < 2', {}, 'How this is checked'),
    ('x = 1\nassert x', {}, 'How this is computed'),
    ('def f():\n    return 1', {}, 'How this is computed'),
    ('%load_ext x\nprint(1)', {}, 'How this is computed'),
])
def test_the_line_says_what_is_folded(code, options, line):
    block = nodes.literal_block(code, code)
    cell = nodes.container('', block, prompt_show='Show', prompt_hide='Hide', cell_metadata=options)
    page = new_document('page')
    page += [cell, nodes.container('', nodes.literal_block('shown', 'shown'))]
    folded_code.say(None, page)
    assert (cell['prompt_show'], cell['prompt_hide']) == (line, line)
