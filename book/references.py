"""Check the bibliography: `python -m book.references` names each entry that readers cannot find or no page cites."""
import re
import sys
from collections.abc import Iterable, Mapping

from pybtex.database import Entry, parse_file

from book import CHAPTERS, chapters

CITATION = re.compile(r'\{cite(?::\w+)?\}`([^`]+)`')
ADDRESSES = {'doi', 'eprint', 'url'}        # an eprint is an arXiv number


def faults(entries: Mapping[str, Entry], pages: Iterable[str]) -> list[str]:
    """Return a line for each fault of the entries, with the key and the remedy."""
    cited = {key.strip() for page in pages for keys in CITATION.findall(page) for key in keys.split(',')}
    return ([f'{key}: no address: add its doi, its arXiv number as eprint, or a url'
             for key, entry in entries.items() if not any(entry.fields.get(name) for name in ADDRESSES)]
            + [f'{key}: cited nowhere: cite it where a page says what it shows, or remove the entry'
               for key in entries if key not in cited])


def main():
    entries = parse_file(str(CHAPTERS / 'references.bib'), 'bibtex').entries
    found = faults(entries, (page.read_text(encoding='utf-8') for page in chapters.pages()))
    if found:
        sys.exit('\n'.join(['chapters/references.bib', *found]))


if __name__ == '__main__':
    main()
