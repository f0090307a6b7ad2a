"""Slides and the EPUB: what is shown and what is said, formulas as MathML, and the check that finds what is broken."""
import shutil
import zipfile
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup

from book.along import epub, epub_check, mathml, slides
from book.along.deck import Deck

MATH = '<div class="math notranslate nohighlight" id="equation-a"><span class="eqno">(1)</span>\\[\nx^2\n\\]</div>'
CELL = '''<div class="cell docutils container" id="cell-1"><a class="headerlink" href="#cell-1">#</a>
<div class="cell_input"><pre>draw()</pre></div><div class="cell_output"><div class="output stream"><pre>42</pre></div>
<figure id="fig"><img alt="A line" src="../_images/a.svg"/><figcaption><p>Caption.</p></figcaption></figure></div></div>
'''
ARTICLE = f'''<article class="bd-article"><section id="top"><span id="sec"></span><h1>Title</h1>
<div class="tip admonition"><p>You will learn.</p></div>
<section id="part"><h2>Part<a class="headerlink" href="#part">#</a></h2>
<p>The first sentence. The second.</p><p>It leads to <em>formulas</em>. They follow:</p>{MATH}{MATH.replace("-a", "-b")}
<p>Code comes now.</p>{CELL}
<div class="cell tag_hide-input"><div class="cell_input"><pre>hidden()</pre></div></div>
<ul><li>One</li></ul>
<div class="proof theorem admonition"><p class="admonition-title">Theorem 1</p><section><p>It holds.</p></section></div>
<div class="proof admonition"><p>Proof. Obvious, by <span class="math">\\(y_1\\)</span>.</p></div></section>
<section id="exercises"><h2>Exercises</h2><div class="exercise admonition"><p>Task</p></div>
<div class="dropdown admonition"><p>Hint</p></div><div class="solution dropdown admonition"><p>Answer</p></div>
<div class="check"><p>Check yourself</p></div></section>
<section><h2>Questions</h2>
<div class="question"><p class="asks">Why?</p><details class="answer"><summary>a. So</summary>
<p>The reason.</p></details></div></section>
<p>The last word, see <a href="two.html#top">there</a> and <a href="../search.html">search</a>.</p>
</section></article>'''


def parsed(text):
    return BeautifulSoup(text, 'html.parser')


def words(tags):
    return ' '.join(' '.join(tag.get_text() for tag in tags).split())


@pytest.fixture(scope='module')
def deck():
    return Deck(parsed(ARTICLE).article).slides


def test_a_page_becomes_slides_in_its_order(deck):
    assert [(slide.level, slide.title, words(slide.shown)) for slide in deck] == [
        (1, 'Title', ''), (3, 'Title', 'You will learn.'), (2, 'Part', ''),
        (3, 'Part', '(1)\\[ x^2 \\] (1)\\[ x^2 \\]'), (3, 'Part', 'draw()'), (3, 'Part', '42'), (3, 'Part', 'Caption.'),
        (3, 'Part', 'One'), (3, 'Part', 'Theorem 1It holds.'), (2, 'Exercises', ''), (3, 'Exercises', 'Task'),
        (2, 'Questions', ''), (3, 'Questions', 'Why?a. So')]


def test_the_first_sentence_is_shown_and_the_text_is_said(deck):
    said = {slide.key: words(slide.notes) for slide in deck if slide.key}
    assert said == {'The first sentence.': 'The first sentence. The second.',
                    'It leads to <em>formulas</em>.': 'It leads to formulas. They follow:',
                    'Code comes now.': 'Code comes now.'}


def test_proofs_hints_solutions_and_reasons_are_for_the_speaker(deck):
    said = {words(slide.shown): words(slide.notes) for slide in deck if slide.shown}
    assert said['Theorem 1It holds.'] == 'Proof. Obvious, by \\(y_1\\).'
    assert said['Task'] == 'Hint Answer'
    assert said['Why?a. So'] == 'Why?a. So The reason. The last word, see there and search.'
    assert 'hidden()' not in str([slide.shown for slide in deck])


@pytest.fixture(scope='module')
def built(tmp_path_factory):
    """A built book of two pages, as small as the tools allow."""
    root = tmp_path_factory.mktemp('along')
    for folder in ('chapters', '_images', '_static/mathjax'):
        (root / folder).mkdir(parents=True)
    (root / '_toc.yml').write_text('format: jb-book\nroot: chapters/one\nparts:\n  - caption: Part & more\n'
                                   '    chapters:\n      - file: chapters/two\n')
    (root / 'chapters' / 'one.html').write_text(ARTICLE)
    (root / 'chapters' / 'two.html').write_text(
        '<article class="bd-article"><section id="top"><h1>Two &amp; a half</h1>'
        '<details class="admonition hide"><summary>Show</summary><pre>x &lt; 1</pre></details>'
        '<svg viewBox="0 0 1 1"><path d="M0 0"></path></svg>'
        '<p><a href="#lost">Here</a>, <a href="one.html#fig">there</a></p></section></article>')
    (root / '_images' / 'a.svg').write_text('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"/>')
    (root / '_static' / 'pygments.css').write_text('html[data-theme="light"] .highlight .k { color: #111 }\n'
                                                   'html[data-theme="dark"] .highlight .k { color: #eee }\n')
    return root


@pytest.mark.slow
def test_slides_are_one_folder_that_needs_nothing_else(built, tmp_path, monkeypatch):
    monkeypatch.setattr(slides, 'BUILT', built)
    reveal = tmp_path / 'reveal.js'
    for name in slides.USED:
        (reveal / name).parent.mkdir(parents=True, exist_ok=True)
        (reveal / name).write_text('')
    monkeypatch.setattr(slides, 'REVEAL', reveal)
    folder = tmp_path / 'slides'
    folder.mkdir()
    assert slides.make([built / 'chapters' / 'one.html'], folder, 'A book') == ['Title']
    page = parsed((folder / 'one.html').read_text(encoding='utf-8'))
    files = [node.get('src') or node.get('href') for node in page.select('[src], link')]
    assert [name for name in files if not (folder / name).is_file() and name != 'mathjax/startup.js'] == []
    assert page.select('.slides [id], .slides section section, .slides a[href]:not([href^=http])') == []
    assert page.select_one('aside.notes math')['alttext'] == 'y_1'
    assert '\\[' in page.select_one('.shown .math').get_text()       # MathJax sets it in the browser
    assert 'href="one.html"' in (folder / 'index.html').read_text(encoding='utf-8')


WORDS = {'title': 'A <book>', 'subtitle': 'S', 'author': 'B & C', 'edition': 'E'}


@pytest.mark.slow
def test_an_epub_has_the_pages_formulas_figures_and_their_links(built, tmp_path):
    made = epub.files(built, built / '_toc.yml', WORDS)
    assert epub_check.problems(made) == []
    one, two = (made[f'{name}.xhtml'].decode() for name in ('one', 'two'))
    assert one.count('<math') == 3
    assert 'src="images/a.svg"' in one
    assert '<a href="two.xhtml#top">there</a> and search.' in one
    assert 'Answer' in one
    assert 'Check yourself' not in one
    assert 'viewBox="0 0 1 1"' in two
    assert '<p>Here, <a href="one.xhtml#fig">there</a></p>' in two
    assert 'Show' not in two
    assert '&lt; 1' in two
    package = ElementTree.fromstring(made['package.opf'])
    items = {node.get('href'): node.get('properties') for node in package.iter('{http://www.idpf.org/2007/opf}item')}
    assert items.keys() == made.keys() - {'package.opf'}
    assert (items['one.xhtml'], items['two.xhtml'], items['nav.xhtml']) == ('mathml', 'svg', 'nav')
    assert 'Part &amp; more' in made['nav.xhtml'].decode()
    assert made['pygments.css'] == b'.highlight .k { color: #111 }\n'
    epub.write(made, tmp_path / 'book.epub')
    with zipfile.ZipFile(tmp_path / 'book.epub') as archive:
        first = archive.infolist()[0]
        assert (first.filename, first.compress_type, archive.read(first)) == (
            'mimetype', zipfile.ZIP_STORED, b'application/epub+zip')
        assert archive.testzip() is None


XHTML = '<html xmlns="http://www.w3.org/1999/xhtml"><body id="top">{}</body></html>'


@pytest.mark.parametrize(('body', 'said'), [
    ('<p>', 'it is not well-formed XML'),
    ('<p>the vector \\mathbf{x}</p>', 'raw TeX: \\mathbf'),
    ('<p>the vector \\(x\\)</p>', 'raw TeX: \\('),
    ('<a href="#lost">x</a>', 'a link leads nowhere: #lost'),
    ('<a href="b.xhtml">x</a>', 'a link leads nowhere: b.xhtml'),
    ('<img src="a.svg" alt=""/>', 'a link leads nowhere: a.svg'),
    ('<img src="b.svg"/>', 'a picture has no text: b.svg'),
    ('<p id="top"/>', 'two elements have the id top'),
    ('<math xmlns="http://www.w3.org/1998/Math/MathML" alttext="y"><merror/></math>', 'a formula is in error: y'),
])
def test_a_broken_epub_is_told(body, said):
    found = epub_check.problems({'a.xhtml': XHTML.format(body).encode(), 'b.svg': b''})
    assert any(line.startswith(f'a.xhtml: {said}') for line in found), found


@pytest.mark.parametrize('body', [
    '<pre>print("\\\\[")</pre>', '<a href="#top">x</a>', '<a href="https://example.org/#x">x</a>',
    '<img src="b.svg" alt=""/>',
])
def test_a_sound_page_passes(body):
    assert epub_check.problems({'a.xhtml': XHTML.format(body).encode(), 'b.svg': b''}) == []


@pytest.mark.parametrize(('sign', 'kind', 'wanted'), [
    ('x', 'BOLD', '𝐱'), ('M', 'BOLD', '𝐌'), ('λ', 'BOLD', '𝛌'), ('Σ', 'BOLD', '𝚺'), ('1', 'BOLD', '𝟏'),
    ('R', 'DOUBLE-STRUCK', 'ℝ'), ('E', 'DOUBLE-STRUCK', '𝔼'), ('L', 'SCRIPT', 'ℒ'), ('O', 'SCRIPT', '𝒪'),
    ('(', 'BOLD', None),
])
def test_letters_of_mathematical_alphabets(sign, kind, wanted):
    assert mathml.letter(sign, kind) == wanted


@pytest.mark.slow
def test_formulas_become_mathml_with_the_macros_of_the_book():
    page = parsed('<p><span class="math">\\(\\bx_t\\)</span><span class="math">no formula</span></p>' + MATH)
    mathml.set_all([page])
    inline, shown = page.select('math')
    assert (inline.get('display'), shown['display']) == (None, 'block')
    assert inline.get_text(strip=True) == '𝐱t'
    assert page.select('[data-mjx-texclass], [mathvariant=bold]') == []
    assert page.select_one('.eqno').get_text() == '(1)'
    assert '\\' not in page.get_text()


@pytest.mark.slow
def test_a_formula_that_is_no_tex_is_named():
    with pytest.raises(mathml.MathError, match=r'\\frac\{1: Missing close brace'):
        mathml.convert([('x', False), ('\\frac{1', True)], {})


def test_without_node_it_is_said_what_is_missing(monkeypatch):
    monkeypatch.setattr(shutil, 'which', lambda name: None)
    with pytest.raises(mathml.MathError, match=r'Node\.js 20 or newer, which was not found'):
        mathml.convert([('x', False)], {})
