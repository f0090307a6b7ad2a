"""Sphinx extension: inline formulas reserve the space they take, and keep their punctuation.

MathJax typesets them after the page is shown: with their space reserved, little moves (book.css). And no line begins
with the comma or the bracket that closes a formula.
"""
import html
import re

FORMULA = re.compile(r'''(\(?)<span class="(math notranslate nohighlight)">(\\\(.*?\\\))</span>'''
                     r'''((?:[.,;:!?)\]…]|[’']s?|-\w+)*)''', re.DOTALL)
LAYOUT = re.compile(r'\\(?:math\w+|boldsymbol|text\w*|left|right|[td]?frac|hat|bar|[,;!()])')     # takes no space
SMALL = re.compile(r'[_^](\{[^{}]*\}|\\[a-zA-Z]+|\S)')
SIGN = re.compile(r'\\[a-zA-Z]+|[^\s{}^_\\]')
WIDE = dict.fromkeys([*'=+-<>', r'\le', r'\ge', r'\ne', r'\neq', r'\approx', r'\times', r'\in', r'\to'], 1.5)
WIDE |= {r'\sqrt': 1.1, r'\log': 1.5, r'\ln': 1.1, r'\max': 2.0}


def width(tex: str) -> float:
    """Return the rough width of a formula in em: operators take more space, small signs less."""
    shown = LAYOUT.sub('', html.unescape(tex))
    small = len(SIGN.findall(' '.join(SMALL.findall(shown))))
    return 0.45 * small + sum(WIDE.get(sign, 0.6) for sign in SIGN.findall(SMALL.sub('', shown)))


def dress(formula) -> str:
    before, classes, tex, after = formula.groups()
    text = f'{before}<span class="{classes}" style="--em:{width(tex):.1f}">{tex}</span>{after}'
    return f'<span class="together">{text}</span>' if before or after else text


def dress_all(app, pagename, templatename, context, doctree):
    if 'body' in context and app.builder.format == 'html':
        context['body'] = FORMULA.sub(dress, context['body'])


def setup(app):
    app.connect('html-page-context', dress_all)
    return {'parallel_read_safe': True, 'parallel_write_safe': True}
