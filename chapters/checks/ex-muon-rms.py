"""Write `rms_entry(n, m)`: the root mean square of the entries of the orthogonal factor of an n × m matrix of full
rank."""


def rms_entry(n, m):
    # solution
    squares = min(n, m)                         # wrong: squares = n * m
    return (squares / (n * m)) ** 0.5           # wrong: return squares / (n * m)
    # end


# check
def check(rms_entry, close):
    import numpy

    close(rms_entry(64, 64), 0.125, 'Each row has length 1, spread over 64 entries: n = m = 64')
    close(rms_entry(4, 100), 0.1, 'Four rows of length 1 and 100 entries: n = 4, m = 100')
    U, _, Vt = numpy.linalg.svd(numpy.arange(6.0).reshape(2, 3) ** 2, full_matrices=False)
    close(rms_entry(2, 3), numpy.square(U @ Vt).mean() ** 0.5, 'That of [[0, 1, 4], [9, 16, 25]]: n = 2, m = 3')
    close(rms_entry(3, 2), rms_entry(2, 3), 'The transposed matrix has the same entries: n = 3, m = 2')
