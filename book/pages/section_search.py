"""Sphinx extension: the search finds sections of a page, not only the page, and finds no TeX.

Sphinx indexes pages. It is given each section as one more, under the name `page#section`, which section_search.js takes
apart again; everything else is Sphinx's own search, which needs no server.
"""
from docutils import nodes
from sphinx import addnodes, search
from sphinx.search import IndexBuilder

FORMULAS = (nodes.math, nodes.math_block)


def marked(section: nodes.Element) -> list[nodes.Text]:
    """Return the words that {index} gives to a section."""
    return [nodes.Text(f' {entry} ') for mark in section.findall(addnodes.index)
            for _, entry, place, *_ in mark['entries'] if place.startswith('index-')]


def without_formulas(node: nodes.Element, parts: list[nodes.Node]) -> nodes.Element:
    """Return a node of its own with copies of the parts, without their formulas."""
    copy = node.copy()
    copy.extend(part.deepcopy() for part in parts)
    for formula in list(copy.findall(lambda part: isinstance(part, FORMULAS))):
        formula.parent.remove(formula)
    return copy


class SectionIndex(IndexBuilder):
    """The search index of Sphinx, in which sections are pages, too."""

    def pieces(self, pages) -> list[str]:
        return [name for name in self._titles if name.partition('#')[0] in pages]

    def prune(self, docnames):
        super().prune(self.pieces(set(docnames)))

    def feed(self, docname, filename, title, doctree):
        super().feed(docname, filename, title, without_formulas(doctree, doctree.children + marked(doctree)))
        for section in doctree.findall(nodes.section):
            if isinstance(section.parent, nodes.section) and section['ids']:
                own = [part for part in section if not isinstance(part, nodes.section)]
                name = f'{docname}#{section["ids"][0]}'
                super().feed(name, filename, f'{title} › {section[0].astext()}',
                             without_formulas(nodes.container(), own + marked(section)))
                # What {index} marks is found as the section that holds the mark.
                entries = self._index_entries[name]
                self._index_entries[docname] = [entry for entry in self._index_entries[docname] if entry not in entries]
                self._index_entries[name] = [(entry, '' if place.startswith('index-') else place, main)
                                             for entry, place, main in entries]


def add_script(app, pagename, templatename, context, doctree):
    if pagename == 'search':
        app.add_js_file('section_search.js', loading_method='defer')


def setup(app):
    search.IndexBuilder = SectionIndex      # the builder has no other way in
    app.connect('html-page-context', add_script)
    return {'parallel_read_safe': True, 'parallel_write_safe': True}
