"""A block is a part of a batch that stays in a core's cache while several operations run over it.

Memory is many times slower than the cache, so layers work through a batch block by block; and what they need beside
their inputs and outputs stays small, however large the batch.
"""
BLOCK_BYTES = 2 ** 20


def blocks(n, image_bytes):
    """Slices that cut n images, of image_bytes each, into blocks of BLOCK_BYTES, or of one image if that is larger."""
    step = max(1, BLOCK_BYTES // max(1, image_bytes))
    return [slice(start, min(start + step, n)) for start in range(0, n, step)]
