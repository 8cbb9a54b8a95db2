"""Calls are made of methods of a student's class, on objects that last for one case."""
import importlib
import os
import sys
from contextlib import redirect_stdout

import numpy as np

from .errors import told
from .surroundings import Printed

LARGEST = 2 ** 20  # numbers in an array that a call returns


class Case:
    """Objects of one class. Each case imports the project's modules anew, so that nothing of an earlier one is left."""

    def __init__(self, project, make, settings, objects):
        """make: (module, class). Raises whatever importing and making ends with."""
        _forget_modules(project)
        kind = getattr(importlib.import_module(make[0]), make[1])
        settings = [tuple(one) if isinstance(one, list) else one for one in settings]
        self.objects = [kind(*settings) for _ in range(objects)]

    def call(self, which, method, arguments, pair):
        """(values, printed): arrays that were returned, copied at once, and how many characters were printed."""
        printed = Printed()
        with redirect_stdout(printed):
            returned = getattr(self.objects[which], method)(*arguments)
            several = isinstance(returned, tuple) or pair and isinstance(returned, list) and len(returned) == 2
            values = [as_array(value) for value in (returned if several else (returned,))]
        return values, printed.count


class Calls:
    """The answers to the judge's requests "case" and "call"."""

    def __init__(self, project):
        self.project, self.current = project, None

    def case(self, request, arrays):
        """Make the objects of the next case."""
        self.current = None
        try:
            with redirect_stdout(Printed()):
                self.current = Case(self.project, *(request[name] for name in ("make", "settings", "objects")))
        except BaseException as error:  # SystemExit, too: the other cases are still to be tried
            return {"error": told(error, self.project)}, []
        return {}, []

    def call(self, request, arrays):
        """Make one call. request["arguments"]: numbers, and None for each that is the next of `arrays`."""
        arrays = iter([np.array(array) for array in arrays])
        arguments = [next(arrays) if one is None else one for one in request["arguments"]]
        given = [one for one in arguments if isinstance(one, np.ndarray)]
        head, values = {"printed": 0}, []
        try:
            which, method = request["object"], request["method"]
            values, head["printed"] = self.current.call(which, method, arguments, request["pair"])
        except BaseException as error:
            head["error"] = told(error, self.project)
        return {**head, "values": len(values)}, [*values, *given]


def as_array(value):
    """A copy of what was returned, as an array of numbers, or TypeError."""
    array = np.array(value)
    if array.dtype.kind not in "biuf" or array.size > LARGEST:
        raise TypeError(f"expected an array of numbers to be returned, got {type(value).__name__}"
                        + (f" of {array.size} numbers" if array.size > LARGEST else ""))
    return array.astype(np.float64) if array.dtype.itemsize > 8 else array


def _forget_modules(project):
    for name, module in list(sys.modules.items()):
        if (getattr(module, "__file__", None) or "").startswith(project + os.sep):
            del sys.modules[name]
    importlib.invalidate_caches()
