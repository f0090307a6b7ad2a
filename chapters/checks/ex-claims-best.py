"""Write `trials(good, chance)`: how many random trials find a good setting with at least the probability `chance`, if
the part `good` of all settings is good."""
import math


def trials(good, chance):
    # solution
    draws = math.log(1 - chance) / math.log(1 - good)   # wrong: draws = chance / good
    return math.ceil(draws)                             # wrong: return math.floor(draws)
    # end


# check
def check(trials, close):
    close(trials(0.5, 0.4), 1, 'One trial finds it in half of all cases: good = 0.5, chance = 0.4')
    close(trials(0.5, 0.7), 2, 'Two trials miss it in a quarter of all cases: good = 0.5, chance = 0.7')
    close(trials(0.2, 0.5), 4, 'Three trials miss it with probability 0.512, four with 0.41: good = 0.2, chance = 0.5')
    close(trials(0.1, 0.9), 22, '0.9^21 is 0.109 and 0.9^22 is 0.098: good = 0.1, chance = 0.9')
