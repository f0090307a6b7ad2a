"""Yogi in Keras, on the steps of the book: prints the loss, draws its curve."""
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

class Yogi(keras.optimizers.Optimizer):                     # Keras has none
    def build(self, variables):
        super().build(variables)
        self.v, self.s = self.add_optimizer_variables(variables, ['v', 's'])

    def update_step(self, gradient, variable, learning_rate):
        index = self._get_variable_index(variable)
        v, s, square = self.v[index], self.s[index], gradient ** 2
        t = keras.ops.cast(self.iterations + 1, variable.dtype)
        self.assign_add(v, (1 - 0.9) * (gradient - v))
        self.assign_add(s, (1 - 0.999) * keras.ops.sign(square - s) * square)
        v_hat, s_hat = v / (1 - 0.9 ** t), s / (1 - 0.999 ** t)
        step = learning_rate * v_hat / (keras.ops.sqrt(s_hat) + 1e-3)
        self.assign_sub(variable, step)

model = keras.Sequential([keras.Input((5,)), keras.layers.Dense(1)])
model.set_weights([rng.normal(0, 0.01, (5, 1)), numpy.zeros(1)])
optimizer = Yogi(learning_rate=0.01)
model.compile(optimizer, loss=lambda y, y_hat: (y_hat - y) ** 2 / 2)

for epoch in range(2):
    order = rng.permutation(1500)
    model.fit(X[order], y[order], batch_size=10, shuffle=False, verbose=0,
              callbacks=[Record()])
run.show()
# No defaults: Keras has no Yogi.
# not shown
