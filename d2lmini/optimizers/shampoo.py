"""Shampoo: a matrix's gradient, scaled from both sides in the axes that its own past shows."""
from d2lmini.optimizers.door import checked
from d2lmini.optimizers.linalg import matrix_power, transposed
from d2lmini.optimizers.states import columns_by_columns, matrix, rows_by_rows, states_for

SHAPES = {'v': matrix, 'L': rows_by_rows, 'R': columns_by_columns, 'P': rows_by_rows, 'Q': columns_by_columns}


def init_shampoo_states(feature_dim):
    """Return zeros (v, L, R, P, Q), P and Q for roots of L and R, for w and b or each of a list of parameters."""
    return states_for(feature_dim, *SHAPES.values())


@checked(uses=('lr', 't'), may=('weight_decay',), keeps=tuple(SHAPES), shaped=SHAPES, made_by=init_shampoo_states,
         closed=('beta2',), begins='P')
def shampoo(params, states, hyperparams, beta1=0.0, beta2=1.0, eps=1e-12, exponent=0.25, every=1):
    """Multiply the average gradient by inverse roots of the sums of G Gᵀ and Gᵀ G.

        v ← v + (1 − β1)(G − v)
        L ← β2 L + (1 − β2) G Gᵀ
        R ← β2 R + (1 − β2) Gᵀ G
        v̂ = v / (1 − β1ᵗ),  L̂ = L / (1 − β2ᵗ),  R̂ = R / (1 − β2ᵗ)
        P = (L̂ + ε I)^(−exponent)
        Q = (R̂ + ε I)^(−exponent)
        p ← p − η (P v̂ Q + λ p)

    With β2 = 1, the paper's form and the default, sums take the place of averages: L ← L + G Gᵀ, R ← R + Gᵀ G, and
    L̂ = L, R̂ = R.

    Args:
        params: float32 or float64 arrays p of shape (…, in, out), changed in place; the axes before are runs, and a
            vector is one row. `p.grad` holds the gradient G, shaped as p.
        states: (v, L, R, P, Q) for each parameter: of shape (…, in, out), (…, in, in), (…, out, out), and again the
            last two; changed in place.
        hyperparams: `{'lr': η, 't': t, 'weight_decay': λ}`; t counts the steps from 1, and the call advances it; λ is
            0 if left out.
        beta1, beta2: how much of v, L and R a step keeps; 0 ≤ β1 < 1, 0 ≤ β2 ≤ 1. With β1 = β2 = 0, the step is the
            orthogonal factor of G.
        eps: ε, in units of G².
        exponent: 1/4 as in the paper; 1/2 inverts what L and R approximate.
        every: in how many steps the roots are computed once.

    Roots and products are those of NumPy: on MXNet's arrays, the roots pass through NumPy.

    Equations: eq-shampoo-l, eq-shampoo-r, eq-shampoo-x in chapters/shampoo.md.

    Reference: Gupta, Koren and Singer, Shampoo: preconditioned stochastic tensor optimization, ICML 2018.
    """
    lr, t, decay = hyperparams['lr'], hyperparams['t'], hyperparams.get('weight_decay', 0)
    share, correction = (1 - beta2, 1 - beta2 ** t) if beta2 < 1 else (1, 1)
    for p, (v, L, R, P, Q) in zip(params, states):
        G = p.grad.reshape(v.shape)
        v += (1 - beta1) * (G - v)
        L[()] = beta2 * L + share * (G @ transposed(G))
        R[()] = beta2 * R + share * (transposed(G) @ G)
        v_hat = v / (1 - beta1 ** t)
        if (t - 1) % every == 0:
            P[()] = matrix_power(L / correction, exponent=-exponent, eps=eps)
            Q[()] = matrix_power(R / correction, exponent=-exponent, eps=eps)
        p -= lr * ((P @ v_hat @ Q).reshape(p.shape) + decay * p)
    hyperparams['t'] += 1
