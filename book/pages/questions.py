"""Sphinx extension: each section ends with its multiple-choice questions, before its exercises.

They come from chapters/checks/questions.yml (book/questions.py), by the label of the section, so that the chapter's own
text does not change. Each answer is a fold of HTML's own: a click, or Enter, opens the reason why it is right or
wrong. It needs no script, and screen readers and keyboards know it. On paper the answers follow the questions.
"""

from docutils import nodes
from sphinx.errors import ExtensionError

from book import questions
from book.questions import Answer, Question

BEFORE = ('Exercises', 'Further reading')       # the first of these that a section has
TITLE, OFFER = 'Questions', 'Choose an answer to see whether it is right, and why.'


class Choice(nodes.General, nodes.Element):
    """A question with its answers."""


class Fold(nodes.General, nodes.Element):
    """An answer, and what opens below it."""


class Summary(nodes.General, nodes.TextElement):
    """The part of a fold that is always visible."""


def inline(text: str) -> list[nodes.Node]:
    make = {'text': lambda part: nodes.Text(part), 'tex': lambda part: nodes.math(part, part),
            'code': lambda part: nodes.literal(part, part)}
    return [make[kind](part) for kind, part in questions.pieces(text)]


def paragraph(label: str, text: str, *classes: str) -> nodes.paragraph:
    return nodes.paragraph('', '', nodes.strong('', label), nodes.Text(' '), *inline(text), classes=list(classes))


def fold(letter: str, answer: Answer) -> Fold:
    summary = Summary('', '', nodes.inline('', f'{letter}. ', classes=['letter']), *inline(answer.says))
    return Fold('', summary, *(paragraph(label, why) for label, why in answer.reasons()),
                classes=['answer', 'right' if answer.right else 'wrong'])


def choice(number: int, question: Question) -> Choice:
    asks = paragraph(f'{number}.', question.asks, 'asks')
    asks['ids'] = [f'question-{question.id}']
    return Choice('', asks, *(fold(letter, answer) for letter, answer in question.lettered()))


def on_paper(asked: list[Question]) -> nodes.container:
    """Return the right answers, for those who cannot open a fold."""
    lines = [paragraph(f'{number}{letter}.', answer.why) for number, question in enumerate(asked, 1)
             for letter, answer in question.lettered() if answer.right]
    return nodes.container('', nodes.paragraph('', 'The right answers:'), *lines, classes=['questions-on-paper'])


def section(asked: list[Question]) -> nodes.section:
    return nodes.section('', nodes.title('', TITLE), nodes.paragraph('', OFFER, classes=['noprint']),
                         *(choice(i, question) for i, question in enumerate(asked, 1)), on_paper(asked),
                         names=[TITLE.lower()], classes=['questions'])


def add(document: nodes.document, listed: dict[str, list[Question]]) -> list[str]:
    """Put the questions into a page; return the labels of the sections that got some."""
    found = []
    for label, asked in listed.items():
        for place in [one for one in document.findall(nodes.section) if nodes.make_id(label) in one['ids']]:
            titles = {part[0].astext(): i for i, part in enumerate(place) if isinstance(part, nodes.section)}
            at = next((titles[title] for title in BEFORE if title in titles), len(place))
            new = section(asked)
            document.note_implicit_target(new, new)
            place.insert(at, new)
            found.append(label)
    return found


def add_questions(app, document):
    labels = add(document, app.questions)
    if labels:
        app.env.note_dependency(str(questions.FILE))


def check_labels(app, env):
    """Refuse questions of a section that the book does not have: they would be lost without a word."""
    known = env.get_domain('std').labels
    for label in app.questions:
        if label not in known:
            raise ExtensionError(f'chapters/checks/{questions.FILE.name}: no section has the label {label!r}: correct '
                                 'it, or remove its questions')


def visit_choice(translator, node):
    translator.body.append(translator.starttag(node, 'div', CLASS='question', role='group',
                                               **{'aria-labelledby': node[0]['ids'][0]}))


def visit_fold(translator, node):
    translator.body.append(translator.starttag(node, 'details'))


def visit_summary(translator, node):
    translator.body.append('<summary>')


def ends(tag: str):
    return lambda translator, node: translator.body.append(f'</{tag}>\n')


def setup(app):
    try:
        app.questions = questions.read()
    except ValueError as why:
        raise ExtensionError(f'chapters/checks/{why}') from why
    app.add_node(Choice, html=(visit_choice, ends('div')))
    app.add_node(Fold, html=(visit_fold, ends('details')))
    app.add_node(Summary, html=(visit_summary, ends('summary')))
    app.add_config_value('question_sections', sorted(app.questions), 'env')     # else a section's first would not show
    app.connect('doctree-read', add_questions, priority=400)        # before the contents of the page are collected
    app.connect('env-check-consistency', check_labels)
    return {'parallel_read_safe': True, 'parallel_write_safe': True}
