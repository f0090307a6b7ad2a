"""Sphinx extension: ```{programs} adam``` shows a method in other libraries, in tabs, from the files of frameworks/.

The tabs are those of sphinx-design: radio buttons of HTML's own, which keyboards and screen readers know and which need
no script. Its script chooses the same library everywhere, remembers it, and takes it from the address (?library=jax).
Below each program is what was measured of it. On paper all of them follow one another, each under its name.
"""
from sphinx.util.docutils import SphinxDirective

from book import ROOT, programs

TABS = '<div class="sd-tab-set programs'
ITEM = """:::{{tab-item}} {label}
:sync: {library}

```{{literalinclude}} ../frameworks/{library}/{method}.py
:language: python
:start-after: "# shown"
:end-before: "# not shown"
```

{note}
:::
"""


def text(method: str) -> str:
    """Return the tabs of a method as MyST."""
    measured, found = programs.stored(), programs.of_method(method)
    items = (ITEM.format(label=programs.LIBRARIES[library], library=library, method=method,
                         note=programs.note(f'{library}/{method}', measured)) for library in found)
    return (f'{programs.offer(method)}\n\n::::{{tab-set}}\n:class: programs\n:sync-group: {programs.GROUP}\n\n'
            + '\n'.join(items) + '::::\n')


class ProgramsDirective(SphinxDirective):
    required_arguments = 1

    def run(self):
        method = self.arguments[0]
        if not programs.of_method(method):
            raise self.error(f'No library has a program for {method}: frameworks/<library>/{method}.py')
        try:
            source = text(method)
        except KeyError as name:
            raise self.error(f'frameworks/{name.args[0]}.py was never measured: run make test-frameworks') from name
        self.env.note_dependency(str(ROOT / programs.STORED))
        return self.parse_text_to_nodes(source)


def name_the_choice(app, pagename, templatename, context, doctree):
    """Say to screen readers what the radio buttons choose, and bring the style to the pages that have some."""
    if TABS in context.get('body', ''):
        app.add_css_file('programs.css')
        named = TABS.replace('<div', '<div role="radiogroup" aria-label="Library"')
        context['body'] = context['body'].replace(TABS, named)


def setup(app):
    app.add_directive('programs', ProgramsDirective)
    app.connect('html-page-context', name_the_choice)
    return {'parallel_read_safe': True, 'parallel_write_safe': True}
