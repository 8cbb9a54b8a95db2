"""What is usually wrong in max pooling, forward or backward, as versions of the loops that students write."""
import numpy as np

from assignment.grading.causes.suspect import Suspect
from textbook.pooling import average_pooling, average_pooling_input_gradient, max_pooling
from textbook.windows import each_place

NO_PADDING = ((0, 0), (0, 0))
SWAPPED = "height and width are swapped"
PICTURE = "positions within the window are taken as positions in the picture"
ZEROS = "nothing but zeros"
MIXED = "the axes of the reshape are mixed up: (N, H / ph, ph, W / pw, pw, C) keeps a window's pixels together"


class Pooling:
    """Right, and of loops: each window's error goes to `places`, which `give` adds up."""

    def __init__(self, window, strides=None):
        self.window, self.strides = window, strides or window

    def forward(self, x):
        self.x = x
        out = self.largest(x)
        return out, out

    def largest(self, x):
        return max_pooling(x, self.window, self.strides, NO_PADDING)

    def backward(self, e):
        dx = np.zeros(self.x.shape)
        for at, where in each_place(self.x.shape, self.window, self.strides):
            for c in range(self.x.shape[3]):
                for place in self.places(self.x[where][..., c]):
                    self.give(dx, where, place, c, e[at][c])
        return dx

    def places(self, window):
        return [np.unravel_index(np.argmax(window), window.shape)]

    def give(self, dx, where, place, c, error):
        dx[where][place][c] += error


def every(self, window):
    return list(zip(*np.nonzero(window == window.max())))


def _in_picture(self, dx, where, place, c, error):
    dx[where[0]][place][c] += error


def _set_in_picture(self, dx, where, place, c, error):
    dx[where[0]][place][c] = error


def _set(self, dx, where, place, c, error):
    dx[where][place][c] = error


def _list_as_index(self, dx, where, place, c, error):
    n, rows, columns = where
    dx[[n, rows.start + place[0], columns.start + place[1], c]] = error


def _side_as_width(self, window):
    """argmax // height and argmax % height, where it should be the width."""
    first = int(np.argmax(window))
    return [(first // window.shape[0], first % window.shape[0])]


BACKWARD = [
    ("every tied maximum gets the error, not only the first", {"places": every}),
    ("the last of the tied maxima gets the error, not the first",
     {"places": lambda self, window: every(self, window)[-1:]}),
    ("errors are assigned instead of added where windows overlap", {"give": _set}),
    (PICTURE, {"give": _in_picture}), (PICTURE, {"give": _set_in_picture}),
    ("a list of positions used as an index picks whole images: write dx[tuple(position)]", {"give": _list_as_index}),
    ("the error is divided among all pixels of the window, as in average pooling", {
        "backward": lambda self, e: average_pooling_input_gradient(e, self.window, self.strides, self.x.shape[1:3])}),
    ("every pixel of the window gets the error, not only the largest", {
        "backward": lambda self, e: average_pooling_input_gradient(
            e * np.prod(self.window), self.window, self.strides, self.x.shape[1:3])}),
    ("the position in the window is divided by the window's height, and should be by its width",
     {"places": _side_as_width}),
    ("the smallest pixel gets the error, not the largest",
     {"places": lambda self, window: [np.unravel_index(np.argmin(window), window.shape)]}),
    ("the largest pixel gets 1, not the error",
     {"give": lambda self, dx, where, place, c, error: Pooling.give(self, dx, where, place, c, 1.0)}),
    ("the largest pixel gets the error times its own value",
     {"backward": lambda self, e: Pooling.backward(self, e) * self.x}),
    (SWAPPED, {"backward": lambda self, e: Pooling.backward(self, e).transpose(0, 2, 1, 3)}),
    (ZEROS, {"backward": lambda self, e: self.x * 0}),
]


def _swapped_windows(self, x):
    """Rows where columns should be, and the other way round, in the window alone."""
    (ph, pw), (sh, sw), (n, h, w, c) = self.window, self.strides, x.shape
    out = np.zeros((n, (h - ph) // sh + 1, (w - pw) // sw + 1, c))
    for i, row, column, k in np.ndindex(*out.shape):
        out[i, row, column, k] = x[i, column * sw:column * sw + pw, row * sh:row * sh + ph, k].max()
    return out


def _sized(height, width, number_by_number=False):
    """The largest of each window, in an output of another size; sizes by (image, window, stride) of both axes.

    What lies beyond the image is missing in a slice, and an IndexError where numbers are looked up one by one.
    """
    def largest(self, x):
        (ph, pw), (sh, sw), (n, h, w, c) = self.window, self.strides, x.shape
        out = np.zeros((n, height(h, ph, sh, w, pw, sw), width(h, ph, sh, w, pw, sw), c))
        for i, row, column, k in np.ndindex(*out.shape):
            if number_by_number:
                x[i, row * sh + ph - 1, column * sw + pw - 1, k]
            out[i, row, column, k] = x[i, row * sh:row * sh + ph, column * sw:column * sw + pw, k].max()
        return out
    return largest


def _rows(h, ph, sh, w, pw, sw):
    return (h - ph) // sh + 1


def _columns(h, ph, sh, w, pw, sw):
    return (w - pw) // sw + 1


def _axes_mixed(self, x):
    """Windows side by side by a reshape, whose axes are put together in the wrong order; others are right."""
    (ph, pw), (n, h, w, c) = self.window, x.shape
    if self.strides != self.window or h % ph or w % pw:
        return Pooling.largest(self, x)
    return x.reshape(n, h // ph, w // pw, ph, pw, c).max(axis=(3, 4))


def _axes_mixed_always(self, x):
    """The same of all images, cut to a whole number of windows; the stride is not looked at."""
    (ph, pw), (n, h, w, c) = self.window, x.shape
    x = x[:, :h // ph * ph, :w // pw * pw]
    return x.reshape(n, h // ph, w // pw, ph, pw, c).max(axis=(3, 4))


SIZES = [
    (SWAPPED, _columns, _rows),
    ("the size is input // stride; there are (H - ph) // stride + 1 windows",
     lambda h, ph, sh, w, pw, sw: h // sh, lambda h, ph, sh, w, pw, sw: w // sw),
    ("the size is (H - ph) // stride; 1 is missing",
     lambda *sizes: _rows(*sizes) - 1, lambda *sizes: _columns(*sizes) - 1),
    ("the height is used for the width, too: square images only", _rows, _rows),
    ("the width is used for the height, too: square images only", _columns, _columns),
]
FORWARD = [
    ("the window's mean instead of its largest number",
     lambda self, x: average_pooling(x, self.window, self.strides)),
    ("the window's sum instead of its largest number",
     lambda self, x: average_pooling(x, self.window, self.strides) * np.prod(self.window)),
    ("the window's smallest number instead of its largest",
     lambda self, x: -max_pooling(-x, self.window, self.strides, NO_PADDING)),
    ("zeros take part in the maximum, so that negative numbers are lost",
     lambda self, x: np.maximum(Pooling.largest(self, x), 0)),
    ("the largest absolute value instead of the largest number",
     lambda self, x: Pooling.largest(self, abs(x))),
    (SWAPPED, _swapped_windows), (SWAPPED, lambda self, x: Pooling.largest(self, x).transpose(0, 2, 1, 3)),
    *((cause, _sized(*sizes, number_by_number)) for number_by_number in (False, True) for cause, *sizes in SIZES),
    ("the window's own size is used as the stride",
     lambda self, x: max_pooling(x, self.window, self.window, NO_PADDING)),
    (MIXED, _axes_mixed), (MIXED, _axes_mixed_always), (ZEROS, lambda self, x: Pooling.largest(self, x) * 0),
    ("numbers lose what follows the point: the array for the results holds integers",
     lambda self, x: Pooling.largest(self, x).astype(int)),
]


class Uncleared(Pooling):
    """Errors of earlier batches stay in dx, as long as the shape is the same."""

    dx = None

    def backward(self, e):
        new = Pooling.backward(self, e)
        same = self.dx is not None and self.dx.shape == new.shape
        self.dx = self.dx + new if same else new
        return self.dx


class Cached(Pooling):
    """Where errors go is noted in a list that is never cleared, and so is each error's place."""

    cached = None

    def forward(self, x):
        self.cached = self.cached or []
        for at, where in each_place(x.shape, self.window, self.strides):
            for c in range(x.shape[3]):
                row, column = self.places(x[where][..., c])[0]
                self.cached.append((where[0], where[1].start + row, where[2].start + column, c, (*at, c)))
        return Pooling.forward(self, x)

    def backward(self, e):
        dx = np.zeros(self.x.shape)
        for n, row, column, c, at in self.cached:
            dx[n, row, column, c] += e[at]
        return dx


class FirstShape(Pooling):
    """dx is made in the first forward, of the first batch's shape, and used for all others."""

    dx = None

    def forward(self, x):
        if self.dx is None:
            self.dx = np.zeros(x.shape)
        return Pooling.forward(self, x)

    def backward(self, e):
        if len(e) > len(self.dx):
            raise IndexError("index is out of bounds for axis 0")
        self.dx[:len(e)] += Pooling.backward(self, e)
        return self.dx


OF_STATE = [
    ("dx is never cleared: what earlier batches left in it is added to", Uncleared),
    ("what earlier batches left in the object is still used, the cache is not cleared", Cached),
    ("dx is made once, for the size of the first batch", FirstShape),
]


def suspects(cases, answers):
    """Versions of forward, of backward, and of what an object keeps; and those with numbers of the answer's own."""
    found = [Suspect(cause, _fresh({"largest": largest}), ("forward",)) for cause, largest in FORWARD]
    found += [Suspect(cause, _fresh(changed), ("backward",)) for cause, changed in BACKWARD]
    found += [Suspect(cause, lambda kind=kind: kind, ("backward",)) for cause, kind in OF_STATE]
    found.append(Suspect("one array instead of two: forward returns (z, activation)", _fresh({
        "forward": lambda self, x: Pooling.forward(self, x)[0]}), ("forward",)))
    shared = "two objects share what forward keeps: keep it on self, not on the class or in a module"
    found.append(Suspect(shared, _sharing, ("backward",)))
    for start in _starts(cases, answers):
        cause = f"the search for the largest number starts at {start:g}, and smaller numbers are lost; start at -np.inf"
        found.append(Suspect(cause, _fresh({
            "largest": lambda self, x, start=start: np.maximum(Pooling.largest(self, x), start)}), ("forward",)))
    return found


def _fresh(changed):
    kind = type("Version", (Pooling,), changed)
    return lambda: kind


def _sharing():
    """A class of which all objects keep the last forward's input in one place."""
    class Sharing(Pooling):
        kept = []

        @property
        def x(self):
            return self.kept[-1]

        @x.setter
        def x(self, value):
            self.kept.append(value)

    return Sharing


def _starts(cases, answers):
    """Numbers below 0 that an answer gave again and again where it should have given smaller ones."""
    wrong = set()
    for case, given in zip(cases, answers):
        for check in case.checks:
            got = given[check.call]
            if check.kind == "returned" and case.calls[check.call].method == "forward" and got.values:
                right, value = check.right[0], got.values[0]
                if np.shape(value) == np.shape(right):
                    wrong |= set(np.unique(np.asarray(value, float)[value > right + 1]).tolist())
    return wrong if len(wrong) == 1 and max(wrong) < 0 else ()
