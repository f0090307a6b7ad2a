"""Write `noise_scale(b1, n1, b2, n2)`: the simple noise scale, from the mean of the squared length of the gradient at
batch size `b1`, which is `n1`, and at `b2`, which is `n2`."""


def noise_scale(b1, n1, b2, n2):
    # solution
    trace = (n1 - n2) / (1 / b1 - 1 / b2)       # wrong: trace = (n1 - n2) / (b2 - b1)
    length = n1 - trace / b1                    # wrong: length = n2
    return trace / length                       # wrong: return length / trace
    # end


# check
def check(noise_scale, close):
    close(noise_scale(10, 3.0, 20, 3.0), 0, 'Without noise the batch size does not matter: n1 = n2 = 3')
    close(noise_scale(10, 8.0, 30, 4.0), 30,
          'For a trace of 60 and a squared length of 2, n is 2 + 60/b, that is 8 at b = 10 and 4 at b = 30')
    close(noise_scale(2, 5.0, 8, 2.0), 8, 'For a trace of 8 and a squared length of 1, n is 5 at b = 2 and 2 at b = 8')
