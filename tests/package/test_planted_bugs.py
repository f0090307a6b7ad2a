"""The golden sequence of gradients catches wrong formulas that converge all the same."""
import numpy
import pytest

from helpers import slow_file_on_mxnet
from textbook import FLAT, OnEngine, OnNumPy, follow, reference

pytestmark = slow_file_on_mxnet
ARRAYS = pytest.mark.parametrize('arrays', [OnNumPy, OnEngine])


def adam_like(square=numpy.square, t_given=None, correct=True, inside=False, on_parameter=False, sign=False,
              beta1=0.9, beta2=0.999, eps=1e-6):
    """Return Adam or Yogi with a bug, or without."""
    def update(params, states, hyperparams):
        lr, t = hyperparams['lr'], t_given or hyperparams['t']
        for p, (v, s) in zip(params, states):
            v += (1 - beta1) * (p.grad - v)
            change = numpy.sign(numpy.square(p.grad) - s) * square(p.grad) if sign else square(p.grad) - s
            s += (1 - beta2) * change
            v_hat, s_hat = (v / (1 - beta1 ** t), s / (1 - beta2 ** t)) if correct else (v, s)
            if on_parameter:
                p -= lr * v_hat / numpy.sqrt(s_hat + 1e-30) + eps
            else:
                p -= lr * v_hat / (numpy.sqrt(s_hat + eps) if inside else numpy.sqrt(s_hat) + eps)
        hyperparams['t'] += 1
    return update


def scaled(rule):
    """Return an optimizer of one state from rule(g, v, hyperparams) -> (v, step)."""
    def update(params, states, hyperparams):
        for p, v in zip(params, states):
            new, step = rule(p.grad, v, hyperparams)
            v[()] = new
            p -= step
    return update


def late_adadelta(params, states, hyperparams):
    for p, (s, delta) in zip(params, states):
        d = numpy.sqrt(delta + 1e-5) / numpy.sqrt(s + 1e-5) * p.grad        # s should have moved first
        s += (1 - hyperparams['rho']) * (numpy.square(p.grad) - s)
        delta += (1 - hyperparams['rho']) * (numpy.square(d) - delta)
        p -= d


def leaky(eps_inside, keep=1.0, add=1.0):
    """Return the rule of AdaGrad and RMSProp."""
    def rule(g, s, h):
        s = keep * s + add * g * g
        return s, h['lr'] * g / (numpy.sqrt(s + 1e-6) if eps_inside else numpy.sqrt(s) + 1e-6)
    return scaled(rule)


# what: (the method it pretends to be, the update). Those without a bug show that it is the bug that is caught.
RIGHT = {
    'adam': ('adam', adam_like()),
    'yogi': ('yogi', adam_like(sign=True, eps=1e-3)),
    'adagrad': ('adagrad', leaky(True)),
    'rmsprop': ('rmsprop', leaky(True, 0.9, 0.1)),
    'momentum': ('sgd_momentum', scaled(lambda g, v, h: (0.9 * v + g, h['lr'] * (0.9 * v + g)))),
}
PLANTED = {
    'eps inside the root of Adam': ('adam', adam_like(inside=True)),
    'eps 1e-8 in Adam': ('adam', adam_like(eps=1e-8)),
    'no bias correction': ('adam', adam_like(correct=False)),
    'stuck t': ('adam', adam_like(t_given=1)),
    'beta1 .91': ('adam', adam_like(beta1=0.91)),
    'beta2 .99': ('adam', adam_like(beta2=0.99)),
    'eps on the parameter (TensorFlow)': ('adam', adam_like(on_parameter=True)),
    'Yogi squares twice (optax)': ('yogi', adam_like(lambda g: numpy.square(numpy.square(g)), sign=True, eps=1e-3)),
    'Yogi without its sign': ('yogi', adam_like(eps=1e-3)),
    'eps of Adam in Yogi': ('yogi', adam_like(sign=True)),
    'eps inside the root of Yogi': ('yogi', adam_like(sign=True, eps=1e-3, inside=True)),
    'eps outside the root of AdaGrad': ('adagrad', leaky(False)),
    'AdaGrad forgets': ('adagrad', leaky(True, 0.9)),
    'eps outside the root of RMSProp': ('rmsprop', leaky(False, 0.9, 0.1)),
    'RMSProp adds g² in full': ('rmsprop', leaky(True, 0.9)),
    'gamma .91': ('rmsprop', leaky(True, 0.91, 0.09)),
    'momentum dropped': ('sgd_momentum', scaled(lambda g, v, h: (g, h['lr'] * g))),
    'momentum averages': ('sgd_momentum', scaled(lambda g, v, h: (0.9 * v + 0.1 * g, h['lr'] * (0.9 * v + 0.1 * g)))),
    'lr 1 % too large': ('sgd_momentum', scaled(lambda g, v, h: (0.9 * v + g, 1.01 * h['lr'] * (0.9 * v + g)))),
    'Nesterov without look-ahead': ('nesterov', scaled(lambda g, v, h: (0.9 * v + g, h['lr'] * (0.9 * v + g)))),
    'Adadelta steps before s moves': ('adadelta', late_adadelta),
}


def excess(name, update, arrays):
    """Return the largest deviation from the textbook, in tolerances; what is not a number does not count."""
    right = reference(name, FLAT, False)
    with numpy.errstate(all='ignore'):
        path = follow(name, arrays, FLAT, update=update)
        return numpy.nanmax(numpy.abs(path - right) / (arrays.tolerance(right) + 1e-300))


@pytest.mark.parametrize('what', RIGHT)
@ARRAYS
def test_variants_without_a_bug_pass(arrays, what):
    assert excess(*RIGHT[what], arrays) <= 1


@pytest.mark.parametrize('what', PLANTED)
@ARRAYS
def test_planted_bugs_are_caught(arrays, what):
    assert excess(*PLANTED[what], arrays) > 10
