"""Yogi: Adam whose second moment moves by steps of bounded size."""
import numpy as np

from d2lmini.optimizers.adam import init_adam_states
from d2lmini.optimizers.door import checked


@checked(uses=('lr', 't'), keeps=('v', 's'), made_by=init_adam_states)
def yogi(params, states, hyperparams, beta1=0.9, beta2=0.999, eps=1e-3):
    """Step as Adam does, but move s toward g² by a step that never depends on the distance.

        v ← v + (1 − β1)(g − v)
        s ← s + (1 − β2) sign(g² − s) g²
        v̂ = v / (1 − β1ᵗ)
        ŝ = s / (1 − β2ᵗ)
        p ← p − η v̂ / (√ŝ + ε)

    Equations: eq-adam-v, eq-yogi-s, eq-adam-v-hat, eq-adam-s-hat, eq-adam-x in chapters/adam.md.

    Args:
        params: float32 or float64 arrays p of any shape, changed in place; `p.grad` holds the gradient g, shaped as p.
        states: one pair (v, s) for each parameter, of its shape, changed in place (`init_adam_states`).
        hyperparams: `{'lr': η, 't': t}`; t counts the steps from 1, and the call advances it.
        beta1, beta2: as in Adam.
        eps: ε, added outside the root (in units of g).

    From s = 0, the division by 1 − β2ᵗ does not remove the bias of s, because s does not forget geometrically; it only
    makes the first steps as large as Adam's. The authors start s from the gradients of a first, larger minibatch.

    Limits: where g exceeds ±1.8e19 in float32 (±1.3e154 in float64), g² is infinite, and that
    coordinate never moves again, or becomes NaN.
    eps=0 is refused where g has been 0 so far, which would divide 0 by 0.

    Reference: Zaheer et al., Adaptive methods for nonconvex optimization, NeurIPS 2018.
    """
    lr, t = hyperparams['lr'], hyperparams['t']
    for p, (v, s) in zip(params, states):
        v += (1 - beta1) * (p.grad - v)
        s += (1 - beta2) * np.sign(np.square(p.grad) - s) * np.square(p.grad)
        v_hat = v / (1 - beta1 ** t)
        s_hat = s / (1 - beta2 ** t)
        p -= lr * v_hat / (np.sqrt(s_hat) + eps)
    hyperparams['t'] += 1
