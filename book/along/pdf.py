"""Make the PDF of the whole book: build the pages, put them together, print them in Chromium, check what came out."""
import datetime
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from pypdf import PdfReader

from book import ROOT, settings
from book.along import pdf_check, shelf
from book.along.pdf_page import SUBTITLE, Book
from book.execute import build

BUILT, FOLDER = ROOT / '_build' / 'html', ROOT / '_build' / 'pdf'
PRINT = ROOT / 'tests' / 'site' / 'print.mjs'


def node() -> str:
    """Return where Node.js is; exit if it or Chromium is missing, before the long part."""
    found = shutil.which('node')
    if found is None:
        sys.exit('The PDF was NOT made: it takes Node.js 20 or newer, which was not found. On Debian and Ubuntu: '
                 'apt install nodejs npm')
    if subprocess.run([found, str(PRINT)], check=False).returncode:
        sys.exit(2)
    return found


def page_numbers(pdf: Path) -> dict[str, int]:
    """Return the page on which each link target is, counted from 1."""
    reader = PdfReader(pdf)
    return {name.removeprefix('/'): reader.get_destination_page_number(place) + 1
            for name, place in reader.named_destinations.items()}


def print_book(browser: list[str], source: Path, pdf: Path) -> None:
    """Print twice: the contents need the page numbers, which the first pass gives."""
    command = [*browser, str(source), str(pdf)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as run:
        first = page_numbers(pdf) if run.stdout.readline() else None
        if first:
            run.stdin.write(json.dumps(first) + '\n')
            run.stdin.close()
            run.stdout.readline()
    if run.returncode or not first:
        sys.exit('The PDF was NOT made: the browser did not print the book, see above.')
    if page_numbers(pdf) != first:
        sys.exit('The PDF was NOT made: pages moved when their numbers were put into the contents. Give the numbers '
                 'a fixed width in book/along/pdf.css.')


def main() -> int:
    started, browser = time.perf_counter(), [node(), str(PRINT)]
    if build.main():
        return 1
    FOLDER.mkdir(parents=True, exist_ok=True)
    config = settings()
    without = 'Without solutions, ' if config['sphinx']['config']['edition'] == 'student' else ''
    book, today = Book(BUILT, ROOT / '_toc.yml', os.path.relpath(BUILT, FOLDER)), datetime.date.today()
    source, unfinished = FOLDER / 'book.html', FOLDER / 'unfinished.pdf'
    source.write_text(book.page(title=config['title'], subtitle=SUBTITLE, author=config['author'],
                                edition=f'{without}{today:%B} {today.day}, {today.year}'), encoding='utf-8')
    print('Printing the book: two minutes or more.', flush=True)
    print_book(browser, source, unfinished)
    wrong = pdf_check.problems(unfinished, book.titles)
    for problem in wrong:
        print(problem, file=sys.stderr)
    if wrong:
        print(f'The PDF was NOT made: {len(wrong)} things are wrong with it, see above. It stays at '
              f'{unfinished.relative_to(ROOT)}, to look at.', file=sys.stderr)
        return 1
    target = unfinished.replace(FOLDER / 'the-road-to-adam.pdf')
    source.unlink()
    shelf.note('pdf')
    print(f'The PDF is at {target.relative_to(ROOT)}: {len(PdfReader(target).pages)} pages, '
          f'{target.stat().st_size / 1e6:.1f} MB ({time.perf_counter() - started:.0f} s).')
    return 0


if __name__ == '__main__':
    sys.exit(main())
