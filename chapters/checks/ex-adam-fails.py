"""Write `net_move(cycle, beta2)`: how far Adam without momentum (`beta1` = 0) moves over one cycle of gradients, in
units of the rate, once the average of squares has settled. Leave the small constant out."""
import math


def net_move(cycle, beta2):
    # solution
    s, moves = 0.0, []
    for g in cycle * 2000:                      # wrong: for g in cycle:
        s += (1 - beta2) * (g ** 2 - s)
        moves.append(-g / math.sqrt(s))         # wrong: moves.append(g / math.sqrt(s))
    return sum(moves[-len(cycle):])
    # end


# check
def check(net_move, close):
    import math

    close(net_move([3.0, -1.0, -1.0], 0.0), 1,
          'With beta2 = 0 each gradient is divided by its own size, and the moves are -1, +1, +1: their sum')
    close(net_move([2.0], 0.9), -1, 'A constant gradient moves by -1 a step once s has settled at its square: g = 2')
    settled = -3 / math.sqrt(39 / 7) + 1 / math.sqrt(23 / 7) + 1 / math.sqrt(15 / 7)
    close(net_move([3.0, -1.0, -1.0], 0.5), settled,
          'With beta2 = 0.5, s settles at 39/7, 23/7 and 15/7 for the gradients 3, -1, -1: the net move', 1e-6)
    close(net_move([3.0, -1.0, -1.0], 0.99), -1 / math.sqrt(11 / 3),
          'With a long memory s hardly moves from the mean square, 11/3, and the net move is near -1 / '
          'sqrt(11/3): beta2 = 0.99', 0.03)
