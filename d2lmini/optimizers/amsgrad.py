"""AMSGrad: Adam that never forgets its largest second moment."""
import numpy as np

from d2lmini.optimizers.door import checked
from d2lmini.optimizers.states import same, states_for


def init_amsgrad_states(feature_dim):
    """Return zeros (v, s, top), top being the largest s so far, for w and b or each of a list of parameters."""
    return states_for(feature_dim, same, same, same)


@checked(uses=('lr', 't'), keeps=('v', 's', 'top'), made_by=init_amsgrad_states)
def amsgrad(params, states, hyperparams, beta1=0.9, beta2=0.999, eps=1e-8, corrected=False):
    """Step as Adam does, in units of the largest root mean square so far, so that no step size grows again.

        v ← v + (1 − β1)(g − v)
        s ← s + (1 − β2)(g² − s)
        top ← max(top, s)
        v̂ = v / (1 − β1ᵗ)
        ŝ = top / (1 − β2ᵗ)
        p ← p − η v̂ / (√ŝ + ε)

    Equations: eq-adam-v, eq-adam-s, eq-adam-amsgrad, eq-adam-v-hat, eq-adam-x in chapters/adam.md;
    eq-adamw-amsgrad in chapters/adamw.md.

    Args:
        params: float32 or float64 arrays p of any shape, changed in place; `p.grad` holds the gradient g, shaped as p.
        states: three arrays (v, s, top) for each parameter, of its shape, changed in place.
        hyperparams: `{'lr': η, 't': t}`; t counts the steps from 1, and the call advances it.
        beta1, beta2: how much of the averages v and s a step keeps; 0 ≤ β < 1.
        eps: ε, added outside the root (in units of g).
        corrected: whether s is corrected before the maximum, ŝ = top ← max(top, s / (1 − β2ᵗ)), as optax does. By
            default the maximum comes first, as in PyTorch. The paper has neither a correction nor ε.

    Limits: where g exceeds ±1.8e19 in float32 (±1.3e154 in float64), g² is infinite, and that
    coordinate never moves again, or becomes NaN.
    eps=0 is refused where g has been 0 so far, which would divide 0 by 0.

    Reference: Reddi, Kale and Kumar, On the convergence of Adam and beyond, ICLR 2018.
    """
    lr, t = hyperparams['lr'], hyperparams['t']
    before, after = (1 - beta2 ** t, 1) if corrected else (1, 1 - beta2 ** t)
    for p, (v, s, top) in zip(params, states):
        v += (1 - beta1) * (p.grad - v)
        s += (1 - beta2) * (np.square(p.grad) - s)
        top[()] = np.maximum(top, s / before)
        v_hat = v / (1 - beta1 ** t)
        s_hat = top / after
        p -= lr * v_hat / (np.sqrt(s_hat) + eps)
    hyperparams['t'] += 1
