"""Sphinx extension: exercises, theorems and code cells link to themselves, as titles, formulas and figures do.

Exercises and theorems have ids, their labels. The cells of a page get them here: they are counted from 1, as the live
cells and the message of a failing build count them.
"""
import itertools
import re

BOX = re.compile(r'(<div class="(exercise|proof \w+) admonition" id="([\w-]+)">\s*'
                 r'<p class="admonition-title">.*?)(?=</p>)', re.S)
CELL = re.compile(r'(<div class="cell (?:tag_\S+ )*docutils container")>')


def link(anchor: str, kind: str) -> str:
    """Return a link as Sphinx writes them, with a name for those who do not see what it stands beside."""
    return f'<a class="headerlink" href="#{anchor}" title="Link to this {kind}" aria-label="Link to {anchor}">#</a>'


def add_links(body: str) -> str:
    """Return the body of a page with its links. Solutions have none: their titles lead to the exercises."""
    numbers = map('cell-{}'.format, itertools.count(1))
    body = BOX.sub(lambda box: box[1] + link(box[3], box[2].split()[-1]), body)
    return CELL.sub(lambda cell: f'{cell[1]} id="{(anchor := next(numbers))}">{link(anchor, "cell")}', body)


def finish(app, pagename, templatename, context, doctree):
    if 'body' in context and app.builder.name == 'html':
        context['body'] = add_links(context['body'])


def setup(app):
    app.connect('html-page-context', finish)
    return {'parallel_read_safe': True, 'parallel_write_safe': True}
