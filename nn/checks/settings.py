"""Settings are checked when a layer, an optimizer or a training is made: the error points at the line that is wrong.

A check of one setting returns it, or raises ValueError or TypeError. owner: the object that is made with it.
"""
from contextlib import suppress
from inspect import Parameter, signature
from numbers import Real
from traceback import walk_tb
from weakref import WeakValueDictionary

import numpy as np

from nn.checks.attributes import attributes
from nn.checks.calls import DRAWN, INITIALISER, VALUES, Written, example_of, shown

USUAL = {"epochs": 10, "batch_size": 50, "size": 50, "iterations": 100, "channels": 8}  # counts; of others 1
CALLED = {"schedule": "lambda iteration: 0.001", "augment": "lambda images: images"}
FIRST = {"schedule": "0.001, 1000"}  # what a class is made with
ACTIVATIONS = ("relu", "leaky_relu", "sigmoid", "tanh", "linear")
LOSSES = ("mse", "cross_entropy", "sigmoid_cross_entropy", "padded_cross_entropy")
OPTIMIZERS = {"sgd": "SGDOptimizer()", "momentum": "MomentumSGDOptimizer()", "nesterov": "NesterovSGDOptimizer()",
              "adagrad": "AdaGradOptimizer()", "rmsprop": "RMSPropOptimizer()", "adamw": "AdamWOptimizer()"}
OWNED = WeakValueDictionary()  # id -> optimizer, of those that are a weight's
DIVIDED = "where you divide, write // in place of /"


def floating_dtype(given):
    """The dtype that a network computes in."""
    try:
        known = given is not None and np.dtype(given) in (np.float32, np.float64)
    except TypeError:
        known = False
    if not known:
        raise ValueError(f"Network: dtype must be np.float32 or np.float64, but is {shown(given)}: write "
                         f"dtype=np.float32")
    return given


class LearningRate:
    """A network's attribute `lr`, which may be set at any time."""

    def __set__(self, net, given):
        if not _is_number(given) or not 0 <= given < np.inf:
            raise ValueError(f"lr must be a number, 0 or more, but is {shown(given)}: write "
                             f"lr={_meant(given, 1, 0.001)}")
        vars(net)["lr"] = given


class Loss:
    """A network's attribute `loss`, which may be set at any time."""

    def __set__(self, net, given):
        check_loss(given)
        vars(net)["loss"] = given


def check_loss(given):
    """TypeError unless this is a loss."""
    if isinstance(given, type) or not all(map(callable, (
            getattr(given, "compute", None), getattr(given, "deriv", None)))) or hasattr(given, "in_parts"):
        instead = (f"{given.__name__}()" if isinstance(given, type) and hasattr(given, "deriv") else
                   given if isinstance(given, str) and given in LOSSES else "cross_entropy")
        raise TypeError(f"loss must be an object with compute and deriv, such as cross_entropy, but is "
                        f"{shown(given)}: write loss={instead}")


def layer_list(given):
    """The layers that a network is made of, as a list."""
    if given is None:
        raise TypeError("layers must be a list, but is None: let the function that makes the list end with return "
                        "[...]; a network of one layer is written [FullyConnected((784, 10), ...)]")
    if hasattr(given, "get_weight_grad"):
        raise TypeError(f"layers must be a list, but is a layer, {given!r}: put square brackets around it")
    if isinstance(given, (str, bytes)) or not hasattr(given, "__iter__"):
        call = callable(given) and not isinstance(given, type) and ", ".join(
            VALUES.get(name, "...") for name in signature(given).parameters)
        raise TypeError(f"layers must be a list, but is {shown(given)}: " + (
            f"write {given.__name__}({call}), which calls it" if call not in (False, None) else
            "write [Flatten((28, 28, 1)), ...], a list of layers in square brackets"))
    return list(given)


def layers_of(given):
    """A list of layers, where a network was given by mistake."""
    if hasattr(given, "train_step"):
        raise TypeError("check_gradients takes a list of layers, but was given a network: write "
                        "check_gradients(net.layers, cross_entropy, X, Y)")
    return layer_list(given)


def number(owner, setting, given, below=np.inf, most=np.inf):
    """A number, 0 or more: below a bound, or `most` at most."""
    if not _is_number(given) or not 0 <= given < below or given > most:
        bound = f" and below {below}" if below < np.inf else f" and {most} at most" if most < np.inf else ""
        default = getattr(signature(type(owner)).parameters.get(setting), "default", Parameter.empty)
        usual = 0.1 if default is Parameter.empty or not default and below <= 1 else default
        raise ValueError(f"{type(owner).__name__}: {setting} must be a number, 0 or more{bound}, but is {shown(given)}"
                         f": write {setting}={_meant(given, min(below, most), usual)}")
    return given


def _is_number(given):
    return isinstance(given, Real) and not isinstance(given, (bool, np.bool_))


def _meant(given, below, usual):
    """What may have been meant: a number in quotation marks, a percentage from 2 on, or the usual."""
    with suppress(ValueError):
        number = float(str(given))
        meant = number if number < below else number / 100 if number >= 2 else 0
        if 0 < meant < below:
            return f"{meant:g}"
    return usual


def first_bias(owner, given, n):
    """The bias that a layer with n outputs begins with, if there is to be one: True or False."""
    if not isinstance(given, (bool, np.bool_)):
        meant = str(given).lower() not in ("false", "none", "0", "no", "off")
        raise ValueError(f"{type(owner).__name__}: bias must be True or False, but is {shown(given)}: write "
                         f"bias={meant}")
    return np.zeros(n) if given else None


def count(owner, setting, given):
    """A number of things, 1 or more. owner: as always, or the name of a function."""
    if not _is_count(given):
        raise ValueError(_no_count(owner, setting, "a positive integer", given))
    return given


def groups(owner, given, channels):
    """(groups, channels), of which the second is a multiple of the first."""
    count(owner, "groups", given)
    if count(owner, "channels", channels) % given:
        nearest = max(n for n in range(1, given + 1) if channels % n == 0)
        fitting = (channels, given) if given % channels == 0 else (nearest, channels)
        raise ValueError(f"{type(owner).__name__}: {channels} channels make no {given} groups of the same size; write "
                         f"{type(owner).__name__}({fitting[0]}, {fitting[1]}, ...)")
    return given, channels


def pair(owner, setting, given):
    """A height and a width, out of one positive integer for both, or two."""
    both = tuple(given) if isinstance(given, (tuple, list)) else (given, given)
    if len(both) != 2 or not all(map(_is_count, both)):
        raise ValueError(_no_count(owner, setting, "a positive integer, or a (height, width) pair of them", given))
    return both


def _no_count(owner, setting, wanted, given):
    halved = f"; {DIVIDED}, or" if isinstance(given, (float, np.floating)) else ":"
    name = owner if isinstance(owner, str) else type(owner).__name__
    return (f"{name}: {setting} must be {wanted}, but is {shown(given)}{halved} write {setting}="
            f"{_meant_integer(given, 1, USUAL.get(setting, 1))}")


def _meant_integer(given, least, usual):
    """What may have been meant: an integer in quotation marks, one with a fraction, the first of several, or the usual.
    """
    one = given[len(given) == 4] if isinstance(given, (tuple, list)) and given else given  # TensorFlow's (1, 2, 2, 1)
    with suppress(TypeError, ValueError, OverflowError):
        if not isinstance(one, (bool, np.bool_)) and least <= int(float(one)) < 10 ** 9:
            return int(float(one))
    return usual


def rates(owner, given):
    """Factors of the learning rate, 0 or more, by the name of a weight."""
    for name, factor in dict(given).items():
        if name not in owner.weights:
            raise ValueError(f"{owner!r}: rates must be of its weights {', '.join(owner.weights)}, but names {name!r}: "
                             f"write rates={{{owner.weights[0]!r}: {factor!r}}}")
        if not _is_number(factor) or not 0 <= factor < np.inf:
            raise ValueError(f"{owner!r}: rates[{name!r}] must be a number, 0 or more, but is {shown(factor)}: write "
                             f"rates={{{name!r}: 1}}")
    return dict(given)


def pad(owner, given):
    """A padding that `nn.ops.windows.padding` takes."""
    whole = isinstance(given, (int, np.integer)) and not isinstance(given, bool)
    if not (isinstance(given, str) and given == "same" or whole and given >= 0):
        meant = '"same"' if str(given).lower() == "same" else _meant_integer(given, 0, 0)
        raise ValueError(f'{type(owner).__name__}: pad must be a number of pixels, 0 or more, or "same", '
                         f'but is {shown(given)}: write pad={meant}')
    return given


def shape(owner, setting, form, given):
    """As many positive integers as `form` shows, such as "(n_in, n_out)", as a tuple; "(...)" is of any length."""
    numbers = tuple(given) if isinstance(given, (tuple, list, np.ndarray)) else ()
    fits = len(numbers) == form.count(",") + 1 or "..." in form and numbers
    if not fits or not all(map(_is_count, numbers)):
        name = type(owner).__name__
        halves = [n for n in numbers or (given,) if isinstance(n, (float, np.floating))]
        whole = f", or write {name}({tuple(_meant_integer(n, 1, 1) for n in numbers)}, ...)" if numbers else ""
        raise ValueError(f"{name}: {setting} must be {form}, but is {given!r}: " + (
            f"{halves[0]} is no integer; {DIVIDED}{whole}" if halves else
            f"write a tuple of positive integers, such as {example_of(type(owner))}"))
    return numbers


def check_counts(**counts):
    """Raise ValueError unless each, by its name, is a positive integer, or None."""
    for name, given in counts.items():
        if given is not None and not _is_count(given):
            raise ValueError(f"{name} must be a positive integer, but is {shown(given)}; write {name}="
                             f"{_meant_integer(given, 1, USUAL.get(name, 1))}")


def _is_count(n):
    return isinstance(n, (int, np.integer)) and not isinstance(n, bool) and n >= 1


def object_with(method, owner, setting, given):
    """An object that has this method, and is no class."""
    said = f"{owner!r}: {setting} must be an object"
    if isinstance(given, type):
        raise TypeError(f"{said}, but is the class {given.__name__}; write {setting}={_made(given)}")
    if not hasattr(given, method):
        raise TypeError(f"{said} with a method {method}, but is {shown(given)}: write {setting}="
                        f"{(_activation if setting == 'activation' else _optimizer)(given)}" + (
            ", without quotation marks" if isinstance(given, str) else ""))
    return given


def _made(cls):
    """An activation function has a name, such as relu for ReLU; of another class an object is made."""
    name = cls.__name__.replace("Leaky", "leaky_").lower()
    return name if name in ACTIVATIONS and cls.__module__.startswith("nn.") else f"{cls.__name__}()"


def _activation(given):
    name = given.lower() if isinstance(given, str) else getattr(given, "__name__", "")
    none = given is None or name in ("softmax", "none", "identity", "")  # softmax is in the loss
    return name if name in ACTIVATIONS else "linear" if none else "relu"


def _optimizer(given):
    return OPTIMIZERS.get(str(given).lower().replace("optimizer", ""), "AdamOptimizer()")


def owned(optimizer):
    """Note that this optimizer is one weight's, and no other's."""
    with suppress(TypeError):  # an object of a class with slots cannot be referred to weakly
        OWNED[id(optimizer)] = optimizer


def unused_optimizer(owner, given):
    """An optimizer that has not worked yet: one that has remembers arrays, of which no new one knows the shape."""
    object_with("update", owner, "optimizer", given)
    if OWNED.get(id(given)) is given:
        raise ValueError(f"{owner!r}: optimizer is another weight's already: write {type(given).__name__}(...), a new "
                         f"one")
    used = [name for name, _, _, value in attributes(given) if isinstance(value, np.ndarray) and value.size > 1]
    if used:
        name = type(given).__name__
        raise ValueError(f"{owner!r}: optimizer has worked for another weight already ({used[0]} is an array that it "
                         f"remembers): write {name}(...), a new one")
    return given


def check_functions(**functions):
    """Raise TypeError unless each, by its name, is a function or an object that can be called like one, or None."""
    for name, given in functions.items():
        write = f"write {name}=" if name.isidentifier() else "write "
        if isinstance(given, type):
            raise TypeError(f"{name} must be an object, but is the class {given.__name__}: {write}"
                            f"{given.__name__}({FIRST.get(name, '...')})")
        example = f"{write}{CALLED.get(name, 'a function of the images')}"
        if given is not None and not callable(given):
            raise TypeError(f"{name} must be a function, or an object that can be called like one, but is "
                            f"{shown(given)}: {example}")
        if given is not None and not takes(given, 1):
            raise TypeError(f"{name} must be a function of one argument, but {shown(given)} is not: {example}")


def takes(function, count):
    """Whether it can be called with so many arguments, where Python knows."""
    try:
        signature(function).bind(*[None] * count)
    except TypeError:
        return False
    except ValueError:  # of a function in C
        pass
    return True


def initial_weights(owner, shape, initializer, setting):
    """The array (float64) of finite numbers that initializer(shape) gives; `setting` is the initializer's name."""
    if not callable(initializer) or isinstance(initializer, Written):
        called = ", without calling it" if isinstance(initializer, np.ndarray) else ""
        raise TypeError(f"{owner!r}: {setting} must be a function of the shape, such as {INITIALISER} or {DRAWN}, "
                        f"but is {shown(initializer)}: write {setting}={INITIALISER}{called}")
    returned = _drawn(owner, shape, initializer, setting)
    if np.shape(returned) != tuple(shape):
        raise ValueError(f"{owner!r}: {setting} must return an array of shape {tuple(shape)}, but returned " + (
            "None: let it end with a return" if returned is None else
            f"{np.shape(returned)}: pass the shape it is called with on to np.random.normal(size=...)")
            + f", such as {setting}={DRAWN}")
    weights = np.array(returned, dtype=np.float64)
    if not np.isfinite(weights).all():
        raise ValueError(f"{owner!r}: {setting} must return finite numbers, but returned nan or inf; look for a "
                         f"division by zero in its scale, or write {setting}={INITIALISER}")
    return weights


def _drawn(owner, shape, initializer, setting):
    """initializer(shape), or TypeError if that cannot be called so."""
    try:
        with np.errstate(all="ignore"):  # what is not finite is told below
            return initializer(shape)
    except TypeError as error:
        *_, (innermost, _) = walk_tb(error.__traceback__)
        begun = error.__traceback__.tb_next is not None
        if begun and not innermost.f_code.co_filename.endswith(".pyx"):  # a fault of its own, and not NumPy's answer
            raise
        raise TypeError(f"{owner!r}: {setting} must be a function of one argument, the shape, a tuple, but "
                        f"{shown(initializer)} does not take it ({error}): write {setting}={DRAWN}") from None
