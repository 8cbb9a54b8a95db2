"""A look-ahead average goes back every few steps, remembers longer the smaller they are, and is kept in checkpoints."""
import numpy as np
import pytest

from nn import AdamOptimizer, MomentumSGDOptimizer, NesterovSGDWOptimizer, Network, cross_entropy
from tests.small import dense
from training.averaging import Lookahead
from training.callbacks import Callback
from training.checkpoint import Checkpoint
from training.experiment import Experiment
from training.loop import train


class StopAfter(Callback):
    def __init__(self, steps):
        self.steps = steps

    def on_batch_end(self, training):
        if len(training.history.losses) == self.steps:
            training.stop()


@pytest.mark.parametrize("make", [MomentumSGDOptimizer, AdamOptimizer, NesterovSGDWOptimizer])
def test_the_weight_goes_back_to_the_average_every_few_steps(make):
    lookahead, fast = Lookahead(make(weight_decay=0.1), every=3, forgetting=0.6), make(weight_decay=0.1)
    w = slow = np.random.normal(size=(4, 3))
    rates = [0.1, 0.2, 0.4, 0.4, 0.3, 0.2, 0.1, 0.05, 0.02]
    for step, lr in enumerate(rates, 1):
        g = np.random.normal(size=(4, 3))
        expected = w - fast.update_with_decay(w, g, lr)
        if step % 3 == 0:
            expected = slow = slow + (1 - 0.6 * (1 - lr / 0.4) ** 3) * (expected - slow)
        w = w - lookahead.update_with_decay(w, g, lr)
        np.testing.assert_allclose(w, expected, rtol=1e-12)


@pytest.mark.parametrize("setting", [{"every": 0}, {"every": 2.5}, {"forgetting": 1.1}, {"forgetting": -0.1}])
def test_settings_that_are_not_possible_are_refused(setting):
    with pytest.raises(ValueError, match=f"Lookahead: {[*setting][0]} must be a"):
        Lookahead(AdamOptimizer(), **setting)


def test_a_layer_gives_its_biases_no_decay():
    layer = dense(4, 3, optimizer=Lookahead(MomentumSGDOptimizer(weight_decay=0.3)))
    assert [layer.optimizers[name].optimizer.weight_decay for name in ("w", "b")] == [0.3, 0.0]


def test_a_training_goes_on_with_the_same_bits(tmp_path):
    def layers(activation, optimizer):
        return [dense(6, 5, optimizer=Lookahead(optimizer)), dense(5, 3, optimizer=Lookahead(optimizer))]

    data = np.random.normal(size=(40, 6)), np.eye(3)[np.arange(40) % 3]
    experiment = Experiment(layers, optimizer="nesterov", lr=0.1, batch_size=5, epochs=2, schedule="one-cycle")

    def begin():
        np.random.seed(3)
        net = Network(experiment.layers(), experiment.lr, cross_entropy)
        return net, Checkpoint(net, experiment, data)

    def go_on(net, history=None, *callbacks):
        return train(net, data, 2, 5, experiment.learning_rates(40), history=history, callbacks=callbacks,
                     verbose=False)

    whole, _ = begin()
    go_on(whole)
    stopped, checkpoint = begin()
    checkpoint.write(tmp_path / "run.npz", stopped, go_on(stopped, None, StopAfter(7)))
    resumed, checkpoint = begin()
    go_on(resumed, checkpoint.restore(tmp_path / "run.npz", resumed))
    np.testing.assert_array_equal(resumed.layers[0].w, whole.layers[0].w)
