"""How a thing is written: the name or the call that makes it, for `print`, for a notebook's cell, and for messages."""
import sys
from inspect import Parameter, signature


def written(thing):
    """An activation function, a loss or an optimizer: `relu`, AdamOptimizer(beta1=0.8)."""
    cls = type(thing)
    if cls.__module__.startswith("nn."):
        for name, known in vars(sys.modules[cls.__module__]).items():
            if type(known) is cls and vars(known) == vars(thing):
                return name
    return _call(cls, _settings(thing))


def written_layer(layer):
    """A layer with its settings; those that it does not remember, such as its initialiser, are `...`."""
    settings = _settings(layer)
    if "optimizer" in settings and getattr(layer, "optimizers", None):
        settings["optimizer"] = next(iter(layer.optimizers.values()))
    if "bias" in settings and layer.b is not None:
        del settings["bias"]
    elif "bias" in settings:
        settings["bias"] = False
    if "pshape" in settings and settings.get("strides") == settings["pshape"]:
        del settings["strides"]
    return _call(type(layer), settings)


def written_network(net):
    """A network: a line for each of its layers."""
    lines = "".join(f"    {written_layer(layer)},\n" for layer in net.layers)
    return f"Network([\n{lines}], lr={net.lr:g}, loss={net.loss!r})"


def _settings(thing):
    """name -> value of the settings in which it differs from what they are when left out; `...` where it cannot say."""
    found = {}
    for name, setting in signature(type(thing)).parameters.items():
        value = getattr(thing, name, ...)
        if name in ("pshape", "strides", "kernel") and value[0] == value[-1]:
            value = value[0]  # as one writes it
        kept = setting.default is Parameter.empty or value is not setting.default and value != setting.default
        if kept and setting.kind not in (Parameter.VAR_POSITIONAL, Parameter.VAR_KEYWORD):
            found[name] = value
    return found


def _call(cls, settings):
    places = [name for name, one in signature(cls).parameters.items()
              if one.default is one.empty and one.kind is one.POSITIONAL_OR_KEYWORD]
    first = places[:1]  # all others have their names
    texts = {name: "..." if value is ... else "[...]" if isinstance(value, list) and len(value) > 3 else repr(value)
             for name, value in settings.items()}
    return f"{cls.__name__}({', '.join(text if name in first else f'{name}={text}' for name, text in texts.items())})"
