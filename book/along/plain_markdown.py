"""The MyST of a chapter as Markdown that every notebook shows: references as text, boxes as quotes, mathematics as is.

What a label is called, "Theorem 2.1" or "(11.3)", is read from the page that was built.
"""
import re
from html import unescape
from pathlib import Path

from docutils.nodes import make_id

LINK = re.compile(r'<a class="(?:term )?reference internal" href="[^"#]*#([^"]+)"[^>]*>(.*?)</a>', re.S)
EQUATION = re.compile(r'id="equation-([\w-]+)">\s*<span class="eqno">\(([\d.]+)\)')
BOX = re.compile(r'admonition" id="([\w-]+)">\s*<p class="admonition-title">\s*<span class="caption-number">([^<]+)<',
                 re.S)
TAG = re.compile(r'<[^>]*>')

FENCE = re.compile(r'(`{3,}|:{3,})\{([\w:-]+)\} ?(.*)')
OPTION = re.compile(r':([\w-]+): ?(.*)')
ROLE = re.compile(r'\{(ref|eq|numref|prf:ref|cite|cite:t|cite:p|term|download)\}`([^`]+)`')
TITLED = re.compile(r'(.*?)\s*<([^<>]+)>', re.S)
TARGET = re.compile(r'\([\w-]+\)=')
LABELED = re.compile(r'\$\$ \(([\w-]+)\)')
PAGE = re.compile(r'\[([^\]]+)\]\([\w-]+\.md\)')
EXPLORER = '> On the page, there is an interactive figure here. '
SILENT = {'solution-end', 'raw', 'eval-rst'}


def names(page: str, works: dict[str, str]) -> dict[str, str]:
    """Return {label: what it is called} for the labels of a built page and those that it links to."""
    found = {anchor: ' '.join(unescape(TAG.sub('', text)).split()) for anchor, text in LINK.findall(page)}
    found |= {f'equation-{label}': f'({number})' for label, number in EQUATION.findall(page)}
    return found | {label: title.strip() for label, title in BOX.findall(page)} | works


def read_names(path: Path, works: dict[str, str]) -> dict[str, str]:
    return names(path.read_text(encoding='utf-8'), works) if path.exists() else works


class Plain:
    """Writes Markdown without MyST; `names` tells what a label is called, and a label without a name stays."""

    def __init__(self, names: dict[str, str]):
        self.names = names

    def name(self, label: str, prefix: str = '') -> str:
        return self.names.get(prefix + make_id(label)) or self.names.get(label) or label

    def role(self, found: re.Match) -> str:
        kind, content = found[1], ' '.join(found[2].split())
        titled = TITLED.fullmatch(content)
        if kind == 'eq':
            return self.name(content, 'equation-')
        if kind.startswith('cite'):
            works = [self.name(key.strip()) for key in content.split(',')]
            return ', '.join(works) if kind == 'cite:t' else f'[{"; ".join(works)}]'
        return titled[1] if titled else content if kind in ('term', 'download') else self.name(content)

    def line(self, text: str) -> str:
        number = LABELED.fullmatch(text)
        if number:
            called = self.names.get(f'equation-{make_id(number[1])}', '').strip('()')
            return f'\\tag{{{called}}}\n$$' if called else '$$'
        return text

    def text(self, lines: list[str]) -> str:
        """Return the lines with their boxes as quotes."""
        out, at = [], 0
        while at < len(lines):
            opened = FENCE.fullmatch(lines[at].rstrip())
            if not opened:
                out += [] if TARGET.fullmatch(lines[at].strip()) else [self.line(lines[at])]
                at += 1
                continue
            end = next((i for i in range(at + 1, len(lines)) if lines[i].rstrip() == opened[1]), len(lines))
            out += self.box(opened[2], opened[3], lines[at + 1:end])
            at = end + 1
        return '\n'.join(out)

    def box(self, kind: str, title: str, lines: list[str]) -> list[str]:
        options = {}
        while lines and (option := OPTION.fullmatch(lines[0].strip())):
            options[option[1]] = option[2]
            lines = lines[1:]
        if kind in SILENT:
            return []
        if kind == 'solution-start':
            return [f'**Solution to {self.name(title)}**']
        body = self.text(lines).strip('\n').split('\n')
        if kind == 'explorer':
            return [EXPLORER + ' '.join(' '.join(body).split())]
        if kind == 'exercise':
            title = self.name(options.get('label', ''))
        elif kind.startswith('prf:'):
            word = kind.removeprefix('prf:').capitalize()
            title = self.names.get(options.get('label', ''), word) + (f' ({title})' if title else '')
        return [f'> {line}'.rstrip() for line in [f'**{title}**', '', *body]]

    def __call__(self, markdown: str) -> str:
        plain = self.text(ROLE.sub(self.role, PAGE.sub(r'\1', markdown)).split('\n'))
        return re.sub(r'\n{3,}', '\n\n', plain).strip('\n')


def plain(markdown: str, names: dict[str, str]) -> str:
    """Return MyST as plain Markdown."""
    return Plain(names)(markdown)
