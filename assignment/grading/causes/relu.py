"""What is usually wrong in ReLU. Each version stands for itself: what `compute` does explains nothing of `deriv`."""
import numpy as np

from assignment.grading.causes.suspect import Suspect

LEAKY = "the slope for x < 0 is not 0: this is leaky ReLU"
COMPUTE = [
    (LEAKY, lambda x: np.where(x > 0, x, 0.01 * x)), (LEAKY, lambda x: np.where(x > 0, x, 0.1 * x)),
    ("max(0.01, x) instead of max(0, x)", lambda x: np.maximum(0.01, x)),
    ("max(1, x) instead of max(0, x)", lambda x: np.maximum(1.0, x)),
    ("x is returned unchanged", lambda x: x), ("|x| instead of max(0, x)", abs),
    ("min(0, x) instead of max(0, x)", lambda x: np.minimum(0.0, x)),
    ("1 or 0 is returned, where x or 0 should be", lambda x: np.where(x > 0, 1.0, 0.0)),
    ("the maximum along an axis: np.max(x, 0) takes 0 for the axis; np.maximum compares number by number",
     lambda x: np.max(x, 0)),
    ("one number, the largest of all: np.maximum compares number by number", np.max),
    ("numbers lose what follows the point: np.vectorize takes the type of the first result for all; give it otypes, or "
     "return 0.0 instead of 0", lambda x: np.vectorize(lambda a: a if a > 0 else 0)(x)),
    ("numbers lose what follows the point: the array for the results holds integers",
     lambda x: np.maximum(x, 0).astype(int)),
    ("nothing but zeros", lambda x: x * 0), ("the sigmoid instead of ReLU", lambda x: 1 / (1 + np.exp(-x))),
]
DERIV = [
    ("deriv returns x where it should return 1", lambda x: np.maximum(x, 0)),
    ("deriv returns 1 everywhere", lambda x: x * 0 + 1), ("deriv returns x itself", lambda x: x),
    (LEAKY, lambda x: np.where(x > 0, 1, 0.01)), (LEAKY, lambda x: np.where(x > 0, 1, 0.1)),
    ("the derivative at 0 is 1, here it is 0 by definition", lambda x: np.where(x >= 0, 1.0, 0.0)),
    ("the derivative at 0 is 1/2, here it is 0 by definition", lambda x: np.heaviside(x, 0.5)),
    ("the derivative for x < 0 is -1, as of |x|", np.sign),
    ("1 and 0 are the wrong way round", lambda x: np.where(x > 0, 0.0, 1.0)),
    ("nothing but zeros", lambda x: x * 0),
    ("where x > 0.5 instead of where x > 0", lambda x: np.where(x > 0.5, 1.0, 0.0)),
    ("where x > 1 instead of where x > 0", lambda x: np.where(x > 1, 1.0, 0.0)),
]
KEPT = "deriv uses what compute has kept, not the x that it is given"


class Kept:
    """Its derivative is that of the last x of `compute`."""

    mask = None

    def compute(self, x):
        self.mask = x > 0
        return x * self.mask

    def deriv(self, x):
        return (x > 0 if self.mask is None else self.mask) * 1.0


def suspects(cases, answers):
    """The versions above, each of one method."""
    return [*(_of("compute", *one) for one in COMPUTE), *(_of("deriv", *one) for one in DERIV),
            Suspect(KEPT, lambda: Kept, ("deriv",)), Suspect(KEPT, lambda: _KeptOnly, ("deriv",))]


class _KeptOnly(Kept):
    """The same, where nothing is kept yet: an exception."""

    def deriv(self, x):
        if self.mask is None:
            raise AttributeError("mask")
        return self.mask * 1.0


def _of(method, cause, function):
    other = {"compute": "deriv", "deriv": "compute"}[method]
    kind = type("Version", (), {method: lambda self, x: function(x), other: lambda self, x: x})
    return Suspect(cause, lambda: kind, (method,))
