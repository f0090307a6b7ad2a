"""Prodigy in JAX with optax, on the steps of the book: prints the loss, draws its curve."""
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1]))
import airfoil

airfoil.needs('jax', 'optax', 'matplotlib')
# shown
import jax
import jax.numpy as jnp
import numpy
import optax.contrib
from airfoil import FILE, Run                               # in the download menu

jax.config.update('jax_enable_x64', True)                   # in doubles, as this page
table = numpy.loadtxt(FILE, delimiter=',', skiprows=1)      # NASA's measurements
table = (table - table.mean(axis=0)) / table.std(axis=0)
X, y = jnp.split(jnp.array(table[:1500]), [5], axis=1)
rng = numpy.random.default_rng(0)                           # the page's start, order
run = Run(batch_size=10)

params = {'w': jnp.array(rng.normal(0, 0.01, (5, 1))), 'b': jnp.zeros(1)}
optimizer = optax.contrib.prodigy()
state = optimizer.init(params)

def loss(params, X, y):
    return ((X @ params['w'] + params['b'] - y) ** 2).mean() / 2

@jax.jit
def step(params, state, X, y):
    grads = jax.grad(loss)(params, X, y)
    updates, state = optimizer.update(grads, state, params)
    return optax.apply_updates(params, updates), state

for epoch in range(2):
    for rows in rng.permutation(1500).reshape(-1, 10):
        params, state = step(params, state, X[rows], y[rows])
        run.step(params['w'], params['b'])
run.show()
# Defaults of optax.contrib.prodigy: learning_rate=1.0, estim_lr0=1e-06. The loss then
# ends at 0.294.
# not shown
