"""Sphinx extension: names in code cells lead to the API page, in exactly the pages that this build writes.

This is sphinx-codeautolink, with three gaps filled:

- It adds its links to the finished HTML of the pages that looked outdated when the build began. Sphinx finds more of
  them later (a new cache of executed notebooks, say), and they would lose their links.
- It keeps what it found for pages that are not read again, but takes it that their sources end in .rst.
- It takes it that every section has a title. The content of an exercise is a section without one.

And it is quicker: it parses the code of a page once, not once for each cell; of the HTML it parses the code alone, so
that the rest stays as it was written; and it works on all processors.
"""
import ast
import json
import os
import re
import tempfile
from pathlib import Path

import sphinx_codeautolink.extension
from docutils import nodes
from sphinx.util.parallel import ParallelTasks, SerialTasks, parallel_available
from sphinx_codeautolink.extension import SphinxCodeAutoLink, block, link_html
from sphinx_codeautolink.extension.block import CodeBlockAnalyser, CodeExample, Name, SourceTransform
from sphinx_codeautolink.extension.cache import DataCache
from sphinx_codeautolink.parse import ImportTrackerVisitor

BEFORE_LINKS = 400      # its handler has Sphinx's default, 500
HIGHLIGHTED = re.compile(r'<div class="highlight-.*?</pre></div>\n</div>', re.DOTALL)


class Reader:
    """Find the names in the code of a page. Each cell comes behind all before it; only what is new is parsed."""

    def __init__(self):
        self.page, self.source, self.visitor = None, None, None

    def names(self, source: str, node) -> list[Name]:
        """Return the names of what `source` adds; the library drops those of the cells before anyway."""
        if node.document is self.page and source.startswith(self.source + '\n'):
            known = len(self.source) + 1
        else:
            self.page, known, self.visitor = node.document, 0, ImportTrackerVisitor(node)
        tree = ast.increment_lineno(ast.parse(source[known:]), source[:known].count('\n'))
        self.visitor.doctree_node, self.visitor.accessed = node, []
        self.visitor.visit(tree)
        self.source = source
        return self.visitor.accessed


def link_code(page: str, out_dir: str, *args, **options):
    """Do what link_html does, on the highlighted code of a page alone."""
    path = Path(out_dir, f'{page}.html')
    html = path.read_text(encoding='utf-8')
    with tempfile.TemporaryDirectory() as folder:
        part = Path(folder, f'{page}.html')
        part.parent.mkdir(parents=True, exist_ok=True)
        part.write_text('\n'.join(HIGHLIGHTED.findall(html)), encoding='utf-8')
        link_html(page, folder, *args, **options)
        linked = HIGHLIGHTED.findall(part.read_text(encoding='utf-8'))
    each = iter(linked)
    path.write_text(HIGHLIGHTED.sub(lambda match: next(each), html), encoding='utf-8')


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
            tasks.add_task(lambda page: link_code(page, *args[1:], **options), args[0])

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
    block.parse_names = Reader().names
    link_pages_written(app)
    return {'parallel_read_safe': True, 'parallel_write_safe': False}
