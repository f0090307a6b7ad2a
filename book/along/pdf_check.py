"""What must hold for the PDF of the book: all chapters, links that lead somewhere, embedded fonts, no raw TeX."""
import re
from pathlib import Path

from pypdf import PdfReader
from pypdf.errors import PyPdfError

RAW_TEX = re.compile(r'\\[()\[\]]|\$\$|\\(?:mathbf|frac|boldsymbol|begin|end|hat|sqrt|left|right)\b')
EMBEDDED = ('/FontFile', '/FontFile2', '/FontFile3')


def inside(thing, key: str):
    """Return the dictionary under a key of another one, or an empty one."""
    return thing[key].get_object() if key in thing else {}


def is_embedded(font) -> bool:
    """Whether the file contains the glyphs of a font. Type 3 fonts are drawn in the file by definition."""
    inner = font['/DescendantFonts'][0].get_object() if '/DescendantFonts' in font else font
    return font['/Subtype'] == '/Type3' or any(key in inside(inner, '/FontDescriptor') for key in EMBEDDED)


def foreign_fonts(thing) -> set[str]:
    """Return the names of the fonts that a page or its forms use and the file does not contain."""
    resources = inside(thing, '/Resources')
    fonts = [font.get_object() for font in inside(resources, '/Font').values()]
    forms = [form.get_object() for form in inside(resources, '/XObject').values()]
    found = {str(font['/BaseFont']) for font in fonts if not is_embedded(font)}
    return found.union(*(foreign_fonts(form) for form in forms if form['/Subtype'] == '/Form'))


def outline(reader: PdfReader) -> list[str]:
    """Return the titles at the top of the outline."""
    return [entry.title.strip() for entry in reader.outline if not isinstance(entry, list)]


def broken_link(link, places) -> str | None:
    """Return where a link leads, if that is nowhere."""
    action = inside(link, '/A')
    uri, place = action.get('/URI'), link.get('/Dest', action.get('/D'))
    if uri is not None:
        return None if re.match('https?://|mailto:', str(uri)) else str(uri)
    return str(place) if isinstance(place, str) and place not in places else None


def page_problems(number: int, page, places) -> list[str]:
    """Return what is wrong with one page; the first one is the title page, which has no number."""
    found = [f'the font {name[1:]} is not embedded' for name in sorted(foreign_fonts(page))]
    links = [one.get_object() for one in page.get('/Annots', [])]
    broken = {broken_link(link, places) for link in links if link.get('/Subtype') == '/Link'} - {None}
    found += [f'a link leads nowhere: {place}' for place in sorted(broken)]
    text = page.extract_text()
    found += [f'raw TeX: {tex}' for tex in sorted(set(RAW_TEX.findall(text)))]
    if number > 1 and str(number) not in text.splitlines()[:3]:       # the margins come first
        found.append('its number is not on it')
    return [f'page {number}: {problem}' for problem in found]


def problems(pdf: Path, titles: list[str]) -> list[str]:
    """Return what is wrong with the PDF of a book whose chapters have these titles; an empty list if nothing is."""
    try:
        reader = PdfReader(pdf)
        there = outline(reader)
        found = [f'the outline lacks "{title}"' for title in titles if title not in there]
        if not found and [title for title in there if title in titles] != titles:
            found.append('the chapters in the outline are not in the order of the book')
        if len(reader.pages) < len(titles):
            found.append(f'{len(reader.pages)} pages are too few for {len(titles)} chapters')
        places = set(reader.named_destinations)
        for number, page in enumerate(reader.pages, 1):
            found += page_problems(number, page, places)
    except PyPdfError as why:
        return [f'it cannot be read: {why}']
    return found
