"""The process in which a submission's code runs makes the calls that it is asked for and writes down what came back.

    python child.py PROJECT REQUEST RESULTS

It judges nothing: what is right is known only to the process that started it, which reads RESULTS, one numbered file a
step. So a submission that prints, or ends the program, or calls itself right gains nothing.
"""
import importlib
import io
import json
import os
import pickle
import runpy
import sys
import traceback
from contextlib import redirect_stdout

import numpy as np

MEMORY = 3 * 2 ** 30  # bytes
FILE = 2 ** 28  # bytes that may be written to one file
LARGEST = 2 ** 20  # numbers in an array that a call returns
LONGEST = 400  # characters of an error that are shown


class Taken(BaseException):
    """Ends the script once it has built its first network, with what it was built of."""


def limit_resources():
    """Where the system can (Linux, macOS): an array of 10 GB is a MemoryError, and no file fills the disk."""
    try:
        import resource
    except ImportError:
        return
    for limit, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_FSIZE, FILE)):
        try:
            resource.setrlimit(limit, (most, most))
        except (ValueError, OSError):
            pass  # macOS does not have them all


class Results:
    """Numbered files in a folder, each complete once it has its name."""

    def __init__(self, folder):
        self.folder, self.count = folder, 0

    def write(self, text, **arrays):
        """text: what JSON can hold."""
        unfinished = os.path.join(self.folder, "unfinished.npz")
        np.savez(unfinished, text=np.array(json.dumps(text)), **arrays)
        os.replace(unfinished, os.path.join(self.folder, f"{self.count:03d}.npz"))
        self.count += 1


class Printed(io.TextIOBase):
    """Counts what is printed and keeps none of it."""

    count = 0

    def write(self, text):
        self.count += len(text)
        return len(text)


def line_of(error):
    """An exception as one line, with the place in the submission's files that it came from."""
    text = " ".join(f"{type(error).__name__}: {error}".split())
    text = text if len(text) <= LONGEST else text[:LONGEST] + "..."
    if isinstance(error, SystemExit):
        text += " (it ends the program)"
    if isinstance(error, MemoryError):
        text += f" (more than {MEMORY >> 30} GB)"
    here = os.getcwd() + os.sep
    frames = [(frame.filename, frame.lineno) for frame in traceback.extract_tb(error.__traceback__)]
    if isinstance(error, SyntaxError) and error.filename:
        text = f"SyntaxError: {error.msg}"
        frames.append((error.filename, error.lineno))
    places = [f"{file[len(here):].replace('handed_in/', '')}, line {line}"
              for file, line in frames if file.startswith(here)]
    return f"{text} ({places[-1]})" if places else text


def calls(request, results):
    """Make the calls of each case, of which `assignment.grading.checks.case.Case` says what it is."""
    broken = _import_error(request["cases"])
    for case in request["cases"]:
        objects, answers, arrays = [], [], {}
        for number, (which, method, arguments) in enumerate(case["calls"]):
            arguments = [np.array(one) if isinstance(one, np.ndarray) else one for one in arguments]
            printed, values, error = Printed(), [], ""
            try:
                if broken:
                    raise broken
                with redirect_stdout(printed):
                    objects = objects or [_made(case) for _ in range(case["objects"])]
                    returned = getattr(objects[which], method)(*arguments)
                values = [_array(value) for value in (returned if isinstance(returned, tuple) else (returned,))]
            except BaseException as caught:  # SystemExit, too: the other cases are still to be tried
                error = line_of(caught)
            arrays.update({f"{number} value {k}": value for k, value in enumerate(values)})
            arrays.update({f"{number} argument {k}": value for k, value in enumerate(arguments)})
            answers.append({"values": len(values), "arguments": len(arguments), "printed": printed.count,
                            "error": error})
        results.write(answers, **arrays)


def _import_error(cases):
    """What importing an answer ended with, or None. A second try would end otherwise, half of it being there."""
    try:
        for case in cases:
            importlib.import_module(case["make"][0])
    except BaseException as caught:
        return caught
    return None


def _made(case):
    module, name = case["make"]
    return getattr(importlib.import_module(module), name)(*case["settings"])


def _array(value):
    array = np.asarray(value)
    if array.dtype.kind not in "biuf" or array.size > LARGEST:
        raise TypeError(f"expected an array of numbers to be returned, got {type(value).__name__}"
                        + (f" of {array.size} numbers" if array.size > LARGEST else ""))
    return array


def network(request, results):
    """Take the first network that the script builds; run it on two images; train it, if `batches` are asked for."""
    try:
        layers, lr, loss = first_network(request["argument"])
    except BaseException as caught:
        results.write({"layers": [], "lr": 0, "error": line_of(caught)})
        return
    described = [_described(layer, k) for k, layer in enumerate(layers)]
    results.write({"layers": described, "lr": _number(lr), "error": ""}, **_weights(layers))
    shapes, sums_to_one, error = _run(layers)
    results.write({"shapes": shapes, "sums_to_one": sums_to_one, "error": error})
    if request["batches"]:
        _learn(request, results, layers, lr, loss)


def first_network(argument):
    """(layers, lr, loss) of the first Network of `python mnist_test.py argument`; a script of the course's older kind,
    which has no such argument, is run without."""
    import nn.network

    class Network(nn.network.Network):
        def __init__(self, layers, lr, loss, *more, **named):
            raise Taken(list(layers), lr, loss)

    original = nn.network.Network
    nn.network.Network = nn.Network = Network
    try:
        for arguments in ([argument], []):
            sys.argv = ["mnist_test.py", *arguments]
            try:
                runpy.run_path("mnist_test.py", run_name="__main__")
            except Taken as taken:
                return taken.args
            except SystemExit:
                if not arguments:
                    raise
        raise RuntimeError("the script ended without building a Network")
    finally:
        nn.network.Network = nn.Network = original


def _run(layers):
    """For two random images: (the shape after each layer, whether the last outputs sum to 1, the exception or "")."""
    shapes, output = [], np.random.random((2, 28, 28, 1))
    try:
        for layer in layers:
            output = layer.forward(output)[1]
            shapes.append(list(np.shape(output)))
    except BaseException as caught:
        return shapes, False, line_of(caught)
    return shapes, bool(np.ndim(output) == 2 and np.allclose(np.sum(output, axis=1), 1)), ""


def _described(layer, k):
    activation = getattr(layer, "activation", None)
    try:
        behaves = [float(value) for value in activation.compute(np.array([[-1.0, 0.0, 1.0]]))[0]]
    except Exception:
        behaves = None
    optimizers = getattr(layer, "optimizers", {})
    own = not type(layer).__module__.startswith("nn.")
    return {"name": "own layer" if own else type(layer).__name__, "weight": f"weight {k}",
            "shape": [int(n) for n in np.shape(getattr(layer, "w", None))] or None,
            "activation": type(activation).__name__, "behaves": behaves,
            "optimizer": sorted({type(one).__name__ for one in optimizers.values()}),
            "settings": str([getattr(layer, name, None) for name in ("pshape", "strides", "pad", "shape")])}


def _weights(layers):
    return {f"weight {k}": np.array(layer.w, np.float64) for k, layer in enumerate(layers)
            if isinstance(getattr(layer, "w", None), np.ndarray)}


def _number(lr):
    return float(lr) if np.isscalar(lr) else 0.0


def _learn(request, results, layers, lr, loss):
    from nn.network import Network

    with np.load(request["data"]) as data:
        images, labels = data["images"].reshape(-1, 28, 28, 1) / np.float32(255), np.eye(10)[data["labels"]]
    size, count = request["batch"], request["batches"]
    np.random.seed(request["seed"])
    try:
        net = Network(layers, lr=lr, loss=loss)
        losses = [float(net.train_step((images[k * size:(k + 1) * size], labels[k * size:(k + 1) * size])))
                  for k in range(count)]
        logits = np.asarray(net.forward(images[size * count:]), np.float64)
    except BaseException as caught:
        results.write({"error": line_of(caught)})
        return
    results.write({"losses": losses, "error": ""}, logits=logits, **_weights(layers))


def main():
    """Take the limits and the request, then let the submission in."""
    project, request_file, folder = (os.path.abspath(path) for path in sys.argv[1:])
    with open(request_file, "rb") as file:
        request = pickle.load(file)  # our own
    limit_resources()
    np.random.seed(request["seed"])
    sys.path[0] = project
    os.chdir(project)
    {"calls": calls, "network": network}[request["kind"]](request, Results(folder))


if __name__ == "__main__":
    main()
