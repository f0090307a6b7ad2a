"""Sphinx extension: entries of the bibliography are labeled as the text cites them, by names and year."""
import unicodedata
from collections import defaultdict
from string import ascii_lowercase

from pybtex.backends import plaintext
from pybtex.plugin import register_plugin
from pybtex.style.formatting.unsrt import Style as Unsrt
from pybtex.style.labels import BaseLabelStyle
from pybtex.style.sorting.author_year_title import SortingStyle


def names(entry) -> str:
    """Return 'Kingma and Ba', or 'Zhang et al.' for three and more, as {cite} does."""
    last = [' '.join(person.prelast_names + person.last_names)
            for person in entry.persons.get('author') or entry.persons.get('editor') or []]
    return f'{last[0]} et al.' if len(last) > 2 else ' and '.join(last) or entry.fields['title']


class AuthorYear(BaseLabelStyle):
    def format_labels(self, sorted_entries):
        for entry in sorted_entries:
            yield f'{names(entry)}, {entry.fields.get("year", "n.d.")}'.replace('{', '').replace('}', '')


def tell_apart(app, env, docnames):
    """Give works of the same authors and year a letter: 2015a and 2015b, in the order of the list, by their titles."""
    same = defaultdict(list)
    for entry in env.get_domain('cite').bibdata.data.entries.values():
        same[names(entry), entry.fields.get('year', 'n.d.')].append(entry)
    for (_, year), entries in same.items():
        if len(entries) > 1:
            for letter, entry in zip(ascii_lowercase, sorted(entries, key=lambda entry: entry.fields['title'])):
                entry.fields['year'] = f'{year}{letter}'


class ByNames(SortingStyle):
    def sorting_key(self, entry):
        """Sort as a reader looks: without the braces of the file, and é as e."""
        plain = (unicodedata.normalize('NFKD', part) for part in super().sorting_key(entry))
        return tuple(''.join(c for c in part if c.isalnum() or c.isspace()).casefold() for part in plain)


class Style(Unsrt):
    default_label_style = AuthorYear
    default_sorting_style = ByNames


def setup(app):
    app.connect('env-before-read-docs', tell_apart)
    register_plugin('pybtex.style.formatting', 'author_year', Style)
    # It exists already. Once registered, it is not looked up among all installed packages for each citation.
    register_plugin('pybtex.backends', 'plaintext', plaintext.Backend, force=True)
    return {'parallel_read_safe': True, 'parallel_write_safe': True}
