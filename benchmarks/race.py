"""A race to 99 %: the default network of `mnist_test.py`, trained here and in PyTorch, from the command to the end.

    python -m benchmarks.race --torch-python PATH

Both sides have the same recipe, first weights and batches. Each runs in a process of its own, one after the other. The
clock starts with the process and stops with the evaluation over the test images. It stands still while the validation
images are looked at for the curve, every 50 steps.
"""
import argparse
import json
import subprocess
import sys
import tempfile
import time
from functools import partial

import numpy as np

from benchmarks.interleaving import ROOT, ratio, torch_version
from benchmarks.markdown import markdown
from mnist_test import EXPERIMENTS
from nn.metrics import accuracy
from nn.network import Network
from readers.mnist import load_images
from training.loop import batches
from training.options import check_files, picture_file, positive_integer, random_seed
from training.parser import first_line

NAME, EVERY, GOALS = "cnn", 50, (98.0, 98.5, 99.0)
EXPERIMENT = EXPERIMENTS[NAME]


class Clock:
    """Seconds since `start`, a time of `time.time()`, without those in which it stood still."""

    def __init__(self, start):
        self.start = start

    def __call__(self):
        return time.time() - self.start

    def stand_still(self, call, *arguments):
        """What the call returns."""
        before = time.time()
        answer = call(*arguments)
        self.start += time.time() - before
        return answer


def run(side, seed, start):
    """Train and evaluate one side, "ours" or "pytorch". Returns what happened when, as a dict of numbers and lists."""
    clock = Clock(start)
    train_set, validation_set, test_set = load_images()
    np.random.seed(seed)
    net = SIDES[side](EXPERIMENT.layers())
    schedule, step, curve = EXPERIMENT.learning_rates(len(train_set[0])), 0, []
    started = clock()
    for _ in range(EXPERIMENT.epochs):
        for batch in batches(*train_set, EXPERIMENT.batch_size):
            net.lr = schedule(step)
            net.train_step(batch)
            step += 1
            if step % EVERY == 0:
                curve.append((clock(), clock.stand_still(accuracy, net, *validation_set)))
    reached = accuracy(net, *test_set)
    return {"started": started, "curve": curve, "total": clock(), "test": reached}


def ours(layers):
    return Network(layers, EXPERIMENT.lr, EXPERIMENT.loss)


def pytorch(layers):
    import torch  # it counts as start-up, and our side has none

    from benchmarks.pytorch import Theirs
    net = Theirs(layers, (28, 28, 1), partial(torch.optim.Adam, lr=EXPERIMENT.lr))
    net.criterion = torch.nn.CrossEntropyLoss(label_smoothing=EXPERIMENT.loss.label_smoothing)
    return net


SIDES = {"ours": ours, "pytorch": pytorch}


def start_run(python, side, seed):
    """The result of a side's run, in a process of its own."""
    command = [python, "-m", "benchmarks.race", "--run", side, "--seed", str(seed), "--start", repr(time.time())]
    return json.loads(subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout)


def whole_command(seed):
    """Seconds that `python mnist_test.py` takes, with all it prints and its picture."""
    with tempfile.TemporaryDirectory() as folder:
        start = time.time()
        subprocess.run([sys.executable, "mnist_test.py", "--seed", str(seed), "--picture", f"{folder}/curve.png"],
                       cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        return time.time() - start


def when(curve, goal):
    """The first second at which the curve has reached the goal, or nan."""
    return next((second for second, percent in curve if percent >= goal), np.nan)


def table(results, commands):
    """(heads, rows): medians of both sides' runs, and the medians of the ratios within a round."""
    figures = {"start-up (s)": lambda run: run["started"],
               **{f"{goal:g} % of validation images (s)": lambda run, goal=goal: when(run["curve"], goal)
                  for goal in GOALS},
               "start to test accuracy (s)": lambda run: run["total"]}
    rows = []
    for title, figure in figures.items():
        mine, theirs = (np.array([figure(run) for run in results[side]]) for side in SIDES)
        rows.append([title, np.median(mine), np.median(theirs), ratio(mine, theirs)])
    theirs = np.array([run["total"] for run in results["pytorch"]])
    rows.append(["`python mnist_test.py` (s)", np.median(commands), "", ratio(np.array(commands), theirs)])
    rows.append(["test accuracy (%)",
                 *(", ".join(f"{run['test']:.2f}" for run in results[side]) for side in SIDES), ""])
    return ["", "ours", "PyTorch", "ours / PyTorch"], rows


def draw(results, path):
    """Accuracy over seconds, one line for each run."""
    import matplotlib.pyplot as plt
    figure, axes = plt.subplots(figsize=(9, 4), layout="constrained")
    for side, title, color in (("ours", "NumPy, this project", "tab:blue"), ("pytorch", "PyTorch", "tab:orange")):
        for k, run in enumerate(results[side]):
            axes.plot(*zip(*run["curve"]), "-", color=color, label=title if k == 0 else None)
    axes.axhline(99, color="gray", linewidth=0.8, linestyle="--")
    axes.set(xlabel="seconds since the command", ylabel="accuracy over validation images (%)", xlim=(0, None),
             ylim=(95, 99.5))
    axes.grid(alpha=0.3)
    axes.legend(loc="lower right")
    figure.savefig(path, dpi=120)


def main():
    parser = argparse.ArgumentParser(prog="python -m benchmarks.race", description=first_line(__doc__))
    parser.add_argument("--torch-python", default=sys.executable, metavar="PATH",
                        help="an interpreter that has PyTorch and NumPy, if this one has not")
    parser.add_argument("--rounds", type=positive_integer, default=3, help="runs of each side, each with the next seed")
    parser.add_argument("--seed", type=random_seed, default=0, help="of the first round")
    parser.add_argument("--picture", type=picture_file, help="draw both sides' accuracy over time into this file")
    parser.add_argument("--run", choices=SIDES, help=argparse.SUPPRESS)
    parser.add_argument("--start", type=float, help=argparse.SUPPRESS)
    options = parser.parse_args()
    check_files(parser, options)
    if options.run:
        print(json.dumps(run(options.run, options.seed, options.start)))
        return
    if not torch_version(options.torch_python):
        raise SystemExit("the race needs PyTorch: pip install -r benchmarks/requirements.txt, or name an interpreter "
                         "that has it with --torch-python")
    results, commands = {side: [] for side in SIDES}, []
    for seed in range(options.seed, options.seed + options.rounds):
        for side, python in (("ours", sys.executable), ("pytorch", options.torch_python)):
            results[side].append(start_run(python, side, seed))
        commands.append(whole_command(seed))
    print(markdown(*table(results, commands)))
    if options.picture:
        draw(results, options.picture)


if __name__ == "__main__":
    main()
