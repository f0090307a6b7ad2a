"""Write `absolute_newton(g, H)`: what Newton's method adds to the point, at the gradient `g` and the symmetric
Hessian `H`, when the eigenvalues of `H` count with their absolute values."""
import numpy


def absolute_newton(g, H):
    # solution
    lam, V = numpy.linalg.eigh(H)
    along = V.T @ g                             # wrong: along = V @ g
    return -V @ (along / abs(lam))              # wrong: return -V @ (along / lam)
    # end


# check
def check(absolute_newton, close):
    import numpy

    def case(g, H):
        return absolute_newton(numpy.array(g, dtype=float), numpy.array(H, dtype=float))

    close(case([2, 4], [[2, 0], [0, 4]]), [-1, -1],
          'Where all curvatures are positive it is the step of Newton: g = (2, 4), H = diag(2, 4)')
    close(case([2, 4], [[-2, 0], [0, 4]]), [-1, -1],
          'A direction of negative curvature is walked down, not up: g = (2, 4), H = diag(-2, 4)')
    close(case([3, 5], [[0, 1], [1, 0]]), [-3, -5],
          'The eigenvalues of [[0, 1], [1, 0]] are 1 and -1, so this H counts as the identity: g = (3, 5)')
    close(case([1, 0], [[1, 2], [2, -2]]), [-7 / 15, -1 / 15],
          'With the eigenvalues 2 and -3, along (2, 1) and (1, -2), the gradient (1, 0) splits into 0.4 (2, 1) and '
          '0.2 (1, -2), to be divided by 2 and 3: the step')
