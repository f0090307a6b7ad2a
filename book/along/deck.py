"""The page of a chapter as slides: which parts are shown, and which the speaker says.

Headings, displayed formulas, figures, code, boxes, tables and lists are shown, each on a slide with the sentence that
leads to it. Paragraphs and proofs become the speaker's notes of the slide before which they stand, solutions and hints
those of their exercise.
"""
import re
from copy import copy

from bs4 import BeautifulSoup, NavigableString, Tag

DROPPED = ('script, style, noscript, template, button, .noprint, .headerlink, .toggle-button, .figure-data, .check, '
           '.check-passes, .questions-on-paper, .discussion, .legend')
SENTENCE = re.compile(r'[.?!:](?=\s|$)')
LONGEST = 200       # letters of a sentence that is shown
LISTED = 900        # letters of a list that is shown


class Slide:
    """A slide: its title, a sentence, what is shown, and what the speaker says."""

    def __init__(self, title: str, level: int = 3):
        self.title, self.level, self.key = title, level, ''
        self.shown: list[Tag] = []
        self.notes: list[Tag] = []


def kind(node: Tag) -> set[str]:
    return set(node.get('class', []))


def first_sentence(paragraph: Tag) -> str:
    """Return the first sentence of a paragraph as HTML, or '' if it is too long to be read on a slide."""
    parts, said = [], ''
    for part in paragraph.children:
        if isinstance(part, NavigableString):
            end = SENTENCE.search(part)
            parts.append(str(part)[:end.end()] if end else str(part))
            said += parts[-1]
            if end:
                break
        else:
            parts.append(str(part))
            said += part.get_text()
    return ''.join(parts).strip() if len(said) <= LONGEST else ''


class Deck:
    """The slides of a page; `slides` has them in order."""

    def __init__(self, article: Tag):
        article = copy(article)
        for node in article.select(DROPPED):
            node.decompose()
        self.slides: list[Slide] = []
        self.before: list[Tag] = []     # paragraphs that the next slide says
        self.title = ''
        self.read(article.select_one('section'))
        self.say_rest()

    def say_rest(self) -> None:
        if self.before and self.slides:
            self.slides[-1].notes += self.before
        self.before = []

    def slide(self, *shown: Tag, key: str = '') -> Slide:
        """Add a slide, and give it the paragraphs that lead to it."""
        made = Slide(self.title)
        made.shown, made.notes, self.before = list(shown), self.before, []
        made.key = key or (first_sentence(made.notes[-1]) if made.notes and made.notes[-1].name == 'p' else '')
        self.slides.append(made)
        return made

    def read(self, section: Tag) -> None:
        for node in section.find_all(True, recursive=False):
            if node.name == 'section':
                self.read(node)
            elif node.name in {'h1', 'h2', 'h3', 'h4'}:
                self.head(node)
            elif node.name != 'span':
                self.add(node)

    def head(self, heading: Tag) -> None:
        self.say_rest()
        self.title = heading.decode_contents().strip()
        self.slides.append(Slide(self.title, int(heading.name[1])))

    def add(self, node: Tag) -> None:
        classes, last = kind(node), self.slides[-1]
        if node.name == 'p':
            self.paragraph(node)
        elif 'math' in classes and last.shown and 'math' in kind(last.shown[-1]) and not self.before:
            last.shown.append(node)         # a formula with the one above it
        elif 'cell' in classes:
            self.cell(node)
        elif 'solution' in classes or 'dropdown' in classes or classes == {'proof', 'admonition'}:
            self.say_rest()
            last.notes.append(node)
        elif 'question' in classes:
            self.question(node)
        elif node.name in {'ul', 'ol'} and len(node.get_text()) > LISTED:
            self.before.append(node)
        elif node.get_text().strip() or node.select_one('img, svg'):
            self.slide(node)

    def paragraph(self, node: Tag) -> None:
        last = self.slides[-1]
        if not last.shown and not last.key and not self.before:     # the first one below a heading
            last.key = first_sentence(node)
            last.notes.append(node)
        else:
            self.before.append(node)

    def cell(self, node: Tag) -> None:
        """Add the code and what it prints; each figure comes on a slide of its own, under its caption."""
        figures = [copy(figure) for figure in node.select('.cell_output figure')]
        code, output = node.select_one('.cell_input'), node.select_one('.cell_output')
        for figure in node.select('.cell_output figure'):
            figure.decompose()
        folded = kind(node) & {'tag_hide-input', 'tag_hide-cell'}
        if code and not folded:
            self.slide(code)
        if output and output.get_text().strip():
            self.slide(output)
        for figure in figures:
            self.slide(figure)

    def question(self, node: Tag) -> None:
        """Add a question with its answers; the reasons are for the speaker."""
        reasons = copy(node)
        for answer in node.select('details.answer'):
            for reason in answer.find_all('p', recursive=False):
                reason.decompose()
            summary = answer.summary
            summary.name, answer.name = 'p', 'div'
        for answer in reasons.select('details.answer'):
            answer.name, answer.summary.name = 'div', 'p'
        for label in reasons.select('[id]'):
            del label['id']
        self.slide(node).notes.append(reasons)


def parsed(page: str) -> BeautifulSoup:
    return BeautifulSoup(page, 'html.parser')
