"""Which pages the book has: those that _toc.yml lists, and no other file that happens to lie beside them."""
from pathlib import Path

from sphinx_external_toc.parsing import parse_toc_yaml

from book import ROOT


def pages(root: Path = ROOT) -> list[Path]:
    """Return the pages in the order of the book.

    Raises:
        FileNotFoundError: the list names a page that is not there.
    """
    names = list(parse_toc_yaml(root / '_toc.yml'))
    for name in names:
        if not (root / f'{name}.md').is_file():
            raise FileNotFoundError(f'_toc.yml lists {name}, but there is no {name}.md: bring it back, or take it out '
                                    'of the list')
    return [root / f'{name}.md' for name in names]


def with_code(root: Path = ROOT) -> list[Path]:
    """Return the pages that hold code cells: the chapters that are executed."""
    return [path for path in pages(root) if '\n```{code-cell}' in path.read_text(encoding='utf-8')]
