"""Losses: mean squared error against cross-entropy, whose gradients are about as large at first."""
import mnist_test
from nn import cross_entropy, mse
from report.comparison import Comparison
from report.comparisons.optimizer import gradient_size
from report.figure import against, curve
from report.measurement import TEST, VALIDATION, Paired, observed
from report.table import grid
from training.experiment import Experiment

LOSSES = Comparison(
    title="Mean squared error and cross-entropy in the course's MLP (ReLU), SGD, 300 iterations",
    base=Experiment(mnist_test.mlp, optimizer="sgd", iterations=300),
    varied={"loss": {"mean squared error": mse, "cross-entropy": cross_entropy}, "lr": [0.01, 0.03, 0.1, 0.3, 1.0]},
    observed={"gradient": gradient_size},
    panels=[against("lr"), curve("validation", "validation accuracy, %", where={"lr": 0.1})],
    table=grid("lr", observed("gradient", "first layer's gradient at first", ".1e", at=0), VALIDATION, TEST,
               Paired(TEST)),
    seeds=5)
