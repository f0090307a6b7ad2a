"""Stochastic gradient descent."""
from d2lmini.optimizers.door import checked


@checked(uses=('lr',))
def sgd(params, states, hyperparams):
    """Step against the gradient.

        p ← p − η g

    Equations: eq-gd-update in chapters/gd.md; eq-sgd-update in chapters/sgd.md.

    Args:
        params: float32 or float64 arrays p of any shape, changed in place; `p.grad` holds the gradient g, shaped as p.
        states: not used; pass None.
        hyperparams: `{'lr': η}`, the learning rate.

    Reference: Robbins and Monro, A stochastic approximation method, 1951.
    """
    for p in params:
        p -= hyperparams['lr'] * p.grad
