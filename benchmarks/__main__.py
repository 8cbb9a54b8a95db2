"""The benchmark: `python -m benchmarks` times our networks against PyTorch's or another checkout's, in tables."""
import argparse
import os
import platform
import sys
from pathlib import Path

import numpy as np

from benchmarks import agreement, parts
from benchmarks.interleaving import Checkout, torch_version
from benchmarks.markdown import markdown
from benchmarks.networks import NETWORKS

PARTS = ("steps", "products", "inference", "memory", "scaling", "startup", "batchnorm")


def main():
    options = parse()
    checkouts = find_checkouts(options)
    version = torch_version(options.torch_python)
    if version:
        checkouts["pytorch"] = Checkout(options.torch_python, "pytorch")
    print(f"{os.cpu_count()} cores, Python {platform.python_version()}, NumPy {np.__version__}, "
          + (f"PyTorch {version}" if version else "no PyTorch (see benchmarks/README.md)")
          + "".join(f", {name}={value}" for name, value in os.environ.items() if name.startswith("OPENBLAS_")))
    if set(options.only) - {"products", "startup"}:
        compare(options.networks, checkouts)
    for title, heads, rows in measure(options, checkouts):
        print(f"\n### {title}\n", markdown(heads, rows), sep="\n", flush=True)


def parse():
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--networks", nargs="+", choices=NETWORKS, metavar="NAME",
                        default=["assignment", "lenet", "report", "mlp"], help=f"of {', '.join(NETWORKS)}")
    parser.add_argument("--batches", nargs="+", type=int,
                        help="of the training step (default: 50 128; cifar: 64; vgg: 128)")
    parser.add_argument("--only", nargs="+", choices=PARTS, metavar="PART", default=PARTS,
                        help=f"of {', '.join(PARTS)}")
    parser.add_argument("--neighbour", action="store_true",
                        help="time steps alone and beside a background load, and nothing else")
    parser.add_argument("--rounds", type=int, default=20, help="turns of each side; a fourth of it for long turns")
    parser.add_argument("--torch-python", default=sys.executable, metavar="PATH",
                        help="an interpreter that has PyTorch and NumPy, if this one has not")
    parser.add_argument("--against", type=Path, metavar="PATH",
                        help="another checkout of this project, whose code takes its turns, too")
    options = parser.parse_args()
    options.long_rounds = max(1, options.rounds // 4)
    return options


def find_checkouts(options):
    """{side: Checkout} of the sides that are NumPy networks: ours, and against if there is another checkout."""
    checkouts = {"ours": Checkout(sys.executable, "ours")}
    if options.against:
        if not (options.against / "benchmarks" / "worker.py").is_file():
            raise SystemExit(f"--against must name another checkout of this project, but {str(options.against)!r} has "
                             f"no benchmarks/worker.py")
        checkouts["against"] = Checkout(sys.executable, "ours", options.against)
    return checkouts


def compare(networks, checkouts):
    """Say whether the sides compute the same: PyTorch must, another checkout may have other first weights."""
    for network in networks:
        title = NETWORKS[network].title
        if "against" in checkouts:
            print(f"{title}: losses (ours, against)", ", after some steps ".join(
                f"({ours:.6g}, {theirs:.6g})" for ours, theirs in agreement.losses(checkouts, network)), flush=True)
        if "pytorch" in checkouts:
            error = agreement.check(checkouts, network)
            print(f"{title}: same loss and gradients as PyTorch's, relative error {error:.0e} at most in float64",
                  flush=True)


def measure(options, checkouts):
    """The table of each part that was asked for, as soon as it is there. Products take turns with the steps."""
    if options.neighbour:
        yield parts.beside(options, checkouts)
        return
    steps = {side: checkout for side, checkout in checkouts.items() if side == "ours" or "steps" in options.only}
    if "products" in options.only:
        steps["products"] = Checkout(sys.executable, "products")
    if len(steps) > 1 or "steps" in options.only:
        yield parts.training(options, steps)
    for name in PARTS[2:]:
        if name in options.only:
            yield getattr(parts, name)(options, checkouts)


if __name__ == "__main__":
    main()
