"""Write `average(xs)`: the weighted average of the points `xs`, the oldest first, in which the `t`-th has the weight
`t`."""


def average(xs):
    # solution
    mean = 0.0
    for t, x in enumerate(xs, 1):               # wrong: for t, x in enumerate(xs):
        mean = mean + 2 / (t + 1) * (x - mean)  # wrong: mean = mean + 1 / t * (x - mean)
    return mean
    # end


# check
def check(average, close):
    import numpy

    close(average([5.0]), 5, 'One point is its own average: xs = 5')
    close(average([4.0, 4.0, 4.0]), 4,
          'The weights 2t / (T (T + 1)) add up to 1, so an average of equals is that value: xs = 4, 4, 4')
    close(average([0.0, 3.0]), 2, 'The second point counts twice as much as the first: xs = 0, 3')
    close(average([6.0, 0.0, 0.0]), 1, 'The first of three has the weight 1 of 1 + 2 + 3: xs = 6, 0, 0')
    close(average([numpy.array([3.0, 0.0]), numpy.array([0.0, 3.0])]), [1, 2],
          'Points may be arrays: xs = (3, 0), (0, 3)')
