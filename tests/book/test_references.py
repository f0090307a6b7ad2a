"""Each entry of the bibliography can be found by readers, and is cited."""
import pytest
from pybtex.database import parse_string

from book import references

BOTH = '@misc{one, title = {One}, doi = {10.1000/1}}\n@misc{two, title = {Two}, eprint = {2001.00001}}\n'
PAGES = ['Adam {cite}`one`.', 'See {cite:t}`two, three` and `four`.']


def faults(more=''):
    return references.faults(parse_string(BOTH + more, 'bibtex').entries, PAGES)


def test_a_doi_an_arxiv_number_or_a_url_will_do():
    assert faults('@misc{three, url = {https://example.org}}') == []


@pytest.mark.parametrize('fields', ['title = {Three}', 'doi = {}', 'note = {doi}'])
def test_an_entry_without_an_address_is_named(fields):
    [fault] = faults(f'@misc{{three, {fields}}}')
    assert fault.startswith('three: no address: add its doi')


def test_an_entry_that_no_page_cites_is_named():
    [fault] = faults('@misc{four, eprint = {2001.00002}}')
    assert fault.startswith('four: cited nowhere: cite it')


def test_the_book_passes(monkeypatch):
    references.main()
    monkeypatch.setattr(references, 'faults', lambda entries, pages: ['one: no address'])
    with pytest.raises(SystemExit, match=r'references\.bib\none: no address'):
        references.main()
