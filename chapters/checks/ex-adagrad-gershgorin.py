"""Write `right_end(M)`: the right-most point that the discs of a symmetric `M` reach, which no eigenvalue exceeds."""
import numpy


def right_end(M):
    # solution
    centers = numpy.diag(M)
    radii = abs(M).sum(axis=1) - abs(centers)   # wrong: radii = M.sum(axis=1) - centers
    return (centers + radii).max()              # wrong: return centers.max() + radii.min()
    # end


# check
def check(right_end, close):
    import numpy

    close(right_end(numpy.diag([1.0, 4.0])), 4,
          'The discs of a diagonal matrix are points, its eigenvalues: diag(1, 4)')
    close(right_end(numpy.array([[2.0, 1.0], [1.0, 2.0]])), 3,
          'Both discs have center 2 and radius 1: [[2, 1], [1, 2]]')
    close(right_end(numpy.array([[2.0, -1.0], [-1.0, 2.0]])), 3,
          'A radius adds up absolute values, so the sign does not matter: [[2, -1], [-1, 2]]')
    close(right_end(numpy.array([[-3.0, 1.0], [1.0, -3.0]])), -2,
          'Centers keep their sign, also below zero: [[-3, 1], [1, -3]]')
    close(right_end(numpy.array([[5.0, 0.0, 1.0], [0.0, 1.0, 0.5], [1.0, 0.5, 1.0]])), 6,
          'The disc with the largest center plus radius counts, here the first: center 5, radius 1')
