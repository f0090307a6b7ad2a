"""AdaGrad: a learning rate for each coordinate, from the sum of its squared gradients."""
import numpy as np

from d2lmini.optimizers.door import checked
from d2lmini.optimizers.states import zeros_for


def init_adagrad_states(feature_dim):
    """Return zeros s, sums of squared gradients, for w and b or, given a list of parameters, for each of them."""
    return zeros_for(feature_dim)


@checked(uses=('lr',), keeps=('s',), made_by=init_adagrad_states)
def adagrad(params, states, hyperparams, eps=1e-6):
    """Divide each coordinate's step by the root of all its squared gradients so far.

        s ← s + g²
        p ← p − η g / √(s + ε)

    Equations: eq-adagrad-s, eq-adagrad-x in chapters/adagrad.md.

    Args:
        params: float32 or float64 arrays p of any shape, changed in place; `p.grad` holds the gradient g, shaped as p.
        states: one sum s for each parameter, of its shape, changed in place.
        hyperparams: `{'lr': η}`, the learning rate.
        eps: ε, added inside the root (in units of g²).

    Limits: where g exceeds ±1.8e19 in float32 (±1.3e154 in float64), g² is infinite, and that
    coordinate never moves again.
    eps=0 is refused where g has been 0 so far, which would divide 0 by 0.

    Reference: Duchi, Hazan and Singer, Adaptive subgradient methods, 2011.
    """
    lr = hyperparams['lr']
    for p, s in zip(params, states):
        s += np.square(p.grad)
        p -= lr * p.grad / np.sqrt(s + eps)
