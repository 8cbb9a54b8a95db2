"""Right and wrong answers, as students may write them: each a change of one of a few right ones."""
import re

from assignment.grading.project import handed_out
from assignment.problems import GRADED
from tests.assignment_answers import ADAM, LOOPS, POOLING, RELU, TILES, VIEWS, changed, solved, with_code

COMPUTE, DERIV = "return np.maximum(x, 0)", "return np.where(x > 0, 1.0, 0.0)"
HE = "def he(shp):\n    return np.random.normal(size=shp) * np.sqrt(2 / np.prod(shp[:-1]))\n\n\n"
SCALES = r"np\.random\.normal\(size=shp\) \* np\.sqrt\((?:[^()]|\([^()]*\))*\)"  # what the five lambdas draw
RECTIFIER = """class Rectifier(AbstractLayer):
    trainable = False

    def forward(self, inputs):
        return inputs, np.maximum(inputs, 0)

    def get_activation_grad(self, z, upstream_gradient):
        return upstream_gradient * (z > 0)

    def backward(self, layer_err):
        return layer_err

    def get_weight_grad(self, inputs, layer_err):
        return {}

    def update(self, grad, lr):
        pass


"""
CONVOLUTION = """class Own(AbstractLayer):
    weights = ("W",)

    def __init__(self):
        self.W, self.optimizer = np.random.normal(size=(5, 5, 1, 8)) / 5, AdamOptimizer()

    def forward(self, inputs):
        view = np.lib.stride_tricks.sliding_window_view(inputs[..., 0], (5, 5), axis=(1, 2))
        a = {f}(np.einsum("nhwij,ijo->nhwo", view, self.W[:, :, 0]))
        return a, a

    def get_activation_grad(self, z, upstream_gradient):
        return upstream_gradient * {slope}

    def backward(self, layer_err):
        n, h, w, c = layer_err.shape
        padded = np.pad(layer_err, ((0, 0), (4, 4), (4, 4), (0, 0)))
        view = np.lib.stride_tricks.sliding_window_view(padded, (5, 5), axis=(1, 2))
        return np.einsum("nhwoij,ijo->nhw", view, self.W[::-1, ::-1, 0])[..., None]

    def get_weight_grad(self, inputs, layer_err):
        view = np.lib.stride_tricks.sliding_window_view(inputs[..., 0], (5, 5), axis=(1, 2))
        return {{"W": np.einsum("nhwij,nhwo->ijo", view, layer_err)[:, :, None]}}

    def update(self, grad, lr):
        self.W = self.W - self.optimizer.update(grad["W"], lr)


"""
CONV = "Conv((5, 5, 1, 8), activation={}, optimizer=AdamOptimizer(), filter_init=he)"
HIDDEN = "FullyConnected((1152, 30), activation=relu, optimizer=AdamOptimizer(), weight_init=he)"


def relu(*changes):
    return with_code(2, changed(RELU, changes))


def adam(*changes):
    return with_code(3, changed(ADAM, changes))


def pooling(base, *changes):
    return with_code(6, changed(base, changes))


LAST = "FullyConnected(({}, 10), activation=linear, optimizer=AdamOptimizer(), weight_init=he)"


def scales(weights):
    """Problem 4's network, in which each lambda draws its weights so."""
    source = handed_out(GRADED)["mnist_test.py"]
    begin, end = source.index("def assignment("), source.index("def mine(")
    network = re.sub(SCALES, lambda match: weights, source[begin:end])
    return solved("mnist_test.py", source[:begin] + network + source[end:])


def mine(layers, before="", body=None):
    """Problem 5's network: a list of layers as text, or a whole body; definitions that come before it."""
    body = body or f"    return [{layers}]\n"
    return with_code(5, f"from nn.layer import AbstractLayer\n\n\n{before}{HE}def mine():\n{body}")


def with_lines(files, path, lines):
    """The files with more lines at the top of one."""
    return {**files, path: lines.encode() + files[path]}


VECTORIZED = "return np.vectorize(lambda a: max(a, 0), otypes=[float])(x)"
BUFFER = """if getattr(self, 'y', x[:0]).shape != x.shape:
            self.y = np.empty(x.shape)
        return np.maximum(x, 0, out=self.y)"""
ATTACHED = b"""import numpy as np


class ReLU:
    pass


def compute(self, x):
    return np.maximum(x, 0)


ReLU.compute = compute
setattr(ReLU, "deriv", lambda self, x: (x > 0) * 1.0)
"""
STREAMS = """import sys
        sys.stdout.reconfigure(encoding="utf-8")
        sys.stdout.buffer.write(b"")
        """
DETACHED = "import io, sys\nsys.stdout = io.TextIOWrapper(sys.stdout.detach(), encoding='utf-8')\n"
HALF = """class Half:
    def compute(self, x):
        return np.maximum(x, 0)


class ReLU(Half):"""
WITHOUT_COMPUTE = ("    def compute(self, x):\n        return np.maximum(x, 0)\n\n    def deriv", "    def deriv")
M = "self.m = self.beta1 * self.m + (1 - self.beta1) * dx"
V = "self.v = self.beta2 * self.v + (1 - self.beta2) * dx ** 2"
M_HAT, V_HAT = "m_hat = self.m / (1 - self.beta1 ** self.t)", "v_hat = self.v / (1 - self.beta2 ** self.t)"
COUNT = "self.t += 1"
ZEROS = "if self.t == 0:\n            self.m, self.v = np.zeros_like(dx), np.zeros_like(dx)\n        self.t += 1"
PRODUCTS = ("self.p = getattr(self, 'p', 1) * self.beta1\n"
            "        self.q = getattr(self, 'q', 1) * self.beta2")
INIT = """    def __init__(self):
        self.beta1, self.beta2, self.eps = 0.9, 0.999, 1e-8
        self.m = self.v = 0
        self.t = 0

    def update"""
DX = "dx = np.zeros(self.inputs.shape)"
KEPT_DX = """if getattr(self, 'dx', None) is None or self.dx.shape != self.inputs.shape:
            self.dx = np.empty(self.inputs.shape)
        dx = self.dx
        dx[...] = 0"""
MAX = "window.max(axis=(1, 2))"
PIXEL = "dx[i, y * sh + row, x * sw + column, k]"
WINDOW = "dx[i, y * sh:y * sh + ph, x * sw:x * sw + pw, k]"
IN_A_LOOP = """    layers = []
    for c_in, c_out in ((1, 6), (6, 12)):
        layers += [Conv((5, 5, c_in, c_out), activation=relu, optimizer=AdamOptimizer(), filter_init=he), MaxPooling(2)]
    layers.append(FullyConnected((4 * 4 * 12, 10), activation=linear, optimizer=AdamOptimizer(), weight_init=he))
    return layers
"""
AS_TUPLE = f"    return ({CONV.format('relu')}, MaxPooling(2), {LAST.format(1152)})\n"

# (problem, name, its files): all points are due
RIGHT = [
    (2, "a mask times x", relu((COMPUTE, "return x * (x > 0)"))),
    (2, "a copy that is written into", relu((COMPUTE, "y = x.copy()\n        y[y < 0] = 0\n        return y"))),
    (2, "half of x plus |x|", relu((COMPUTE, "return (x + np.abs(x)) / 2"))),
    (2, "np.clip", relu((COMPUTE, "return np.clip(x, 0, None)"))),
    (2, "vectorize with otypes", relu((COMPUTE, VECTORIZED))),
    (2, "number by number", relu((COMPUTE, "return np.array([max(a, 0) for a in x.flat]).reshape(x.shape)"))),
    (2, "truth values for a derivative", relu((DERIV, "return x > 0"))),
    (2, "integers for a derivative", relu((DERIV, "return (x > 0).astype(int)"))),
    (2, "np.heaviside", relu((DERIV, "return np.heaviside(x, 0)"))),
    (2, "the sign's positive part", relu((DERIV, "return np.maximum(np.sign(x), 0)"))),
    (2, "float32", relu((COMPUTE, "return np.maximum(x, 0).astype(np.float32)"))),
    (2, "one buffer for all calls", relu((COMPUTE, BUFFER))),
    (2, "a class it inherits from", relu(("class ReLU:", HALF), WITHOUT_COMPUTE)),
    (2, "hints that are not evaluated", with_lines(relu(("compute(self, x)", "compute(self, x: Tensor)")),
                                                   "nn/activation.py", "from __future__ import annotations\n")),
    (2, "methods attached to the class", {**solved(), "nn/activation.py": ATTACHED}),
    (2, "output that is flushed and encoded", relu((COMPUTE, STREAMS + COMPUTE))),
    (3, "dx * dx", adam(("dx ** 2", "dx * dx"))),
    (3, "np.square, np.power", adam(("dx ** 2", "np.square(dx)"),
                                    ("self.beta1 ** self.t", "np.power(self.beta1, self.t)"))),
    (3, "m in place", adam((COUNT, ZEROS), (M, "self.m *= self.beta1\n        self.m += (1 - self.beta1) * dx"))),
    (3, "m by differences", adam((M, "self.m = self.m + (1 - self.beta1) * (dx - self.m)"))),
    (3, "products of the betas", adam((COUNT, PRODUCTS), ("1 - self.beta1 ** self.t", "1 - self.p"),
                                      ("1 - self.beta2 ** self.t", "1 - self.q"))),
    (3, "the efficient form, epsilon inside", adam(
        (M_HAT, "m_hat = self.m * np.sqrt(1 - self.beta2 ** self.t) / (1 - self.beta1 ** self.t)"), (V_HAT, ""),
        ("np.sqrt(v_hat) + self.eps", "np.sqrt(self.v + self.eps)"))),
    (3, "gradients in float32", adam((M, M.replace("dx", "dx.astype(np.float32)")),
                                     (V, V.replace("dx", "dx.astype(np.float32)")))),
    (3, "constants written as numbers", adam(("self.beta1", "0.9"), ("self.beta2", "0.999"), ("self.eps", "1e-8"))),
    (3, "__init__ written anew", adam(("    def update", INIT))),
    (3, "moments in a dict", adam((COUNT, "self.t += 1\n        s = self.__dict__.setdefault('s', {'m': 0, 'v': 0})"),
                                  ("self.m = self.beta1 * self.m", "self.m = s['m'] = self.beta1 * s['m']"),
                                  ("self.v = self.beta2 * self.v", "self.v = s['v'] = self.beta2 * s['v']"))),
    (4, "2 / n_in everywhere", scales("np.random.normal(size=shp) * np.sqrt(2 / np.prod(shp[:-1]))")),
    (4, "uniform numbers", scales("np.random.uniform(-1, 1, size=shp) * np.sqrt(6 / np.prod(shp[:-1]))")),
    (4, "the first layer with 1", scales(
        "np.random.normal(size=shp) * np.sqrt((1 if shp[2:3] == (1,) else 2) / np.prod(shp[:-1]))")),
    (4, "the scale as an argument", scales("np.random.normal(0, np.sqrt(2 / np.prod(shp[:-1])), shp)")),
    (4, "cut off at two deviations", scales(
        "np.clip(np.random.normal(size=shp), -2, 2) * np.sqrt(2.2 / np.prod(shp[:-1]))")),
    (4, "a generator of one's own", scales(
        "np.random.default_rng(3).normal(size=shp) * np.sqrt(2 / np.prod(shp[:-1]))")),
    (5, "one convolution", mine(f"{CONV.format('relu')}, MaxPooling(2), {LAST.format(1152)}")),
    (5, "a stride, no pooling", mine("Conv((6, 6, 1, 12), strides=2, activation=relu, optimizer=AdamOptimizer(), "
                                     f"filter_init=he), {LAST.format(12 * 12 * 12)}")),
    (5, "a Flatten", mine(f"{CONV.format('relu')}, MaxPooling(2), Flatten((12, 12, 8)), {LAST.format(1152)}")),
    (5, "tanh first, ReLU later", mine(f"{CONV.format('tanh')}, MaxPooling(2), {HIDDEN}, {LAST.format(30)}",
                                       "from nn.activation import tanh\n\n\n")),
    (5, "ReLU as a layer", mine(f"{CONV.format('linear')}, Rectifier(), MaxPooling(2), {LAST.format(1152)}",
                                RECTIFIER)),
    *((5, f"a convolution of one's own with {name} in it", mine(
        f"Own(), MaxPooling(2), {HIDDEN}, {LAST.format(30)}", CONVOLUTION.format(f=f, slope=slope)))
      for name, f, slope in (("tanh", "np.tanh", "(1 - z ** 2)"), ("ReLU", "relu.compute", "(z > 0)"),
                             ("leaky ReLU", "(lambda z: np.maximum(z, z / 9))", "np.where(z > 0, 1, 1 / 9)"))),
    (5, "an output of another encoding", with_lines(mine(f"{CONV.format('relu')}, MaxPooling(2), {LAST.format(1152)}"),
                                                    "mnist_test.py", DETACHED)),
    (5, "built in a loop", mine(None, body=IN_A_LOOP)), (5, "a tuple of layers", mine(None, body=AS_TUPLE)),
    (6, "views of windows", pooling(VIEWS)), (6, "loops", pooling(LOOPS)), (6, "tiles where they fit", pooling(TILES)),
    (6, "a list of places", pooling(POOLING)),
    (6, "a list for a pair", pooling(LOOPS, ("return out, out", "return [out, out]"))),
    (6, "two arrays", pooling(LOOPS, ("return out, out", "return out, out.copy()"))),
    (6, "float32", pooling(LOOPS, ("np.zeros((n, oh, ow, c))", "np.zeros((n, oh, ow, c), np.float32)"))),
    (6, "one dx for all calls, cleared", pooling(LOOPS, (DX, KEPT_DX))),
    (6, "np.max with a start", pooling(LOOPS, (MAX, "np.max(window, (1, 2), initial=-np.inf)"))),
    (6, "a method of one's own", pooling(LOOPS, (MAX, "self.best(window)"), (
        "    def back", "    def best(self, window):\n        return window.max(axis=(1, 2))\n\n    def back"))),
]

# (problem, name, its files, words of a true cause, "" where none is known): points are lost in this problem only
WRONG = [
    (2, "np.max(x, 0)", relu((COMPUTE, "return np.max(x, 0)")), "np.max(x, 0) takes 0 for the axis"),
    (2, "np.max of all", relu((COMPUTE, "return np.max(x)")), "one number, the largest of all"),
    (2, "vectorize without otypes", relu((COMPUTE, "return np.vectorize(lambda a: a if a > 0 else 0)(x)")), "otypes"),
    (2, "an array of integers", relu((COMPUTE, "return np.maximum(x, 0).astype(int)")), "holds integers"),
    (2, "rounded down", relu((COMPUTE, "return np.floor(np.maximum(x, 0))")), ""),
    (2, "min for max", relu((COMPUTE, "return np.minimum(x, 0)")), "min(0, x)"),
    (2, "|x|", relu((COMPUTE, "return np.abs(x)")), "|x| instead"),
    (2, "x as it is", relu((COMPUTE, "return x")), "returned unchanged"),
    (2, "the step function", relu((COMPUTE, "return np.where(x > 0, 1.0, 0.0)")), "1 or 0 is returned"),
    (2, "sigmoid", relu((COMPUTE, "return 1 / (1 + np.exp(-x))")), "the sigmoid"),
    (2, "softplus", relu((COMPUTE, "return np.log(1 + np.exp(x))")), ""),
    (2, "ReLU6", relu((COMPUTE, "return np.clip(x, 0, 6)")), ""),
    (2, "if of an array", relu((COMPUTE, "return x if x > 0 else 0")), "one truth value"),
    (2, "flattened", relu((COMPUTE, "return np.maximum(x, 0).ravel()")), ""),
    (2, "the derivative is 1", relu((DERIV, "return np.ones_like(x)")), "1 everywhere"),
    (2, "the derivative is the sign", relu((DERIV, "return np.sign(x)")), "-1, as of |x|"),
    (2, "the wrong way round", relu((DERIV, "return np.where(x > 0, 0.0, 1.0)")), "wrong way round"),
    (2, "a half at 0", relu((DERIV, "return np.heaviside(x, 0.5)")), "at 0 is 1/2"),
    (2, "a kept result of the same shape", relu((COMPUTE, "if getattr(self, 'y', x[:0]).shape != x.shape:\n"
                                                "            self.y = np.maximum(x, 0)\n        return self.y")), ""),
    (2, "a kept mask", relu((COMPUTE, "self.mask = x > 0\n        return x * self.mask"),
                            (DERIV, "return self.mask * 1.0")), "what compute has kept"),
    (2, "at most 1000", relu((COMPUTE, "return np.clip(x, 0, 1000)")), ""),
    (3, "large gradients cut off", adam((COUNT, "self.t += 1\n        dx = np.clip(dx, -100, 100)")), ""),
    (3, "no root", adam(("np.sqrt(v_hat)", "v_hat")), "the root of v is missing"),
    (3, "m not corrected", adam((M_HAT, "m_hat = self.m")), "m is not corrected"),
    (3, "v not corrected", adam((V_HAT, "v_hat = self.v")), "v is not corrected"),
    (3, "1 - beta for 1 - beta^t", adam(("self.beta1 ** self.t", "self.beta1"), ("self.beta2 ** self.t", "self.beta2")),
     "1 - beta stands where"),
    (3, "corrections swapped", adam((M_HAT, M_HAT.replace("beta1", "beta2")), (V_HAT, V_HAT.replace("beta2", "beta1"))),
     "corrections are swapped"),
    (3, "m without its factor", adam((M, "self.m = self.beta1 * self.m + dx")), "m gets dx without"),
    (3, "v without its factor", adam((V, "self.v = self.beta2 * self.v + dx ** 2")), "v gets dx^2 without"),
    (3, "the square of both", adam(("(1 - self.beta2) * dx ** 2", "((1 - self.beta2) * dx) ** 2")),
     "square is taken of"),
    (3, "the sign", adam(("return lr *", "return -lr *")), "the sign is wrong"),
    (3, "multiplied", adam(("self.m / (", "self.m * ("), ("self.v / (", "self.v * (")), "and should be divided"),
    (3, "starts anew", adam((COUNT, "self.t += 1\n        self.m = self.v = 0")), "start from 0 in every update"),
    (3, "only t on the class", adam((COUNT, "type(self).n = getattr(type(self), 'n', 0) + 1\n        self.t = self.n")),
     "share their moments"),
    (3, "nan for another reason", adam(("return lr *", "return np.log(-1.0) * lr *")), "as where t stays 0"),
    (3, "SGD", adam(("return lr * m_hat / (np.sqrt(v_hat) + self.eps)", "return lr * dx")), ""),
    (3, "momentum", adam(("return lr * m_hat / (np.sqrt(v_hat) + self.eps)", "return lr * self.m")), ""),
    (3, "two slips", adam(("return lr *", "return lr * lr *"), (COUNT, "self.t += 2")), ""),
    (3, "twice as far", adam(("return lr *", "return 2 * lr *")), ""),
    (4, "n_out", scales("np.random.normal(size=shp) * np.sqrt(2 / shp[-1])"), "n_out is taken for n_in"),
    (4, "kh kw only", scales("np.random.normal(size=shp) * np.sqrt(2 / (np.prod(shp[:-2]) if shp[2:] else shp[0]))"),
     "C_in is missing"),
    (4, "C_in only", scales("np.random.normal(size=shp) * np.sqrt(2 / shp[-2])"), "kh * kw is missing"),
    (4, "2 / sqrt(n)", scales("np.random.normal(size=shp) * 2 / np.sqrt(np.prod(shp[:-1]))"), "of n_in alone"),
    (4, "half of it", scales("np.random.normal(size=shp) * np.sqrt(0.5 / np.prod(shp[:-1]))"), ""),
    (4, "all ones", scales("np.ones(shp)"), ""),
    (4, "n above the line", scales("np.random.normal(size=shp) * np.sqrt(np.prod(shp[:-1]))"), "stands above the line"),
    (4, "0.1", scales("np.random.normal(size=shp) * 0.1"), "the same scale for every layer"),
    (4, "rows alike", scales("np.ones(shp) * np.random.normal(size=shp[1:]) * np.sqrt(2 / np.prod(shp[:-1]))"), ""),
    (4, "ten times too large", scales("np.random.normal(size=shp) * 10 * np.sqrt(2 / np.prod(shp[:-1]))"), ""),
    (5, "no return", mine(None, body=f"    [{CONV.format('relu')}, MaxPooling(2), {LAST.format(1152)}]\n"),
     "its last line must be"),
    (5, "a list in the list", mine(f"[{CONV.format('relu')}, MaxPooling(2)], {LAST.format(1152)}"),
     "layer 0 is a list"),
    (5, "11 outputs", mine(f"{CONV.format('relu')}, MaxPooling(2), {LAST.format(1152).replace('10)', '11)')}"), ""),
    (5, "tanh at the end", mine(f"{CONV.format('relu')}, MaxPooling(2), "
                                f"{LAST.format(1152).replace('linear', 'sigmoid')}"), "is not linear"),
    (5, "the class of a layer", mine(f"{CONV.format('relu')}, MaxPooling, {LAST.format(1152)}"), ""),
    (5, "no ReLU", mine(f"{CONV.format('sigmoid')}, MaxPooling(2), {LAST.format(1152)}"), ""),
    (5, "nothing but zeros", mine(f"{CONV.format('relu')}, MaxPooling(2), {LAST.format(1152)}".replace(
        "=he", "=np.zeros")), ""),
    (5, "one layer twice", mine(None, body=f"    p = MaxPooling(2)\n    return [{CONV.format('relu')}, p, p, "
                                           f"{LAST.format(288)}]\n"), ""),
    (6, "average pooling's backward", pooling(LOOPS, (PIXEL, WINDOW), ("[i, y, x, k]\n", "[i, y, x, k] / (ph * pw)\n")),
     "as in average pooling"),
    (6, "every pixel", pooling(LOOPS, (PIXEL, WINDOW)), "every pixel of the window"),
    (6, "the axes of the reshape", pooling(TILES, (
        "inputs.reshape(n, h // ph, ph, w // pw, pw, c).max(axis=(2, 4))",
        "inputs.reshape(n, h // ph, w // pw, ph, pw, c).max(axis=(3, 4))")), "axes of the reshape"),
    (6, "argmin", pooling(LOOPS, ("np.argmax(window)", "np.argmin(window)")), "the smallest pixel"),
    (6, "min", pooling(LOOPS, (MAX, "window.min(axis=(1, 2))")), "smallest number instead"),
    (6, "absolute values", pooling(LOOPS, (MAX, "abs(window).max(axis=(1, 2))")), "largest absolute value"),
    (6, "1 for the error", pooling(LOOPS, ("k] += layer_err[i, y, x, k]", "k] += 1")), "gets 1, not the error"),
    (6, "the stride is the window", pooling(LOOPS, ("self.strides, inputs.shape", "self.pshape, inputs.shape")),
     "own size is used as the stride"),
    (6, "one window fewer", pooling(LOOPS, ("sh + 1, (w - pw) // sw + 1", "sh, (w - pw) // sw")), "1 is missing"),
    (6, "starts at 0", pooling(LOOPS, (MAX, "np.max(window, (1, 2), initial=0)")), "zeros take part"),
    (6, "starts at -1000", pooling(LOOPS, (MAX, "np.max(window, (1, 2), initial=-1000)")), "starts at -1000"),
    (6, "the channels' maximum", pooling(LOOPS, (MAX, "window.max(axis=(1, 2, 3))[:, None]")), ""),
    (6, "height for width in the place", pooling(VIEWS, ("self.first // pw", "self.first // ph"),
                                                 ("self.first % pw", "self.first % ph")), "by the window's height"),
    (6, "integers", pooling(LOOPS, ("np.zeros((n, oh, ow, c))", "np.zeros((n, oh, ow, c), int)")), "holds integers"),
    (6, "rounded", pooling(LOOPS, ("np.argmax(window)", "np.argmax(np.round(window / 5))")), ""),
    (6, "the first batch is kept", pooling(LOOPS, (
        "self.inputs = inputs", "self.inputs = getattr(self, 'inputs', inputs)")), ""),
    (6, "errors as integers", pooling(LOOPS, (DX, DX.replace("shape)", "shape, int)"))), ""),
    (6, "the height's stride where windows overlap", pooling(TILES, ("w - pw + 1, sw)", "w - pw + 1, sh)")), ""),
    (6, "the last of ties where windows overlap", pooling(TILES, ("place = window.argmax()", (
        "place = window.argmax() if ph == sh else window.size - 1 - window.ravel()[::-1].argmax()"))), ""),
    (6, "a place in one byte", pooling(LOOPS, (PIXEL, "dx[i].reshape(-1, dx.shape[3])[np.uint8("
                                                      "(y * sh + row) * dx.shape[2] + x * sw + column), k]")), ""),
    (6, "dx on the class", pooling(LOOPS, ("self.inputs = inputs", "type(self).inputs = inputs")), "two objects share"),
]
