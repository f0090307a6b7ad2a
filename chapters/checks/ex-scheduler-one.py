"""Write `best_rate(t, lam, variance, q)`: the best rate at step `t` = 1, 2, ..., for the curvature `lam`, the
variance of the noise and the mean square `q` at the start."""


def best_rate(t, lam, variance, q):
    # solution
    c = variance / (lam ** 2 * q)               # wrong: c = variance / (lam * q)
    return 1 / (lam * (t + c))                  # wrong: return 1 / (lam * (t - 1 + c))
    # end


# check
def check(best_rate, close):
    close(best_rate(1, 1.0, 1.0, 1.0), 0.5,
          '(1 - eta)**2 + eta**2 is lowest at a half: t = 1, and lam, variance and q are 1')
    close(best_rate(3, 1.0, 1.0, 1.0), 0.25,
          'After two steps the mean square is 1/3, and (1 - eta)**2 / 3 + eta**2 is lowest at a quarter: t = 3')
    close(best_rate(1, 2.0, 0.0, 5.0), 0.5, 'Without noise the first step is that of Newton, 1 / lam: lam = 2')
    q = 3.0
    for t in range(1, 21):
        eta = best_rate(t, 2.0, 0.5, 3.0)
        q = (1 - 2 * eta) ** 2 * q + eta ** 2 * 0.5
    close(1 / q, 1 / 3 + 20 * 2 ** 2 / 0.5,
          'Each step adds lam**2 / variance to 1 / q. Twenty steps with lam = 2, variance 0.5 and q = 3 end at 1 / q')
