"""The list of works: in the order in which a reader looks, under the labels of the text."""
from types import SimpleNamespace

import pytest
from pybtex.database import Entry, Person, parse_string

from book import CHAPTERS
from book.pages import author_year


def work(author, year, title='A Title'):
    return Entry('misc', {'year': year, 'title': title}, {'author': [Person(author)]})


def told(entries):
    """Return the years once works of the same authors and year are told apart."""
    domain = SimpleNamespace(bibdata=SimpleNamespace(data=SimpleNamespace(entries=entries)))
    author_year.tell_apart(None, SimpleNamespace(get_domain=lambda name: domain), [])
    return {key: entry.fields['year'] for key, entry in entries.items()}


def test_works_of_the_same_authors_and_year_have_letters_in_the_order_of_their_titles():
    entries = {'second': work('Kim, A.', '2025', 'B'), 'other': work('Kim, A.', '2024'),
               'first': work('Kim, A.', '2025', 'A'), 'lee': work('Lee, B.', '2025')}
    assert told(entries) == {'second': '2025b', 'other': '2024', 'first': '2025a', 'lee': '2025'}


def test_the_list_is_sorted_as_it_reads_without_braces_and_accents():
    sort = author_year.ByNames().sort
    wanted = [work(author, '2000') for author in ('Čech, A.', '{Dask Team}', 'Énard, A.', 'Ende, A.', '{zlib}')]
    assert sort(wanted[::-1]) == wanted


@pytest.mark.parametrize('sign', ['{\\', "\\'", '\\"', '$'])
def test_names_and_titles_are_written_in_letters_not_in_commands(sign):
    """A label shows them as they are in the file."""
    entries = parse_string((CHAPTERS / 'references.bib').read_text(encoding='utf-8'), 'bibtex').entries
    assert len(entries) > 150
    texts = {key: entry.fields['title'] + ' '.join(map(str, entry.persons.get('author', [])))
             for key, entry in entries.items()}
    assert {key for key, text in texts.items() if sign in text} == set()
