"""A matrix product that takes one core long is cut over the rows, or the columns, of its result."""
import numpy as np

from nn.ops.blocks import for_each_part, stay_whole

FULL_ROW = 2 ** 16  # bytes that a row, or column, counts at most: 64 rows fill a block, as thinner products are slow


def matrix_product(a, b):
    """a b, for matrices a (m, k) and b (k, n)."""
    (m, k), n = a.shape, b.shape[1]
    length, line_bytes = max(m, n), min(k * min(m, n) // 4, FULL_ROW)  # a block is 2 ** 24 multiplications
    if stay_whole(length, line_bytes):
        return np.matmul(a, b)
    out = np.empty((m, n), np.result_type(a, b))

    def rows(part):
        np.matmul(a[part], b, out=out[part])

    def columns(part):
        np.matmul(a, b[:, part], out=out[:, part])

    for_each_part(rows if m >= n else columns, length, line_bytes)
    return out
