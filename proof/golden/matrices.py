"""Golden trajectories of the methods for matrices, in 50-digit decimal arithmetic, never from d2lmini.

    python proof/golden/matrices.py        writes matrices.json beside this file

Matrices are lists of rows. Eigenvectors come from Jacobi's rotations, and orthogonal factors from Gram and Schmidt: not
the algorithms of LAPACK, which the package calls. The gradients are full, of no special form, and not square: a root of
the identity, or of a diagonal matrix, would not tell a fourth root from a square root, nor a side from the other.
"""
import json
from decimal import Decimal as D
from decimal import getcontext
from pathlib import Path

getcontext().prec = 50
STEPS, STORED = 12, 24
TARGET = Path(__file__).with_name('matrices.json')
SHAPES = {'tall': (4, 3), 'wide': (3, 5), 'drift': (4, 3)}      # (in, out); gradients of the last have a common part


def numbers(seed, count):
    """Return numbers from −1 to 1 with four digits, from a plain congruential generator."""
    found = []
    for _ in range(count):
        seed = (1103515245 * seed + 12345) % 2 ** 31
        found.append((D(seed % 20001) - 10000) / 10000)
    return found


def matrix(seed, shape, scale=D(1)):
    rows, columns = shape
    flat = numbers(seed, rows * columns)
    return [[scale * x for x in flat[i * columns:(i + 1) * columns]] for i in range(rows)]


def start(shape):
    return matrix(20261127, shape, D(2))


def gradients(name):
    """Return a gradient for each step, of several scales; the seventh is zero, the ninth a spike."""
    shape = SHAPES[name]
    scales = ['1', '0.3', '2', '0.01', '1', '0.5', '0', '1', '50', '1', '0.1', '3']
    found = [matrix(1000003 * (t + 1), shape, D(scale)) for t, scale in enumerate(scales)]
    return [mix(D(1), G, D(2), matrix(7, shape)) for G in found] if name == 'drift' else found


def T(A):
    return [list(column) for column in zip(*A)]


def dot(A, B):
    columns = T(B)
    return [[sum((a * b for a, b in zip(row, column)), D(0)) for column in columns] for row in A]


def each(f, *matrices):
    return [[f(*entries) for entries in zip(*rows)] for rows in zip(*matrices)]


def mix(keep, A, add, B):
    return each(lambda a, b: keep * a + add * b, A, B)


def times(c, A):
    return [[c * x for x in row] for row in A]


def zeros(rows, columns):
    return [[D(0)] * columns for _ in range(rows)]


def total(A):
    return sum((x for row in A for x in row), D(0))


def rms(A):
    return (total(each(lambda x: x * x, A)) / (len(A) * len(A[0]))).sqrt()


def eigen(A):
    """Return the eigenvalues of a symmetric matrix, largest first, and its eigenvectors as columns, by rotations."""
    n, A, Q = len(A), [row[:] for row in A], [[D(int(i == j)) for j in range(len(A))] for i in range(len(A))]
    size = max(abs(x) for row in A for x in row) or D(1)
    while max((abs(A[i][j]) for i in range(n) for j in range(i)), default=D(0)) > size * D('1e-48'):
        for i in range(n):
            for j in range(i + 1, n):
                if A[i][j] == 0:
                    continue
                theta = (A[j][j] - A[i][i]) / (2 * A[i][j])
                tan = (1 if theta >= 0 else -1) / (abs(theta) + (theta * theta + 1).sqrt())
                c = 1 / (tan * tan + 1).sqrt()
                s = tan * c
                for k in range(n):
                    A[k][i], A[k][j] = c * A[k][i] - s * A[k][j], s * A[k][i] + c * A[k][j]
                for k in range(n):
                    A[i][k], A[j][k] = c * A[i][k] - s * A[j][k], s * A[i][k] + c * A[j][k]
                for k in range(n):
                    Q[k][i], Q[k][j] = c * Q[k][i] - s * Q[k][j], s * Q[k][i] + c * Q[k][j]
    order = sorted(range(n), key=lambda i: -A[i][i])
    return [A[i][i] for i in order], [[row[i] for i in order] for row in Q]


def power(A, exponent, eps):
    values, Q = eigen(A)
    scaled = [[q * (max(x, D(0)) + eps) ** exponent for q, x in zip(row, values)] for row in Q]
    return dot(scaled, T(Q))


def orthonormal(A):
    """Return an orthonormal basis of the columns of A, in their order."""
    basis = []
    for column in T(A):
        for b in basis + basis:         # twice, for the digits
            along = sum((x * y for x, y in zip(column, b)), D(0))
            column = [x - along * y for x, y in zip(column, b)]
        size = sum((x * x for x in column), D(0)).sqrt()
        basis.append([x / size for x in column])
    return T(basis)


def newton_schulz(G, steps=5, coefficients=('3.4445', '-4.775', '2.0315'), eps=D('1e-7')):
    a, b, c = map(D, coefficients)
    size = total(each(lambda x: x * x, G)).sqrt() + eps
    X = each(lambda x: x / size, G)
    for _ in range(steps):
        A = dot(X, T(X))
        X = mix(a, X, D(1), dot(mix(b, A, c, dot(A, A)), X))
    return X


def muon(W, gs, lr, momentum, weight_decay=D(0), steps=D(5)):
    V, factor = zeros(len(W), len(W[0])), max(D(1), D(len(W[0])) / len(W)).sqrt()
    for G in gs:
        V = mix(momentum, V, D(1), G)
        W = mix(1 - lr * weight_decay, W, -lr * factor, newton_schulz(mix(D(1), G, momentum, V), int(steps)))
        yield W


def adafactor(W, gs, lr, weight_decay=D(0), eps1=D('1e-30'), eps2=D('1e-3'), clip=D(1), power=D('0.8'), relative=D(1)):
    rows, columns = len(W), len(W[0])
    R, C = [D(0)] * rows, [D(0)] * columns
    for t, G in enumerate(gs, 1):
        beta2, squares = 1 - D(t) ** -power, each(lambda x: x * x + eps1, G)
        R = [beta2 * r + (1 - beta2) * sum(row) for r, row in zip(R, squares)]         # sums, as the paper has them
        C = [beta2 * c + (1 - beta2) * sum(column) for c, column in zip(C, T(squares))]
        U = [[g / (r * c / sum(R)).sqrt() for g, c in zip(row, C)] for row, r in zip(G, R)]
        limit = max(D(1), rms(U) / clip)
        rate = max(eps2, rms(W)) * min(lr, 1 / D(t).sqrt()) if relative else lr
        W = mix(1 - lr * weight_decay, W, -rate / limit, U)
        yield W


def shampoo(W, gs, lr, weight_decay=D(0), beta1=D(0), beta2=D(1), eps=D('1e-12'), exponent=D('0.25'), every=D(1)):
    rows, columns = len(W), len(W[0])
    V, L, R, sums = zeros(rows, columns), zeros(rows, rows), zeros(columns, columns), beta2 == 1
    for t, G in enumerate(gs, 1):
        V = mix(beta1, V, 1 - beta1, G)
        L = mix(beta2, L, D(1) if sums else 1 - beta2, dot(G, T(G)))
        R = mix(beta2, R, D(1) if sums else 1 - beta2, dot(T(G), G))
        if (t - 1) % every == 0:
            scale = D(1) if sums else 1 / (1 - beta2 ** t)
            left, right = (power(times(scale, M), -exponent, eps) for M in (L, R))
        step = dot(dot(left, V), right)
        W = mix(1 - lr * weight_decay, W, -lr / (1 - beta1 ** t), step)
        yield W


def soap(W, gs, lr, weight_decay=D(0), beta1=D('0.95'), beta2=D('0.95'), eps=D('1e-8'), every=D(10)):
    rows, columns = len(W), len(W[0])
    V, S = zeros(rows, columns), zeros(rows, columns)
    L, R, left, right = zeros(rows, rows), zeros(columns, columns), None, None
    for k, G in enumerate(gs):
        if k > 0:
            V = mix(beta1, V, 1 - beta1, G)
            S = mix(beta2, S, 1 - beta2, each(lambda x: x * x, dot(dot(T(left), G), right)))
            step = each(lambda v, s: v / (s.sqrt() + eps), times(1 / (1 - beta1 ** k), dot(dot(T(left), V), right)),
                        times(1 / (1 - beta2 ** k), S))
            W = mix(1 - lr * weight_decay, W, -lr, dot(dot(left, step), T(right)))
        L, R = mix(beta2, L, 1 - beta2, dot(G, T(G))), mix(beta2, R, 1 - beta2, dot(T(G), G))
        if k == 0:
            left, right = eigen(L)[1], eigen(R)[1]
        elif k % every == 0:
            left, order = turned(L, left)
            S = [S[i] for i in order]
            right, order = turned(R, right)
            S = [[row[i] for i in order] for row in S]
        yield W


def turned(M, Q):
    """Return the columns of Q after one power iteration with M, and the order in which they were taken."""
    along = [sum((x * y for x, y in zip(q, mq)), D(0)) for q, mq in zip(T(Q), T(dot(M, Q)))]
    order = sorted(range(len(Q)), key=lambda i: -along[i])
    return orthonormal(dot(M, [[row[i] for i in order] for row in Q])), order


def prodigy(W, gs, lr, weight_decay=D(0), beta1=D('0.9'), beta2=D('0.999'), eps=D('1e-8'), d0=D('1e-6')):
    rows, columns = len(W), len(W[0])
    first, V, S, Q, r, d, beta3 = W, zeros(rows, columns), zeros(rows, columns), zeros(rows, columns), D(0), d0, \
        beta2.sqrt()
    for G in gs:
        V = mix(beta1, V, (1 - beta1) * d, G)
        S = mix(beta2, S, (1 - beta2) * d * d, each(lambda x: x * x, G))
        r = beta3 * r + d / d0 * lr * d * total(each(lambda g, a, w: g * (a - w), G, first, W))
        Q = mix(beta3, Q, d / d0 * lr * d, G)
        step = each(lambda v, s, small=d * eps: v / (s.sqrt() + small), V, S)
        W = mix(1 - lr * d * weight_decay, W, -lr * d, step)
        weight = total(each(abs, Q))
        d = max(d, r / weight)
        yield W


# (method, shape, options): each option at the default and away from it.
CASES = [
    (muon, 'tall', {'lr': '0.1', 'momentum': '0.95'}), (muon, 'wide', {'lr': '0.1', 'momentum': '0.95'}),
    (muon, 'wide', {'lr': '0.3', 'momentum': '0.5', 'weight_decay': '0.4', 'steps': '2'}),
    (adafactor, 'tall', {'lr': '0.01'}), (adafactor, 'wide', {'lr': '0.3', 'clip': '0.5', 'power': '0.5'}),
    (adafactor, 'wide', {'lr': '0.1', 'weight_decay': '0.4', 'relative': '0', 'eps1': '1e-3'}),
    (shampoo, 'tall', {'lr': '0.1'}), (shampoo, 'wide', {'lr': '0.1', 'eps': '1e-3'}),
    (shampoo, 'wide', {'lr': '0.1', 'beta1': '0.9', 'beta2': '0.95', 'eps': '1e-3', 'weight_decay': '0.4',
                       'every': '3'}),
    (shampoo, 'tall', {'lr': '0.1', 'beta2': '0.5', 'exponent': '0.5', 'eps': '1e-3'}),
    (soap, 'tall', {'lr': '0.1'}), (soap, 'tall', {'lr': '0.1', 'beta1': '0.5', 'beta2': '0.8', 'eps': '1e-3',
                                                    'weight_decay': '0.4', 'every': '2'}),
    (prodigy, 'drift', {'lr': '1'}), (prodigy, 'tall', {'lr': '1', 'd0': '1e-3'}),
    (prodigy, 'drift', {'lr': '0.5', 'weight_decay': '0.4', 'beta1': '0.5', 'beta2': '0.9', 'd0': '0.1'}),
]
SERIES = [      # newton_schulz of the start: (shape, steps, coefficients)
    ('tall', 1, ('3.4445', '-4.775', '2.0315')), ('wide', 5, ('3.4445', '-4.775', '2.0315')),
    ('tall', 12, ('1.5', '-0.5', '0')), ('wide', 3, ('2', '-1.5', '0.5')),
]
POWERS = [('tall', '-0.25', '0'), ('tall', '-0.5', '1e-3'), ('wide', '-0.25', '1e-3')]    # of Sᵀ S, S being the start


def text(A):
    return [[f'{x:.{STORED}g}' for x in row] for row in A]


def path(method, shape, options):
    return [text(W) for W in method(start(SHAPES[shape]), gradients(shape), **{k: D(v) for k, v in options.items()})]


def document():
    """Return everything that is stored."""
    starts = {name: start(shape) for name, shape in SHAPES.items()}
    return {
        'generator': 'proof/golden/matrices.py', 'digits': STORED,
        'start': {name: text(W) for name, W in starts.items()},
        'gradients': {name: [text(G) for G in gradients(name)] for name in SHAPES},
        'cases': [{'method': method.__name__, 'shape': shape, 'options': options,
                   'path': path(method, shape, options)} for method, shape, options in CASES],
        'newton_schulz': [{'shape': shape, 'steps': steps, 'coefficients': list(coefficients),
                           'value': text(newton_schulz(starts[shape], steps, coefficients, D(0)))}
                          for shape, steps, coefficients in SERIES],
        'powers': [{'shape': shape, 'exponent': exponent, 'eps': eps,
                    'value': text(power(dot(T(starts[shape]), starts[shape]), D(exponent), D(eps)))}
                   for shape, exponent, eps in POWERS],
    }


if __name__ == '__main__':
    TARGET.write_text(json.dumps(document(), indent=0) + '\n', encoding='utf-8')
    print(f'{len(CASES)} trajectories of {STEPS} steps, {len(SERIES)} series, {len(POWERS)} roots in {TARGET.name}')
