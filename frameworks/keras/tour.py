"""How training is put together in Keras: state, fit, schedules, groups, precision; each line checked."""
import os
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1]))
import airfoil

airfoil.needs('keras', 'jax')
os.environ.setdefault('KERAS_BACKEND', 'jax')
# shown
import keras
import numpy

X, y = numpy.ones((8, 5)), numpy.ones((8, 1))
model = keras.Sequential([keras.Input((5,)), keras.layers.Dense(1)])
schedule = keras.optimizers.schedules.ExponentialDecay(0.01, decay_steps=1,
                                                       decay_rate=0.5)
optimizer = keras.optimizers.AdamW(schedule, weight_decay=0.01)
optimizer.exclude_from_weight_decay(var_names=['bias'])     # the only groups

model.compile(optimizer, loss='mse')
assert not optimizer.built                                  # no state yet
model.fit(X, y, batch_size=4, verbose=0)                    # gradient and step, twice
assert int(optimizer.iterations) == 2
assert len(optimizer.variables) == 1 + 2 * 2                # t; v and s of both
assert abs(float(optimizer.learning_rate) - 0.0025) < 1e-9  # of the next step, the third

assert numpy.float16(1e-8) == 0                             # ε of Adam, in half precision,
assert keras.config.epsilon() == 1e-7 and numpy.float16(1e-7) > 0   # Keras' is just above
# not shown
