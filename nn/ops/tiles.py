"""A tile is a part of the work on a batch that stays in the cache while several operations run over it.

Memory is many times slower than the cache, so a batch is worked through tile by tile, as a rule some rows of pixels of
all images; and what is needed beside inputs and outputs stays small. How it is cut depends on its shape alone, and not
on how many threads there are: so sums over tiles are the same to the last bit on every machine with the same kernels.
"""
TILE_BYTES = 2 ** 22


def ceil_div(a, b):
    """a / b, rounded up, for integers."""
    return -(-a // b)


def stay_whole(n, row_bytes):
    """Whether n rows, of row_bytes each, are one tile: to hand one over costs as much as working on a quarter of it."""
    return 4 * n * row_bytes <= TILE_BYTES


def tiles(n, row_bytes):
    """Slices that cut n rows, of row_bytes each, into tiles of TILE_BYTES, or of one row if that is larger.

    There are four of them, or a multiple of four, all alike: so two threads have the same to do, and where one is slow
    the other can take three.
    """
    at_most = max(1, TILE_BYTES // max(1, row_bytes))
    count = 1 if stay_whole(n, row_bytes) else min(n, 4 * ceil_div(n, 4 * at_most))
    return [slice(n * k // count, n * (k + 1) // count) for k in range(count)]
