"""Make docs/report.md from what `python -m examples.compare` has left in runs/: `python -m report`."""
import argparse

from report.comparison import RUNS
from report.comparisons import COMPARISONS
from report.conditions import code
from report.document import refresh, take_over

if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m report", description=__doc__)
    parser.add_argument("--code", action="store_true", help="print only the checksum of the code of each comparison, "
                        "which its table names if it was made without git")
    if parser.parse_args().code:
        for name, comparison in COMPARISONS.items():
            print(name, *sorted({code(run.experiment.layers()) for run in comparison.runs()}))
    else:
        print(f"Tables and pictures taken over: {', '.join(take_over(RUNS)) or 'none'}")
        refresh()
