"""Problem 6 is max pooling: forward, backward, and the shapes and ties on which usual answers fail."""
import numpy as np

from assignment.grading.checks.case import Case, Criterion, compare, same, show, unchanged
from textbook import pooling
from textbook.windows import each_place

CRITERIA = (
    Criterion(4, "`forward`, a square image, windows side by side: (z, activation)",
              "`forward`: 정사각형 이미지, 겹치지 않는 윈도우, (z, activation)"),
    Criterion(3, "`forward`, several images and channels", "`forward`: 여러 이미지와 여러 채널"),
    Criterion(3, "`forward`, height unlike width, of image and window",
              "`forward`: 높이와 너비가 다른 이미지와 윈도우"),
    Criterion(4, "`forward`, window and stride apart: overlap, gaps, rows left over",
              "`forward`: 윈도우와 stride가 다를 때 (겹침, 틈, 남는 줄)"),
    Criterion(4, "`backward`, a square image, windows side by side", "`backward`: 정사각형 이미지, 겹치지 않는 윈도우"),
    Criterion(3, "`backward`, several images and channels, height unlike width",
              "`backward`: 여러 이미지와 채널, 높이와 너비가 다를 때"),
    Criterion(3, "`backward`, overlapping windows: a pixel adds up what it gets",
              "`backward`: 윈도우가 겹치면 한 픽셀이 받는 값을 더한다"),
    Criterion(3, "`backward`, ties: only the first largest pixel, row by row, gets the error",
              "`backward`: 최댓값이 여럿이면 (행 순서로) 첫 번째 픽셀만 받는다"),
    Criterion(2, "a second batch through the same object", "같은 객체에 두 번째 배치를 넣어도 맞다"),
    Criterion(1, "inputs and errors stay as they were, and nothing is printed",
              "입력과 오차를 바꾸지 않고, 아무것도 출력하지 않는다"),
)
SECOND_BATCH, QUIET = 8, 9
POOLING = ("nn.maxpooling", "MaxPooling")
# shape of the images, window, strides, criterion of forward, criterion of backward (None: not judged)
SPECS = [
    ((1, 4, 4, 1), (2, 2), None, 0, 4), ((1, 6, 6, 1), (3, 3), None, 0, 4),
    ((3, 4, 4, 1), (2, 2), None, 1, 5), ((1, 4, 4, 3), (2, 2), None, 1, 5), ((3, 4, 4, 2), (2, 2), None, 1, 5),
    ((1, 4, 6, 1), (2, 2), None, 2, 5), ((2, 6, 4, 2), (2, 2), None, 2, 5), ((1, 4, 6, 1), (2, 3), None, 2, 5),
    ((1, 4, 4, 1), (2, 2), (1, 1), 3, 6), ((1, 5, 5, 1), (3, 3), (2, 2), 3, 6),
    ((1, 5, 5, 1), (2, 2), (2, 2), 3, None), ((1, 5, 5, 1), (2, 2), (3, 3), 3, None),
]


def cases(rng):
    """One case a line of SPECS, then ties, then two batches through one object."""
    distinct = [(_distinct(rng, spec[0]), *spec[1:]) for spec in SPECS]
    return [*(_case(rng, *spec) for spec in distinct), _case(rng, _tied(rng), (2, 2), None, None, 7), _two(rng)]


def _distinct(rng, shape):
    """Images of numbers that are all different, most of them negative: zeros in an answer's arrays would win."""
    return rng.permutation(int(np.prod(shape))).reshape(shape) - 0.7 * np.prod(shape)


def _tied(rng):
    """Windows that have their largest number two, three and four times."""
    windows = [rng.permutation([5.0] * k + [1.0] * (4 - k)) for k in (2, 3, 4, 2)]
    return np.reshape(windows, (2, 2, 2, 2)).transpose(0, 2, 1, 3).reshape(1, 4, 4, 1)


def _case(rng, x, window, strides, forward, backward):
    e, right, given = _expected(rng, x, window, strides)
    judges = [] if forward is None else [
        (forward, lambda a: _forward(given, x, right[0], a[0], window, strides or window))]
    if backward is not None:
        judges.append((backward, lambda a: _backward(f"{given}{_numbers(', errors', e)}", x, e, right[1], a[1], window,
                                                     strides or window)))
    judges.append((QUIET, lambda a: _quiet(given, x, e, a)))
    return Case(POOLING, [(0, "forward", (x,)), (0, "backward", (e,))], judges, (window, strides))


def _two(rng):
    """Two batches, of two images and of three, go through one object."""
    batches = [_distinct(rng, (n, 4, 4, 1)) for n in (2, 3)]
    expected = [_expected(rng, x, (2, 2), None) for x in batches]

    def wrong(k, answers):
        return (compare("forward", expected[k][1][0], answers[2 * k])
                or compare("backward", expected[k][1][1], answers[2 * k + 1]))

    def judge(answers):
        first, second = wrong(0, answers), wrong(1, answers)
        return f"of the first batch already, {first}" if first else second and (
            f"{second}; cause: what the first batch left in the object is still used, the cache is not cleared")

    calls = [(0, name, (array,)) for x, (e, _, _) in zip(batches, expected)
             for name, array in (("forward", x), ("backward", e))]
    return Case(POOLING, calls, [(SECOND_BATCH, judge)], ((2, 2), None))


def _expected(rng, x, window, strides):
    """(errors, (the right output, the right gradient), the inputs in words)."""
    none = ((0, 0), (0, 0))
    z = pooling.max_pooling(x, window, strides or window, none)
    e = rng.permutation(z.size).reshape(z.shape) + 1.0
    dx = pooling.max_pooling_input_gradient(x, e, window, strides or window, none)
    return e, (z, dx), f"MaxPooling({window}, {strides}), inputs {x.shape}{_numbers(':', x)}"


def _numbers(word, images):
    """The numbers of one small image of one channel, after a word; of more than that nothing."""
    small = len(images) == images.shape[3] == 1 and images.size <= 25
    return f"{word} {show(images[0, :, :, 0])}" if small else ""


def _forward(given, x, right, answer, window, strides):
    suspects = [("the window's mean instead of its largest number", pooling.average_pooling(x, window, strides)),
                ("zeros take part in the maximum, so that negative numbers are lost", np.maximum(right, 0)),
                ("height and width are swapped", right.transpose(0, 2, 1, 3)), ("nothing but zeros", right * 0)]
    line = compare(f"forward, {given}", right, answer, suspects=suspects) or compare(
        f"forward's activation, {given}", right, answer, position=1)
    return line and line + _cause_of_shape(x, right, answer, strides)


def _cause_of_shape(x, right, answer, strides):
    got = answer.values[0].shape if answer.values else right.shape
    if got == right.shape:
        return _cause_of_error(answer.error)
    (n, h, w, c), (_, oh, ow, _) = x.shape, right.shape
    causes = {(n, h // strides[0], w // strides[1], c):
              "the size is input // stride; there are (H - ph) // stride + 1 windows",
              (n, oh, oh, c): "the height is used for the width, too: square images only",
              (n, ow, ow, c): "the width is used for the height, too: square images only",
              (n, ow, oh, c): "height and width are swapped"}
    return f"; cause: {causes[got]}" if got in causes else ""


def _cause_of_error(error):
    """What an exception on images or windows of this kind usually comes from."""
    if "out of bounds for axis 0" in error:
        return "; cause: a list of positions used as an index picks whole images: write dx[tuple(position)]"
    if "index" in error and "out of bounds" in error or "could not be broadcast" in error or "empty" in error:
        return "; cause: the answer looks outside the image: height and width, or the number of windows, are wrong"
    return ""


def _backward(given, x, e, right, answer, window, strides):
    suspects = [(cause, _given_back(x, e, window, strides, *how)) for cause, *how in MISTAKES]
    suspects += [("height and width are swapped", right.transpose(0, 2, 1, 3)), ("nothing but zeros", right * 0)]
    line = compare(f"backward, {given}", right, answer, suspects=suspects)
    if line and answer.error:
        return line + _cause_of_error(answer.error)
    if line and "cause" not in line and same(np.sort(answer.values[0], None), np.sort(right, None)):
        return line + "; cause: the errors are all there, but they land at the wrong pixels"
    return line


def _first(window):
    return [np.unravel_index(np.argmax(window), window.shape)]


def _every(window):
    return list(zip(*np.nonzero(window == window.max())))


def _last(window):
    return _every(window)[-1:]


def _given_back(x, e, kernel, strides, places, add, in_picture=False):
    """The gradient if each window's error goes to `places(window)`, taken as positions in the picture if in_picture."""
    dx = np.zeros(x.shape)
    for at, where in each_place(x.shape, kernel, strides):
        for c in range(x.shape[3]):
            for row, column in places(x[where][..., c]):
                target = dx[where[0]] if in_picture else dx[where]
                target[row, column, c] = e[at][c] + (target[row, column, c] if add else 0)
    return dx


MISTAKES = [
    ("every tied maximum gets the error, not only the first", _every, True),
    ("the last of the tied maxima gets the error, not the first", _last, True),
    ("errors are assigned instead of added where windows overlap", _first, False),
    ("positions within the window are taken as positions in the picture", _first, True, True),
    ("positions within the window are taken as positions in the picture", _first, False, True),
]


def _quiet(given, x, e, answers):
    for name, before, answer in (("forward", x, answers[0]), ("backward", e, answers[1])):
        if answer.printed:
            return f"{name}, {given}: it printed {answer.printed} characters; cause: print inside {name}"
        line = unchanged(f"{name}, {given}", before, answer)
        if line:
            return line
    return None
