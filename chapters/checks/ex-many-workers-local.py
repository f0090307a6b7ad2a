"""Write `local_descent(curvatures, minima, lr, every, steps)`: the mean of the workers' parameters at the end. Worker k
starts at 0, descends on h (x - m)^2 / 2 with its curvature h and its minimum m, and takes the mean of all workers after
each `every` steps. Curvatures and minima are arrays with a number for each worker."""
import numpy


def local_descent(curvatures, minima, lr, every, steps):
    # solution
    x = numpy.zeros(len(minima))
    for t in range(1, steps + 1):
        x = x - lr * curvatures * (x - minima)
        if t % every == 0:                      # wrong: if t == every:
            x[:] = x.mean()                     # wrong: pass
    return x.mean()
    # end


# check
def check(local_descent, close):
    import numpy

    def case(h, m, every, steps):
        return local_descent(numpy.array(h, dtype=float), numpy.array(m, dtype=float), 0.25, every, steps)

    close(case([2], [1], 1, 2), 0.75, 'One worker halves its distance to m = 1 in each step: h = 2, lr = 0.25, 2 steps')
    for every in (1, 2, 4):
        close(case([2, 2], [1, 3], every, 4), 1.875,
              'With equal curvatures it halves the distance to the mean of the minima, whenever they average: '
              f'h = (2, 2), m = (1, 3), every = {every}, 4 steps')
    close(case([1, 3], [0, 1], 2, 2), 0.46875,
          'On their own the workers end at 0 and 1 - 0.25^2: h = (1, 3), m = (0, 1), every = 2, 2 steps')
    close(case([1, 3], [0, 1], 1, 2), 0.5625,
          'Averaged in each step they descend on the mean, with the gradient 2x - 1.5: every = 1, 2 steps')
    close(case([1, 3], [0, 1], 1, 100), 0.75, 'Averaged in each step they reach the minimum of the mean, 1.5 / 2')
