"""Two optimizers as optax would write them, and a check of both against the book's golden trajectories.

    python own_optimizer.py golden.json
"""
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1]))
import airfoil

airfoil.needs('jax', 'optax')
# shown: yogi
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import optax

class YogiState(NamedTuple):
    t: jax.Array
    v: Any
    s: Any

def yogi(lr, beta1=0.9, beta2=0.999, eps=1e-3):
    def init(params):
        zeros = jax.tree.map(jnp.zeros_like, params)
        return YogiState(jnp.zeros([], int), zeros, zeros)

    def update(grads, state, params=None):
        t = state.t + 1
        v = jax.tree.map(lambda g, v: v + (1 - beta1) * (g - v), grads, state.v)
        s = jax.tree.map(lambda g, s: s + (1 - beta2) * jnp.sign(g ** 2 - s) * g ** 2,
                         grads, state.s)
        updates = jax.tree.map(lambda v, s: -lr * v / (1 - beta1 ** t)
                               / (jnp.sqrt(s / (1 - beta2 ** t)) + eps), v, s)
        return updates, YogiState(t, v, s)

    return optax.GradientTransformation(init, update)
# shown: lion
def lion(lr, beta1=0.9, beta2=0.99, weight_decay=0.0):
    def init(params):
        return jax.tree.map(jnp.zeros_like, params)

    def update(grads, v, params):                       # the decay needs the parameters
        def step(g, v, p):
            u = jnp.sign(beta1 * v + (1 - beta1) * g)
            return -lr * (u + weight_decay * p)
        updates = jax.tree.map(step, grads, v, params)
        v = jax.tree.map(lambda g, v: beta2 * v + (1 - beta2) * g, grads, v)
        return updates, v

    return optax.GradientTransformation(init, update)
# shown: check
import json

import numpy

def check(method, make, golden):
    cases = [case for case in golden['cases'] if case['method'] == method]
    for case in cases:
        optimizer, p = make(**case['options']), jnp.array(golden['start'])
        state, step = optimizer.init(p), jax.jit(optimizer.update)
        for gradient, expected in zip(golden['gradients'], case['path'], strict=True):
            updates, state = step(jnp.array(gradient), state, p)
            p = optax.apply_updates(p, updates)
            numpy.testing.assert_allclose(p, expected, rtol=1e-9, atol=1e-12)
    print(f'{method}: {len(cases)} golden trajectories repeated')
# not shown
if __name__ == '__main__':
    jax.config.update('jax_enable_x64', True)
    read = json.loads(Path(sys.argv[1]).read_text(encoding='utf-8'))
    check('yogi', yogi, read)
    check('lion', lion, read)
