"""Problem 5 is judged by the network that the script builds: what its layers do, whether they fit, and what it learns.

The layers run in the process; what they must be is told here, by probes of what they do, and so is the accuracy.
"""
from dataclasses import dataclass, field

import numpy as np

from . import probes, training
from .compare import show
from .points import of_criterion
from .process import Ended
from .words import Words, say

CONVOLUTION, RELU, FITS, LOGITS, LEARNS, MOVED = range(6)
POINTS = 20
MOST = 2 ** 22  # numbers in a reply
# the shapes after each layer that changes them, but for a first Flatten, of the two networks that were handed out
GIVEN = {Words("the three-layer MLP", "3층 MLP"): [(100,), (50,), (10,)],
         Words("`assignment`"): [(24, 24, 16), (10, 10, 32), (3, 3, 64), (180,), (10,)]}
NOT_THROUGH = Words("images do not get through all layers", "이미지가 모든 레이어를 지나가지 못합니다")
NOT_TEN = Words("the output is not of the shape (N, 10)", "출력의 모양이 (N, 10)이 아닙니다")
NO_CONVOLUTION = Words("no layer is a convolution, by what they do with images that are moved",
                       "이미지를 옮겨 가며 레이어가 하는 일을 보았더니 합성곱 레이어가 없습니다")
REFUSES = Words("a layer refuses inputs that it took before", "전에 받던 입력을 받지 않는 레이어가 있습니다")
NOT_TO_THE_END = Words("it was not trained to the end", "학습이 끝까지 가지 못했습니다")


class NoNetwork(Exception):
    """There is nothing to judge, for a reason that costs all points, a `line` of Words."""

    def __init__(self, line):
        super().__init__(line)
        self.line = line


@dataclass
class Looked:
    """What was seen of a network. lines: criterion -> why it is not reached. untried: criterion -> why it was not
    tried, which costs half. words: the network in words, to compare it with others.
    """

    lines: dict = field(default_factory=dict)
    untried: dict = field(default_factory=dict)
    words: str = ""


def look(process, place, taken, data, rng):
    """Looked at the network that was taken in `process`. data: what it is trained with, or None to leave that out.

    taken: of which kind its layers are. place(error): the line for an error that the runner tells.
    """
    looked = Looked()
    build, _ = process.ask("build")
    if "error" in build:
        looked.lines.update({CONVOLUTION: NO_CONVOLUTION, RELU: _no_relu(taken)})
        return _unfit(looked, place(build["error"]), taken)
    traced, last = process.ask("trace", rng.random((2, 28, 28, 1)).astype(np.float32), most=MOST)
    parts = [_Part(process, k, one) for k, one in enumerate(traced["parts"])]
    looked.words = "; ".join(str(part.told["described"]) for part in parts if "." not in part.told["place"])
    shapes = [tuple(shape) for shape in traced["shapes"]]
    _check_given([tuple(shape) for shape in traced["flow"]])
    filters = [part for part in parts if part.told["gave"] and part.is_convolution(rng)]
    looked.lines.update({} if filters else {CONVOLUTION: NO_CONVOLUTION})
    if not any(part.told["gave"] and part.is_relu(rng) for part in parts):
        looked.lines[RELU] = _no_relu(traced["parts"])
    if traced["failed"]:
        return _unfit(looked, place(traced["failed"]), [part.told for part in parts if not part.told["gave"]])
    line = _bent(parts[len(shapes) - 1], last[0], rng)
    looked.lines.update({LOGITS: line} if line else {})
    if shapes[-1:] != [(2, 10)]:
        return _unfit(looked, say("two images: expected an output of shape {expected}, got {got}",
                                  "이미지 두 장: 출력의 모양은 {expected}이어야 하는데 {got}입니다", expected=(2, 10),
                                  got=shapes[-1] if shapes else Words("none", "없음"), kind="shape"), why=NOT_TEN)
    if data is not None:
        _learn(process, place, data, filters, looked)
    return looked


def losses(looked, criteria):
    """[(points lost, line)]."""
    found = [(criteria[k].points, of_criterion(k, criteria[k], line)) for k, line in sorted(looked.lines.items())]
    return found + [(criteria[k].points // 2, of_criterion(k, criteria[k], line, tried=False))
                    for k, line in sorted(looked.untried.items())]


class _Part:
    """A layer, or a layer in a layer, in the process."""

    def __init__(self, process, number, told):
        self.process, self.number, self.told = process, number, told
        self.inputs = None

    def probe(self, x):
        """(z, activation)."""
        return self._asked("probe", x, 2)

    def is_convolution(self, rng):
        """Whether it is one; then `filters_differ` tells later whether it has changed."""
        shape = self.told["given"]
        filters = self.told["handed_out"] and self.told["type"] == "Conv"  # whose first weights may hide it
        if not filters and not probes.is_convolution(self.probe, tuple(shape), rng):
            return False
        self.inputs = rng.normal(size=(2, *shape)).astype(np.float32)
        self.before = self._difference()
        return True

    def filters_differ(self, least):
        """Whether what two inputs make different is not what it was."""
        return bool(np.linalg.norm(self._difference() - self.before) > least * np.linalg.norm(self.before))

    def is_relu(self, rng):
        """By its outputs; where first weights hide it, by the activation function of a layer that was handed out."""
        return probes.is_relu(self.probe, tuple(self.told["given"]), rng) or self._activates(
            lambda f: probes.is_relu(lambda x: (x, f(x)), (20, 20), rng))

    def is_linear(self, rng):
        """The same for an activation function that changes nothing but the scale."""
        try:
            by_outputs = probes.is_affine(lambda x: self.probe(x)[1], tuple(self.told["given"]), rng)
        except probes.Refused:
            by_outputs = False
        return by_outputs or self._activates(lambda f: probes.is_affine(f, (20, 20), rng))

    def _activates(self, does):
        """Whether the activation function f of a layer that was handed out does(f)."""
        try:
            return bool(self.told["handed_out"]) and does(lambda x: self._asked("activation", x, 1)[0])
        except probes.Refused:
            return False

    def _difference(self):
        return probes.difference(self.probe, *self.inputs)

    def _asked(self, kind, x, count):
        reply, arrays = self.process.ask(kind, np.asarray(x, np.float32), part=self.number, most=MOST)
        if "error" in reply or len(arrays) != count:
            raise probes.Refused
        return [np.asarray(array, np.float64) for array in arrays]


def _check_given(shapes):
    """Raises NoNetwork if these are the shapes of a network that was handed out, whatever stands between them."""
    seen = [(784,)]
    for shape in shapes:
        if shape[1:] != seen[-1]:
            seen.append(shape[1:])
    for name, given in GIVEN.items():
        if seen[1:] == given:
            raise NoNetwork(say("this is {name} as it was handed out, not a network of one's own",
                                "나눠 준 네트워크({name}) 그대로이며 직접 만든 네트워크가 아닙니다", name=name))


def _no_relu(parts):
    names = sorted({str(part["activation"])[:40] for part in parts})
    return say("no layer has ReLU, by what they give; the activation functions are {names}",
               "돌려주는 값을 보면 ReLU를 쓰는 레이어가 없습니다. 활성화 함수: {names}", names=", ".join(names))


def _unfit(looked, line, unreached=None, why=NOT_THROUGH):
    """Layers that do not fit cost the points of fitting, and half of what could not be tried for that reason:
    convolution and ReLU, if the hand-out's are among the `unreached` layers (None: all were reached). Raises NoNetwork
    if there is neither.
    """
    looked.lines[FITS] = line
    untried = {LEARNS, MOVED, *([] if unreached is None else [LOGITS])}
    for criterion, told, name in ((CONVOLUTION, "type", "Conv"), (RELU, "activation", "ReLU")):
        named = any(part["handed_out"] and part[told] == name for part in unreached or ())
        if named and looked.lines.pop(criterion, None):
            untried.add(criterion)
    if unreached is not None and {CONVOLUTION, RELU} <= looked.lines.keys():
        raise NoNetwork(say("{line}, and there is neither a convolution nor ReLU",
                            "{line}. 합성곱도 ReLU도 없습니다", line=line))
    looked.untried.update(dict.fromkeys(untried, why))
    return looked


def _bent(part, output, rng):
    """None, or the line that says what is wrong with the last layer's activation, by its outputs."""
    linear = part.is_linear(rng)
    adds_up = output.ndim == 2 and np.allclose(output.sum(axis=1), 1, atol=1e-4) and output.min() >= 0
    if linear and not adds_up:
        return None
    name = str(part.told["activation"])[:40]
    cause = Words(
        "softmax is the last activation, an image's outputs add up to 1; cross_entropy takes the softmax itself",
        "마지막 활성화 함수가 소프트맥스라서 이미지마다 출력의 합이 1입니다. 소프트맥스는 cross_entropy가 계산합니다"
    ) if adds_up else say("{name} is the last activation, and it is not linear",
                          "마지막 활성화 함수가 {name}이며 linear가 아닙니다", name=name)
    return say("expected linear in the last layer, got {name} with outputs like {outputs}; cause: {cause}",
               "마지막 레이어는 linear여야 하는데 {name}이고 출력은 {outputs} 같은 값입니다; 원인: {cause}",
               name=name, outputs=show(np.round(output.ravel()[:3], 4)), cause=cause)


def _learn(process, place, data, filters, looked):
    """Train the network, and see whether it has learned and its filters have moved."""
    try:
        train_losses, outputs, error = training.trained(process, data)
        still = [part for part in filters if not part.filters_differ(data.moves)] if not error else []
        process.finish()
    except (Ended, probes.Refused) as ended:
        looked.lines[LEARNS] = training.stopped(ended.line) if isinstance(ended, Ended) else REFUSES
        looked.untried[MOVED] = NOT_TO_THE_END
        return
    line = place(error) if error else data.failed(train_losses, outputs)
    looked.lines.update({LEARNS: line} if line else {})
    if error or not filters:
        looked.untried[MOVED] = NOT_TO_THE_END if error else Words("there is no convolution", "합성곱이 없습니다")
    elif still:
        looked.lines[MOVED] = say("the filters of {still} of {count} convolutions stayed as they were",
                                  "합성곱 {count}개 중 {still}개의 필터가 그대로입니다",
                                  still=len(still), count=len(filters))
