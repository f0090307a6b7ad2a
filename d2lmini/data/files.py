"""Data files that come with the package, verified before they are used."""
import hashlib
import os
from importlib import resources
from pathlib import Path


def verified(name: str, sha256: str, path=None) -> bytes:
    """Return the content of a packaged data file, or of the file at `path`, if its checksum is right.

    Raises:
        FileNotFoundError, PermissionError: the file is missing or cannot be read.
        TypeError: path is not a path.
        ValueError: the file differs from the one published with the package; where only its line ends were
            converted, as Git may do on Windows, the message says so.
    """
    if not isinstance(path, (str, os.PathLike, type(None))):
        raise TypeError(f'path={path!r} is a {type(path).__name__}: pass the path of a file, or None')
    path = resources.files(__package__) / name if path is None else Path(path)
    try:
        content = path.read_bytes()
    except OSError as why:
        raise type(why)(f'cannot read the data file {path}: {why.strerror}; install d2lmini again') from why
    checksum = hashlib.sha256(content).hexdigest()
    if checksum != sha256:
        remedy = 'install d2lmini again, or restore the file'
        if hashlib.sha256(content.replace(b'\r\n', b'\n')).hexdigest() == sha256:
            remedy = ('its line ends were converted from LF to CRLF, as Git does with core.autocrlf=true: in a clone, '
                      f'delete the file and run git checkout -- {path.name} in its folder; otherwise install d2lmini '
                      'again')
        raise ValueError(f'the data file {path} is damaged: its SHA-256 is {checksum}, expected {sha256}; {remedy}')
    return content
