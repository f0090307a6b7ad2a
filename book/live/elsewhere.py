"""Live cells without `make live`: Python comes from a public address, each file checked against its checksum.

`pins/elsewhere.json` pins the files there: core and official lock are those of the npm package, so a file from there is
the file that `make live` would have put into the book, or it is refused. The wheels of autograd and of d2lmini are in
the book itself. `python -m book.live.elsewhere` pins again, after `make live` with another version.
"""
import importlib.metadata
import json
import shutil
import sys
import zipfile
from pathlib import Path
from urllib.parse import urlsplit

from book import ROOT
from book.files import MIDNIGHT, whole, write_whole
from book.files import state as state_of
from book.live import pyodide

PINNED = pyodide.PINS / 'elsewhere.json'
FOLDER = ROOT / 'build' / 'elsewhere'
LEFT_OUT = {'INSTALLER', 'REQUESTED', 'RECORD', 'direct_url.json'}      # what pip adds when it installs


def complaint(address) -> str | None:
    """Return what is wrong with an address to load from, or None."""
    if not isinstance(address, str):
        return f'it is a {type(address).__name__}, not a string'
    parts = urlsplit(address)
    if parts.scheme != 'https' and parts.hostname not in ('127.0.0.1', 'localhost'):
        return 'it does not begin with https://'
    if not parts.hostname or not address.endswith('/') or any(sign in address for sign in ' ;,"\''):
        return 'it is not a folder of the web: it must have a host and end with /'
    return None


def pin(npm: Path) -> dict:
    """Return where each file is below an address, with its checksum, and the lock of just the packages needed."""
    lock = json.loads((npm / pyodide.LOCK).read_text(encoding='utf-8'))
    version = json.loads((npm / 'package.json').read_text(encoding='utf-8'))['version']
    lock['packages'] = pyodide.needed(lock['packages'])
    sums = {name: pyodide.sha256((npm / name).read_bytes()) for name in pyodide.CORE}
    paths = {name: f'npm/pyodide@{version}/{name}' for name in pyodide.CORE}
    for package in lock['packages'].values():
        name = package['file_name']
        sums[name], paths[name] = package['sha256'], f'pyodide/v{version}/full/{name}'
    return {'version': version, 'files': pyodide.integrity(sums), 'paths': paths, 'lock': lock}


def pack(name: str, folder: Path) -> Path:
    """Make the wheel of an installed pure-Python package again; pip took it from a wheel with the locked checksum."""
    found = importlib.metadata.distribution(name)
    path = folder / f'{name}-{found.version}-py3-none-any.whl'
    with zipfile.ZipFile(path, 'w', zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(found.files):
            if file.suffix != '.pyc' and file.name not in LEFT_OUT and '..' not in file.parts:
                archive.writestr(zipfile.ZipInfo(file.as_posix(), MIDNIGHT), file.locate().read_bytes(),
                                 zipfile.ZIP_DEFLATED)
    return path


def make(folder: Path, address: str):
    """Make the folder that the book contains: two wheels, the lock, and checksums and addresses of everything else."""
    pinned = json.loads(PINNED.read_text(encoding='utf-8'))
    wheels = [pack('autograd', folder), Path(shutil.copy(pyodide.own_wheel(), folder))]
    lock = pinned['lock']
    lock['packages'] |= pyodide.added(*wheels)
    (folder / pyodide.LOCK).write_text(json.dumps(lock, indent=1), encoding='utf-8')
    own = pyodide.integrity({path.name: pyodide.sha256(path.read_bytes()) for path in sorted(folder.iterdir())})
    places = {name: address + path for name, path in pinned['paths'].items()}
    sums = {'d2lmini': state(address), 'files': own | pinned['files'], 'from': places}
    (folder / pyodide.SUMS).write_text(json.dumps(sums, indent=1), encoding='utf-8')


def places(address: str) -> list[str]:
    """Return the folders below an address that files are taken from."""
    paths = json.loads(PINNED.read_text(encoding='utf-8'))['paths'].values()
    return sorted({address + path.rpartition('/')[0] + '/' for path in paths})


def state(address: str) -> str:
    """Return a hash of everything that the folder is made of."""
    return state_of(PINNED, more=(pyodide.state(), address, importlib.metadata.version('autograd')))


def current(address: str) -> Path:
    """Return the folder that the book contains, made again if what it is made of has changed."""
    if pyodide.about(FOLDER).get('d2lmini') != state(address):
        with whole(FOLDER) as new:
            make(new, address)
    return FOLDER


def main() -> int:
    if not (pyodide.NPM / pyodide.LOCK).is_file():
        print(f'Nothing was pinned: {pyodide.NPM} is not there. Run make live first', file=sys.stderr)
        return 1
    write_whole(json.dumps(pin(pyodide.NPM), indent=1) + '\n', PINNED)
    print(f'{PINNED.relative_to(ROOT)}: pinned')
    return 0


if __name__ == '__main__':
    sys.exit(main())
