"""A trace is one training step written down: each number on its way forward, backward and into the weights."""
import numpy as np

from inspection.recording import recorded
from inspection.text_table import aligned, html
from nn.checks.calls import check_network, shown, usage
from nn.ops.process import draws_put_back

FORWARD = """1. Forward, from the first layer to the last:  z, a = layer.forward(x)
   z is the layer's linear part, a = f(z) its activation, which is the next layer's x. Each: mean +- spread."""
LOSS = """2. Loss, of the last layer's a and the labels Y:  L = sum(loss.compute(a, Y)) = {loss:.6g}"""
BACKWARD = """3. Backward, from the last layer to the first. Each number is the Euclidean norm of an array.
   dL/da = loss.deriv(a, Y) for the last layer, else the dL/dx of the layer after it
   dL/dz = layer.get_activation_grad(z, dL/da), dL/da f'(z) number by number: the layer's error
   dL/dw = layer.get_weight_grad(x, dL/dz), for each weight: the x it multiplied times the error there, summed up
   dL/dx = layer.backward(dL/dz); it is not computed where no layer before it trains"""
UPDATE = """4. Update, when all gradients are known:  w <- w - step,  step = optimizer.update(dL/dw, lr),  lr = {lr:g}
   Norms again; a step of a thousandth of the weight or so is usual. A weight that starts at 0 has no such ratio."""


class Trace:
    """What `net.train_step(mini_batch)` would do now. `str` is the table; the network stays as it is.

    loss: the mean loss of the batch. layers: an `inspection.recording.Record` for each layer, with its x, z, a,
    gradients, and weights before and after the step. Random numbers that layers draw are those that the next step will
    draw.
    """

    @usage("Trace(net, (X, Y))")
    def __init__(self, net, mini_batch):
        check_network(net, "Trace(net, (X, Y))")
        if not isinstance(mini_batch, (tuple, list)) or len(mini_batch) != 2:
            raise TypeError(f"Trace takes a network and a mini-batch, a pair, but was given {shown(mini_batch)}: write "
                            f"Trace(net, (X, Y))")
        twin, self.layers = recorded(net)
        with draws_put_back():
            self.loss = twin.train_step(mini_batch)
        self.lr = net.lr

    def __str__(self):
        return "\n\n".join([
            FORWARD + "\n" + aligned(self._forward()),
            LOSS.format(loss=self.loss),
            BACKWARD + "\n" + aligned(self._backward()),
            UPDATE.format(lr=self.lr) + "\n" + aligned(self._update()),
        ])

    __repr__ = __str__

    def _repr_html_(self):
        """The tables in a notebook."""
        return "".join([html(self._forward(), FORWARD), html([], LOSS.format(loss=self.loss)),
                        html(self._backward(), BACKWARD), html(self._update(), UPDATE.format(lr=self.lr))])

    def _forward(self):
        return [["layer", "x", "", "z", ""]] + [
            [record.name, *_described(record.x), *_described(record.z)] for record in self.layers]

    def _backward(self):
        rows = [["layer", "dL/da", "dL/dz", "dL/dw", "dL/dx"]]
        for record in reversed(self.layers):
            grads = ", ".join(f"{weight} {_norm(grad)}" for weight, grad in record.grads.items())
            rows.append([record.name, _norm(record.upstream), _norm(record.error), grads or "-", _norm(record.dx)])
        return rows

    def _update(self):
        rows = [["weight", "w", "step", "step / w"]]
        for record in self.layers:
            for weight, before in record.before.items():
                step, size = np.linalg.norm(record.after[weight] - before), np.linalg.norm(before)
                ratio = f"{step / size:.1e}" if size else "-"
                rows.append([f"{record.name} {weight}", f"{size:.3g}", f"{step:.3g}", ratio])
        return rows


def _described(array):
    """The shape, and mean and standard deviation, of an array."""
    return str(array.shape), f"{np.mean(array):.3f} +- {np.std(array):.3f}"


def _norm(array):
    return "-" if array is None else f"{np.linalg.norm(array):.3g}"
