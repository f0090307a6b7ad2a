"""Write `fastest(c, b, latency)`: the number of workers, not rounded, that makes a step with the ring fastest, if each
of `b` examples takes `c` seconds and bytes cost nothing."""


def fastest(c, b, latency):
    # solution
    return (c * b / (2 * latency)) ** 0.5       # wrong: return (c * b / latency) ** 0.5
    # end


# check
def check(fastest, close):
    close(fastest(1, 8, 1), 2, 'A step takes 8 s with one worker, 4 + 2 s with two, 8/3 + 4 s with three and 2 + 6 s '
          'with four: c = 1, b = 8, latency = 1')
    close(fastest(1, 32, 1), 4, 'Four times the examples allow twice the workers: c = 1, b = 32, latency = 1')
    close(fastest(1, 8, 0.25), 4, 'A quarter of the latency allows twice the workers: c = 1, b = 8, latency = 0.25')
    close(fastest(0.5, 16, 1), 2, 'Twice the examples in half the time each make no difference: c = 0.5, b = 16')
