"""Write `variance(lam, eps)`: the variance at which the points settle, for a curvature `lam` and a step size
`eps`."""


def variance(lam, eps):
    # solution
    shrink = 1 - eps * lam / 2                  # wrong: shrink = 1 - eps * lam
    return eps / (1 - shrink ** 2)              # wrong: return eps / (1 - shrink)
    # end


# check
def check(variance, close):
    close(variance(1.0, 2.0), 2,
          'With eps * lam = 2 the old point is forgotten, and sqrt(eps) times noise is left: lam = 1, eps = 2')
    close(variance(1.0, 1.0), 4 / 3, 'The variance v must not change in a step, v = v/4 + 1: lam = 1, eps = 1')
    close(variance(4.0, 1e-6), 0.25,
          'For small steps it is the variance 1 / lam of the distribution that is sampled: lam = 4', 1e-5)
    close(variance(2.0, 0.5), 2 / 3, 'Again v = v/4 + eps, now with eps = 0.5: lam = 2')
