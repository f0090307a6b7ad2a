"""The exercises of the book, each with its minutes and its difficulty: `python -m book.exercises` lists them."""
import re
from dataclasses import dataclass

from book import CHAPTERS, chapters, minutes

SLOWER, STEP = 4.5, 5
MANY_WORDS, MUCH_CODE = 150, 15
LEVELS = ('easy', 'medium', 'hard')
RULE = f"""The minutes are {SLOWER} times as long as it takes to read task and solution, to the nearest {STEP}, and at
least {STEP}. An exercise is *{LEVELS[1]}* if one, and *{LEVELS[2]}* if two or more of these hold: it asks for a proof
("prove", "show that", "show why"); task and solution have more than {MANY_WORDS} words; the solution has more than
{MUCH_CODE} lines of code. The others are *{LEVELS[0]}*. Hints do not count."""
LONGEST = 16        # words of a topic
EXERCISE = re.compile(r'^(?P<fence>`{3,})\{exercise\}(?P<title>[^\n]*)\n(?P<task>.*?)^(?P=fence)[ \t]*$', re.M | re.S)
SOLUTION = re.compile(r'^```\{solution-start\} *(\S+)\n.*?^```\n(.*?)^```\{solution-end\}', re.M | re.S)
BLOCK = re.compile(r'^( *)# solution\n(.*?)^ *# end\n', re.M | re.S)       # in chapters/checks
LEFT_OUT = re.compile(r'^<!-- (\S+): (\d+) minutes, (\w+); its solution was left out -->$', re.M)
LABEL = re.compile(r'^:label: *(\S+)$', re.M)
PROOF = re.compile(r'\b(?:prove|show (?:that|why))\b', re.I)
PART = re.compile(r'^\([a-z]\) ')
WHOLE = re.compile(r'\$[^$]+\$|(?:\{[\w:]+\})?`[^`]+`|\*[^*\s][^*]*\*')        # what no cut may divide


@dataclass(frozen=True)
class Exercise:
    label: str
    topic: str
    minutes: int
    difficulty: str
    checks_itself: bool


def topic(title: str, task: str) -> str:
    """Return the title or, without one, how the task begins: its first sentence, cut after 16 words."""
    text = WHOLE.sub(lambda part: part[0].replace(' ', '\0'), ' '.join(task.split()))
    words = re.split(r'(?<=[.?!:])\s', PART.sub('', text), maxsplit=1)[0].rstrip(':').split(' ')
    begins = ' '.join(words[:LONGEST]).rstrip(',;') + ('…' if len(words) > LONGEST else '')
    return title.strip() or begins.replace('\0', ' ')


def difficulty(task: str, words: int, code: int) -> str:
    return LEVELS[min(bool(PROOF.search(task)) + (words > MANY_WORDS) + (code > MUCH_CODE), 2)]


def of(page: str) -> list[Exercise]:
    """Return the exercises of a page, in its order.

    Raises:
        ValueError: an exercise has no label, so nothing can lead to it.
    """
    solutions, found = dict(SOLUTION.findall(page)), []
    known = {label: (int(time), level) for label, time, level in LEFT_OUT.findall(page)}    # book/execute/edition.py
    for exercise in EXERCISE.finditer(page):
        options = minutes.OPTIONS.match(exercise['task'])
        task, label = exercise['task'][options.end():], LABEL.search(options[0])
        if not label:
            raise ValueError(f'the exercise {topic(exercise["title"], task)!r} has no label: add a line ":label: ex-…"')
        read = [minutes.measure(task), minutes.measure(solutions.get(label[1], ''))]
        words, time = sum(one.words for one in read), sum(one.minutes for one in read)
        time, level = known.get(label[1]) or (max(STEP, STEP * round(SLOWER * time / STEP)),
                                              difficulty(task, words, read[1].code))
        found.append(Exercise(label[1], topic(exercise['title'], task), time, level,
                              (CHAPTERS / 'checks' / f'{label[1]}.py').is_file()))
    return found


def main():
    for path in chapters.with_code():
        found = of(path.read_text(encoding='utf-8'))
        print(f'{path.stem}: {len(found)} exercises, {sum(one.minutes for one in found)} minutes')
        for one in found:
            print(f'  {one.label:30} {one.minutes:3} {one.difficulty:7} {"checks itself" if one.checks_itself else ""}')


if __name__ == '__main__':
    main()
