"""Lets `python examples/rnn.py` and an IDE's Run button find the package `nn`, as `python -m examples.rnn` does.

Python looks for a program's imports beside the program, so the first `import nn` finds this file; it points Python to the
project's folder instead and gives way to the real package.
"""
import sys
from importlib import import_module
from pathlib import Path

if __name__ == "nn":
    sys.path[0] = str(Path(__file__).resolve().parents[1])
    del sys.modules["nn"]
    import_module("nn")
