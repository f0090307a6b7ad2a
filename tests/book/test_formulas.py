"""Formulas in a line of text: how much room they take at first, and what stays with them at the end of a line."""
import pytest

from book.pages import formulas


def span(tex):
    return f'<span class="math notranslate nohighlight">\\({tex}\\)</span>'


@pytest.mark.parametrize(('before', 'after', 'kept'), [
    ('a step ', ', then', ','),
    ('a step ', '. Then', '.'),
    ('a step ', ').', ').'),
    ('the ', '-th step', '-th'),
    ('for ', '’s sake', '’s'),
    ('for ', ' is', ''),
    ('for ', ' (see', ''),
    ('for ', '</p>', ''),
    ('for ', '<em>x</em>', ''),
])
def test_punctuation_stays_with_its_formula(before, after, kept):
    found = formulas.FORMULA.sub(formulas.dress, before + span('x') + after)
    plain = f'<span class="math notranslate nohighlight" style="--em:0.6">\\(x\\)</span>{kept}'
    assert found == before + (f'<span class="together">{plain}</span>' if kept else plain) + after[len(kept):]


def test_an_opening_bracket_stays_with_its_formula_too():
    found = formulas.FORMULA.sub(formulas.dress, f'the rate ({span("x")} here)')
    assert found.startswith('the rate <span class="together">(<span ')
    assert found.endswith('</span></span> here)')


@pytest.mark.parametrize(('tex', 'em'), [
    ('x', 0.6), ('x_t', 1.05), (r'\mathbf{x}_{t-1}', 1.95), ('a = b', 2.7), (r'\frac{a}{b}', 1.2), (r'a &lt; b', 2.7),
])
def test_room_grows_with_what_is_shown(tex, em):
    assert formulas.width(tex) == pytest.approx(em)
