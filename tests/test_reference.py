"""The pages of reference: each public name of the package has one entry, each term of the glossary leads somewhere."""
import re
from collections import Counter

import pytest

import chapters
import d2lmini
from d2lmini import schedules

AUTO = re.compile(r'^\.\. auto(?:function|class|module):: (?:d2lmini\.)?(\w+)$', re.M)
BY_HAND = re.compile(r'^\.\. py:(?:function|data):: (.+(?:\n {10,}\S.*)*)', re.M)


def entries():
    """Return the names that have an entry on the page, one for each entry."""
    page = (chapters.CHAPTERS / 'api.md').read_text(encoding='utf-8')
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
    page = (chapters.CHAPTERS / 'glossary.md').read_text(encoding='utf-8')
    [body] = re.findall(r'^```\{glossary\}\n(.*?)^```', page, re.M | re.S)
    return dict(re.findall(r'^(\S.*)\n((?:  .+\n)+)', body, re.M))


def test_glossary_has_the_terms_of_the_course():
    found = terms()
    assert 40 <= len(found) <= 60
    assert [term for term, text in found.items() if not re.search(r' See [^.]*\{ref\}`sec_\w+`\.\n$', f' {text}')] == []
