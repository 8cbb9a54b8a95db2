"""A file of cases holds inputs and right results, for several seeds; it is read without running anything in it.

It is a .npz: for each problem and seed a text (JSON) of the calls and checks, and all their numbers in one row.
"""
import json

import numpy as np

from ..case import Call, Case, Check
from ..words import from_json, to_json


def write(file, cases):
    """Write problem -> a list of list of Cases, one for each seed, to a path or a binary file."""
    entries = {}
    for problem, of_seeds in cases.items():
        for k, several in enumerate(of_seeds):
            numbers = []
            text = json.dumps([_case(case, numbers) for case in several], ensure_ascii=False)
            entries[f"cases {problem} {k}"] = np.frombuffer(text.encode("utf-8"), np.uint8)
            entries[f"numbers {problem} {k}"] = np.concatenate([np.ravel(array).astype(float) for array in numbers])
    np.savez_compressed(file, **entries)


def read(file, problem, k):
    """The Cases of a problem for seed number k."""
    with np.load(file, allow_pickle=False) as entries:
        text, numbers = entries[f"cases {problem} {k}"], entries[f"numbers {problem} {k}"]
    return [_made(case, numbers) for case in json.loads(text.tobytes().decode("utf-8"))]


def _case(case, numbers):
    def kept(value):
        """An array as its place in `numbers`; anything else as it is."""
        if not isinstance(value, np.ndarray):
            return value
        place = sum(array.size for array in numbers)
        numbers.append(value)
        return {"at": place, "shape": value.shape, "type": value.dtype.str}

    calls = [[call.object, call.method, [kept(one) for one in call.arguments], to_json(call.given), call.pair]
             for call in case.calls]
    checks = [[check.criterion, check.call, check.kind, [kept(np.asarray(one)) for one in check.right],
               kept(check.where), check.needed] for check in case.checks]
    return [case.make, calls, checks, case.settings, case.objects, case.rtol, case.atol, case.last]


def _made(kept, numbers):
    def made(value):
        if not isinstance(value, dict):
            return value
        size = int(np.prod(value["shape"]))
        return numbers[value["at"]:value["at"] + size].reshape(value["shape"]).astype(value["type"])

    make, calls, checks, settings, objects, rtol, atol, last = kept
    calls = [Call(which, method, tuple(map(made, arguments)), from_json(given), pair)
             for which, method, arguments, given, pair in calls]
    checks = [Check(criterion, call, kind, tuple(map(made, right)), made(where), needed)
              for criterion, call, kind, right, where, needed in checks]
    settings = tuple(tuple(one) if isinstance(one, list) else one for one in settings)
    return Case(tuple(make), calls, checks, settings, objects, rtol, atol, last)
