"""Write `inverse_root(M)`: the power −1/4 of a symmetric matrix with positive eigenvalues."""


def inverse_root(M):
    # solution
    import numpy

    values, Q = numpy.linalg.eigh(M)
    return Q * values ** -0.25 @ Q.T            # wrong: return Q * values ** -0.5 @ Q.T
    # end


# check
def check(inverse_root, close):
    import numpy

    M = numpy.array([[17.0, 15.0], [15.0, 17.0]]) / 2       # eigenvalues 16 and 1
    close(inverse_root(numpy.eye(2))[0][1], 0, 'Every power of the identity is the identity')
    close(inverse_root(M)[0][0], 0.75,
          'Eigenvalues 16 and 1 become 1/2 and 1, with the mean on the diagonal: M = [[8.5, 7.5], [7.5, 8.5]]')
    close(inverse_root(M)[0][1], -0.25, 'Off the diagonal is half of their difference: M = [[8.5, 7.5], [7.5, 8.5]]')
    close(inverse_root(numpy.diag([81.0, 1.0]))[0][0], 1 / 3, 'On the diagonal, each entry by itself: diag(81, 1)')
