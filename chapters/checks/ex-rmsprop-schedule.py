"""Write `averages(gradients)`: the list of the averages of squares after each of the gradients, with the decay of the
exercise."""


def averages(gradients):
    # solution
    s, found = 0.0, []
    for t, g in enumerate(gradients, 1):
        gamma = 1 - 1 / t                       # wrong: gamma = 1 - 1 / (t + 1)
        s = gamma * s + (1 - gamma) * g ** 2    # wrong: s = gamma * s + g ** 2
        found.append(s)
    return found
    # end


# check
def check(averages, close):
    close(averages([3.0]), [9], 'At t = 1 the decay is 0, and the start does not count: g = 3')
    close(averages([1.0, 3.0]), [1, 5], 'At t = 2 both squares count by half: g = 1, 3')
    close(averages([2.0, 0.0, 0.0, 2.0]), [4, 2, 4 / 3, 2], 'All squares so far count alike: g = 2, 0, 0, 2')
