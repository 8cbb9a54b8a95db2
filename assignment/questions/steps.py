"""Two steps of Adam, and a batch normalisation: what goes on around the layers, with roots that come out even."""
import numpy as np

from assignment.questions.question import Question, comes_out_even, number, side_by_side, signed, whole
from nn import AdamOptimizer, BatchNorm, SGDOptimizer

DRAWN = 100  # at once: one of them comes out even, perhaps


def adam(rng):
    """One weight. epsilon is too small to be seen."""
    even = []
    while not even:
        betas, gradients = rng.choice([0.5, 0.6, 0.75, 0.8, 0.9], 2).tolist(), signed(rng, 12, 2, DRAWN)
        steps = _steps(betas, gradients)
        even = [k for k in range(DRAWN) if _is_kind(gradients[:, k], steps[..., k])]
    gradients, steps = gradients[:, even[0]], steps[..., even[0]]
    w, lr = float(whole(rng, -8, 8)) / 2, float(rng.choice([0.1, 0.2, 0.3, 0.4, 0.5, 1.0]))
    optimizer, weights = AdamOptimizer(beta1=betas[0], beta2=betas[1]), [w]
    for gradient in gradients:
        weights.append(weights[-1] - float(optimizer.update(np.array([gradient]), lr)[0]))
    lines = [f"- t = {t}: m = {number(m)}, v = {number(v)}, "
             f"m̂ = {number(m)} / {number(1 - betas[0] ** t)}, v̂ = {number(v)} / {number(1 - betas[1] ** t)}, "
             f"w = {number(before)} - {number(lr)} · ({number(ratio)}) = {number(after)}"
             for t, ((m, v, ratio), before, after) in enumerate(zip(steps, weights, weights[1:]), 1)]
    return Question("adam", {"w": w, "lr": lr, "betas": betas, "gradients": gradients},
                    {"m": steps[:, 0], "v": steps[:, 1], "w": weights[1:]}, {
        "w": number(w), "lr": number(lr), "beta1": number(betas[0]), "beta2": number(betas[1]),
        "first": number(gradients[0]), "second": number(gradients[1]), "lines": "\n".join(lines)})


def _steps(betas, gradients):
    """Of each weight, after each step: (m, v, m^ / sqrt(v^)), as an array (steps, 3, weights)."""
    optimizer, found = AdamOptimizer(beta1=betas[0], beta2=betas[1]), []
    for gradient in gradients:
        ratio = optimizer.update(gradient, 1.0)
        found.append(np.array([optimizer.m, optimizer.v, ratio]))
    return np.array(found)


def _is_kind(gradients, steps):
    """Whether a pencil gets along with the steps, and the second one is another than the first."""
    ratios = steps[:, 2]
    return (comes_out_even(ratios, decimals=2) and comes_out_even(steps[:, :2], decimals=4) and abs(ratios[1]) > 0.005
            and abs(gradients[0]) != abs(gradients[1]))


def batch_norm(rng):
    """One channel of a batch of four or five, forwards and backwards. It is drawn as one of many channels."""
    even = []
    while not even:
        size = int(rng.choice([4, 5]))
        x, e = whole(rng, 0, 12, size, DRAWN), signed(rng, 4, size, DRAWN)
        x[1] = (x[0] + x[1] + 1) % 14  # never all the same
        layer = BatchNorm(DRAWN, optimizer=SGDOptimizer(), eps=0.0)
        layer.w, layer.b = whole(rng, 1, 6, DRAWN) / 2, whole(rng, -2, 2, DRAWN)
        z, grads, dx = layer.forward(x)[0], layer.get_weight_grad(x, e), layer.backward(e)
        mean, std = layer.mean, 1 / layer.inv_std
        even = [k for k in range(DRAWN) if comes_out_even(mean[k], std[k], decimals=1)
                and comes_out_even(z[:, k], grads["w"][k], dx[:, k], decimals=3)]
    k = even[0]
    results = {"z": z[:, k], "dL/dγ": grads["w"][k], "dL/dβ": grads["b"][k], "dL/dx": dx[:, k]}
    given = {"x": x[:, k], "e": e[:, k]}
    return Question("batch_norm", {**given, "gamma": layer.w[k], "beta": layer.b[k]}, results, {
        "given": side_by_side(given), "results": side_by_side(results), "gamma": number(layer.w[k]),
        "beta": number(layer.b[k]), "mean": number(mean[k]), "std": number(std[k]), "size": size})
