"""A wrong gradient among four is a right one to which one of the mistakes that students make was done."""
from types import SimpleNamespace

from assignment.questions.question import Question, side_by_side, signed, whole
from nn import FullyConnected, SGDOptimizer, relu

MISTAKES = {  # what was done -> (to which gradient, what comes out of the numbers of the step)
    "error not cut": ("dL/dz", lambda s: s.upstream),
    "value for slope": ("dL/dz", lambda s: s.upstream * s.a),
    "z for input": ("dL/dw", lambda s: s.u.T @ s.e),
    "summed apart": ("dL/dw", lambda s: s.x.sum(axis=0)[:, None] * s.e.sum(axis=0)),
    "transposed": ("dL/dw", lambda s: s.e.T @ s.x),
    "averaged": ("dL/db", lambda s: s.e.mean(axis=0)),
    "upstream summed": ("dL/db", lambda s: s.upstream.sum(axis=0)),
    "w as it is": ("dL/dx", lambda s: s.e @ s.w),
    "upstream sent back": ("dL/dx", lambda s: s.upstream @ s.w.T),
}


def wrong_gradient(rng):
    """A mistake that shows, and that no other one looks like. ReLU cuts one or two of the four z off."""
    alike = []
    while len(alike) != 1:
        s = SimpleNamespace(u=whole(rng, -3, 3, 2, 2), w=signed(rng, 4, 2, 2) / 2, upstream=signed(rng, 3, 2, 2))
        s.x = relu.compute(s.u)
        layer = FullyConnected((2, 2), relu, s.w.reshape, SGDOptimizer())
        s.z, s.a = layer.forward(s.x)
        s.e = layer.get_activation_grad(s.z, s.upstream)
        grads = layer.get_weight_grad(s.x, s.e)
        right = {"dL/dz": s.e, "dL/dw": grads["w"], "dL/db": grads["b"], "dL/dx": layer.backward(s.e)}
        phrase = str(rng.choice(list(MISTAKES)))
        name, mistake = MISTAKES[phrase]
        wrong = mistake(s)
        alike = [one for gradient, one in MISTAKES.values() if gradient == name and (one(s) == wrong).all()
                 and (wrong != right[name]).any() and 0 < (s.a == 0).sum() < 3]
    given = {"u": s.u, "x": s.x, "w": s.w, "z": s.z, "dL/da": s.upstream}
    shown = {**right, name: wrong}
    return Question("wrong_gradient", {**given, "shown": shown}, {"name": name, "right": right}, {
        "given": side_by_side(given), "shown": side_by_side(shown), "name": name,
        "right": side_by_side({name: right[name]})}, phrase)
