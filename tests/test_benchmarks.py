"""The benchmark's networks are the ones the course names, and both sides compute the same. Nothing here is timed."""
import sys
from types import SimpleNamespace

import numpy as np
import pytest

from benchmarks import agreement, ours, parts, products
from benchmarks.__main__ import main
from benchmarks.interleaving import ROOT, Checkout, interleaved
from benchmarks.networks import NETWORKS, build

IMAGES = 4


def batch(side, network, dtype=np.float64):
    generator = np.random.default_rng(0)
    images = generator.random((IMAGES, *NETWORKS[network].image), dtype=np.float32)
    return side.prepare(images.astype(dtype), generator.integers(0, 10, IMAGES))


@pytest.mark.parametrize("network, weights", [
    ("assignment", 400 + 18432 + 73728 + 103680 + 1800 + 16 + 32 + 64 + 180 + 10),
    ("lenet", 400 + 12800 + 65536 + 1280 + 16 + 32 + 128 + 10),
    ("lenet-batchnorm", 400 + 12800 + 65536 + 1280 + 3 * (16 + 32) + 128 + 10),
    ("cnn", 200 + 6400 + 65536 + 1280 + 8 + 32 + 128 + 10),
    ("report", 144 + 8192 + 294912 + 2560 + 16 + 32 + 256 + 10),
    ("mlp", 78400 + 5000 + 500 + 100 + 50 + 10),
    ("cifar", 4800 + 18432 + 9216 + 9216 + 4608 + 2304 + 10240 + 3 * (64 + 32 + 32 + 32 + 16 + 16 + 10)),
])
def test_number_of_weights(network, weights):
    assert sum(getattr(layer, name).size for layer in build(network).layers for name in layer.weights) == weights


def test_every_weight_of_every_build_is_the_same():
    first, second = (build("lenet").layers[0].w for _ in range(2))
    assert np.array_equal(first, second)


def test_sizes_of_the_floor():
    assert products.sizes("lenet") == [(24 * 24, 25, 16), (8 * 8, 400, 32), (1, 512, 128), (1, 128, 10)]


def test_the_floor_has_three_products_a_layer_and_no_input_gradient_for_the_first():
    matrices = products.products([(9, 4, 2), (1, 18, 5)], 7)
    shapes = [(left.shape, right.shape, out.shape) for left, right, out in matrices]
    assert shapes == [((63, 4), (4, 2), (63, 2)), ((4, 63), (63, 2), (4, 2)),
                      ((7, 18), (18, 5), (7, 5)), ((18, 7), (7, 5), (18, 5)), ((7, 5), (5, 18), (7, 18))]


def test_gradients_leave_the_weights_as_they_were():
    side = ours.Side("mlp")
    weights = [getattr(layer, name) for layer in side.net.layers for name in layer.weights]
    before = [weight.copy() for weight in weights]
    assert set(side.gradients(*batch(side, "mlp"))) == {"loss", "1.w", "1.b", "2.w", "2.b", "3.w", "3.b"}
    assert all(np.array_equal(weight, copy) for weight, copy in zip(weights, before))


@pytest.mark.parametrize("network", NETWORKS)
def test_pytorch_computes_the_same(network):
    pytest.importorskip("torch")
    from benchmarks import pytorch
    sides = ours.Side(network, np.float64), pytorch.Side(network, np.float64)
    errors = agreement.gradient_errors(*(side.gradients(*batch(side, network)) for side in sides))
    errors["outputs"] = agreement.relative_error(*(side.predict(batch(side, network)[0]) for side in sides))
    assert max(errors.values()) < agreement.TOLERANCE


def test_interleaved_calls_alternate_and_the_first_round_is_not_counted():
    seen = []
    times = interleaved({name: lambda name=name: seen.append(name) or [len(seen)] * 3 for name in "ab"}, rounds=2)
    assert seen == list("ababab")
    assert {name: list(each) for name, each in times.items()} == {"a": [3, 5], "b": [4, 6]}


FAKE_WORKER = """
import json, sys
answers = {answers}
if sys.argv[2] == "lenet-batchnorm":
    answers["warm_steps"] = [2 * seconds for seconds in answers["warm_steps"]]
for line in sys.stdin:
    print(json.dumps(answers[json.loads(line)[0]]), flush=True)
"""


@pytest.fixture
def fake_checkouts(tmp_path):
    """Two checkouts whose workers say how long they took instead of working: ours takes twice as long as the other."""
    checkouts = {}
    for side, seconds in (("ours", 0.002), ("against", 0.001)):
        checkouts[side] = Checkout(sys.executable, "ours", tmp_path / side)
        (checkouts[side].folder / "benchmarks").mkdir(parents=True)
        answers = {"warm_steps": [seconds] * 3, "inference": seconds, "added_memory": seconds * 1000 * 2 ** 20}
        (checkouts[side].folder / "benchmarks" / "worker.py").write_text(FAKE_WORKER.format(answers=answers))
    return checkouts


@pytest.mark.parametrize("part, heads, row", [
    (parts.training, ["network", "batch", "ours (ms)", "against (ms)", "ours / against"], ["LeNet", 50, 2.0, 1.0, 2.0]),
    (parts.inference, ["network", "ours (s)", "against (s)", "ours / against"], ["LeNet", 0.002, 0.001, 2.0]),
    (parts.memory, ["network", "batch", "training: ours", "training: against",
                    "inference, 10,000 images: ours", "inference, 10,000 images: against"],
     ["LeNet", 128, 2.0, 1.0, 2.0, 1.0]),
    (parts.batchnorm, ["batch", "ours (ms)", "against (ms)", "ours / against"], [50, 2.0, 1.0, 2.0]),
    (parts.beside, ["batch 50", "alone (ms)", "beside it (ms)", "beside / alone", "ours / this, beside it"],
     ["LeNet: ours", 2.0, 2.0, 1.0, 1.0]),
])
def test_another_checkout_is_a_side_with_code_of_its_own(fake_checkouts, part, heads, row):
    options = SimpleNamespace(networks=["lenet"], batches=[50], rounds=2, long_rounds=2)
    _, table_heads, rows = part(options, fake_checkouts)
    assert table_heads == heads and rows[0] == row


@pytest.mark.slow
def test_the_same_code_as_another_checkout_has_the_same_losses():
    checkout = Checkout(sys.executable, "ours", ROOT)
    first, trained = agreement.losses({"ours": checkout, "against": checkout}, "mlp")
    assert first[0] == first[1] > trained[0] == trained[1]


def test_a_path_that_is_no_checkout_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["benchmarks", "--against", str(tmp_path)])
    with pytest.raises(SystemExit, match="--against must name another checkout .* has no benchmarks/worker.py$"):
        main()


@pytest.mark.parametrize("name", ["two-layer", "three-layer", "three-layer-nesterov", "six-conv"])
def test_pytorch_learns_the_same_from_the_same_weights_and_batches(name):
    pytest.importorskip("torch")
    from benchmarks import learning
    generator = np.random.default_rng(0)
    data = generator.normal(size=(96, 32, 32, 3)).astype(np.float32), np.eye(10, dtype=np.float32)[np.arange(96) % 10]
    ours, theirs = learning.both(name, 0, data, data, epochs=2)
    assert len(ours) == len(theirs) == 2
    np.testing.assert_allclose(ours, theirs, atol=2.1)  # 2 of the 96 images


def test_the_epoch_in_which_an_accuracy_is_reached():
    pytest.importorskip("torch")
    from benchmarks.learning import reached
    assert [reached([40.0, 50.0, 45.0], wanted) for wanted in (39.0, 40.0, 45.0, 51.0)] == ["1", "1", "2", "-"]
