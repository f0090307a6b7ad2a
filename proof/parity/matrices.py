"""Parity after Adam: other libraries' optimizers on golden matrices, stored with their versions and defaults.

    python -m proof.parity.matrices pytorch optax keras authors     from the root, in the environment of README.md

As `generate.py` does for the methods up to Adam: our settings by name, everything else at the library's defaults; each
call puts the named libraries' results, whole or not at all, into proof/parity/matrices.json. A matrix has the
shape (in, out), as in the course; PyTorch and the authors, whose code is PyTorch's, get it transposed, as they hold it.
"""
import datetime
import hashlib
import importlib
import json
import os
import platform
import sys
from importlib import metadata

from proof.parity.generate import ROOT, defaults, gathered, options_of, rounded, write_whole, written

GOLDEN = json.loads((ROOT / 'proof/golden/matrices.json').read_text(encoding='utf-8'))
SHAPES = ('tall', 'wide')
START, GRADIENTS = ({name: [[float(x) for x in row] for row in GOLDEN['start'][name]] for name in SHAPES},
                    {name: [[[float(x) for x in row] for row in G] for G in GOLDEN['gradients'][name]]
                     for name in SHAPES})
TARGET = ROOT / 'proof/parity/matrices.json'
DECLARED = ROOT / 'd2lmini/data/defaults.json'          # what the page on conventions shows of it
KEPT = (1, 2, 4, 8, 12)                     # the steps whose parameters are stored
WARMUP = 5

ADAM = {'lr': 0.01, 'beta1': 0.9, 'beta2': 0.999, 'eps': 1e-6, 'weight_decay': 0.1}
SETTINGS = {
    'adamw': ADAM, 'nadam': ADAM,
    'lion': {'lr': 0.01, 'beta1': 0.9, 'beta2': 0.99, 'weight_decay': 0.1},
    'adafactor': {'lr': 0.01},
    'muon': {'lr': 0.1, 'momentum': 0.95, 'weight_decay': 0.1, 'eps': 1e-16},
    'shampoo': {'lr': 0.1, 'eps': 1e-3, 'weight_decay': 0.1},
    'soap': {'lr': 0.1, 'beta1': 0.9, 'beta2': 0.95, 'eps': 1e-3, 'every': 5, 'weight_decay': 0.1},
    'schedule_free': {'lr': 0.01, 'beta1': 0.9, 'beta2': 0.999, 'eps': 1e-6},
    'prodigy': {'lr': 1.0, 'beta1': 0.9, 'beta2': 0.999, 'eps': 1e-16, 'd0': 1e-3, 'weight_decay': 0.1},
}
BETAS = ('beta1', 'beta2')
IN_OPTAX = {'learning_rate': 'lr', 'b1': 'beta1', 'b2': 'beta2', 'eps': 'eps'}
IN_KERAS = {'learning_rate': 'lr', 'beta_1': 'beta1', 'beta_2': 'beta2', 'epsilon': 'eps'}
DECAY = {'weight_decay': 'weight_decay'}
# Library: {method: (where it is, {its option: our name, or a value}, {another run: options changed or added})}
CALLS = {
    'pytorch': {
        'adamw': ('torch.optim.AdamW', {'lr': 'lr', 'betas': BETAS, 'eps': 'eps'} | DECAY, {}),
        'nadam': ('torch.optim.NAdam', {'lr': 'lr', 'betas': BETAS, 'eps': 'eps', 'decoupled_weight_decay': True}
                  | DECAY, {}),
        'adafactor': ('torch.optim.Adafactor', {'lr': 'lr', 'weight_decay': 0.0}, {'decay': {'weight_decay': 0.1}}),
        'muon': ('torch.optim.Muon', {'lr': 'lr', 'momentum': 'momentum', 'eps': 'eps'} | DECAY,
                 {'double': {}, 'rms': {'adjust_lr_fn': 'match_rms_adamw'}}),
    },
    'optax': {
        'adamw': ('optax.adamw', IN_OPTAX | DECAY, {}),
        'nadam': ('optax.nadamw', IN_OPTAX | DECAY, {}),
        'lion': ('optax.lion', {'learning_rate': 'lr', 'b1': 'beta1', 'b2': 'beta2'} | DECAY, {}),
        'adafactor': ('optax.adafactor', {'learning_rate': 'lr'}, {'factored': {'min_dim_size_to_factor': 1}}),
        'muon': ('optax.contrib.muon', {'learning_rate': 'lr', 'beta': 'momentum', 'eps': 'eps'} | DECAY,
                 {'rms': {'consistent_rms': 0.2}}),
        'schedule_free': ('optax.contrib.schedule_free_adamw', IN_OPTAX,
                          {'decay': {'weight_decay': 0.1}, 'warmup': {'warmup_steps': WARMUP}}),
        'prodigy': ('optax.contrib.prodigy', {'learning_rate': 'lr', 'betas': BETAS, 'eps': 'eps', 'estim_lr0': 'd0'}
                    | DECAY, {}),
    },
    'keras': {
        'adamw': ('keras.optimizers.AdamW', IN_KERAS | DECAY, {}),
        'nadam': ('keras.optimizers.Nadam', IN_KERAS | DECAY, {}),
        'lion': ('keras.optimizers.Lion', {'learning_rate': 'lr', 'beta_1': 'beta1', 'beta_2': 'beta2'} | DECAY, {}),
        'adafactor': ('keras.optimizers.Adafactor', {'learning_rate': 'lr'}, {}),
        'muon': ('keras.optimizers.Muon', {'learning_rate': 'lr', 'momentum': 'momentum'} | DECAY,
                 {'plain': {'rms_rate': None}}),
        'schedule_free': ('keras.optimizers.ScheduleFreeAdamW', IN_KERAS,
                          {'decay': {'weight_decay': 0.1}, 'warmup': {'warmup_steps': WARMUP}}),
    },
    'authors': {
        'schedule_free': ('schedulefree.AdamWScheduleFree', {'lr': 'lr', 'betas': BETAS, 'eps': 'eps'},
                          {'decay': {'weight_decay': 0.1}, 'warmup': {'warmup_steps': WARMUP}}),
        'prodigy': ('prodigyopt.Prodigy', {'lr': 'lr', 'betas': BETAS, 'eps': 'eps', 'd0': 'd0'} | DECAY, {}),
        'shampoo': ('pytorch_optimizer.Shampoo', {'lr': 'lr', 'matrix_eps': 'eps', 'weight_decouple': True}
                    | DECAY, {}),
        'soap': ('pytorch_optimizer.SOAP', {'lr': 'lr', 'betas': BETAS, 'eps': 'eps', 'precondition_frequency': 'every'}
                 | DECAY, {}),
    },
}
BOTH_SHAPES = ('adafactor', 'muon', 'shampoo')      # the others treat each number alike, or (SOAP) need a unique basis


def transposed(rows):
    return [list(column) for column in zip(*rows)]


# A run takes a class or function, options, the run's name, a start and gradients. It returns the parameters after each
# step, and those to evaluate at the end where these differ.
def pytorch():
    import torch

    def run(method, options, name, start, gradients):
        p, path = torch.nn.Parameter(torch.tensor(transposed(start), dtype=torch.float64)), []
        optimizer = method([p], **options)
        if hasattr(optimizer, 'train'):
            optimizer.train()
        cast = torch.Tensor.bfloat16
        if name == 'double':                # Muon's products without their cast to bfloat16
            torch.Tensor.bfloat16 = torch.Tensor.clone
        try:
            for G in gradients:
                p.grad = torch.tensor(transposed(G), dtype=torch.float64)
                optimizer.step()
                path.append(transposed(p.tolist()))
        finally:
            torch.Tensor.bfloat16 = cast
        if not hasattr(optimizer, 'eval'):
            return path, None
        optimizer.eval()
        return path, transposed(p.tolist())

    return run


def optax():
    import jax
    jax.config.update('jax_enable_x64', True)
    import jax.numpy as jnp
    import optax as library

    def run(method, options, name, start, gradients):
        optimizer, p, path = method(**options), jnp.array(start), []
        state = optimizer.init(p)
        for G in gradients:
            updates, state = optimizer.update(jnp.array(G), state, p)
            p = library.apply_updates(p, updates)
            path.append(p.tolist())
        free = method is library.contrib.schedule_free_adamw
        return path, library.contrib.schedule_free_eval_params(state, p).tolist() if free else None

    return run


def keras():
    os.environ.setdefault('KERAS_BACKEND', 'jax')
    import jax
    jax.config.update('jax_enable_x64', True)
    import keras as library
    library.config.set_floatx('float64')

    def run(method, options, name, start, gradients):
        p, path = library.Variable(start, dtype='float64'), []
        optimizer = method(**options)
        for G in gradients:
            optimizer.apply([library.ops.convert_to_tensor(G, dtype='float64')], [p])
            path.append(library.ops.convert_to_numpy(p).tolist())
        optimizer.finalize_variable_values([p])         # what `fit` does at its end
        free = method is library.optimizers.ScheduleFreeAdamW
        return path, library.ops.convert_to_numpy(p).tolist() if free else None

    return run


LIBRARIES = {
    'pytorch': (pytorch, ['torch', 'numpy']), 'optax': (optax, ['optax', 'jax', 'jaxlib', 'numpy']),
    'keras': (keras, ['keras', 'jax', 'jaxlib', 'numpy']),
    'authors': (pytorch, ['schedulefree', 'prodigyopt', 'pytorch_optimizer', 'torch', 'numpy']),
}


def find(where):
    module, _, name = where.rpartition('.')
    return getattr(importlib.import_module(module), name)


def measured(library):
    """Return all that is stored of one library."""
    make, packages = LIBRARIES[library]
    run, methods = make(), {}
    for method, (where, template, others) in CALLS[library].items():
        runs = {}
        for name, changes in {'same': {}, **others}.items():
            options, found = options_of(template | changes, SETTINGS[method]), {}
            for shape in SHAPES if method in BOTH_SHAPES else ('tall',):
                path, end = run(find(where), options, name, START[shape], GRADIENTS[shape])
                found[shape] = {'path': [rounded(path[t - 1]) for t in KEPT]} | ({'end': rounded(end)} if end else {})
            runs[name] = {'options': options, **found}
        methods[method] = {'name': where, 'defaults': defaults(find(where)), 'runs': runs}
        print(f"{library:8s} {method:13s} {', '.join(runs)}")
    return {'version': metadata.version(packages[0]), 'date': datetime.date.today().isoformat(),
            'python': platform.python_version(), 'system': f'{platform.system()} {platform.machine()}',
            'versions': {name: metadata.version(name) for name in packages}, 'methods': methods}


def digest():
    """Return a fingerprint of the input of every library."""
    return hashlib.sha256(json.dumps([START, GRADIENTS, SETTINGS, KEPT], sort_keys=True).encode()).hexdigest()


def declared(frameworks: dict) -> dict:
    """Return the version of each library, and the default values that it declares."""
    return {library: {'version': found['version'],
                      'methods': {name: method['defaults'] for name, method in found['methods'].items()}}
            for library, found in frameworks.items()}


def main(libraries):
    frame = {'generator': 'proof/parity/matrices.py', 'fed': digest(), 'settings': SETTINGS, 'steps': KEPT,
             'warmup': WARMUP}
    frameworks = gathered(libraries, LIBRARIES, measured, frame['fed'], TARGET)
    write_whole(written(frame | {'frameworks': frameworks}), TARGET)
    write_whole(json.dumps(declared(frameworks), indent=1) + '\n', DECLARED)
    print(f'{len(frameworks)} of {len(LIBRARIES)} libraries stored in {TARGET.name}')


if __name__ == '__main__':
    main(sys.argv[1:])
