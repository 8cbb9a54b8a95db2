"""An experiment is a network and the settings of its training, which the command line may change."""
from dataclasses import dataclass
from typing import Callable, Optional

from nn import activation, optimizer
from nn.checks.calls import Checked, closest, shown
from nn.checks.settings import check_counts, check_functions, check_loss, number, takes
from nn.loss import cross_entropy
from training.loop import step_count
from training.schedule import Cosine, OneCycle

ACTIVATIONS = {name: getattr(activation, name) for name in ("relu", "leaky_relu", "sigmoid", "tanh", "silu", "linear")}
OPTIMIZERS = {
    "sgd": optimizer.SGDOptimizer,
    "momentum": optimizer.MomentumSGDOptimizer,
    "nesterov": optimizer.NesterovSGDOptimizer,
    "nesterovw": optimizer.NesterovSGDWOptimizer,
    "adagrad": optimizer.AdaGradOptimizer,
    "rmsprop": optimizer.RMSPropOptimizer,
    "adam": optimizer.AdamOptimizer,
    "adamw": optimizer.AdamWOptimizer,
}
SCHEDULES = {"constant": lambda lr, steps: None, "cosine": Cosine, "one-cycle": OneCycle}


@dataclass(frozen=True)
class Experiment(metaclass=Checked):
    """make_layers(activation, optimizer) returns the network's list of layers; the rest says how it is trained.

    activation: of the hidden layers; None where the network's are fixed, and then it is make_layers(optimizer).
    iterations: where to stop, if before the last epoch ends. schedule: "constant"; "cosine", the learning rate falls to
    0 along half a cosine; or "one-cycle", it rises to lr and falls to 0 in straight lines. augment: a function of a
    batch of images. watch_training: whether each epoch ends with the training set's loss and accuracy, too. Raises
    ValueError or TypeError for a setting that is not possible.
    """

    make_layers: Callable
    activation: Optional[str] = "relu"
    optimizer: str = "adam"
    lr: float = 0.001
    loss: object = cross_entropy
    weight_decay: float = 0.0
    epochs: int = 10
    iterations: Optional[int] = None
    batch_size: int = 50
    schedule: str = "constant"
    augment: Optional[Callable] = None
    watch_training: bool = False

    def __post_init__(self):
        named = {"optimizer": OPTIMIZERS, "schedule": SCHEDULES}
        if self.activation is not None:
            named["activation"] = ACTIVATIONS
        for setting, known in named.items():
            name = getattr(self, setting)
            if name not in known:
                raise ValueError(f"Experiment: {setting} must be one of {', '.join(known)}, but is {shown(name)}: "
                                 f"write {setting}={closest(str(name), known) or next(iter(known))!r}")
        number(self, "lr", self.lr)
        number(self, "weight_decay", self.weight_decay)
        check_loss(self.loss)
        check_counts(epochs=self.epochs, iterations=self.iterations, batch_size=self.batch_size)
        check_functions(augment=self.augment)
        if not callable(self.make_layers):
            raise TypeError(f"Experiment: make_layers must be a function that returns the list of layers, because each "
                            f"training needs new ones, but is {shown(self.make_layers)}: write Experiment(mlp), if the "
                            f"function is called mlp, without calling it")

    def layers(self):
        """The list of layers, with first weights from NumPy's global generator."""
        chosen = [] if self.activation is None else [ACTIVATIONS[self.activation]]
        chosen.append(OPTIMIZERS[self.optimizer](weight_decay=self.weight_decay))
        if not takes(self.make_layers, len(chosen)):
            arguments = ", ".join(["activation", "optimizer"][-len(chosen):])
            raise TypeError(f"Experiment: make_layers is called with {arguments}, but {shown(self.make_layers)} does "
                            f"not take that: let it begin with def layers({arguments}):")
        layers = self.make_layers(*chosen)
        if layers is None:
            name = getattr(self.make_layers, "__name__", "make_layers")
            raise TypeError(f"{name} returned None: let it end with return [...], the list of layers")
        return layers

    def steps(self, n):
        """How many steps a training with n images takes."""
        return step_count(n, self.batch_size, self.epochs, self.iterations)

    def learning_rates(self, n):
        """The schedule of a training with n images, a function from the step to its learning rate; None: always lr."""
        return SCHEDULES[self.schedule](self.lr, self.steps(n))
