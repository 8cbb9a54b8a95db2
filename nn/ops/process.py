"""A process is set up once for training: it keeps the memory that a step frees, and shares work out to its threads."""
import ctypes
from functools import lru_cache

from nn.ops.threads import take_over_from_blas

MALLOPT = {-4: 0, -1: 2 ** 31 - 1, -8: 1}  # glibc's M_MMAP_MAX, M_TRIM_THRESHOLD, M_ARENA_MAX, and what they become


@lru_cache(maxsize=None)  # the second call finds it done
def set_up_process():
    """Do both, once a process. What a system has no way to do is left out."""
    _keep_freed_memory()
    take_over_from_blas()


def _keep_freed_memory():
    """Tell glibc's malloc not to give freed memory back to the system; other systems do not have this function.

    What a step has used and freed is wanted again by the next one. To take it anew each time, page by page, would cost
    up to a third of the step's time. All threads take from one arena, because malloc gives the others' memory back.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):  # no such function on macOS and musl, no such library on Windows
        return
    for setting, value in MALLOPT.items():
        mallopt(setting, value)
