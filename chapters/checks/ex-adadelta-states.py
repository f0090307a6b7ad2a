"""Write `states_after(gradients, rho, eps)`: the averages of squared gradients and of squared steps, as a pair, after
the last of the `gradients`. Both start at zero."""


def states_after(gradients, rho, eps):
    # solution
    s, delta = 0.0, 0.0
    for g in gradients:
        s += (1 - rho) * (g ** 2 - s)
        d = ((delta + eps) / (s + eps)) ** 0.5 * g  # wrong: d = ((s + eps) / (delta + eps)) ** 0.5 * g
        delta += (1 - rho) * (d ** 2 - delta)   # wrong: delta += (1 - rho) * (g ** 2 - delta)
    return s, delta
    # end


# check
def check(states_after, close, pair):
    def case(gradients):
        return pair(states_after(gradients, 0.5, 0.5), 'the average of squared gradients, then that of squared steps')

    close(case([]), [0, 0], 'Both averages start at zero: no gradients')
    close(case([1.0])[0], 0.5, 'Half of the new square comes in, for rho = 0.5: s after g = 1')
    close(case([1.0])[1], 0.25,
          'The step divides by the new s and multiplies by the old average of steps, d**2 = 0.5 / 1, and half of'
          ' it comes in: delta after g = 1, with rho = eps = 0.5')
    close(case([1.0, 1.0]), [0.75, 0.425],
          'Then d**2 = (0.25 + 0.5) / (0.75 + 0.5) = 0.6: s and delta after g = 1, 1, with rho = eps = 0.5')
