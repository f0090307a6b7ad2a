"""Muon: momentum, orthogonalized, for the matrices inside a network."""
import math

import numpy as np

from d2lmini import checks
from d2lmini.optimizers.door import checked
from d2lmini.optimizers.linalg import transposed
from d2lmini.optimizers.states import zeros_for

COEFFICIENTS = (3.4445, -4.775, 2.0315)


def init_muon_states(feature_dim):
    """Return zeros v, the velocities, for each of a list of parameters."""
    return zeros_for(feature_dim)


@checked(uses=('lr', 'momentum'), may=('weight_decay',), keeps=('v',), made_by=init_muon_states, matrices=True)
def muon(params, states, hyperparams, steps=5, coefficients=COEFFICIENTS, eps=1e-7):
    """Step along the orthogonal matrix nearest to the velocity, so that all its directions move alike.

        v ← μ v + G
        U = newton_schulz(G + μ v)
        p ← p − η (√max(1, out/in) U + λ p)

    Args:
        params: float32 or float64 arrays p of shape (…, in, out), changed in place; the axes before are runs. `p.grad`
            holds the gradient G, shaped as p. Vectors, such as biases of shape (…, 1, out), are refused.
        states: one velocity v for each parameter, of its shape, changed in place.
        hyperparams: `{'lr': η, 'momentum': μ, 'weight_decay': λ}`; the authors take μ = 0.95; λ is 0 if left out.
        steps, coefficients, eps: as for `newton_schulz`.

    Biases, embeddings and the last layer belong to another method. A plain list says which parameters get what::

        plan = [(muon, inner, init_muon_states(inner), {'lr': 0.02, 'momentum': 0.95}),
                (adamw, others, init_adamw_states(others), {'lr': 0.003, 't': 1})]
        for optimizer, some, states, hyperparams in plan:
            optimizer(some, states, hyperparams)

    Equations: eq-muon-m, eq-muon-o, eq-muon-x in chapters/muon.md.

    Reference: Jordan et al., Muon: an optimizer for hidden layers in neural networks, 2024.
    """
    lr, mu, decay = hyperparams['lr'], hyperparams['momentum'], hyperparams.get('weight_decay', 0)
    for p, v in zip(params, states):
        v[()] = mu * v + p.grad
        U = orthogonalized(p.grad + mu * v, steps, coefficients, eps)
        p -= lr * (max(1, p.shape[-1] / p.shape[-2]) ** 0.5 * U + decay * p)


def newton_schulz(G, steps=5, coefficients=COEFFICIENTS, eps=1e-7):
    """Return nearly the orthogonal factor U Vᵀ of G = U Σ Vᵀ: its singular values become about 1.

        X = G / (‖G‖ + ε)
        A = X Xᵀ
        X ← a X + (b A + c A²) X        (these two lines, steps times)

    Each singular value σ becomes aσ + bσ³ + cσ⁵ in a step. With the default coefficients, those above about 0.001 of
    the norm end between 0.47 and 1.20, and not at 1; (1.5, −0.5, 0) takes more steps, and ends at 1.

    Args:
        G: float array of shape (…, rows, columns), a matrix or a stack of them.
        steps: how often the polynomial is applied.
        coefficients: a, b and c.
        eps: ε; a matrix of zeros stays one.

    Raises:
        TypeError, ValueError: an argument is wrong; the message names it, its value and the remedy.

    Reference: Jordan et al., Muon: an optimizer for hidden layers in neural networks, 2024.
    """
    checks.float_array('G', G)
    if len(G.shape) < 2:
        raise ValueError(f'G has shape {tuple(G.shape)}: pass a matrix, or a stack of them, (…, rows, columns)')
    checks.whole_number('steps', steps, 1)
    checks.polynomial('coefficients', coefficients)
    checks.number('eps', eps, 0, math.inf)
    return orthogonalized(G, steps, coefficients, eps)


def orthogonalized(G, steps, coefficients, eps):
    """Return what `newton_schulz` returns. The products are of the smaller side."""
    a, b, c = coefficients
    tall = G.shape[-2] > G.shape[-1]
    X = G / (np.sqrt(np.sum(np.square(G), axis=(-2, -1), keepdims=True)) + eps)
    X = transposed(X) if tall else X
    for _ in range(steps):
        A = X @ transposed(X)
        X = a * X + (b * A + c * (A @ A)) @ X
    return transposed(X) if tall else X
