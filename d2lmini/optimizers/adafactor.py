"""Adafactor: the second moment of a matrix, kept as one number for each row and one for each column."""
import numpy as np

from d2lmini.optimizers.door import checked
from d2lmini.optimizers.states import by_column, by_row, states_for


def init_adafactor_states(feature_dim):
    """Return zeros (R, C), means over rows and over columns, for w and b or each of a list of parameters."""
    return states_for(feature_dim, by_row, by_column)


@checked(uses=('lr', 't'), may=('weight_decay',), keeps=('R', 'C'), shaped={'R': by_row, 'C': by_column},
         made_by=init_adafactor_states)
def adafactor(params, states, hyperparams, eps1=1e-30, eps2=1e-3, clip=1.0, power=0.8, relative=True):
    """Divide each gradient by the root of a product of a row's and a column's mean square; limit the step as a whole.

        β2 = 1 − t^(−power)
        R ← R + (1 − β2)(mean of G² + ε1 over each row − R)
        C ← C + (1 − β2)(mean of G² + ε1 over each column − C)
        S = R C / (mean of R)
        U = G / √S
        U ← U / max(1, rms(U) / clip)
        α = max(ε2, rms(p)) · min(η, 1/√t)
        p ← p − α U − η λ p

    Equations: eq-adafactor-beta, eq-adafactor-rows, eq-adafactor-columns, eq-adafactor-s, eq-adafactor-u,
    eq-adafactor-x in chapters/sign-and-memory.md.

    Args:
        params: float32 or float64 arrays p of shape (…, in, out), changed in place; the axes before are runs. A vector
            is one row, for which S is the average of g² itself. `p.grad` holds the gradient G, shaped as p.
        states: one pair (R, C) for each parameter, of shape (…, in, 1) and (…, 1, out), changed in place.
        hyperparams: `{'lr': η, 't': t, 'weight_decay': λ}`; t counts the steps from 1, and the call advances it; λ is
            0 if left out. The paper takes η = 0.01.
        eps1, eps2: ε1 keeps S above 0; ε2 is the smallest size of a parameter that scales a step.
        clip: the largest root mean square of a step before its rate α.
        power: how fast the averages R and C grow longer.
        relative: whether α follows the size of the parameter and falls with t, as in the paper; otherwise α = η.

    Limits: where G exceeds ±1.8e19 in float32 (±1.3e154 in float64), its square is infinite, and the parameter
    becomes NaN.

    Reference: Shazeer and Stern, Adafactor: adaptive learning rates with sublinear memory cost, ICML 2018.
    """
    lr, t, decay = hyperparams['lr'], hyperparams['t'], hyperparams.get('weight_decay', 0)
    beta2 = 1 - t ** -power
    for p, (R, C) in zip(params, states):
        G = p.grad.reshape(*R.shape[:-1], C.shape[-1])
        R += (1 - beta2) * (np.mean(np.square(G) + eps1, axis=-1, keepdims=True) - R)
        C += (1 - beta2) * (np.mean(np.square(G) + eps1, axis=-2, keepdims=True) - C)
        S = R / np.mean(R, axis=-2, keepdims=True) * C
        U = (G / np.sqrt(S)).reshape(p.shape)
        U = U / np.maximum(1, rms(U) / clip)
        alpha = np.maximum(eps2, rms(p)) * np.minimum(lr, t ** -0.5) if relative else lr
        p -= alpha * U + lr * decay * p
    hyperparams['t'] += 1


def rms(x):
    """Return the root mean square of a vector, or of each matrix after the axes of runs."""
    return np.sqrt(np.mean(np.square(x), axis=(-2, -1)[2 - min(2, len(x.shape)):], keepdims=True))
