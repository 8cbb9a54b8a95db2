"""Max pooling's cases: shapes and ties on which usual answers fail, batches after each other, two objects in turn."""
from dataclasses import replace

import numpy as np

from assignment.judging.case import ACTIVATION, QUIET, RETURNED, RUNS, UNCHANGED, Call, Case, Check
from assignment.judging.compare import show
from assignment.judging.words import Words, say
from textbook.pooling import max_pooling, max_pooling_input_gradient

POOLING = ("nn.maxpooling", "MaxPooling")
(SQUARE, SEVERAL, OBLONG, APART, BACK, BACK_SEVERAL, BACK_OVERLAP, BACK_TIES, AGAIN, QUIETLY) = range(10)
IN_TURN = Words("two objects in turn", "두 객체를 번갈아")
NO_PADDING = ((0, 0), (0, 0))
# shape of the images, window, strides, criterion of forward, criterion of backward (None: not judged)
SPECS = [
    ((1, 4, 4, 1), (2, 2), None, SQUARE, BACK), ((1, 6, 6, 1), (3, 3), None, SQUARE, BACK),
    ((3, 4, 4, 1), (2, 2), None, SEVERAL, BACK_SEVERAL), ((1, 4, 4, 3), (2, 2), None, SEVERAL, BACK_SEVERAL),
    ((3, 4, 4, 2), (2, 2), None, SEVERAL, BACK_SEVERAL),
    ((1, 4, 6, 1), (2, 2), None, OBLONG, BACK_SEVERAL), ((2, 6, 4, 2), (2, 2), None, OBLONG, BACK_SEVERAL),
    ((1, 4, 6, 1), (2, 3), None, OBLONG, BACK_SEVERAL),
    ((1, 4, 4, 1), (2, 2), (1, 1), APART, BACK_OVERLAP), ((1, 5, 5, 1), (3, 3), (2, 2), APART, BACK_OVERLAP),
    ((1, 5, 5, 1), (2, 2), (2, 2), APART, None), ((1, 5, 5, 1), (2, 2), (3, 3), APART, None),
]


def cases(rng):
    """One a line of SPECS; numbers near each other and far below 0; ties; then what an object may keep. Last, all at
    once, for answers that treat square images, or windows side by side, in a way of their own.
    """
    distinct = [_case(rng, _distinct(rng, spec[0]), *spec[1:]) for spec in SPECS]
    near, far = rng.normal(size=(2, 2, 4, 4, 2))
    return [*distinct, _case(rng, near * 0.01, (2, 2), None, SEVERAL, BACK_SEVERAL),
            _case(rng, (far - 10) * 1e6, (2, 2), None, SEVERAL, BACK_SEVERAL),
            _case(rng, _tied(rng), (2, 2), None, None, BACK_TIES), *_again(rng),
            replace(_case(rng, _distinct(rng, (2, 20, 15, 2)), (3, 2), (2, 1), APART, BACK_OVERLAP), last=True),
            replace(_case(rng, rng.integers(-3, 1, (2, 6, 7, 2)) * 1.0, (3, 2), (2, 1), None, BACK_TIES), last=True)]


def _distinct(rng, shape):
    """Images of numbers that are all different, most of them negative: zeros in an answer's arrays would win."""
    return rng.permutation(int(np.prod(shape))).reshape(shape) - 0.7 * np.prod(shape)


def _tied(rng):
    """Windows that have their largest number two, three and four times."""
    windows = [rng.permutation([5.0] * k + [1.0] * (4 - k)) for k in (2, 3, 4, 2)]
    return np.reshape(windows, (2, 2, 2, 2)).transpose(0, 2, 1, 3).reshape(1, 4, 4, 1)


def _case(rng, x, window, strides, forward, backward):
    calls, right = _calls(rng, x, window, strides)
    checks = [] if forward is None else [Check(forward, 0, kind, right[:1]) for kind in (RETURNED, ACTIVATION)]
    checks += [] if backward is None else [Check(backward, 1, RETURNED, right[1:]), Check(backward, 0, RUNS)]
    checks += [Check(QUIETLY, k, kind) for k in (0, 1) for kind in (QUIET, UNCHANGED)]
    return Case(POOLING, calls, checks, (window, strides))


def _again(rng):
    """Four batches, each smaller than, as large as, larger than the one before: each alone, which is needed; one after
    the other through one object; and two of them through two objects, forward, forward, backward, backward, as in a
    network.
    """
    given = [_calls(rng, _distinct(rng, (n, 4, 4, 1)), (2, 2), None) for n in (3, 2, 2, 4)]
    alone = [Case(POOLING, calls, _checks(right, 0, 1, needed=True), ((2, 2), None)) for calls, right in given]
    row = Case(POOLING, [_worded(call, say("batch {n} through one object", "같은 객체의 {n}번째 배치", n=n + 1))
                         for n, (calls, _) in enumerate(given) for call in calls],
               [check for n, (_, right) in enumerate(given) for check in _checks(right, 2 * n, 2 * n + 1)],
               ((2, 2), None))
    (first, right), (second, other) = given[1:3]
    turns = [(0, first[0]), (1, second[0]), (1, second[1]), (0, first[1])]
    turn = Case(POOLING, [_worded(call, IN_TURN, which) for which, call in turns],
                [*_checks(right, 0, 3), *_checks(other, 1, 2)], ((2, 2), None), objects=2)
    return [*alone, row, turn]


def _checks(right, forward, backward, needed=False):
    return [Check(AGAIN, call, RETURNED, (one,), needed=needed) for call, one in zip((forward, backward), right)]


def _worded(call, words, which=0):
    given = say("{words}, {inputs}", "{words}, {inputs}", words=words, inputs=call.given)
    return Call(which, call.method, call.arguments, given, call.pair)


def _calls(rng, x, window, strides):
    """([forward, backward], (the right output, the right gradient))."""
    z = max_pooling(x, window, strides or window, NO_PADDING)
    e = rng.permutation(z.size).reshape(z.shape) + 0.5
    dx = max_pooling_input_gradient(x, e, window, strides or window, NO_PADDING)
    given = say("MaxPooling({window}, {strides}), inputs {shape}{numbers}",
                "MaxPooling({window}, {strides}), inputs {shape}{numbers}",
                window=window, strides=strides, shape=x.shape, numbers=_numbers(":", x))
    calls = [Call(0, "forward", (x,), given, pair=True),
             Call(0, "backward", (e,), say(
                 "{images}{errors}", "{images}{errors}", images=given, errors=_numbers(", layer_err", e)))]
    return calls, (z, dx)


def _numbers(word, images):
    """The numbers of one small image of one channel, after a word; of more than that nothing."""
    small = len(images) == images.shape[3] == 1 and images.size <= 25
    return f"{word} {show(images[0, :, :, 0])}" if small else ""
