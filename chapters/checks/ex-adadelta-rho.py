"""Write `first_step(g, rho, eps)`: what Adadelta subtracts from a parameter at its first step, with both states at
zero."""
import math


def first_step(g, rho, eps):
    # solution
    s = (1 - rho) * g ** 2                      # wrong: s = rho * g ** 2
    return math.sqrt(eps) / math.sqrt(s + eps) * g  # wrong: return math.sqrt(eps) / math.sqrt(s) + eps * g
    # end


# check
def check(first_step, close):
    close(first_step(0.0, 0.9, 1e-5), 0, 'Without a gradient there is no step: g = 0')
    close(first_step(4.0, 0.5, 1.0), 4 / 3,
          'The average of squares becomes 0.5 * 16 = 8, and both roots hold eps = 1: sqrt(1) / sqrt(9) * 4, for g = '
          '4')
    close(first_step(-2.0, 0.25, 1.0), -1,
          'The new square has the weight 1 - rho = 0.75, and the step the sign of the gradient: g = -2, eps = 1')
    close(first_step(1e4, 0.9, 1e-5), 0.01,
          'A large gradient makes a step of sqrt(eps / (1 - rho)): rho = 0.9, eps = 1e-5', 1e-6)
