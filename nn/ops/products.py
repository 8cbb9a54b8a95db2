"""A matrix product that takes one core long is cut over the rows, or the columns, of its result.

A stack of products with the same left matrix is cut, too, into two or four, where that brings each down to SMALL
multiplications: for these OpenBLAS has kernels that do not copy the matrices first. A product with a one-hot matrix is
the sums of some rows.
"""
import numpy as np

from nn.ops.threads import share_out
from nn.ops.tiles import stay_whole, tiles

FULL_ROW = 2 ** 16  # bytes that a row, or column, counts at most: 64 rows fill a tile, as thinner products are slow

SMALL = 10 ** 6  # multiplications


def stack_of_products(a, stack, out):
    """out[...] = a b, for a matrix a (m, k) and each matrix b of a stack (..., k, n); out (..., m, n), in one piece."""
    (m, k), n = a.shape, stack.shape[-1]
    count = {1: 2, 2: 4, 3: 4}.get((m * k * n - 1) // SMALL, 1)
    count = 1 if m % count else count
    out = out.reshape(*out.shape[:-2], count, m // count, n)
    np.matmul(a.reshape(count, m // count, k), stack[..., np.newaxis, :, :], out=out)


def matrix_product(a, b):
    """a b, for matrices a (m, k) and b (k, n)."""
    (m, k), n = a.shape, b.shape[1]
    length, line_bytes = max(m, n), min(k * min(m, n) // 16, FULL_ROW)  # a tile is 2 ** 26 multiplications
    return np.matmul(a, b) if stay_whole(length, line_bytes) else _in_tiles(a, b, length, line_bytes)


def _in_tiles(a, b, length, line_bytes):
    out = np.empty((len(a), b.shape[1]), np.result_type(a, b))

    def rows(tile):
        np.matmul(a[tile], b, out=out[tile])

    def columns(tile):
        np.matmul(a, b[:, tile], out=out[:, tile])

    share_out(rows if length == len(a) else columns, tiles(length, line_bytes))
    return out


def sums_of_rows(rows, groups, count):
    """rows (M, D), the group (M,) of each, integers from 0 to count - 1 -> the sums of the groups (count, D).

    It is the product G^T rows, with the one-hot matrix G of the groups, or np.add.at(sums, groups, rows), which adds
    one row at a time. Sorted first, rows of a group lie side by side, and each sum is one pass.
    """
    sums = np.zeros((count, rows.shape[1]), rows.dtype)
    order = np.argsort(groups, kind="stable")
    groups = groups[order]
    first = np.flatnonzero(np.diff(groups, prepend=-1))  # where in that order each group begins
    sums[groups[first]] = np.add.reduceat(rows[order], first, axis=0)
    return sums
