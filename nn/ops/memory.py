"""Memory that a step has used and freed is wanted again by the next one: the process keeps it."""
from functools import lru_cache

import numpy as np


@lru_cache(maxsize=None)  # the second call finds it done
def keep_freed_memory():
    """Tell glibc's malloc, once a process, not to give freed memory back to the system; elsewhere this does nothing.

    malloc learns its limits from what it frees, and 31 MB is just below the most it learns from. Taking memory anew after
    every step, page by page, would cost up to a third of the step's time.
    """
    np.empty(31 * 2 ** 20, np.uint8)
