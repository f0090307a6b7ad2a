"""Lion: the sign of one average of the gradient, while another is kept."""
import numpy as np

from d2lmini.optimizers.door import checked
from d2lmini.optimizers.states import zeros_for


def init_lion_states(feature_dim):
    """Return zeros v, averages of the gradient, for w and b or, given a list of parameters, for each of them."""
    return zeros_for(feature_dim)


@checked(uses=('lr',), may=('weight_decay',), keeps=('v',), made_by=init_lion_states)
def lion(params, states, hyperparams, beta1=0.9, beta2=0.99):
    """Step by ±η in each coordinate, in the direction of a short average of the gradient.

        u = sign(β1 v + (1 − β1) g)
        p ← p − η (u + λ p)
        v ← β2 v + (1 − β2) g

    Equations: eq-lion-u, eq-lion-x, eq-lion-v in chapters/sign-and-memory.md.

    Args:
        params: float32 or float64 arrays p of any shape, changed in place; `p.grad` holds the gradient g, shaped as p.
        states: one average v for each parameter, of its shape, changed in place.
        hyperparams: `{'lr': η, 'weight_decay': λ}`; λ is 0 if left out. The paper takes η three to ten times smaller
            than AdamW's, and λ as many times larger.
        beta1, beta2: how much of v enters the sign, and how much a step keeps; 0 ≤ β < 1. Where they are equal, this is
            Signum; where both are 0, sign descent.

    Reference: Chen et al., Symbolic discovery of optimization algorithms, NeurIPS 2023; for Signum, Bernstein et al.,
    signSGD: compressed optimisation for non-convex problems, ICML 2018.
    """
    lr, decay = hyperparams['lr'], hyperparams.get('weight_decay', 0)
    for p, v in zip(params, states):
        u = np.sign(beta1 * v + (1 - beta1) * p.grad)
        p -= lr * (u + decay * p)
        v[()] = beta2 * v + (1 - beta2) * p.grad
