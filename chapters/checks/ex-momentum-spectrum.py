"""Write `momentum(gradient, x, lr, beta, steps)`: where `steps` steps of gradient descent with momentum lead from
`x`, with a velocity that starts at zero. `gradient` is a function of the point."""


def momentum(gradient, x, lr, beta, steps):
    # solution
    v = 0 * x
    for _ in range(steps):
        v = beta * v + gradient(x)              # wrong: v = beta * (v + gradient(x))
        x = x - lr * v                          # wrong: x = x - lr * gradient(x)
    return x
    # end


# check
def check(momentum, close):
    import numpy

    def slope(x):
        return 1.0

    close(momentum(slope, 0.0, 1.0, 0.5, 1), -1,
          'The first velocity is the first gradient, not scaled: g = 1, beta = 0.5, after one step x')
    close(momentum(slope, 0.0, 1.0, 0.5, 2), -2.5,
          'The velocity is multiplied by beta before the gradient is added: 0.5 * 1 + 1 = 1.5, so after two steps of'
          ' g = 1 x')
    close(momentum(slope, 0.0, 0.1, 0.5, 3), -0.425,
          'The velocities 1, 1.5 and 1.75, times lr = 0.1: after three steps x')
    close(momentum(lambda x: x, 1.0, 1.0, 0.0, 1), 0,
          'With beta = 0 it is gradient descent, which solves x**2 / 2 in one step of lr = 1: x')
    close(momentum(lambda x: x, 1.0, 1.0, 0.25, 2), -0.25,
          'At x = 0 the gradient of x**2 / 2 vanishes, and the velocity, 0.25 * 1, goes on: x')
    close(momentum(lambda x: 2 * x, numpy.array([1.0, -1.0]), 0.25, 0.0, 2), [0.25, -0.25],
          'Coordinates go their own ways: gradient 2x, from (1, -1)')
