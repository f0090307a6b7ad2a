"""What has an id or a number of its own on a page links to itself; the rest is left as it was."""
import re

import pytest

from book.live import cells
from book.pages import anchors

TITLE = '<p class="admonition-title"><span class="caption-number">Exercise 1.1 </span>{}</p>'


def box(classes, anchor, link=''):
    return f'<div class="{classes} admonition"{anchor}>\n\n{TITLE.format(link)}\n<p>Text.</p></div>'


@pytest.mark.parametrize(('classes', 'anchor', 'kind', 'name'), [
    ('exercise', ' id="ex-one"', 'exercise', 'ex-one'),
    ('proof theorem', ' id="thm-one"', 'theorem', 'thm-one'),
    ('proof lemma', ' id="lem-one"', 'lemma', 'lem-one'),
])
def test_boxes_with_a_label_get_a_link(classes, anchor, kind, name):
    link = f'<a class="headerlink" href="#{name}" title="Link to this {kind}" aria-label="Link to {name}">#</a>'
    assert anchors.add_links(box(classes, anchor)) == box(classes, anchor, link)


@pytest.mark.parametrize(('classes', 'anchor'), [
    ('proof', ''), ('tip', ''), ('exercise', ''), ('solution dropdown', ' id="sol-one"'), ('dropdown', ' id="hint"'),
])
def test_other_boxes_stay_as_they_are(classes, anchor):
    assert anchors.add_links(box(classes, anchor)) == box(classes, anchor)


def test_cells_are_counted_and_keep_what_live_cells_look_for():
    cell = f'<div {cells.CELL}><div class="cell_input docutils container">1</div></div>'
    tagged = cell.replace('"cell ', '"cell tag_hide-input ', 1)
    found = anchors.add_links(cell + tagged + cell)
    assert re.findall(r'" id="(.*?)"><a class="headerlink" href="#(.*?)"', found) == [
        (f'cell-{number}',) * 2 for number in (1, 2, 3)]
    assert found.count(cells.CELL) == 2
