"""A matrix product that takes one core long is cut over the rows, or the columns, of its result."""
import numpy as np

from nn.ops.blocks import for_each_part

FULL_ROW = 2 ** 16  # bytes that a row counts at most: 64 rows fill a block, because thinner products are slow


def matrix_product(a, b):
    """a b, for matrices a (m, k) and b (k, n)."""
    (m, k), n = a.shape, b.shape[1]
    out = np.empty((m, n), np.result_type(a, b))

    def rows(part):
        np.matmul(a[part], b, out=out[part])

    def columns(part):
        np.matmul(a, b[:, part], out=out[:, part])

    # a block is 2 ** 25 floating-point operations, half a millisecond
    if m >= n:
        for_each_part(rows, m, min(k * n // 4, FULL_ROW))
    else:
        for_each_part(columns, n, min(k * m // 4, FULL_ROW))
    return out
