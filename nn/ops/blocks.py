"""A block is a part of a batch that stays in the cache while several operations run over it.

Memory is many times slower than the cache, so a batch is worked through part by part; and what is needed beside inputs
and outputs stays small, however large the batch. How a batch is cut depends on its shape alone, and not on how many
threads there are: so sums over the parts are the same to the last bit on every machine with the same kernels.
"""
from nn.ops.threads import share_out

BLOCK_BYTES = 2 ** 22


def ceil_div(a, b):
    """a / b, rounded up, for integers."""
    return -(-a // b)


def stay_whole(n, image_bytes):
    """Whether n images, of image_bytes each, are one part: to hand a part over costs as much as a quarter block."""
    return 4 * n * image_bytes <= BLOCK_BYTES


def parts(n, image_bytes):
    """Slices that cut n images, of image_bytes each, into parts of BLOCK_BYTES, or of one image if that is larger.

    There are four of them, or a multiple of four, all alike: so two threads have the same to do, and where one is slow
    the other can take three.
    """
    at_most = max(1, BLOCK_BYTES // max(1, image_bytes))
    count = 1 if stay_whole(n, image_bytes) else min(n, 4 * ceil_div(n, 4 * at_most))
    bounds = [n * k // count for k in range(count + 1)]
    return [slice(start, stop) for start, stop in zip(bounds, bounds[1:])]


def for_each_part(work, n, image_bytes):
    """Call work(part) for each of the `parts` of n images. Returns the list of what the calls returned, in order."""
    return share_out(work, parts(n, image_bytes))
