"""The answers to what the page asks: how the training goes, what a network makes of a drawing, and how it does so."""
import base64
import time
import traceback
from pathlib import Path

import numpy as np

from nn.layer import unwrapped
from nn.metrics import probabilities
from nn.ops.process import draws_put_back
from page.cells import arithmetic
from page.live import Live
from page.pictures import filters, picture, places, where
from page.way_back import DrawingSteps, learns_from_many, way_back
from readers.digit import as_mnist, read_digit
from readers.idx import SIDE as IMAGE_SIDE
from readers.likeness import doubt
from training.loop import History

SIDE = 280  # pixels of the page's drawing, in height and width; a byte each, 0 paper to 255 ink
IMAGE_BYTES = IMAGE_SIDE * IMAGE_SIDE * 4  # of an image that `answer` has told, as float32
POINTS = 300  # of the curve
RECENT = 50  # iterations for the loss that is told
FACTORS = 0.01, 100.0


class Refused(Exception):
    """What was asked cannot be; the message says why, in words for the page."""


class Answers:
    """A network, and what the page may ask about it; each method takes and returns what JSON holds.

    rates: iteration -> learning rate, None: always the network's. ready: whether it has learned, or learns no more.
    steps: how many its training takes. history: of that; it grows while it runs. trouble: why it has failed.
    """

    def __init__(self, net, name, rates=None, ready=True):
        self.net, self.name, self.ready, self.steps, self.history = net, name, ready, 0, History()
        self.drawing_steps, self.trouble, self._lr, self._rates = DrawingSteps(net), "", net.lr, rates
        self.live, self._start = Live(self.drawing_steps), time.perf_counter()

    def learns(self, steps, rates, sample):
        """The network is about to be trained: returns the Live that leads the training. sample: a validation set."""
        self.ready, self.steps, self._rates, self.live.sample = False, steps, rates, sample
        self._start = time.perf_counter()
        return self.live

    def status(self):
        losses, validated = self.history.losses, self.history.accuracies.get("validation")
        done, seconds = len(losses), time.perf_counter() - self._start - self.live.rested
        return {"state": "ready" if self.ready else "paused" if self.live.resting else "training", "name": self.name,
                "done": done, "total": self.steps, "loss": _finite(np.mean(losses[-RECENT:])) if done else None,
                "accuracy": validated[-1][1] if validated else None,
                "left": round(seconds / done * (self.steps - done)) if done else None,
                "rate": self._rate(), "factor": self.live.factor, "changes": self.live.changes,
                "can_take_back": len(self.drawing_steps), "trouble": self.trouble or self.history.diagnosis,
                "curve": {"loss": _curve(losses), "accuracy": self.live.accuracies, "validation": validated or []}}

    def answer(self, body):
        """The probabilities of the digits, the image that is seen, and what each layer makes of it."""
        with self.live.network():
            return self._answer(_image(body))

    def read_picture(self, body):
        """The same for a picture file of one's own, which is read as `--digit` reads it."""
        try:
            image = read_digit(body)
        except (OSError, ValueError) as error:
            raise Refused(str(error)) from None
        with self.live.network():
            return {**self._answer(image), "float32": base64.b64encode(image.astype("<f4").tobytes()).decode()}

    def cell(self, body, layer, row, column):
        """The arithmetic of the cell at a row and a column of a layer's picture."""
        image, k = _image(body), int(layer)
        with self.live.network():
            arrays = [image, *(activation[0] for activation in self._activations(image))]
            if k >= len(self.net.layers):
                raise Refused(f"there is no layer {k}")
            x, a = arrays[k:k + 2]
            number = _number(a.shape, int(row), int(column))
            cell = tuple(int(place) for place in np.unravel_index(number, a.shape))
            found = arithmetic(self.net.layers[k], x[None], cell)
        lit = found.pop("lit", [])
        return {**found, "cell": cell, "value": float(a[cell]), "lit": where(x.shape, lit)}

    def back(self, body, label):
        """The loss of a drawing that was to be this digit, and what goes back from it to each layer and each pixel."""
        image, label = _image(body), int(label)
        with self.live.network():
            alone = learns_from_many(self.net)
            if alone:
                return {"alone": alone}
            loss, records, dx = way_back(self.net, image, label)
        if not (np.isfinite(loss) and np.isfinite(dx).all()):
            raise Refused("the loss, or what goes back from it, is nan or inf")
        layers = [{"name": record.name, "error": picture(record.error[0]),
                   "size": float(np.linalg.norm(record.error)),
                   "filters": filters(unwrapped(record.layer), record.grads.get("w")),
                   "grads": {name: float(np.linalg.norm(grad)) for name, grad in record.grads.items()}}
                  for record in records]
        return {"loss": loss, "layers": layers, "image": picture(dx), "size": float(np.linalg.norm(dx))}

    def step(self, body, label):
        """One training step on a drawing that was to be this digit; the numbers before and after it."""
        image, label = _image(body), int(label)
        with self.live.network():
            if not (self.ready or self.live.paused):
                raise Refused("pause the training first")
            alone = learns_from_many(self.net)
            if alone:
                return {"alone": alone}
            try:
                before, after = self.drawing_steps.take(image, label, self._rate())
            except FloatingPointError as error:
                raise Refused(str(error)) from None
        print(f"Changed by hand: a step on a drawing, to be a {label}: its loss was {before['loss']:.6g} and is "
              f"{after['loss']:.6g}.", flush=True)
        return {"before": before, "after": after, "rate": self.net.lr}

    def take_back(self, body):
        """Undo the last step on a drawing."""
        with self.live.network():
            if not len(self.drawing_steps):
                raise Refused("there is no step to take back")
            self.drawing_steps.take_back()
        print("The step on a drawing was taken back.", flush=True)
        return self.status()

    def lead(self, body, what):
        """Pause the training, let it take one step, or let it go on."""
        getattr(self.live, what)()
        if what != "one_step":
            print("The training is paused on the page." if what == "pause" else "The training goes on.", flush=True)
        return self.status()

    def factor(self, body, factor):
        """What the schedule's learning rate is multiplied by, from the next step on."""
        if not FACTORS[0] <= float(factor) <= FACTORS[1]:
            raise Refused(f"the factor must lie between {FACTORS[0]:g} and {FACTORS[1]:g}, but is {factor}")
        self.live.factor = float(factor)
        return self.status()

    def _rate(self):
        """Of the next step; after the last one, that of the last."""
        iteration = min(len(self.history.losses), max(self.steps - 1, 0))
        return float(self._lr if self._rates is None else self._rates(iteration)) * self.live.factor

    def _answer(self, image):
        activations = self._activations(image)
        layers = [{"name": f"{k} {layer!r}", "shape": activation.shape[1:], "picture": picture(activation[0]),
                   "filters": filters(unwrapped(layer), getattr(layer, "w", None))}
                  for k, (layer, activation) in enumerate(zip(self.net.layers, activations))]
        return {"digits": probabilities(self.net.loss, activations[-1])[0].tolist(), "image": picture(image),
                "layers": layers, "doubt": doubt(image)}

    def _activations(self, image):
        with draws_put_back():
            activations = list(self.net.activations(image[None]))
        if not np.isfinite(activations[-1]).all():
            raise Refused("the network's outputs are nan or inf, so its training has failed")
        return activations


def told(error):
    """An exception in a line, with the place where it was raised: in a layer of the student's own, perhaps."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__}: {error} ({Path(frame.filename).name}, line {frame.lineno}, in {frame.name})"


def _image(body):
    """A drawing, SIDE x SIDE bytes, or an image as `answer` told it, float32 -> an image (28, 28, 1)."""
    if len(body) == IMAGE_BYTES:
        return np.clip(np.nan_to_num(np.frombuffer(body, "<f4")), 0, 1).reshape(IMAGE_SIDE, IMAGE_SIDE, 1)
    return as_mnist(np.frombuffer(body, np.uint8).reshape(SIDE, SIDE) / 255)


def _number(shape, row, column):
    table = places(shape)
    if not (row < table.shape[0] and column < table.shape[1] and table[row, column] >= 0):
        raise Refused(f"there is no cell in row {row}, column {column}")
    return table[row, column]


def _curve(losses):
    """[iteration, mean loss] of up to POINTS stretches of the training; what is no number is left out."""
    stretches = np.array_split(np.asarray(losses, float), min(POINTS, len(losses))) if losses else []
    ends = np.cumsum([len(stretch) for stretch in stretches])
    means = [(int(end), float(stretch.mean())) for end, stretch in zip(ends, stretches)]
    return [point for point in means if np.isfinite(point[1])]


def _finite(number):
    return float(number) if np.isfinite(number) else None
