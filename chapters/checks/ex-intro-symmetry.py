"""Write `symmetries(d)`: how many equivalent minima a generic one stands for, itself included, with `d` hidden
units."""
import math


def symmetries(d):
    # solution
    orders = math.factorial(d)
    signs = 2 ** d                              # wrong: signs = 1
    return orders * signs                       # wrong: return orders + signs
    # end


# check
def check(symmetries, close):
    close(symmetries(1), 2, 'One unit (w, b, a) and its opposite (-w, -b, -a) give the same output, so for d = 1')
    close(symmetries(2), 8, 'Two units: 2 orders, and each unit may change its sign, so for d = 2')
    close(symmetries(3), 48, 'The cell of the solution counts the images one by one; for d = 3')
