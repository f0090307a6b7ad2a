"""Lighter styles and figures: what a page can use stays, and nothing that is seen changes."""
import pytest
import tinycss2

from book.pages import light_figures, light_styles

NAMES = {'a', 'b', 'sd-tab'}


@pytest.mark.parametrize(('sheet', 'kept'), [
    ('.a{color:red}', '.a{color:red}'),
    ('.c{color:red}', ''),
    ('.run0.a,.run{color:red}', '.run0.a,.run{color:red}'),
    ('.rum0{color:red}', ''),
    ('.a .c{color:red}', ''),
    ('.a.b>p,.c{color:red}', '.a.b>p{color:red}'),
    ('p:not(.c){color:red}', 'p:not(.c){color:red}'),
    ('p:is(.a,.b),h1{color:red}', 'p:is(.a,.b),h1{color:red}'),
    ('[class*=".c"]{color:red}', '[class*=".c"]{color:red}'),
    ('@media print{.a{color:red}.c{color:red}}', '@media print{.a{color:red}}'),
    ('@media print{.c{color:red}}', ''),
    ('@font-face{font-family:c;src:url(x.c)}', '@font-face{font-family:c;src:url(x.c)}'),
    ('/*! Copyright */.c{}/* a note */', '/*! Copyright */'),
])
def test_rules_stay_that_the_names_of_pages_can_use(sheet, kept):
    assert light_styles.light(tinycss2.parse_stylesheet(sheet), NAMES, ('run',)) == kept


def test_names_are_all_words_of_pages_and_scripts(tmp_path):
    (tmp_path / '_static').mkdir()
    (tmp_path / 'page.html').write_text('<p class="one two-three">')
    (tmp_path / '_static' / 'script.mjs').write_text('box.className = "four"; line.className = `six-${i} M${x}`')
    (tmp_path / '_static' / 'style.css').write_text('.five{}')
    names, beginnings = light_styles.words(tmp_path)
    assert beginnings == ('six-',)
    assert {'one', 'two-three', 'four'} <= names
    assert 'five' not in names


@pytest.mark.parametrize(('drawn', 'light'), [
    ('<path d="M 10.126 5 \nL 1.5 -0.004\nz\n"/>', '<path d="M10.13 5L1.5 -0z"/>'),
    ('<use x="1.23456" y="-7"/>', '<use x="1.23" y="-7"/>'),
    ('<g transform="translate(1.2345 2) scale(0.015625)"/>', '<g transform="translate(1.23 2) scale(0.015625)"/>'),
    ('<svg viewBox="0 0 300.123456 2"/>', '<svg viewBox="0 0 300.123456 2"/>'),
    ('<?xml version="1.0"?>\n<svg>\n <!-- 0.5 -->\n <g/>\n</svg>', '<svg><g/></svg>'),
    ('<metadata>\n <a/>\n</metadata><text>M 1.2345 z</text>', '<text>M 1.2345 z</text>'),
])
def test_a_figure_keeps_what_is_drawn(drawn, light):
    assert light_figures.light(drawn) == light
    assert light_figures.light(light) == light
