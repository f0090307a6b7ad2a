"""Write `bisect(slope, low, high, steps)`: halve the interval `steps` times, by the sign of the slope in its middle,
and return the middle of what is left. Ask for one slope a step."""


def bisect(slope, low, high, steps):
    # solution
    for _ in range(steps):
        middle = (low + high) / 2
        if slope(middle) > 0:                   # wrong: if slope(middle) < 0:
            high = middle
        else:
            low = middle
    return (low + high) / 2                     # wrong: return low
    # end


# check
def check(bisect, close):
    import math

    asked = []

    def slope(x):
        asked.append(x)
        return math.exp(x) - 2

    close(bisect(slope, -3.0, 3.0, 0), 0, 'Without a step, the interval is [-3, 3] and its middle')
    close(bisect(slope, -3.0, 3.0, 1), 1.5,
          'At 0 the slope exp(0) - 2 is negative, so the minimum is to the right: after one step')
    close(bisect(slope, -3.0, 3.0, 2), 0.75,
          'At 1.5 the slope is positive, so the minimum is to the left: after two steps')
    asked.clear()
    close(bisect(slope, -3.0, 3.0, 30), math.log(2), 'The minimum of exp(x) - 2x, after 30 steps', 1e-8)
    close(len(asked), 30, 'Slopes that 30 steps asked for: one each')
