"""Write `full_gradient(gradients, sizes)`: the gradient over all examples, from the mean gradients of minibatches,
one a row, and from the numbers of examples in them."""
import numpy


def full_gradient(gradients, sizes):
    # solution
    sizes = numpy.array(sizes)                  # wrong: sizes = numpy.ones(len(sizes))
    return sizes @ numpy.array(gradients) / sizes.sum()  # wrong: return sizes @ numpy.array(gradients) / len(sizes)
    # end


# check
def check(full_gradient, close):
    import numpy

    close(full_gradient(numpy.array([[2.0], [4.0]]), [5, 5]), [3],
          'Minibatches of one size count alike: gradients 2 and 4')
    close(full_gradient(numpy.array([[1.0], [5.0]]), [3, 1]), [2],
          'An example of the short minibatch must count like every other: three with the mean 1 and one with 5')
    close(full_gradient(numpy.array([[1.0, 0.0], [0.0, 8.0]]), [28, 4]), [0.875, 1],
          'Each coordinate is averaged by itself: 28 examples with the mean (1, 0) and 4 with (0, 8)')
