"""What of the solutions is in an edition that leaves them out: pages, search index, sources, notebooks, archives, PDF.

Texts are compared by their letters and digits alone. So it does not matter how a file marks up, breaks or colors them.
"""
import html
import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from pypdf import PdfReader

from book.exercises import BLOCK

PROSE, CODE = 30, 16        # letters of a line that are enough to recognize it
MANY = 4                    # lines by which a solution is recognized
ARCHIVES = {'.zip', '.whl', '.epub'}
TEXTS = {'.html', '.xhtml', '.js', '.json', '.md', '.txt', '.py', '.ipynb', '.csv', '.xml', '.opf', '.ncx'}
MARKUP = re.compile(r'<[^>]*>')
SAID = re.compile(r'(?:alt|title|content|aria-label)="([^"]*)"')        # what a tag may say to readers
DRAWN = re.compile(r'"image/svg\+xml": \[.*?\]', re.S)     # in a notebook
NO_PROSE = re.compile(r'\$[^$]*\$|`[^`]*`|\{[^}]*\}')       # it looks different on a page
FENCE = re.compile(r'^`{3,}\{code-cell\}.*?^`{3,}$', re.M | re.S)
NOT_PUBLISHED = re.compile(r'\.|jupyter_execute/|html/along/')      # caches, and copies of what is beside them
PYTHON = re.compile(r'(?:^|/)pyodide/')         # Python itself, made from no chapter
REMARK = re.compile(r'  # .*$', re.M)


def letters(text: str) -> str:
    return re.sub(r'[\W_]+', '', text).lower()


def lines(text: str, enough: int) -> set[str]:
    """Return the letters of each line, or part of a line, that has enough of them."""
    parts = (letters(part) for line in text.splitlines() for part in NO_PROSE.split(line))
    return {part for part in parts if len(part) >= enough}


def of_solution(text: str) -> set[str]:
    """Return the lines by which the solution of an exercise is recognized, its prose and its code."""
    prose, code = FENCE.sub('', text), '\n'.join(cell[0] for cell in FENCE.finditer(text))
    return longest(lines(prose, PROSE)) | longest(lines(code, CODE))


def longest(found: set[str]) -> set[str]:
    """Return so many that a search through the book takes seconds."""
    return set(sorted(found, key=lambda line: (-len(line), line))[:MANY])


def of_check(text: str) -> set[str]:
    """Return the lines that a reader has to write, of a file in chapters/checks."""
    return set().union(*(lines(REMARK.sub('', block[2]), CODE) for block in BLOCK.finditer(text)))


def allowed(texts: Iterable[str]) -> str:
    """Return what readers may see anyway, for `search`."""
    return ' '.join(letters(text) for text in texts)


def read(name: str, content: bytes) -> Iterator[tuple[str, str]]:
    """Yield (name, letters) for a file, and for each file in it if it is an archive."""
    kind = Path(name).suffix
    if kind in ARCHIVES:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for inside in filter(lambda inside: not PYTHON.search(inside), archive.namelist()):
                yield from read(f'{name}: {inside}', archive.read(inside))
    elif kind == '.pdf':
        yield name, letters(' '.join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages))
    elif kind in TEXTS:
        text = DRAWN.sub('', content.decode('utf-8', errors='replace'))
        if kind in {'.html', '.xhtml'}:
            yield name, letters(html.unescape(MARKUP.sub(lambda tag: ' '.join(SAID.findall(tag[0])), text)))
        else:
            yield name, letters(text)


def search(folder: Path, known: set[str], seen: str) -> list[str]:
    """Return, for each file of a folder that has lines of solutions, its name and one of them.

    Args:
        folder: what was built.
        known: the lines, from `of_solution` and `of_check`.
        seen: what readers may see anyway, from `allowed`.
    """
    secret, found = sorted(line for line in known if line not in seen), []
    for path in sorted(path for path in folder.rglob('*') if path.is_file()):
        place = path.relative_to(folder).as_posix()
        if NOT_PUBLISHED.match(place) or PYTHON.search(place):
            continue
        for name, text in read(place, path.read_bytes()):
            leak = next((line for line in secret if line in text), None)
            if leak:
                found.append(f'{name} has a line of a solution: "{leak}"')
    return list(dict.fromkeys(found))
