"""A file of tests can be run as a program, from any folder: `python tests/test_problem2.py`."""
import sys

import pytest


def run(file):
    """Run the tests of a file, and end the program."""
    sys.exit(pytest.main([file, "--tb=short", "-rs", "-p", "no:cacheprovider"]))
