"""The notebook runs, cell after cell, and what a cell ends with is shown as one would write it."""
import ast
import json
import re
from pathlib import Path

import matplotlib
import numpy as np
import pytest

import nn
from inspection.summary import Summary
from inspection.trace import Trace
from nn.activation import LeakyReLU
from training.averaging import Lookahead

NOTEBOOK = Path(__file__).resolve().parents[1] / "examples" / "first_steps.ipynb"
ADAM = nn.AdamOptimizer()
LAYERS = [
    nn.Conv((5, 5, 1, 8), activation=nn.relu, filter_init=nn.he, optimizer=ADAM, strides=2, pad="same"),
    nn.MaxPooling(2), nn.AvgPooling((2, 1), strides=1), nn.BatchNorm(8, optimizer=ADAM), nn.Dropout(0.3),
    nn.Flatten((7, 6, 8)),
    nn.FullyConnected((336, 10), nn.linear, nn.he, nn.SGDOptimizer(weight_decay=0.1), bias=False)]
WRITTEN = ["Conv((5, 5, 1, 8), activation=relu, filter_init=..., optimizer=AdamOptimizer(), strides=2, pad='same')",
           "MaxPooling(2)", "AvgPooling((2, 1), strides=1)", "BatchNorm(8, optimizer=AdamOptimizer())", "Dropout(0.3)",
           "Flatten((7, 6, 8))", "FullyConnected((336, 10), activation=linear, weight_init=..., "
                                 "optimizer=SGDOptimizer(weight_decay=0.1), bias=False)"]


@pytest.mark.slow
def test_each_cell_of_the_notebook_runs_and_finds_the_wrong_gradient(capsys):
    matplotlib.use("Agg")
    names = {}
    for cell in json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            exec("".join(cell["source"]), names)
    printed = capsys.readouterr().out
    errors = [float(error) for error in re.findall("relative error (.*)", printed.split("Forgetful")[1])]
    right = [float(error) for error in re.findall("relative error (.*)", printed.split("ReLU\n")[1].split("Forg")[0])]
    assert max(errors) > 1e-3 and max(right) < 1e-6 and "validation accuracy" in printed


def test_a_network_and_its_layers_are_shown_as_one_writes_them():
    net = nn.Network(LAYERS, lr=0.01, loss=nn.cross_entropy)
    assert [str(layer) for layer in LAYERS] == WRITTEN
    lines = "".join(f"    {line},\n" for line in WRITTEN)
    assert repr(net) == f"Network([\n{lines}], lr=0.01, loss=cross_entropy)"
    again = eval(repr(net).replace("filter_init=...", "filter_init=he").replace("weight_init=...", "weight_init=he"),
                 vars(nn).copy())
    assert repr(again) == repr(net)


@pytest.mark.parametrize("text", [
    "BatchNorm(4, optimizer=AdamOptimizer(), momentum=0.4, rates={'w': 0, 'b': 64})", "LastStep()",
    "LayerNorm((4,), optimizer=AdamOptimizer())", "GroupNorm(2, channels=4, optimizer=AdamOptimizer())",
    "RNN((3, 4), weight_init=..., optimizer=Lookahead(AdamOptimizer()))", "GlobalAvgPooling()",
    "PatchWhitening(2, channels=3, activation=silu)", "EachStep()",
    "Embedding((10, 3), weight_init=..., optimizer=Lookahead(SGDOptimizer(weight_decay=0.1), every=7))"])
def test_a_layer_is_shown_as_one_writes_it(text):
    names = {**vars(nn), "Lookahead": Lookahead}
    assert str(eval(text.replace("weight_init=...", "weight_init=he"), names)) == text


@pytest.mark.parametrize("thing, text", [
    (nn.relu, "relu"), (LeakyReLU(0.2), "LeakyReLU(slope=0.2)"), (LeakyReLU(0.01), "leaky_relu"),
    (nn.cross_entropy, "cross_entropy"), (nn.SoftmaxCrossEntropy(0.1), "SoftmaxCrossEntropy(label_smoothing=0.1)"),
    (nn.mse, "mse"), (nn.AdamOptimizer(beta1=0.8), "AdamOptimizer(beta1=0.8)"), (nn.SGDOptimizer(), "SGDOptimizer()"),
    (nn.AdamWOptimizer(), "AdamWOptimizer()")])
def test_what_is_made_is_shown_as_one_writes_it(thing, text):
    assert repr(thing) == text and repr(eval(text, {**vars(nn), "LeakyReLU": LeakyReLU})) == text


def test_summary_and_trace_are_tables_in_a_notebook_and_texts_elsewhere():
    net = nn.Network([nn.FullyConnected((4, 3), nn.linear, nn.he, ADAM)], 0.1, nn.mse)
    for shown in (Summary(net, (4,)), Trace(net, (np.ones((5, 4)), np.ones((5, 3))))):
        assert repr(shown) == str(shown) and " at 0x" not in str(shown)
        assert shown._repr_html_().count("<table>") == shown._repr_html_().count("</table>") > 0
        assert "0 FullyConnected((4, 3))" in shown._repr_html_()


def test_the_notebook_holds_no_outputs():
    cells = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    assert all(cell.get("outputs", []) == [] for cell in cells)
    assert all(ast.parse("".join(cell["source"])) for cell in cells if cell["cell_type"] == "code")
