"""RMSProp: AdaGrad with a leak."""
import numpy as np

from d2lmini.optimizers.door import checked
from d2lmini.optimizers.states import zeros_for


def init_rmsprop_states(feature_dim):
    """Return zeros s, averages of squared gradients, for w and b or, given a list of parameters, for each of them."""
    return zeros_for(feature_dim)


@checked(uses=('lr', 'gamma'), keeps=('s',), made_by=init_rmsprop_states)
def rmsprop(params, states, hyperparams, eps=1e-6):
    """Divide each coordinate's step by the root of a leaky average of its squared gradients.

        s ← s + (1 − γ)(g² − s)
        p ← p − η g / √(s + ε)

    Equations: eq-rmsprop-s, eq-rmsprop-x in chapters/rmsprop.md.

    Args:
        params: float32 or float64 arrays p of any shape, changed in place; `p.grad` holds the gradient g, shaped as p.
        states: one average s for each parameter, of its shape, changed in place.
        hyperparams: `{'lr': η, 'gamma': γ}`; 0 ≤ γ < 1.
        eps: ε, added inside the root (in units of g²).

    Limits: where g exceeds ±1.8e19 in float32 (±1.3e154 in float64), g² is infinite, and that
    coordinate becomes NaN with the next step.
    eps=0 is refused where g has been 0 so far, which would divide 0 by 0.

    Reference: Tieleman and Hinton, Lecture 6.5: RMSProp, 2012.
    """
    lr, gamma = hyperparams['lr'], hyperparams['gamma']
    for p, s in zip(params, states):
        s += (1 - gamma) * (np.square(p.grad) - s)
        p -= lr * p.grad / np.sqrt(s + eps)
