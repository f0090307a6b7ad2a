"""NAdam: Adam with Nesterov's look-ahead, and a momentum that grows from half its value."""
import numpy as np

from d2lmini.optimizers.door import checked
from d2lmini.optimizers.states import number, same, states_for


def init_nadam_states(feature_dim):
    """Return zeros (v, s, product), the last a number, for w and b or each of a list of parameters."""
    return states_for(feature_dim, same, same, number)


@checked(uses=('lr', 't'), may=('weight_decay',), keeps=('v', 's', 'product'), shaped={'product': number},
         made_by=init_nadam_states, begins='product')
def nadam(params, states, hyperparams, beta1=0.9, beta2=0.999, eps=1e-8, psi=0.004):
    """Step along a mixture of the gradient and its average, each corrected for the momentum's schedule.

        μₜ = β1 (1 − ½ · 0.96^(ψt))
        v ← v + (1 − β1)(g − v)
        s ← s + (1 − β2)(g² − s)
        product ← product · μₜ, from 1
        v̂ = μₜ₊₁ v / (1 − product · μₜ₊₁) + (1 − μₜ) g / (1 − product)
        ŝ = s / (1 − β2ᵗ)
        p ← p − η (v̂ / (√ŝ + ε) + λ p)

    Equations: eq-adam-v, eq-adam-s, eq-adam-s-hat in chapters/adam.md; eq-adamw-nadam, eq-adamw-x in
    chapters/adamw.md.

    Args:
        params: float32 or float64 arrays p of any shape, changed in place; `p.grad` holds the gradient g, shaped as p.
        states: (v, s, product) for each parameter: two arrays of its shape and a number, changed in place.
        hyperparams: `{'lr': η, 't': t, 'weight_decay': λ}`; t counts the steps from 1, and the call advances it; λ is
            0 if left out. With a decay, the method is called NadamW.
        beta1, beta2: how much of the averages v and s a step keeps; 0 ≤ β < 1. β1 is also the momentum at the end.
        eps: ε, added outside the root (in units of g).
        psi: ψ, how fast the momentum grows. 0.004 is the paper's and PyTorch's; Keras takes 1; optax has no schedule.

    Limits: where g exceeds ±1.8e19 in float32 (±1.3e154 in float64), g² is infinite, and that
    coordinate becomes NaN with the next step.
    eps=0 is refused where g has been 0 so far, which would divide 0 by 0.

    Reference: Dozat, Incorporating Nesterov momentum into Adam, ICLR workshop 2016.
    """
    lr, t, decay = hyperparams['lr'], hyperparams['t'], hyperparams.get('weight_decay', 0)
    mu, mu_next = (beta1 * (1 - 0.5 * 0.96 ** (psi * step)) for step in (t, t + 1))
    for p, (v, s, product) in zip(params, states):
        v += (1 - beta1) * (p.grad - v)
        s += (1 - beta2) * (np.square(p.grad) - s)
        product[()] = mu * (product if t > 1 else 1)
        v_hat = mu_next * v / (1 - product * mu_next) + (1 - mu) * p.grad / (1 - product)
        s_hat = s / (1 - beta2 ** t)
        p -= lr * (v_hat / (np.sqrt(s_hat) + eps) + decay * p)
    hyperparams['t'] += 1
