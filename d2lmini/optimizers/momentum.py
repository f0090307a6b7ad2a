"""Momentum, as Polyak's heavy ball and as Nesterov's look-ahead."""
from d2lmini.optimizers.door import checked
from d2lmini.optimizers.states import zeros_for


def init_momentum_states(feature_dim):
    """Return zeros v, the velocities, for w and b or, given a list of parameters, for each of them."""
    return zeros_for(feature_dim)


@checked(uses=('lr', 'momentum'), keeps=('v',), made_by=init_momentum_states)
def sgd_momentum(params, states, hyperparams):
    """Step along a leaky sum of past gradients.

        v ← β v + g
        p ← p − η v

    Equations: eq-momentum-v, eq-momentum-x in chapters/momentum.md.

    Args:
        params: float32 or float64 arrays p of any shape, changed in place; `p.grad` holds the gradient g, shaped as p.
        states: one velocity v for each parameter, of its shape, changed in place.
        hyperparams: `{'lr': η, 'momentum': β}`; 0 ≤ β < 1. β = 0 is plain SGD.

    Reference: Polyak, Some methods of speeding up the convergence of iteration methods, 1964.
    """
    lr, beta = hyperparams['lr'], hyperparams['momentum']
    for p, v in zip(params, states):
        v[()] = beta * v + p.grad
        p -= lr * v


@checked(uses=('lr', 'momentum'), keeps=('v',), made_by=init_momentum_states)
def nesterov(params, states, hyperparams):
    """Step along the velocity that the next step would have.

        v ← β v + g
        p ← p − η (g + β v)

    Equations: eq-momentum-nesterov-code in chapters/momentum.md.

    Args:
        params: float32 or float64 arrays p of any shape, changed in place; `p.grad` holds the gradient g, shaped as p.
        states: one velocity v for each parameter, of its shape, changed in place.
        hyperparams: `{'lr': η, 'momentum': β}`; 0 ≤ β < 1. β = 0 is plain SGD.

    Reference: Nesterov, A method for solving the convex programming problem with convergence rate O(1/k²), 1983;
    in this form, which keeps the look-ahead point as p, Bengio et al., 2013.
    """
    lr, beta = hyperparams['lr'], hyperparams['momentum']
    for p, v in zip(params, states):
        v[()] = beta * v + p.grad
        p -= lr * (p.grad + beta * v)
