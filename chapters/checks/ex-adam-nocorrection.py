"""Write `decay(beta, t)`: the decay that makes the average right at step `t` = 1, 2, ... without a correction."""


def decay(beta, t):
    # solution
    return beta * (1 - beta ** (t - 1)) / (1 - beta ** t)  # wrong: return beta * (1 - beta ** t)
    # end


# check
def check(decay, close):
    close(decay(0.9, 1), 0, 'At t = 1 there is nothing to remember, so that the start does not count: beta = 0.9')
    close(decay(0.5, 2), 1 / 3,
          'With beta = 0.5 the corrected average of two gradients weighs them 1 to 2: the older one, at t = 2')
    close(decay(0.5, 3), 3 / 7,
          'With beta = 0.5 three gradients weigh 1, 2 and 4: the two older ones together, at t = 3')
    close(decay(0.9, 500), 0.9, 'After many steps the correction is over, and the decay is beta = 0.9: t = 500')
