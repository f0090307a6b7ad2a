"""A small network for the digits: tanh units, the cross-entropy of the label, and the gradient written out.

Parameters are a plain list [W₁, b₁, W₂, b₂, …]. A weight has the shape (in, out), a bias (1, out); a leading axis holds
runs, which train side by side as one stack. Everything is NumPy in float64, on either engine.
"""
import itertools
from collections.abc import Sequence

import numpy

from d2lmini import checks
from d2lmini.engine.numpy import parameter

BLOCK_ROWS = 200        # rows evaluated at a time: with the units of many runs, they still fit a cache


def init_network(sizes: Sequence[int], generators: Sequence[numpy.random.Generator],
                 scale: float | Sequence[float] = 1.0) -> list[numpy.ndarray]:
    """Return the parameters [W₁, b₁, W₂, b₂, …] of a stack of networks, one drawn from each generator.

        W ~ N(0, scale² / in),  b = 0

    Args:
        sizes: units of each layer, from inputs to classes: (64, 16, 10) has one hidden layer, (64, 10) has none.
        generators: one for each run, such as [rng(seed) for seed in range(8)]; weights are drawn layer by layer.
        scale: of the weights, in units of in^−½; a number, or one for each run.

    Returns:
        arrays of shape (runs, in, out) and (runs, 1, out), float64, with room for `.grad`: any optimizer takes them.

    Raises:
        TypeError, ValueError: an argument is wrong; the message names it, its value and the remedy.
    """
    checks.layer_sizes(sizes)
    checks.generators(generators)
    checks.scale(scale, len(generators))
    scales, params = numpy.broadcast_to(scale, len(generators)), []
    for n, m in itertools.pairwise(sizes):
        W = [g.normal(0, s * n ** -0.5, (n, m)) for g, s in zip(generators, scales)]
        params += [W, numpy.zeros((len(generators), 1, m))]
    return [parameter(p) for p in params]


def forward(params: Sequence, X) -> tuple[list, numpy.ndarray]:
    """Return the inputs of all layers, X first, and the logarithms of the class probabilities.

        h₀ = X,  hₖ = tanh(hₖ₋₁ Wₖ + bₖ),  z = the last h W + b
        log p = z − log Σⱼ exp(zⱼ)

    Equations: eq-scheduler-network, eq-scheduler-loss in chapters/lr-scheduler.md.

    Args:
        params: [W₁, b₁, …] as `init_network` returns them, or without the axis of the runs.
        X: examples of shape (rows, in), the same for all runs, or (runs, rows, in).

    Returns:
        ([h₀, h₁, …], log p): h₀ is X, the others have the shape (runs, rows, units). `grad` differentiates them.

    Raises:
        TypeError, ValueError: an argument is not an array, or shapes do not fit.
    """
    checks.network(params, X)
    h, z = [X], X @ params[0] + params[1]
    for W, b in zip(params[2::2], params[3::2]):
        h.append(numpy.tanh(z))
        z = h[-1] @ W + b
    z = z - z.max(axis=-1, keepdims=True)               # no overflow in exp
    return h, z - numpy.log(numpy.exp(z).sum(axis=-1, keepdims=True))


def cross_entropy(log_p, targets):
    """Return the loss of each example, −Σₖ yₖ log pₖ: of its row y of targets, and of log p from `forward`."""
    checks.log_p_and_targets(log_p, targets)
    return -(targets * log_p).sum(axis=-1)


def network_grad(params: Sequence, X, targets) -> list[numpy.ndarray]:
    """Return the gradients of each run's mean loss: one for each parameter, of its shape.

        dz = (p − y) / rows  in the last layer,  dz ← dz Wᵀ ⊙ (1 − h²)  from a layer to the one before
        dW = hᵀ dz,  db = Σ dz over the rows

    Equations: eq-scheduler-backward in chapters/lr-scheduler.md.

    Args:
        params, X: as for `forward`, and refused for the same reasons.
        targets: shape (rows, classes) or (runs, rows, classes): rows that sum to 1, usually with a 1 at the label.

    Reference: Rumelhart, Hinton and Williams, Learning representations by back-propagating errors, 1986.
    """
    checks.network_targets(params, X, targets)
    params = [numpy.asarray(p) for p in params]         # plain arrays are faster
    h, log_p = forward(params, X)
    dz, gradients = (numpy.exp(log_p) - targets) / X.shape[-2], []
    for k in reversed(range(len(h))):
        dW, db = h[k].swapaxes(-1, -2) @ dz, dz.sum(axis=-2, keepdims=True)
        gradients = [dW, db, *gradients]
        if k > 0:
            dz = dz @ params[2 * k].swapaxes(-1, -2) * (1 - h[k] * h[k])
    return gradients


def evaluate_network(params: Sequence, X, targets) -> tuple[numpy.ndarray, numpy.ndarray]:
    """Return (loss, accuracy), of shape (runs,): means over all rows; a row is right if p is largest at its label.

    Args:
        params, X, targets: as for `network_grad`, and refused for the same reasons.
    """
    checks.network_targets(params, X, targets)
    params = [numpy.asarray(p) for p in params]
    rows, loss, hits = X.shape[-2], 0, 0
    for start in range(0, rows, BLOCK_ROWS):
        x, y = (a[..., start:start + BLOCK_ROWS, :] for a in (X, targets))
        _, log_p = forward(params, x)
        loss = loss + cross_entropy(log_p, y).sum(axis=-1)
        hits = hits + (log_p.argmax(axis=-1) == y.argmax(axis=-1)).sum(axis=-1)
    return loss / rows, hits / rows
