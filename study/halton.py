"""Halton points: a fixed list that fills a box evenly at any length, the same on each machine."""

PRIMES = (2, 3, 5, 7, 11)


def radical_inverse(i: int, base: int) -> float:
    """Return the digits of i in a base, mirrored at the point: in base 2, 1, 2, 3 give 1/2, 1/4, 3/4.

    Reference: Halton, On the efficiency of certain quasi-random sequences of points, 1960.
    """
    value, unit = 0.0, 1.0
    while i > 0:
        i, digit = divmod(i, base)
        unit /= base
        value += digit * unit
    return value


def halton(i: int, dimensions: int) -> list[float]:
    """Return point i = 0, 1, ... of the list, in the unit cube."""
    return [radical_inverse(i + 1, base) for base in PRIMES[:dimensions]]
