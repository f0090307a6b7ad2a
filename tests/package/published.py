"""Cells of our own, which use every construct of the MXNet cells of five editions of the published chapter.

A cell is (what it needs beyond this package, code). In the code, @-names differ by edition: see EDITIONS.
"""
import contextlib
import io
from typing import NamedTuple

from d2lmini import engine
from d2lmini.plotting import plt

MXNET = 'MXNet'                             # autograd, Gluon, or a method that only its arrays have
FASHION = 'Fashion-MNIST and a GPU helper'
DOWNLOAD = 'a download'
OLD = 'matplotlib 3.5'                      # it took MXNet's arrays in plot_wireframe and contour


class Edition(NamedTuple):
    """What differs in the code."""

    title: str              # as the page says it
    imports: str
    chapter: str            # in names: train_ch10
    by_name: str            # the trainer by Gluon's name: gluon or concise
    arrays: str             # where array functions come from: np or d2l
    array: str              # what makes an array
    f_grad: bool            # whether train_2d hands the gradient on
    plain: bool             # whether surfaces are drawn from NumPy's arrays


EDITIONS = {
    'chapter 10': Edition('chapter 10, 2019', 'import d2l', 'ch10', 'gluon', 'np', 'np.array', False, False),
    'chapter 11, gluon': Edition('chapter 11, to June 2020', 'import d2l', 'ch11', 'gluon', 'np', 'np.array', False,
                                 False),
    'chapter 11, concise': Edition('chapter 11, from June 2020', 'from d2l import mxnet as d2l', 'ch11', 'concise',
                                   'd2l', 'd2l.tensor', False, False),
    'chapter 11, f_grad': Edition('chapter 11, with `f_grad`', 'from d2l import mxnet as d2l', 'ch11', 'concise', 'd2l',
                                  'd2l.tensor', True, False),
    'chapter 12': Edition('chapter 12', 'from d2l import mxnet as d2l', 'ch11', 'concise', 'd2l', 'd2l.tensor',
                          True, True),
}

INTRO = [
    (None, '''
def f(x): return x * @A.cos(np.pi * x)
def g(x): return f(x) + 0.2 * @A.cos(5 * np.pi * x)
def annotate(text, xy, xytext):
    d2l.plt.gca().annotate(text, xy=xy, xytext=xytext, arrowprops=dict(arrowstyle='->'))
x = @A.arange(0.5, 1.5, 0.02)
d2l.set_figsize((4.5, 2.5))
d2l.plot(x, [f(x), g(x)], 'x', 'risk')
annotate('empirical', (1.0, -1.2), (0.5, -1.1))
d2l.annotate('expected', (1.1, -1.05), (0.95, -0.5))
'''),
    (None, '''
x = @A.arange(-1.0, 2.0, 0.02)
d2l.plot(x, [f(x), ], 'x', 'f(x)')
annotate('local', (-0.3, -0.25), (-0.77, -1.0))
'''),
    (None, '''
x = @A.arange(-2.0, 5.0, 0.02)
d2l.plot(x, [@A.tanh(x)], 'x', 'f(x)')
annotate('flat', (4, 1), (2, 0.0))
'''),
    ('@surface', '''
x, y = @A.meshgrid(@A.linspace(-1, 1, 21), @A.linspace(-1, 1, 21), indexing='ij')
z = x ** 2 - y ** 2
ax = d2l.plt.figure().add_subplot(111, projection='3d')
ax.plot_wireframe(x@plain, y@plain, z@plain, **{'rstride': 10, 'cstride': 10})
ax.plot([0], [0], [0], 'rx')
ticks = [-1, 0, 1]
d2l.plt.xticks(ticks)
d2l.plt.yticks(ticks)
ax.set_zticks(ticks)
d2l.plt.xlabel('x')
d2l.plt.ylabel('y');
'''),
]
CONVEXITY = [
    (None, '''
f, g = lambda x: 0.5 * x ** 2, lambda x: @A.cos(np.pi * x)
h = lambda x: @A.exp(0.5 * x)
x, segment = @A.arange(-2, 2, 0.02), @array([-1.5, 1])
d2l.use_svg_display()
_, axes = d2l.plt.subplots(1, 3, figsize=(9, 3))
for ax, func in zip(axes, [f, g, h]):
    d2l.plot([x, segment], [func(x), func(segment)], axes=ax)
'''),
    (None, '''
d2l.set_figsize()
d2l.plot([x, segment], [f(x), f(segment)], 'x', 'f(x)')
'''),
    (None, '''
axb, ab = @array([-1.5, -0.5, 1]), @array([-1.5, 1])
d2l.set_figsize((3.5, 2.5))
d2l.plot([x, axb, ab], [f(x) for x in [x, axb, ab]], 'x', 'f(x)')
d2l.annotate('a', (-1.5, f(-1.5)), (-1.5, 1.5))
d2l.annotate('x', (-0.5, f(-0.5)), (-1.5, f(-0.5)))
'''),
    ('@surface', '''
x, y = @A.meshgrid(@A.linspace(-1, 1, 21), @A.linspace(-1, 1, 21))
z = x ** 2 + 0.5 * @A.cos(2 * np.pi * y)
d2l.set_figsize((6, 4))
ax = d2l.plt.figure().add_subplot(111, projection='3d')
ax.contour(x@plain, y@plain, z@plain, offset=-1)
ax.set_zlim(-1, 1.5)
for func in [d2l.plt.xticks, d2l.plt.yticks, ax.set_zticks]:
    func([-1, 0, 1])
'''),
]
GD = [
    (None, '''
def f(x): return x ** 2
def f_grad(x): return 2 * x
def gd(eta, f_grad):
    x = 10.0
    results = [x]
    for i in range(10):
        x -= eta * f_grad(x)
        results.append(float(x))
    print(f'x: {x:f}')
    return results
results = gd(0.2, f_grad)
'''),
    (None, '''
def show_trace(results, f):
    n = max(abs(min(results)), abs(max(results)))
    f_line = @A.arange(-n, n, 0.2)
    d2l.set_figsize()
    d2l.plot([f_line, results], [[f(x) for x in f_line], [f(x) for x in results]], 'x', 'f(x)', fmts=['-', '-o'])
show_trace(results, f)
'''),
    (None, '''
c = @array(0.15 * np.pi)
def f(x): return x * @A.cos(c * x)
def f_grad(x): return @A.cos(c * x) - c * x * @A.sin(c * x)
show_trace(gd(2, f_grad), f)
'''),
    (None, '''
c = @array(0.5)
def f(x): return @A.cosh(c * x)
def newton(eta=1):
    x = 10.0
    results = [x]
    for i in range(10):
        x -= eta * c * @A.sinh(c * x) / (c ** 2 * @A.cosh(c * x))
        results.append(float(x))
    print('x:', x)
    return results
show_trace(newton(), f)
show_trace(newton(0.5), f)
'''),
    (None, '''
def train_2d(trainer, steps=20, f_grad=None):
    x1, x2, s1, s2 = -5, -2, 0, 0
    path = [(x1, x2)]
    for i in range(steps):
        x1, x2, s1, s2 = trainer(x1, x2, s1, s2, *([f_grad] if f_grad else []))
        path.append((x1, x2))
    print(f'x1: {float(x1):f}, x2: {float(x2):f}')
    return path
def f_2d(x1, x2): return x1 ** 2 + 2 * x2 ** 2
def f_2d_grad(x1, x2): return (2 * x1, 4 * x2)
def gd_2d(x1, x2, s1, s2, *gradient):
    g1, g2 = (gradient or [f_2d_grad])[0](x1, x2)
    return (x1 - eta * g1, x2 - eta * g2, 0, 0)
eta = 0.1
d2l.show_trace_2d(f_2d, train_2d(gd_2d@f_2d_grad))
'''),
    ('@surface', '''
def show_trace_2d(f, results):
    d2l.set_figsize()
    d2l.plt.plot(*zip(*results), '-o', color='#ff7f0e')
    x1, x2 = @A.meshgrid(@A.arange(-5.5, 1.0, 0.1), @A.arange(-3.0, 1.0, 0.1))
    x1, x2 = x1@plain, x2@plain
    d2l.plt.contour(x1, x2, f(x1, x2), colors='#1f77b4')
    d2l.plt.xlabel('x1')
    d2l.plt.ylabel('x2')
show_trace_2d(f_2d, train_2d(gd_2d))
'''),
]
SGD = [
    (None, '''
import math
def f(x1, x2): return x1 ** 2 + 2 * x2 ** 2
def f_grad(x1, x2): return 2 * x1, 4 * x2
def sgd(x1, x2, s1, s2, f_grad=f_grad):
    global lr
    (g1, g2) = f_grad(x1, x2)
    (g1, g2) = (g1 + @noise, g2 + @noise)
    eta_t = eta * lr()
    return (x1 - eta_t * g1, x2 - eta_t * g2, 0, 0)
eta = 0.1
lr = (lambda: 1)
d2l.show_trace_2d(f, d2l.train_2d(sgd, steps=50@f_grad))
'''),
    (None, '''
def exponential():
    global ctr
    ctr += 1
    return math.exp(-0.1 * ctr)
ctr = 1
lr = exponential
d2l.show_trace_2d(f, d2l.train_2d(sgd, steps=100@f_grad))
'''),
]
MINIBATCH = [
    (MXNET, '''
from mxnet import autograd, gluon, init
from mxnet.gluon import nn
timer = d2l.Timer()
A, B, C = np.zeros((8, 8)), np.random.normal(0, 1, (8, 8)), np.random.normal(0, 1, (8, 8))
A.wait_to_read()
'''),
    (None, '''
timer = d2l.Timer()
A, B = np.zeros((8, 8)), np.ones((8, 8))
for j in range(8):
    A[:, j] = np.dot(B, B[:, j])
timer.stop()
timer.start()
A[:, 0:4] = np.dot(B, B[:, 0:4])
timer.stop()
print(f'element {2 / timer.times[0]:.3f}, {timer.sum() + timer.avg() + timer.cumsum()[-1]:.3f}')
'''),
    ('@file', '''
@fetch
def get_data(batch_size=10, n=1500):
    data = np.genfromtxt(@path, dtype=np.float32, delimiter='\\t')
    data = (data - data.mean(axis=0)) / data.std(axis=0)
    return d2l.load_array((data[:n, :-1], data[:n, -1]), batch_size, is_train=True), data.shape[1] - 1
data_iter, feature_dim = get_data(100)
'''),
    (None, '''
data_iter, feature_dim = d2l.get_data_@ch(100)
data_iter = d2l.load_array((data_iter.X, data_iter.y), 100, is_train=True)
for X, y in data_iter:
    break
assert X.shape == (100, feature_dim) and y.shape == (100,) and len(data_iter) == 15
'''),
    (None, '''
def sgd(params, states, hyperparams):
    for p in params:
        p[:] -= hyperparams['lr'] * p.grad
def train_sgd(lr, batch_size, num_epochs=2):
    data_iter, feature_dim = d2l.get_data_@ch(batch_size)
    return d2l.train_@ch(sgd, None, {'lr': lr}, data_iter, feature_dim, num_epochs)
gd_res = train_sgd(1, 1500, 6)
mini_res = train_sgd(.4, 100)
'''),
    (None, '''
d2l.set_figsize([6, 3])
d2l.plot(*list(map(list, zip(gd_res, mini_res))), 'time (sec)', 'loss', xlim=[1e-2, 10], legend=['gd', 'batch'])
d2l.plt.gca().set_xscale('log')
'''),
    (MXNET, '''
def train(trainer_fn, states, hyperparams, data_iter, feature_dim, num_epochs=2):
    w = np.random.normal(scale=0.01, size=(feature_dim, 1))
    b = np.zeros(1)
    w.attach_grad()
    b.attach_grad()
    net, loss = lambda X: d2l.linreg(X, w, b), d2l.squared_loss
    animator = d2l.Animator(xlabel='epoch', ylabel='loss', xlim=[0, num_epochs], ylim=[0.22, 0.35])
    n, timer = 0, d2l.Timer()
    for _ in range(num_epochs):
        for X, y in data_iter:
            with autograd.record():
                l = loss(net(X), y).mean()
            l.backward()
            trainer_fn([w, b], states, hyperparams)
            n += X.shape[0]
            if n % 200 == 0:
                timer.stop()
                animator.add(n/X.shape[0]/len(data_iter), (d2l.evaluate_loss(net, data_iter, loss),))
                timer.start()
    print(f'loss: {animator.Y[0][-1]:.3f}, {timer.avg():.3f} sec/epoch')
    return timer.cumsum(), animator.Y[0]
data_iter, feature_dim = d2l.get_data_@ch(100)
seconds, losses = train(sgd, None, {'lr': .4}, data_iter, feature_dim)
'''),
    (MXNET, '''
def train_by_name(tr_name, hyperparams, data_iter, num_epochs=2):
    net = nn.Sequential()
    net.add(nn.Dense(1))
    net.initialize(init.Normal(sigma=0.01))
    trainer = gluon.Trainer(net.collect_params(), tr_name, hyperparams)
    loss = gluon.loss.L2Loss()
    animator = d2l.Animator(xlabel='epoch', ylabel='loss', xlim=[0, num_epochs], ylim=[0.22, 0.35])
    for epoch in range(num_epochs):
        for X, y in data_iter:
            with autograd.record():
                l = loss(net(X), y)
            l.backward()
            trainer.step(X.shape[0])
        animator.add(epoch + 1, (d2l.evaluate_loss(net, data_iter, loss),))
    print('loss: %.3f, 0 sec/epoch' % (animator.Y[0][-1]))
train_by_name('sgd', {'learning_rate': 0.4}, data_iter)
'''),
    (None, '''
data_iter, _ = d2l.get_data_@ch(100)
d2l.train_@by_name_@ch('sgd', {'learning_rate': 0.4}, data_iter)
'''),
]
MOMENTUM = [
    (None, '''
eta = 0.4
def f_2d(x1, x2):
    return 0.1 * x1 ** 2 + 2 * x2 ** 2
def gd_2d(x1, x2, s1, s2):
    return (x1 - eta * 0.2 * x1, x2 - eta * 4 * x2, 0, 0)
d2l.show_trace_2d(f_2d, d2l.train_2d(gd_2d))
'''),
    (None, '''
def momentum_2d(x1, x2, v1, v2):
    v1 = beta * v1 + 0.2 * x1
    v2 = beta * v2 + 4 * x2
    return x1 - eta * v1, x2 - eta * v2, v1, v2
eta, beta = 0.6, 0.5
d2l.show_trace_2d(f_2d, d2l.train_2d(momentum_2d))
'''),
    ('@numpy', '''
d2l.set_figsize()
for beta in [0.95, 0.9, 0.6, 0]:
    x = @numpy(@A.arange(40))
    d2l.plt.plot(x, beta ** x, label=f'beta = {beta:.2f}')
d2l.plt.xlabel('time')
d2l.plt.legend();
'''),
    (None, '''
def init_momentum_states(feature_dim):
    v_w = @A.zeros((feature_dim, 1))
    v_b = @A.zeros(1)
    return (v_w, v_b)
def sgd_momentum(params, states, hyperparams):
    for p, v in zip(params, states):
        v[:] = hyperparams['momentum'] * v + p.grad
        p[:] -= hyperparams['lr'] * v
def train_momentum(lr, momentum, num_epochs=2):
    d2l.train_@ch(sgd_momentum, init_momentum_states(feature_dim), {'lr': lr, 'momentum': momentum}, data_iter,
                  feature_dim, num_epochs)
data_iter, feature_dim = d2l.get_data_@ch(batch_size=100)
train_momentum(0.2, 0.5)
'''),
    (None, '''
d2l.train_@by_name_@ch('sgd', {'learning_rate': 0.05, 'momentum': 0.9}, data_iter)
'''),
]
ADAGRAD = [
    (None, '''
import math
def adagrad_2d(x1, x2, s1, s2):
    eps = 1e-6
    g1, g2 = 0.2 * x1, 4 * x2
    s1 += g1 ** 2
    s2 += g2 ** 2
    x1 -= eta / math.sqrt(s1 + eps) * g1
    x2 -= eta / math.sqrt(s2 + eps) * g2
    return x1, x2, s1, s2
eta = 2
d2l.show_trace_2d(lambda x1, x2: 0.1 * x1 ** 2 + 2 * x2 ** 2, d2l.train_2d(adagrad_2d))
'''),
    (None, '''
def adagrad(params, states, hyperparams):
    eps = 1e-6
    for p, s in zip(params, states):
        s[:] += np.square(p.grad)
        p[:] -= hyperparams['lr'] * p.grad / np.sqrt(s + eps)
data_iter, feature_dim = d2l.get_data_@ch(batch_size=100)
d2l.train_@ch(adagrad, (@A.zeros((feature_dim, 1)), @A.zeros(1)), {'lr': 0.1}, data_iter, feature_dim);
'''),
    (None, '''
d2l.train_@by_name_@ch('adagrad', {'learning_rate': 0.1}, data_iter)
'''),
]
RMSPROP = [
    ('@numpy', '''
d2l.set_figsize()
for gamma in [0.95, 0.7]:
    x = @numpy(@A.arange(40))
    d2l.plt.plot(x, (1 - gamma) * gamma ** x, label=f'gamma = {gamma:.2f}')
d2l.plt.xlabel('time');
'''),
    (None, '''
def rmsprop(params, states, hyperparams):
    gamma, eps = hyperparams['gamma'], 1e-6
    for p, s in zip(params, states):
        s[:] = gamma * s + (1 - gamma) * np.square(p.grad)
        p[:] -= hyperparams['lr'] * p.grad / np.sqrt(s + eps)
data_iter, feature_dim = d2l.get_data_@ch(batch_size=100)
d2l.train_@ch(rmsprop, (@A.zeros((feature_dim, 1)), @A.zeros(1)), {'lr': 0.02, 'gamma': 0.9}, data_iter, feature_dim);
'''),
    (None, '''
d2l.train_@by_name_@ch('rmsprop', {'learning_rate': 0.02, 'gamma1': 0.9}, data_iter)
'''),
]
ADADELTA = [
    (None, '''
def init_adadelta_states(feature_dim):
    s_w, s_b = @A.zeros((feature_dim, 1)), @A.zeros(1)
    delta_w, delta_b = @A.zeros((feature_dim, 1)), @A.zeros(1)
    return ((s_w, delta_w), (s_b, delta_b))
def adadelta(params, states, hyperparams):
    rho, eps = hyperparams['rho'], 1e-5
    for p, (s, delta) in zip(params, states):
        s[:] = rho * s + (1 - rho) * np.square(p.grad)
        g = (np.sqrt(delta + eps) / np.sqrt(s + eps)) * p.grad
        p[:] -= g
        delta[:] = rho * delta + (1 - rho) * g * g
data_iter, feature_dim = d2l.get_data_@ch(batch_size=100)
d2l.train_@ch(adadelta, init_adadelta_states(feature_dim), {'rho': 0.9}, data_iter, feature_dim);
'''),
    (None, '''
d2l.train_@by_name_@ch('adadelta', {'rho': 0.9}, data_iter)
'''),
]
ADAM = [
    (None, '''
def init_adam_states(feature_dim):
    v_w, v_b = @A.zeros((feature_dim, 1)), @A.zeros(1)
    s_w, s_b = @A.zeros((feature_dim, 1)), @A.zeros(1)
    return ((v_w, s_w), (v_b, s_b))
def adam(params, states, hyperparams):
    beta1, beta2, eps = 0.9, 0.999, 1e-6
    for p, (v, s) in zip(params, states):
        v[:] = beta1 * v + (1 - beta1) * p.grad
        s[:] = beta2 * s + (1 - beta2) * np.square(p.grad)
        v_bias_corr = v / (1 - beta1 ** hyperparams['t'])
        s_bias_corr = s / (1 - beta2 ** hyperparams['t'])
        p[:] -= hyperparams['lr'] * v_bias_corr / (np.sqrt(s_bias_corr) + eps)
    hyperparams['t'] += 1
data_iter, feature_dim = d2l.get_data_@ch(batch_size=100)
d2l.train_@ch(adam, init_adam_states(feature_dim), {'lr': 0.05, 't': 1}, data_iter, feature_dim);
'''),
    (None, '''
d2l.train_@by_name_@ch('adam', {'learning_rate': 0.05}, data_iter)
'''),
    (None, '''
def yogi(params, states, hyperparams):
    beta1, beta2, eps = 0.9, 0.999, 1e-3
    for p, (v, s) in zip(params, states):
        v[:] = beta1 * v + (1 - beta1) * p.grad
        s[:] = s + (1 - beta2) * np.sign(np.square(p.grad) - s) * np.square(p.grad)
        v_bias_corr = v / (1 - beta1 ** hyperparams['t'])
        s_bias_corr = s / (1 - beta2 ** hyperparams['t'])
        p[:] -= hyperparams['lr'] * v_bias_corr / (np.sqrt(s_bias_corr) + eps)
    hyperparams['t'] += 1
d2l.train_@ch(yogi, init_adam_states(feature_dim), {'lr': 0.05, 't': 1}, data_iter, feature_dim);
'''),
]
SCHEDULER = [
    (FASHION, '''
net, device = None, d2l.try_gpu()
train_iter, test_iter = d2l.load_data_fashion_mnist(batch_size=256)
'''),
    (FASHION, '''
trainer.set_learning_rate(0.1)
print(f'learning rate is now {trainer.learning_rate:.2f}')
'''),
    (None, '''
num_epochs = 30
class SquareRootScheduler:
    def __init__(self, lr=0.1):
        self.lr = lr
    def __call__(self, num_update):
        return self.lr * pow(num_update + 1.0, -0.5)
scheduler = SquareRootScheduler(lr=1.0)
d2l.plot(@A.arange(num_epochs), [scheduler(t) for t in range(num_epochs)])
'''),
    (None, '''
class FactorScheduler:
    def __init__(self, factor=1, stop_factor_lr=1e-7, base_lr=0.1):
        self.factor = factor
        self.stop_factor_lr = stop_factor_lr
        self.base_lr = base_lr
    def __call__(self, num_update):
        self.base_lr = max(self.stop_factor_lr, self.base_lr * self.factor)
        return self.base_lr
scheduler = FactorScheduler(factor=0.9, stop_factor_lr=1e-2, base_lr=2.0)
d2l.plot(np.arange(50), [scheduler(t) for t in range(50)])
'''),
    (None, '''
scheduler = FactorScheduler(factor=0.99, base_lr=0.4)
d2l.train_@by_name_@ch('sgd', {'lr_scheduler': scheduler}, d2l.get_data_@ch(100)[0])
'''),
    (MXNET, '''
from mxnet import lr_scheduler
scheduler = lr_scheduler.MultiFactorScheduler(step=[15, 30], factor=0.5, base_lr=0.5)
d2l.plot(@A.arange(num_epochs), [scheduler(t) for t in range(num_epochs)])
'''),
    (MXNET, '''
scheduler = lr_scheduler.CosineScheduler(20, warmup_steps=5, base_lr=0.3, final_lr=0.01)
d2l.plot(np.arange(num_epochs), [scheduler(t) for t in range(num_epochs)])
d2l.train_@by_name_@ch('sgd', {'lr_scheduler': scheduler}, d2l.get_data_@ch(100)[0])
'''),
    (FASHION, '''
train(net, train_iter, test_iter, num_epochs, loss, trainer, device)
'''),
]
SECTIONS = {'optimization-intro': INTRO, 'convexity': CONVEXITY, 'gd': GD, 'sgd': SGD, 'minibatch-sgd': MINIBATCH,
            'momentum': MOMENTUM, 'adagrad': ADAGRAD, 'rmsprop': RMSPROP, 'adadelta': ADADELTA, 'adam': ADAM,
            'lr-scheduler': SCHEDULER}


def cells(edition: Edition, section: str) -> list[tuple[str | None, str]]:
    """Return the cells of a section as this edition writes them, with what each needs."""
    later = edition.arrays == 'd2l'
    names = {
        '@A': edition.arrays, '@array': edition.array, '@ch': edition.chapter, '@by_name': edition.by_name,
        '@plain': '.asnumpy()' if edition.plain else '',
        '@surface': MXNET if edition.plain else OLD,
        '@numpy': 'd2l.numpy' if later else 'np.ndarray.asnumpy',
        '@f_grad': ', f_grad=f_grad' if edition.f_grad else '',
        '@f_2d_grad': ', f_grad=f_2d_grad' if edition.f_grad else '',
        '@noise': 'd2l.normal(0.0, 1, (1,))' if edition.f_grad else 'np.random.normal(0.1)',
        '@file': DOWNLOAD, '@path': "d2l.download('airfoil')" if later else "'../data/airfoil_self_noise.dat'",
        '@fetch': "d2l.DATA_HUB['airfoil'] = (d2l.DATA_URL + 'airfoil_self_noise.dat', '')" if later else '',
    }

    def fill(text):
        for name in sorted(names, key=len, reverse=True):       # @A would spoil @array
            text = text.replace(name, names[name])
        return text

    needs = names | {'@numpy': None if later else MXNET}
    start = f'{edition.imports}\nfrom mpl_toolkits import mplot3d\nfrom mxnet import np, npx\nnpx.set_np()\n'
    return [(None, start)] + [(needs.get(need, need), fill(code)) for need, code in SECTIONS[section]]


def runs(need: str | None, engine_name: str) -> bool:
    """Whether a cell with this need runs on an engine; NumPy's arrays are what matplotlib has always taken."""
    return need is None or (need, engine_name) in ((MXNET, 'mxnet'), (OLD, 'numpy'))


def run(edition: Edition, section: str):
    """Run a section as a notebook does, after install_as_d2l; yield (need, error or None, what was printed) by cell.

    On the NumPy engine, one line is another: np and npx come from here.
    """
    scope = {}
    for i, (need, code) in enumerate(cells(edition, section)):
        if engine.name == 'numpy':
            code = code.replace('from mxnet import np, npx', 'from d2lmini import np, npx')
        error, printed = None, io.StringIO()
        try:
            with contextlib.redirect_stdout(printed):
                exec(compile(code, f'{section}, cell {i}', 'exec'), scope)
        except Exception as why:
            error = f'{section}, cell {i}: {type(why).__name__}: {why}'
        finally:
            plt.close('all')
        yield need, error, printed.getvalue()
