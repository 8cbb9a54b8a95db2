"""Sizes are what comes out of each layer of an architecture, and how many weights it has, as a Summary counts them."""
import numpy as np

from assignment.questions.question import Question
from inspection.summary import Summary
from nn import Conv, FullyConnected, MaxPooling, Network, SGDOptimizer, cross_entropy, linear, relu

WINDOWS = [(3, 1, 0), (3, 1, 1), (3, 2, 1), (5, 1, 0), (5, 1, 2), (5, 2, 0), (5, 2, 2)]  # kernel, stride, pad


def architecture(rng):
    """Two convolutions with max pooling between them, and a fully connected layer."""
    side, channels, (k, stride, pad) = int(rng.integers(20, 33)), int(rng.choice([1, 3])), rng.choice(WINDOWS).tolist()
    first, second, classes, pool = (int(rng.integers(*limits)) for limits in ((4, 13), (8, 21), (2, 13), (2, 4)))
    shape, windows = (side, side, channels), [(k, stride, pad), (pool, 2, 0), (3, 1, 0)]
    layers = [_conv(k, channels, first, strides=stride, pad=pad), MaxPooling(pool, strides=2), _conv(3, first, second)]
    n = _network(layers).forward(np.zeros((1, *shape))).size
    rows = Summary(_network([*layers, FullyConnected((n, classes), linear, np.zeros, SGDOptimizer())]), shape).rows
    names = [f"Conv(({k}, {k}, {channels}, {first}), strides={stride}, pad={pad})", f"MaxPooling({pool}, strides=2)",
             f"Conv((3, 3, {first}, {second}))", f"FullyConnected((n, {classes}))"]
    sides = [side, *(row.shape[0] for row in rows[:3])]
    sizes = [f"({before} + 2·{pad} - {kernel}) // {stride} + 1 = {after}"
             for before, after, (kernel, stride, pad) in zip(sides, sides[1:], windows)]
    counts = [f"{k}·{k}·{channels}·{first} + {first} = ", "", f"3·3·{first}·{second} + {second} = ",
              f"{n}·{classes} + {classes} = "]
    table = [f"| `{name}` | {row.shape} | {size} | {count}{row.weights} |" for name, row, size, count in zip(
        names, rows, [*sizes, f"n = {sides[3]}·{sides[3]}·{second} = {n}"], counts)]
    given = {"shape": shape, "windows": windows, "channels": (channels, first, second, classes)}
    results = {"shapes": [row.shape for row in rows], "weights": [row.weights for row in rows], "n": n}
    return Question("architecture", given, results, {
        "shape": shape, "n": n, "total": sum(results["weights"]), "table": "\n".join(table),
        "blank": "\n".join(f"| `{name}` | | |" for name in names)})


def _conv(k, c_in, c_out, **more):
    return Conv((k, k, c_in, c_out), relu, np.zeros, SGDOptimizer(), **more)


def _network(layers):
    return Network(layers, lr=0.0, loss=cross_entropy)
