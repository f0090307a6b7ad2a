"""The store: one JSON line for each job, keyed by a hash of the job and of the code that ran it.

    {"key": "9f3c…", "code": "51aa…", "problem": "network", "method": "adam", "point": {…}, "seed": 1000, "loss": 0.065}

A line says nothing of when, where or how fast: those are in a second file. Lines are appended as jobs end, whole or not
at all, and put in the jobs' order at the end; a run that is killed leaves what it has, and the next goes on from there.
"""
import contextlib
import hashlib
import json
import math
import os
from collections.abc import Callable, Iterable
from pathlib import Path

from study import StudyError

JOB = ('problem', 'method', 'point', 'seed')
BEGINS = b'{"key":"'        # each line


def key_of(job: dict, code: str) -> str:
    text = json.dumps([[job[part] for part in JOB], code], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def line_of(job: dict, code: str, result: dict) -> str:
    return json.dumps({'key': key_of(job, code), 'code': code} | {part: job[part] for part in JOB} | result,
                      ensure_ascii=False, separators=(',', ':')) + '\n'


def reached(entry: dict) -> bool:
    """Whether a line says what its job reached: a loss, None where it overflowed, or the traceback of a failure."""
    if 'error' in entry:
        return isinstance(entry['error'], str)
    loss = entry['loss']
    return loss is None or (type(loss) in (int, float) and math.isfinite(loss))


def parsed(path: Path, word: str = 'STORE') -> tuple[dict[str, tuple[dict, str]], int]:
    """Return {key: (entry, line)} of a store, in its order, and how many bytes of it are whole lines.

    A last line without its end is what a machine that went down leaves, some of them with zeros; it is not counted.

    Args:
        path: of the file; one that is not there has no lines.
        word: what the file is to the person who named it.

    Raises:
        StudyError: a line is damaged, or the file cannot be read.
    """
    try:
        data = path.read_bytes() if path.exists() else b''
    except OSError as why:
        raise StudyError(f'{word}={path} cannot be read: {why.strerror}') from why
    whole = data.rfind(b'\n') + 1
    found, begun = {}, data[whole:].rstrip(b'\0')
    if not BEGINS.startswith(begun[:len(BEGINS)]):
        raise StudyError(f'{word}={path} ends in what no study began to write: {begun[:60]!r}. Name another file, or '
                         'delete that; nothing was changed')
    for i, raw in enumerate(data[:whole].splitlines(keepends=True), 1):
        try:
            line = raw.decode()
            entry = json.loads(line)
            fits = entry['key'] == key_of(entry, entry['code']) and reached(entry)
        except (ValueError, LookupError, TypeError):
            fits = False
        if not fits:
            raise StudyError(f'{path}, line {i} is damaged: {raw[:60]!r}. Delete that line, and its job runs again; '
                             'nothing was changed')
        found.setdefault(entry['key'], (entry, line))       # the first of two counts, as when stores are merged
    return found, whole


class Store:
    """A file of results, open for one study at a time.

    Args:
        path: of the file; it is made when the first result comes.
        code_of: the hash of the present code of a method, or None for a method that this study does not know.
        drop: leave out results of other code, which otherwise are an error.
    """

    def __init__(self, path: Path, code_of: Callable[[str], str | None], drop: bool = False):
        self.path, self.code_of = path, code_of
        self.paths = path, path.with_suffix('.times.jsonl')
        self.found, self.whole = parsed(path)
        self.torn = path.exists() and path.stat().st_size > self.whole
        other = {key for key, (entry, _) in self.found.items()
                 if self.code_of(entry['method']) not in (entry['code'], None)}
        if other and not drop:
            methods = sorted({self.found[key][0]['method'] for key in other})
            raise StudyError(f'{path} holds {len(other):,} results of other code, for {", ".join(methods)}: what runs '
                             'them was edited since. Name another STORE, or run them again with DROP=1, which leaves '
                             'the old ones out; nothing was changed')
        self.found = {key: value for key, value in self.found.items() if key not in other}
        self.dropped = len(other)

    def __enter__(self):
        self.files = contextlib.ExitStack()
        with self.files:            # closed again if what follows fails
            try:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                self.file, self.times = map(self.opened, self.paths)
            except OSError as why:
                raise StudyError(f'STORE={self.path} cannot be written: {why.strerror}') from why
            lock(self.file, self.path)
            if self.dropped:
                self.rewrite([])
            elif self.torn:
                self.file.truncate(self.whole)
            self.files = self.files.pop_all()
        return self

    def __exit__(self, *_):
        self.files.close()
        for path in self.paths:
            if path.stat().st_size == 0:
                path.unlink()       # nothing came

    def opened(self, path: Path):
        return self.files.enter_context(path.open('ab', buffering=0))

    def key(self, job: dict) -> str:
        return key_of(job, self.code_of(job['method']))

    def entry(self, job: dict) -> dict | None:
        """Return the line of a job, or None if it has not run."""
        return self.found.get(self.key(job), (None,))[0]

    def loss(self, job: dict) -> float | None:
        return self.found[self.key(job)][0].get('loss')

    def add(self, job: dict, result: dict, seconds: float):
        """Append the result of a job, and how long it took."""
        line = line_of(job, self.code_of(job['method']), result)
        self.append(self.file, line, self.path)
        self.found[self.key(job)] = json.loads(line), line
        self.append(self.times, json.dumps({'key': self.key(job), 'seconds': round(seconds, 6)}) + '\n',
                    self.paths[1])

    def take(self, entries: Iterable[tuple[dict, str]]) -> int:
        """Add lines of other stores that are missing here; return how many."""
        new = [(entry, line) for entry, line in entries if entry['key'] not in self.found]
        for entry, line in new:
            self.append(self.file, line, self.path)
            self.found[entry['key']] = entry, line
        return len(new)

    @staticmethod
    def append(file, line: str, path: Path):
        """Write a line whole, or leave the file as it was."""
        data, before = line.encode(), os.fstat(file.fileno()).st_size
        try:
            if file.write(data) < len(data):
                raise OSError(None, 'the disk is full')
        except OSError as why:
            file.truncate(before)
            raise StudyError(f'{path} cannot grow: {why.strerror}. All results so far are in it; make room, and the '
                             'same command goes on') from why

    def rewrite(self, jobs: Iterable[dict]):
        """Put the lines in the order of jobs, and after them any others; the file changes at once, or not at all."""
        keys = dict.fromkeys([self.key(job) for job in jobs if self.entry(job)])
        self.found = {key: self.found[key] for key in [*keys, *(key for key in self.found if key not in keys)]}
        text = ''.join(line for _, line in self.found.values()).encode()
        if not self.dropped and text == self.path.read_bytes():
            return
        other = self.path.with_name(f'{self.path.name}.tmp')       # a store may be named ….tmp itself
        try:
            with open(other, 'wb') as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            self.dropped = 0
            os.replace(other, self.path)
        except OSError as why:
            other.unlink(missing_ok=True)
            raise StudyError(f'{self.path} cannot be put in order: {why.strerror}. All results are in it; make room, '
                             'and the same command does it') from why
        self.file.close()
        self.file = self.opened(self.path)
        lock(self.file, self.path)


def lock(file, path: Path):
    """Keep a second study out of a file; where the system has no such locks, nothing keeps it out."""
    try:
        import fcntl
    except ImportError:         # Windows
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as why:
        raise StudyError(f'STORE={path} is being written by another study: wait for it, or name another') from why
