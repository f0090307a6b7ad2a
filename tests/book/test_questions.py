"""The multiple-choice questions: the file is as it should be, pages and exports repeat it, wrong files are refused."""
import io
import re
import zipfile
from xml.etree import ElementTree

import pytest
import yaml
from bs4 import BeautifulSoup
from docutils import nodes
from docutils.utils import new_document

import small_book
from book import chapters, questions
from book.along import question_files
from book.along.question_files import Section
from book.pages import questions as page
from helpers import refused

RAW = yaml.safe_load(questions.FILE.read_text(encoding='utf-8'))        # as it stands, for comparisons
READ = questions.read()
EACH = [(label, one) for label, asked in RAW.items() for one in asked]
ASKED = pytest.mark.parametrize(('label', 'raw'), EACH, ids=[one['id'] for _, one in EACH])
ROAD = ('optimization_intro', 'convexity', 'constraints', 'gd', 'sgd', 'minibatch_sgd', 'momentum', 'adagrad',
        'rmsprop', 'adadelta', 'adam', 'scheduler', 'which_optimizer', 'adamw', 'sign')
SECTIONS = [Section(label.removeprefix('sec_'), f'On {label}/more', asked) for label, asked in READ.items()]
Q = '{http://www.imsglobal.org/xsd/imsqti_v2p1}'
P = '{http://www.imsglobal.org/xsd/imscp_v1p1}'


def plain(text: str) -> str:
    """Return what a reader of an export sees of a text of the file."""
    return ' '.join(re.sub(r'\$([^$]+)\$', r'\\(\1\\)', text).replace('`', '').split())


def expected(raw: dict) -> dict[str, tuple[bool, str]]:
    """Return the answers of a question as {text: (is it right, feedback)}."""
    found = {plain(raw['right']['says']): (True, 'Right. ' + plain(raw['right']['because']))}
    for one in raw['wrong']:
        found[plain(one['says'])] = (False, f'Wrong. Why it tempts: {plain(one["tempts"])}'
                                            f' | Why it is wrong: {plain(one["but"])}')
    return found


def seen(html: str) -> str:
    """Return the text of a piece of HTML, its paragraphs separated by bars."""
    return ' | '.join(' '.join(part.get_text().split()) for part in BeautifulSoup(html, 'html.parser').find_all('p'))


# The file

@pytest.mark.parametrize('section', ROAD)
def test_every_section_of_the_road_asks_three_to_five_questions(section):
    assert 3 <= len(RAW[f'sec_{section}']) <= 5


def test_questions_belong_to_pages_of_the_book():
    labels = {label for path in chapters.pages()
              for label in re.findall(r'^\((sec_\w+)\)=$', path.read_text(encoding='utf-8'), re.M)}
    assert set(RAW) <= labels


@ASKED
def test_a_question_is_read_as_it_stands(label, raw):
    [one] = [one for one in READ[label] if one.id == raw['id']]
    assert one.asks == ' '.join(raw['asks'].split())
    found = {plain(answer.says): (answer.right, ' | '.join(f'{name} {plain(why)}' for name, why in answer.reasons()))
             for answer in one.answers}
    assert found == expected(raw)


@ASKED
def test_a_question_asks_and_its_texts_are_sentences_of_plain_tex(label, raw):
    texts = [raw['asks'], *raw['right'].values(), *(text for one in raw['wrong'] for text in one.values())]
    assert '?' in raw['asks']
    for text in texts:
        assert text[-1] in '.?$', text
        assert not re.search(r'\\b[xgvs]\b', text), 'a macro of the book, which a learning platform lacks'
        assert not re.search(r'(all|none|both) of the (above|others)', text, re.I), 'answers have no fixed order'


def test_neither_place_nor_length_gives_the_right_answer_away():
    asked = [one for some in READ.values() for one in some]
    places = [letter for one in asked for letter, answer in one.lettered() if answer.right]
    assert max(places.count(letter) for letter in 'abcd') < 0.4 * len(asked)
    assert sum(max(one.answers, key=lambda answer: len(answer.says)).right for one in asked) < 0.4 * len(asked)


def test_there_is_no_file_in_a_book_of_another_text(tmp_path):
    assert questions.read(tmp_path / 'questions.yml') == {}


# Files that are refused

GOOD = {'id': 'a-b', 'asks': 'Is it $x$?', 'right': {'says': 'Yes.', 'because': 'It is.'},
        'wrong': [{'says': says, 'tempts': 'So.', 'but': 'But.'} for says in ('No.', 'Perhaps.')]}


def changed(**changes):
    return {'sec_a': [GOOD | changes]}


def wrong(**changes):
    return [GOOD['wrong'][0], GOOD['wrong'][1] | changes]


@pytest.mark.parametrize(('content', 'fragments'), [
    (changed(asks=''), ["question 'a-b'", "asks=''", 'write a sentence']),
    (changed(asks=10), ["question 'a-b'", 'asks=10', 'int', 'put it in quotes']),
    (changed(asks='Is it $x?'), ["question 'a-b'", "asks='Is it $x?'", 'close it']),
    (changed(asks='Is it `x?'), ["question 'a-b'", 'close it']),
    (changed(asks='Is it $x_{1$?'), ["question 'a-b'", '$x_{1$', 'close each one']),
    (changed(asks=r'Is it \eta?'), ["question 'a-b'", 'TeX outside dollars']),
    (changed(id='A b'), ["id='A b'", 'lowercase']),
    (changed(id=7), ['question 1 of sec_a', 'id=7', 'lowercase']),
    (changed(why='x'), ["question 'a-b'", "'why' is not known", 'id, asks, right, wrong']),
    ({'sec_a': [{key: GOOD[key] for key in ('id', 'asks', 'right')}]}, ["question 'a-b'", "no 'wrong'", 'add it']),
    (changed(right='Yes.'), ["question 'a-b', right answer", "'Yes.'", 'says, because']),
    (changed(right={'says': 'Yes.'}), ["question 'a-b', right answer", "no 'because'"]),
    (changed(wrong=GOOD['wrong'][:1]), ["question 'a-b'", 'wrong=1', 'list 2 or 3']),
    (changed(wrong=GOOD['wrong'] * 2), ["question 'a-b'", 'wrong=4', 'list 2 or 3']),
    (changed(wrong=wrong(tempts='')), ["question 'a-b', wrong answer 2", "tempts=''"]),
    (changed(wrong=wrong(but=None)), ["question 'a-b', wrong answer 2", 'but=None']),
    (changed(wrong=wrong(says='Yes.')), ["question 'a-b', wrong answer 2", "says='Yes.'", 'appears twice']),
    ({'sec_a': [GOOD], 'sec_b': [GOOD]}, ["question 'a-b' of sec_b", 'already used in sec_a', 'choose another']),
    ({'sec_a': ['Is it?']}, ['question 1 of sec_a', "'Is it?'", 'id, asks, right, wrong']),
    ({'sec_a': []}, ['sec_a=[]', 'add one, or remove the label']),
    ([GOOD], ['a mapping from labels']),
], ids=str)
def test_a_malformed_file_is_refused_by_question_value_and_remedy(tmp_path, content, fragments):
    path = tmp_path / 'questions.yml'
    path.write_text(yaml.safe_dump(content), encoding='utf-8')
    refused(lambda: questions.read(path), ValueError, ['questions.yml', *fragments])


@pytest.mark.parametrize(('content', 'fragments'), [
    ('sec_a: [', ['cannot be read', 'line 1']),
    ('sec_a: []\nsec_a: []\n', ['line 2', "'sec_a' appears more than once", 'join the two']),
    ('sec_a:\n- id: b\n  id: c\n', ['line 3', "'id' appears more than once"]),
])
def test_a_file_that_is_no_clean_yaml_is_refused_by_its_line(tmp_path, content, fragments):
    path = tmp_path / 'questions.yml'
    path.write_text(content, encoding='utf-8')
    refused(lambda: questions.read(path), ValueError, ['questions.yml', *fragments])


def test_the_good_question_of_these_tests_is_good(tmp_path):
    (tmp_path / 'questions.yml').write_text(yaml.safe_dump(changed()), encoding='utf-8')
    assert len(questions.read(tmp_path / 'questions.yml')['sec_a'][0].answers) == 3


# Moodle XML and QTI, read back

@pytest.fixture(scope='module')
def moodle():
    return ElementTree.fromstring(question_files.moodle('A book', SECTIONS))


@pytest.fixture(scope='module')
def qti():
    return question_files.qti('A book', SECTIONS)


@ASKED
def test_moodle_gets_every_text_answer_and_feedback(moodle, label, raw):
    [one] = [one for one in moodle.findall('question[@type="multichoice"]') if one.findtext('name/text') == raw['id']]
    assert seen(one.findtext('questiontext/text')) == plain(raw['asks'])
    found = {seen(answer.findtext('text')): (answer.get('fraction') == '100', seen(answer.findtext('feedback/text')))
             for answer in one.findall('answer')}
    assert found == expected(raw)
    assert {node.get('format') for node in one.iter() if node.tag in ('questiontext', 'answer', 'feedback')} == {'html'}
    assert {answer.get('fraction') for answer in one.findall('answer')} == {'0', '100'}
    assert one.findtext('single') == 'true'


def test_moodle_gets_a_category_for_each_section_before_its_questions(moodle):
    order = [one.findtext('category/text') or one.findtext('name/text') for one in moodle]
    wanted = []
    for label, asked in RAW.items():
        wanted += [f'$course$/top/A book/On {label}//more', *(one['id'] for one in asked)]
    assert order == wanted


@ASKED
def test_qti_gets_every_text_answer_and_feedback(qti, label, raw):
    item = ElementTree.fromstring(qti[f'{raw["id"]}.xml'])

    def said(element):
        return ' | '.join(' '.join(''.join(part.itertext()).split()) for part in element.findall(f'{Q}p') or [element])

    assert said(item.find(f'.//{Q}prompt')) == plain(raw['asks'])
    right = item.findtext(f'{Q}responseDeclaration/{Q}correctResponse/{Q}value')
    feedback = {one.get('identifier'): said(one) for one in item.findall(f'{Q}modalFeedback')}
    choices = {one.get('identifier'): said(one) for one in item.iter(f'{Q}simpleChoice')}
    assert list(feedback) == list(choices)
    assert {text: (letter == right, feedback[letter]) for letter, text in choices.items()} == expected(raw)


@ASKED
def test_a_qti_item_names_what_it_declares(qti, label, raw):
    item = ElementTree.fromstring(qti[f'{raw["id"]}.xml'])
    assert [child.tag.removeprefix(Q) for child in item][:5] == [
        'responseDeclaration', *['outcomeDeclaration'] * 2, 'itemBody', 'responseProcessing']
    declared = {one.get('identifier') for one in item if one.tag.endswith('Declaration')}
    used = {one.get('identifier') for tag in ('variable', 'correct', 'setOutcomeValue') for one in item.iter(Q + tag)}
    used |= {one.get(name) for one in item.iter() for name in ('responseIdentifier', 'outcomeIdentifier')}
    assert used - {None} == declared == {'RESPONSE', 'SCORE', 'FEEDBACK'}


def test_a_qti_package_lists_its_files_and_nothing_else(qti):
    manifest = ElementTree.fromstring(qti['imsmanifest.xml'])
    resources = list(manifest.iter(f'{P}resource'))
    assert [one.get('href') for one in resources] == [f'{raw["id"]}.xml' for _, raw in EACH]
    assert [one.find(f'{P}file').get('href') for one in resources] == [one.get('href') for one in resources]
    assert set(qti) == {'imsmanifest.xml', *(one.get('href') for one in resources)}
    assert len({one.get('identifier') for one in resources}) == len(resources)


def test_signs_of_xml_and_code_arrive():
    answers = questions.Answer('`<b>`', 'So.'), questions.Answer('B', 'C', 'D')
    asked = questions.Question('a', 'Is `a < b` & $x < y$?', answers)
    sections = [Section('a', 'A & B', [asked])]
    one = ElementTree.fromstring(question_files.moodle('Book', sections)).find('question[@type="multichoice"]')
    assert one.findtext('questiontext/text') == r'<p>Is <code>a &lt; b</code> &amp; \(x &lt; y\)?</p>'
    assert one.findtext('answer/text') == '<p><code>&lt;b&gt;</code></p>'
    prompt = ElementTree.fromstring(question_files.qti('Book', sections)['a.xml']).find(f'.//{Q}prompt')
    assert ''.join(prompt.itertext()) == r'Is a < b & \(x < y\)?'
    assert prompt.findtext(f'{Q}code') == 'a < b'


def test_the_same_questions_make_the_same_bytes(tmp_path):
    for folder in (tmp_path / 'one', tmp_path / 'two'):
        folder.mkdir()
        question_files.write(folder, 'gd', 'A book', SECTIONS[:2])
    for name in (form.format('gd') for form in question_files.FORMS.values()):
        assert (tmp_path / 'one' / name).read_bytes() == (tmp_path / 'two' / name).read_bytes()
    with zipfile.ZipFile(tmp_path / 'one' / 'gd-qti.zip') as archive:       # no time of the build
        assert {one.date_time for one in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


# The page

def document(*titles):
    """Return a page of these parts."""
    root = new_document('page')
    parts = [nodes.section('', nodes.title('', title)) for title in titles]
    root += nodes.section('', nodes.title('', 'A page'), *parts, ids=['sec-a'])
    return root


@pytest.mark.parametrize(('titles', 'order'), [
    (('Summary', 'Exercises', 'Further reading'), ['Summary', 'Questions', 'Exercises', 'Further reading']),
    (('Summary', 'Further reading'), ['Summary', 'Questions', 'Further reading']),
    (('Text',), ['Text', 'Questions']),
    ((), ['Questions']),
])
def test_questions_stand_before_the_exercises(titles, order):
    root = document(*titles)
    assert page.add(root, {'sec_a': READ['sec_gd'], 'sec_b': READ['sec_sgd']}) == ['sec_a']
    assert [part[0].astext() for part in root[0] if isinstance(part, nodes.section)] == order


def test_a_page_without_questions_stays_as_it_is():
    root = document('Exercises')
    before = root.pformat()
    assert page.add(root, {'sec_b': READ['sec_gd']}) == []
    assert root.pformat() == before


@pytest.mark.slow
def test_a_book_shows_its_questions_exports_them_and_refuses_wrong_ones(tmp_path):
    root = small_book.make(tmp_path)
    source, listed = root / 'chapters' / 'page.md', root / 'chapters' / 'checks' / 'questions.yml'
    source.write_text(source.read_text().replace('# A page\n', '(sec_a)=\n# A page\n') + '\n## Exercises\n\nNone.\n')
    listed.parent.mkdir()

    def build(content):
        listed.write_text(yaml.safe_dump(content), encoding='utf-8')
        return small_book.run(root, 'book.execute.build')

    def soup():
        return BeautifulSoup((root / '_build/html/chapters/page.html').read_text(encoding='utf-8'), 'html.parser')

    status, said = build(changed())
    assert status == 0, said
    html = soup()
    assert [part.h2.get_text().rstrip('#') for part in html.select('section > section')] == ['Questions', 'Exercises']
    [asked] = html.select('.question')
    assert html.find(id=asked['aria-labelledby']).get_text() == r'1. Is it \(x\)?'
    answers = {fold.summary.get_text(): fold for fold in asked.select('details')}
    assert sorted(name[3:] for name in answers) == ['No.', 'Perhaps.', 'Yes.']
    assert sorted(name[:2] for name in answers) == ['a.', 'b.', 'c.']
    [right] = [fold for fold in answers.values() if 'right' in fold['class']]
    assert right.p.get_text() == 'Right. It is.'
    assert not right.has_attr('open')
    links = [link['href'] for link in html.select('.questions a[download]')]
    files = {(root / '_build/html/chapters' / link).resolve() for link in links}
    assert files == set((root / '_build/html/downloads/questions').resolve().iterdir())
    assert len(files) == 4
    for path in files:
        if path.suffix == '.zip':
            with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as archive:
                assert archive.namelist() == ['imsmanifest.xml', 'a-b.xml']
        else:
            assert ElementTree.parse(path).getroot().findtext('question/name/text') == 'a-b'
    assert html.select('.page-toc a[href="#questions"], .toc-entry a[href="#questions"]')

    status, said = build(changed(asks='Was it $x$?'))
    assert status == 0, said
    assert soup().select_one('.question .asks').get_text() == r'1. Was it \(x\)?'

    for content, fragments in ((changed(wrong=wrong(tempts='')), ["question 'a-b', wrong answer 2", "tempts=''"]),
                               ({'sec_z': [GOOD]}, ["no section has the label 'sec_z'", 'remove its questions'])):
        status, said = build(content)
        assert status != 0
        assert [part for part in ['questions.yml', *fragments] if part not in said] == [], said

    listed.unlink()
    status, said = small_book.run(root, 'book.execute.build')
    assert status == 0, said
    assert soup().select('.questions') == []
    assert not (root / '_build/html/downloads/questions').exists()
