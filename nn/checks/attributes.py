"""All that is in an object is found, at any depth: its attributes, and what these hold if they hold something."""
from collections import deque
from types import ModuleType


def attributes(holder, path="", seen=None):
    """(name, holder, key, value) of all that is in an object, however deep, and the name as Python writes it.

    What is in lists, dicts and objects is found, what is in other layers is not.
    """
    seen = {id(holder)} if seen is None else seen
    for key, name, value in _entries(holder, path):
        yield name, holder, key, value
        enterable = isinstance(value, (dict, list, deque, tuple)) or hasattr(value, "__dict__")
        if enterable and not isinstance(value, (type, ModuleType)) and not is_layer(value) and id(value) not in seen:
            seen.add(id(value))
            yield from attributes(value, name, seen)


def is_layer(thing):
    return hasattr(thing, "get_weight_grad")


def _entries(holder, path):
    """(key, name, value) of what an object holds itself."""
    if isinstance(holder, dict):
        return [(key, f"{path}[{key!r}]", value) for key, value in holder.items()]
    if isinstance(holder, (list, deque, tuple)):
        return [(key, f"{path}[{key}]", value) for key, value in enumerate(holder)]
    return [(key, f"{path}.{key}".lstrip("."), value) for key, value in vars(holder).items()]


def replace(holder, key, value):
    if isinstance(holder, tuple):
        holder[key][...] = value
    elif isinstance(holder, (dict, list, deque)):
        holder[key] = value
    else:
        vars(holder)[key] = value
