"""Write `factored(S)`: the estimate of rank one of a matrix, from the means of its rows and of its columns."""


def factored(S):
    # solution
    R, C = S.mean(axis=1, keepdims=True), S.mean(axis=0, keepdims=True)
    return R @ C / R.mean()                     # wrong: return R @ C
    # end


# check
def check(factored, close):
    import numpy

    outer = numpy.array([[1.0, 4.0, 9.0], [2.0, 8.0, 18.0]])
    close(factored(outer)[1][2], 18, 'A matrix of rank one is its own estimate: rows (1, 4, 9) and (2, 8, 18)')
    S = numpy.array([[1.0, 3.0], [3.0, 1.0]])
    close(factored(S)[0][0], 2, 'Where all means of rows and columns are 2, so are all entries: rows (1, 3) and (3, 1)')
    S = numpy.array([[1.0, 2.0, 3.0], [6.0, 5.0, 1.0]])
    close(factored(S).mean(axis=0)[1], 3.5,
          'The estimate has the column means of the matrix: rows (1, 2, 3) and (6, 5, 1)')
