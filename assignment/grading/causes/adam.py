"""What is usually wrong in Adam: one slip in the formulas, or a state that is not each object's own."""
import numpy as np

from assignment.grading.causes.suspect import Suspect

BETA1, BETA2, EPS = 0.9, 0.999, 1e-8
SHARED = "the two objects share their moments or their t: keep them on self, not on the class or in a module"


class Adam:
    """Adam as students write it, with a slip in one place. n = 1, 2, ... is the true number of the step.

    state: a dict for m, v and n; objects may share it, or part of it.
    """

    beta1, beta2, eps = BETA1, BETA2, EPS
    keeps_corrected = forgets = False

    def __init__(self, shared=None, names=()):
        self.own = {"m": 0.0, "v": 0.0, "n": 0}
        self.places = {name: shared if name in names else self.own for name in self.own}

    def update(self, dx, lr):
        m, v, n = (self.places[name][name] for name in ("m", "v", "n"))
        t = np.float64(self.step(n + 1))
        m, v = (0.0, 0.0) if self.forgets else (m, v)
        m = self.beta1 * m + self.new_m(dx, lr)
        v = self.beta2 * v + self.new_v(dx, lr)
        m_hat, v_hat = self.corrected_m(m, t), self.corrected_v(v, t)
        for name, value in zip("mvn", (m_hat, v_hat, n + 1) if self.keeps_corrected else (m, v, n + 1)):
            self.places[name][name] = value
        return self.scale(lr) * m_hat / self.divisor(v_hat)

    def step(self, n):
        return n

    def new_m(self, dx, lr):
        return (1 - self.beta1) * dx

    def new_v(self, dx, lr):
        return (1 - self.beta2) * dx ** 2

    def corrected_m(self, m, t):
        return m / (1 - self.beta1 ** t)

    def corrected_v(self, v, t):
        return v / (1 - self.beta2 ** t)

    def scale(self, lr):
        return lr

    def divisor(self, v):
        return np.sqrt(v) + self.eps


SLIPS = [
    ("m gets lr * dx instead of (1 - beta1) * dx", {"new_m": lambda self, dx, lr: lr * dx}),
    ("m gets dx without the factor 1 - beta1", {"new_m": lambda self, dx, lr: dx}),
    ("m gets beta1 * dx instead of (1 - beta1) * dx", {"new_m": lambda self, dx, lr: self.beta1 * dx}),
    ("m gets dx^2, which is v's", {"new_m": lambda self, dx, lr: (1 - self.beta1) * dx ** 2}),
    ("v gets dx without the square", {"new_v": lambda self, dx, lr: (1 - self.beta2) * dx}),
    ("v gets |dx| without the square", {"new_v": lambda self, dx, lr: (1 - self.beta2) * abs(dx)}),
    ("v gets dx^2 without the factor 1 - beta2", {"new_v": lambda self, dx, lr: dx ** 2}),
    ("v gets beta2 * dx^2 instead of (1 - beta2) * dx^2", {"new_v": lambda self, dx, lr: self.beta2 * dx ** 2}),
    ("m and v get dx and dx^2 without the factors 1 - beta",
     {"new_m": lambda self, dx, lr: dx, "new_v": lambda self, dx, lr: dx ** 2}),
    ("the factor of dx in v is 1 - beta1, and should be 1 - beta2",
     {"new_v": lambda self, dx, lr: (1 - self.beta1) * dx ** 2}),
    ("the square is taken of (1 - beta2) * dx, and should be of dx alone",
     {"new_v": lambda self, dx, lr: ((1 - self.beta2) * dx) ** 2}),
    ("no bias correction: m and v are not divided by 1 - beta^t",
     {"corrected_m": lambda self, m, t: m, "corrected_v": lambda self, v, t: v}),
    ("m is not corrected: it is not divided by 1 - beta1^t", {"corrected_m": lambda self, m, t: m}),
    ("v is not corrected: it is not divided by 1 - beta2^t", {"corrected_v": lambda self, v, t: v}),
    ("the corrections are swapped: m is divided by 1 - beta2^t, v by 1 - beta1^t",
     {"corrected_m": lambda self, m, t: m / (1 - self.beta2 ** t),
      "corrected_v": lambda self, v, t: v / (1 - self.beta1 ** t)}),
    ("1 - beta * t instead of 1 - beta^t (** is the power in Python)",
     {"corrected_m": lambda self, m, t: m / (1 - self.beta1 * t),
      "corrected_v": lambda self, v, t: v / (1 - self.beta2 * t)}),
    ("m and v are multiplied by 1 - beta^t, and should be divided",
     {"corrected_m": lambda self, m, t: m * (1 - self.beta1 ** t),
      "corrected_v": lambda self, v, t: v * (1 - self.beta2 ** t)}),
    ("the corrected m and v are kept for the next step: keep them as they were before the correction",
     {"keeps_corrected": True}),
    ("m and v start from 0 in every update: keep them on self", {"forgets": True}),
    ("nothing but nan, as where t stays 0, because it is never counted, and the bias correction divides by 0",
     {"step": lambda self, n: 0}),
    ("t is always 1, or 1 - beta stands where 1 - beta^t should: it is not counted on", {"step": lambda self, n: 1}),
    ("t is counted twice in a step", {"step": lambda self, n: 2 * n}),
    ("t starts at 2 instead of 1", {"step": lambda self, n: n + 1}),
    ("t is counted after its use, so that the first step divides by 0", {"step": lambda self, n: n - 1}),
    ("beta1 and beta2 are swapped", {"beta1": BETA2, "beta2": BETA1}),
    ("beta1 is used for both m and v", {"beta2": BETA1}), ("beta2 is used for both m and v", {"beta1": BETA2}),
    ("the root of v is missing", {"divisor": lambda self, v: v + self.eps}),
    ("epsilon is missing: 0 / 0 where the gradient is 0", {"eps": 0.0}),
    ("epsilon is subtracted, and should be added", {"eps": -EPS}),
    ("lr is applied twice", {"scale": lambda self, lr: lr * lr}),
    ("lr is not applied", {"scale": lambda self, lr: 1.0}),
    ("the sign is wrong: update returns what is subtracted from the weight", {"scale": lambda self, lr: -lr}),
]
FORMS = [{}, {"divisor": lambda self, v: np.sqrt(v + self.eps)}]  # epsilon outside the root, and inside


def suspects(cases, answers):
    """Each slip in each right form, unless it is about that form; and right formulas with a state that is shared."""
    slips = [Suspect(cause, _own(type("Version", (Adam,), {**form, **slip})), ("update",))
             for cause, slip in SLIPS for form in FORMS if not ("divisor" in slip and form)]
    shared = [Suspect(SHARED, _shared(type("Version", (Adam,), form), names), ("update",))
              for form in FORMS for names in (("m", "v", "n"), ("m", "v"), ("m",), ("v",), ("n",))]
    return slips + shared


def _own(kind):
    return lambda: kind


def _shared(kind, names):
    def fresh():
        state = {"m": 0.0, "v": 0.0, "n": 0}
        return lambda: kind(state, names)
    return fresh
