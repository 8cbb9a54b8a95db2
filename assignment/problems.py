"""A problem of the assignment is functions of the solution that a student has to write, and what they are worth."""
from dataclasses import dataclass

from assignment.judging.criteria import FILES, TITLES


@dataclass(frozen=True)
class Problem:
    """file: where its answer stands. cut: the functions whose bodies the student writes; dropped: those that go with
    them. keys: operations that would give the answer away, so that none may be left in `file`; a name, "**", or
    "compare with 0".
    """

    title: str
    points: int
    file: str
    cut: tuple = ()
    dropped: tuple = ()
    keys: tuple = ()


PROBLEMS = {
    1: Problem(TITLES[1], 20, FILES[1]),
    2: Problem(TITLES[2], 10, FILES[2],
               cut=("ReLU.compute", "ReLU.deriv", "LeakyReLU.compute", "LeakyReLU.deriv"),
               dropped=("ReLU.in_parts", "LeakyReLU.in_parts"),  # a student's may keep something from call to call
               keys=("maximum", "fmax", "max", "where", "clip", "heaviside", "greater", "abs", "compare with 0")),
    3: Problem(TITLES[3], 10, FILES[3], cut=("AdamOptimizer.update",),
               keys=("sqrt", "square", "power", "**", "move_average", "ratio_to_root", "beta1", "beta2", "eps")),
    4: Problem(TITLES[4], 10, FILES[4], cut=("assignment",),
               keys=("he", "xavier", "lecun", "fans", "initializer")),
    5: Problem(TITLES[5], 20, FILES[5], cut=("mine",)),
    6: Problem(TITLES[6], 30, FILES[6], cut=("MaxPooling.forward", "MaxPooling.backward"),
               dropped=("MaxPooling.in_parts", "MaxPooling.predict", "MaxPooling._window"),
               keys=("max", "amax", "maximum", "argmax", "reduce", "unravel_index", "max_pooling",
                     "max_pooling_with_hits", "max_pooling_input_gradient")),
}
BY_HAND = 1  # the teacher reads this one, with rubric.md
GRADED = tuple(number for number in PROBLEMS if number != BY_HAND)
TOTAL = sum(PROBLEMS[number].points for number in GRADED)

# What the course's scripts import. What these names reach travels into the hand-out, and nothing else of nn/.
COURSE = {
    "nn.activation": ("AbstractActivation", "relu", "leaky_relu", "sigmoid", "tanh", "linear", "mse", "cross_entropy"),
    "nn.conv": ("Conv",),
    "nn.flatten": ("Flatten",),
    "nn.fullyconnected": ("FullyConnected",),
    "nn.gradient_check": ("check_gradients",),
    "nn.layer": ("AbstractLayer",),
    "nn.loss": ("mse", "cross_entropy", "one_hot"),
    "nn.maxpooling": ("MaxPooling",),
    "nn.network": ("Network",),
    "nn.optimizer": ("SGDOptimizer", "MomentumSGDOptimizer", "AdamOptimizer"),
    "inspection.summary": ("Summary",),
}
CALLED = ("train_step", "forward", "lr", "_softmax", "compute", "deriv", "update")  # of their objects by these scripts
