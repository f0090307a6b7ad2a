"""Sphinx extension: what the page for teachers shows of other files, so that it cannot disagree with them.

- `{syllabus}`: a line "page, page at home" for each session becomes a row with its minutes, which the pages state;
- `{exercise-index}`: all exercises, with minutes and difficulty by the rule of book/exercises.py;
- `{citation}`: how to cite the book, from CITATION.cff;
- `{source}`: where the source is, from the setting `repository_url`.

Each writes MyST text, which the page then parses.
"""
from pathlib import Path
from typing import NamedTuple

import yaml
from docutils import nodes
from docutils.statemachine import StringList
from sphinx.util.docutils import SphinxDirective

from book import ROOT, addresses, chapters, exercises, minutes

CITATION = ROOT / 'CITATION.cff'
NO_SOURCE = 'The address of the source is not filled in yet: it is the setting `repository_url` in `_config.yml`.'
AT_HOME = ' at home'            # after a page of a syllabus: it is read before the session
LEAST, MOST = 90, 120           # minutes of a session in class
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


class Session(NamedTuple):
    """The pages of a session, in the order of the book, and those of them that are read at home before it."""

    pages: list[Path]
    at_home: list[Path]

    @property
    def in_class(self) -> list[Path]:
        return [page for page in self.pages if page not in self.at_home]


def sessions(text: str, taught: list[Path]) -> list[Session]:
    """Parse a syllabus: a line "page, page at home" for each session.

    Raises:
        ValueError: a page is missing, is there twice, or is none of those to be taught.
    """
    pages = {path.stem: path for path in taught}
    lines = [[name.strip() for name in line.split(',')] for line in text.splitlines() if line.strip()]
    lines = [[(name.removesuffix(AT_HOME), name.endswith(AT_HOME)) for name in names] for names in lines]
    there = [name for line in lines for name, _ in line]
    for name in there:
        if name not in pages:
            raise ValueError(f'{name!r} is not a page with code: write "page, page{AT_HOME}", from {", ".join(pages)}')
    for name in pages:
        if there.count(name) != 1:
            raise ValueError(f'{name} is in {there.count(name)} sessions: put it into one')
    return [Session([pages[name] for name, _ in line], [pages[name] for name, at_home in line if at_home])
            for line in lines]


class Times(NamedTuple):
    """The minutes of pages: their text, as they state them, and their exercises with and without a check."""

    text: int
    checked: int
    others: list[int]


def times(paths: list[Path]) -> Times:
    """Return how long pages take.

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
    return Times(text, sum(one.minutes for one in found if one.checks_itself),
                 [one.minutes for one in found if not one.checks_itself])


class Plan(NamedTuple):
    """The minutes of a session: text and exercises in class, reading at home before it, exercises at home."""

    text: int
    done: int
    before: int
    left: int

    @property
    def in_class(self) -> int:
        return self.text + self.done


def plan(session: Session) -> Plan:
    """Return how long a session takes.

    The exercises that check themselves are done in class and, up to the least length, the first of the others.

    Raises:
        ValueError: the pages in class take longer than a session may.
    """
    held, before = times(session.in_class), times(session.at_home)
    done, left = held.checked, sum(held.others) + sum(before.others) + before.checked
    if held.text + done > MOST:
        names = ', '.join(page.stem for page in session.in_class)
        raise ValueError(f'{names} take {held.text + done} minutes in class, more than {MOST}: let some be{AT_HOME}')
    for exercise in held.others:
        if held.text + done < LEAST and held.text + done + exercise <= MOST:
            done, left = done + exercise, left - exercise
    return Plan(held.text, done, before.text, left)


def hours(minutes: int) -> str:
    """Return minutes in whole hours, in words."""
    whole = round(minutes / 60)
    return f'{whole} hour' + 's' * (whole != 1)


def syllabus(text: str, taught: list[Path]) -> str:
    """Return the table of a syllabus, and what it adds up to."""
    def links(pages):
        return ', '.join(f'{{doc}}`/chapters/{page.stem}`' for page in pages) or '–'

    planned = sessions(text, taught)
    plans = [plan(session) for session in planned]
    rows = [[number, links(session.at_home), of.before, links(session.in_class), of.text, of.done, of.in_class, of.left]
            for number, (session, of) in enumerate(zip(planned, plans), 1)]
    together, alone = [of.in_class for of in plans], [of.before for of in plans]
    head = ['session', 'read before', 'minutes', 'in class', 'text', 'exercises', 'in all', 'more exercises']
    return (f'{table(head, rows)}\n\nA session takes {min(together)} to {max(together)} minutes in class, and up to '
            f'{max(alone)} minutes of reading before it. All of them take about {hours(sum(together))} in class and '
            f'{hours(sum(alone))} of reading, and the other exercises {hours(sum(of.left for of in plans))} more.')


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
