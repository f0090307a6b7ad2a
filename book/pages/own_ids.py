"""Sphinx extension: no two elements of a page share an id, and no link begins with a space.

sphinx-exercise and sphinx-proof give all their boxes the same ids, in addition to those of their labels. Nothing links
to them. The first also puts the space in "Solution to Exercise 1.1" into the link, which is underlined.
"""
import re

LINK = re.compile(r'(<a class="reference internal"[^>]*>) ')
SHARED = re.compile(r' id="(?:proof|(?:exercise|solution|proof)-content)"')


def drop(app, pagename, templatename, context, doctree):
    if 'body' in context:
        context['body'] = LINK.sub(r' \1', SHARED.sub('', context['body']))


def setup(app):
    app.connect('html-page-context', drop)
    return {'parallel_read_safe': True, 'parallel_write_safe': True}
