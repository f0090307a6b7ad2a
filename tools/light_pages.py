"""Sphinx extension: lighter pages. Of the theme's 2,000 icons, those in use; figures load when they come in sight.

A figure's size is written beside its address, so that the page does not move when the figure arrives.
"""
import re
from pathlib import Path

from sphinx.errors import ExtensionError

ICON = re.compile(r'(?:"([\w-]+)"|([\w-]+)):\[\d+,\d+,\[([^\]]*)\],"[0-9a-f]+",(?:"[^"]*"|\["[^"]*","[^"]*"\])\],?')
USED = re.compile(r'\bfa-([a-z0-9-]+)')
FIGURE = re.compile(r'<img (?=[^>]*src="[^"]*/([\w.-]+\.svg)")(?![^>]*loading=)')
SIZE = re.compile(r'<svg[^>]*?viewBox="0 0 ([\d.]+) ([\d.]+)"')


def keep_used_icons(app, error):
    """Rewrite the theme's script of icons with those whose names occur on a page or in a script."""
    if error is not None or app.builder.name != 'html':
        return
    script = Path(app.outdir, '_static', 'scripts', 'fontawesome.js')
    scripts = [path for path in Path(app.outdir, '_static').rglob('*.js') if path != script]
    used = {name for path in (*Path(app.outdir).rglob('*.html'), *scripts)
            for name in USED.findall(path.read_text(encoding='utf-8', errors='replace'))}

    def chosen(entry):
        names = {entry[1] or entry[2], *re.findall(r'"([\w-]+)"', entry[3])}
        return entry[0] if names & used else ''

    whole = script.read_text(encoding='utf-8')
    light = ICON.sub(chosen, whole)
    if len(light) > len(whole) / 2:
        raise ExtensionError(f'{script.name} of the theme is not written as it was: teach tools/light_pages.py')
    temporary = script.with_suffix('.tmp')
    temporary.write_text(light, encoding='utf-8')
    temporary.replace(script)


def load_figures_late(app, pagename, templatename, context, doctree):
    """Give every figure of the page its size, and let the browser fetch it when it is needed."""
    files = {name: Path(app.srcdir, source) for source, name in app.builder.images.items()}

    def late(image):
        size = SIZE.search(files[image[1]].read_text(encoding='utf-8')[:2000]) if image[1] in files else None
        numbers = f'width="{float(size[1]):.0f}" height="{float(size[2]):.0f}" ' if size else ''
        return f'<img {numbers}loading="lazy" '

    if 'body' in context and app.builder.name == 'html':
        context['body'] = FIGURE.sub(late, context['body'])


def setup(app):
    app.connect('html-page-context', load_figures_late)
    app.connect('build-finished', keep_used_icons)
    return {'parallel_read_safe': True, 'parallel_write_safe': True}
