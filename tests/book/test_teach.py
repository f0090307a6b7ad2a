"""The page for teachers says what the pages, CITATION.cff and LICENSE say: a disagreement that is planted shows."""
import re
import shutil

import pytest
import yaml
from bs4 import BeautifulSoup

import small_book
from book import CHAPTERS, ROOT, chapters, commit, exercises, minutes
from book.pages import publishing, teach
from helpers import refused

EXERCISE = """
```{{exercise}}{title}
:label: ex-{label}
{task}
```

````{{admonition}} Hint
:class: dropdown
Not counted: {many}
````

```{{solution-start}} ex-{label}
:label: sol-{label}
:class: dropdown
```

{solution}

```{{solution-end}}
```
"""
CELL = '```{code-cell} ipython3\n' + 'x = 1\n' * 30 + '```'
PROVE, MANY = 'Prove it.', 'word ' * 200
CITED = {'title': 'A Book: of books', 'version': '1.2', 'authors': [
    {'name': 'Some people'}, {'given-names': 'Ada', 'family-names': 'Lovelace'}]}
CHECKS = list((CHAPTERS / 'checks').glob('*.py'))
LESSONS = [path for path in chapters.with_code() if exercises.of(path.read_text(encoding='utf-8'))]


def exercise(task='Do it.', solution='Done.', label='one', title=''):
    return EXERCISE.format(task=task, solution=solution, label=label, title=title, many=MANY)


def page(claim='**It takes** about 20 minutes.', *parts):
    return '\n'.join(['# A title', '', claim, '', '## Exercises', *parts])


@pytest.mark.parametrize(('task', 'solution', 'difficulty', 'time'), [
    ('Do it.', 'Done.', 'easy', 5),             # never less than five
    (PROVE, 'Done.', 'medium', 5),
    ('Do it.', MANY, 'medium', 5),              # 202 words: 4.5 × 1.02 = 4.6
    ('Do it.', CELL, 'medium', 10),             # 30 lines: 4.5 × 2.02 = 9.1
    (PROVE, MANY, 'hard', 5),
    ('Show why.', CELL, 'hard', 10),
    ('Do it.', MANY + '\n\n' + CELL, 'hard', 15),     # 13.6
    (PROVE, MANY + '\n\n' + CELL, 'hard', 15),
    ('Show it.', 'Improved.', 'easy', 5),       # these words ask for no proof
])
def test_minutes_and_difficulty_follow_the_rule(task, solution, difficulty, time):
    [found] = exercises.of(page('', exercise(task, solution)))
    assert (found.difficulty, found.minutes) == (difficulty, time)


@pytest.mark.parametrize(('title', 'task', 'topic'), [
    ('', 'Why? Because.', 'Why?'),
    ('', '(a) Draw $a . b$ ways: two.', 'Draw $a . b$ ways'),
    ('', 'Let $a = b. c$ hold\nfor all.', 'Let $a = b. c$ hold for all.'),
    ('', 'one, ' * 15 + 'sixteen, seventeen', 'one, ' * 15 + 'sixteen…'),
    ('', 'one ' * 15 + '{ref}`a b <c>` seventeen', 'one ' * 15 + '{ref}`a b <c>`…'),
    (' A title', 'Why?', 'A title'),
])
def test_a_topic_is_the_title_or_how_the_task_begins(title, task, topic):
    assert exercises.of(page('', exercise(task, title=title)))[0].topic == topic


def test_an_exercise_without_a_label_is_named():
    refused(lambda: exercises.of('```{exercise}\nWhy?\n```\n'), ValueError, ["'Why?'", 'no label', ':label: ex-'])


def test_every_exercise_is_in_the_index_and_every_check_belongs_to_one():
    found = [one for path in chapters.pages() for one in exercises.of(path.read_text(encoding='utf-8'))]
    written = sum(path.read_text(encoding='utf-8').count('\n```{exercise}') for path in chapters.pages())
    assert len({one.label for one in found}) == len(found) == written
    assert sorted(one.label for one in found if one.checks_itself) == sorted(path.stem for path in CHECKS)


@pytest.mark.parametrize('path', LESSONS, ids=lambda path: path.stem)
def test_the_exercises_of_a_page_take_about_as_long_as_it_says(path):
    text = path.read_text(encoding='utf-8')
    [more] = re.findall(r'^\*\*It takes\*\* .*, and (.*?) more with the exercises', text, re.M)
    words = {'an hour': 60, 'an hour and a half': 90, 'two hours': 120}
    said = words[more] if more in words else int(more.removesuffix(' minutes'))
    assert sum(one.minutes for one in exercises.of(text)) == pytest.approx(said, rel=0.4)    # said in half hours


@pytest.fixture
def taught(tmp_path):
    """Two pages of 20 and 30 minutes; the second has an exercise that checks itself, and one that does not."""
    label = CHECKS[0].stem.removeprefix('ex-')
    texts = {'a': page(), 'b': page('**It takes** about 30 minutes, and more.', exercise(label=label),
                                    exercise(solution=CELL))}
    for name, text in texts.items():
        (tmp_path / f'{name}.md').write_text(text)
    return [tmp_path / f'{name}.md' for name in texts]


def test_a_session_takes_what_its_pages_say_and_a_page_that_changes_changes_it(taught):
    first, second = taught
    assert teach.times([second]) == (30, 5, [10])
    assert teach.times(taught) == (50, 5, [10])
    a, b = '{doc}`/chapters/a`', '{doc}`/chapters/b`'
    assert f'| 1 | – | 0 | {a}, {b} | 50 | 15 | 65 | 0 |' in teach.syllabus('a, b', taught)
    assert f'| 1 | {b} | 30 | {a} | 20 | 0 | 20 | 15 |' in teach.syllabus('a, b at home', taught)
    first.write_text(first.read_text().replace('20 minutes', '57 minutes'))         # the planted disagreement
    assert f'| 1 | – | 0 | {a}, {b} | 87 | 15 | 102 | 0 |' not in teach.syllabus('a, b', taught)    # 92 are enough
    assert f'| 1 | – | 0 | {a}, {b} | 87 | 5 | 92 | 10 |' in teach.syllabus('a, b', taught)


def test_a_session_that_nobody_can_hold_is_refused(taught):
    taught[0].write_text(page('**It takes** about 90 minutes.'))
    refused(lambda: teach.syllabus('a, b', taught), ValueError,
            ['a, b take 125 minutes in class', 'more than 120', 'at home'])
    assert teach.syllabus('a, b at home', taught)


@pytest.mark.parametrize(('text', 'fragments'), [
    ('a', ['b is in 0 sessions', 'put it into one']),
    ('a, b\nb', ['b is in 2 sessions', 'put it into one']),
    ('a, b\nc', ["'c' is not a page with code", 'from a, b']),
])
def test_a_syllabus_names_every_page_once(taught, text, fragments):
    refused(lambda: teach.syllabus(text, taught), ValueError, fragments)


def test_a_page_that_does_not_say_how_long_it_takes_is_named(taught):
    taught[0].write_text(page('It is short.'))
    refused(lambda: teach.syllabus('a, b', taught), ValueError, ['a.md does not say', '**It takes** about 20 minutes'])


@pytest.mark.parametrize('number', [6, 12])
def test_the_page_has_a_syllabus_for_this_many_sessions(number):
    on_page = (CHAPTERS / 'teach.md').read_text(encoding='utf-8')
    [text] = [written for written in re.findall(r'^```\{syllabus\}\n(.*?)^```', on_page, re.M | re.S)
              if len(written.splitlines()) == number]
    planned = teach.sessions(text, chapters.with_code())
    assert [path for session in planned for path in session.pages] == chapters.with_code()      # the order
    plans = [teach.plan(session) for session in planned]
    assert [read + done for read, done, _, _ in plans if not 90 <= read + done <= 120] == []
    assert max(before for _, _, before, _ in plans) <= 120
    assert sum(read + before for read, _, before, _ in plans) == sum(
        minutes.claimed(path.read_text(encoding='utf-8')) for path in chapters.with_code())


def test_a_bar_in_a_formula_ends_no_cell():
    assert teach.table(['a'], [[r'$|x| = \|y\|$']]) == '| a |\n| --- |\n' + r'| $\|x\| = \\|y\\|$ |'


@pytest.mark.parametrize(('more', 'url', 'sentence', 'note'), [
    ({}, '', 'Version 1.2. 2026.', '{Version 1.2}'),
    ({'date-released': '2031-05-06'}, '', 'Version 1.2. 2031.', '{Version 1.2}'),
    ({}, 'https://github.com/o/n', 'Version 1.2. 2026. <https://github.com/o/n>',
     r'{Version 1.2, \url{https://github.com/o/n}}'),
])
def test_a_citation_says_what_the_citation_file_says(more, url, sentence, note):
    assert teach.sentence(CITED | more, '2026', url) == f'Some people, Ada Lovelace. *A Book: of books.* {sentence}'
    entry = teach.bibtex(CITED | more, '2026', url)
    assert '@misc{a-book,' in entry
    assert 'author = {{Some people} and Lovelace, Ada},' in entry
    assert f'note   = {note},' in entry


def test_the_readme_cites_the_book_as_the_page_does():
    cited = yaml.safe_load((ROOT / 'CITATION.cff').read_text(encoding='utf-8'))
    year = yaml.safe_load((ROOT / '_config.yml').read_text(encoding='utf-8'))['copyright']
    assert f'> {teach.sentence(cited, year)}\n' in (ROOT / 'README.md').read_text(encoding='utf-8')


def test_the_licenses_are_the_same_everywhere():
    license, on_page = ((ROOT / name).read_text(encoding='utf-8') for name in ('LICENSE', 'chapters/teach.md'))
    cited = yaml.safe_load((ROOT / 'CITATION.cff').read_text(encoding='utf-8'))
    assert f'Code: {cited["license"]} License' in publishing.LICENSES
    for text in (license, on_page, publishing.LICENSES):
        assert f'{cited["license"]} License' in text
        assert 'https://creativecommons.org/licenses/by/4.0/' in text
    for data in (ROOT / 'd2lmini' / 'data').glob('*.csv*'):
        assert data.name in license, f'LICENSE does not say under which terms {data.name} is'
        assert data.name in on_page, f'chapters/teach.md does not say under which terms {data.name} is'


def test_each_day_of_the_changelog_is_one_of_its_history():
    text = (ROOT / 'CHANGELOG.md').read_text(encoding='utf-8')
    days = re.findall(r'^### (\S+)$', text, re.M)
    assert days == sorted(days, reverse=True) != []
    assert '\n- ' not in text.partition('\n### ')[0]
    if commit.git('rev-parse', '--is-shallow-repository') == 'false':
        assert set(days) <= set(commit.git('log', '--format=%as').split())


@pytest.mark.slow
def test_the_built_page_follows_the_pages_and_the_settings(tmp_path):
    root = small_book.make(tmp_path)
    shutil.copy(ROOT / 'CITATION.cff', root)
    claim = '**It takes** about 20 minutes.'
    lesson = small_book.PAGE.format(code='print(x)') + claim + exercise(r'Is $|x| = 1$, or $\|x\| = 2$?')
    (root / 'chapters' / 'lesson.md').write_text(lesson)
    (root / 'chapters' / 'page.md').write_text('# Teach\n\n' + '\n\n'.join(
        f'## {name}\n\n```{{{name}}}\n{content}```' for name, content in (
            ('syllabus', 'lesson\n'), ('citation', ''), ('source', ''), ('exercise-index', ''))) + '\n')
    (root / '_toc.yml').write_text('format: jb-book\nroot: chapters/page\nchapters: [{file: chapters/lesson}]\n')

    def built():
        code, printed = small_book.run(root, 'book.execute.build')
        assert code == 0, printed
        found = BeautifulSoup((root / '_build/html/chapters/page.html').read_text(encoding='utf-8'), 'html.parser')
        rows = found.select('tr:has(td)')
        return [[cell.get_text(' ', strip=True) for cell in row.select('td')] for row in rows], found

    (session, listed), found = built()
    assert session == ['1', '–', '0', 'A page', '20', '5', '25', '0']
    assert listed == ['Exercise 1', r'Is \(|x| = 1\) , or \(\|x\| = 2\) ?', '5', 'easy', 'no']
    assert found.select_one('td a[href="lesson.html#ex-one"]')
    assert found.select_one('#exercises-lesson > h3')
    assert '@misc{the-road-to-adam,' in found.get_text()
    assert 'The address of the source is not filled in yet' in found.get_text()

    (root / 'chapters' / 'lesson.md').write_text(lesson.replace('20 minutes', '45 minutes'))
    settings = (root / '_config.yml').read_text(encoding='utf-8')
    (root / '_config.yml').write_text(settings.replace('repository_url: ""', 'repository_url: https://github.com/o/n'))
    (session, listed), found = built()
    assert session == ['1', '–', '0', 'A page', '45', '5', '50', '0']
    assert len(found.select('article a[href="https://github.com/o/n"]')) == 2       # the source, and the citation

    (root / 'chapters' / 'page.md').write_text('# Teach\n\n```{syllabus}\nlesson, lesson\n```\n')
    code, printed = small_book.run(root, 'book.execute.build')
    assert code != 0
    assert 'lesson is in 2 sessions: put it into one' in printed
