"""Two optimizers for Keras, and a check of both against the book's golden trajectories.

    python own_optimizer.py golden.json
"""
import os
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1]))
import airfoil

airfoil.needs('keras', 'jax')
os.environ.setdefault('KERAS_BACKEND', 'jax')
# shown: yogi
import keras
from keras import ops

class Yogi(keras.optimizers.Optimizer):
    def __init__(self, learning_rate, beta1=0.9, beta2=0.999, eps=1e-3):
        super().__init__(learning_rate)
        self.beta1, self.beta2, self.eps = beta1, beta2, eps

    def build(self, variables):
        super().build(variables)
        self.v, self.s = self.add_optimizer_variables(variables, ['v', 's'])

    def update_step(self, gradient, variable, learning_rate):
        index = self._get_variable_index(variable)
        v, s, square = self.v[index], self.s[index], gradient ** 2
        t = ops.cast(self.iterations + 1, variable.dtype)
        self.assign_add(v, (1 - self.beta1) * (gradient - v))
        self.assign_add(s, (1 - self.beta2) * ops.sign(square - s) * square)
        v_hat, s_hat = v / (1 - self.beta1 ** t), s / (1 - self.beta2 ** t)
        self.assign_sub(variable, learning_rate * v_hat / (ops.sqrt(s_hat) + self.eps))
# shown: lion
class Lion(keras.optimizers.Optimizer):
    def __init__(self, learning_rate, beta1=0.9, beta2=0.99, decay=0.0):
        super().__init__(learning_rate)                 # its weight_decay comes before
        self.beta1, self.beta2, self.decay = beta1, beta2, decay

    def build(self, variables):
        super().build(variables)
        self.v = self.add_optimizer_variables(variables, 'v')

    def update_step(self, gradient, variable, learning_rate):
        v = self.v[self._get_variable_index(variable)]
        u = ops.sign(self.beta1 * v + (1 - self.beta1) * gradient)
        self.assign_sub(variable, learning_rate * (u + self.decay * variable))
        self.assign(v, self.beta2 * v + (1 - self.beta2) * gradient)
# shown: check
import json

import numpy

def check(method, optimizer_class, golden, names):
    cases = [case for case in golden['cases'] if case['method'] == method]
    for case in cases:
        p = keras.Variable(golden['start'], dtype='float64')
        options = {names.get(k, k): value for k, value in case['options'].items()}
        optimizer = optimizer_class(**options)
        for gradient, expected in zip(golden['gradients'], case['path'], strict=True):
            optimizer.apply([ops.convert_to_tensor(gradient, dtype='float64')], [p])
            numpy.testing.assert_allclose(p.numpy(), expected, rtol=1e-9, atol=1e-12)
    print(f'{method}: {len(cases)} golden trajectories repeated')
# not shown
if __name__ == '__main__':
    import jax
    jax.config.update('jax_enable_x64', True)
    keras.config.set_floatx('float64')
    read = json.loads(Path(sys.argv[1]).read_text(encoding='utf-8'))
    check('yogi', Yogi, read, {'lr': 'learning_rate'})
    check('lion', Lion, read, {'lr': 'learning_rate', 'weight_decay': 'decay'})
