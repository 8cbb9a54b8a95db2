"""Training: what `train_step` comes to in five epochs."""
import mnist_test
from report.comparison import Comparison
from report.figure import curve, losses
from report.measurement import LOSS, SECONDS, TEST, VALIDATION
from report.table import rows
from training.experiment import Experiment

FIVE_EPOCHS = Comparison(
    title="Five epochs of training, batches of 50",
    base=Experiment(mnist_test.cnn, epochs=5, schedule="cosine"),
    varied={"make_layers": {"MLP 784-100-50-10": mnist_test.mlp, "small LeNet": mnist_test.cnn}},
    panels=[losses(window=100, yscale="log"), curve("validation", "validation accuracy, %", ylim=(90, 100))],
    table=rows(LOSS, VALIDATION, TEST, SECONDS))
