"""Pages as notebooks in JupyterLab: saving writes what was changed, and leaves everything else as it was.

jupytext alone rewrites a whole page: front matter and the options of cells get other quotes and line breaks, and the
versions of the installed programs. Here, what still means the same keeps its old text, to the byte. In the front
matter, JupyterLab changes only the kernel's name; what it adds (display name, language, versions) is left out.
"""
import json
import re
from collections import defaultdict

import jupytext
import nbformat
import yaml
from jupytext.async_contentsmanager import AsyncTextFileContentsManager

FRONT = re.compile(r'\A---\n(.*?)^---\n', re.M | re.S)
CELL = re.compile(r'^(`{3,})\{code-cell\}[^\n]*\n.*?^\1[ \t]*$\n?', re.M | re.S)
OPTIONS = re.compile(r'\A([^\n]*\n)(---\n.*?^---\n|(?::[\w-]+:[^\n]*\n)+)?(.*)\Z', re.M | re.S)
OF_JUPYTER = ('jupytext', 'kernelspec', 'language_info')


def meaning(options: str) -> str:
    """Return what the options of a cell say, however they are written."""
    if options.startswith(':'):
        options = re.sub('^:', '', options, flags=re.M)
    return json.dumps(yaml.safe_load(options.replace('---\n', '')), sort_keys=True, default=str)


def parts(text: str):
    """Yield (whether it is a code cell, text) for the cells of a page and for what is between them."""
    end = 0
    for cell in CELL.finditer(text):
        yield False, text[end:cell.start()]
        yield True, cell[0]
        end = cell.end()
    yield False, text[end:]


def keys(is_cell: bool, text: str):
    """Yield the keys of a text: the whole, and for a cell its options as well."""
    if is_cell:
        _, options, code = OPTIONS.match(text).groups()
        yield 'cell', meaning(options or ''), code.strip()
        if options:
            yield 'options', meaning(options)
    else:
        yield 'text', text.strip('\n')


def body(old: str, new: str) -> str:
    """Return the new cells and texts, as the old ones were written wherever they mean the same."""
    known = defaultdict(list)
    for part in parts(old):
        for key in keys(*part):
            known[key].append(part[1])

    def words(key):
        found = known[key]
        return found.pop(0) if len(found) > 1 else found[0] if found else None

    kept = []
    for is_cell, text in parts(new):
        whole, *by_options = keys(is_cell, text)
        same = words(whole)
        if same is None and by_options and (other := words(*by_options)):
            first, _, code = OPTIONS.match(text).groups()
            same = first + OPTIONS.match(other)[2] + code
        kept.append(text if same is None else same)
    return ''.join(kept)


def front(old: str, new: str) -> str:
    """Return the front matter, without its marks: the old one unless what it says was changed."""
    was, now = yaml.safe_load(old) or {}, yaml.safe_load(new) or {}
    kernel = now.get('kernelspec', {}).get('name')
    for key in OF_JUPYTER:
        now.pop(key, None)
    now |= {key: was[key] for key in OF_JUPYTER if key in was}
    if kernel and 'kernelspec' in was and kernel != was['kernelspec'].get('name'):
        now['kernelspec'] = was['kernelspec'] | {'name': kernel}
    if now == was:
        return old
    ordered = {key: now[key] for key in (*was, *now) if key in now}
    return yaml.safe_dump(ordered, sort_keys=False, allow_unicode=True, width=120)


def faithful(old: str, new: str) -> str:
    """Return the new text of a page; what means the same as in the old one is written as it was there."""
    (old_front, old_body), (new_front, new_body) = ((match[1], text[match.end():]) if (match := FRONT.match(text)) else
                                                    ('', text) for text in (old, new))
    matter = front(old_front, new_front)
    gap = re.match(r'\n*', old_body)[0] or ('\n' if matter and not old_front else '')
    return (f'---\n{matter}---\n' if matter else '') + gap + body(old_body.lstrip('\n'), new_body.lstrip('\n'))


class PageManager(AsyncTextFileContentsManager):
    """jupytext's manager of files, faithful to pages that exist already."""

    async def save(self, model, path=''):
        content = model.get('content')
        if (model['type'] != 'notebook' or not path.endswith('.md') or not await self.file_exists(path)
                or 'formats' in content['metadata'].get('jupytext', {})):           # paired with another file
            return await super().save(model, path)
        old = (await super().get(path, type='file', format='text'))['content']
        new = jupytext.writes(nbformat.from_dict(content), 'md:myst', config=await self.get_config(path))
        return await super().save({'type': 'file', 'format': 'text', 'content': faithful(old, new)}, path)
