"""Write `step(g, s, lr, q)`: the new sum of squares, and what is subtracted from the parameter, as a pair. Leave the
small constant out."""


def step(g, s, lr, q):
    # solution
    s = s + g ** 2                              # wrong: s = s + abs(g)
    return s, lr * g / s ** q                   # wrong: return s, lr * g / s ** (1 / q)
    # end


# check
def check(step, close, pair):
    def case(*arguments):
        return pair(step(*arguments), 'the new sum, then the step')

    close(case(2.0, 0.0, 1.0, 0.5), [4, 1],
          'With q = 1/2 the first step has the length lr, whatever the gradient: g = 2, s = 0, lr = 1')
    close(case(2.0, 12.0, 1.0, 0.5), [16, 0.5],
          'The new square belongs to the sum that divides: g = 2, s = 12, lr = 1, q = 1/2')
    close(case(-4.0, 0.0, 0.5, 0.25), [16, -1],
          'The step has the sign of the gradient, and 16 ** 0.25 = 2: g = -4, s = 0, lr = 0.5, q = 1/4')
    close(case(3.0, 7.0, 2.0, 0.0), [16, 6], 'With q = 0 it is gradient descent: g = 3, s = 7, lr = 2')
