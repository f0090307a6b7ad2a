"""Write `restarts(p, sure)`: the smallest number of random starts of which at least one hits a basin of probability
`p`, with probability `sure` or more."""
import math


def restarts(p, sure):
    # solution
    miss = 1 - p                                # wrong: miss = p
    return math.ceil(math.log(1 - sure) / math.log(miss))  # wrong: return math.ceil(sure / p)
    # end


# check
def check(restarts, close):
    close(restarts(0.5, 0.99), 7,
          'A coin misses 7 times in a row with probability 1/128, and 6 times with 1/64: for p = 0.5, sure = 0.99')
    close(restarts(0.9, 0.85), 1, 'If one start is surer than asked for, one is enough: for p = 0.9, sure = 0.85')
    close(restarts(0.25, 0.99), 17, '0.75**16 is still above 0.01, 0.75**17 is below: for p = 0.25, sure = 0.99')
    close(restarts(0.01, 0.5), 69, 'For p = 0.01 it takes about ln 2 / p starts to be as sure as a coin')
