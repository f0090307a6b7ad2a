"""Formulas as MathML, made by the MathJax that the pages load, in Node.js: the same TeX, the same macros."""
import importlib.util
import json
import re
import shutil
import subprocess
import sys
import unicodedata
from pathlib import Path

from bs4 import BeautifulSoup, Tag

from book import settings

SCRIPT = Path(__file__).with_name('mathml.cjs')
DELIMITERS = re.compile(r'^\s*\\[(\[](.*)\\[)\]]\s*$', re.S)


LETTERS = {'bold': 'BOLD', 'bold-italic': 'BOLD ITALIC', 'double-struck': 'DOUBLE-STRUCK', 'script': 'SCRIPT',
           'bold-script': 'BOLD SCRIPT', 'fraktur': 'FRAKTUR'}


class MathError(Exception):
    """A formula has no MathML; the message names it, or says what is missing."""


def mathjax() -> Path:
    """Return MathJax as Node.js loads it."""
    package = Path(importlib.util.find_spec('sphinx-mathjax-offline').origin).parent
    return package / 'static' / 'mathjax' / 'node-main.js'


def macros() -> dict[str, str]:
    return settings()['sphinx']['config']['mathjax3_config']['tex']['macros']


def convert(formulas: list[tuple[str, bool]], own: dict[str, str]) -> list[str]:
    """Return the MathML of formulas (TeX, whether displayed), given macros of their own.

    Raises:
        MathError: Node.js is missing, or a formula is no TeX.
    """
    node = shutil.which('node')
    if node is None:
        raise MathError('formulas become MathML by Node.js 20 or newer, which was not found. On Debian and Ubuntu: '
                        'apt install nodejs')
    done = subprocess.run([node, str(SCRIPT), str(mathjax())], text=True, capture_output=True, check=False,
                          input=json.dumps({'macros': own, 'formulas': formulas}))
    if done.returncode:
        raise MathError(f'a formula has no MathML: {done.stderr.strip()}')
    return json.loads(done.stdout)


def tex(node: Tag) -> tuple[str, bool] | None:
    """Return the TeX of a formula of a page, and whether it is displayed; None where there is none."""
    found = DELIMITERS.match(''.join(text for text in node.find_all(string=True, recursive=False)))
    return (found[1].strip(), node.name == 'div') if found else None


def letter(sign: str, kind: str) -> str | None:
    """Return a letter of a mathematical alphabet, such as the bold 𝐱; None where Unicode has none."""
    plain = unicodedata.name(sign, '').replace('LATIN ', '').replace('GREEK ', '').replace('LETTER ', '')
    for name in (f'MATHEMATICAL {kind} {plain}', f'{kind} {plain}'):
        try:
            return unicodedata.lookup(name)
        except KeyError:
            continue
    return None


def settle(math: Tag) -> None:
    """Write bold and other alphabets as letters of their own: browsers and readers pass over `mathvariant`."""
    for node in math.find_all(True):
        for key in [key for key in node.attrs if key.startswith('data-')]:
            del node[key]
        kind = LETTERS.get(node.get('mathvariant', ''))
        signs = [letter(sign, kind) for sign in node.get_text()] if kind else [None]
        if all(signs):
            node.string = ''.join(signs)
            del node['mathvariant']


def set_all(places: list[Tag]) -> None:
    """Replace the TeX in these parts of pages by MathML."""
    nodes = [node for place in places for node in place.select('.math') if tex(node)]
    distinct = list(dict.fromkeys(tex(node) for node in nodes))
    made = dict(zip(distinct, convert(distinct, macros())))
    for node in nodes:
        math = BeautifulSoup(made[tex(node)], 'html.parser').math
        settle(math)
        math['alttext'] = tex(node)[0]
        for text in list(node.find_all(string=True, recursive=False)):
            text.extract()
        node.append(math)


def main(source: str) -> None:
    """Print a formula as MathML: `python -m book.along.mathml 'x^2'`."""
    print(convert([(source, False)], macros())[0])


if __name__ == '__main__':
    main(*sys.argv[1:])
