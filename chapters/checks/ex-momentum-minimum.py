"""Write `minimum(Q, c, b)`: the minimizer and the minimum, as a pair, for a positive definite `Q`."""
import numpy


def minimum(Q, c, b):
    # solution
    x = -numpy.linalg.solve(Q, c)               # wrong: x = numpy.linalg.solve(Q, c)
    return x, b + c @ x / 2                     # wrong: return x, b + c @ x
    # end


# check
def check(minimum, close, pair):
    import numpy

    def case(Q, c, b):
        found = minimum(numpy.array(Q, dtype=float), numpy.array(c, dtype=float), b)
        return pair(found, 'the minimizer, then the minimum')

    x, f = case([[2]], [-4], 1.0)
    close(x, [2], 'The slope of x**2 - 4x + 1 is 2x - 4, zero at its minimizer')
    close(f, -3, 'The value of x**2 - 4x + 1 at 2: its minimum')
    x, f = case([[1, 0], [0, 4]], [1, -8], 0.5)
    close(x, [-1, 2], 'Coordinates are apart for Q = diag(1, 4), c = (1, -8): the minimizer')
    close(f, -8, 'For Q = diag(1, 4), c = (1, -8), b = 0.5: the minimum 0.5 - 1/2 - 8')
    x, f = case([[2, 1], [1, 2]], [-3, -3], 0.0)
    close(x, [1, 1], 'Q (1, 1) = (3, 3) for Q = [[2, 1], [1, 2]], and c = (-3, -3): the minimizer')
