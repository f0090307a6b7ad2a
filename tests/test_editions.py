"""Code in the manner of other editions runs when `d2l` is an alias of `d2lmini`; the calls are our own."""
import sys

import pytest

import d2lmini as d2l

IMPORTS = """
import d2l
from d2lmini import np, npx
npx.set_np()
"""
SECTIONS = {
    'optimization intro': """
def f(x): return x * np.cos(np.pi * x)
d2l.set_figsize((4.5, 2.5))
x = np.arange(0.5, 1.5, 0.01)
d2l.plot(x, [f(x), f(x) + 0.2 * np.cos(5 * np.pi * x)], 'x', 'risk')
d2l.annotate('empirical risk', (1.0, -1.2), (0.5, -1.1))
""",
    'convexity': """
x = np.arange(-2, 2, 0.01)
ends = np.array([-1.5, 1])
d2l.use_svg_display()
_, axes = d2l.plt.subplots(1, 2, figsize=(6, 3))
for ax, f in zip(axes, (lambda x: 0.5 * x ** 2, lambda x: np.cos(np.pi * x))):
    d2l.plot([x, ends], [f(x), f(ends)], axes=ax)
""",
    'gradient descent': """
def gd(eta):
    x, path = 10.0, [10.0]
    for _ in range(10):
        x -= eta * 2 * x
        path.append(float(x))
    return path
path = gd(0.2)
line = np.arange(-10, 10, 0.1)
d2l.set_figsize((3.5, 2.5))
d2l.plot([line, path], [[x ** 2 for x in line], [x ** 2 for x in path]], 'x', 'f(x)', fmts=['-', '-o'])
def step(x1, x2, s1, s2): return x1 - 0.1 * 2 * x1, x2 - 0.1 * 4 * x2, 0, 0
d2l.show_trace_2d(lambda x1, x2: x1 ** 2 + 2 * x2 ** 2, d2l.train_2d(step))
d2l.show_trace_2d(lambda x1, x2: x1 ** 2 + 2 * x2 ** 2, d2l.train_2d(step, steps=50))
""",
    'minibatches': """
timer = d2l.Timer()
timer.stop()
timer.start()
timer.stop()
assert len(timer.times) == 2 and timer.sum() >= timer.avg() >= 0 and len(timer.cumsum()) == 2
def sgd(params, states, hyperparams):
    for p in params:
        p[:] -= hyperparams['lr'] * p.grad
data_iter, feature_dim = d2l.get_data_ch10(batch_size=100)
seconds, losses = d2l.train_ch10(sgd, None, {'lr': 0.05}, data_iter, feature_dim, 2)
d2l.plot([seconds], [losses], 'time (sec)', 'loss', xscale='log', legend=['sgd'])
data_iter, _ = d2l.get_data_ch10(10)
d2l.train_gluon_ch10('sgd', {'learning_rate': 0.05}, data_iter)
animator = d2l.Animator(xlabel='epoch', ylabel='loss', xlim=[0, 2], ylim=[0.22, 0.35])
animator.add(1, (0.3,))
assert animator.Y[0][-1] == 0.3
net = lambda X: d2l.linreg(X, np.zeros((feature_dim, 1)), np.zeros(1))
assert 0.4 < d2l.evaluate_loss(net, data_iter, d2l.squared_loss) < 0.6
""",
    'momentum': """
def states(feature_dim): return np.zeros((feature_dim, 1)), np.zeros(1)
def momentum(params, states, hyperparams):
    for p, v in zip(params, states):
        v[:] = hyperparams['momentum'] * v + p.grad
        p[:] -= hyperparams['lr'] * v
data_iter, feature_dim = d2l.get_data_ch10(batch_size=100)
d2l.train_ch10(momentum, states(feature_dim), {'lr': 0.02, 'momentum': 0.5}, data_iter, feature_dim)
d2l.train_gluon_ch10('sgd', {'learning_rate': 0.005, 'momentum': 0.9}, data_iter)
""",
    'adagrad, rmsprop, adadelta': """
data_iter, feature_dim = d2l.get_data_ch10(batch_size=100)
def zeros(): return np.zeros((feature_dim, 1)), np.zeros(1)
def adagrad(params, states, hyperparams):
    for p, s in zip(params, states):
        s[:] += np.square(p.grad)
        p[:] -= hyperparams['lr'] * p.grad / np.sqrt(s + 1e-6)
d2l.train_ch10(adagrad, zeros(), {'lr': 0.1}, data_iter, feature_dim)
d2l.train_gluon_ch10('adagrad', {'learning_rate': 0.1}, data_iter)
def rmsprop(params, states, hyperparams):
    gamma = hyperparams['gamma']
    for p, s in zip(params, states):
        s[:] = gamma * s + (1 - gamma) * np.square(p.grad)
        p[:] -= hyperparams['lr'] * p.grad / np.sqrt(s + 1e-6)
d2l.train_ch10(rmsprop, zeros(), {'lr': 0.01, 'gamma': 0.9}, data_iter, feature_dim)
d2l.train_gluon_ch10('rmsprop', {'learning_rate': 0.01, 'gamma1': 0.9}, data_iter)
def adadelta(params, states, hyperparams):
    rho = hyperparams['rho']
    for p, (s, delta) in zip(params, states):
        s[:] = rho * s + (1 - rho) * np.square(p.grad)
        g = np.sqrt(delta + 1e-5) / np.sqrt(s + 1e-5) * p.grad
        p[:] -= g
        delta[:] = rho * delta + (1 - rho) * g * g
d2l.train_ch10(adadelta, tuple(zip(zeros(), zeros())), {'rho': 0.9}, data_iter, feature_dim)
d2l.train_gluon_ch10('adadelta', {'rho': 0.9}, data_iter)
""",
    'later names': """
data_iter, feature_dim = d2l.get_data_ch11(batch_size=100)
d2l.train_ch11(d2l.sgd, None, {'lr': 0.05}, data_iter, feature_dim)
d2l.train_concise_ch11('adam', {'learning_rate': 0.01}, data_iter)
own = d2l.load_array((data_iter.X, data_iter.y), 100)
d2l.train_ch12(d2l.sgd, None, {'lr': 0.05}, own, 5)
""",
}


@pytest.mark.parametrize('section', SECTIONS)
def test_code_in_the_manner_of_the_section_runs(section, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, 'd2l', d2l)
    exec(compile(IMPORTS + SECTIONS[section], section, 'exec'), {})
    d2l.plt.close('all')
    printed = capsys.readouterr().out.splitlines()
    losses = [float(line.split()[1].rstrip(',')) for line in printed if line.startswith('loss:')]
    assert all(0.2416 < loss < 0.35 for loss in losses), losses


def test_later_names_are_the_same_functions():
    assert d2l.get_data_ch11 is d2l.get_data_ch12 is d2l.get_data_ch10
    assert d2l.train_ch11 is d2l.train_ch12 is d2l.train_ch10
    assert d2l.train_concise_ch11 is d2l.train_concise_ch12 is d2l.train_gluon_ch10


def test_load_array_refuses_what_it_cannot_do():
    data_iter, _ = d2l.get_data_ch10()
    with pytest.raises(ValueError, match='is_train=False'):
        d2l.load_array((data_iter.X, data_iter.y), 10, is_train=False)
