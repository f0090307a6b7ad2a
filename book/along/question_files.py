"""Sphinx extension: the multiple-choice questions of the book for a learning platform, as Moodle XML and QTI 2.1.

The files are in `downloads/questions/` of the book, two for each section and two for all sections; the questions of a
page end with links to them. Formulas are TeX between \\( and \\), as Moodle's MathJax filter expects them. The reasons
why an answer is right or wrong become the feedback of that answer.

- Moodle: "Question bank", "Import", "Moodle XML format". https://docs.moodle.org/en/Moodle_XML_format
- QTI: a ZIP archive with one file for each question and a manifest. https://www.imsglobal.org/spec/qti/v2p1/impl
"""
import html
import shutil
import zipfile
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

from docutils import nodes
from sphinx.util.osutil import relative_uri

from book import questions
from book.files import MIDNIGHT, whole
from book.questions import Question

FOLDER, ALL = 'questions', 'all-sections'
FORMS = {'Moodle XML': '{}-moodle.xml', 'QTI 2.1': '{}-qti.zip'}
QTI = 'http://www.imsglobal.org/xsd/imsqti_v2p1'
PACKAGE = 'http://www.imsglobal.org/xsd/imscp_v1p1'


class Section(NamedTuple):
    name: str       # of its page, and of its files
    title: str
    asked: list[Question]


# Moodle XML

def in_html(text: str) -> str:
    made = {'text': '{}', 'tex': r'\({}\)', 'code': '<code>{}</code>'}
    return ''.join(made[kind].format(html.escape(part, quote=False)) for kind, part in questions.pieces(text))


def said(parent: ElementTree.Element, tag: str, text: str, **attributes: str) -> ElementTree.Element:
    """Add an element that contains a text, in the way of Moodle: <tag><text>…</text></tag>."""
    element = ElementTree.SubElement(parent, tag, attributes)
    ElementTree.SubElement(element, 'text').text = text
    return element


def moodle_question(parent: ElementTree.Element, question: Question) -> None:
    element = ElementTree.SubElement(parent, 'question', type='multichoice')
    said(element, 'name', question.id)
    said(element, 'questiontext', f'<p>{in_html(question.asks)}</p>', format='html')
    for tag, value in {'defaultgrade': '1', 'penalty': '0.3333333', 'hidden': '0', 'idnumber': question.id,
                       'single': 'true', 'shuffleanswers': 'true', 'answernumbering': 'abc'}.items():
        ElementTree.SubElement(element, tag).text = value
    for answer in question.answers:
        choice = said(element, 'answer', f'<p>{in_html(answer.says)}</p>', format='html',
                      fraction='100' if answer.right else '0')
        reasons = ''.join(f'<p><strong>{label}</strong> {in_html(why)}</p>' for label, why in answer.reasons())
        said(choice, 'feedback', reasons, format='html')


def moodle(book: str, sections: list[Section]) -> bytes:
    """Return the questions as Moodle XML, in one category for each section."""
    quiz = ElementTree.Element('quiz')
    for section in sections:
        category = ElementTree.SubElement(quiz, 'question', type='category')
        path = '/'.join(part.replace('/', '//') for part in (book, section.title))     # a slash in a name is doubled
        said(category, 'category', f'$course$/top/{path}')
        for question in section.asked:
            moodle_question(quiz, question)
    return document(quiz)


# QTI 2.1

def fill(element: ElementTree.Element, text: str) -> ElementTree.Element:
    """Append a text with formulas and code to an element."""
    last = element[-1] if len(element) else None
    for kind, part in questions.pieces(text):
        if kind == 'code':
            last = ElementTree.SubElement(element, 'code')
            last.text = part
            continue
        shown = rf'\({part}\)' if kind == 'tex' else part
        if last is None:
            element.text = (element.text or '') + shown
        else:
            last.tail = (last.tail or '') + shown
    return element


def declare(item: ElementTree.Element, kind: str, name: str, value: str, base: str = 'identifier') -> None:
    tag = 'correctResponse' if kind == 'response' else 'defaultValue'
    element = ElementTree.SubElement(item, f'{kind}Declaration', identifier=name, cardinality='single', baseType=base)
    if value:
        ElementTree.SubElement(ElementTree.SubElement(element, tag), 'value').text = value


def judge(item: ElementTree.Element) -> None:
    """Add how an answer is judged: a point for the right one, and the feedback of the one that was chosen."""
    rules = ElementTree.SubElement(item, 'responseProcessing')
    case = ElementTree.SubElement(ElementTree.SubElement(rules, 'responseCondition'), 'responseIf')
    match = ElementTree.SubElement(case, 'match')
    ElementTree.SubElement(match, 'variable', identifier='RESPONSE')
    ElementTree.SubElement(match, 'correct', identifier='RESPONSE')
    point = ElementTree.SubElement(case, 'setOutcomeValue', identifier='SCORE')
    ElementTree.SubElement(point, 'baseValue', baseType='float').text = '1'
    chosen = ElementTree.SubElement(rules, 'setOutcomeValue', identifier='FEEDBACK')
    ElementTree.SubElement(chosen, 'variable', identifier='RESPONSE')


def qti_item(section: Section, number: int, question: Question) -> bytes:
    """Return one question as an item of QTI 2.1."""
    item = ElementTree.Element('assessmentItem', xmlns=QTI, identifier=question.id,
                               title=f'{section.title}, question {number}', adaptive='false', timeDependent='false')
    right = next(letter for letter, answer in question.lettered() if answer.right)
    declare(item, 'response', 'RESPONSE', right)
    declare(item, 'outcome', 'SCORE', '0', 'float')
    declare(item, 'outcome', 'FEEDBACK', '')
    choices = ElementTree.SubElement(ElementTree.SubElement(item, 'itemBody'), 'choiceInteraction',
                                     responseIdentifier='RESPONSE', shuffle='true', maxChoices='1')
    fill(ElementTree.SubElement(choices, 'prompt'), question.asks)
    for letter, answer in question.lettered():
        fill(ElementTree.SubElement(choices, 'simpleChoice', identifier=letter), answer.says)
    judge(item)
    for letter, answer in question.lettered():
        shown = ElementTree.SubElement(item, 'modalFeedback', outcomeIdentifier='FEEDBACK', identifier=letter,
                                       showHide='show')
        for label, why in answer.reasons():
            line = ElementTree.SubElement(shown, 'p')
            strong = ElementTree.SubElement(line, 'strong')
            strong.text, strong.tail = label, ' '
            fill(line, why)
    return document(item)


def qti(book: str, sections: list[Section]) -> dict[str, bytes]:
    """Return the files of a QTI package, by their names in it."""
    files = {f'{question.id}.xml': qti_item(section, i, question)
             for section in sections for i, question in enumerate(section.asked, 1)}
    manifest = ElementTree.Element('manifest', xmlns=PACKAGE, identifier='questions')
    metadata = ElementTree.SubElement(manifest, 'metadata')
    ElementTree.SubElement(metadata, 'schema').text = 'QTIv2.1 Package'
    ElementTree.SubElement(metadata, 'schemaversion').text = '1.0.0'
    ElementTree.SubElement(manifest, 'organizations')
    resources = ElementTree.SubElement(manifest, 'resources')
    for name in files:
        resource = ElementTree.SubElement(resources, 'resource', identifier=f'resource-{name.removesuffix(".xml")}',
                                          type='imsqti_item_xmlv2p1', href=name)
        ElementTree.SubElement(resource, 'file', href=name)
    return {'imsmanifest.xml': document(manifest)} | files


# In the book

def document(root: ElementTree.Element) -> bytes:
    return ElementTree.tostring(root, encoding='utf-8', xml_declaration=True) + b'\n'


def write(folder: Path, name: str, book: str, sections: list[Section]) -> None:
    """Write both files of these sections."""
    (folder / FORMS['Moodle XML'].format(name)).write_bytes(moodle(book, sections))
    with zipfile.ZipFile(folder / FORMS['QTI 2.1'].format(name), 'w', zipfile.ZIP_DEFLATED) as archive:
        for inside, content in qti(book, sections).items():
            archive.writestr(zipfile.ZipInfo(inside, MIDNIGHT), content, zipfile.ZIP_DEFLATED)


def sections_of(app) -> list[Section]:
    """Return the sections that have questions, in the order of their file."""
    labels, listed = app.env.get_domain('std').labels, questions.read()
    return [Section(labels[label][0].rpartition('/')[2], labels[label][2], asked) for label, asked in listed.items()]


def write_all(app, error):
    if error is not None or app.builder.name != 'html':
        return
    found, target = sections_of(app), Path(app.outdir, 'downloads', FOLDER)
    if not found:
        shutil.rmtree(target, ignore_errors=True)
        return
    with whole(target) as folder:
        for section in found:
            write(folder, section.name, app.config.html_title, [section])
        write(folder, ALL, app.config.html_title, found)


def links(app, docname: str, name: str) -> str:
    def link(form: str) -> str:
        to = relative_uri(app.builder.get_target_uri(docname), f'downloads/{FOLDER}/{FORMS[form].format(name)}')
        of = 'all questions' if name == ALL else 'these questions'
        return f'<a href="{html.escape(to)}" download>{form}<span class="visually-hidden"> with {of}</span></a>'
    return ' or '.join(map(link, FORMS))


def add_links(app, doctree, docname):
    """End the questions of a page with the links to their files."""
    for section in doctree.findall(lambda node: isinstance(node, nodes.section) and 'questions' in node['classes']):
        offer = (f'<p class="noprint">For a course of your own: these questions as '
                 f'{links(app, docname, docname.rpartition("/")[2])}, and those of all sections as '
                 f'{links(app, docname, ALL)}.</p>\n')
        section += nodes.raw('', offer, format='html')


def setup(app):
    app.connect('doctree-resolved', add_links)
    app.connect('build-finished', write_all)
    return {'parallel_read_safe': True, 'parallel_write_safe': True}
