"""Write `project(W, b, x)`: the point closest to `x` among those with `W @ z` equal to `b`. The rows of `W` are
independent."""
import numpy


def project(W, b, x):
    # solution
    gap = W @ x - b                             # wrong: gap = W @ x
    return x - W.T @ numpy.linalg.solve(W @ W.T, gap)  # wrong: return x - W.T @ gap
    # end


# check
def check(project, close):
    import numpy

    def case(W, b, x):
        return project(*(numpy.array(value, dtype=float) for value in (W, b, x)))

    close(case([[1, 1]], [2], [2, 0]), [2, 0], 'A point of the set stays where it is: (2, 0) lies on x1 + x2 = 2')
    close(case([[1, 1]], [0], [1, 3]), [-1, 1], 'Half the sum, 2, comes off both coordinates: (1, 3) onto x1 + x2 = 0')
    close(case([[1, 1]], [2], [0, 0]), [1, 1],
          'With b = 2 the set does not go through the origin: (0, 0) onto x1 + x2 = 2')
    close(case([[1, 0, 0], [0, 2, 0]], [1, 4], [5, 5, 5]), [1, 2, 5],
          'x1 = 1 and 2 x2 = 4 fix two coordinates, and leave the third alone: (5, 5, 5)')
    close(case([[1, 0, 0], [1, 1, 0]], [1, 3], [0, 0, 7]), [1, 2, 7],
          'Rows need not be orthogonal: x1 = 1 and x1 + x2 = 3, from (0, 0, 7)')
