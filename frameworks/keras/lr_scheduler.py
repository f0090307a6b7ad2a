"""A cosine schedule in Keras, on the steps of the book: prints the loss, draws its curve."""
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
rng = numpy.random.default_rng(0)                           # the page's start, order
run = Run(batch_size=10)

class Record(keras.callbacks.Callback):
    def on_train_batch_end(self, batch, logs=None):
        self.model.jax_state_sync()                         # fit holds the weights
        run.step(*self.model.weights)

model = keras.Sequential([keras.Input((5,)), keras.layers.Dense(1)])
model.set_weights([rng.normal(0, 0.01, (5, 1)), numpy.zeros(1)])
optimizer = keras.optimizers.SGD(
    keras.optimizers.schedules.CosineDecay(0.1, decay_steps=299))
model.compile(optimizer, loss=lambda y, y_hat: (y_hat - y) ** 2 / 2)

for epoch in range(2):
    order = rng.permutation(1500)
    model.fit(X[order], y[order], batch_size=10, shuffle=False, verbose=0,
              callbacks=[Record()])
run.show()
# Defaults of keras.optimizers.SGD: learning_rate=0.01. The loss then ends at 0.250.
# not shown
