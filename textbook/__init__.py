"""Textbook versions, obvious and slow: the tests compare the fast ones in nn/ with them, and the grading answers.

Each has the arguments of the fast one in nn/ops/; `padding` is ((top, bottom), (left, right)), the pixels that are put
around an image, `kernel` (kh, kw), `size` an image's (H, W).
"""
