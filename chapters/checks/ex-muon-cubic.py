"""Write `rounds(sigma, target)`: how many rounds of p(σ) = 3σ/2 − σ³/2 take a singular value above `target`."""


def rounds(sigma, target):
    # solution
    count = 0
    while sigma <= target:                      # wrong: while count < 10:
        sigma = 1.5 * sigma - 0.5 * sigma ** 3  # wrong: sigma = 1.5 * sigma
        count += 1
    return count
    # end


# check
def check(rounds, close):
    close(rounds(0.95, 0.9), 0, 'It is there already: from 0.95 above 0.9')
    close(rounds(0.5, 0.6), 1, 'One round takes 0.5 to 0.6875: above 0.6')
    close(rounds(0.5, 0.95), 3, '0.5, 0.6875, 0.8688, 0.9753: from 0.5 above 0.95')
    close(rounds(0.001, 0.9), 18, 'While σ is small, a round multiplies it by 3/2: from 0.001 above 0.9')
