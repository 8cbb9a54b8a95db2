"""By hand goes one layer, forwards and backwards: convolution, max pooling, ReLU, or softmax with cross-entropy."""
import numpy as np

from assignment.questions.question import Question, in_brackets, number, products, side_by_side, signed, whole
from nn import Conv, FullyConnected, MaxPooling, SGDOptimizer, cross_entropy, linear, relu


def convolution(rng):
    """A 2x2 filter on a 3x3 image, and the error e = dL/dz."""
    x, w, b, e = whole(rng, -2, 3, 3, 3), signed(rng, 3, 2, 2) / 2, whole(rng, -2, 2), signed(rng, 3, 2, 2)
    layer = Conv((2, 2, 1, 1), linear, w.reshape, SGDOptimizer())
    layer.b = b.reshape(1)
    image, error = x.reshape(1, 3, 3, 1), e.reshape(1, 2, 2, 1)
    z, grads = layer.forward(image)[0][0, ..., 0], layer.get_weight_grad(image, error)
    dw, dx = grads["w"][..., 0, 0], layer.backward(error)[0, ..., 0]
    given, results = {"x": x, "w": w, "b": b, "e": e}, {"z": z, "dL/dw": dw, "dL/db": grads["b"], "dL/dx": dx}
    return Question("convolution", given, results, {
        "given": side_by_side(given), "results": side_by_side(results), "b": in_brackets(b),
        "z": products(x[:2, :2], w), "z00": number(z[0, 0]), "dw": products(x[:2, :2], e), "dw00": number(dw[0, 0]),
        "dx": products(e, w[::-1, ::-1]), "dx11": number(dx[1, 1])})


def pooling(rng):
    """Windows that share pixels: of the places where the largest are, one at least is that of two windows."""
    places = []
    while not 1 < len(set(places)) < len(places):
        side, window, stride = rng.choice([(3, 2, 1), (4, 3, 1), (4, 2, 1), (5, 3, 2)]).tolist()
        layer, x = MaxPooling(window, strides=stride), whole(rng, 0, 9, side, side)
        z = layer.forward(x.reshape(1, side, side, 1))[0][0, ..., 0]
        places = [_place(layer, z.shape, at) for at in np.ndindex(*z.shape)]
    e = signed(rng, 5, *z.shape)
    given, results = {"x": x, "e": e}, {"z": z, "dL/dx": layer.backward(e.reshape(1, *e.shape, 1))[0, ..., 0]}
    return Question("pooling", {**given, "window": window, "stride": stride}, results, {
        "window": window, "stride": stride, "given": side_by_side(given), "results": side_by_side(results),
        "places": ", ".join(map(str, places))})


def _place(layer, shape, at):
    """(row, column) of the pixel that an error at output `at` goes back to."""
    error = np.zeros((1, *shape, 1))
    error[0, at[0], at[1], 0] = 1
    image = layer.backward(error)[0, ..., 0]
    return divmod(int(image.argmax()), image.shape[1])


def relu_layer(rng):
    """Two images of two numbers. ReLU cuts one or two of the four z off."""
    z = np.zeros(1)
    while not 1 < (z > 0).sum() < 4:
        x, w, b = whole(rng, -3, 3, 2, 2), signed(rng, 4, 2, 2) / 2, whole(rng, -2, 2, 2)
        layer = FullyConnected((2, 2), relu, w.reshape, SGDOptimizer())
        layer.b = b
        z, a = layer.forward(x)
    upstream = signed(rng, 3, 2, 2)
    e = layer.get_activation_grad(z, upstream)
    grads, dx = layer.get_weight_grad(x, e), layer.backward(e)
    given = {"x": x, "w": w, "b": b, "dL/da": upstream}
    results = {"z": z, "a": a, "dL/dz": e, "dL/dw": grads["w"], "dL/db": grads["b"], "dL/dx": dx}
    return Question("relu_layer", given, results, {
        "given": side_by_side(given), "results": side_by_side(results), "b": in_brackets(b[0]),
        "z": products(x[0], w[:, 0]), "z00": number(z[0, 0]), "dw": products(x[:, 0], e[:, 0]),
        "dw00": number(grads["w"][0, 0]), "dx": products(e[0], w[0]), "dx00": number(dx[0, 0])})


def loss(rng):
    """Logits that are logarithms of small whole numbers, so that the probabilities come out even."""
    powers, labels = np.array([_parts(rng) for _ in range(2)], float), rng.integers(0, 3, 2)
    X, Y = np.log(powers), np.eye(3)[labels]
    p = cross_entropy.softmax(X)
    given = {"exp(X)": powers, "Y": Y}
    results = {"p": p, "L": cross_entropy.compute(X, Y), "dL/dX": cross_entropy.deriv(X, Y)}
    return Question("loss", given, results, {
        "given": side_by_side(given), "results": side_by_side(results), "first": number(p[0, labels[0]]),
        "second": number(p[1, labels[1]]), "sums": ", ".join(map(number, powers.sum(axis=1)))})


def _parts(rng):
    """Three whole numbers above 0 whose sum divides them evenly."""
    total = int(rng.choice([4, 5, 8, 10, 20]))
    first, second = sorted(rng.choice(np.arange(1, total), 2, replace=False))
    return first, second - first, total - second
