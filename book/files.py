"""Files and folders that are written whole or not at all, and hashes of what they hold."""
import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from book import ROOT

MIDNIGHT = (1980, 1, 1, 0, 0, 0)        # of a file in an archive, for the same bytes in every build


def write_whole(text: str, target: Path):
    """Write to a temporary file beside it, then rename: the file is never half written."""
    name = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f'.{target.stem}-', suffix='.tmp')
        with open(handle, 'w', encoding='utf-8', newline='\n') as file:     # the same bytes on every system
            file.write(text)
        os.chmod(name, 0o644)           # a temporary file is private at first
        os.replace(name, target)
    except OSError as why:
        raise OSError(why.errno, f'{why.strerror}: free some space or make the folder writable', str(target)) from why
    finally:
        if name is not None:
            Path(name).unlink(missing_ok=True)


@contextmanager
def whole(out: Path) -> Iterator[Path]:
    """Give an empty folder to fill; it replaces `out` if all went well, and leaves nothing if not."""
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent) as temporary:
        new = Path(temporary, 'new')
        new.mkdir()
        yield new
        if out.exists():
            out.replace(Path(temporary, 'old'))
        new.replace(out)


def state(*paths: Path, more: Iterable[str] = ()) -> str:
    """Return a hash of files and of all files in folders, with their paths below the root, and of further texts."""
    found = [file for path in paths for file in ([path] if path.is_file() else sorted(path.rglob('*')))
             if file.is_file() and file.suffix != '.pyc']
    parts = (os.path.relpath(file, ROOT).replace(os.sep, '/').encode() + file.read_bytes() for file in found)
    return hashlib.sha256(b''.join(parts) + '\n'.join(more).encode()).hexdigest()
