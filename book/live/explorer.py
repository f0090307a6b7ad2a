"""Sphinx extension: `{explorer}`, an interactive figure. Here: its still picture, its caption, its settings.

    ```{explorer} momentum
    :runs: gd lr=0.6 | momentum lr=0.6 beta1=0.5
    :problem: quadratic condition=20 steps=40
    :alt: What the still picture shows.

    The caption.
    ```

Without Python in the page the picture replaces it; web/explorer.mjs makes it interactive. With the option `:moving:`
the page holds the numbers of these settings, and plays them at once; a first change starts Python.
"""
import hashlib
import html
import json
from pathlib import Path

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util.docutils import SphinxDirective

from book.execute import package_cache
from book.live import cells, picture
from d2lmini import explorer
from d2lmini.problems import PROBLEMS

SHARED = {'condition': 20.0, 'steps': 40, 'seed': 0}
OWN = {'lr': 0.4, 'beta1': 0.9, 'beta2': 0.999, 'decay': 0.0, 'schedule': 'constant'}


class Explorer(nodes.General, nodes.Element):
    """The picture and the settings; `figure` around it gives number and caption."""


def options(text: str, known: dict) -> dict:
    """Parse 'name=value name=value' by the types of the known values."""
    found = dict(known)
    for part in text.split():
        name, _, value = part.partition('=')
        if name not in found:
            raise ValueError(f'{part!r}: the explorer knows {", ".join(known)}')
        found[name] = type(found[name])(value)
    return found


def settings(problem: str, runs: str, start: str = '') -> dict:
    """Return the settings of an explorer after trying them: what the package refuses, the build refuses."""
    name, _, rest = problem.partition(' ')
    shared = {'problem': name, **options(rest, SHARED)}
    at = start.split() or PROBLEMS[explorer.checks.choice('problem', name, PROBLEMS)](shared['condition'], 0).start
    shared['start'] = [float(x) for x in at]
    found = []
    for run in runs.split('|'):
        method, _, rest = run.strip().partition(' ')
        found.append({'method': method, **options(rest, OWN)})
        explorer.run(**shared, **found[-1])
    if len(found) > 2:
        raise ValueError(f':runs: has {len(found)} methods: two fit side by side')
    return {'shared': shared, 'runs': found}


def frames(settings: dict) -> dict:
    """Return the numbers of settings, as a page's Python answers."""
    asked = {**settings, 'chart': True}
    return json.loads(explorer.answer(json.dumps(asked)), parse_float=lambda text: float(f'{float(text):.5g}'))


class ExplorerDirective(SphinxDirective):
    has_content, required_arguments = True, 1
    option_spec = {'problem': str, 'runs': str, 'start': str, 'alt': str, 'moving': directives.flag}

    def run(self):
        try:
            wanted = settings(self.options['problem'], self.options['runs'], self.options.get('start', ''))
            alt, name = self.options['alt'], f'explorer-{self.arguments[0]}'
        except KeyError as what:
            raise self.error(f'An explorer needs the option {what}') from what
        except (ValueError, TypeError) as why:
            raise self.error(f'This explorer cannot be drawn: {why}') from why
        figure = nodes.figure('', Explorer(name=name, alt=alt + picture.rates_in_words(wanted), settings=wanted,
                                         moving='moving' in self.options), ids=[name], names=[name])
        caption = nodes.caption()
        self.set_source_info(caption)
        for paragraph in self.parse_content_to_nodes():
            caption += paragraph.children
        figure += caption
        self.set_source_info(figure)
        self.env.get_domain('std').anonlabels[name] = self.env.docname, name
        self.env.get_domain('std').labels[name] = self.env.docname, name, caption.astext()
        return [figure]


def visit(translator, node):
    """Write the picture beside the page, and its place in the page; the rest is made in the browser, from the data."""
    folder = Path(translator.builder.outdir, '_images')
    folder.mkdir(exist_ok=True)
    drawing, (width, height) = picture.draw(node['settings'])
    (folder / f'{node["name"]}.svg').write_text(drawing, encoding='utf-8')
    data = {'name': node['name'], 'settings': node['settings'], 'choices': explorer.choices()}
    if node['moving']:
        data['frames'] = frames(node['settings'])
    moving = ' data-moving' if node['moving'] else ''
    text = json.dumps(data, ensure_ascii=False, separators=(',', ':'))
    translator.body.append(
        f'<div {cells.EXPLORER}{moving} data-explorer="{html.escape(text)}">'
        f'<div class="cell_output explorer-still"><img src="{translator.builder.imgpath}/{node["name"]}.svg" '
        f'width="{width:.0f}" height="{height:.0f}" loading="lazy" alt="{html.escape(node["alt"])}"></div></div>\n')
    raise nodes.SkipNode


def add_style(app, pagename, templatename, context, doctree):
    if cells.EXPLORER in context.get('body', ''):
        app.add_css_file('live/explorer.css')


def state() -> str:
    """Return a hash of what pictures are made of, so that pages are rewritten when it changes."""
    own = Path(__file__).read_bytes() + Path(picture.__file__).read_bytes()
    return hashlib.sha256(own + package_cache.cache_folder().name.encode()).hexdigest()


def setup(app):
    app.add_config_value('explorer_state', state(), 'env')      # read and drawn with the page
    app.add_node(Explorer, html=(visit, None))
    app.add_directive('explorer', ExplorerDirective)
    app.connect('html-page-context', add_style)
    return {'parallel_read_safe': True, 'parallel_write_safe': True}
