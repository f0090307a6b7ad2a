"""Adam: leaky averages of the gradient and of its square, both corrected for their start at zero."""
import numpy as np

from d2lmini.optimizers.door import checked
from d2lmini.optimizers.states import zeros_for


def init_adam_states(feature_dim):
    """Return zeros (v, s), averages of the gradient and its square, for w and b or each of a list of parameters."""
    return tuple(zip(zeros_for(feature_dim), zeros_for(feature_dim)))


@checked(uses=('lr', 't'), keeps=('v', 's'), made_by=init_adam_states)
def adam(params, states, hyperparams, beta1=0.9, beta2=0.999, eps=1e-6):
    """Step along the average gradient, each coordinate in units of its root mean square.

        v ← v + (1 − β1)(g − v)
        s ← s + (1 − β2)(g² − s)
        v̂ = v / (1 − β1ᵗ)
        ŝ = s / (1 − β2ᵗ)
        p ← p − η v̂ / (√ŝ + ε)

    Equations: eq-adam-v, eq-adam-s, eq-adam-v-hat, eq-adam-s-hat, eq-adam-x in chapters/adam.md.

    Args:
        params: float32 or float64 arrays p of any shape, changed in place; `p.grad` holds the gradient g, shaped as p.
        states: one pair (v, s) for each parameter, of its shape, changed in place.
        hyperparams: `{'lr': η, 't': t}`; t counts the steps from 1, and the call advances it.
        beta1, beta2: how much of the averages v and s a step keeps; 0 ≤ β < 1.
        eps: ε, added outside the root (in units of g). The paper, PyTorch and MXNet take 1e-8, Keras 1e-7.

    Limits: where g exceeds ±1.8e19 in float32 (±1.3e154 in float64), g² is infinite, and that
    coordinate becomes NaN with the next step.
    eps=0 is refused where g has been 0 so far, which would divide 0 by 0.

    Reference: Kingma and Ba, Adam: a method for stochastic optimization, 2015.
    """
    lr, t = hyperparams['lr'], hyperparams['t']
    for p, (v, s) in zip(params, states):
        v += (1 - beta1) * (p.grad - v)
        s += (1 - beta2) * (np.square(p.grad) - s)
        v_hat = v / (1 - beta1 ** t)
        s_hat = s / (1 - beta2 ** t)
        p -= lr * v_hat / (np.sqrt(s_hat) + eps)
    hyperparams['t'] += 1
