"""AdaGrad: a learning rate for each coordinate, from the sum of its squared gradients."""
import numpy as np

from d2lmini.optimizers.states import zeros_for


def init_adagrad_states(feature_dim):
    """Return zeros s, sums of squared gradients, for w and b or, given a list of parameters, for each of them."""
    return zeros_for(feature_dim)


def adagrad(params, states, hyperparams, eps=1e-6):
    """Divide each coordinate's step by the root of all its squared gradients so far.

        s ← s + g²
        p ← p − η g / √(s + ε)

    Equations: eq-adagrad-s, eq-adagrad-x in chapters/adagrad.md.

    Args:
        params: arrays p of any shape, changed in place; `p.grad` holds the gradient g, of the same shape.
        states: one sum s for each parameter, of its shape, changed in place.
        hyperparams: `{'lr': η}`, the learning rate.
        eps: ε, added inside the root (in units of g²).
            With 0, a coordinate whose gradients were all zero becomes 0/0, NaN.

    In float32, as MXNet computes, a gradient above 1.8e19 has an infinite square, and its coordinate never moves again:
    clip before that.

    Reference: Duchi, Hazan and Singer, Adaptive subgradient methods, 2011.
    """
    lr = hyperparams['lr']
    for p, s in zip(params, states):
        s += np.square(p.grad)
        p -= lr * p.grad / np.sqrt(s + eps)
