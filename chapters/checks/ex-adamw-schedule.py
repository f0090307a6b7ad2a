"""Write `decay_for(left, rates)`: the λ of AdamW with which a run at these learning rates multiplies a weight whose
gradients cancel by `left`. Use the approximation by an exponential."""
import math


def decay_for(left, rates):
    # solution
    return -math.log(left) / sum(rates)         # wrong: return -math.log(left) / (len(rates) * max(rates))
    # end


# check
def check(decay_for, close):
    import math

    close(decay_for(math.exp(-2), [0.5] * 4), 1,
          'Four rates of 0.5 add up to 2, so that with a decay of 1 the factor is exp(-2): rates 0.5, 0.5, 0.5, 0.5')
    close(decay_for(1.0, [0.1, 0.2]), 0, 'All of the weight is left only without decay: left = 1')
    close(decay_for(math.exp(-1), [0.3, 0.2, 0.1, 0.0]), 1 / 0.6,
          'Only the sum of the rates counts, 0.6 for a falling rate: rates 0.3, 0.2, 0.1, 0')
    steps = [0.001 * t / 500 for t in range(1, 501)]
    close(math.prod(1 - rate * decay_for(0.5, steps) for rate in steps), 0.5,
          'With this decay, a linear warm-up of 500 steps to 0.001 halves the weight: left = 0.5', 0.01)
