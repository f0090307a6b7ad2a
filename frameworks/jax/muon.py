"""Muon for a network in JAX with optax, on the steps of the book: prints the loss, draws its curve."""
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1]))
import airfoil

airfoil.needs('jax', 'optax', 'matplotlib')
# shown
import jax
import jax.numpy as jnp
import numpy
import optax
from airfoil import FILE, Run                               # in the download menu

jax.config.update('jax_enable_x64', True)                   # in doubles, as this page
table = numpy.loadtxt(FILE, delimiter=',', skiprows=1)      # NASA's measurements
table = (table - table.mean(axis=0)) / table.std(axis=0)
X, y = jnp.split(jnp.array(table[:1500]), [5], axis=1)
rng = numpy.random.default_rng(0)                           # the start, the order
run = Run(batch_size=10, hidden=16)

params = {'W': jnp.array(rng.normal(0, 5 ** -0.5, (5, 16))), 'b': jnp.zeros(16),
          'v': jnp.array(rng.normal(0, 16 ** -0.5, (16, 1))), 'c': jnp.zeros(1)}
optimizer = optax.partition({
    'matrix': optax.chain(
        optax.trace(0.95, nesterov=True),                   # velocity, uncorrected
        optax.contrib.muon(
            0.02, beta=0, nesterov=False, eps=1e-7, weight_decay=0.1)),
    'other': optax.adamw(0.02, weight_decay=0.1),
}, {'W': 'matrix', 'b': 'other', 'v': 'other', 'c': 'other'})
state = optimizer.init(params)

def loss(params, X, y):
    h = jnp.tanh(X @ params['W'] + params['b'])
    return ((h @ params['v'] + params['c'] - y) ** 2).mean() / 2

@jax.jit
def step(params, state, X, y):
    grads = jax.grad(loss)(params, X, y)
    updates, state = optimizer.update(grads, state, params)
    return optax.apply_updates(params, updates), state

for epoch in range(2):
    for rows in rng.permutation(1500).reshape(-1, 10):
        params, state = step(params, state, X[rows], y[rows])
        run.step(*[params[name] for name in ('W', 'b', 'v', 'c')])
run.show()
# With optimizer = optax.contrib.muon(0.02): corrected momentum, no decay, v by Muon
# too, and the biases by NAdam. The loss then ends at 0.148.
# not shown
