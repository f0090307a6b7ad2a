"""Prodigy: Adam that estimates how far it has to go, and takes that for its rate."""
import numpy as np

from d2lmini.optimizers.door import checked
from d2lmini.optimizers.states import number, same, states_for


def init_prodigy_states(feature_dim):
    """Return zeros (v, s, q, start, r, d), the last two numbers, for w and b or each of a list of parameters."""
    return states_for(feature_dim, same, same, same, same, number, number)


@checked(uses=('lr', 't'), may=('weight_decay',), keeps=('v', 's', 'q', 'start', 'r', 'd'),
         shaped={'r': number, 'd': number}, made_by=init_prodigy_states, begins='d', of_runs=('lr',), together=True)
def prodigy(params, states, hyperparams, beta1=0.9, beta2=0.999, eps=1e-8, d0=1e-6):
    """Step as Adam does, at a rate that rises with a lower bound d of the distance from the start to the solution.

        v ← β1 v + (1 − β1) d g
        s ← β2 s + (1 − β2) d² g²
        r ← √β2 r + (d / d₀) η d ⟨g, start − p⟩
        q ← √β2 q + (d / d₀) η d g
        p ← p − η d (v / (√s + d ε) + λ p)
        d ← max(d, Σ r / Σ ‖q‖₁), over all parameters

    Args:
        params: float32 or float64 arrays p of any shape, changed in place; `p.grad` holds the gradient g, shaped as p.
            Before the last two axes, all parameters have the same axes of runs.
        states: (v, s, q, start, r, d) for each parameter: four arrays of its shape and two numbers, changed in place.
            The first step keeps p as the start, and begins with d = d₀. Afterwards, d is the same in all.
        hyperparams: `{'lr': η, 't': t, 'weight_decay': λ}`; t counts the steps from 1, and the call advances it; λ is
            0 if left out. η is 1, or a schedule that multiplies d.
        beta1, beta2: how much of the averages v and s a step keeps; 0 ≤ β < 1.
        eps: ε, added outside the root (in units of g).
        d0: d₀, a first distance that is surely too short.

    Limits: where d g exceeds ±1.8e19 in float32 (±1.3e154 in float64), its square is infinite, and that
    coordinate never moves again, or becomes NaN.
    eps=0 is refused where g has been 0 so far, which would divide 0 by 0.

    Equations: eq-prodigy-v, eq-prodigy-s, eq-prodigy-r, eq-prodigy-q, eq-prodigy-x, eq-prodigy-d in
    chapters/schedule-free.md.

    Reference: Mishchenko and Defazio, Prodigy: an expeditiously adaptive parameter-free learner, ICML 2024.
    """
    lr, t, decay = hyperparams['lr'], hyperparams['t'], hyperparams.get('weight_decay', 0)
    beta3 = beta2 ** 0.5
    for p, (v, s, q, start, r, d) in zip(params, states):
        if t == 1:
            start[()], d[()] = p, d0
        v[()] = beta1 * v + (1 - beta1) * d * p.grad
        s[()] = beta2 * s + (1 - beta2) * np.square(d * p.grad)
        r[()] = beta3 * r + d / d0 * lr * d * total(p.grad * (start - p))
        q[()] = beta3 * q + d / d0 * lr * d * p.grad
        p -= lr * d * (v / (np.sqrt(s) + d * eps) + decay * p)
    length = sum(r.reshape(-1) for *_, r, _ in states)
    weight = sum(total(np.abs(q)).reshape(-1) for _, _, q, *_ in states)
    for *_, d in states:
        d[()] = np.maximum(d, (length / (weight + (weight == 0))).reshape(d.shape))      # no gradient, no estimate
    hyperparams['t'] += 1


def total(x):
    """Return the sum of a vector, or of each matrix after the axes of runs."""
    return np.sum(x, axis=(-2, -1)[2 - min(2, len(x.shape)):], keepdims=True)
