"""Write `weights(rates)`: the weights with which Schedule-Free averages z₁, z₂, … into x, for these learning rates."""


def weights(rates):
    # solution
    squares = [lr ** 2 for lr in rates]         # wrong: squares = list(rates)
    return [square / sum(squares) for square in squares]
    # end


# check
def check(weights, close):
    close(weights([0.5, 0.5, 0.5, 0.5])[1], 0.25, 'At a constant rate x is the mean: four steps')
    close(weights([1.0, 2.0])[0], 0.2, 'A step of twice the rate has four times the weight: rates 1 and 2')
    close(sum(weights([0.1, 0.2, 0.3])), 1, 'The weights of a mean add up to 1: rates 0.1, 0.2 and 0.3')
    close(sum(weights(list(range(1, 3001)))[2000:]), 0.704, 'If the rate rises linearly, the last third of 3,000 steps '
          'has 1 - 8/27', 1e-3)
