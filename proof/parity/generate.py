"""Parity: other libraries' optimizers on the golden gradients, stored with their versions and defaults.

    python proof/parity/generate.py pytorch optax keras       in one environment (requirements.txt)
    python proof/parity/generate.py mxnet                     in another (requirements-mxnet.txt)

Each call runs the named libraries and puts their results, whole or not at all, into d2lmini/data/parity.json; the
rest of the file stays. README.md says how to make the environments. The tests and the course need none of them.
"""
import datetime
import hashlib
import inspect
import json
import os
import platform
import re
import sys
import tempfile
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = json.loads((ROOT / 'proof/golden/trajectories.json').read_text(encoding='utf-8'))
START = [float(p) for p in GOLDEN['start']]
GRADIENTS = [[float(g) for g in row] for row in GOLDEN['gradients']]
TARGET = ROOT / 'd2lmini/data/parity.json'
DIGITS = 15
DROP = {'after': 25, 'factor': 0.1}         # the runs named 'drop' change the learning rate on the way

# "The same settings": those of a golden case, under the names of d2lmini.
ADAM = {'lr': 0.01, 'beta1': 0.9, 'beta2': 0.999, 'eps': 1e-6}
SETTINGS = {
    'sgd': {'lr': 0.01},
    'sgd_momentum': {'lr': 0.01, 'momentum': 0.9}, 'nesterov': {'lr': 0.01, 'momentum': 0.9},
    'adagrad': {'lr': 0.1, 'eps': 1e-6},
    'rmsprop': {'lr': 0.01, 'gamma': 0.9, 'eps': 1e-6}, 'centered': {'lr': 0.01, 'gamma': 0.9, 'eps': 1e-6},
    'adadelta': {'rho': 0.9, 'eps': 1e-5},
    'adam': ADAM, 'amsgrad': ADAM, 'yogi': ADAM | {'eps': 1e-3},
}
# Library: {method: (its name there, {its option: our name, or a value}, {another run: options changed or added})}.
# The run 'same' passes our settings by name and leaves the rest at the library's defaults. The run 'mapped' is there
# where the library has options that bring it to d2lmini's convention.
CALLS = {
    'pytorch': {
        'sgd': ('SGD', {'lr': 'lr'}, {}),
        'sgd_momentum': ('SGD', {'lr': 'lr', 'momentum': 'momentum'}, {'drop': {}, 'damped': {'dampening': 0.9}}),
        'nesterov': ('SGD', {'lr': 'lr', 'momentum': 'momentum', 'nesterov': True}, {'drop': {}}),
        'adagrad': ('Adagrad', {'lr': 'lr', 'eps': 'eps'},
                    {'mapped': {'eps': 0.0, 'initial_accumulator_value': 'eps'}}),
        'rmsprop': ('RMSprop', {'lr': 'lr', 'alpha': 'gamma', 'eps': 'eps'}, {}),
        'centered': ('RMSprop', {'lr': 'lr', 'alpha': 'gamma', 'eps': 'eps', 'centered': True}, {}),
        'adadelta': ('Adadelta', {'rho': 'rho', 'eps': 'eps'}, {}),
        'adam': ('Adam', {'lr': 'lr', 'betas': ('beta1', 'beta2'), 'eps': 'eps'}, {}),
        'amsgrad': ('Adam', {'lr': 'lr', 'betas': ('beta1', 'beta2'), 'eps': 'eps', 'amsgrad': True}, {}),
    },
    'optax': {
        'sgd': ('sgd', {'learning_rate': 'lr'}, {}),
        'sgd_momentum': ('sgd', {'learning_rate': 'lr', 'momentum': 'momentum'}, {'drop': {}}),
        'nesterov': ('sgd', {'learning_rate': 'lr', 'momentum': 'momentum', 'nesterov': True}, {'drop': {}}),
        'adagrad': ('adagrad', {'learning_rate': 'lr', 'eps': 'eps'}, {'mapped': {'initial_accumulator_value': 0.0}}),
        'rmsprop': ('rmsprop', {'learning_rate': 'lr', 'decay': 'gamma', 'eps': 'eps'},
                    {'outside': {'eps_in_sqrt': False}}),
        'centered': ('rmsprop', {'learning_rate': 'lr', 'decay': 'gamma', 'eps': 'eps', 'centered': True}, {}),
        'adadelta': ('adadelta', {'rho': 'rho', 'eps': 'eps'}, {'mapped': {'learning_rate': 1.0}}),
        'adam': ('adam', {'learning_rate': 'lr', 'b1': 'beta1', 'b2': 'beta2', 'eps': 'eps'}, {}),
        'amsgrad': ('amsgrad', {'learning_rate': 'lr', 'b1': 'beta1', 'b2': 'beta2', 'eps': 'eps'}, {}),
        'yogi': ('yogi', {'learning_rate': 'lr', 'b1': 'beta1', 'b2': 'beta2', 'eps': 'eps'},
                 {'mapped': {'initial_accumulator_value': 0.0}}),
    },
    'keras': {
        'sgd': ('SGD', {'learning_rate': 'lr'}, {}),
        'sgd_momentum': ('SGD', {'learning_rate': 'lr', 'momentum': 'momentum'}, {'drop': {}}),
        'nesterov': ('SGD', {'learning_rate': 'lr', 'momentum': 'momentum', 'nesterov': True}, {'drop': {}}),
        'adagrad': ('Adagrad', {'learning_rate': 'lr', 'epsilon': 'eps'},
                    {'mapped': {'initial_accumulator_value': 0.0}}),
        'rmsprop': ('RMSprop', {'learning_rate': 'lr', 'rho': 'gamma', 'epsilon': 'eps'}, {}),
        'centered': ('RMSprop', {'learning_rate': 'lr', 'rho': 'gamma', 'epsilon': 'eps', 'centered': True}, {}),
        'adadelta': ('Adadelta', {'rho': 'rho', 'epsilon': 'eps'}, {'mapped': {'learning_rate': 1.0}}),
        'adam': ('Adam', {'learning_rate': 'lr', 'beta_1': 'beta1', 'beta_2': 'beta2', 'epsilon': 'eps'}, {}),
        'amsgrad': ('Adam', {'learning_rate': 'lr', 'beta_1': 'beta1', 'beta_2': 'beta2', 'epsilon': 'eps',
                             'amsgrad': True}, {}),
    },
    'mxnet': {
        'sgd': ('SGD', {'learning_rate': 'lr'}, {}),
        'sgd_momentum': ('SGD', {'learning_rate': 'lr', 'momentum': 'momentum'}, {'drop': {}}),
        'nesterov': ('NAG', {'learning_rate': 'lr', 'momentum': 'momentum'}, {'drop': {}}),
        'adagrad': ('AdaGrad', {'learning_rate': 'lr', 'eps': 'eps'}, {}),
        'rmsprop': ('RMSProp', {'learning_rate': 'lr', 'gamma1': 'gamma', 'epsilon': 'eps'}, {}),
        'centered': ('RMSProp', {'learning_rate': 'lr', 'gamma1': 'gamma', 'epsilon': 'eps', 'centered': True},
                    {'still': {'gamma2': 0.0}}),
        'adadelta': ('AdaDelta', {'rho': 'rho', 'epsilon': 'eps'}, {'rate': {'learning_rate': 0.5}}),
        'adam': ('Adam', {'learning_rate': 'lr', 'beta1': 'beta1', 'beta2': 'beta2', 'epsilon': 'eps'}, {}),
    },
}


# A library: (class or function by name, run). A run takes it, options and the rates of the steps (None: constant), and
# returns the parameters after each step.
def pytorch():
    import torch

    def run(method, options, rates):
        p, path = torch.nn.Parameter(torch.tensor(START, dtype=torch.float64)), []
        optimizer = method([p], **options)
        for t, g in enumerate(GRADIENTS):
            if rates:
                optimizer.param_groups[0]['lr'] = rates[t]
            p.grad = torch.tensor(g, dtype=torch.float64)
            optimizer.step()
            path.append(p.tolist())
        return path

    return lambda name: getattr(torch.optim, name), run


def optax():
    import jax
    jax.config.update('jax_enable_x64', True)
    import jax.numpy as jnp
    import optax as library

    def yogi_from(learning_rate, b1, b2, eps, initial_accumulator_value):
        """Return optax.yogi from its parts: the alias does not pass on where the averages start."""
        return library.chain(library.scale_by_yogi(b1, b2, eps, 0.0, initial_accumulator_value),
                             library.scale_by_learning_rate(learning_rate))

    def run(method, options, rates):
        if rates:
            table = jnp.array(rates)
            options = options | {'learning_rate': lambda count: table[count]}
        if method is library.yogi and 'initial_accumulator_value' in options:
            method = yogi_from
        optimizer, p, path = method(**options), jnp.array(START), []
        state = optimizer.init(p)
        for g in GRADIENTS:
            updates, state = optimizer.update(jnp.array(g), state, p)
            p = library.apply_updates(p, updates)
            path.append(p.tolist())
        return path

    return lambda name: getattr(library, name), run


def keras():
    os.environ.setdefault('KERAS_BACKEND', 'jax')
    import jax
    jax.config.update('jax_enable_x64', True)
    import keras as library
    library.config.set_floatx('float64')

    def run(method, options, rates):
        p, path = library.Variable(START, dtype='float64'), []
        optimizer = method(**options)
        for t, g in enumerate(GRADIENTS):
            if rates:
                optimizer.learning_rate = rates[t]
            optimizer.apply([library.ops.convert_to_tensor(g, dtype='float64')], [p])
            path.append(library.ops.convert_to_numpy(p).tolist())
        return path

    return lambda name: getattr(library.optimizers, name), run


def mxnet(dtype='float64'):
    import mxnet as library

    def run(method, options, rates):
        optimizer, p, path = method(**options), library.nd.array(START, dtype=dtype), []
        state = optimizer.create_state(0, p)        # float32 in AdaGrad, RMSProp and AdaDelta, whatever p is
        if state is not None:
            state = tuple(s.astype(dtype) for s in state) if isinstance(state, tuple) else state.astype(dtype)
        for t, g in enumerate(GRADIENTS):
            if rates:
                optimizer.set_learning_rate(rates[t])
            optimizer.update(0, p, library.nd.array(g, dtype=dtype), state)
            path.append(p.asnumpy().tolist())
        return path

    return lambda name: getattr(library.optimizer, name), run


LIBRARIES = {'pytorch': (pytorch, ['torch', 'numpy']), 'optax': (optax, ['optax', 'jax', 'jaxlib', 'numpy']),
             'keras': (keras, ['keras', 'jax', 'jaxlib', 'numpy']), 'mxnet': (mxnet, ['mxnet', 'numpy'])}


def plain(value):
    """Whether a default is a number, a flag, or a tuple of these."""
    return all(map(plain, value)) if isinstance(value, tuple) else isinstance(value, (bool, int, float))


def defaults(method):
    """Return the defaults of a class (its bases' too) or function, read from its signatures.

    Options that are off (None) are left out, except the learning rate: what an object makes of None is read from it.
    """
    owners = [c.__init__ for c in reversed(method.__mro__[:-1])] if inspect.isclass(method) else [method]
    options = {o.name: o.default for owner in owners for o in inspect.signature(owner).parameters.values()}
    rate = 'lr' if 'lr' in options else 'learning_rate'
    found = {name: value for name, value in options.items() if plain(value)}
    if options[rate] is inspect.Parameter.empty:
        found[rate] = 'required'
    elif options[rate] is None:
        found[rate] = method().lr if inspect.isclass(method) else None
    return found


def options_of(template, settings):
    """Return a library's options: our names are looked up in the settings, values stand as they are."""
    def value(x):
        return tuple(map(value, x)) if isinstance(x, tuple) else settings.get(x, x) if isinstance(x, str) else x
    return {name: value(x) for name, x in template.items()}


def rounded(path, digits=DIGITS):
    return [[float(f'{x:.{digits}g}') for x in row] for row in path]


def measured(library):
    """Return all that is stored of one library."""
    make, packages = LIBRARIES[library]
    find, run = make()
    methods = {}
    for method, (name, template, others) in CALLS[library].items():
        settings, runs = SETTINGS[method], {}
        for key, changes in {'same': {}, **others}.items():
            options = options_of(template | changes, settings)
            rates = [settings['lr'] * (1 if t < DROP['after'] else DROP['factor'])
                     for t in range(len(GRADIENTS))] if key == 'drop' else None
            runs[key] = {'options': options, 'path': rounded(run(find(name), options, rates))}
        if library == 'mxnet':      # as it runs by itself
            options = options_of(template, settings)
            runs['float32'] = {'options': options, 'path': rounded(mxnet('float32')[1](find(name), options, None), 9)}
        methods[method] = {'name': name, 'defaults': defaults(find(name)), 'runs': runs}
        print(f"{library:8s} {method:13s} {', '.join(runs)}")
    backend = {'backend': os.environ['KERAS_BACKEND']} if library == 'keras' else {}
    return {'version': metadata.version(packages[0]), **backend, 'date': datetime.date.today().isoformat(),
            'python': platform.python_version(), 'system': f'{platform.system()} {platform.machine()}',
            'versions': {name: metadata.version(name) for name in packages}, 'methods': methods}


def digest():
    """Return a fingerprint of the input of every library."""
    return hashlib.sha256(json.dumps([START, GRADIENTS, SETTINGS, DROP], sort_keys=True).encode()).hexdigest()


def written(document):
    """Return the document as text, a line for each row of numbers."""
    text = json.dumps(document, indent=1)
    return re.sub(r'\[\s+([^][{}]*?)\s+\]', lambda row: '[' + re.sub(r',\s+', ', ', row[1]) + ']', text) + '\n'


def write_whole(text, target=TARGET):
    """Write to a temporary file beside it, then rename: the file is never half written."""
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f'.{target.stem}-', suffix='.tmp')
    try:
        with open(handle, 'w', encoding='utf-8') as file:
            file.write(text)
        os.chmod(name, 0o644)
        os.replace(name, target)
    finally:
        Path(name).unlink(missing_ok=True)


def gathered(libraries, known, measured, fed, target):
    """Return what the named libraries give now, and what the file has of the others, if their input was the same."""
    if not libraries or not set(libraries) <= set(known):
        sys.exit(f'Name the libraries to run: {", ".join(known)}')
    old = json.loads(target.read_text(encoding='utf-8')) if target.exists() else {}
    found = old.get('frameworks', {}) if old.get('fed') == fed else {}
    found = found | {library: measured(library) for library in libraries}
    return {library: found[library] for library in known if library in found}


def main(libraries):
    frame = {'generator': 'proof/parity/generate.py', 'fed': digest(), 'settings': SETTINGS, 'drop': DROP,
             'start': START, 'gradients': GRADIENTS}
    frameworks = gathered(libraries, LIBRARIES, measured, frame['fed'], TARGET)
    write_whole(written(frame | {'frameworks': frameworks}))
    print(f'{len(frameworks)} of {len(LIBRARIES)} libraries stored in {TARGET.name}')


if __name__ == '__main__':
    main(sys.argv[1:])
