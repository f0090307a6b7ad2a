"""Stochastic gradient descent."""


def sgd(params, states, hyperparams):
    """Step against the gradient.

        p ← p − η g

    Equations: eq-gd-update in chapters/gd.md; eq-sgd-update in chapters/sgd.md.

    Args:
        params: arrays p of any shape, changed in place; `p.grad` holds the gradient g, of the same shape.
        states: not used; pass None.
        hyperparams: `{'lr': η}`, the learning rate.

    Reference: Robbins and Monro, A stochastic approximation method, 1951.
    """
    for p in params:
        p -= hyperparams['lr'] * p.grad
