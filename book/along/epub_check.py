"""What must hold for the files of the EPUB, besides what epubcheck knows: no raw TeX, and nothing leads nowhere."""
import posixpath
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree

from book.along.pdf_check import RAW_TEX

XHTML, MATH = '{http://www.w3.org/1999/xhtml}', '{http://www.w3.org/1998/Math/MathML}'


def text_of(node: ElementTree.Element) -> str:
    """Return the text of a page without its code, in which a backslash may be meant."""
    if node.tag in {f'{XHTML}pre', f'{XHTML}code'}:
        return node.tail or ''
    return (node.text or '') + ''.join(map(text_of, node)) + (node.tail or '')


def page_problems(name: str, root: ElementTree.Element, places: dict[str, set[str]]) -> list[str]:
    found = [f'raw TeX: {tex}' for tex in sorted(set(RAW_TEX.findall(text_of(root))))]
    found += [f'a formula is in error: {node.get("alttext")}' for node in root.iter(f'{MATH}math')
              if node.find(f'.//{MATH}merror') is not None]
    ids = [node.get('id') for node in root.iter() if node.get('id')]
    found += [f'two elements have the id {one}' for one in sorted({one for one in ids if ids.count(one) > 1})]
    for node in root.iter():
        to = urlsplit(node.get('href') or node.get('src') or '')
        if to.scheme or not (to.path or to.fragment):
            continue
        file = posixpath.normpath(posixpath.join(posixpath.dirname(name), unquote(to.path))) if to.path else name
        if file not in places or (to.fragment and unquote(to.fragment) not in places[file]):
            found.append(f'a link leads nowhere: {to.geturl()}')
        if node.tag == f'{XHTML}img' and 'alt' not in node.attrib:
            found.append(f'a picture has no text: {to.geturl()}')
    return [f'{name}: {problem}' for problem in found]


def problems(files: dict[str, bytes]) -> list[str]:
    """Return what is wrong with the files of an EPUB, by their names; an empty list if nothing is."""
    found, roots = [], {}
    for name, content in files.items():
        if name.endswith('.xhtml'):
            try:
                roots[name] = ElementTree.fromstring(content)
            except ElementTree.ParseError as why:
                found.append(f'{name}: it is not well-formed XML: {why}')
    places = {name: {node.get('id') for node in roots[name].iter()} if name in roots else set() for name in files}
    for name, root in roots.items():
        found += page_problems(name, root, places)
    return found
