"""Write `improvement(logs)`: by which part of a loss the best of several variants seems to improve on a typical one,
from the logarithms of their losses around their mean: one row for each repetition, one column for each variant."""


def improvement(logs):
    # solution
    import numpy

    best = logs.min(axis=1)                     # wrong: best = logs.min(axis=0)
    return 1 - numpy.exp(best.mean())           # wrong: return -best.mean()
    # end


# check
def check(improvement, close):
    import math

    import numpy

    half, third = math.log(2), math.log(3)
    close(improvement(numpy.array([[0.0, -half, half]])), 0.5, 'The best of one repetition has half of the usual loss')
    close(improvement(numpy.array([[0.0, -half], [-third, third]])), 1 - 6 ** -0.5,
          'The factors 1/2 and 1/3 of two repetitions have the geometric mean 1/√6')
    close(improvement(numpy.zeros((4, 3))), 0, 'Variants without any differences improve nothing')
