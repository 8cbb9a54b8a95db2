"""Mistakes that students made in this assignment, each a change of a right answer, and words that must name it."""
import re

from assignment.grading.project import handed_out
from assignment.problems import GRADED, PROBLEMS
from tests.assignment_answers import ADAM, POOLING, RELU, changed, solved, with_code

ANSWERS = {2: RELU, 3: ADAM, 6: POOLING}
SOFTMAX = """class Softmax:
    def compute(self, x):
        e = np.exp(x - x.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)

    def deriv(self, x):
        return self.compute(x) * (1 - self.compute(x))


def mine("""
STILL = """class Still:
    def update(self, dx, lr):
        return 0 * dx


def mine("""
SCALE = re.compile(r"np\.sqrt\(.*\)\)")
INDEX, MAXIMUM = "zip(*np.unravel_index([window.argmax()], window.shape))", "out[i, y, x, k] = window.max()"
CLASS_STATE = [("self.t += 1", "one = type(self)\n        one.n = getattr(one, 'n', 0) + 1\n        self.t = one.n"),
               ("* self.m +", "* getattr(one, 'first', 0.0) +"), ("* self.v +", "* getattr(one, 'second', 0.0) +"),
               ("        m_hat", "        one.first, one.second = self.m, self.v\n        m_hat")]
AS_GIVEN = {"5 * 5 * 1": "1 * 28 * 28", "6 * 6 * 16": "16 * 24 * 24", "6 * 6 * 32": "32 * 10 * 10"}

# (problem, the mistake, [(right text, wrong text)], words in the lines that say why points are lost)
MISTAKES = [
    (2, "compute writes into its input", [("return np.maximum(x, 0)", "x[x < 0] = 0\n        return x")],
     "writes into its input"),
    (2, "deriv writes into its input", [("return np.where(x > 0, 1.0, 0.0)",
                                         "x[x < 0] = 0\n        x[x > 0] = 1\n        return x")],
     "writes into its input"),
    (2, "derivative 1 at 0", [("x > 0", "x >= 0")], "the derivative at 0 is 1"),
    (2, "deriv gives x", [("np.where(x > 0, 1.0, 0.0)", "np.where(x > 0, x, 0.0)")],
     "returns x where it should return 1"),
    (2, "Python's max", [("np.maximum(x, 0)", "max(x, 0)")], "Python's max"),
    (2, "max(0.01, x)", [("np.maximum(x, 0)", "np.maximum(0.01, x)")], "max(0.01, x) instead of max(0, x)"),
    (2, "leaky derivative", [("1.0, 0.0", "1.0, 0.01")], "this is leaky ReLU"),
    (2, "nothing returned", [("return np.maximum(x, 0)", "np.maximum(x, 0)")], "nothing is returned"),
    (2, "the public examples by heart", [("return np.maximum(x, 0)",
                                          "return np.array([[0.0, 0.0, 3.0], [0.5, 0.0, 0.0]])")], "got"),
    (3, "m gets lr * dx", [("(1 - self.beta1) * dx", "lr * dx")], "m gets lr * dx"),
    (3, "no bias correction", [(" / (1 - self.beta1 ** self.t)", ""), (" / (1 - self.beta2 ** self.t)", "")],
     "no bias correction"),
    (3, "t never counted", [("self.t += 1", "pass")], "t stays 0"),
    (3, "t always 1", [("self.t += 1", "self.t = 1")], "t is always 1"),
    (3, "t counted twice", [("self.t += 1", "self.t += 2")], "t is counted twice"),
    (3, "epsilon missing", [(" + self.eps", "")], "epsilon is missing"),
    (3, "v without the square", [("dx ** 2", "dx")], "without the square"),
    (3, "state on the class", CLASS_STATE, "share their moments"),
    (3, "lr applied twice", [("return lr *", "return lr * lr *")], "lr is applied twice"),
    (3, "lr left out", [("return lr *", "return")], "lr is not applied"),
    (3, "the gradient is overwritten", [("self.t += 1", "self.t += 1\n        saved = dx.copy()"),
                                        ("        m_hat", "        dx *= 0\n        m_hat")], "writes into its input"),
    (4, "n_in from the picture", list(AS_GIVEN.items()), "picture's height and width"),
    (4, "the variance as the standard deviation", [("np.sqrt(", "(")], "the root is missing"),
    (4, "one scale for all layers", [(SCALE, "0.01)")], "the same scale for every layer"),
    (4, "zeros", [(SCALE, "0)")], "all weights are the same number"),
    (4, "1 / n_in with ReLU", [("2.0", "1.0")], "the half that ReLU cuts off"),
    (5, "the next layer's input", [("(4 * 4 * 32, 64)", "(5 * 5 * 32, 64)")], "expects 800 numbers"),
    (5, "no convolution", [(re.compile(r"(?s)Conv\(.*MaxPooling\(2\)"), "Flatten((28, 28, 1))"),
                           ("4 * 4 * 32", "28 * 28")], "no layer is a convolution"),
    (5, "no ReLU", [("activation=relu", "activation=sigmoid")], "no layer has ReLU"),
    (5, "softmax before cross-entropy", [("activation=linear", "activation=Softmax()"), ("def mine(", SOFTMAX)],
     "softmax is the last activation"),
    (5, "sigmoid at the end", [("activation=linear", "activation=sigmoid")], "Sigmoid is the last activation"),
    (5, "it does not learn", [("Network(mine(), lr=0.001", "Network(mine(), lr=0.0")], "expected over 80 %"),
    (5, "filters that stay", [("def mine(", STILL), (re.compile(r"AdamOptimizer\(\),(?=\s+filter_init)"), "Still(),")],
     "the filters of 2 of 2 convolutions stayed"),
    (6, "positions within the window", [("y * sh + row, x * sw + column", "row, column")],
     "positions within the window"),
    (6, "a list as an index", [("dx[i, row, column, k] +=", "dx[[i, row, column, k]] =")], "tuple(position)"),
    (6, "the cache is never cleared", [("self.shape, self.cached = inputs.shape, []",
                                        "self.shape, self.cached = inputs.shape, getattr(self, 'cached', [])")],
     "the cache is not cleared"),
    (6, "height and width swapped", [("window = inputs[i, y * sh:y * sh + ph, x * sw:x * sw + pw, k]",
                                      "window = inputs[i, x * sw:x * sw + pw, y * sh:y * sh + ph, k]")],
     "height and width are swapped"),
    (6, "square only", [("(w - pw) // sw + 1", "(h - ph) // sh + 1")], "square images only"),
    (6, "input size // stride", [("(h - ph) // sh + 1, (w - pw) // sw + 1", "h // sh, w // sw")],
     "the size is input // stride"),
    (6, "every tie", [(INDEX, "np.argwhere(window == window.max())")], "every tied maximum"),
    (6, "the last tie", [(INDEX, "np.argwhere(window == window.max())[-1:]")], "the last of the tied maxima"),
    (6, "assigned, not added", [("k] += layer_err", "k] = layer_err")], "assigned instead of added"),
    (6, "prints", [("return out, out", "print(out.shape)\n        return out, out")], "print inside forward"),
    (6, "only the shape is right", [("k] += layer_err[at]", "k] = 0")], "nothing but zeros"),
    (6, "zeros in the maximum", [(MAXIMUM, "out[i, y, x, k] = max(0, window.max())")], "zeros take part"),
    (6, "the mean", [(MAXIMUM, "out[i, y, x, k] = window.mean()")], "mean instead of its largest"),
    (6, "one array instead of two", [("return out, out", "return out")], "one array instead of two"),
    (6, "the error is overwritten", [("return dx", "layer_err *= 0\n        return dx")], "writes into its input"),
]


def with_answer(number, changes=()):
    """path -> bytes of a solved project in which problem `number` has the answer above, with `changes` in it."""
    if number in ANSWERS:
        return with_code(number, changed(ANSWERS[number], changes))
    source = handed_out(GRADED)[PROBLEMS[number].file]
    begin, end = source.index("def assignment("), source.index("def mine(")
    begin, end = (begin, end) if number == 4 else (end, len(source))
    return solved(PROBLEMS[number].file, source[:begin] + changed(source[begin:end], changes) + source[end:])
