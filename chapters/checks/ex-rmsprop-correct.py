"""Write `corrected(gradients, gamma)`: the corrected average of the squares after the last of the `gradients`."""


def corrected(gradients, gamma):
    # solution
    s = 0.0
    for g in gradients:
        s = gamma * s + (1 - gamma) * g ** 2    # wrong: s = (1 - gamma) * s + gamma * g ** 2
    return s / (1 - gamma ** len(gradients))    # wrong: return s
    # end


# check
def check(corrected, close):
    close(corrected([3.0], 0.9), 9,
          'After one gradient the corrected average is its square, for every gamma: g = 3, gamma = 0.9')
    close(corrected([3.0] * 5, 0.99), 9,
          'A constant gradient has a constant average, without a cold start: five times g = 3')
    close(corrected([1.0, 2.0], 0.5), 3,
          'The weights of 1 and 4 are 0.25 and 0.5, and add up to 0.75: g = 1, 2, gamma = 0.5')
    close(corrected([3.0, 0.0], 0.9), 9 * 0.9 / 1.9,
          'The older square has 0.9 of the weight of the newer: g = 3, 0, gamma = 0.9')
