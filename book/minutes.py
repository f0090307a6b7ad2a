"""How long a page takes to read, by a stated rule: `python -m book.minutes` prints it for each chapter.

200 words a minute, 15 lines of code a minute, a minute for a figure, half a minute for a displayed formula. The main
text counts, before "## Exercises", without the options of directives and without folded text or code; the figure of
folded code counts.
"""
import re
from dataclasses import dataclass
from pathlib import Path

from book import chapters

FRONT = re.compile(r'\A---\n.*?^---\n', re.M | re.S)
FENCE = re.compile(r'^(?P<fence>`{3,}|:{3,})\{(?P<name>[\w:-]+)\}[^\n]*\n(?P<body>.*?)^(?P=fence)[ \t]*$', re.M | re.S)
OPTIONS = re.compile(r'\A(?:---\n(?P<yaml>.*?)^---\n|(?P<short>(?::[\w-]+:[^\n]*\n)+))?', re.M | re.S)
SOLUTION = re.compile(r'^```\{solution-start\}.*?^```\{solution-end\}\n```', re.M | re.S)
FORMULA = re.compile(r'^\$\$\n.*?\n\$\$.*?$', re.M | re.S)
INLINE = re.compile(r'\$[^$]+\$')
FOLDED = re.compile(r'dropdown|hide-(?:input|cell)')
CLAIM = re.compile(r'^\*\*It takes\*\* about (.*?) minutes?\b', re.M)


@dataclass
class Length:
    words: int = 0
    code: int = 0
    figures: int = 0
    formulas: int = 0

    @property
    def minutes(self) -> float:
        return self.words / 200 + self.code / 15 + self.figures + self.formulas / 2


def measure(page: str) -> Length:
    """Return the length of the main text of a page."""
    length = Length()

    def directive(block):
        """Count what a directive shows; return its text, of which words and formulas are counted with the rest."""
        options = OPTIONS.match(block['body'])
        settings, body = options[0], block['body'][options.end():]
        if block['name'] == 'code-cell':
            length.figures += 'caption:' in settings
        if FOLDED.search(settings):
            return ''
        if block['name'] == 'code-cell':
            length.code += sum(bool(line.strip()) for line in body.splitlines())
            return ''
        if block['name'] in ('figure', 'explorer'):
            length.figures += 1
            return ''
        return FENCE.sub(directive, body)

    text = SOLUTION.sub('', FRONT.sub('', page).split('\n## Exercises')[0])
    text = FENCE.sub(directive, text)
    length.formulas = len(FORMULA.findall(text))
    words = INLINE.sub('x', FORMULA.sub('', text)).split()
    length.words = sum(any(map(str.isalnum, word)) for word in words)
    return length


def claimed(page: str) -> int | None:
    """Return the minutes that a page says it takes, or None."""
    found = CLAIM.search(page)
    return int(found[1]) if found else None


def main():
    print(f'{"":20} words  code  figures  formulas  minutes   said')
    for path in chapters.with_code():
        page = Path(path).read_text(encoding='utf-8')
        found = measure(page)
        print(f'{path.stem:20} {found.words:5} {found.code:5} {found.figures:8} {found.formulas:9} '
              f'{found.minutes:8.0f} {claimed(page) or "-":>6}')


if __name__ == '__main__':
    main()
