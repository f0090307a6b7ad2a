"""Sphinx extension: below each figure with curves, a link to their numbers as CSV.

The numbers were stored when the chapter was executed (book/execute/figure_curves.py), in the cache beside its
outputs, under the number of the cell and of the figure in it. The same two numbers find the figure on the page.
"""
import html
import shutil
from pathlib import Path

from docutils import nodes
from jupyter_cache import get_cache
from sphinx.util.osutil import relative_uri

from book.along import portable
from book.execute import package_cache


def kept(chapter: Path, cache) -> dict[str, Path]:
    """Return the files of numbers of a chapter, by the numbers of cell and figure: {'7-1': …}."""
    record = cache.match_cache_notebook(portable.read(chapter))
    with cache.cache_artefacts_temppath(record.pk) as folder:
        return {path.stem: path for path in sorted(Path(folder).glob('*.csv'))}


def target(chapter: str, counts: str) -> str:
    """Return where in the book the numbers of a figure are."""
    return f'downloads/{chapter}/figure-{counts}.csv'


def write(chapter: Path, folder: Path, cache):
    """Copy the numbers of a chapter to `folder`, replacing those of an older build."""
    shutil.rmtree(folder / chapter.stem, ignore_errors=True)
    for counts, path in kept(chapter, cache).items():
        to = folder.parent / target(chapter.stem, counts)
        to.parent.mkdir(exist_ok=True)
        shutil.copyfile(path, to)


def figure_of(image):
    """Return the figure that holds an image, or the image where there is none."""
    node = image
    while node is not None and not isinstance(node, nodes.figure):
        node = node.parent
    return image if node is None else node


def drawn(doctree):
    """Yield (numbers, node) for everything that the cells draw: a figure, or an image without a caption."""
    for cell in doctree.findall(nodes.container):
        if cell.get('nb_element') == 'cell_code':
            # A figure counts once, however many pictures it has.
            for i, node in enumerate(dict.fromkeys(figure_of(image) for image in cell.findall(nodes.image)), 1):
                yield f'{cell["exec_count"]}-{i}', node


def number(app, docname, figure) -> str:
    """Return 'Fig. 7.3', or 'the figure' where figures have no numbers."""
    counts = app.env.toc_fignumbers.get(docname, {}).get('figure', {}).get(next(iter(figure['ids']), ''))
    return f'Fig. {".".join(map(str, counts))}' if counts else 'the figure'


def add_links(app, doctree, docname):
    if app.builder.name != 'html' or 'kernelspec' not in app.env.metadata[docname]:
        return
    chapter = Path(app.env.doc2path(docname))
    numbers = kept(chapter, get_cache(str(package_cache.cache_folder())))
    for counts, figure in drawn(doctree):
        if counts in numbers and isinstance(figure, nodes.figure):
            href = relative_uri(app.builder.get_target_uri(docname), target(chapter.stem, counts))
            link = (f'<a class="figure-data noprint" href="{html.escape(href)}" download>Data (CSV)'
                    f'<span class="visually-hidden"> of {number(app, docname, figure)}</span></a>')
            figure += nodes.legend('', nodes.paragraph('', '', nodes.raw('', link, format='html')))


def setup(app):
    app.connect('doctree-resolved', add_links)
    return {'parallel_read_safe': True, 'parallel_write_safe': True}
