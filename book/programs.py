"""The programs of frameworks/: in which sections they are shown, and whether they are as they were measured.

A block `{programs} adam` in a chapter shows frameworks/<library>/adam.py of every library that has the file, in tabs
(book/pages/programs.py). `make test-frameworks` runs the files, and stores what it measured with a hash of each.
"""
import hashlib
import io
import json
import re
import zipfile
from pathlib import Path

from book import ROOT

LIBRARIES = {'torch': 'PyTorch', 'jax': 'JAX (optax)', 'keras': 'Keras'}
OFFER = ('{title} on the airfoil data, in the library that you use. To run it, take the programs with their data from '
         'the download menu of this page:')
GROUP = 'library'           # ?library=jax in an address chooses the tab
STORED = Path('d2lmini', 'data', 'frameworks.json')
DATA = Path('d2lmini', 'data', 'airfoil_self_noise.csv')
FOLDER = 'road-to-adam-programs'        # in the ZIP file
README = """Programs of The Road to Adam. Each trains on the data beside it, prints the loss and draws its curve:

    python {}

Code that you copy from a page into a file of your own runs in this folder, beside airfoil.py.
A program whose library is not installed names the command that installs it.
"""
BLOCK = re.compile(r'^```\{programs\} (\w+)\n```$', re.MULTILINE)
OTHERS = ('tour', 'own_optimizer')       # each is shown, in parts, on the page about its library
INCLUDED = re.compile(r'\{literalinclude\} \.\./frameworks/(\w+/\w+)\.py')
PART = re.compile(r'^```\{literalinclude\} \.\./frameworks/(\w+/\w+)\.py\n:language: python\n:start-after: "(.*)"\n'
                  r':end-before: "(.*)"\n```$', re.MULTILINE)
BEGIN, END = '# shown\n', '# not shown\n'
# On what all programs depend, and what they are compared with.
SHARED = ('frameworks/airfoil.py', 'frameworks/measure.py', 'frameworks/requirements.lock', 'frameworks/torch.txt',
          'd2lmini/schedules.py', 'd2lmini/training.py', 'd2lmini/data/airfoil.py', 'd2lmini/data/minibatches.py',
          DATA.as_posix())


def files(root: Path = ROOT) -> dict[str, Path]:
    """Return the programs that train with a method, by name, such as 'torch/adam'."""
    return {name: path for name, path in everything(root).items() if path.stem not in OTHERS}


def others(root: Path = ROOT) -> dict[str, Path]:
    """Return the programs of chapters/frameworks.md, which check themselves, by name."""
    return {name: path for name, path in everything(root).items() if path.stem in OTHERS}


def everything(root: Path) -> dict[str, Path]:
    return {f'{library}/{path.stem}': path for library in LIBRARIES
            for path in sorted((root / 'frameworks' / library).glob('*.py'))}


def of_method(method: str, root: Path = ROOT) -> dict[str, Path]:
    """Return the programs of a method by library, in the order of the tabs."""
    found = {library: root / 'frameworks' / library / f'{method}.py' for library in LIBRARIES}
    return {library: path for library, path in found.items() if path.exists()}


def shown(path: Path) -> str:
    """Return what the page shows of a program: all between its two marks."""
    text = path.read_text(encoding='utf-8')
    return text[text.index(BEGIN) + len(BEGIN):text.index(END)]


def offer(method: str, root: Path = ROOT) -> str:
    """Return what is shown above the programs of a method; its title is what each of them begins with."""
    path = next(iter(of_method(method, root).values()))
    return OFFER.format(title=path.read_text(encoding='utf-8').partition(' in ')[0].removeprefix('"""'))


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def shared(root: Path = ROOT) -> dict[str, str]:
    """Return the hash of each file on which all measurements depend."""
    return {name: digest(root / name) for name in SHARED if (root / name).exists()}


def stored(root: Path = ROOT) -> dict:
    return json.loads((root / STORED).read_text(encoding='utf-8'))


def note(name: str, measured: dict) -> str:
    """Return what was measured of a program, as a sentence below it."""
    found = measured['programs'][name]
    steps, digits, better = found['steps'], found['digits'], found['digits_convention']
    agree = f'All {steps:,} steps agree with those of this course in {digits or "no"} digit{"s" * (digits != 1)}'
    if not found['elsewhere']:
        return f'{agree}.'
    that = 'the first' if ';' in found['elsewhere'] else 'that'
    return f'{agree}: {found["elsewhere"]}.' + (f' With {that} accounted for, in {better}.' if better > digits else '')


def in_sequence(text: str, root: Path = ROOT) -> str:
    """Return Markdown with its programs written out, those of a method one after the other instead of in tabs."""
    def tabs(block):
        measured, method = stored(root), block[1]
        parts = (f'#### {LIBRARIES[library]}\n\n```python\n{shown(path)}```\n\n{note(f"{library}/{method}", measured)}'
                 for library, path in of_method(method, root).items())
        return '\n\n'.join([offer(method, root), *parts])

    def part(block):
        source = (root / 'frameworks' / f'{block[1]}.py').read_text(encoding='utf-8')
        return f'```python\n{source.partition(block[2])[2].partition(chr(10))[2].partition(block[3])[0]}```'

    return PART.sub(part, BLOCK.sub(tabs, text))


def archive(methods: list[str], root: Path = ROOT) -> bytes:
    """Return a ZIP file of the programs of some methods and what they read: the same bytes on every call."""
    paths = [path for method in methods for path in of_method(method, root).values()]
    held = {f'{path.parent.name}/{path.name}': path.read_bytes() for path in paths}
    held |= {'airfoil.py': (root / 'frameworks' / 'airfoil.py').read_bytes(),
             DATA.name: (root / DATA).read_bytes(), 'README.txt': README.format(next(iter(held))).encode()}
    file = io.BytesIO()
    with zipfile.ZipFile(file, 'w', zipfile.ZIP_DEFLATED) as into:
        for name, content in sorted(held.items()):
            into.writestr(zipfile.ZipInfo(f'{FOLDER}/{name}'), content, zipfile.ZIP_DEFLATED)
    return file.getvalue()


def problems(root: Path = ROOT) -> list[str]:
    """Return what does not fit together: programs and their tabs, programs and the stored measurement."""
    return [*not_as_measured(root), *without_a_place(root)]


def not_as_measured(root: Path) -> list[str]:
    measured, again = stored(root), 'run make test-frameworks'
    then = {f'frameworks/{name}.py': one['sha256'] for part in ('programs', 'others')
            for name, one in measured[part].items()}
    then |= {one['function']: one['function_sha256'] for one in measured['programs'].values()} | measured['files']
    now = {f'frameworks/{name}.py': path for name, path in everything(root).items()}
    now |= {name: root / name for name in then if (root / name).exists()}
    found = [f'{name} was measured, and is not there: bring it back, or {again}' for name in then if name not in now]
    for name, path in now.items():
        if name not in then:
            found.append(f'{name} was never measured: {again}')
        elif digest(path) != then[name]:
            found.append(f'{name} changed after the programs were measured: {again}')
    return found


def without_a_place(root: Path) -> list[str]:
    pages = {path.name: path.read_text(encoding='utf-8') for path in sorted((root / 'chapters').glob('*.md'))}
    tabs = [(page, method) for page, text in pages.items() for method in BLOCK.findall(text)]
    methods = [method for _, method in tabs]
    found = [f'chapters/{page} shows {method}, but no library has the file {method}.py in frameworks/'
             for page, method in tabs if not of_method(method, root)]
    for method in sorted({name.split('/')[1] for name in files(root)}):
        if methods.count(method) != 1:
            found.append(f'{method}.py of frameworks/ is shown {methods.count(method)} times, expected once: add or '
                         f'remove a block {{programs}} {method}')
    included = {name for text in pages.values() for name in INCLUDED.findall(text)}
    now = set(others(root))
    found += [f'frameworks/{name}.py is on no page: include it in chapters/frameworks.md'
              for name in sorted(now - included)]
    found += [f'a page includes frameworks/{name}.py, which is not there' for name in sorted(included - now)]
    return found
