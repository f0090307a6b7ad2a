"""The pages of reference: each public name of the package has one entry, each term of the glossary leads somewhere."""
import re
from collections import Counter

import pytest
import yaml

import d2lmini
from book import CHAPTERS, ROOT
from book.pages import api_docstrings
from d2lmini import schedules

AUTO = re.compile(r'^\.\. auto(?:function|class|module):: (?:d2lmini\.)?(\w+)$', re.M)
BY_HAND = re.compile(r'^\.\. py:(?:function|data):: (.+(?:\n {10,}\S.*)*)', re.M)


def entries():
    """Return the names that have an entry on the page, one for each entry."""
    page = (CHAPTERS / 'api.md').read_text(encoding='utf-8')
    by_hand = [line.strip().partition('(')[0] for found in BY_HAND.findall(page) for line in found.splitlines()]
    return AUTO.findall(page) + by_hand


def test_every_public_name_has_one_entry():
    assert Counter(entries()) == Counter(d2lmini.__all__)


@pytest.mark.parametrize('name', [name for name in d2lmini.__all__ if name not in ('np', 'npx', 'plt')])
def test_every_entry_says_something(name):
    assert len(getattr(d2lmini, name).__doc__.split()) > 3


def test_every_method_and_schedule_says_something():
    documented = [d2lmini.Minibatches, d2lmini.Timer, d2lmini.Animator, schedules]
    silent = [name for owner in documented for name, it in vars(owner).items()
              if callable(it) and not name.startswith('_') and it.__module__.startswith('d2lmini') and not it.__doc__]
    assert silent == []


def terms():
    """Return {term: definition} of the glossary."""
    page = (CHAPTERS / 'glossary.md').read_text(encoding='utf-8')
    [body] = re.findall(r'^```\{glossary\}\n(.*?)^```', page, re.M | re.S)
    return dict(re.findall(r'^(\S.*)\n((?:  .+\n)+)', body, re.M))


def test_glossary_has_the_terms_of_the_course():
    found = terms()
    assert 40 <= len(found) <= 120
    assert [term for term, text in found.items() if not re.search(r' See [^.]*\{ref\}`sec_\w+`\.\n$', f' {text}')] == []


def test_pages_of_reference_are_in_the_table_of_contents():
    toc = yaml.safe_load((ROOT / '_toc.yml').read_text(encoding='utf-8'))
    [reference] = [part for part in toc['parts'] if part['caption'] == 'Reference']
    assert {'notation', 'glossary', 'api', 'references'} <= {page['file'].rpartition('/')[2]
                                                            for page in reference['chapters']}


def dressed(docstring):
    lines = docstring.splitlines()
    api_docstrings.dress(None, 'function', 'd2lmini.f', None, None, lines)
    return '\n'.join(lines)


def test_formulas_keep_their_lines_on_the_page():
    text = 'Step.\n\n    v ← g\n    p ← v\n\nThe end.'
    assert dressed(text) == 'Step.\n\n.. code-block:: text\n\n    v ← g\n    p ← v\n\nThe end.'


def test_sections_of_a_docstring_stay_as_they_are():
    text = 'Step.\n\nArgs:\n    p: a number,\n        or two.\n\nReturns:\n    p.'
    assert dressed(text) == text


def test_names_are_links_code_is_code_and_equations_have_numbers():
    assert dressed('As `train_ch10` with `p.grad`.') == 'As :py:obj:`~d2lmini.train_ch10` with ``p.grad``.'
    assert dressed('Equations: eq-adam-v, eq-adam-s-hat in chapters/adam.md.') == \
        'Equations: :eq:`eq-adam-v`, :eq:`eq-adam-s-hat` in :doc:`/chapters/adam`.'
    assert dressed('Already :py:obj:`d2lmini.adam` and ``code``.') == 'Already :py:obj:`d2lmini.adam` and ``code``.'
