"""Sphinx extension: names in code cells lead to the API page, in exactly the pages that this build writes.

This is sphinx-codeautolink, with three gaps filled, and on all processors:

- It adds its links to the finished HTML of the pages that looked outdated when the build began. Sphinx finds more of
  them later (a new cache of executed notebooks, say), and they would lose their links.
- It keeps what it found for pages that are not read again, but takes it that their sources end in .rst.
- It takes it that every section has a title. The content of an exercise is a section without one.
"""
import json
import os

import sphinx_codeautolink.extension
from docutils import nodes
from sphinx.util.parallel import ParallelTasks, SerialTasks, parallel_available
from sphinx_codeautolink.extension import SphinxCodeAutoLink, link_html
from sphinx_codeautolink.extension.block import CodeBlockAnalyser, CodeExample, Name, SourceTransform
from sphinx_codeautolink.extension.cache import DataCache

BEFORE_LINKS = 400      # its handler has Sphinx's default, 500


def read_cache(self):
    """Take what earlier builds found, whatever the sources are called; Sphinx says which of them are gone."""
    file = self.cache_dir / self.cache_filename
    for page, found in json.loads(file.read_text(encoding='utf-8')).items() if file.exists() else ():
        for it in found:
            it |= {'example': CodeExample(**it['example']), 'names': [Name(**name) for name in it['names']]}
        self.transforms[page] = [SourceTransform(**it) for it in found]


def leave_section(self, node):
    """Forget the title of a section, if it had one that was noted."""
    if any(type(child) is nodes.title for child in node.children):
        self.title_stack.pop()


def link_pages_written(app):
    """Let the links be added to the pages that were written, no more and no less."""
    listeners = app.events.listeners['builder-inited']
    [links] = [it.handler.__self__ for it in listeners
               if isinstance(getattr(it.handler, '__self__', None), SphinxCodeAutoLink)]
    written = set()             # docnames

    def note(app, pagename, templatename, context, doctree):
        if doctree is not None:
            written.add(pagename)

    def add_links(app, error):
        links.outdated_docs = written
        tasks = ParallelTasks(os.cpu_count() or 1) if parallel_available else SerialTasks()

        def soon(*args, **options):
            tasks.add_task(lambda page: link_html(page, *args[1:], **options), args[0])

        sphinx_codeautolink.extension.link_html = soon
        try:
            links.apply_links(app, error)
            tasks.join()
        finally:
            sphinx_codeautolink.extension.link_html = link_html
        links.outdated_docs = set()         # its own handler comes next

    app.connect('html-page-context', note)
    app.connect('build-finished', add_links, priority=BEFORE_LINKS)


def setup(app):
    app.setup_extension('sphinx_codeautolink')
    CodeBlockAnalyser.depart_section = leave_section
    DataCache.read = read_cache
    link_pages_written(app)
    return {'parallel_read_safe': True, 'parallel_write_safe': False}
