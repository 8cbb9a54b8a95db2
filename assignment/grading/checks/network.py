"""Problem 5 is a network of one's own: its required parts, that its layers fit, and that it learns."""
import numpy as np

from assignment.grading.checks.case import Criterion
from assignment.grading.checks.scales import GIVEN_MLP, MLP
from assignment.grading.learning import BATCH, BATCHES, validation_labels

CRITERIA = (
    Criterion(3, "a convolution in it", "convolution이 들어 있다"),
    Criterion(3, "ReLU in it", "ReLU가 들어 있다"),
    Criterion(4, "each layer's output fits the next one's input, from images (N, 28, 28, 1) to (N, 10)",
              "각 layer의 출력이 다음 layer의 입력과 맞는다: 이미지 (N, 28, 28, 1)에서 (N, 10)까지"),
    Criterion(2, "a linear last layer, because cross-entropy takes logits",
              "마지막 layer는 linear이다 (cross-entropy가 logit을 받는다)"),
    Criterion(5, f"{BATCHES} batches of {BATCH} bring it over 80 % on validation images",
              f"{BATCH}개씩 {BATCHES}번 학습하면 validation 이미지에서 80 %를 넘는다"),
    Criterion(3, "in this training the filters of its convolutions have moved",
              "이 학습에서 convolution의 필터가 바뀌었다"),
)
CONVOLUTION, RELU, FITS, LOGITS, LEARNS, MOVED = range(6)
ARGUMENT = "mine"  # python mnist_test.py mine
MOVES = 1e-3  # of their own size, at least


def judge(results):
    """List of (points lost, line), given the network, its run on two images, and what training made of it."""
    network, run, learned = [*results, {}, {}][:3]
    layers = network["layers"]
    if [layer["shape"] for layer in layers if layer["shape"]] == MLP:
        return [(20, GIVEN_MLP)]
    lines = {
        CONVOLUTION: None if any(_filters(layer) for layer in layers) else "no layer is a convolution",
        RELU: None if any(layer["behaves"] == [0, 0, 1] for layer in layers) else "no layer has ReLU: the activation "
        f"functions are {', '.join(sorted({str(layer['activation']) for layer in layers}))}",
        FITS: run.get("error", network["ended"]) or _output(run["shapes"]),
        LOGITS: _logits(layers, run),
        LEARNS: learned.get("error", network["ended"]) or _accuracy(learned),
        MOVED: _moved(layers, network, learned),
    }
    return [(CRITERIA[k].points, line) for k, line in lines.items() if line]


def description(results):
    """The network in words that renaming variables does not change: layers, settings, optimizers, learning rate."""
    layers = [f"{layer['name']} {layer['shape']} {layer['settings']} {layer['activation']} {layer['optimizer']}"
              for layer in results[0]["layers"]]
    return "; ".join([*layers, f"lr {results[0]['lr']}"])


def _filters(layer):
    return len(layer["shape"] or ()) == 4


def _output(shapes):
    right = shapes[-1] == [2, 10]
    return None if right else f"two images: expected an output of shape (2, 10), got {tuple(shapes[-1])}"


def _logits(layers, run):
    behaves = layers[-1]["behaves"]
    if behaves in ([-1, 0, 1], None) and not run.get("sums_to_one"):
        return None
    cause = ("softmax is the last activation; cross_entropy takes the softmax itself" if run.get("sums_to_one") else
             f"{layers[-1]['activation']} is the last activation, which bounds or bends the logits")
    return f"expected linear in the last layer, got {layers[-1]['activation']}; cause: {cause}"


def _accuracy(learned):
    logits = learned["logits"]
    labels = validation_labels()[:len(logits)]
    percent = 100 * np.mean(logits.argmax(axis=1) == labels) if np.isfinite(logits).all() else 0.0
    if percent > 80:
        return None
    return (f"expected over 80 % on validation images after {BATCHES} batches, got {percent:.1f} %; loss at first "
            f"{learned['losses'][0]:.3g}, at last {learned['losses'][-1]:.3g}: look at learning rate, first weights "
            f"and architecture")


def _moved(layers, network, learned):
    names = [layer["weight"] for layer in layers if _filters(layer)]
    if not names:
        return "no convolution, so no filters"
    if learned.get("error", network["ended"]):
        return "it was not trained"
    still = [name for name in names
             if not np.linalg.norm(learned[name] - network[name]) > MOVES * np.linalg.norm(network[name])]
    return f"the filters of {len(still)} of {len(names)} convolutions stayed as they were" if still else None
