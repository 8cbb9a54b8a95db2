"""Adam's cases: the first step, many steps, gradients of one to four dimensions, tiny ones, and two objects."""
from dataclasses import replace

import numpy as np

from assignment.judging.case import RETURNED, UNCHANGED, Call, Case, Check
from assignment.judging.compare import show
from assignment.judging.words import Words, say
from textbook.optimizer import adam

ADAM = ("nn.optimizer", "AdamOptimizer")
FIRST, TEN, TINY, APART, LEAVES = range(5)
NAMES = Words("first", "첫 번째"), Words("second", "두 번째")
IN_TURN, IN_A_ROW = Words(" in turn", "(번갈아)"), Words(", one after the other", "(차례로)")
BETA1, BETA2, EPS = 0.9, 0.999, 1e-8


def cases(rng):
    """One step and ten, of gradients of several shapes; tiny gradients; two objects in turn, and one after another;
    last, large gradients.
    """
    lrs = rng.uniform(0.001, 0.01, size=10)
    shapes = [(2, 3), (4,), (2, 2, 1, 3)]
    gradients = [rng.normal(size=(10, *shape)) for shape in shapes]
    tiny = rng.permutation([0.0, 1e-8, -3e-8, 1e-9]).reshape(1, 2, 2)
    needed = TINY, APART  # neither can be tried where usual steps are wrong
    return [*(_steps(FIRST, one[:1], lrs, needed[:1]) for one in gradients),
            *(_steps(TEN, one, lrs, needed[1:]) for one in gradients), _steps(TINY, tiny, lrs),
            _two(gradients[0], lrs, in_turn=True), _two(gradients[0], lrs, in_turn=False),
            replace(_steps(TEN, 1e3 * rng.normal(size=(10, 2, 1, 3)), lrs), last=True)]


def right(gradients, lrs):
    """For each update the arrays that count as right: epsilon outside the root, inside, and in the efficient form of
    the paper's section 2, which leaves the bias correction out of the root, outside and inside again.
    """
    outside = {"m": 0.0, "v": 0.0}
    found = []
    for t, (dx, lr) in enumerate(zip(gradients, lrs), 1):
        first = lr * adam(dx, t, outside)
        m_hat, v_hat = outside["m"] / (1 - BETA1 ** t), outside["v"] / (1 - BETA2 ** t)
        efficient = lr * np.sqrt(1 - BETA2 ** t) / (1 - BETA1 ** t) * outside["m"]
        found.append((first, lr * m_hat / np.sqrt(v_hat + EPS), efficient / (np.sqrt(outside["v"]) + EPS),
                      efficient / np.sqrt(outside["v"] + EPS)))
    return found


def _case(calls, checks, lrs, objects=1):
    """A state in float32 is right, too, so the tolerances are those of a step of length lr."""
    return Case(ADAM, calls, checks, objects=objects, rtol=2e-4, atol=1e-5 * float(np.min(lrs)))


def _call(which, dx, lr, words):
    given = say("{step}, dx = {dx}, lr = {lr:.4f}", "{step}, dx = {dx}, lr = {lr:.4f}", step=words, dx=show(dx), lr=lr)
    return Call(which, "update", (dx, float(lr)), given)


def _steps(criterion, gradients, lrs, needed=()):
    calls = [_call(0, dx, lr, say("number {n}", "{n}번째 호출", n=n))
             for n, (dx, lr) in enumerate(zip(gradients, lrs), 1)]
    checks = [Check(number, k, RETURNED, one, needed=number != criterion)
              for number in (criterion, *needed) for k, one in enumerate(right(gradients, lrs))]
    leaves = [Check(LEAVES, k, UNCHANGED) for k in range(len(calls))]
    return _case(calls, [*checks, *leaves], lrs)


def _two(gradients, lrs, in_turn):
    """The second object gets the same gradients times -3. That each alone is right, TEN has shown."""
    order = IN_TURN if in_turn else IN_A_ROW
    steps = [(k, n) for n in range(len(gradients)) for k in (0, 1)]
    if not in_turn:
        steps.sort()
    calls, checks = [], []
    for call, (k, n) in enumerate(steps):
        words = say("number {n} of the {which} of two objects{order}", "두 객체{order} 중 {which} 객체의 {n}번째 호출",
                    n=n + 1, which=NAMES[k], order=order)
        calls.append(_call(k, gradients[n] * (-3) ** k, lrs[n], words))
        checks.append(Check(APART, call, RETURNED, right(gradients[:n + 1] * (-3) ** k, lrs)[-1]))
    return _case(calls, [*checks], lrs, objects=2)
