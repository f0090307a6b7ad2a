"""SOAP: Adam in the axes in which Shampoo would scale."""
import numpy as np

from d2lmini.optimizers.door import checked
from d2lmini.optimizers.linalg import eigenvectors, refreshed, transposed
from d2lmini.optimizers.states import columns_by_columns, matrix, rows_by_rows, states_for

SHAPES = {'v': matrix, 's': matrix, 'L': rows_by_rows, 'R': columns_by_columns,
          'Q_L': rows_by_rows, 'Q_R': columns_by_columns}


def init_soap_states(feature_dim):
    """Return zeros (v, s, L, R, Q_L, Q_R), Q for eigenvectors, for w and b or each of a list of parameters."""
    return states_for(feature_dim, *SHAPES.values())


@checked(uses=('lr', 't'), may=('weight_decay',), keeps=tuple(SHAPES), shaped=SHAPES, made_by=init_soap_states,
         begins='Q_L')
def soap(params, states, hyperparams, beta1=0.95, beta2=0.95, eps=1e-8, every=10):
    """Step as Adam does in the axes of the eigenvectors of averages of G Gᵀ and Gᵀ G.

        v ← v + (1 − β1)(G − v)
        s ← s + (1 − β2)((Q_Lᵀ G Q_R)² − s)
        v̂ = Q_Lᵀ v Q_R / (1 − β1ᵗ⁻¹)
        ŝ = s / (1 − β2ᵗ⁻¹)
        p ← p − η (Q_L (v̂ / (√ŝ + ε)) Q_Rᵀ + λ p)
        L ← L + (1 − β2)(G Gᵀ − L)
        R ← R + (1 − β2)(Gᵀ G − R)
        Q_L, Q_R ← one power iteration on L and R, in every tenth step; s in the order of their columns

    The first step only starts L and R, and takes Q_L and Q_R from them: no gradient is scaled in axes of its own.

    Args:
        params: float32 or float64 arrays p of shape (…, in, out), changed in place; the axes before are runs, and a
            vector is one row. `p.grad` holds the gradient G, shaped as p.
        states: (v, s, L, R, Q_L, Q_R) for each parameter: twice of shape (…, in, out), and twice (…, in, in) and
            (…, out, out); changed in place.
        hyperparams: `{'lr': η, 't': t, 'weight_decay': λ}`; t counts the steps from 1, and the call advances it; λ is
            0 if left out. The paper takes η = 0.003.
        beta1, beta2: how much of v, and of s, L and R, a step keeps; 0 ≤ β < 1.
        eps: ε, added outside the root (in units of G).
        every: in how many steps the eigenvectors are refreshed once.

    Eigenvectors pass through NumPy on MXNet's arrays. Where L or R has equal eigenvalues, such as several of 0, their
    eigenvectors are arbitrary, and rounding decides about the path.

    Equations: eq-adam-v in chapters/adam.md; eq-soap-s, eq-soap-x, eq-soap-l, eq-soap-r in chapters/shampoo.md.

    Reference: Vyas et al., SOAP: improving and stabilizing Shampoo using Adam, ICLR 2025.
    """
    lr, t, decay = hyperparams['lr'], hyperparams['t'], hyperparams.get('weight_decay', 0)
    for p, (v, s, L, R, Q_L, Q_R) in zip(params, states):
        G = p.grad.reshape(v.shape)
        if t > 1:
            v += (1 - beta1) * (G - v)
            s += (1 - beta2) * (np.square(transposed(Q_L) @ G @ Q_R) - s)
            v_hat = transposed(Q_L) @ v @ Q_R / (1 - beta1 ** (t - 1))
            s_hat = s / (1 - beta2 ** (t - 1))
            step = Q_L @ (v_hat / (np.sqrt(s_hat) + eps)) @ transposed(Q_R)
            p -= lr * (step.reshape(p.shape) + decay * p)
        L += (1 - beta2) * (G @ transposed(G) - L)
        R += (1 - beta2) * (transposed(G) @ G - R)
        if t == 1:
            Q_L[()], Q_R[()] = eigenvectors(L), eigenvectors(R)
        elif (t - 1) % every == 0:
            Q_L[()], s[()] = refreshed(L, Q_L, s, axis=-2)
            Q_R[()], s[()] = refreshed(R, Q_R, s, axis=-1)
    hyperparams['t'] += 1
