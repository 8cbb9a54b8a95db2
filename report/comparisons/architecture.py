"""Architectures: what a network reaches in which time, and with how many weights."""
import numpy as np

import mnist_test
from report.comparison import Comparison
from report.comparisons import networks
from report.figure import curve, losses, over
from report.measurement import LOSS, MULTIPLICATIONS, SECONDS, TEST, VALIDATION, WEIGHTS
from report.table import rows
from training.experiment import Experiment


def pooled(activation, optimizer):
    return networks.report(activation, optimizer, pooled=True)


NETWORKS = Comparison(
    title="Five networks, Adam, lr 0.001, 2,000 iterations",
    base=Experiment(mnist_test.cnn, iterations=2000),
    varied={"make_layers": {"MLP": mnist_test.mlp, "assignment's CNN": mnist_test.assignment,
                            "small LeNet": mnist_test.cnn, "report's CNN": networks.report,
                            "report's CNN, pooled": pooled}},
    panels=[curve("validation", "validation accuracy, %", ylim=(90, 100)),
            curve("validation", "validation accuracy, %", x="seconds", ylim=(90, 100)),
            over(WEIGHTS, VALIDATION, ylim=(96, 100))],
    table=rows(WEIGHTS, MULTIPLICATIONS, SECONDS, LOSS, VALIDATION, TEST),
    documents={"report's CNN": "89.81"})

REPORTS = [np.sqrt(2 / n) for n in (28 * 28, 16 * 26 * 26)]  # n from the pictures' sizes; the other layers' are He's


def report(activation, optimizer, pool, spreads):
    return networks.with_spreads(networks.report(activation, optimizer, pool), spreads)


REPORT = Comparison(
    title="The report's CNN, Adam, lr 0.001, 10 and 100 iterations",
    base=Experiment(report),
    varied={"pool": {"without pooling": False, "pooled": True}, "spreads": {"as in the report": REPORTS, "He": []},
            "iterations": [10, 100]},
    panels=[losses(window=10, where={"iterations": 100}),
            curve("validation", "validation accuracy, %", where={"iterations": 100})],
    table=rows(LOSS, VALIDATION, TEST),
    documents={"without pooling, as in the report, 10": "13.58", "pooled, as in the report, 10": "10.40",
               "without pooling, as in the report, 100": "43.57", "pooled, as in the report, 100": "18.71"})
