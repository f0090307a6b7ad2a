"""AdamW: Adam, with a weight decay that no average has scaled."""
import numpy as np

from d2lmini.optimizers.door import checked
from d2lmini.optimizers.states import same, states_for


def init_adamw_states(feature_dim):
    """Return zeros (v, s), averages of the gradient and its square, for w and b or each of a list of parameters."""
    return states_for(feature_dim, same, same)


@checked(uses=('lr', 't'), may=('weight_decay',), keeps=('v', 's'), made_by=init_adamw_states)
def adamw(params, states, hyperparams, beta1=0.9, beta2=0.999, eps=1e-8):
    """Step as Adam does, and shrink each coordinate by the same fraction, whatever its gradients were.

        v ← v + (1 − β1)(g − v)
        s ← s + (1 − β2)(g² − s)
        v̂ = v / (1 − β1ᵗ)
        ŝ = s / (1 − β2ᵗ)
        p ← p − η (v̂ / (√ŝ + ε) + λ p)

    Equations: eq-adam-v, eq-adam-s, eq-adam-v-hat, eq-adam-s-hat in chapters/adam.md; eq-adamw-x in chapters/adamw.md.

    Args:
        params: float32 or float64 arrays p of any shape, changed in place; `p.grad` holds the gradient g, shaped as p.
        states: one pair (v, s) for each parameter, of its shape, changed in place.
        hyperparams: `{'lr': η, 't': t, 'weight_decay': λ}`; t counts the steps from 1, and the call advances it; λ is
            0 if left out. A step shrinks p by the fraction ηλ, as in all libraries; in the paper, by λ alone.
        beta1, beta2: how much of the averages v and s a step keeps; 0 ≤ β < 1.
        eps: ε, added outside the root (in units of g).

    Limits: where g exceeds ±1.8e19 in float32 (±1.3e154 in float64), g² is infinite, and that
    coordinate becomes NaN with the next step.
    eps=0 is refused where g has been 0 so far, which would divide 0 by 0.

    Reference: Loshchilov and Hutter, Decoupled weight decay regularization, ICLR 2019.
    """
    lr, t, decay = hyperparams['lr'], hyperparams['t'], hyperparams.get('weight_decay', 0)
    for p, (v, s) in zip(params, states):
        v += (1 - beta1) * (p.grad - v)
        s += (1 - beta2) * (np.square(p.grad) - s)
        v_hat = v / (1 - beta1 ** t)
        s_hat = s / (1 - beta2 ** t)
        p -= lr * (v_hat / (np.sqrt(s_hat) + eps) + decay * p)
    hyperparams['t'] += 1
