"""A block is a part of a batch that stays in a core's cache while several operations run over it.

Memory is many times slower than the cache, so a batch is worked through part by part; and what is needed beside inputs
and outputs stays small, however large the batch.
"""
BLOCK_BYTES = 2 ** 20


def ceil_div(a, b):
    """a / b, rounded up, for integers."""
    return -(-a // b)


def parts(n, image_bytes):
    """Slices that cut n images, of image_bytes each, into parts of BLOCK_BYTES, or of one image if that is larger."""
    step = max(1, BLOCK_BYTES // max(1, image_bytes))
    return [slice(start, min(start + step, n)) for start in range(0, n, step)]


def for_each_part(work, n, image_bytes):
    """Call work(part) for each of the `parts` of n images. Returns the list of what the calls returned, in order."""
    return [work(part) for part in parts(n, image_bytes)]
