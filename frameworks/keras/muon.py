"""Muon for a network in Keras, on the steps of the book: prints the loss, draws its curve."""
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1]))
import airfoil

airfoil.needs('keras', 'jax', 'matplotlib')
# shown
import os

os.environ['KERAS_BACKEND'] = 'jax'                         # before Keras is imported
import jax
import keras
import numpy
from airfoil import FILE, Run                               # in the download menu

jax.config.update('jax_enable_x64', True)                   # in doubles, as this page
keras.config.set_floatx('float64')
table = numpy.loadtxt(FILE, delimiter=',', skiprows=1)      # NASA's measurements
table = (table - table.mean(axis=0)) / table.std(axis=0)
X, y = table[:1500, :5], table[:1500, 5:]
rng = numpy.random.default_rng(0)                           # the start, the order
run = Run(batch_size=10, hidden=16)

class Record(keras.callbacks.Callback):
    def on_train_batch_end(self, batch, logs=None):
        self.model.jax_state_sync()                         # fit holds the weights
        run.step(*self.model.weights)

tanh = jax.numpy.tanh                                       # that of Keras: float32
model = keras.Sequential([keras.Input((5,)), keras.layers.Dense(16, tanh),
                          keras.layers.Dense(1, name='output')])
model.set_weights([rng.normal(0, 5 ** -0.5, (5, 16)), numpy.zeros(16),
                   rng.normal(0, 16 ** -0.5, (16, 1)), numpy.zeros(1)])
optimizer = keras.optimizers.Muon(
    0.02, weight_decay=0.1, rms_rate=5 ** -0.5,             # the factor √(16 / 5)
    exclude_layers=['output'], adam_weight_decay=0.1, epsilon=1e-8)         # AdamW
model.compile(optimizer, loss=lambda y, y_hat: (y_hat - y) ** 2 / 2)

for epoch in range(2):
    order = rng.permutation(1500)
    model.fit(X[order], y[order], batch_size=10, shuffle=False, verbose=0,
              callbacks=[Record()])
run.show()
# Defaults of keras.optimizers.Muon: learning_rate=0.001, weight_decay=0.004,
# rms_rate=0.2, exclude_layers=None, adam_weight_decay=0.004, epsilon=1e-07. The loss
# then ends at 0.703.
# not shown
