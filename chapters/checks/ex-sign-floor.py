"""Write `descend(x, rates)`: where sign descent on f(x) = x²/2 ends, from `x`, with these learning rates, one for each
step."""


def descend(x, rates):
    # solution
    for lr in rates:
        x = x - lr * ((x > 0) - (x < 0))        # wrong: x = x - lr * x
    return x
    # end


# check
def check(descend, close):
    close(descend(1.0, [0.25, 0.25]), 0.5, 'Each step has the length of its rate: from 1, rates 0.25 and 0.25')
    close(descend(-1.0, [0.75]), -0.25, 'Where x is negative, so is the gradient: from -1, rate 0.75')
    close(descend(0.25, [1.0, 1.0, 1.0]), -0.75, 'A rate that is too large goes back and forth: from 0.25, rate 1')
    close(descend(0.75, [1.0, 0.5, 0.25]), 0.0, 'Falling rates come to the minimum: from 0.75, rates 1, 0.5 and 0.25')
