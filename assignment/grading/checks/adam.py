"""Problem 3 is Adam's `update`: the first step, many steps, tiny gradients, and each weight's moments for itself."""
import numpy as np

from assignment.grading.checks.case import Case, Criterion, compare, same, show, unchanged
from textbook.optimizer import adam

CRITERIA = (
    Criterion(4, "the first update of a new object is right", "새 객체의 첫 번째 update가 맞다"),
    Criterion(3, "ten updates in a row are right, with gradients and learning rates that change",
              "기울기와 학습률이 변해도 이어지는 열 번의 update가 모두 맞다"),
    Criterion(1, "gradients of 0, and gradients as small as epsilon, are handled (epsilon inside or outside the root)",
              "기울기가 0이거나 epsilon만큼 작아도 맞다 (epsilon은 제곱근 안이든 밖이든 좋다)"),
    Criterion(1, "two objects do not share their moments", "두 객체가 모멘트를 함께 쓰지 않는다"),
    Criterion(1, "`dx` is left as it was", "`dx`를 바꾸지 않는다"),
)
ADAM = ("nn.optimizer", "AdamOptimizer")
BETA1, BETA2, EPS = 0.9, 0.999, 1e-8
SHARED = "the two objects share their moments or their t: keep them on self, not on the class or in a module"


def cases(rng):
    """One step, ten, tiny gradients, two objects in turn."""
    gradients, lrs = rng.normal(size=(10, 2, 3)), rng.uniform(0.001, 0.01, size=10)
    tiny = rng.permutation([0.0, 1e-8, -3e-8, 1e-9]).reshape(1, 2, 2)
    return [_case(0, gradients[:1], lrs[:1]), _case(1, gradients, lrs), _case(2, tiny, lrs[:1]), _two(gradients, lrs)]


def _case(criterion, gradients, lrs):
    given = f"update number {len(lrs)}, dx = {show(gradients[-1])}, lr = {lrs[-1]:.4f}"

    def judge(answers):
        return _judge(given, gradients, lrs, answers)

    return Case(ADAM, [(0, "update", (dx, lr)) for dx, lr in zip(gradients, lrs)],
                [(criterion, judge), (4, lambda answers: unchanged(given, gradients[-1], answers[-1]))])


def _two(gradients, lrs):
    """Two objects get gradients in turn, the second one the same gradients times -3."""
    calls = [(k, "update", (dx * (-3) ** k, lr)) for dx, lr in zip(gradients, lrs) for k in (0, 1)]

    def judge(answers):
        line = (_judge("the first of two objects in turn", gradients, lrs, answers[::2])
                or _judge("the second of two objects in turn", -3 * gradients, lrs, answers[1::2]))
        first_step = _judge("", gradients[:1], lrs[:1], answers[:1])
        return f"{line}; cause: {SHARED}" if line and not first_step else line

    return Case(ADAM, calls, [(3, judge)], objects=2)


def _judge(given, gradients, lrs, answers):
    """None, or the line on the first wrong update. Epsilon may be outside the root, as in the paper, or inside."""
    outside, inside = _right(gradients, lrs), updates(gradients, lrs, root_of_eps=True)
    for right in (outside, inside):
        if all(not a.error and len(a.values) == 1 and same(a.values[0], r) for a, r in zip(answers, right)):
            return None
    last = len(answers) - 1
    wrong = [(cause, updates(gradients, lrs, **how)[last]) for cause, how in MISTAKES]
    return compare(given, outside[last], answers[last], suspects=wrong) or _judge(
        given, gradients[:-1], lrs[:-1], answers[:-1])


def _right(gradients, lrs):
    moments = {"m": 0.0, "v": 0.0}
    return [lr * adam(dx, t, moments) for t, (dx, lr) in enumerate(zip(gradients, lrs), 1)]


def updates(gradients, lrs, m_of=lambda dx, lr: (1 - BETA1) * dx, v_of=lambda dx: (1 - BETA2) * dx ** 2,
            t_of=lambda n: n, corrected=True, eps=EPS, root_of_eps=False, lr_of=lambda lr: lr):
    """What Adam gives that is written otherwise in one place; n = 1, 2, ... is the true number of the step."""
    m = v = 0.0
    given = []
    with np.errstate(all="ignore"):
        for n, (dx, lr) in enumerate(zip(gradients, lrs), 1):
            m, v = BETA1 * m + m_of(dx, lr), BETA2 * v + v_of(dx)
            t = np.float64(t_of(n))
            m_hat, v_hat = (m / (1 - BETA1 ** t), v / (1 - BETA2 ** t)) if corrected else (m, v)
            given.append(lr_of(lr) * m_hat / (np.sqrt(v_hat + eps) if root_of_eps else np.sqrt(v_hat) + eps))
    return given


MISTAKES = [
    ("m gets lr * dx instead of (1 - beta1) * dx", dict(m_of=lambda dx, lr: lr * dx)),
    ("no bias correction: m and v are not divided by 1 - beta^t", dict(corrected=False)),
    ("t stays 0: it is never counted, so that the bias correction divides by 0", dict(t_of=lambda n: 0)),
    ("t is always 1: it is not counted on", dict(t_of=lambda n: 1)),
    ("t is counted twice in a step", dict(t_of=lambda n: 2 * n)),
    ("t starts at 2 instead of 1", dict(t_of=lambda n: n + 1)),
    ("epsilon is missing: 0 / 0 where the gradient is 0", dict(eps=0.0)),
    ("v gets dx without the square", dict(v_of=lambda dx: (1 - BETA2) * dx)),
    ("v gets dx^2 without the factor 1 - beta2", dict(v_of=lambda dx: dx ** 2)),
    ("m gets dx without the factor 1 - beta1", dict(m_of=lambda dx, lr: dx)),
    ("lr is applied twice", dict(lr_of=lambda lr: lr * lr)),
    ("lr is not applied", dict(lr_of=lambda lr: 1.0)),
    ("the sign is wrong: update returns what is subtracted from the weight", dict(lr_of=lambda lr: -lr)),
]
