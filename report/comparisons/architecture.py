"""Architectures: what a network reaches in which time, and with how many weights."""
import mnist_test
from nn import MaxPooling
from report.comparison import Comparison
from report.comparisons import networks
from report.figure import curve, losses, over
from report.measurement import LOSS, MULTIPLICATIONS, SECONDS, TEST, VALIDATION, WEIGHTS
from report.table import rows
from training.experiment import Experiment


def pooled(activation, optimizer):
    return networks.report(activation, optimizer, [MaxPooling(2)])


NETWORKS = Comparison(
    title="Five networks, Adam, lr 0.001, 2,000 iterations",
    base=Experiment(mnist_test.cnn, iterations=2000),
    varied={"make_layers": {"MLP": mnist_test.mlp, "assignment's CNN": mnist_test.assignment,
                            "small LeNet": mnist_test.cnn, "report's CNN": networks.report,
                            "report's CNN, pooled": pooled}},
    panels=[curve("validation", "validation accuracy, %", ylim=(90, 100)),
            curve("validation", "validation accuracy, %", x="seconds", ylim=(90, 100)),
            over(WEIGHTS, VALIDATION)],
    table=rows(WEIGHTS, MULTIPLICATIONS, SECONDS, LOSS, VALIDATION, TEST),
    documents={"report's CNN": "89.81"})


def report(activation, optimizer, pools, spreads):
    return networks.with_spreads(networks.report(activation, optimizer, [pool(2) for pool in pools]), spreads)


REPORT = Comparison(
    title="The report's CNNs with right gradients, Adam, lr 0.001",
    base=Experiment(report),
    varied={("pools", "activation"): {"of section 4": ([], "leaky_relu"), "of section 5": ([], "relu"),
                                      "of section 5, pooled": ([MaxPooling], "relu")},
            "spreads": {"as in the report": networks.REPORTS, "He": []}, "iterations": [1, 10, 100]},
    panels=[losses(window=10, where={"iterations": 100}),
            curve("validation", "validation accuracy, %", where={"iterations": 100})],
    table=rows(LOSS, VALIDATION, TEST),
    documents={"of section 4, as in the report, 10": "13.58", "of section 5, pooled, as in the report, 1": "10.40",
               "of section 5, as in the report, 100": "43.57", "of section 5, pooled, as in the report, 100": "18.71"})
