"""Write `moves(z, tau)`: the derivative of log |z| with respect to log h, at a root `z` of the equation for the delay
`tau`; `z` may be complex."""


def moves(z, tau):
    # solution
    ratio = 1 / (tau + 1 - 1 / (1 - z))         # wrong: ratio = 1 / (tau - 1 / (1 - z))
    return ratio.real                           # wrong: return abs(ratio)
    # end


# check
def check(moves, close):
    import numpy

    close(moves(-1, 0), 2, 'Without delay z = 1 - h, and |z| = h - 1 grows by 1 for each 1 of h: h = 2, |z| = 1')
    close(moves(0.5, 0), -1, 'Without delay and below h = 1, |z| = 1 - h falls: h = 0.5, |z| = 0.5')
    close(moves(numpy.exp(1j * numpy.pi / 3), 1), 0.5,
          'With the delay 1 both roots have |z|^2 = h where they are complex, so log |z| is half of log h')
    close(moves(-0.5, 2), 3 / 7, 'The inverse of 3 - 2/3 is 3/7: tau = 2, z = -0.5')
    close(moves(numpy.exp(1j * numpy.pi / 7), 3) > 0, True,
          'On the unit circle the real part is positive, whatever the delay: tau = 3, at the limit')
