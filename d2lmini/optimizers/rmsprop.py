"""RMSProp: AdaGrad with a leak."""
import numpy as np

from d2lmini.optimizers.states import zeros_for


def init_rmsprop_states(feature_dim):
    """Return zeros s, averages of squared gradients, for w and b or, given a list of parameters, for each of them."""
    return zeros_for(feature_dim)


def rmsprop(params, states, hyperparams, eps=1e-6):
    """Divide each coordinate's step by the root of a leaky average of its squared gradients.

        s ← s + (1 − γ)(g² − s)
        p ← p − η g / √(s + ε)

    Equations: eq-rmsprop-s, eq-rmsprop-x in chapters/rmsprop.md.

    Args:
        params: arrays p of any shape, changed in place; `p.grad` holds the gradient g, of the same shape.
        states: one average s for each parameter, of its shape, changed in place.
        hyperparams: `{'lr': η, 'gamma': γ}`; 0 ≤ γ < 1.
        eps: ε, added inside the root (in units of g²).
            With 0, a coordinate whose gradients were all zero becomes 0/0, NaN.

    In float32, as MXNet computes, a gradient above 1.8e19 has an infinite square, and s becomes NaN: clip before that.

    Reference: Tieleman and Hinton, Lecture 6.5: RMSProp, 2012.
    """
    lr, gamma = hyperparams['lr'], hyperparams['gamma']
    for p, s in zip(params, states):
        s += (1 - gamma) * (np.square(p.grad) - s)
        p -= lr * p.grad / np.sqrt(s + eps)
