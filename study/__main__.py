"""`make study`, or `python -m study`: run a study, or go on with it, and print what it found."""
import argparse
import difflib
import os
import sys
from pathlib import Path

os.environ.setdefault('D2LMINI_ENGINE', 'numpy')        # the study computes in NumPy on either engine
for name in ('OMP_NUM_THREADS', 'OPENBLAS_NUM_THREADS', 'MKL_NUM_THREADS'):
    os.environ.setdefault(name, '1')                    # arrays are so small that threads wait for each other

from study import StudyError, cost, executors, verdicts  # noqa: E402
from study.book import STORE as BOOK  # noqa: E402
from study.fingerprint import code_of  # noqa: E402
from study.methods import METHODS, from_source, own  # noqa: E402
from study.runner import study  # noqa: E402
from study.sizes import SIZES, with_seeds  # noqa: E402
from study.store import Store, parsed  # noqa: E402


def options(arguments: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog='study', description=__doc__)
    parser.add_argument('--size', default='small', help=f'{", ".join(SIZES)}; small is what the book shows')
    parser.add_argument('--store', type=Path, help='the file of results; study-SIZE.jsonl unless named')
    parser.add_argument('--workers', type=int, default=1, help='processes of this machine')
    parser.add_argument('--scheduler', help='a Dask cluster, such as tcp://10.0.0.1:8786')
    parser.add_argument('--method', help='a file with a METHOD of your own')
    parser.add_argument('--methods', help='some of the book alone, such as "adam yogi"')
    parser.add_argument('--seeds', type=int, help='how many fresh seeds')
    parser.add_argument('--merge', nargs='*', type=Path, default=[], help='stores whose results to take over')
    parser.add_argument('--drop', action='store_true', help='leave out stored results of other code')
    parser.add_argument('--plan', action='store_true', help='run nothing; say how long it takes, on how many cores')
    return parser.parse_args(arguments)


def one_of(what: str, value: str, known) -> str:
    """Return a name that is known, or say which ones are."""
    if value not in known:
        near = difflib.get_close_matches(value, known, 1)
        raise StudyError(f'{what}={value} is unknown: ' + (f'did you mean {near[0]}? ' if near else '')
                         + f'There are {", ".join(known)}')
    return value


def chosen_methods(wanted: argparse.Namespace) -> tuple[dict, dict[str, str]]:
    """Return the methods of a study by name, and the source of a reader's own."""
    names = [one_of('METHODS', name, METHODS) for name in (wanted.methods or '').split()] or list(METHODS)
    methods, sources = {name: METHODS[name] for name in METHODS if name in names}, {}
    if wanted.method:
        if not wanted.method.endswith('.py'):
            one_of('METHODS', wanted.method, METHODS)
            raise StudyError(f'METHOD={wanted.method} names a method of the book, which takes part anyway; METHOD is '
                             'for a file of your own such as mine.py, METHODS for some of the book')
        name, source = own(wanted.method)
        methods[name], sources[name] = from_source(name, source), source
    return methods, sources


def place_of(wanted: argparse.Namespace):
    if wanted.workers < 1:
        raise StudyError(f'WORKERS={wanted.workers}: give the number of processes, at least 1')
    if wanted.scheduler:
        return executors.Dask(wanted.scheduler)
    return executors.Processes(wanted.workers) if wanted.workers > 1 else executors.Here()


def main(arguments: list[str] | None = None) -> int:
    wanted = options(arguments)
    size = SIZES[one_of('SIZE', wanted.size, SIZES)]
    if wanted.seeds is not None:
        if wanted.seeds < 2:
            raise StudyError(f'SEEDS={wanted.seeds}: a comparison takes at least 2 fresh seeds')
        size = with_seeds(size, wanted.seeds)
    methods, sources = chosen_methods(wanted)
    if wanted.plan:
        print(cost.plan(size, methods, wanted.size))
        return 0
    path = wanted.store or Path(f'study-{wanted.size}.jsonl')

    def code(name):
        return code_of(name, sources.get(name)) if name in METHODS or name in sources else None

    results = Store(path, code, wanted.drop)
    others = [(file, parsed(existing(file), 'MERGE')[0]) for file in wanted.merge]
    baselines = parsed(BOOK)[0] if sources and path.resolve() != BOOK else {}       # their keys fit if their code does
    for file, entries in others:
        if any(code(entry['method']) not in (entry['code'], None) for entry, _ in entries.values()):
            raise StudyError(f'MERGE={file} holds results of other code than this: merge what the same code ran')
    place = place_of(wanted)
    try:
        with results:
            for file, entries in others:
                count = results.take(entries.values())
                print(f'{count:,} results taken from {file}')
            jobs = study(size, methods, sources, results, place, baselines)
    except KeyboardInterrupt:
        print(f'\nStopped. {len(results.found):,} results are in {path}; the same command goes on.', file=sys.stderr)
        return 130
    finally:
        place.close()
    for table in verdicts.tables(size, methods, results.entry, *sources):
        print(verdicts.text(table), end='\n\n')
    print(verdicts.LEGEND)
    entries = {results.key(job): results.entry(job) for job in jobs}        # rounds may share jobs
    print(f'{len(entries):,} results are in {path}')
    failed = verdicts.failures([*entries.values()])
    if failed:
        print(f'{len(failed):,} jobs failed, and count as lost; their lines in the store have the tracebacks:',
              *failed[:5], *(['...'] if len(failed) > 5 else []), sep='\n    ', file=sys.stderr)
    return 1 if failed else 0


def existing(path: Path) -> Path:
    if not path.exists():
        raise StudyError(f'MERGE={path}: there is no such file')
    return path


if __name__ == '__main__':
    try:
        sys.exit(main())
    except StudyError as why:
        sys.exit(f'Not done: {why}.')
