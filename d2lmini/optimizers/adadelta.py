"""Adadelta: steps in the units of the parameter, with no learning rate."""
import numpy as np

from d2lmini.optimizers.door import checked
from d2lmini.optimizers.states import zeros_for


def init_adadelta_states(feature_dim):
    """Return zeros (s, delta), averages of squared gradients and steps, for w and b or each of a list of parameters."""
    return tuple(zip(zeros_for(feature_dim), zeros_for(feature_dim)))


@checked(uses=('rho',), keeps=('s', 'delta'), made_by=init_adadelta_states)
def adadelta(params, states, hyperparams, eps=1e-5):
    """Scale each coordinate's gradient by the ratio of its typical step to its typical gradient.

        s ← s + (1 − ρ)(g² − s)
        d = √(Δ + ε) / √(s + ε) · g
        p ← p − d
        Δ ← Δ + (1 − ρ)(d² − Δ)

    Equations: eq-adadelta-s, eq-adadelta-d, eq-adadelta-x, eq-adadelta-delta in chapters/adadelta.md.

    Args:
        params: float32 or float64 arrays p of any shape, changed in place; `p.grad` holds the gradient g, shaped as p.
        states: one pair (s, Δ) for each parameter, of its shape, changed in place.
        hyperparams: `{'rho': ρ}`; 0 ≤ ρ < 1.
        eps: ε, added inside both roots.

    Limits: where g exceeds ±1.8e19 in float32 (±1.3e154 in float64), g² is infinite, and that
    coordinate becomes NaN with the next step.
    eps=0 is refused where a coordinate would never move, or divide 0 by 0.

    Reference: Zeiler, ADADELTA: an adaptive learning rate method, 2012.
    """
    rho = hyperparams['rho']
    for p, (s, delta) in zip(params, states):
        s += (1 - rho) * (np.square(p.grad) - s)
        d = np.sqrt(delta + eps) / np.sqrt(s + eps) * p.grad
        p -= d
        delta += (1 - rho) * (np.square(d) - delta)
