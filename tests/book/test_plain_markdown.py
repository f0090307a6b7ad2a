"""The text of notebooks to take along: no MyST is left, references are words, boxes are quotes, mathematics stays."""
import re

import pytest

from book import ROOT, chapters
from book.along import plain_markdown, portable

NAMES = {'sec-adam': 'Adam', 'equation-eq-one': '(1.1)', 'fig-one': 'Fig. 1.1', 'thm-one': 'Theorem 1.1',
         'ex-one': 'Exercise 1.1', 'kingma2015': 'Kingma and Ba, 2015', 'balles2018': 'Balles and Hennig, 2018'}
EACH = [
    ('(sec_x)=\n# Title', '# Title'),
    ('See {ref}`sec_adam`, {ref}`the section <sec_adam>`,\n{numref}`fig-one`.', 'See Adam, the section,\nFig. 1.1.'),
    ('By {eq}`eq-one` and {prf:ref}`thm-one`.', 'By (1.1) and Theorem 1.1.'),
    ('Adam {cite}`kingma2015,balles2018`', 'Adam [Kingma and Ba, 2015; Balles and Hennig, 2018]'),
    ('{cite:t}`kingma2015` say', 'Kingma and Ba, 2015 say'),
    ('its {term}`window <Window>`', 'its window'),
    ('$$\nx^2\n$$ (eq-one)', '$$\nx^2\n\\tag{1.1}\n$$'),
    ('$$\nx^2\n$$ (eq-two)', '$$\nx^2\n$$'),
    ('a $x_1$ `{ref}` b', 'a $x_1$ `{ref}` b'),
    (':::{admonition} Note\n:class: tip\nText.\n\nMore.\n:::', '> **Note**\n>\n> Text.\n>\n> More.'),
    ('````{admonition} Hint\n:class: dropdown\n```python\nx\n```\n````', '> **Hint**\n>\n> ```python\n> x\n> ```'),
    ('```{exercise}\n:label: ex-one\nWhy?\n```', '> **Exercise 1.1**\n>\n> Why?'),
    ('```{solution-start} ex-one\n:label: sol-one\n:class: dropdown\n```\n\nSo.',
     '**Solution to Exercise 1.1**\n\nSo.'),
    ('So.\n\n```{solution-end}\n```', 'So.'),
    ('```{prf:theorem} Name\n:label: thm-one\nIt is $x$.\n```', '> **Theorem 1.1 (Name)**\n>\n> It is $x$.'),
    ('```{prf:proof}\nClear.\n```', '> **Proof**\n>\n> Clear.'),
    ('```{explorer} path\n:runs: adam\n\nMomentum beside\nAdam.\n```',
     '> On the page, there is an interactive figure here. Momentum beside Adam.'),
    ('```python\nx = "{ref}"\n```', '```python\nx = "{ref}"\n```'),
]


@pytest.mark.parametrize(('myst', 'wanted'), EACH)
def test_each_part_of_a_chapter_in_plain_words(myst, wanted):
    assert plain_markdown.plain(myst, NAMES) == wanted


def test_names_are_read_from_a_page():
    page = ('<a class="reference internal" href="adam.html#sec-adam"><span class="std std-ref">Adam &amp; Co</span></a>'
            '<div class="math" id="equation-eq-one">\n<span class="eqno">(1.1)<a></a></span></div>'
            '<div class="proof theorem admonition" id="thm-one">\n<p class="admonition-title">'
            '<span class="caption-number">Theorem 1.1 </span></p></div>')
    wanted = {'sec-adam': 'Adam & Co', 'equation-eq-one': '(1.1)', 'thm-one': 'Theorem 1.1'}
    assert plain_markdown.names(page, {}) == wanted


@pytest.mark.parametrize('path', chapters.with_code(), ids=lambda path: path.stem)
def test_no_chapter_keeps_a_mark_of_myst(path):
    cells = [cell.source for cell in portable.with_note(portable.read(path), 'The Road to Adam').cells
             if cell.cell_type == 'markdown']
    mark = re.compile(r'\{[a-z:]+\}`|^[> ]*[`:]{3,}\{.*|^\([\w-]+\)=|^[> ]*:\w+: .*', re.M)
    assert [left for text in cells for left in mark.findall(text)] == []
    assert sum(text.count('$$') for text in cells) % 2 == 0


@pytest.mark.parametrize(('site', 'repository', 'wanted'), [
    ('', None, 'raise FileNotFoundError'),
    ('https://example.org/book/', None, "wheel = 'https://example.org/book/downloads/d2lmini-1.whl'"),
    ('https://example.org/book', None, "wheel = 'https://example.org/book/downloads/d2lmini-1.whl'"),
])
def test_a_notebook_installs_from_its_folder_or_the_site(site, repository, wanted):
    code = portable.install('d2lmini-1.whl', site, repository)
    assert "wheel = Path('d2lmini-1.whl')" in code
    assert wanted in code
    compile(code.replace('%pip', '# %pip').replace('    # %pip', '    pass  # %pip'), 'cell', 'exec')


def test_the_wheel_is_built_once(monkeypatch, tmp_path):
    from book import wheel

    built = []

    def build(folder, root):
        built.append(root)
        made = folder / 'd2lmini-1-py3-none-any.whl'
        made.write_text('')
        return made

    monkeypatch.setattr(wheel, 'build', build)
    (tmp_path / 'd2lmini').mkdir()
    for name in wheel.WITH:
        (tmp_path / name).write_text('')
    first = wheel.current(tmp_path)
    assert wheel.current(tmp_path) == first
    assert first.is_file()
    (tmp_path / 'README.md').write_text('changed')
    assert wheel.current(tmp_path) != first
    assert not first.exists()
    assert len(built) == 2
    assert ROOT not in built
