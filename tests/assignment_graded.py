"""Grading in tests: an answer is run as a class's are, in namespaces where this machine has them, or without."""
import atexit
import tempfile
from functools import lru_cache
from pathlib import Path

from assignment.grading.data import training_data, write_public_copy
from assignment.grading.grader import Answer, Conditions, grade
from assignment.judging import isolation

CASES = Path(__file__).with_name("grading_cases")


@lru_cache(maxsize=None)
def public_data():
    """A folder with the data that answers see, made once."""
    folder = tempfile.TemporaryDirectory()
    atexit.register(folder.cleanup)
    write_public_copy(Path(folder.name) / "data")
    return Path(folder.name) / "data"


@lru_cache(maxsize=2)
def training(seed):
    return training_data(seed)


def graded(files, number, seed=1, isolated=None):
    """The Grade of one problem. isolated: None where the machine says whether it can be."""
    isolated = isolation.is_possible() if isolated is None else isolated
    data = public_data() if number in (4, 5) else None
    return grade(Answer(files, number), Conditions(seed, data, training(seed) if number == 5 else None, isolated))


def text_of(grade):
    """The lines that say why points are lost."""
    return "\n".join(line for _, line in grade.losses)


def given_cases():
    """(kind, number) of each case in `grading_cases`."""
    return sorted((case.parent.name, case.name) for case in CASES.glob("*/*") if case.is_dir())
