"""The whole book as one page, assembled from the built pages: what is printed is what the site shows.

Sphinx's own single-page builder will not do: it gives headings of two chapters the same id, and does not know the
theorems of sphinx-proof.
"""
import html
import posixpath
import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

from bs4 import BeautifulSoup
from sphinx_external_toc.parsing import parse_toc_yaml

REFERS = {'aria-labelledby', 'aria-describedby', 'aria-controls', 'for'}     # attributes that name ids of their page
ON_SCREEN_ONLY = 'script, noscript, button, .noprint, .headerlink, .toggle-button, .sd-tab-set > input'
SUBTITLE = 'Optimization algorithms for deep learning, executed'
STYLE = Path(__file__).with_name('pdf.css')
PLAIN = 'pre span.n, pre span.p, pre span.w'     # code in the color of text: half of the file would be markup around it
IN_CONTENTS = ':scope > section > h1, :scope > section > section > h2'
PAGE = """<!DOCTYPE html>
<html lang="en" data-theme="light" data-mode="light">
<head><meta charset="utf-8"><title>{title}</title>
{head}
<style>{style}</style>
</head>
<body class="whole-book">
<header class="title-page"><p class="title">{title}</p><p class="subtitle">{subtitle}</p><p class="author">{author}</p>
<p class="edition">{edition}</p></header>
<nav class="book-contents" aria-labelledby="contents"><h1 id="contents">Contents</h1>
{contents}</nav>
<main>
{chapters}
</main></body></html>
"""


def parts(toc: Path) -> list[tuple[str, list[str]]]:
    """Return the parts of the book, captions and pages, in reading order; the root page comes first."""
    site_map = parse_toc_yaml(toc)

    def pages(subtree):
        for item in map(str, subtree.items):
            yield item
            for below in site_map[item].subtrees if item in site_map else []:
                yield from pages(below)

    subtrees = site_map.root.subtrees
    return [('', [site_map.root.docname])] + [(tree.caption or '', list(pages(tree))) for tree in subtrees]


class Book:
    """The built pages of a book as sections of one page; `assets` leads from its folder to the built pages."""

    def __init__(self, built: Path, toc: Path, assets: str):
        self.parts, self.assets = parts(toc), assets
        self.pages = [page for _, pages in self.parts for page in pages]
        self.soups = {page: BeautifulSoup((built / f'{page}.html').read_text(encoding='utf-8'), 'html.parser')
                      for page in self.pages}
        self.articles = {page: soup.select_one('article.bd-article') for page, soup in self.soups.items()}
        for page in self.pages:
            self.turn_inwards(page)
        self.titles = [re.sub(r'\s+', ' ', article.h1.get_text()).strip() for article in self.articles.values()]

    def name(self, page: str) -> str:
        """Return the id of a page's section; ids inside the page follow after two hyphens."""
        return 'page-' + page.rpartition('/')[2]

    def file(self, page: str, path: str) -> str:
        """Return where a file is that a page names."""
        return posixpath.normpath(posixpath.join(self.assets, posixpath.dirname(page), path))

    def target(self, page: str, link: str) -> str | None:
        """Return where a link on a page leads to in the whole book; None where it leads to a page outside it."""
        to = urlsplit(link)
        if to.scheme or to.netloc:
            return link
        path = posixpath.join(posixpath.dirname(page), unquote(to.path)) if to.path else f'{page}.html'
        other = posixpath.normpath(path).removesuffix('.html')
        if other not in self.soups or not path.endswith('.html'):
            return None
        return f'#{self.name(other)}' + (f'--{unquote(to.fragment)}' if to.fragment else '')

    def turn_inwards(self, page: str) -> None:
        """Make the ids of a page unique, and lead its links and files to their places in the whole book."""
        article, prefix = self.articles[page], f'{self.name(page)}--'
        for node in article.select(ON_SCREEN_ONLY):
            node.decompose()
        for token in article.select(PLAIN):
            token.unwrap()
        for details in article.select('details'):
            details['open'] = ''
        for image in article.select('img[loading]'):
            del image['loading']            # on paper, everything is visible
        for node in article.find_all(True):
            if node.has_attr('id'):
                node['id'] = prefix + node['id']
            for key in REFERS & node.attrs.keys():
                node[key] = ' '.join(prefix + one for one in node[key].split())
            for key in [key for key, value in node.attrs.items() if 'url(#' in value]:
                node[key] = node[key].replace('url(#', f'url(#{prefix}')
            if node.has_attr('src') and not urlsplit(node['src']).scheme:
                node['src'] = self.file(page, node['src'])
            for key in ('href', 'xlink:href'):
                if node.has_attr(key):
                    self.turn_link(page, node, key)

    def turn_link(self, page: str, node, key: str) -> None:
        """Point a link to its place in the whole book. A link to a page that is not in it becomes plain text."""
        to = self.target(page, node[key])
        if to is None and node.name == 'a':
            del node[key]
        elif node.name == 'image':
            node[key] = self.file(page, node[key]) if to is None else to
        else:
            node[key] = to

    def contents(self) -> str:
        """Return the table of contents, chapters and sections, with a place for each page number."""
        lines = []
        for caption, pages in self.parts:
            lines += [f'<p class="part">{html.escape(caption)}</p>'] if caption else []
            for heading in (heading for page in pages for heading in self.articles[page].select(IN_CONTENTS)):
                place = heading.find_parent('section')['id']
                lines.append(f'<p class="level-{heading.name[1]}"><a href="#{place}">'
                             f'<span class="entry">{heading.decode_contents()}</span>'
                             f'<span class="page-number" data-page-of="{place}"></span></a></p>')
        return '\n'.join(lines)

    def running_heads(self) -> str:
        """Return the rules that print the title of each chapter at the head of its pages."""
        rules = []
        for name, title in zip(map(self.name, self.pages), self.titles):
            quoted = title.replace('\\', '\\\\').replace('"', '\\"')
            rules.append(f'#{name} {{ page: {name} }}\n@page {name} {{ @top-left {{ content: "{quoted}" }} }}\n')
        return ''.join(rules)

    def head(self) -> str:
        """Return the style sheets and the mathematics of the built pages; their other scripts serve the screen."""
        first = self.pages[0]
        head = self.soups[first].head
        kept = head.select('link[rel=stylesheet]') + [script for script in head.select('script:not([src])')
                                                      if 'window.MathJax' in script.text]
        for node in kept + head.select('script[src*=mathjax]'):
            for key in {'href', 'src'} & node.attrs.keys():
                node[key] = self.file(first, node[key])
        return '\n'.join(map(str, kept + head.select('script[src*=mathjax]')))

    def page(self, **words: str) -> str:
        """Return the whole book as one HTML page, with these words on its title page."""
        chapters = '\n'.join(f'<section class="chapter" id="{self.name(page)}">\n{self.articles[page]}\n</section>'
                             for page in self.pages)
        style = STYLE.read_text(encoding='utf-8') + self.running_heads()
        return PAGE.format(head=self.head(), style=style, contents=self.contents(), chapters=chapters,
                           **{key: html.escape(word) for key, word in words.items()})
