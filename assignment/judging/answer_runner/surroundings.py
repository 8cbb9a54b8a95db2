"""Surroundings are what a submission's code finds around it: no output, empty lines as input, NumPy's older names."""
import io
import os
import random
import sys
import warnings
from importlib.machinery import PathFinder

import numpy as np

# NumPy 2 dropped these; the hand-out allows NumPy 1, where a student may have used them.
DROPPED = {
    **dict.fromkeys(("Inf", "Infinity", "infty", "PINF"), np.inf), "NINF": -np.inf, "PZERO": 0.0, "NZERO": -0.0,
    **dict.fromkeys(("NaN", "NAN"), np.nan), "float_": np.float64, "bool8": np.bool_, "int_": np.int64,
    "int0": np.intp, "uint0": np.uintp, "complex_": np.complex128, "cfloat": np.complex128, "string_": np.bytes_,
    "unicode_": np.str_, "longfloat": np.longdouble, "singlecomplex": np.complex64, "product": np.prod,
    "cumproduct": np.cumprod, "sometrue": np.any, "alltrue": np.all, "round_": np.round, "row_stack": np.vstack,
    "asfarray": lambda a, dtype=np.float64: np.asarray(a, dtype), "mat": np.asmatrix,
    "msort": lambda a: np.sort(a, axis=0), "trapz": getattr(np, "trapezoid", None),
    "in1d": lambda a, b, **named: np.isin(np.ravel(a), b, **named),
}


class Printed(io.TextIOWrapper):
    """Counts what is printed and keeps none of it; a stream that can be detached and given another encoding."""

    def __init__(self):
        super().__init__(io.BufferedWriter(io.FileIO(1, "w", closefd=False)), "utf-8", "backslashreplace")
        self.count = 0

    def write(self, text):
        self.count += len(text)
        return super().write(text)


class EmptyLines(io.TextIOWrapper):
    """What `input()` reads: each time an empty line."""

    def __init__(self):
        super().__init__(io.BufferedReader(io.FileIO(0, "r", closefd=False)), "utf-8")

    def readline(self, size=-1):
        return "\n"


def take_pipes():
    """The two streams to and from the judge. What the submission's code prints and reads is something else from now.
    """
    requests, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nothing, stream)
    sys.stdin, sys.stdout, sys.stderr = EmptyLines(), Printed(), Printed()
    return requests, replies


def allow_packages(allowed, folders):
    """From now on nothing is found in these folders but what is allowed there."""
    class Allowed(PathFinder):
        @classmethod
        def find_spec(cls, name, path=None, target=None):
            spec = super().find_spec(name, path, target)
            places = [] if spec is None else [spec.origin or "", *(spec.submodule_search_locations or ())]
            here = [place for place in places if place.startswith(tuple(folder + os.sep for folder in folders))]
            return None if here and path is None and not {name, f"{name}.py"} & set(allowed) else spec

    sys.meta_path[sys.meta_path.index(PathFinder)] = Allowed


def give_back_names():
    """What NumPy and Python's start-up would have given a program, in the version in which it was written."""
    import site

    site.setquit()  # quit() and exit(), which programs that were started without `site` do not have
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, value in DROPPED.items():
            if not hasattr(np, name):
                setattr(np, name, value)


def draw_from(seed):
    """Both generators of random numbers start from this seed."""
    np.random.seed(seed)
    random.seed(seed)
