"""Sphinx extension: each chapter to download, and to open in Colab or Binder, from menus at the top of a page.

The files are in `downloads/` of the book, made from the chapters and from the cache of executed notebooks. The theme's
own menu is off: its links would open a notebook as text, and it cannot list these files.
"""
import shutil
from pathlib import Path

import nbformat
from jupyter_cache import get_cache
from sphinx.errors import ExtensionError

from book import addresses, programs, wheel
from book.along import figure_data, plain_markdown, portable, question_files
from book.execute import package_cache
from book.files import write_whole

FOLDER = Path(__file__).parent
FORMS = {       # what a chapter becomes: the label in the menu, its icon and its file
    'executed': ('Notebook with outputs (.ipynb)', 'fas fa-chart-line', '{}-executed.ipynb'),
    'plain': ('Notebook without outputs (.ipynb)', 'fas fa-book', '{}.ipynb'),
    'script': ('Python script (.py)', 'fas fa-code', '{}.py'),
}


PROGRAMS = ('Programs in PyTorch, JAX, Keras (.zip)', 'fas fa-layer-group', '{}-programs.zip')   # where a page has some


def add_menus(app, pagename, templatename, context, doctree):
    if doctree is None or app.builder.name != 'html':
        return
    app.pages_written.add(pagename)
    stem, pathto = Path(pagename).name, context['pathto']
    context['launches'], context['downloads'] = [], []
    if 'kernelspec' in app.env.metadata[pagename]:
        repo = addresses.of(app.config)
        context['launches'] = repo.launches(f'{stem}.ipynb') if repo else []
        context['downloads'] = [{'text': text, 'icon': icon, 'url': pathto(f'downloads/{name.format(stem)}', 1)}
                                for text, icon, name in forms(Path(app.env.doc2path(pagename))).values()]
        context['downloads'].append({'text': 'Package for the notebooks (.whl)', 'icon': 'fas fa-download',
                                     'url': pathto(f'downloads/{app.own_wheel.name}', 1)})
    if context.get('sourcename'):
        context['downloads'].append({'text': 'Source text (.md)', 'icon': 'fas fa-file-lines',
                                     'url': pathto(f'_sources/{context["sourcename"]}', 1)})


def methods(chapter: Path) -> list[str]:
    """Return the methods that a chapter shows in other libraries."""
    return programs.BLOCK.findall(chapter.read_text(encoding='utf-8'))


def forms(chapter: Path) -> dict[str, tuple[str, str, str]]:
    """Return what a chapter becomes, with its programs in other libraries if it has some."""
    return FORMS | ({'programs': PROGRAMS} if methods(chapter) else {})


def write(chapter: Path, folder: Path, cache, title: str, names: dict[str, str], **where):
    """Write the three forms of a chapter; `where` says from where a notebook installs the package."""
    notebooks = {
        'executed': portable.with_note(portable.executed(chapter, cache), title, names=names, **where),
        'plain': portable.with_note(portable.read(chapter), title, names=names, **where),
    }
    texts = {form: nbformat.writes(notebook) + '\n' for form, notebook in notebooks.items()}
    for form, text in (texts | {'script': portable.script(chapter, title, names)}).items():
        write_whole(text, folder / FORMS[form][2].format(chapter.stem))
    if methods(chapter):
        (folder / PROGRAMS[2].format(chapter.stem)).write_bytes(programs.archive(methods(chapter)))


def files(chapter: Path, folder: Path) -> list[Path]:
    return [folder / name.format(chapter.stem) for _, _, name in forms(chapter).values()]


def start(app):
    app.pages_written = set()
    try:
        app.own_wheel = wheel.current()
    except (RuntimeError, OSError) as why:
        raise ExtensionError(f'Notebooks to take along need the wheel of d2lmini: {why}') from why


def due(chapter: Path, folder: Path) -> bool:
    """Say whether a file is missing, or older than the tools that make it."""
    made_by = (portable, plain_markdown, addresses, figure_data, programs)
    tools = max(Path(module.__file__).stat().st_mtime for module in made_by)
    return any(not path.exists() or path.stat().st_mtime < tools for path in files(chapter, folder))


def write_all(app, error):
    """Write what belongs to the pages of this build; the files of other pages are up to date."""
    if error is not None or app.builder.name != 'html':
        return
    cache, folder = get_cache(str(package_cache.cache_folder())), Path(app.outdir, 'downloads')
    where = {'wheel': app.own_wheel.name, 'site': app.config.html_baseurl, 'repository': addresses.of(app.config)}
    works = {work.key: work.formatted_entry.label for work in app.env.get_domain('cite').citations}
    book = {Path(app.env.doc2path(docname)): docname for docname in sorted(app.env.found_docs)
            if 'kernelspec' in app.env.metadata[docname]}
    for chapter, docname in book.items():
        if docname not in app.pages_written and not due(chapter, folder):
            continue
        try:
            names = plain_markdown.read_names(Path(app.outdir, f'{docname}.html'), works)
            write(chapter, folder, cache, app.config.html_title, names, **where)
            figure_data.write(chapter, folder, cache)
        except KeyError as why:
            raise ExtensionError(f'{chapter.name} has no outputs to take along: make book executes it first') from why
    keep = {path for chapter in book for path in [*files(chapter, folder), folder / chapter.stem]}
    keep |= {folder / question_files.FOLDER, folder / app.own_wheel.name}
    folder.mkdir(exist_ok=True)
    shutil.copy2(app.own_wheel, folder)         # with its time: an unchanged book is not written again
    for path in set(folder.glob('*')) - keep:           # of chapters that were removed
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def setup(app):
    app.config.templates_path.append(str(FOLDER / 'templates'))
    app.setup_extension('book.addresses')
    app.add_css_file('downloads.css')
    app.connect('builder-inited', start)
    app.connect('html-page-context', add_menus)
    app.connect('build-finished', write_all)
    return {'parallel_read_safe': True, 'parallel_write_safe': False}       # one process knows which pages it wrote
