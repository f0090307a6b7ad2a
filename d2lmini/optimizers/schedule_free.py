"""Schedule-Free AdamW: the average of the path in place of a falling rate."""
import numpy as np

from d2lmini import checks
from d2lmini.optimizers.door import checked
from d2lmini.optimizers.states import number, same, states_for


def init_schedule_free_states(feature_dim):
    """Return zeros (x, z, s, total), the last a number, for w and b or each of a list of parameters."""
    return states_for(feature_dim, same, same, same, number)


@checked(uses=('lr', 't'), may=('weight_decay',), keeps=('x', 'z', 's', 'total'), shaped={'total': number},
         made_by=init_schedule_free_states, begins='total', of_runs=('lr',))
def schedule_free(params, states, hyperparams, beta1=0.9, beta2=0.999, eps=1e-8, scaled=True):
    """Take steps at z from gradients at y, between z and their average x; the result of training is x.

        s ← s + (1 − β2)(g² − s)
        ŝ = s / (1 − β2ᵗ)
        z ← z − η (g / (√ŝ + ε) + λ y)
        total ← total + η²
        c = η² / total
        x ← x + c (z − x)
        y ← z + β1 (x − z)

    Args:
        params: float32 or float64 arrays y of any shape, changed in place; `y.grad` holds the gradient g, shaped as y.
            Read the result by `schedule_free_average(states)`, not from here.
        states: (x, z, s, total) for each parameter: three arrays of its shape and a number, changed in place. The
            first step starts x and z at y.
        hyperparams: `{'lr': η, 't': t, 'weight_decay': λ}`; t counts the steps from 1, and the call advances it; λ is
            0 if left out. The paper takes η = 0.0025, and lets it rise from 0 at first; c gives those steps less
            weight. With a constant η, x is the mean of all z.
        beta1: where between z and x the gradient is taken; 0 ≤ β1 < 1.
        beta2: how much of the average s a step keeps; 0 ≤ β2 < 1.
        eps: ε, added outside the root (in units of g).
        scaled: whether g is divided by √ŝ + ε; otherwise this is Schedule-Free SGD.

    Limits: where g exceeds ±1.8e19 in float32 (±1.3e154 in float64), g² is infinite, and that
    coordinate of z never moves again, or becomes NaN.
    eps=0 is refused where g has been 0 so far, which would divide 0 by 0.

    Equations: eq-adam-s, eq-adam-s-hat in chapters/adam.md; eq-schedule-free-z, eq-schedule-free-c,
    eq-schedule-free-x, eq-schedule-free-y in chapters/schedule-free.md.

    Reference: Defazio et al., The road less scheduled, NeurIPS 2024.
    """
    lr, t, decay = hyperparams['lr'], hyperparams['t'], hyperparams.get('weight_decay', 0)
    for y, (x, z, s, total) in zip(params, states):
        if t == 1:
            x[()], z[()] = y, y
        s += (1 - beta2) * (np.square(y.grad) - s)
        s_hat = s / (1 - beta2 ** t)
        z -= lr * ((y.grad / (np.sqrt(s_hat) + eps) if scaled else y.grad) + decay * y)
        total += lr ** 2
        c = lr ** 2 / (total + (total == 0))          # a rate of 0 has no weight
        x += c * (z - x)
        y[()] = z + beta1 * (x - z)
    hyperparams['t'] += 1


def schedule_free_average(states) -> list:
    """Return x, where Schedule-Free is evaluated and what it has learned: one array for each parameter.

    Args:
        states: as `init_schedule_free_states` made them, after at least one step. The arrays are theirs, not copies.

    Raises:
        TypeError: these are states of another method.
    """
    checks.schedule_free_states(states)
    return [x for x, *_ in states]
