"""Sphinx extension: the first use of a glossary term in a chapter leads to its entry.

Chapters do not mark terms. Titles, captions, links, formulas, questions and code stay as they are, except a name in
running text that is a term itself, such as `npx`.
"""
import re
from collections.abc import Iterator

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

from book.pages.questions import Choice

GLOSSARY = 'chapters/glossary'
UNTOUCHED = (nodes.title, nodes.caption, nodes.legend, nodes.literal, nodes.literal_block, nodes.math, nodes.math_block,
             nodes.raw, nodes.reference, nodes.target, nodes.term, nodes.thead, nodes.footnote, nodes.citation, Choice)


def forms(term: str) -> Iterator[str]:
    """Return the ways to write a term: `Gradient descent (GD)` is also `Gradient descent` and `GD`."""
    short = re.search(r'\((\w+)\)', term)
    yield re.sub(r' \([^)]*\)', '', term)
    if short and short[1].isupper():        # it stands for what is before it
        yield short[1] + term[short.end():]


def pattern(form: str) -> str:
    """Return a regular expression for a form, in the singular or plural; only its first letter may differ in case."""
    first, rest = re.escape(form[0]), re.escape(form[1:]).replace(r'\ ', r'\s+').replace("'", "['’]")
    if form[0].isupper() and not form[1:2].isupper():
        first = f'[{form[0]}{form[0].lower()}]'
    return first + (f'(?:{rest}s?|{rest[:-1]}ies)' if form.endswith('y') else f'{rest}(?:e?s)?')


class Terms:
    """The terms of a glossary, to be found in text; longer ones first, so that none is found within another."""

    def __init__(self, terms):
        written = sorted(((form, term) for term in terms for form in forms(term)), key=lambda pair: -len(pair[0]))
        self.names = [term for _, term in written]
        self.expression = re.compile(r'(?<![\w-])(?:' + '|'.join(f'({pattern(form)})' for form, _ in written)
                                     + r')(?![\w-])')

    def find(self, text: str) -> Iterator[tuple[re.Match, str]]:
        for match in self.expression.finditer(text):
            yield match, self.names[match.lastindex - 1]


def runs(document: nodes.document) -> list[nodes.Text]:
    """Return the pieces of a page's running text."""
    def running(node):
        while node := node.parent:
            if isinstance(node, UNTOUCHED):
                return False
        return True

    return [text for text in document.findall(nodes.Text) if running(text)]


class LinkTerms(SphinxPostTransform):
    default_priority = 900      # references are resolved: no link lands in a link

    def run(self, **kwargs):
        if 'kernelspec' not in self.env.metadata[self.env.docname]:
            return
        anchors = {name: anchor for name, _, kind, page, anchor, _ in self.env.get_domain('std').get_objects()
                   if kind == 'term' and page == GLOSSARY}
        if not anchors:
            return
        self.page = self.app.builder.get_relative_uri(self.env.docname, GLOSSARY)
        terms = Terms(anchors)
        places = [*runs(self.document), *(literal for literal in self.document.findall(nodes.literal)
                                          if literal.astext() in anchors and not isinstance(literal.parent, UNTOUCHED))]
        order = {id(node): i for i, node in enumerate(self.document.findall())}
        for place in sorted(places, key=lambda node: order[id(node)]):
            if isinstance(place, nodes.literal):
                if place.astext() in anchors:
                    place.replace_self(self.link(anchors.pop(place.astext()), place.deepcopy()))
                continue
            text, parts, end = place.astext(), [], 0
            for match, name in terms.find(text):
                if name in anchors:
                    parts += [nodes.Text(text[end:match.start()]), self.link(anchors.pop(name), nodes.Text(match[0]))]
                    end = match.end()
            if parts:
                place.parent.replace(place, [*parts, nodes.Text(text[end:])])

    def link(self, anchor: str, content: nodes.Node) -> nodes.reference:
        return nodes.reference('', '', content, internal=True, refuri=f'{self.page}#{anchor}', classes=['term'])


def write_again(app, env, added, changed, removed):
    """After a change of the glossary, all chapters may have other links."""
    return sorted(env.found_docs - added - changed) if GLOSSARY in changed else []


def setup(app):
    app.add_post_transform(LinkTerms)
    app.connect('env-get-outdated', write_again)
    return {'parallel_read_safe': True, 'parallel_write_safe': True}
