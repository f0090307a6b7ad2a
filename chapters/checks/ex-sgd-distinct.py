"""Write `draws(n)`: the mean number of draws with replacement until each of `n` examples has been seen."""


def draws(n):
    # solution
    waits = [n / unseen for unseen in range(1, n + 1)]  # wrong: waits = [n / unseen for unseen in range(1, n)]
    return sum(waits)                           # wrong: return sum(waits) / n
    # end


# check
def check(draws, close):
    import math

    close(draws(1), 1, 'One example has been seen after one draw: n = 1')
    close(draws(2), 3,
          'The first draw is new; then a new one comes with probability 1/2, after 2 more on average: n = 2')
    close(draws(3), 5.5, 'The waits are 1, 3/2 and 3: n = 3')
    close(draws(1500), 1500 * (math.log(1500) + 0.5772156649) + 0.5,
          'n (ln n + 0.5772) + 1/2 is close for large n: n = 1500', 1e-6)
