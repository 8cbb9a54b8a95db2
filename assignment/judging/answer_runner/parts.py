"""The parts of a network are its layers, and the layers that these keep as attributes, with what each was given."""
import sys

import numpy as np

DEPTH = 3  # of layers in layers
MOST = 60  # parts that are looked at
WEIGHTED = ("nn.conv", "Conv"), ("nn.fullyconnected", "FullyConnected")


class Parts:
    """found: the parts, the network's own layers first. shapes: of each own layer's output in the trace; flow: of each
    part's, in the order in which they came.
    """

    def __init__(self, layers):
        self.layers, self.found, self.names = list(layers), [], []
        for k, layer in enumerate(self.layers):
            self._add(layer, str(k))
        for k, layer in enumerate(self.layers):
            self._within(layer, str(k), DEPTH)
        self.given, self.gave = {}, {}  # number of the part -> shape of its input, of its output
        self.shapes, self.flow, self.last = [], [], []

    def _add(self, part, name):
        known = any(part is other for other in self.found)
        if not known and len(self.found) < MOST:
            self.found.append(part)
            self.names.append(name)
        return not known

    def _within(self, layer, name, depth):
        for key, value in list(getattr(layer, "__dict__", {}).items()) if depth else ():
            inside = list(value.values()) if isinstance(value, dict) else value
            for part in inside if isinstance(inside, (list, tuple)) else [inside]:
                if _is_layer(part) and self._add(part, f"{name}.{key}"):
                    self._within(part, f"{name}.{key}", depth - 1)

    def trace(self, x):
        """Send x through the layers. Raises what they raise; what was traced until then is kept."""
        watched = [k for k, part in enumerate(self.found) if self._watch(k, part)]
        try:
            for layer in self.layers:
                x = np.asarray(layer.forward(x)[1], np.float32)
                self.shapes.append(list(x.shape))
            self.last = [x]
        finally:
            for k in watched:
                vars(self.found[k]).pop("forward", None)

    def _watch(self, k, part):
        """Have the part note the shapes of what it is given and gives, in place of what its class does."""
        original = part.forward

        def forward(inputs, *more):
            self.given[k] = list(np.shape(inputs))
            returned = original(inputs, *more)
            self.gave[k] = list(np.shape(returned[1]))
            self.flow.append(self.gave[k])
            return returned

        try:
            part.forward = forward
        except Exception:  # it takes no attributes
            return False
        return True

    def described(self):
        """For each part: of which kind it is, its place, its settings in words, shapes in and out."""
        return [{**kind_of(part), "place": name, "described": _settings(part), "given": self.given.get(k),
                 "gave": self.gave.get(k)}
                for k, (part, name) in enumerate(zip(self.found, self.names))]


def kind_of(part):
    """Names of its class and of its activation function's; whether this is the hand-out's Conv or FullyConnected, and
    not only called so.
    """
    return {"type": type(part).__name__, "activation": getattr(part, "activation", None).__class__.__name__,
            "handed_out": any(type(part) is getattr(sys.modules.get(module), name, None) for module, name in WEIGHTED)}


def _is_layer(value):
    return all(callable(getattr(value, name, None)) for name in ("forward", "backward")) and not isinstance(value, type)


def _settings(part):
    """A layer in words that renaming variables does not change."""
    kind = type(part).__name__ if type(part).__module__.startswith("nn.") else "own layer"
    shape = np.shape(getattr(part, "w", None)) or None
    settings = [getattr(part, name, None) for name in ("pshape", "strides", "pad", "shape")]
    optimizers = getattr(part, "optimizers", None)
    used = sorted({type(one).__name__ for one in optimizers.values()}) if isinstance(optimizers, dict) else []
    return f"{kind} {shape} {settings} {getattr(part, 'activation', None).__class__.__name__} {used}"[:300]
