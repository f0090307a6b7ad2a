"""Live cells without `make live`: Python comes from a public address, each file checked against its sum.

`live/elsewhere.json` pins what lies there: core and official lock are those of the npm package, so a file from
elsewhere is the file that `make live` would have put into the book, or it is refused. The wheels of autograd and of
d2lmini lie in the book itself. `python tools/live_elsewhere.py` pins again, after `make live` with another version.
"""
import importlib.metadata
import json
import shutil
import sys
import zipfile
from pathlib import Path
from urllib.parse import urlsplit

import live_folder
from record import write_whole

PINNED = live_folder.PINS / 'elsewhere.json'
FOLDER = live_folder.ROOT / 'build' / 'elsewhere'
LEFT_OUT = {'INSTALLER', 'REQUESTED', 'RECORD', 'direct_url.json'}      # what pip adds when it installs
EPOCH = (1980, 1, 1, 0, 0, 0)


def complaint(address) -> str | None:
    """Return what is wrong with an address to load from, or None."""
    if not isinstance(address, str):
        return f'it is a {type(address).__name__}, not a text'
    parts = urlsplit(address)
    if parts.scheme != 'https' and parts.hostname not in ('127.0.0.1', 'localhost'):
        return 'it does not begin with https://'
    if not parts.hostname or not address.endswith('/') or any(sign in address for sign in ' ;,"\''):
        return 'it is no folder of the web: it must have a host and end with /'
    return None


def pin(npm: Path) -> dict:
    """Return where each file lies below an address, with its sum, and the lock of just the packages needed."""
    lock = json.loads((npm / live_folder.LOCK).read_text(encoding='utf-8'))
    version = json.loads((npm / 'package.json').read_text(encoding='utf-8'))['version']
    lock['packages'] = live_folder.needed(lock['packages'])
    sums = {name: live_folder.sha256((npm / name).read_bytes()) for name in live_folder.CORE}
    paths = {name: f'npm/pyodide@{version}/{name}' for name in live_folder.CORE}
    for package in lock['packages'].values():
        name = package['file_name']
        sums[name], paths[name] = package['sha256'], f'pyodide/v{version}/full/{name}'
    return {'version': version, 'files': live_folder.integrity(sums), 'paths': paths, 'lock': lock}


def pack(name: str, folder: Path) -> Path:
    """Make the wheel of an installed package of pure Python again; pip took it from a wheel with the locked sum."""
    found = importlib.metadata.distribution(name)
    path = folder / f'{name}-{found.version}-py3-none-any.whl'
    with zipfile.ZipFile(path, 'w', zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(found.files):
            if file.suffix != '.pyc' and file.name not in LEFT_OUT and '..' not in file.parts:
                archive.writestr(zipfile.ZipInfo(file.as_posix(), EPOCH), file.locate().read_bytes(),
                                 zipfile.ZIP_DEFLATED)
    return path


def make(folder: Path, address: str):
    """Make the folder that the book carries: two wheels, the lock, and the sums and places of all else."""
    pinned = json.loads(PINNED.read_text(encoding='utf-8'))
    wheels = [pack('autograd', folder), live_folder.build_wheel(folder)]
    shutil.rmtree(folder / 'source')
    lock = pinned['lock']
    lock['packages'] |= live_folder.added(*wheels)
    (folder / live_folder.LOCK).write_text(json.dumps(lock, indent=1), encoding='utf-8')
    own = live_folder.integrity({path.name: live_folder.sha256(path.read_bytes()) for path in sorted(folder.iterdir())})
    places = {name: address + path for name, path in pinned['paths'].items()}
    sums = {'d2lmini': state(address), 'files': own | pinned['files'], 'from': places}
    (folder / live_folder.SUMS).write_text(json.dumps(sums, indent=1), encoding='utf-8')


def places(address: str) -> list[str]:
    """Return the folders below an address that files are taken from."""
    paths = json.loads(PINNED.read_text(encoding='utf-8'))['paths'].values()
    return sorted({address + path.rpartition('/')[0] + '/' for path in paths})


def state(address: str) -> str:
    """Return a hash of all that the folder is made of."""
    parts = (live_folder.state(), address, importlib.metadata.version('autograd'), PINNED.read_text(encoding='utf-8'))
    return live_folder.sha256('\n'.join(parts).encode())


def current(address: str) -> Path:
    """Return the folder that the book carries, made anew if what it is made of has changed."""
    if live_folder.about(FOLDER).get('d2lmini') != state(address):
        with live_folder.whole(FOLDER) as new:
            make(new, address)
    return FOLDER


def main() -> int:
    if not (live_folder.NPM / live_folder.LOCK).is_file():
        print(f'Nothing was pinned: {live_folder.NPM} is not there. Run make live first', file=sys.stderr)
        return 1
    write_whole(json.dumps(pin(live_folder.NPM), indent=1) + '\n', PINNED)
    print(f'{PINNED.relative_to(live_folder.ROOT)}: pinned')
    return 0


if __name__ == '__main__':
    sys.exit(main())
