"""Write `subgradient(A, b, x)`: a subgradient, at the array `x`, of the maximum of the affine functions
`A[i] @ x + b[i]`."""
import numpy


def subgradient(A, b, x):
    # solution
    values = A @ x + b                          # wrong: values = A @ x
    return A[numpy.argmax(values)]              # wrong: return A[numpy.argmax(abs(values))]
    # end


# check
def check(subgradient, close):
    import numpy

    def case(A, b, x):
        return subgradient(*(numpy.array(value, dtype=float) for value in (A, b, x)))

    close(case([[1], [-1]], [0, 0], [2]), [1], 'The absolute value is the maximum of x and -x: its slope at 2')
    close(case([[1], [-1]], [0, 0], [-2]), [-1], 'The slope of the absolute value at -2')
    close(case([[0], [-1]], [0, 1], [0.5]), [-1], 'The hinge loss is the maximum of 0 and 1 - x: its slope at 1/2')
    close(case([[0], [-1]], [0, 1], [3]), [0], 'The slope of the hinge loss at 3, where its value is 0')
    close(case([[1, 2], [3, -1], [0, 0]], [1, 1, -5], [1, 1]), [1, 2],
          'Three functions of two variables, with the values 4, 3 and -5: the gradient of the largest')
