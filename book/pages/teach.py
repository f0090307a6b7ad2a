"""Sphinx extension: what the page for teachers shows of other files, so that it cannot disagree with them.

- `{syllabus}`: a line "page, page" for each session becomes a row with its minutes, which the pages state;
- `{exercise-index}`: all exercises, with minutes and difficulty by the rule of book/exercises.py;
- `{citation}`: how to cite the book, from CITATION.cff;
- `{source}`: where the source is, from the setting `repository_url`.

Each writes MyST text, which the page then parses.
"""
from pathlib import Path

import yaml
from docutils import nodes
from docutils.statemachine import StringList
from sphinx.util.docutils import SphinxDirective

from book import ROOT, addresses, chapters, exercises, minutes

CITATION = ROOT / 'CITATION.cff'
NO_SOURCE = ('This copy of the book does not name the address of its source (the setting `repository_url` in '
             '`_config.yml`). The source text of each page is in the download menu at its top.')
BIBTEX = """```bibtex
@misc{{{key},
  author = {{{author}}},
  title  = {{{title}}},
  year   = {{{year}}},
  note   = {{{note}}},
}}
```"""


def table(head: list[str], rows: list[list]) -> str:
    """Return a table in MyST; the bars that formulas contain do not end their cells."""
    lines = [head, ['---'] * len(head), *rows]
    return '\n'.join(f'| {" | ".join(str(cell).replace("|", chr(92) + "|") for cell in line)} |' for line in lines)


def sessions(text: str, taught: list[Path]) -> list[list[Path]]:
    """Parse a syllabus: a line "page, page" for each session.

    Raises:
        ValueError: a page is missing, is there twice, or is none of those to be taught.
    """
    pages = {path.stem: path for path in taught}
    lines = [[name.strip() for name in line.split(',')] for line in text.splitlines() if line.strip()]
    there = [name for names in lines for name in names]
    for name in there:
        if name not in pages:
            raise ValueError(f'{name!r} is not a page with code: write "page, page", from {", ".join(pages)}')
    for name in pages:
        if there.count(name) != 1:
            raise ValueError(f'{name} is in {there.count(name)} sessions: put it into one')
    return [[pages[name] for name in names] for names in lines]


def times(paths: list[Path]) -> tuple[int, int, int]:
    """Return the minutes of a session: its text, as the pages state them, and its exercises with and without a check.

    Raises:
        ValueError: a page does not state how long it takes.
    """
    text, found = 0, []
    for path in paths:
        page = path.read_text(encoding='utf-8')
        claim = minutes.claimed(page)
        if claim is None:
            raise ValueError(f'{path.name} does not say how long it takes: add a line "**It takes** about 20 minutes"')
        text += claim
        found += exercises.of(page)
    return (text, sum(one.minutes for one in found if one.checks_itself),
            sum(one.minutes for one in found if not one.checks_itself))


def syllabus(text: str, taught: list[Path]) -> str:
    """Return the table of a syllabus, and what it adds up to."""
    rows, together, alone = [], [], []
    for number, paths in enumerate(sessions(text, taught), 1):
        reading, checked, others = times(paths)
        links = ', '.join(f'{{doc}}`/chapters/{path.stem}`' for path in paths)
        rows.append([number, links, reading, checked, reading + checked, others])
        together.append(reading + checked)
        alone.append(others)
    head = ['session', 'sections', 'text', 'checked exercises', 'together', 'other exercises']
    return (f'{table(head, rows)}\n\nA session takes {min(together)} to {max(together)} minutes together. All of them '
            f'take about {sum(together) / 60:.0f} hours, and the other exercises {sum(alone) / 60:.0f} more.')


def index(page: str) -> str:
    """Return the exercises of a page as a table, and what they add up to."""
    found = exercises.of(page)
    rows = [[f'{{ref}}`{one.label}`', one.topic, one.minutes, one.difficulty, 'yes' if one.checks_itself else 'no']
            for one in found]
    return (f'{len(found)} exercises, {sum(one.minutes for one in found)} minutes.\n\n'
            + table(['exercise', 'it begins', 'minutes', 'difficulty', 'checks itself'], rows))


def sentence(cited: dict, year: str, url: str = '') -> str:
    """Return how to cite the book, as one line of Markdown."""
    year = str(cited.get('date-released', year))[:4]
    authors = ', '.join(one.get('name') or f'{one["given-names"]} {one["family-names"]}' for one in cited['authors'])
    return f'{authors}. *{cited["title"]}.* Version {cited["version"]}. {year}.' + (f' <{url}>' if url else '')


def bibtex(cited: dict, year: str, url: str = '') -> str:
    authors = (f'{{{one["name"]}}}' if 'name' in one else f'{one["family-names"]}, {one["given-names"]}'
               for one in cited['authors'])
    return BIBTEX.format(
        key=nodes.make_id(cited['title'].partition(':')[0]), author=' and '.join(authors), title=cited['title'],
        year=str(cited.get('date-released', year))[:4],
        note=f'Version {cited["version"]}' + (f', \\url{{{url}}}' if url else ''))


class Written(SphinxDirective):
    """A directive that parses what `text` returns; the page is read again when a file changes that it is made from."""

    has_content = True

    def text(self) -> str:
        raise NotImplementedError

    def run(self):
        for path in (CITATION, *chapters.pages()):
            self.env.note_dependency(str(path))
        try:
            return self.parse(self.text())
        except ValueError as why:
            raise self.error(f'{self.name}: {why}') from why

    def parse(self, text: str) -> list[nodes.Node]:
        parent = nodes.container()
        self.state.nested_parse(StringList(text.splitlines(), self.env.docname), self.content_offset, parent)
        return parent.children

    @property
    def url(self) -> str:
        repository = addresses.of(self.config)
        return repository.url if repository else ''


class Syllabus(Written):
    def text(self):
        return syllabus('\n'.join(self.content), chapters.with_code())


class Citation(Written):
    def text(self):
        cited = yaml.safe_load(CITATION.read_text(encoding='utf-8'))
        given = cited, str(self.config.copyright), self.url
        return f'> {sentence(*given)}\n\n{bibtex(*given)}'


class Source(Written):
    def text(self):
        return f'The source of this book is at <{self.url}>.' if self.url else NO_SOURCE


class ExerciseIndex(Written):
    """The rule, then a section for each page that has exercises."""

    def text(self):
        return exercises.RULE

    def run(self):
        found = super().run()
        for path in chapters.with_code():
            page = path.read_text(encoding='utf-8')
            if exercises.of(page):
                title = page.partition('\n# ')[2].partition('\n')[0]
                section = nodes.section('', nodes.title(title, title), *self.parse(index(page)),
                                        ids=[f'exercises-{path.stem}'], names=[f'exercises-{path.stem}'])
                self.state.document.note_explicit_target(section)
                found.append(section)
        return found


def setup(app):
    app.setup_extension('book.addresses')
    for directive in (Syllabus, Citation, Source):
        app.add_directive(directive.__name__.lower(), directive)
    app.add_directive('exercise-index', ExerciseIndex)
    return {'parallel_read_safe': True, 'parallel_write_safe': True}
