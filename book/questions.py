"""The multiple-choice questions of the book, from one file, chapters/checks/questions.yml. It lists them by section:

    sec_gd:                                     # the label of the section
      - id: gd-rescaled                         # names the question in links and exports, so it should not change
        asks: What happens to $x$?              # TeX goes between dollars, code between backticks
        right: {says: An answer., because: Why it is right.}
        wrong:                                  # two or three
          - {says: An answer., tempts: Why one may choose it., but: Why it is wrong.}

`pages` shows the questions, and `along` writes them for learning platforms. Both use the order of `Question.answers`.
"""
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

import yaml

from book import CHAPTERS

FILE = CHAPTERS / 'checks' / 'questions.yml'
PIECE = re.compile(r'\$([^$]+)\$|`([^`]+)`')
ID = re.compile(r'[a-z][a-z0-9]*(-[a-z0-9]+)*')
WRONG = (2, 3)      # the fewest and the most wrong answers: with one it is a coin toss, with four a test of patience


@dataclass(frozen=True)
class Answer:
    says: str
    why: str
    tempts: str = ''        # of a wrong answer alone

    @property
    def right(self) -> bool:
        return not self.tempts

    def reasons(self) -> list[tuple[str, str]]:
        """Return what is said to those who choose this answer, in paragraphs with labels."""
        if self.right:
            return [('Right.', self.why)]
        return [('Wrong. Why it tempts:', self.tempts), ('Why it is wrong:', self.why)]


@dataclass(frozen=True)
class Question:
    id: str
    asks: str
    answers: tuple[Answer, ...]

    def lettered(self) -> list[tuple[str, Answer]]:
        return list(zip('abcd', self.answers))


class Loader(yaml.SafeLoader):
    """YAML that refuses a key that appears twice: PyYAML would drop the first, and its questions with it."""

    def construct_mapping(self, node, deep=False):
        seen = set()
        for key, _ in node.value:
            if key.value in seen:
                raise ValueError(f'line {key.start_mark.line + 1}: {key.value!r} appears more than once: join the two')
            seen.add(key.value)
        return super().construct_mapping(node, deep)


def pieces(text: str) -> list[tuple[str, str]]:
    """Split a text into its parts: ('text', …), ('tex', …) and ('code', …)."""
    found, at = [], 0
    for mark in PIECE.finditer(text):
        found += [('text', text[at:mark.start()]), ('tex', mark[1]) if mark[1] else ('code', mark[2])]
        at = mark.end()
    return [part for part in [*found, ('text', text[at:])] if part[1]]


def fields(value, names: tuple[str, ...], where: str) -> list:
    """Return the values of a mapping that has these keys and no others."""
    if not isinstance(value, dict):
        raise ValueError(f'{where}: {value!r} should be a mapping with {", ".join(names)}')
    for name in value:
        if name not in names:
            raise ValueError(f'{where}: {name!r} is not known: use {", ".join(names)}')
    for name in names:
        if name not in value:
            raise ValueError(f'{where} has no {name!r}: add it')
    return [value[name] for name in names]


def text(value, name: str, where: str) -> str:
    """Return a text without line breaks, if all marks in it are closed."""
    said = f'{where}: {name}={value!r}'
    if not isinstance(value, str):
        raise ValueError(f'{said} is a {type(value).__name__}, not a text: put it in quotes')
    if not value.strip():
        raise ValueError(f'{said} is empty: write a sentence')
    for kind, part in pieces(value):
        if kind == 'text' and ('$' in part or '`' in part):
            raise ValueError(f'{said} has a $ or ` that is not closed: close it')
        bare = re.sub(r'\\[{}]', '', part)
        if kind == 'tex' and (bare.count('{') != bare.count('}')):
            raise ValueError(f'{said}: the braces of ${part}$ do not match: close each one')
        if kind == 'text' and re.search(r'\\[a-zA-Z(\[]', part):
            raise ValueError(f'{said} has TeX outside dollars: put ${part.strip()[:20]}…$ around it')
    return ' '.join(value.split())


def answers(right, wrong, where: str) -> list[Answer]:
    says, because = fields(right, ('says', 'because'), f'{where}, right answer')
    found = [Answer(text(says, 'says', f'{where}, right answer'), text(because, 'because', f'{where}, right answer'))]
    if not isinstance(wrong, list) or not WRONG[0] <= len(wrong) <= WRONG[1]:
        count = len(wrong) if isinstance(wrong, list) else repr(wrong)
        raise ValueError(f'{where}: wrong={count}: list {WRONG[0]} or {WRONG[1]} wrong answers')
    for i, one in enumerate(wrong, 1):
        place = f'{where}, wrong answer {i}'
        says, tempts, but = (text(part, name, place) for part, name in
                             zip(fields(one, ('says', 'tempts', 'but'), place), ('says', 'tempts', 'but')))
        if says in [answer.says for answer in found]:
            raise ValueError(f'{place}: says={says!r} appears twice: change one of the two answers')
        found.append(Answer(says, but, tempts))
    return found


def question(value, where: str) -> Question:
    if isinstance(value, dict) and isinstance(value.get('id'), str):
        where = f'question {value["id"]!r}'
    name, asks, right, wrong = fields(value, ('id', 'asks', 'right', 'wrong'), where)
    if not isinstance(name, str) or not ID.fullmatch(name):
        raise ValueError(f'{where}: id={name!r}: use lowercase letters, digits and single hyphens, as in gd-rate')
    asks, found = text(asks, 'asks', where), answers(right, wrong, where)
    # An order that looks random and is the same in every build: the right answer has no usual place.
    found.sort(key=lambda answer: hashlib.sha256(answer.says.encode()).digest())
    return Question(name, asks, tuple(found))


def read(path: Path = FILE) -> dict[str, list[Question]]:
    """Return the questions by the labels of their sections; none where there is no file, as in a book of another text.

    Raises:
        ValueError: the file cannot be used; the message names the question, the value and the remedy.
    """
    if not path.is_file():
        return {}
    try:
        listed = yaml.load(path.read_text(encoding='utf-8'), Loader)
    except (yaml.YAMLError, ValueError) as why:
        raise ValueError(f'{path.name} cannot be read: {why}') from why
    if not isinstance(listed, dict):
        raise ValueError(f'{path.name}: {listed!r} should be a mapping from labels of sections to questions')
    found: dict[str, list[Question]] = {}
    seen: dict[str, str] = {}
    for section, values in listed.items():
        if not isinstance(values, list) or not values:
            raise ValueError(f'{path.name}: {section}={values!r} should be a list of questions: add one, or remove the '
                             'label')
        try:
            found[section] = [question(value, f'question {i} of {section}') for i, value in enumerate(values, 1)]
        except ValueError as why:
            raise ValueError(f'{path.name}, {why}') from why
        for one in found[section]:
            if one.id in seen:
                raise ValueError(f'{path.name}, question {one.id!r} of {section}: id={one.id!r} is already used in '
                                 f'{seen[one.id]}: choose another')
            seen[one.id] = section
    return found
