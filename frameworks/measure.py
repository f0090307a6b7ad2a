"""Run every program of this folder, and compare its path, step by step, with d2lmini: `make test-frameworks`.

    .venv-frameworks/bin/python frameworks/measure.py             all; stores what was measured, if all is well
    .venv-frameworks/bin/python frameworks/measure.py torch/adam  some; stores nothing

A program runs as it is. Its parameters after each step are compared with those of d2lmini's function in double
precision, its curve and its printed loss with those of the book's trainer. Where a library computes something else by
construction (ELSEWHERE), d2lmini is made to do the same, and both distances are stored: from this, and from the page.
(Once it is the library that does as d2lmini, for the second distance: UNCHANGED.)
The line "Defaults of …" is checked as well: the values against the library's signature, the loss by a second run; and
so is the loss of a line "With optimizer = …".
Stored are the digits of agreement, versions, and a hash of each file that took part; tests/book/test_frameworks.py
compares the hashes (book/programs.py).
"""
import ast
import contextlib
import datetime
import inspect
import io
import json
import math
import multiprocessing
import os
import platform
import re
import sys
import tempfile
import warnings
from concurrent.futures import ProcessPoolExecutor
from importlib import metadata
from pathlib import Path

os.environ |= {'MPLBACKEND': 'agg', 'D2LMINI_ENGINE': 'numpy', 'JAX_PLATFORMS': 'cpu', 'TF_CPP_MIN_LOG_LEVEL': '2'}
HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path[:1] = [str(ROOT)]              # not this folder: its torch is ours
import numpy  # noqa: E402

import d2lmini as d2l  # noqa: E402
from book import golden  # noqa: E402
from book import programs as listed  # noqa: E402
from book.files import write_whole  # noqa: E402
from d2lmini import engine, schedules  # noqa: E402
from frameworks import airfoil  # noqa: E402

TARGET = ROOT / listed.STORED
PACKAGES = ('torch', 'jax', 'jaxlib', 'optax', 'keras', 'numpy', 'pytorch_optimizer', 'schedulefree', 'prodigyopt')
CLOSE = {'float64': 1e-9, 'float32': 1e-5}      # of the largest parameter


class Ours:
    """A method as the book runs it: d2lmini's function, its states, what it looks up, and how it is trained.

    `hidden` is a number of tanh units, for a method that needs a network. Three options make it do what a library does
    otherwise: `eps_of(t, g, state)`, an ε for each parameter and step; `update(params, states, hyperparams)`, in place
    of the function; `read(params, states)`, what a step has reached.
    """

    hidden = 0

    def __init__(self, name, hyperparams, states='', batch_size=10, epochs=2, schedule=None, eps_of=None, update=None,
                 read=None, **constants):
        self.name, self.hyperparams, self.states, self.constants = name, hyperparams, states, constants
        self.batch_size, self.epochs, self.schedule, self.eps_of = batch_size, epochs, schedule, eps_of
        self.read, self.own = read or (lambda params, states: params), update

    def update(self, params, states, hyperparams):
        function, t = self.own or getattr(d2l, self.name), hyperparams['t']
        if self.schedule:
            hyperparams['lr'] = self.schedule(t)
        if self.eps_of is None:
            function(params, states, hyperparams, **self.constants)
        else:
            for p, state in zip(params, states):            # behind the door, which takes one ε alone
                hyperparams['t'] = t
                function.__wrapped__([p], [state], hyperparams, **self.constants
                                     | {'eps': self.eps_of(t, p.grad, state)})
        hyperparams['t'] = t + 1

    def states_for(self, feature_dim):
        return getattr(d2l, f'init_{self.states}_states')(feature_dim) if self.states else None

    def path(self):
        """Return the parameters after each step, (steps, 6)."""
        data_iter, feature_dim = d2l.get_data_ch10(self.batch_size)
        weights = data_iter.restart().normal(0, 0.01, (feature_dim, 1))
        w, b = params = [engine.parameter(weights), engine.parameter([0.0])]
        states, hyperparams, path = self.states_for(feature_dim), self.hyperparams | {'t': 1}, []
        for _ in range(self.epochs):
            for X, y in data_iter:
                engine.linreg_grad(X, y, w, b)
                self.update(params, states, hyperparams)
                path.append(numpy.concatenate([numpy.ravel(p) for p in self.read(params, states)]))
        return numpy.array(path)

    def trained(self):
        """Return (losses, the printed loss) of the book's trainer, which evaluates the parameters themselves."""
        data_iter, feature_dim = d2l.get_data_ch10(self.batch_size)

        def step(params, states, hyperparams):
            self.update(params, states, hyperparams)

        vars(step).update(vars(getattr(d2l, self.states, getattr(d2l, self.name))))     # which states it keeps
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            _, losses = d2l.train_ch10(step, self.states_for(feature_dim), self.hyperparams | {'t': 1}, data_iter,
                                       feature_dim, num_epochs=self.epochs)
        d2l.plt.close('all')
        return losses, printed.getvalue().split(',')[0]


class Muon(Ours):
    """Muon for the hidden matrix of a network, AdamW for its other parameters: a plan of two methods."""

    hidden = 16

    def __init__(self, lr=0.02, weight_decay=0.1, adamw_eps=lambda t: 1e-8, **constants):
        super().__init__('muon', {'lr': lr, 'weight_decay': weight_decay}, **constants)
        self.adamw_eps = adamw_eps

    def path(self):
        """Return the parameters after each step, (steps, 5 · 16 + 16 + 16 + 1)."""
        data_iter, feature_dim = d2l.get_data_ch10(self.batch_size)
        rng = data_iter.restart()
        weights = [rng.normal(0, rows ** -0.5, (rows, columns))
                   for rows, columns in ((feature_dim, self.hidden), (self.hidden, 1))]
        params = [engine.parameter(p) for W in weights for p in (W, numpy.zeros((1, W.shape[1])))]
        inner, others, path = params[:1], params[1:], []
        states, other_states = d2l.init_muon_states(inner), d2l.init_adamw_states(others)
        hyperparams = self.hyperparams | {'momentum': 0.95}
        other_hyperparams = self.hyperparams | {'t': 1}
        for _ in range(self.epochs):
            for X, y in data_iter:
                set_gradients(params, X, y[:, None])
                d2l.muon(inner, states, hyperparams, **self.constants)
                d2l.adamw(others, other_states, other_hyperparams, eps=self.adamw_eps(other_hyperparams['t']))
                path.append(numpy.concatenate([numpy.ravel(p) for p in params]))
        return numpy.array(path)


def set_gradients(params, X, y):
    """Set the gradient of half the mean squared error of tanh(X W + b) v + c at each parameter."""
    W, b, v, c = params
    h = numpy.tanh(X @ W + b)
    error = (h @ v + c - y) / len(X)
    back = error @ v.T * (1 - h ** 2)
    for p, gradient in zip(params, (X.T @ back, back.sum(0, keepdims=True), h.T @ error, error.sum(0, keepdims=True))):
        p.grad = numpy.asarray(gradient)


def averages(params, states):
    return d2l.schedule_free_average(states)


ADAM = {'lr': 0.01}
METHODS = {     # a program's name: what its page runs
    'gd': Ours('sgd', {'lr': 1.0}, batch_size=1500, epochs=6),
    'sgd': Ours('sgd', {'lr': 0.005}, batch_size=1, epochs=1),
    'minibatch_sgd': Ours('sgd', {'lr': 0.05}),
    'momentum': Ours('sgd_momentum', {'lr': 0.005, 'momentum': 0.9}, 'momentum'),
    'nesterov': Ours('nesterov', {'lr': 0.005, 'momentum': 0.9}, 'momentum'),
    'adagrad': Ours('adagrad', {'lr': 0.1}, 'adagrad'),
    'rmsprop': Ours('rmsprop', {'lr': 0.01, 'gamma': 0.9}, 'rmsprop'),
    'adadelta': Ours('adadelta', {'rho': 0.9}, 'adadelta'),
    'adam': Ours('adam', ADAM, 'adam'),
    'yogi': Ours('yogi', ADAM, 'adam'),
    'lr_scheduler': Ours('sgd', {'lr': 0.1}, schedule=lambda t: schedules.cosine(t, 0.1, 300)),
    'adamw': Ours('adamw', ADAM | {'weight_decay': 0.1}, 'adamw'),
    'amsgrad': Ours('amsgrad', ADAM, 'amsgrad'),
    'nadam': Ours('nadam', ADAM, 'nadam'),
    'lion': Ours('lion', {'lr': 0.003, 'weight_decay': 0.1}, 'lion'),
    'adafactor': Ours('adafactor', {'lr': 0.05}, 'adafactor'),
    'schedule_free': Ours('schedule_free', {'lr': 0.02}, 'schedule_free', read=averages),
    'prodigy': Ours('prodigy', {'lr': 1.0}, 'prodigy'),
    'muon': Muon(),
}


def folded(eps):
    """The ε of a library that folds the bias correction into the rate, as it acts outside the corrected root."""
    return lambda t, g, state: eps / math.sqrt(1 - 0.999 ** t)


def outside(eps, gamma=0.9):
    """√s + ε is √(s + ε′) with ε′ = 2ε√s + ε²."""
    return lambda t, g, s: 2 * eps * numpy.sqrt(s + (1 - gamma) * (g ** 2 - s)) + eps ** 2


def constant_nadam(params, states, hyperparams):
    """NAdam with μ = β1 throughout."""
    t = hyperparams['t']
    for p, (v, s, _) in zip(params, states):
        v += 0.1 * (p.grad - v)
        s += 0.001 * (p.grad ** 2 - s)
        v_hat = 0.9 * v / (1 - 0.9 ** (t + 1)) + 0.1 * p.grad / (1 - 0.9 ** t)
        p -= hyperparams['lr'] * v_hat / (numpy.sqrt(s / (1 - 0.999 ** t)) + 1e-8)


def next_prodigy(rate=lambda t: 1.0):
    """Prodigy that adds ε times the distance d of the next step to the root, not of this one."""
    def update(params, states, hyperparams):
        before, lr = [numpy.array(p) for p in params], rate(hyperparams['t'])
        old = 1e-6 if hyperparams['t'] == 1 else float(states[0][-1].item())
        d2l.prodigy(params, states, hyperparams | {'lr': lr})
        for p, start, (v, s, *_, d) in zip(params, before, states):
            p[()] = start - lr * old * v / (numpy.sqrt(s) + d.reshape(-1)[0] * 1e-8)
    return update


def corrected_rate(t):
    return math.sqrt(1 - 0.999 ** t) / (1 - 0.9 ** t)


# What a library computes otherwise, whatever its options: in words, and d2lmini's function made to do the same.
ELSEWHERE = {
    'torch/rmsprop': ('ε outside the root',
                      Ours('rmsprop', {'lr': 0.01, 'gamma': 0.9}, 'rmsprop', eps_of=outside(1e-4))),
    'keras/adam': ('correction folded into the rate', Ours('adam', ADAM, 'adam', eps_of=folded(1e-7))),
    'keras/adamw': ('correction folded into the rate',
                    Ours('adamw', ADAM | {'weight_decay': 0.1}, 'adamw', eps_of=folded(1e-8))),
    'keras/amsgrad': ('correction folded into the rate', Ours('amsgrad', ADAM, 'amsgrad', eps_of=folded(1e-8))),
    'jax/amsgrad': ('largest s after the correction', Ours('amsgrad', ADAM, 'amsgrad', corrected=True)),
    'jax/nadam': ('momentum without a schedule', Ours('nadam', ADAM, 'nadam', update=constant_nadam)),
    'keras/nadam': ('momentum rises 250 times as fast', Ours('nadam', ADAM, 'nadam', psi=1.0)),
    'torch/prodigy': ('ε times the next d', Ours('prodigy', {'lr': 1.0}, 'prodigy', update=next_prodigy())),
    'jax/prodigy': ('bias-corrected, ε times the next d',
                    Ours('prodigy', {'lr': 1.0}, 'prodigy', update=next_prodigy(corrected_rate))),
    'torch/muon': ('Newton–Schulz in bfloat16, ε not added', Muon(eps=1e-16)),
    'keras/muon': ('correction folded into the rate', Muon(adamw_eps=lambda t: folded(1e-8)(t, None, None))),
    'keras/schedule_free': ('the last y, not the average x', Ours('schedule_free', {'lr': 0.02}, 'schedule_free')),
}
@contextlib.contextmanager
def without_bfloat16():
    """Leave out PyTorch's cast to bfloat16."""
    import torch

    cast, torch.Tensor.bfloat16 = torch.Tensor.bfloat16, torch.Tensor.clone
    try:
        yield
    finally:
        torch.Tensor.bfloat16 = cast


# NumPy has no bfloat16: for the second comparison, it is the library that does the same.
UNCHANGED = {'torch/muon': without_bfloat16}
# Part of which is in single precision, whatever the options.
LOWER = {'keras/lr_scheduler': 'its rates are in float32', 'jax/adafactor': 'its decay is in float32',
         'keras/adafactor': 'its decay is in float32', 'keras/muon': 'norm in float32'}


def programs():
    """Return the names of all programs, 'torch/adam', in the order of METHODS."""
    return sorted(listed.files(), key=lambda name: list(METHODS).index(name.split('/')[1]))


def executed(name, source):
    """Run a program's source as a script; return its globals and what it printed."""
    file = HERE / f'{name}.py'
    scope = {'__name__': '__main__', '__file__': str(file)}
    with contextlib.redirect_stdout(io.StringIO()) as printed, warnings.catch_warnings():
        warnings.filterwarnings('ignore', '.*non-interactive.*')
        exec(compile(source, str(file), 'exec'), scope)
    sys.modules['matplotlib.pyplot'].close('all')
    return scope, printed.getvalue().strip()


# The last comment of a program: which defaults it replaces, and what they would do.
DEFAULTS = re.compile(r'# Defaults of (?P<what>[\w.]+): (?P<values>.*?)\. The loss then ends at (?P<loss>\S+)\.\n')


# Or: another optimizer, and where the loss ends with it.
INSTEAD = re.compile(r'# With (?P<call>optimizer = .*?): .*\. The loss then ends at (?P<loss>\S+)\.\n')


def joined(source):
    """Return source with comments of several lines in one."""
    return re.sub(r'\n# (?=(?!Defaults|With|not shown).)', ' ', source)


def claimed(source):
    """Return (the name, {option: value}, the loss) of the comment on defaults."""
    found = DEFAULTS.search(joined(source))
    assert found, 'it does not end with "# Defaults of name: option=value. The loss then ends at x."'
    values = dict(re.findall(r'(\w+)=([^\s,]+)', found['values']))
    return found['what'], {k: ast.literal_eval(v) for k, v in values.items()}, found['loss']


class WithDefaults(ast.NodeTransformer):
    """Reduce the call of one optimizer to the arguments that have no default."""

    def __init__(self, name, signature):
        self.name, self.signature, self.calls = name, signature, []

    def visit_Call(self, call):
        self.generic_visit(call)
        if ast.unparse(call.func) == self.name:
            self.calls.append(ast.unparse(call))
            names = list(self.signature.parameters)
            given = dict(zip(names, call.args)) | {k.arg: k.value for k in call.keywords}
            needed = {k for k, p in self.signature.parameters.items() if p.default is p.empty}
            call.args, call.keywords = [], [ast.keyword(k, v) for k, v in given.items() if k in needed]
        return call


def check_end(name, tree, loss):
    """Run another version of a program; check where the comment says that its loss ends."""
    ends = executed(name, ast.unparse(ast.fix_missing_locations(tree)))[0]['run'].losses()[1][-1]
    ends = f'{ends:.3f}' if ends < 1000 else f'{ends:.2e}'
    assert ends == loss, f'with the defaults the loss ends at {ends}, the comment says {loss}'


def checked_defaults(name, source, scope):
    """Check the comment on defaults against the library; return how the optimizer is called."""
    tree = ast.parse(source)
    instead = INSTEAD.search(joined(source))
    if instead or re.search(r'^# No defaults: .*', source, re.M):
        [call] = [node for node in tree.body if isinstance(node, ast.Assign)
                  and ast.unparse(node.targets[0]) == 'optimizer']
        text = ast.unparse(call.value)
        if instead:
            call.value = ast.parse(instead['call']).body[0].value
            check_end(name, tree, instead['loss'])
        return text
    what, values, loss = claimed(source)
    signature = inspect.signature(eval(what, dict(scope)))
    for option, value in values.items():
        real = signature.parameters[option].default
        assert real == value, f'{what} has {option}={real!r}, the comment says {value!r}'
    reduced = WithDefaults(what, signature)
    tree = reduced.visit(tree)
    assert len(reduced.calls) == 1, f'{what} is called {len(reduced.calls)} times'
    check_end(name, tree, loss)
    return reduced.calls[0]


def measured(name):
    """Run a program and compare it; return what is stored.

    Raises:
        AssertionError: the first thing that is not so.
    """
    source, ours = (HERE / f'{name}.py').read_text(encoding='utf-8'), METHODS[name.split('/')[1]]
    scope, printed = executed(name, source)
    run = scope['run']
    path, losses, page = path_of(scope), run.losses()[1], ours.path()
    if ours.hidden or 'averages' in ours.read.__name__:     # the trainer knows a linear model, and parameters alone
        theirs = airfoil.Run(ours.batch_size, ours.hidden)
        theirs.path = page
        their_losses, their_print = theirs.losses()[1], f'loss: {theirs.losses()[1][-1]:.3f}'
    else:
        their_losses, their_print = ours.trained()
    assert path.shape == page.shape, f'{len(path)} steps, the page takes {len(page)}'
    off = {'page': distance(path, page)}
    words, same = ELSEWHERE.get(name, ('', None))
    if same:
        with UNCHANGED.get(name, contextlib.nullcontext)():
            again = path_of(executed(name, source)[0]) if name in UNCHANGED else path
        off['convention'] = distance(again, same.path())
    lower = LOWER.get(name, '')
    precision = 'float32' if lower else 'float64'
    strict = off.get('convention', off['page'])
    assert strict <= CLOSE[precision], f'differs from d2lmini by {strict:.1e} of its size, allowed {CLOSE[precision]}'
    assert not (same or lower) or off['page'] > CLOSE['float64'], 'is equal to the page: it is no exception'
    curves = distance(numpy.array(losses), numpy.array(their_losses))
    assert curves <= 2 * max(off.values()) + 1e-9, f'its curve differs by {curves:.1e}'
    assert same or printed == their_print, f'prints {printed!r}, the trainer {their_print!r}'
    call = checked_defaults(name, source, scope)
    function = Path(inspect.getsourcefile(inspect.unwrap(getattr(d2l, ours.name)))).resolve()
    return {'call': call, 'steps': len(path), 'printed': printed, 'elsewhere': '; '.join(filter(None, [words, lower])),
            **{f'off_{k}': float(f'{v:.1e}') for k, v in off.items()},
            'digits': digits(off['page']), 'digits_convention': digits(strict),
            'sha256': listed.digest(HERE / f'{name}.py'),
            'function': function.relative_to(ROOT).as_posix(), 'function_sha256': listed.digest(function)}


def path_of(scope):
    return numpy.array(scope['run'].path)


def distance(a, b):
    """Return the largest difference, as a share of the largest number."""
    return float(abs(a - b).max() / abs(b).max())


def digits(off):
    """Return how many decimal digits agree, from 0 to 15."""
    return 15 if off < 1e-15 else max(0, math.floor(-math.log10(off)))


def run_other(name, golden):
    """Run a program that checks itself: its assertions, and golden trajectories."""
    file, before = HERE / f'{name}.py', sys.argv
    sys.argv = [str(file), str(golden)]
    try:
        executed(name, file.read_text(encoding='utf-8'))
    finally:
        sys.argv = before
    return {'sha256': listed.digest(file)}


def stored_now(results, others):
    """Return the document that is stored."""
    return {'generator': 'frameworks/measure.py', 'date': datetime.date.today().isoformat(),
            'python': platform.python_version(), 'system': f'{platform.system()} {platform.machine()}',
            'versions': {p: metadata.version(p).split('+')[0] for p in PACKAGES},
            'files': listed.shared(), 'others': others, 'programs': results}


def outcome(name, trajectories):
    """Return what is stored of a program, or what went wrong, as text: the others are run in any case."""
    try:
        return run_other(name, trajectories) if name in listed.others() else measured(name)
    except Exception as why:
        return f'{type(why).__name__}: {why}'


def main(names):
    chosen, results, others, failed = names or [*programs(), *sorted(listed.others())], {}, {}, 0
    workers = int(os.environ.get('WORKERS', os.cpu_count() or 1))
    with (tempfile.TemporaryDirectory() as folder,
          ProcessPoolExecutor(min(workers, len(chosen)), multiprocessing.get_context('spawn')) as pool):
        trajectories = Path(folder, 'golden.json')
        trajectories.write_text(golden.text(), encoding='utf-8')
        for name, found in zip(chosen, pool.map(outcome, chosen, [trajectories] * len(chosen))):
            if isinstance(found, str):
                failed += 1
                said = f'FAILED: {found}'
            elif name in listed.others():
                others[name], said = found, 'checks itself'
            else:
                results[name], said = found, f"{found['digits']:2d} digits"
                said += f" ({found['digits_convention']} with: {found['elsewhere']})" if found['elsewhere'] else ''
            print(f'{name:22s} {said}', flush=True)
    print(f'{len(chosen) - failed} passed, {failed} failed')
    if failed:
        sys.exit(1)
    if not names:
        write_whole(json.dumps(stored_now(results, others), indent=1, ensure_ascii=False) + '\n', TARGET)
        print(f'stored in {TARGET.relative_to(ROOT)}')


if __name__ == '__main__':
    main(sys.argv[1:])
