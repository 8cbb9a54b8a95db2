"""ReLU's cases: arrays of any shape, a derivative of another x than the last one of `compute`, and zeros."""
from dataclasses import replace

import numpy as np

from assignment.judging.case import RETURNED, RUNS, UNCHANGED, Call, Case, Check
from assignment.judging.compare import show
from assignment.judging.words import Words, say

RELU = ("nn.activation", "ReLU")
SECOND = Words(", a second one through the same object", ", 같은 객체에 두 번째로")
ALONE = Words(" without compute before", ", 그 전에 compute를 호출하지 않음")
COMPUTE, DERIV, AT_ZERO, COMPUTE_LEAVES, DERIV_LEAVES = range(5)


def cases(rng):
    """Both methods on arrays of one to four dimensions; deriv alone and after compute of another array; zeros;
    last, large numbers.
    """
    shapes = [(2, 3), (5,), (2, 3, 4, 2), (4, 3)]
    arrays = [rng.normal(size=shape) * scale for shape, scale in zip(shapes, (1, 1, 1, 50))]
    for k, x in enumerate(arrays):  # np.vectorize takes its type from the first result, so that its sign matters
        x.flat[0] = abs(x.flat[0]) * (-1) ** k
    both = [_both(x) for x in arrays]
    apart = [_apart(rng.normal(size=shape), rng.normal(size=other)) for shape, other in (
        ((3, 2), (3, 2)), ((2, 2), (2, 3, 3, 2)))]
    return [*both, *apart, _again(*rng.normal(size=(2, 2, 3))), _alone(rng.normal(size=(2, 4))), _zeros(rng),
            replace(_both(rng.normal(size=(2, 3, 4)) * 1e4), last=True)]


def values(x):
    """max(0, x)."""
    return np.maximum(x, 0.0)


def slopes(x):
    """1 where x > 0, else 0."""
    return np.where(x > 0, 1.0, 0.0)


def _call(method, x, more=""):
    return Call(0, method, (x,), say("x = {x}{more}", "x = {x}{more}", x=show(x), more=more))


def _both(x):
    return Case(RELU, [_call("compute", x), _call("deriv", x)],
                [Check(COMPUTE, 0, RETURNED, (values(x),)), Check(DERIV, 1, RETURNED, (slopes(x),)),
                 Check(COMPUTE_LEAVES, 0, UNCHANGED), Check(DERIV_LEAVES, 1, UNCHANGED)])


def _apart(x, other):
    return Case(RELU, [_call("compute", x), _call("deriv", other, say(
        " after compute of another array, {before}", ", 그 전에 compute에 다른 배열 {before}", before=show(x)))],
                [Check(COMPUTE, 0, RETURNED, (values(x),)), Check(DERIV, 1, RETURNED, (slopes(other),))])


def _again(x, other):
    """Two arrays of one shape, each through both methods of the same object."""
    given = [(COMPUTE, "compute", values, x), (COMPUTE, "compute", values, other), (DERIV, "deriv", slopes, x),
             (DERIV, "deriv", slopes, other)]
    return Case(RELU, [_call(method, one, SECOND if k % 2 else "") for k, (_, method, _, one) in enumerate(given)],
                [Check(criterion, k, RETURNED, (right(one),)) for k, (criterion, _, right, one) in enumerate(given)])


def _alone(x):
    return Case(RELU, [_call("deriv", x, ALONE)], [Check(DERIV, 0, RETURNED, (slopes(x),))])


def _zeros(rng):
    """Only the zeros count: what else is wrong in deriv is charged elsewhere."""
    x = np.where(rng.permutation(6) < 3, 0.0, 1 + rng.random(6)).reshape(2, 3)
    return Case(RELU, [_call("deriv", x)],
                [Check(AT_ZERO, 0, RETURNED, (slopes(x),), where=x == 0), Check(AT_ZERO, 0, RUNS)])
