"""Write `kept(n, m)`: how many numbers for each weight Shampoo with momentum keeps for an n × m matrix: L and R, their
roots, and a velocity."""


def kept(n, m):
    # solution
    factors = n ** 2 + m ** 2                   # wrong: factors = n * m
    return (2 * factors + n * m) / (n * m)      # wrong: return (factors + n * m) / (n * m)
    # end


# check
def check(kept, close):
    close(kept(10, 10), 5, 'For a square matrix, L, R, both roots and the velocity have its size each: n = m = 10')
    close(kept(4096, 1024), 9.5, 'L has 16 and R 1 times 1024² numbers, the matrix 4 times: n = 4096, m = 1024')
    close(kept(1, 2), 6, 'L has 1 number, R has 4: (2 · 5 + 2) / 2 for n = 1, m = 2')
