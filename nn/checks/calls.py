"""A call is held against what it calls: a setting that is missing, unknown or too many is told, with what to write.

Classes that are `Checked` look at what they are made with, functions with a `usage` at what they are given.
"""
from abc import ABCMeta
from difflib import get_close_matches
from functools import wraps
from inspect import Parameter, Signature, signature
from itertools import takewhile
from numbers import Integral

import numpy as np

from nn.checks.written import written

LONGEST = 200  # characters of somebody's own thing in a message
DRAWN = "lambda shp: np.random.normal(size=shp) * 0.01"
INITIALISER = "he"
# what a setting may be, or a class's first one
VALUES = {"fshape": "(5, 5, 1, 8)", "wshape": "(784, 10)", "shape": "(28, 28, 1)", "pshape": "2", "p": "0.5",
          "channels": "8", "features": "8", "activation": "relu", "filter_init": INITIALISER,
          "weight_init": INITIALISER, "optimizer": "AdamOptimizer()", "layers": "[...]", "lr": "0.001",
          "loss": "cross_entropy", "RNN": "(28, 128)", "steps": "1000", "Embedding": "(1000, 32)", "LayerNorm": "(8,)"}
SHAPES = {"fshape": 4, "wshape": 2, "shape": 0}  # a setting that is a tuple, and of how many numbers; 0: of any
OTHERS = {  # what other libraries, or other layers here, call a setting
    "rate": ("p",), "kernel_size": ("fshape",), "pool_size": ("pshape",), "size": ("pshape", "wshape"),
    "window": ("pshape",), "units": ("wshape",), "act": ("activation",), "init": ("weight_init", "filter_init"),
    "filter_init": ("weight_init",), "kernel_initializer": ("filter_init", "weight_init"), "use_bias": ("bias",),
    "learning_rate": ("lr",), "criterion": ("loss",), "smoothing": ("label_smoothing",), "padding": ("pad",),
    "alpha": ("slope",), "negative_slope": ("slope",)}
ELSEWHERE = {"momentum": "MomentumSGDOptimizer(momentum=0.9)", "nesterov": "NesterovSGDOptimizer()"}
OF_NETWORK = "lr", "learning_rate", "loss"  # settings that are not the training's
METHODS = {  # what other libraries' networks have
    "fit": "train(net, (X, Y))", "train": "train(net, (X, Y))", "evaluate": "evaluate(net, X, Y)",
    "score": "accuracy(net, X, Y)", "accuracy": "accuracy(net, X, Y)", "summary": "Summary(net, (28, 28, 1))",
    "add": "net.layers.append(layer)", "compile": "Network(layers, lr=0.001, loss=cross_entropy)",
    "parameters": "net.layers[0].weights", "weights": "net.layers[0].weights",
    "state_dict": 'net.save("weights.npz")', "load_state_dict": 'net.load("weights.npz")',
    "load_weights": 'net.load("weights.npz")', "save_weights": 'net.save("weights.npz")'}


class Checked(ABCMeta):
    """The class of classes that look at what they are made with: TypeError says which setting is wrong."""

    def __call__(cls, *unnamed, **named):
        if cls.__abstractmethods__:
            raise TypeError(_unfinished(cls))
        problem = _problem(cls.__name__, dict(signature(cls).parameters), unnamed, named)
        if problem:
            raise TypeError(problem)
        return super().__call__(*unnamed, **named)

    @property
    def __signature__(cls):
        """What `inspect.signature` tells of it: what its `__init__` takes."""
        own = [] if cls.__init__ is object.__init__ else [*signature(cls.__init__).parameters.values()][1:]
        return Signature(own)


class Written:
    """What one writes by a name, such as relu, is shown by it. It is an object, which nobody calls."""

    __repr__ = written

    def __call__(self, *given):
        method = "update" if hasattr(self, "update") else "compute"
        does = f"{self!r}.{method}({', '.join(['X', 'Y'][:len(given)])})"
        raise TypeError(f"{self!r} is an object already, but was called like a function: write {self!r}, without "
                        f"calling it" + (f", or, for what it does with numbers, write {does}" if given else ""))


def usage(example):
    """A function that this stands above says `example`, the line to write, to a call that does not fit it."""
    def decorate(function):
        @wraps(function)
        def checked(*unnamed, **named):
            try:
                return function(*unnamed, **named)
            except TypeError as error:
                if error.__traceback__.tb_next is not None:  # it has begun
                    raise
                own = dict(signature(function).parameters)
                method = next(iter(own), "") == "self"
                own.pop("self", None)
                name = function.__name__ if function.__name__ != "__init__" else function.__qualname__.split(".")[0]
                problem = _problem(name, own, unnamed[method:], named, example)
                raise (TypeError(problem) if problem else error) from None
        return checked
    return decorate


def not_called(net, *given):
    """Where somebody calls a network."""
    raise TypeError("a network is an object, but was called like a function: write net.forward(X) for its outputs, or "
                     "net.train_step((X, Y)) for a step")


def shown(given):
    """What was given, in a message: short, and without an address in memory."""
    if isinstance(given, type):
        return f"the class {given.__name__}"
    if isinstance(given, np.ndarray) and given.ndim:
        return f"an array of shape {given.shape}"
    if callable(given) and hasattr(given, "__name__"):
        return f"the function {given.__name__}"
    text = repr(given)
    if " at 0x" in text or len(text) > LONGEST or "\n" in text:
        return f"a {type(given).__name__}" + (f" of {len(given)}" if isinstance(given, (tuple, list, dict)) else "")
    return text


def example_of(cls):
    """A line that makes an object of this class."""
    settings, name = signature(cls).parameters, cls.__name__
    first = VALUES.get(name, VALUES.get(next(iter(settings), ""), ""))
    more = any(setting.default is Parameter.empty for setting in [*settings.values()][1:])
    return f"{name}({first}{', ...' if more else ''})"


def closest(given, known):
    """The one of `known` names that was probably meant, or None: letters in another order or case, or a part of it."""
    lower = {name.lower(): name for name in known}
    text = given.lower().strip("-")
    bare = [name.strip("-") for name in lower]
    begins = [name for name in bare if len(text) > 2 and name.startswith(text)]
    close = begins or get_close_matches(text, bare, 1) or [
        name for name in bare if len(name) > 2 and text.startswith(name)]
    return next((lower[name] for name in lower if close and name.strip("-") == close[0]), None)


def check_network(given, example):
    """TypeError unless this is a network, or works like one."""
    if isinstance(given, type) or not (hasattr(given, "forward") and hasattr(given, "loss")):
        raise TypeError(f"a network is expected first, but was given {shown(given)}: write {example}")


def no_attribute(thing, name):
    """For an attribute that is not there. It names the one that was probably meant."""
    kind = type(thing).__name__
    close = get_close_matches(name, [other for other in dir(thing) if not other.startswith("_")], 1)
    instead = METHODS.get(name) or close and f"net.{close[0]}"
    raise AttributeError(f"a {kind} has no {name!r}" + (
        "" if name.startswith("_") else f", but there is another way: write {instead}" if instead else
        f"; what it has is train_step, forward, save, load, layers, lr and loss: leave {name} out"))


def _unfinished(cls):
    """What is said of a class whose methods are not all written."""
    missing = sorted(cls.__abstractmethods__)
    own = [name for name in vars(cls) if not name.startswith("_")]
    close = get_close_matches(missing[0], own, 1) or [name for name in own if name.lower() == missing[0]]
    arguments = ", ".join(signature(getattr(cls, missing[0])).parameters)
    return (f"{cls.__name__} needs the method{'s' * (len(missing) > 1)} {', '.join(missing)}, but has no such: write "
            f"def {missing[0]}({arguments})" + (f" in place of def {close[0]}" if close else ""))


def _problem(name, own, unnamed, named, example=None):
    """What is wrong with a call, in words that end with what to write; None if nothing is.

    own: name -> Parameter of what is called.
    """
    kinds = {setting.kind for setting in own.values()}
    places = [key for key, one in own.items() if one.kind in (one.POSITIONAL_ONLY, one.POSITIONAL_OR_KEYWORD)]
    unknown = [] if Parameter.VAR_KEYWORD in kinds else [key for key in named if key not in own]
    too_many = len(unnamed) > len(places) and Parameter.VAR_POSITIONAL not in kinds
    numbers = [*takewhile(lambda value: isinstance(value, Integral), unnamed)] if {*places[:1]} & {*SHAPES} else []
    missing = [key for key, one in own.items() if one.default is Parameter.empty and key not in named
               and key not in places[:len(unnamed)] and one.kind not in (one.VAR_POSITIONAL, one.VAR_KEYWORD)]
    if "weight_decay" in own and (too_many or {"lr", "learning_rate"} & {*unknown}):
        return _no_learning_rate(name, unnamed, named)
    if len(numbers) > 1:
        return _no_tuple(name, places, numbers, [*unnamed[len(numbers):], *named], missing)
    if unknown:
        return _no_setting(name, own, unknown[0], example)
    if too_many:
        return _too_many(name, own, places, unnamed, named, example)
    twice = [key for key in places[:len(unnamed)] if key in named]
    if twice:
        return f"{name}: {twice[0]} is given twice, by its place and by its name, but must be given once" + (
            f": write {example}" if example else f"; leave {twice[0]} out")
    return _missing(name, missing, unnamed or named, example) if missing else None


def _no_learning_rate(name, unnamed, named):
    given = named.get("lr", named.get("learning_rate", unnamed[0] if unnamed else None))
    return (f"{name}({shown(given)}): its settings are given by name, such as {name}(weight_decay=...); the learning "
            f"rate is the network's: write {name}(), and Network(layers, lr={shown(given)}, loss=...)")


def _no_tuple(name, places, numbers, others, missing):
    fits = len(numbers) == SHAPES[places[0]] or not SHAPES[places[0]]
    more = ", ..." if others or missing else ""
    return (f"{name}: {places[0]} must be a tuple, but was given {', '.join(map(str, numbers))}, with no brackets "
            f"around them: write {name}({tuple(numbers) if fits else VALUES[places[0]]}{more})")


def _no_setting(name, own, unknown, example):
    close = [key for key in OTHERS.get(unknown, ()) if key in own] or get_close_matches(unknown, own, 1) or [
        key for key in own if key in unknown or unknown in key]
    settings = f"its settings are {', '.join(own)}" if own else "it has none"
    instead = close and f"write {close[0]}=" or ("weight_decay" in own and unknown in ELSEWHERE
                                                 and f"{settings}; write {ELSEWHERE[unknown]}")
    if unknown in OF_NETWORK and not close:
        return (f"{name} has no setting {unknown!r}, because it is the network's: write Network(layers, lr=0.001, "
                f"loss=cross_entropy)")
    return f"{name} has no setting {unknown!r}: " + (instead or settings + (
        f": write {example}" if example else f"; leave {unknown} out"))


def _too_many(name, own, places, unnamed, named, example):
    by_name = [key for key, one in own.items() if one.kind is one.KEYWORD_ONLY and key not in named]
    rest = [f"{key}={_code(value)}" for key, value in zip(by_name, unnamed[len(places):])]
    settings = f"its settings are {', '.join(own)}" if own else "it has none"
    some = f"takes {len(places)} without their names" if places else "takes no setting without its name"
    ours = f"{name}({', '.join([*map(_code, unnamed[:len(places)]), *rest])})"
    return f"{name} {some}, but was given {shown(unnamed[0]) if not places else len(unnamed)}: {settings}; write " + (
        example or ours)


def _code(given):
    """What was given, as one writes it: a function or a class by its name."""
    return getattr(given, "__name__", shown(given))


def _missing(name, missing, given, example):
    are = f"{', '.join(missing)}, which {'is' if len(missing) == 1 else 'are'} not given"
    values = [f"{key}={VALUES.get(key, '...')}" for key in missing]
    return f"{name} needs {are}: write " + (example or f"{name}({', '.join([*['...'] * bool(given), *values])})")
