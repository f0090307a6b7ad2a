"""Sphinx extension: entries of the bibliography are labeled as the text cites them, by names and year."""
from collections import Counter

from pybtex.backends import plaintext
from pybtex.plugin import register_plugin
from pybtex.style.formatting.unsrt import Style as Unsrt
from pybtex.style.labels import BaseLabelStyle


def names(entry) -> str:
    """Return 'Kingma and Ba', or 'Zhang et al.' for three and more, as {cite} does."""
    last = [' '.join(person.prelast_names + person.last_names)
            for person in entry.persons.get('author') or entry.persons.get('editor') or []]
    return f'{last[0]} et al.' if len(last) > 2 else ' and '.join(last) or entry.fields['title']


class AuthorYear(BaseLabelStyle):
    def format_labels(self, sorted_entries):
        seen = Counter()
        for entry in sorted_entries:
            label = f'{names(entry)}, {entry.fields.get("year", "n.d.")}'.replace('{', '').replace('}', '')
            seen[label] += 1
            yield label if seen[label] == 1 else f'{label} ({seen[label]})'


class Style(Unsrt):
    default_label_style = AuthorYear
    default_sorting_style = 'author_year_title'


def setup(app):
    register_plugin('pybtex.style.formatting', 'author_year', Style)
    # It exists already. Once registered, it is not looked up among all installed packages for each citation.
    register_plugin('pybtex.backends', 'plaintext', plaintext.Backend, force=True)
    return {'parallel_read_safe': True, 'parallel_write_safe': True}
