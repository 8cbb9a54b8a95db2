"""Make docs/report.md from what `python -m examples.compare` has left in runs/: `python -m report`."""
import argparse

from report.comparison import RUNS
from report.document import refresh, take_over

if __name__ == "__main__":
    argparse.ArgumentParser(prog="python -m report", description=__doc__).parse_args()
    print(f"Tables and pictures taken over: {', '.join(take_over(RUNS)) or 'none'}")
    refresh()
