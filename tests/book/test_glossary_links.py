"""The first use of a term leads to the glossary: how terms are written, and where they are left alone."""
import pytest
from docutils import nodes

from book.pages import section_search
from book.pages.glossary_links import Terms, runs

TERMS = ['Adam', 'AdamW', 'Gradient descent', 'Stochastic gradient descent (SGD)', 'Epsilon (ε)', "Newton's method",
         'Penalty', 'Minibatch', 'Polyak–Łojasiewicz (PL) condition', 'Weight decay', 'npx']


@pytest.mark.parametrize(('text', 'wanted'), [
    ('We use Adam.', ['Adam']),
    ('Adam’s rate, and AdamW', ['Adam', 'AdamW']),
    ('not adamant, not Adam-like, no subAdam', []),
    ('gradient\ndescent, Gradient descent', ['Gradient descent'] * 2),
    ('stochastic gradient descent', ['Stochastic gradient descent (SGD)']),
    ('SGD and sgd', ['Stochastic gradient descent (SGD)']),
    ('Newton’s method', ["Newton's method"]),
    ('penalties, a penalty; minibatches', ['Penalty', 'Penalty', 'Minibatch']),
    ('the PL condition, or Polyak–Łojasiewicz condition', ['Polyak–Łojasiewicz (PL) condition'] * 2),
    ('epsilon, not ε', ['Epsilon (ε)']),
    ('weight decays', ['Weight decay']),
])
def test_terms_are_found_as_they_are_written(text, wanted):
    assert [name for _, name in Terms(TERMS).find(text)] == wanted


def page() -> nodes.document:
    document = nodes.document(None, None)
    section = nodes.section('', nodes.title('', 'Adam'), nodes.paragraph('', 'Text. ', nodes.literal('', 'Adam')),
                            ids=['top'])
    inner = nodes.section('', nodes.title('', 'Inner'), nodes.paragraph('', 'Own', nodes.math('', r'\beta')),
                          nodes.literal_block('', 'Adam'), nodes.reference('', '', nodes.emphasis('', 'Adam')),
                          ids=['a'])
    section += inner
    document += section
    return document


def test_titles_code_formulas_and_links_are_left_alone():
    assert [text.astext() for text in runs(page())] == ['Text. ', 'Own']


def test_what_is_indexed_has_no_formulas_and_the_page_keeps_them():
    document = page()
    assert r'\beta' not in section_search.without_formulas(document, document.children).astext()
    assert r'\beta' in document.astext()
