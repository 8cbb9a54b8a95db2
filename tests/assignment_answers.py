"""Answers of students, as definitions that are put into a solved project; and some that are right."""
import ast
import re

from assignment.grading.merge import units
from assignment.grading.project import handed_out
from assignment.handout.cut import definitions, replaced
from assignment.problems import GRADED, PROBLEMS

RELU = """
class ReLU:
    def compute(self, x):
        return np.maximum(x, 0)

    def deriv(self, x):
        return np.where(x > 0, 1.0, 0.0)
"""
ADAM = """
class AdamOptimizer:
    def update(self, dx, lr):
        self.t += 1
        self.m = self.beta1 * self.m + (1 - self.beta1) * dx
        self.v = self.beta2 * self.v + (1 - self.beta2) * dx ** 2
        m_hat = self.m / (1 - self.beta1 ** self.t)
        v_hat = self.v / (1 - self.beta2 ** self.t)
        return lr * m_hat / (np.sqrt(v_hat) + self.eps)
"""
POOLING = """
class MaxPooling:
    def forward(self, inputs):
        (ph, pw), (sh, sw), (n, h, w, c) = self.pshape, self.strides, inputs.shape
        oh, ow = (h - ph) // sh + 1, (w - pw) // sw + 1
        out = np.zeros((n, oh, ow, c))
        self.shape, self.cached = inputs.shape, []
        for i in range(n):
            for y in range(oh):
                for x in range(ow):
                    for k in range(c):
                        window = inputs[i, y * sh:y * sh + ph, x * sw:x * sw + pw, k]
                        out[i, y, x, k] = window.max()
                        for row, column in zip(*np.unravel_index([window.argmax()], window.shape)):
                            self.cached.append([i, y * sh + row, x * sw + column, k, (i, y, x, k)])
        return out, out

    def backward(self, layer_err):
        dx = np.zeros(self.shape)
        for i, row, column, k, at in self.cached:
            dx[i, row, column, k] += layer_err[at]
        return dx
"""
VIEWS = """
class MaxPooling:
    def forward(self, inputs):
        (ph, pw), (sh, sw) = self.pshape, self.strides
        view = np.lib.stride_tricks.sliding_window_view(inputs, (ph, pw), axis=(1, 2))[:, ::sh, ::sw]
        flat = view.reshape(*view.shape[:4], ph * pw)
        self.shape, self.first = inputs.shape, flat.argmax(axis=-1)
        out = flat.max(axis=-1)
        return out, out

    def backward(self, layer_err):
        (ph, pw), (sh, sw) = self.pshape, self.strides
        i, y, x, k = np.indices(layer_err.shape)
        dx = np.zeros(self.shape)
        np.add.at(dx, (i, y * sh + self.first // pw, x * sw + self.first % pw, k), layer_err)
        return dx
"""
LOOPS = """
class MaxPooling:
    def forward(self, inputs):
        (ph, pw), (sh, sw), (n, h, w, c) = self.pshape, self.strides, inputs.shape
        oh, ow = (h - ph) // sh + 1, (w - pw) // sw + 1
        out = np.zeros((n, oh, ow, c))
        self.inputs = inputs
        for y in range(oh):
            for x in range(ow):
                window = inputs[:, y * sh:y * sh + ph, x * sw:x * sw + pw, :]
                out[:, y, x, :] = window.max(axis=(1, 2))
        return out, out

    def backward(self, layer_err):
        (ph, pw), (sh, sw), (n, oh, ow, c) = self.pshape, self.strides, layer_err.shape
        dx = np.zeros(self.inputs.shape)
        for i in range(n):
            for y in range(oh):
                for x in range(ow):
                    for k in range(c):
                        window = self.inputs[i, y * sh:y * sh + ph, x * sw:x * sw + pw, k]
                        row, column = np.unravel_index(np.argmax(window), window.shape)
                        dx[i, y * sh + row, x * sw + column, k] += layer_err[i, y, x, k]
        return dx
"""
TILES = """
class MaxPooling:
    def forward(self, inputs):
        (ph, pw), (sh, sw), (n, h, w, c) = self.pshape, self.strides, inputs.shape
        self.inputs = inputs
        if self.pshape == self.strides and h % ph == 0 and w % pw == 0:
            out = inputs.reshape(n, h // ph, ph, w // pw, pw, c).max(axis=(2, 4))
        else:
            rows = range(0, h - ph + 1, sh)
            out = np.array([[[inputs[i, y:y + ph, x:x + pw].max(axis=(0, 1)) for x in range(0, w - pw + 1, sw)]
                             for y in rows] for i in range(n)])
        return out, out

    def backward(self, layer_err):
        (ph, pw), (sh, sw) = self.pshape, self.strides
        dx = np.zeros(self.inputs.shape)
        for (i, y, x, k), error in np.ndenumerate(layer_err):
            window = self.inputs[i, y * sh:y * sh + ph, x * sw:x * sw + pw, k]
            place = window.argmax()
            dx[i, y * sh + place // pw, x * sw + place % pw, k] += error
        return dx
"""


def solved(path=None, source=""):
    """path -> bytes of a project in which all problems are solved, with another text at `path`."""
    files = {file: text.encode("utf-8") for file, text in handed_out(GRADED).items()}
    return {**files, path: source.encode("utf-8")} if path else files


def with_code(number, snippet):
    """path -> bytes of a solved project in which problem `number` has the definitions of a text."""
    path = PROBLEMS[number].file
    return solved(path, with_definitions(answered(path), snippet))


def answered(path):
    """The text into which answers are put: open where a class is written, so that nothing of ours is left in it."""
    return handed_out(GRADED if path == PROBLEMS[5].file else ())[path]


def with_definitions(source, snippet):
    """`source` with each definition of a text in place of its own. A class without bases gives its methods one by one;
    what is new stands before the first definition, imports before all else.
    """
    known, lines = definitions(source), snippet.splitlines()
    given = {name.split(".")[0] for name in known}
    methods, wholes, new = [], [], []
    for unit in units(snippet, lines):
        node, text = unit.nodes[0], "\n".join(lines[unit.start:unit.end]) + "\n"
        if isinstance(node, ast.ClassDef) and not node.bases and node.name in given:
            methods += [f"{node.name}.{part.name}" for part in node.body if isinstance(part, ast.FunctionDef)]
        else:
            (wholes if _unit(source, unit.binds) else new).append((unit, text))
    for name in methods:
        source = replaced(source, name, snippet) if name in known else _with_method(source, name, snippet)
    for unit, text in wholes:
        old = _unit(source, unit.binds)
        source = _edited(source, old.start, old.end, text)
    for is_import in (False, True):
        for _, text in reversed([one for one in new if one[0].is_import == is_import]):
            first = next(one for one in units(source, source.splitlines())
                         if isinstance(one.nodes[0], (ast.FunctionDef, ast.ClassDef)) or one.is_import and is_import)
            source = _edited(source, first.start, first.start, text + ("" if is_import else "\n\n"))
    return source


def changed(text, changes):
    """`text` with each (old, new) of `changes`; old is a text or a pattern, and must be there."""
    for old, new in changes:
        pattern = old if isinstance(old, re.Pattern) else re.compile(re.escape(old))
        text, times = pattern.subn(lambda match, new=new: new, text)
        assert times, f"{old!r} is not in the answer"
    return text


def _unit(source, names):
    """The statement of a text that binds one of these names, or None."""
    found = [unit for unit in units(source, source.splitlines()) if unit.binds & names and not unit.is_import]
    return found[0] if found else None


def _with_method(source, name, snippet):
    kind, method = name.split(".")
    node = definitions(snippet)[name]
    text = "\n" + "\n".join(snippet.splitlines()[node.lineno - 1:node.end_lineno]) + "\n"
    end = _unit(source, {kind}).end
    return _edited(source, end, end, text)


def _edited(source, start, end, text):
    lines = source.splitlines(keepends=True)
    return "".join(lines[:start]) + text + "".join(lines[end:])
