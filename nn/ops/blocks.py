"""A batch is cut into parts, so that what is computed for one part stays small."""


def ceil_div(a, b):
    """a / b, rounded up, of whole numbers: how many parts of size b it takes to hold a."""
    return -(-a // b)
