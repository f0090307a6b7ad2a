"""Sphinx extension: what the book tells search engines, social networks and lost readers, and its version.

`html_baseurl` in _config.yml is the address. While it is "", a page has a description, but no tag that needs an
address.
"""
import html
import re
import shutil
from importlib.metadata import metadata, version
from pathlib import Path
from urllib.parse import urlparse

from docutils import nodes
from docutils.utils import new_document
from sphinx.errors import ConfigError
from sphinxext import opengraph

from book import addresses
from book.commit import commit_of_this_copy
from book.files import write_whole

LONGEST = 200       # characters of a description: search engines cut longer ones
LICENSES = f"""<p>Code: {metadata('d2lmini')['License-Expression']} License. Text and figures:
<a rel="license" href="https://creativecommons.org/licenses/by/4.0/">CC BY 4.0</a>.
Typeface: Source Serif 4, <a href="https://openfontlicense.org/">SIL Open Font License</a>.</p>"""
LOST = """<h1>This page does not exist</h1>
<p>The address may be mistyped, or the page may have moved. These lead on:</p>
<ul>
<li><a href="{home}chapters/index.html">The first page</a>, with the contents</li>
<li><a href="{home}search.html">The search</a></li>
</ul>"""


SITEMAP = """<?xml version="1.0" encoding="utf-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
{}
</urlset>
"""


def check_address(app, config):
    """Normalize the address, and set what depends on it alone."""
    base = config.html_baseurl or ''
    parts = urlparse(base)
    if base and (parts.scheme not in ('http', 'https') or not parts.netloc or parts.query or parts.fragment):
        raise ConfigError(f'html_baseurl: {base!r} in _config.yml is not the address of a site: write one such as '
                          f'https://example.org/book/, or "" for none')
    base = base and base.rstrip('/') + '/'
    config.html_baseurl = config.ogp_site_url = base
    config.ogp_site_name = config.html_title
    config.notfound_urls_prefix = urlparse(base).path or '/'
    config.notfound_context = {'title': 'Page not found', 'body': LOST.format(home=config.notfound_urls_prefix)}


def say_version(app, config):
    """Put version, commit and licenses into the footer."""
    commit, repo = commit_of_this_copy(), addresses.of(config)
    if commit and repo:
        commit = f'<a href="{repo.url}/commit/{commit}">{commit}</a>'
    about = f'Version {version("d2lmini")}' + (f', commit {commit}' if commit else '')
    about += ', without solutions' if config.edition == 'student' else ''
    config.html_theme_options['extra_footer'] = f'<p>{about}</p>\n{LICENSES}'


def plain(paragraph: nodes.paragraph) -> str:
    """Return the words of a paragraph, and of a formula what can be read without typesetting."""
    words = [re.sub(r'\\[a-zA-Z]+|[{}$\\]', '', node.astext()) if isinstance(node.parent, nodes.math) else node.astext()
             for node in paragraph.findall(nodes.Text)]
    return ' '.join(''.join(words).split())


def describe(doctree, meta: dict) -> str:
    """Return the `description` of the front matter, or the first paragraph, cut between two words."""
    first = next(doctree.findall(nodes.paragraph), None)
    text = meta.get('description') or (plain(first) if first else '')
    return text if len(text) <= LONGEST else text[:LONGEST].rsplit(' ', 1)[0].rstrip(' ,;:.') + '…'


def add_tags(app, pagename, templatename, context, doctree):
    if doctree is None or app.builder.name != 'html':
        return
    text = describe(doctree, context['meta'] or {})
    if text:
        context['metatags'] += f'\n<meta name="description" content="{html.escape(text)}" />\n'
    if app.config.html_baseurl:
        # The library describes a page by its first words outside boxes. Ours open with a box, so we give it our words.
        summary = new_document(pagename)
        summary += nodes.paragraph('', text)
        context['metatags'] += opengraph.get_tags(context, summary, srcdir=app.srcdir, outdir=app.outdir,
                                                  config=app.config, builder=app.builder, env=app.env)
    context['meta'] = {**(context['meta'] or {}), 'ogp_disable': True}      # its own handler comes after this one


def name_once(app, pagename, templatename, context, doctree):
    """Leave the name of the book out of the tab of a page that bears it: the theme would say it twice."""
    if context.get('title') == context.get('docstitle'):
        context['docstitle'] = ''


def allow_no_contents(app, pagename, templatename, context, doctree):
    """Give the theme an empty table of contents on the 404 page of a book of one page."""
    if pagename == app.config.notfound_pagename:
        contents = context['toctree']
        context['toctree'] = lambda *args, **options: contents(*args, **options) or ''


def list_pages(app, error):
    """Write the sitemap or, without an address, remove that of an earlier build."""
    if error is not None or app.builder.name != 'html':
        return
    sitemap, base = Path(app.outdir, 'sitemap.xml'), app.config.html_baseurl
    if base:
        pages = (html.escape(base + app.builder.get_target_uri(page)) for page in sorted(app.env.found_docs))
        write_whole(SITEMAP.format('\n'.join(f'<url><loc>{page}</loc></url>' for page in pages)), sitemap)
    else:
        sitemap.unlink(missing_ok=True)
        shutil.rmtree(Path(app.outdir, '_images', 'social_previews'), ignore_errors=True)


def setup(app):
    app.setup_extension('sphinxext.opengraph')
    app.setup_extension('notfound.extension')
    app.setup_extension('book.addresses')
    app.add_config_value('edition', 'teacher', 'env', types=(str,))     # book/execute/edition.py sets it
    app.connect('config-inited', check_address, priority=100)
    app.connect('config-inited', say_version, priority=510)         # addresses.py has checked the other address
    app.connect('html-page-context', add_tags, priority=400)
    app.connect('html-page-context', name_once)
    app.connect('html-page-context', allow_no_contents, priority=410)       # after notfound
    app.connect('build-finished', list_pages)
    return {'parallel_read_safe': True, 'parallel_write_safe': True}
