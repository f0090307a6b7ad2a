"""How training is put together in JAX with optax: state, gradients, schedules, groups, precision; each line checked."""
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1]))
import airfoil

airfoil.needs('jax', 'optax')
# shown
import jax
import jax.numpy as jnp
import optax

X, y = jnp.ones((8, 5)), jnp.ones((8, 1))
params = {'w': jnp.zeros((5, 1)), 'b': jnp.zeros(1)}        # a tree of arrays

def loss(params):
    return ((X @ params['w'] + params['b'] - y) ** 2).mean()

schedule = optax.exponential_decay(0.01, transition_steps=1, decay_rate=0.5)
optimizer = optax.partition({                               # parameter groups, by label
    'decayed': optax.adamw(schedule, weight_decay=0.01),
    'plain': optax.adamw(schedule, weight_decay=0.0),
}, {'w': 'decayed', 'b': 'plain'})

state = optimizer.init(params)                              # you hold the state
value, grads = jax.value_and_grad(loss)(params)             # a function's gradient:
assert value == 1 and grads['b'] == -2                      # nothing adds up
updates, new = optimizer.update(grads, state, params)       # returned, not changed
assert params['b'] == 0 and updates['b'] > 0
params = optax.apply_updates(params, updates)
counts = optax.tree.get_all_with_path(new, 'count')         # in each group, Adam and its
assert len(counts) == 4 and all(count == 1 for _, count in counts)   # schedule count
assert schedule(0) == 0.01 and schedule(1) == 0.005         # from 0, before the step

assert jnp.array(1e-8, jnp.float16) == 0                    # ε of Adam, in half precision
assert jnp.array(1e-8, jnp.bfloat16) > 0
# not shown
