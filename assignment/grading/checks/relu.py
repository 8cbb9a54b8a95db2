"""Problem 2 is ReLU: its values, its derivative, what happens at 0, and that inputs stay as they are."""
import numpy as np

from assignment.grading.checks.case import Case, Criterion, compare, show, unchanged

CRITERIA = (
    Criterion(4, "`compute` gives max(0, x) for arrays of any shape",
              "`compute`가 어떤 모양의 배열에도 max(0, x)를 돌려준다"),
    Criterion(3, "`deriv` gives 1 where x > 0 and 0 where x < 0", "`deriv`가 x > 0에서 1, x < 0에서 0을 돌려준다"),
    Criterion(1, "`deriv` gives 0 at x = 0", "`deriv`가 x = 0에서 0을 돌려준다"),
    Criterion(1, "`compute` leaves its input as it was", "`compute`가 입력을 바꾸지 않는다"),
    Criterion(1, "`deriv` leaves its input as it was", "`deriv`가 입력을 바꾸지 않는다"),
)
RELU = ("nn.activation", "ReLU")


def cases(rng):
    """Arrays of two, one and four dimensions; then one with zeros."""
    return [*(_case(rng.normal(size=shape)) for shape in ((2, 3), (5,), (2, 3, 4, 2))), _zero_case(rng)]


def _case(x):
    given = f"x = {show(x)}"
    inside = [("the slope for x < 0 is not 0: this is leaky ReLU", np.where(x > 0, x, 0.01 * x)),
              ("max(0.01, x) instead of max(0, x)", np.maximum(0.01, x)), ("x is returned unchanged", x),
              ("|x| instead of max(0, x)", abs(x))]
    slopes = [("deriv returns x where it should return 1", np.maximum(x, 0)), ("deriv returns 1 everywhere", x * 0 + 1),
              ("the slope for x < 0 is not 0: this is leaky ReLU", np.where(x > 0, 1, 0.01)),
              ("deriv returns x itself", x)]
    return Case(RELU, [(0, "compute", (x,)), (0, "deriv", (x,))], [
        (0, lambda a: _with_cause(compare(f"compute, {given}", np.maximum(x, 0), a[0], suspects=inside))),
        (1, lambda a: compare(f"deriv, {given}", np.where(x > 0, 1.0, 0.0), a[1], suspects=slopes)),
        (3, lambda a: unchanged(f"compute, {given}", x, a[0])), (4, lambda a: unchanged(f"deriv, {given}", x, a[1])),
    ])


def _with_cause(line):
    if line and "truth value" in line:
        return line + "; cause: Python's max and if compare whole arrays; np.maximum compares number by number"
    return line


def _zero_case(rng):
    x = np.where(rng.permutation(6) < 3, 0.0, 1 + rng.random(6)).reshape(2, 3)
    suspects = [("the derivative at 0 is 1, here it is 0 by definition", x * 0 + 1)]
    return Case(RELU, [(0, "deriv", (x,))], [
        (2, lambda a: compare(f"deriv, x = {show(x)}", np.where(x > 0, 1.0, 0.0), a[0], suspects=suspects))])
