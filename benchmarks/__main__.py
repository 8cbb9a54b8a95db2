"""The benchmark: `python -m benchmarks` times our networks against PyTorch's and prints tables in markdown."""
import argparse
import os
import platform
import subprocess
import sys

import numpy as np

from benchmarks import agreement, parts
from benchmarks.networks import NETWORKS

PARTS = ("steps", "products", "inference", "memory", "scaling", "startup")


def main():
    options = parse()
    version = torch_version(options.torch_python)
    print(f"{os.cpu_count()} cores, Python {platform.python_version()}, NumPy {np.__version__}, "
          + (f"PyTorch {version}" if version else "no PyTorch (see benchmarks/README.md): our figures alone")
          + "".join(f", {name}={value}" for name, value in os.environ.items() if name.startswith("OPENBLAS_")))
    pythons = {"ours": sys.executable, **({"pytorch": options.torch_python} if version else {})}
    if version and set(options.only) - {"products", "startup"}:
        for network in options.networks:
            error = agreement.check(pythons, network)
            print(f"{NETWORKS[network].title}: same loss and gradients, relative error {error:.0e} at most", flush=True)
    for title, heads, rows in measure(options, pythons):
        print(f"\n### {title}\n", markdown(heads, rows), sep="\n", flush=True)


def parse():
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--networks", nargs="+", choices=NETWORKS, metavar="NAME",
                        default=["assignment", "lenet", "report", "mlp"], help=f"of {', '.join(NETWORKS)}")
    parser.add_argument("--batches", nargs="+", type=int, help="of the training step (default: 50 128; cifar: 64)")
    parser.add_argument("--only", nargs="+", choices=PARTS, metavar="PART", default=PARTS, help=f"of {', '.join(PARTS)}")
    parser.add_argument("--rounds", type=int, default=20, help="turns of each side; a fourth of it for long turns")
    parser.add_argument("--torch-python", default=sys.executable, metavar="PATH",
                        help="an interpreter that has PyTorch and NumPy, if this one has not")
    options = parser.parse_args()
    options.long_rounds = max(1, options.rounds // 4)
    return options


def torch_version(python):
    """The version of PyTorch that this interpreter imports, or ""."""
    command = [python, "-c", "import torch; print(torch.__version__)"]
    try:
        return subprocess.run(command, text=True, capture_output=True).stdout.strip()
    except OSError as error:
        raise SystemExit(f"--torch-python must name an interpreter that has PyTorch, but {python!r} does not start: {error}")


def measure(options, pythons):
    """The table of each part that was asked for, as soon as it is there. Products take turns with the steps."""
    steps = {side: python for side, python in pythons.items() if side == "ours" or "steps" in options.only}
    if "products" in options.only:
        steps["products"] = sys.executable
    if len(steps) > 1 or "steps" in options.only:
        yield parts.training(options, steps)
    for name in PARTS[2:]:
        if name in options.only:
            yield getattr(parts, name)(options, pythons)


def markdown(heads, rows):
    """A table; measured numbers get three digits."""
    lines = [heads, ["---"] + ["---:"] * (len(heads) - 1), *rows]
    return "\n".join("| " + " | ".join(map(_cell, line)) + " |" for line in lines)


def _cell(cell):
    if isinstance(cell, (str, int)):
        return str(cell)
    return f"{cell:,.0f}" if cell >= 100 else f"{cell:#.3g}" if cell >= 1 else f"{cell:.2f}"


if __name__ == "__main__":
    main()
