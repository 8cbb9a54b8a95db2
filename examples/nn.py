"""Lets `python examples/rnn.py` and an IDE's Run button find the package `nn`, as `python -m examples.rnn` does.

Python looks for a program's imports beside the program, so its first import of `nn` finds this file. It tells Python to
look in the project's folder instead, and gives way to the package there. So a program imports `nn` first.
"""
import sys
from importlib import import_module
from pathlib import Path

if __name__ == "nn":
    sys.path[0] = str(Path(__file__).resolve().parents[1])
    del sys.modules["nn"]
    import_module("nn")
