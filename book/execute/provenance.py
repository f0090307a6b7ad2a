"""What an output depends on besides its cell: the processor, what NumPy found on it, the versions of libraries."""
import hashlib
import json
import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import nbformat

LIBRARIES = ('numpy', 'mxnet', 'autograd', 'matplotlib', 'ipykernel')
# With these, a processor can be made to compute like another one.
SWITCHES = ('NPY_DISABLE_CPU_FEATURES', 'OPENBLAS_CORETYPE', 'GLIBC_TUNABLES', 'DNNL_MAX_CPU_ISA', 'ROUNDING_SEED')
ROUNDING = 'rounding.json'      # beside the recordings: which of them passed make test-rounding


def processor() -> str:
    """Return the processor's name, such as 'AMD EPYC 7B13'."""
    cpuinfo = Path('/proc/cpuinfo')
    lines = cpuinfo.read_text(encoding='utf-8').splitlines() if cpuinfo.exists() else []
    names = [line.partition(':')[2].strip() for line in lines if line.startswith('model name')]
    return names[0] if names else platform.processor() or platform.machine()


def features() -> list[str]:
    """Return the instructions that NumPy found and uses, such as AVX2."""
    try:
        from numpy._core._multiarray_umath import __cpu_features__ as found
    except ImportError:         # before NumPy 2
        from numpy.core._multiarray_umath import __cpu_features__ as found
    return sorted(name for name, there in found.items() if there)


def versions() -> dict[str, str]:
    found = {'python': platform.python_version()}
    for library in LIBRARIES:
        try:
            found[library] = version(library)
        except PackageNotFoundError:
            continue
    return found


def here() -> dict:
    """Return where and with what this process computes, as a recording stores it."""
    from d2lmini import engine

    libc = ' '.join(platform.libc_ver()).strip() or 'no glibc'
    return {'system': f'{platform.system()} {platform.machine()}, {libc}',
            'processor': processor(), 'features': ' '.join(features()), 'engine': engine.name, 'versions': versions(),
            'switches': {name: os.environ[name] for name in SWITCHES if os.environ.get(name)}}


def fingerprint(recording: Path) -> str:
    """Return a hash of what a recording computes: its code and outputs."""
    said = [(cell.source, cell.outputs) for cell in nbformat.read(recording, 4).cells if cell.cell_type == 'code']
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:16]


def passed_rounding(recording: Path) -> bool:
    """Whether a recording, in its present state, passed make test-rounding."""
    known = recording.with_name(ROUNDING)
    passed = json.loads(known.read_text(encoding='utf-8')) if known.exists() else {}
    return passed.get(recording.stem) == fingerprint(recording)


def explanation(made: dict, now: dict, passed: bool) -> list[str]:
    """Return lines on how the machine of a recording differs from this one, and whether rounding can be the reason."""
    def lines(title, note):
        listed = ', '.join(f'{name} {number}' for name, number in note['versions'].items())
        switched = ''.join(f', {name}={value}' for name, value in note['switches'].items())
        return [f'{title}: {note["processor"]} ({note["system"]}), {note["engine"]} engine{switched}',
                f'    NumPy found {note["features"] or "nothing"}', f'    {listed}']

    same = {key: made[key] == now[key] for key in now}
    if not same['versions']:
        reason = ('The versions differ. make test-rounding would not have told the author: it looks at rounding alone. '
                  'Try again with the versions of requirements.lock (make clean, then make test).')
    elif all(same.values()):
        reason = ('Processor and versions are those of the recording, so rounding is not the reason, and make '
                  'test-rounding would not have told the author: the chapter, d2lmini or a setting of yours changed. '
                  'If you meant it, make record.')
    elif made['engine'] != now['engine'] and all(same[key] for key in ('system', 'processor', 'features', 'switches')):
        reason = (f'Another engine computed. Run it on that of the recording, D2LMINI_ENGINE={made["engine"]}; if that '
                  'passes, the engines differ by more than the last printed digit.')
    elif passed:
        reason = ('Processor or system differ; but this recording passed make test-rounding, so rounding alone is not '
                  'likely the reason. If it is, one more seed may show it: make test-rounding SEEDS="4 5 6".')
    else:
        reason = ('Processor or system differ, and this recording was not passed by make test-rounding, which would '
                  'have told the author if it hangs on rounding: run it, and mend the cells that it names.')
    return [*lines('recorded on', made), *lines('computed on', now), reason]
