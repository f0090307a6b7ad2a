"""Sphinx extension: the whole book to take along, as PDF, EPUB, slides and an archive of the site.

Each is made by a command of its own, and put into the folder `along` of the site, where the menus of all pages link to
it. One that was not made, or was made from other pages than the site has now, is not there, and no link leads to it.
"""
import re
import shutil
import sys
import zipfile
from pathlib import Path
from typing import NamedTuple

from book import ROOT
from book.execute import build
from book.files import MIDNIGHT, state, write_whole

BUILD = ROOT / '_build'
FOLDER = 'along'
MENU = re.compile(r'<!-- the whole book -->.*?<!-- end -->', re.S)
ITEM = """<li><a class="btn btn-sm dropdown-item" href="{href}"{how}>
  <span class="btn__icon-container"><i class="{icon}" aria-hidden="true"></i></span>
  <span class="btn__text-container">{label} ({size})</span></a></li>"""
SHOWN = re.compile(r'src="(images/[^"]+)"')


class Form(NamedTuple):
    """A form of the whole book: where it is made, what the menu calls it, and an icon that pages have anyway."""

    made: str
    label: str
    icon: str


FORMS = {
    'pdf': Form('pdf/the-road-to-adam.pdf', 'The whole book, PDF', 'fas fa-file-lines'),
    'epub': Form('epub/the-road-to-adam.epub', 'The whole book, EPUB', 'fas fa-book'),
    'slides': Form('slides', 'Slides of the sections', 'fas fa-chart-line'),
    'zip': Form('zip/the-road-to-adam.zip', 'This site, to read without a network, ZIP', 'fas fa-download'),
}


def pages_of(site: Path) -> str:
    """Return a hash of what the pages of a site are made from."""
    return state(site / '_sources', site / '_images')


def note(form: str, build_folder: Path = BUILD) -> None:
    """Note from which pages a form was just made, and offer it on them."""
    write_whole(pages_of(build_folder / 'html'), build_folder / '.made-from' / form)
    fill(build_folder)


def current(form: str, build_folder: Path) -> Path | None:
    """Return where a form is that was made from the pages of now, or None."""
    made, from_pages = build_folder / FORMS[form].made, build_folder / '.made-from' / form
    fresh = made.exists() and from_pages.is_file() and from_pages.read_text() == pages_of(build_folder / 'html')
    return made if fresh else None


def size(*paths: Path) -> str:
    files = [file for path in paths for file in ([path] if path.is_file() else path.rglob('*')) if file.is_file()]
    return f'{sum(file.stat().st_size for file in files) / 1e6:.1f} MB'


def item(form: str, there: Path, page: str, up: str) -> str:
    """Return the line of a menu that leads from a page to a form in the site."""
    label, href, measured = FORMS[form].label, f'{up}{FOLDER}/{there.name}', [there]
    if form == 'slides':
        deck = there / Path(page).name
        if deck.is_file() and deck.name != 'index.html':
            images = sorted(set(SHOWN.findall(deck.read_text(encoding='utf-8'))))
            label, measured = 'Slides of this section', [deck, *(there / image for image in images)]
        href += f'/{deck.name if measured != [there] else "index.html"}'
    return ITEM.format(href=href, how='' if form == 'slides' else ' download', icon=FORMS[form].icon, label=label,
                       size=size(*measured))


def menu(page: str, items: list[str]) -> str:
    """Return a page whose menu has these lines alone."""
    return MENU.sub(lambda _: '\n'.join(['<!-- the whole book -->', *items, '<!-- end -->']), page)


def fill(build_folder: Path = BUILD) -> None:
    """Put the forms that are up to date into the site, and links to them, and to no others, into its menus."""
    site = build_folder / 'html'
    shelf = site / FOLDER
    forms = {form: made for form in FORMS if (made := current(form, build_folder))}
    shutil.rmtree(shelf, ignore_errors=True)
    for made in forms.values():
        shelf.mkdir(exist_ok=True)
        (shutil.copytree if made.is_dir() else shutil.copyfile)(made, shelf / made.name)
    for path in sorted(site.rglob('*.html')):
        page, inside = path.read_text(encoding='utf-8'), path.relative_to(site)
        up = '../' * (len(inside.parts) - 1)
        filled = menu(page, [item(form, shelf / made.name, inside.as_posix(), up) for form, made in forms.items()]) \
            if MENU.search(page) else page
        if filled != page:
            write_whole(filled, path)


def archive(site: Path, target: Path) -> None:
    """Write the pages of a site, and all that they need, as one archive."""
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name('unfinished.zip')
    with zipfile.ZipFile(unfinished, 'w', zipfile.ZIP_DEFLATED) as zipped:
        for path in sorted(path for path in site.rglob('*') if path.is_file()):
            inside = path.relative_to(site)
            if inside.parts[0] == FOLDER or inside.name == '.buildinfo':
                continue
            content = menu(path.read_text(encoding='utf-8'), []).encode() if path.suffix == '.html' \
                else path.read_bytes()
            zipped.writestr(zipfile.ZipInfo(f'{target.stem}/{inside.as_posix()}', MIDNIGHT), content,
                            zipfile.ZIP_DEFLATED)
    unfinished.replace(target)


def offer(app, error):
    if error is None and app.builder.name == 'html' and Path(app.outdir).resolve() == (BUILD / 'html').resolve():
        fill()


def setup(app):
    app.connect('build-finished', offer, priority=950)      # after all others that change pages
    return {'parallel_read_safe': True, 'parallel_write_safe': True}


def main() -> int:
    """Make the archive of the site."""
    if build.main():
        return 1
    target = BUILD / FORMS['zip'].made
    archive(BUILD / 'html', target)
    note('zip')
    print(f'The site as one file is at _build/{FORMS["zip"].made}: {size(target)}.')
    return 0


if __name__ == '__main__':
    sys.exit(main())
