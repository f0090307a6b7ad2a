"""Time d2lmini beside its peers: `python benchmarks/bench.py [--quick]`, in the environment of README.md.

Every measurement runs in a fresh process. One repetition runs all of them in turn, so that a busy moment of the machine
affects all alike; the table shows medians over the repetitions, and ratios within this one run.
"""
import argparse
import datetime
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from importlib import metadata
from pathlib import Path

HERE = Path(__file__).resolve().parent
RESULTS = HERE / 'results.json', HERE.parent / 'd2lmini' / 'data' / 'benchmarks.json'
LIBRARIES = HERE.parent / '.venv-frameworks' / 'bin' / 'python'     # optax needs a later NumPy than MXNet has
REPETITIONS = 5
STEPS = 150                 # of batch 10 in an epoch of 1500 rows
ROWS = (1_500, 15_000, 150_000, 1_500_000)
FLAT = 1.3                  # allowed growth of a step from the fewest rows to the most
PACKAGES = ('numpy', 'mxnet', 'autograd', 'd2l', 'torch', 'matplotlib', 'distributed')
ELSEWHERE = ('numpy', 'torch', 'jax', 'optax', 'schedulefree', 'prodigyopt', 'pytorch_optimizer')
VERSIONS = ('import json, sys; from importlib.metadata import version; '
            'print(json.dumps({name: version(name) for name in sys.argv[1:]}))')

# key: (label, engine, what measure.py runs)
ADAM = {
    'ours_numpy': ('d2lmini on NumPy', 'numpy', 'contenders ours'),
    'ours_mxnet': ('d2lmini on MXNet', 'mxnet', 'contenders ours'),
    'd2l_mxnet': ('d2l 1.0.3 on MXNet', 'mxnet', 'contenders d2l_mxnet'),
    'torch_scratch': ('PyTorch from scratch', 'numpy', 'contenders torch_scratch'),
    'torch_optim': ('PyTorch, torch.optim.Adam', 'numpy', 'contenders torch_optim'),
    'bare_numpy': ('bare NumPy loop', 'numpy', 'contenders bare_numpy'),
}
ENGINES = {'numpy': 'NumPy', 'mxnet': 'MXNet'}
AFTER_ADAM = ('adamw', 'amsgrad', 'nadam', 'lion', 'adafactor', 'schedule_free', 'prodigy', 'muon', 'shampoo', 'soap')
SCALES = [('numpy', 10), ('numpy', 1000), ('mxnet', 1000)]


def jobs() -> dict[tuple, Callable[[], dict]]:
    """Return all measurements of one repetition: their names in the results, and how to make them."""
    def job(engine, command):
        return lambda: measure(engine, command)

    table = {('adam', key): job(engine, command) for key, (_, engine, command) in ADAM.items()}
    for engine in ENGINES:
        table['import', engine] = lambda engine=engine: import_seconds(engine)
        table['parts', engine] = job(engine, 'inside parts')
        table['optimizers', engine] = job(engine, 'inside optimizers')
    table['steps', 'all'] = lambda: measure('numpy', 'steps every', LIBRARIES)
    for name in ('serial', 'processes', 'dask'):
        table['study', name] = job('numpy', f'runner {name}')
    for engine, batch in SCALES:
        for rows in ROWS:
            table['scale', f'{engine} {batch} {rows}'] = job(engine, f'inside scale {rows} {batch}')
    return table


def python(engine: str, *arguments, interpreter: str | Path = sys.executable) -> str:
    """Run an interpreter on an engine of d2lmini, without a screen, and return what it prints."""
    environment = os.environ | {'D2LMINI_ENGINE': engine, 'MPLBACKEND': 'agg', 'PYTHONPATH': str(HERE.parent)}
    return subprocess.run([interpreter, *arguments], env=environment, check=True, stdout=subprocess.PIPE, text=True,
                          cwd=HERE).stdout


def measure(engine: str, command: str, interpreter: str | Path = sys.executable) -> dict:
    return json.loads(python(engine, 'measure.py', *command.split(), interpreter=interpreter))


def import_seconds(engine: str) -> dict:
    """Time a whole process that does nothing but import d2lmini; the start of Python counts."""
    start = time.perf_counter()
    python(engine, '-c', 'import d2lmini')
    return {'seconds': time.perf_counter() - start}


def run(repetitions: int) -> dict:
    """Make every measurement in turn, repeatedly, and return the medians by section and name."""
    table, samples = jobs(), {}
    for repetition in range(1, repetitions + 1):
        for (section, name), job in table.items():
            print(f'\r\033[K{repetition}/{repetitions} {section} {name}', end='', file=sys.stderr, flush=True)
            samples.setdefault((section, name), []).append(job())
    print('\r\033[K', end='', file=sys.stderr)
    results = {}
    for (section, name), measured in samples.items():
        results.setdefault(section, {})[name] = medians(measured)
    results['steps'] = results['steps']['all']          # one process measures all methods
    return results


def medians(measured: list):
    """Return the median of numbers or, of dictionaries, that of each entry."""
    if isinstance(measured[0], dict):
        return {key: medians([one[key] for one in measured]) for key in measured[0]}
    return statistics.median(measured)


def machine() -> dict:
    """Say on what, when and with which versions the figures were measured."""
    try:
        lines = Path('/proc/cpuinfo').read_text().splitlines()
        processor = next(line.split(':', 1)[1].strip() for line in lines if line.startswith('model name'))
    except (OSError, StopIteration):
        processor = platform.processor() or platform.machine()
    return {
        'date': datetime.datetime.now(datetime.UTC).date().isoformat(), 'processor': processor,
        'cores': os.cpu_count(), 'system': f'{platform.system()} {platform.machine()}',
        'python': platform.python_version(), 'versions': {name: metadata.version(name) for name in PACKAGES},
        'elsewhere': json.loads(python('numpy', '-c', VERSIONS, *ELSEWHERE, interpreter=LIBRARIES)),
    }


def targets(results: dict) -> list[dict]:
    """Compare ratios and times of this run with the project's targets."""
    adam, imports = results['adam'], results['import']
    ours, mxnet, d2l = adam['ours_numpy'], adam['ours_mxnet'], adam['d2l_mxnet']
    epoch = ours['epoch']
    rows = [
        ('ours on MXNet / d2l, training of an epoch', mxnet['epoch'] / d2l['epoch'], 'at most', 0.7),
        ('ours on MXNet / d2l, whole call', mxnet['whole_call'] / d2l['whole_call'], 'at most', 0.25),
        ('d2l on MXNet / ours on NumPy, an epoch', d2l['epoch'] / epoch, 'at least', 30),
        ('PyTorch from scratch / ours on NumPy, an epoch', adam['torch_scratch']['epoch'] / epoch, 'at least', 4),
        ('torch.optim.Adam / ours on NumPy, an epoch', adam['torch_optim']['epoch'] / epoch, 'at least', 3),
        ('ours on NumPy / bare NumPy loop, an epoch', epoch / adam['bare_numpy']['epoch'], 'at most', 2.0),
        ('train_ch10 on NumPy, figure rendered as SVG, s', ours['whole_call_svg'], 'at most', 0.4),
        ('the first such call, importing matplotlib, s', ours['first_call_svg'], 'at most', 0.4),
        ('import d2lmini under NumPy, whole process, s', imports['numpy']['seconds'], 'at most', 0.35),
    ]
    rows += [(f'{name}, a step on the digits network: ours / theirs', times['ours'] / times['torch'], 'at most', 1.0)
             for name, times in results['steps'].items() if name in AFTER_ADAM and 'torch' in times]
    serial, two, dask = (results['study'][name] for name in ('serial', 'processes', 'dask'))
    rows += [
        ('study, serial: all its time / that in the jobs', serial['whole / jobs'], 'at most', 1.05),
        ('study, two processes: speed-up / that of two loops', two['study'] / two['plain'], 'at least', 0.9),
        ('study, jobs of 0.5 s: Dask / two processes', dask['dask'] / dask['processes'], 'at most', 1.1),
    ]
    for engine, batch in SCALES:
        steps = [results['scale'][f'{engine} {batch} {n}'] for n in ROWS]
        growth = max(s['step'] for s in steps) / steps[0]['step']
        rows.append((f'{ENGINES[engine]}, batch {batch}: slowest step / step at 1,500 rows', growth, 'at most', FLAT))
        memory = steps[-1]['memory']
        rows.append((f'{ENGINES[engine]}, batch {batch}: memory / data at 1,500,000 rows', memory, 'at most', 2.5))
    return [{'target': text, 'value': value, 'bound': bound, 'limit': limit,
             'met': value <= limit if bound == 'at most' else value >= limit} for text, value, bound, limit in rows]


def show(results: dict) -> str:
    """Return the whole table as text."""
    sections = (head_lines, adam_lines, optimizer_lines, step_lines, study_lines, parts_lines, scale_lines,
                target_lines)
    return '\n\n'.join('\n'.join(lines(results)) for lines in sections)


def head_lines(results):
    m = results['machine']
    yield f"{m['processor']}, {m['cores']} cores, {m['system']}, Python {m['python']}, {m['date']}"
    yield ', '.join(f'{name} {version}' for name, version in m['versions'].items())
    yield f"medians over {results['repetitions']} repetitions, interleaved, each in a fresh process"


def adam_lines(results):
    yield 'Adam, airfoil, batch 10     sec/epoch  µs/step   whole call  with SVG  first call    loss'
    for name, a in results['adam'].items():
        walls = [f'{a[key]:.3f}' if key in a else '–' for key in ('whole_call', 'whole_call_svg', 'first_call_svg')]
        yield (f"{ADAM[name][0]:<26} {a['epoch']:>10.4f} {a['epoch'] / STEPS * 1e6:>8.1f} {walls[0]:>12} "
               f"{walls[1]:>9} {walls[2]:>11} {a['loss']:>7.3f}")
    printed = results['adam']['d2l_mxnet']['printed']
    yield f'(d2l prints {printed:.4f} sec/epoch by its own clock, which does not wait for MXNet; one more call)'
    for engine, seconds in results['import'].items():
        yield f"import d2lmini, {ENGINES[engine]}, whole process: {seconds['seconds']:.3f} s"


def optimizer_lines(results):
    yield 'All optimizers, batch 10    NumPy sec/epoch  µs/step    MXNet sec/epoch  µs/step'
    numpy, mxnet = (results['optimizers'][engine] for engine in ENGINES)
    for name in numpy:
        cells = (f'{epoch:>15.4f} {epoch / STEPS * 1e6:>8.1f}' for epoch in (numpy[name], mxnet[name]))
        yield f'{name:<27} ' + '    '.join(cells)


def step_lines(results):
    yield 'Digits network, µs of the processor per step     d2lmini   PyTorch   float64     optax'
    for name, times in results['steps'].items():
        cells = (f'{times[key] * 1e6:10.0f}' if key in times else f"{'–':>10}"
                 for key in ('ours', 'torch', 'torch64', 'optax'))
        yield f'{name:<46}' + ''.join(cells)
    yield '(with ' + ', '.join(f'{name} {version}' for name, version in results['machine']['elsewhere'].items()) + ')'


def study_lines(results):
    serial, two, dask = (results['study'][name] for name in ('serial', 'processes', 'dask'))
    yield 'The study'
    yield f"serial: whole time over that in the jobs        {serial['whole / jobs']:8.3f}"
    yield f"two processes, speed-up: two plain loops        {two['plain']:8.3f}   the study {two['study']:8.3f}"
    yield f"twenty jobs of 0.5 s, s: two processes          {dask['processes']:8.3f}   Dask      {dask['dask']:8.3f}"


def parts_lines(results):
    yield 'A step of Adam, batch 10, µs   minibatches  gradient   update    together'
    for engine, parts in results['parts'].items():
        cells = (f'{parts[key] * 1e6:.1f}' for key in ('minibatches', 'gradient', 'update', 'step'))
        yield '{:<30} {:>11} {:>9} {:>8} {:>11}'.format(ENGINES[engine], *cells)


def scale_lines(results):
    yield 'Adam, synthetic rows, µs/step     ' + ''.join(f'{n:>12,}' for n in ROWS)
    for engine, batch in SCALES:
        steps = [results['scale'][f'{engine} {batch} {n}'] for n in ROWS]
        for label, key in (('all', 'step'), ('minibatches alone', 'minibatches')):
            name = f'{ENGINES[engine]}, batch {batch}, {label}'
            yield f'{name:<34}' + ''.join(f'{s[key] * 1e6:>12.1f}' for s in steps)


def target_lines(results):
    yield 'Targets'
    for t in results['targets']:
        verdict = 'met' if t['met'] else 'NOT MET'
        yield f"{t['target']:<60} {t['value']:>8.3f}  {t['bound']:<8} {t['limit']:<5} {verdict}"


def store(results: dict):
    """Write the results beside this file and into the package, each file whole or not at all."""
    text = json.dumps(results, indent=1, ensure_ascii=False) + '\n'
    for path in RESULTS:
        path.with_suffix('.tmp').write_text(text, encoding='utf-8')
    for path in RESULTS:
        path.with_suffix('.tmp').replace(path)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--quick', action='store_true', help='one repetition, nothing stored: does it run?')
    repetitions = 1 if parser.parse_args().quick else REPETITIONS
    if not LIBRARIES.exists():
        sys.exit(f'{LIBRARIES} is not there: make .venv-frameworks/ready sets it up, with PyTorch and optax')
    try:
        results = {'machine': machine(), 'repetitions': repetitions}
    except metadata.PackageNotFoundError as why:
        sys.exit(f'{sys.executable} has no {why.name}: set up .venv-bench as benchmarks/README.md says, use its Python')
    results |= run(repetitions)
    results['targets'] = targets(results)
    print(show(results))
    if repetitions == REPETITIONS:
        store(results)
        print('stored in', ' and '.join(str(path.relative_to(HERE.parent)) for path in RESULTS))


if __name__ == '__main__':
    main()
