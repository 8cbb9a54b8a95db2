"""Limits keep a submission's code from taking the machine: memory, the size of a file, processor time."""
import sys

MEMORY = 3 * 2 ** 30  # bytes
FILE = 2 ** 28  # bytes that may be written to one file
DEATH = 1  # prctl's PR_SET_PDEATHSIG
KILL = 9


def limit_resources():
    """Where the system can (Linux, macOS): an array of 10 GB is a MemoryError, and no file fills the disk."""
    _limit("RLIMIT_AS", MEMORY)
    _limit("RLIMIT_FSIZE", FILE)
    _limit("RLIMIT_CORE", 0)


def limit_processor_time(seconds):
    """From now on the process may compute for so long, then the system stops it (SIGXCPU)."""
    try:
        from resource import RUSAGE_SELF, getrusage
    except ImportError:
        return
    used = getrusage(RUSAGE_SELF)
    _limit("RLIMIT_CPU", int(used.ru_utime + used.ru_stime + seconds) + 1)


def die_with_parent():
    """On Linux: the system kills this process when the one that started it ends, however it ends."""
    if sys.platform.startswith("linux"):
        import ctypes

        ctypes.CDLL(None).prctl(DEATH, KILL)


def _limit(name, most):
    try:
        import resource

        limit = getattr(resource, name)
        _, hard = resource.getrlimit(limit)
        hard = most + 1 if hard == resource.RLIM_INFINITY else min(most + 1, hard)  # one second more, for SIGXCPU
        resource.setrlimit(limit, (min(most, hard), hard))
    except (ImportError, AttributeError, ValueError, OSError):
        pass  # Windows has none of them, macOS not all
