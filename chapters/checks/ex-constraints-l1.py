"""Write `to_l1_ball(z, radius)`: the point of the ball, an array of the same length, that is closest to the array
`z`."""
import numpy


def to_l1_ball(z, radius):
    # solution
    a = numpy.sort(abs(z))[::-1]
    if a.sum() <= radius:                       # wrong: if False:
        return z
    thresholds = (numpy.cumsum(a) - radius) / numpy.arange(1, len(a) + 1)
    lam = thresholds[a > thresholds][-1]        # wrong: lam = thresholds[-1]
    return numpy.sign(z) * numpy.maximum(abs(z) - lam, 0)  # wrong: return numpy.maximum(abs(z) - lam, 0)
    # end


# check
def check(to_l1_ball, close):
    import numpy

    close(to_l1_ball(numpy.array([0.25, -0.5]), 1.0), [0.25, -0.5],
          'A point of the ball stays where it is: (0.25, -0.5)')
    close(to_l1_ball(numpy.array([1.0, 1.0]), 1.0), [0.5, 0.5], 'By symmetry, (1, 1) goes to the middle of a side')
    close(to_l1_ball(numpy.array([2.0, -1.5]), 1.0), [0.75, -0.25],
          'Every entry moves towards zero by the same amount, here 1.25, and keeps its sign: (2, -1.5)')
    close(to_l1_ball(numpy.array([3.0, 0.5, -0.5]), 1.0), [1, 0, 0],
          'An entry that reaches zero stops there, and does not count when the amount is computed: (3, 0.5, -0.5)')
    close(to_l1_ball(numpy.array([4.0, 2.0]), 4.0), [3, 1],
          'The ball has the radius that is asked for: (4, 2), radius 4')
