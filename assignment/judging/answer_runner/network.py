"""A network is taken out of a student's script, looked at from outside, and trained batch by batch."""
import runpy
import sys

import numpy as np

from .errors import told
from .parts import Parts, kind_of

SCRIPT = "mnist_test.py"
LARGEST = 2 ** 23  # numbers in all arrays of a reply


class Taken(BaseException):
    """Ends the script once it has built its first network, with what it was built of."""


class Networks:
    """The answers to the judge's requests about a network. Each may raise what the submission's code raises."""

    def __init__(self, project):
        self.project, self.net, self.taken, self.parts = project, None, None, None

    def take(self, request, arrays):
        """Run `python mnist_test.py argument` until it builds a Network; what it is built of, in words.

        "made": whether the function `request["function"]` returned all of the layers, or part of them.
        """
        made = []
        arguments, named = first_network(request["argument"], request["function"], made)
        layers = named.get("layers", arguments[0] if arguments else None)
        self.taken = arguments, named
        listed = list(layers) if isinstance(layers, (list, tuple)) else []
        parts = [one for layer in listed for one in (layer if isinstance(layer, (list, tuple)) else [layer])]
        returned = [layer for one in made if isinstance(one, (list, tuple)) for layer in one]
        return {"type": type(layers).__name__, "types": [type(layer).__name__ for layer in listed],
                "parts": [kind_of(one) for one in parts], "returned": [type(one).__name__ for one in made],
                "networks": sum(map(_is_network, listed)),
                "made": bool(returned or not listed) and all(
                    any(layer is other for other in listed) for layer in returned),
                "lr": _number(named.get("lr", arguments[1] if len(arguments) > 1 else 0))}, []

    def weights(self, request, arrays):
        """The first weights of each layer that has a matrix or filters, and the activation's values at -1, 0, 1."""
        arguments, named = self.taken
        heads, weights = [], []
        for layer in list(named.get("layers", arguments[0] if arguments else ())):
            names = ("w", *getattr(layer, "weights", ()))
            found = next((w for w in (getattr(layer, name, None) for name in names) if np.ndim(w) > 1), None)
            if found is not None:
                heads.append(_described(layer))
                weights.append(np.asarray(found, np.float64))
        return {"layers": heads}, weights

    def build(self, request, arrays):
        """Build the Network with what the script gave it."""
        from nn.network import Network

        arguments, named = self.taken
        self.net = Network(*arguments, **named)
        return {}, []

    def trace(self, request, arrays):
        """Send images through the layers, one after the other. Returns the parts, and the shape of the last output."""
        self.parts = Parts(self.net.layers)
        error = None
        try:
            self.parts.trace(np.array(arrays[0]))
        except BaseException as caught:
            error = told(caught, self.project)
        return {"parts": self.parts.described(), "shapes": self.parts.shapes, "flow": self.parts.flow,
                "failed": error}, self.parts.last

    def probe(self, request, arrays):
        """(z, activation) that part number request["part"] makes of an array."""
        return {}, [np.asarray(array) for array in self.parts.found[request["part"]].forward(np.array(arrays[0]))]

    def activation(self, request, arrays):
        """What the activation function of a part makes of an array."""
        return {}, [np.asarray(self.parts.found[request["part"]].activation.compute(np.array(arrays[0])))]

    def train(self, request, arrays):
        """One step on images (N, 784) of bytes and labels (N,). Returns the loss."""
        images, labels = arrays
        return {"loss": float(self.net.train_step((_floats(images), np.eye(10)[labels])))}, []

    def predict(self, request, arrays):
        """The outputs for images (N, 784) of bytes."""
        return {}, [np.asarray(self.net.forward(_floats(arrays[0])), np.float64)]


def first_network(argument, function, made):
    """(arguments, named arguments) of the first Network of `python mnist_test.py argument`, built outside `function`.

    `made` gets what `function` returns. A script of the course's older kind, without such an argument, is run without.
    """
    import nn.network

    class Network(nn.network.Network):
        def __init__(self, *arguments, **named):
            if not _within(function):
                raise Taken(arguments, named)
            super().__init__(*arguments, **named)

    original = nn.network.Network
    nn.network.Network = nn.Network = Network
    try:
        for arguments in ([argument], []):
            sys.argv = [SCRIPT, *arguments]
            sys.setprofile(lambda frame, event, value: event == "return" and _is(frame, function)
                           and made.append(value))
            try:
                runpy.run_path(SCRIPT, run_name="__main__")
            except Taken as taken:
                return taken.args
            except SystemExit:
                if not arguments:
                    raise
            finally:
                sys.setprofile(None)
        raise RuntimeError("the script ended without building a Network")
    finally:
        nn.network.Network = nn.Network = original


def _within(function):
    frame = sys._getframe()
    while frame is not None and not _is(frame, function):
        frame = frame.f_back
    return frame is not None


def _is(frame, function):
    return frame.f_code.co_name == function and frame.f_globals.get("__name__") == "__main__"


def _is_network(layer):
    return hasattr(layer, "train_step")


def _described(layer):
    activation = getattr(layer, "activation", None)
    try:
        behaves = [float(value) for value in activation.compute(np.array([[-1.0, 0.0, 1.0]]))[0]]
    except Exception:
        behaves = None
    return {"name": type(layer).__name__, "activation": activation.__class__.__name__, "behaves": behaves}


def _number(lr):
    try:
        return float(lr)
    except (TypeError, ValueError):
        return 0.0


def _floats(images):
    return images.reshape(-1, 28, 28, 1) / np.float32(255)
