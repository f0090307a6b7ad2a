"""Write `hessian(z)`: the matrix of second derivatives of log(exp(z[0]) + exp(z[1]) + ...) at the array `z`, correct
also where exp overflows."""
import numpy


def hessian(z):
    # solution
    p = numpy.exp(z - z.max())
    p = p / p.sum()  # wrong: p = p / numpy.exp(z).sum()
    return numpy.diag(p) - numpy.outer(p, p)  # wrong: return numpy.diag(p)
    # end


# check
def check(hessian, close):
    import numpy

    close(hessian(numpy.zeros(2)), [[0.25, -0.25], [-0.25, 0.25]],
          'At (0, 0) both probabilities are 1/2: their variances are 1/4')
    close(hessian(numpy.array([0.0, numpy.log(3)])), [[3 / 16, -3 / 16], [-3 / 16, 3 / 16]],
          'At (0, log 3) the probabilities are 1/4 and 3/4')
    close(hessian(numpy.array([1.0, -2.0, 0.5])) @ numpy.ones(3), [0, 0, 0],
          'Along (1, 1, 1) the function is linear: the rows add up to zero')
    close(hessian(numpy.array([500.0, 500.0, -500.0])), [[0.25, -0.25, 0], [-0.25, 0.25, 0], [0, 0, 0]],
          'Adding the same number to all entries changes nothing, even near exp(500): (500, 500, -500)')
