"""Names in code are followed as Python reads them."""
import pytest

from book.pages import code_links

IMPORTS = 'import d2lmini as d2l\nfrom d2lmini import np, rng'


@pytest.mark.parametrize(('cells', 'found'), [
    ((IMPORTS,), {'d2lmini', 'd2l', 'np', 'rng'}),
    ((IMPORTS, '%timeit d2l.rng(0)', 'd2l.plot([1])'), {'d2lmini', 'd2l', 'np', 'rng'}),
    ((IMPORTS, 'rng = 3'), {'d2lmini', 'd2l', 'np'}),
    (('rng = 3', IMPORTS), {'d2lmini', 'd2l', 'np'}),
    ((IMPORTS, 'def f(np, *d2l): pass'), {'d2lmini', 'rng'}),
    ((IMPORTS, 'for rng in []: pass', 'class np: pass'), {'d2lmini', 'd2l'}),
    (('import numpy as np\nfrom numpy import random as rng',), set()),
])
def test_a_name_that_the_page_binds_again_is_not_followed(cells, found):
    assert set(code_links.meanings(*cells)) == found


def test_meanings_are_dotted_names():
    assert code_links.meanings(IMPORTS) == {
        'd2lmini': 'd2lmini', 'd2l': 'd2lmini', 'np': 'd2lmini.np', 'rng': 'd2lmini.rng'}


N, DOT = '<span class="n">{}</span>', '<span class="o">.</span>'


@pytest.mark.parametrize(('code', 'names'), [
    (DOT.join(map(N.format, ['d2l', 'adam'])), ['d2l.adam']),
    (N.format('f') + '<span class="p">()</span>' + DOT + N.format('adam'), ['f']),
    (N.format('adam') + '<span class="p">(</span>' + N.format('d2l') + DOT + N.format('np'), ['adam', 'd2l.np']),
])
def test_what_follows_a_dot_is_no_name_of_its_own(code, names):
    assert [code_links.WORDS.sub('', match[0]) for match in code_links.DOTTED.finditer(code)] == names
