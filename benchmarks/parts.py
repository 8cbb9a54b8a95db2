"""The parts of the benchmark: each measures one thing and returns a table, as its title, column heads and rows.

In all of them `checkouts` says where each side works: {"ours": Checkout(...)}, and "against", "pytorch" or "products".
"""
import subprocess
import time
from functools import partial

import numpy as np

from benchmarks.interleaving import background_load, interleaved, ratio, workers
from benchmarks.networks import NETWORKS

SIDES = {"ours": "ours", "against": "against", "pytorch": "PyTorch", "products": "matrix products",
         "one thread": "ours, one thread"}


def training(options, checkouts):
    """Milliseconds of a step (forward, loss, backward, Adam), and of its matrix products alone."""
    others = [side for side in checkouts if side != "ours"]
    rows, ratios = [], []
    for network in options.networks:
        entry = NETWORKS[network]
        with workers(checkouts, network) as sides:
            for batch in options.batches or entry.batches:
                calls = {side: partial(sides[side], "warm_steps", batch, entry.steps) for side in checkouts}
                times = interleaved(calls, options.rounds)
                ratios.append([ratio(times["ours"], times[side]) for side in others])
                rows.append([entry.title, batch, *(1e3 * np.median(times[side]) for side in checkouts), *ratios[-1]])
    if others:
        rows.append(["geometric mean", *[""] * (1 + len(checkouts)), *np.exp(np.mean(np.log(ratios), axis=0))])
    return "Training step", ["network", "batch", *(f"{SIDES[side]} (ms)" for side in checkouts),
                             *(f"ours / {SIDES[side]}" for side in others)], rows


def batchnorm(options, checkouts, starts=5):
    """Milliseconds that two BatchNorms add to LeNet's step, and ours / the other's.

    A difference of two times is a small one, and depends on where a process's arrays happen to lie in memory. So it is
    the median over several processes of each side and network.
    """
    def added(batch):
        with workers(checkouts, "lenet") as plain, workers(checkouts, "lenet-batchnorm") as normalised:
            calls = {(side, kind): partial(sides[side], "warm_steps", batch, 10)
                     for kind, sides in (("plain", plain), ("normalised", normalised)) for side in checkouts}
            times = interleaved(calls, options.long_rounds)
        return [1e3 * (times[side, "normalised"] - times[side, "plain"]) for side in checkouts]

    rows = []
    for batch in options.batches or NETWORKS["lenet"].batches:
        ours, *others = np.median(np.concatenate([added(batch) for _ in range(starts)], axis=1), axis=1)
        rows.append([batch, ours, *others, *(ours / theirs for theirs in others)])
    return "What two BatchNorms add to LeNet's step", [
        "batch", *(f"{SIDES[side]} (ms)" for side in checkouts),
        *(f"ours / {SIDES[side]}" for side in checkouts if side != "ours")], rows


def beside(options, checkouts):
    """Milliseconds of a step at batch 50, alone and beside a background load that keeps one core busy."""
    checkouts = {**checkouts, "one thread": checkouts["ours"]._replace(threads=1)}
    rows = []
    for network in options.networks:
        with workers(checkouts, network) as sides:
            calls = {side: partial(sides[side], "warm_steps", 50, 10) for side in checkouts}
            alone = interleaved(calls, options.rounds)
            with background_load():
                busy = interleaved(calls, options.rounds)
        for side in checkouts:
            rows.append([f"{NETWORKS[network].title}: {SIDES[side]}", 1e3 * np.median(alone[side]),
                         1e3 * np.median(busy[side]), np.median(busy[side]) / np.median(alone[side]),
                         ratio(busy["ours"], busy[side])])
    return "Training step beside a background load", [
        "batch 50", "alone (ms)", "beside it (ms)", "beside / alone", "ours / this, beside it"], rows


def inference(options, checkouts):
    """Seconds for 10,000 images. PyTorch gets them in pieces, too, which suits its caches: also against its fastest."""
    calls = {side: (side, 10_000) for side in checkouts if side != "pytorch"}
    ratios = {"ours / against": ["against"]} if "against" in checkouts else {}
    if "pytorch" in checkouts:
        pieces = {f"PyTorch, {size:,} at a time": ("pytorch", size) for size in (10_000, 1000, 100)}
        calls.update(pieces)
        ratios.update({"ours / PyTorch, all at once": list(pieces)[:1], "ours / PyTorch's fastest": list(pieces)})
    rows = []
    for network in options.networks:
        with workers(checkouts, network) as sides:
            timed = {name: partial(sides[side], "inference", size) for name, (side, size) in calls.items()}
            times = interleaved(timed, options.long_rounds)
        rows.append([NETWORKS[network].title, *map(np.median, times.values()), *(
            ratio(times["ours"], min((times[name] for name in names), key=np.median)) for names in ratios.values())])
    return "Inference over 10,000 images", ["network", *(f"{name} (s)" for name in calls), *ratios], rows


def memory(options, checkouts):
    """Peak megabytes (2^20 bytes) that the work adds; each figure comes from a process of its own."""
    def megabytes(network, side, task):
        with workers({side: checkouts[side]}, network) as sides:
            return sides[side]("added_memory", *task) / 2 ** 20

    rows = []
    for network in options.networks:
        batch = NETWORKS[network].batches[-1]
        tasks = ("steps", batch, 5), ("inference", 10_000)
        rows.append([NETWORKS[network].title, batch,
                     *(megabytes(network, side, task) for task in tasks for side in checkouts)])
    heads = [f"{task}: {SIDES[side]}" for task in ("training", "inference, 10,000 images") for side in checkouts]
    return "Peak memory added (MB)", ["network", "batch", *heads], rows


def scaling(options, checkouts):
    """Microseconds an image of a training step, from small batches to large ones, 5 at a time."""
    batches = (10, 20, 50, 100, 200, 500, 1000)
    rows = []
    for network in options.networks:
        with workers(checkouts, network) as sides:
            calls = {(side, batch): partial(sides[side], "warm_steps", batch, 5)
                     for batch in batches for side in checkouts}
            times = interleaved(calls, options.long_rounds)
        for side in checkouts:
            per_image = {batch: 1e6 * times[side, batch] / batch for batch in batches}
            rows.append([f"{NETWORKS[network].title}: {SIDES[side]}", *map(np.median, per_image.values()),
                         ratio(per_image[1000], per_image[50])])
    return "Step time per image (microseconds)", ["batch of", *map(str, batches), "1000 / 50"], rows


def startup(options, checkouts, script="mnist_test.py", first_line=b"Iteration"):
    """Seconds from the start of the main script to its first line of training; the median of three starts."""
    def start(checkout):
        began = time.perf_counter()
        process = subprocess.Popen([checkout.python, "-u", script], cwd=checkout.folder, stdout=subprocess.PIPE)
        try:
            if not any(line.startswith(first_line) for line in process.stdout):
                raise SystemExit(f"{script} ended before it printed a line that starts with {first_line.decode()}")
            return time.perf_counter() - began
        finally:
            process.kill()
            process.communicate()

    sides = [side for side in checkouts if checkouts[side].module == "ours"]
    seconds = [np.median([start(checkouts[side]) for _ in range(3)]) for side in sides]
    heads = [f"{SIDES[side]}: first line of training after (s)" for side in sides]
    return "Start-up", ["command", *heads], [[f"`python {script}`", *seconds]]
