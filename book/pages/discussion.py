"""Sphinx extension: each page ends with a link to its discussion and, on paper, with the QR code of that link.

The setting `discussion` is the pattern of the addresses, such as https://example.org/discuss?page={page}. Without it
(the default), pages have neither.
"""
import html
import string
from urllib.parse import quote, urlsplit

import segno
from sphinx.errors import ConfigError

REMEDY = 'Give an address with {page} where the name of the page goes, such as https://example.org/discuss?page={page}'
LINK = """<div class="discussion">
<p><a href="{url}">Discuss this page</a><span class="on-paper"><br>{url}</span></p>
<div class="on-paper" role="img" aria-label="QR code of {url}">{code}</div>
</div>
"""


def complaint(pattern) -> str | None:
    """Return what is wrong with a pattern of addresses, or None."""
    if not isinstance(pattern, str):
        return f'it is a {type(pattern).__name__}, not a string'
    try:
        names = {name for _, name, _, _ in string.Formatter().parse(pattern) if name is not None}
        address = urlsplit(pattern)
    except ValueError as why:
        return str(why)
    if address.scheme not in ('http', 'https') or not address.hostname or any(map(str.isspace, pattern)):
        return 'it is not a web address'
    if names != {'page'}:
        return 'it has no {page}' if not names else f'it asks for {", ".join(sorted(f"{{{one}}}" for one in names))}'
    return None


def check(app, config):
    why = None if config.discussion in ('', None) else complaint(config.discussion)
    if why:
        raise ConfigError(f'discussion: {config.discussion!r} in _config.yml cannot be used: {why}. {REMEDY}; or leave '
                          'it empty for no discussion.')


def add_link(app, page, template, context, doctree):
    if doctree is not None and app.config.discussion:       # pages with a source, not the search
        url = app.config.discussion.format(page=quote(page, safe=''))
        code = segno.make(url, micro=False).svg_inline(omitsize=True, dark='#000', light='#fff')
        context['body'] += LINK.format(url=html.escape(url), code=code)


def setup(app):
    app.add_config_value('discussion', '', 'html', [str, type(None)])
    app.connect('config-inited', check)
    app.connect('html-page-context', add_link)
    return {'parallel_read_safe': True, 'parallel_write_safe': True}
