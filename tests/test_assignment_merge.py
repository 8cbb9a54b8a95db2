"""A student's definitions are put into the file that was handed out, and nothing else of theirs."""
import pytest

from assignment.grading.merge import merged
from assignment.grading.project import Project, projects, readable_part
from tests.test_assignment_grade import opened

GIVEN = '''"""About it."""
import numpy as np
from nn.layer import Layer

# of A
class A(Layer):
    def f(self, x):
        raise NotImplementedError


class B:
    pass


a, b = A(), B()
'''


def merge(theirs, own=("A",)):
    text, numbers = merged(GIVEN, theirs, own)
    assert len(numbers) == len(text.splitlines())
    lines = theirs.splitlines()
    for line, number in zip(text.splitlines(), numbers):
        assert not number or line == lines[number - 1] or " = " in line or "import" in line
    return text


def test_untouched_file_stays():
    assert merged(GIVEN, GIVEN)[0] == GIVEN


def test_own_class_comes_whole_and_others_do_not():
    theirs = GIVEN.replace("raise NotImplementedError", "return 1").replace("    pass", "    x = broken")
    assert merge(theirs) == GIVEN.replace("raise NotImplementedError", "return 1")
    assert merge(theirs, own=()) == GIVEN


def test_new_definitions_come_with_what_they_use_and_unused_imports_do_not():
    imports = "import numpy as np\nimport torch\nfrom .own import one, two\n"
    theirs = GIVEN.replace("import numpy as np\n", imports).replace(
        "a, b = A(), B()", "K = 3\n\n\nclass C(B):\n    y = one + K\n\n\na, b, c = A(), B(), C()\nprint(a)\nC.z = 1\n")
    text = merge(theirs)
    for piece in ("from .own import one, two", "K = 3", "class C(B):", "c = C()", "C.z = 1", "a, b = A(), B()"):
        assert piece in text
    assert "torch" not in text and "print" not in text
    assert text.index("class B") < text.index("class C") < text.index("c = C()")


def test_own_name_may_be_bound_by_an_import():
    assert "from mine import A\n" in merge("from mine import A\n") and "class A" not in merge("from mine import A\n")


def test_what_is_missing_stays_as_it_was_handed_out():
    assert merge("x = 1\n").replace("x = 1\n", "").split() == GIVEN.split()


@pytest.mark.parametrize("broken, left", [
    ("def mine():\n    return [\n        1,\n\ndef other():\n    return 2\n", "other"),
    ("x = 1\n@decorator\ndef other():\n    return 2\n\ndef mine(:\n    pass\n", "other"),
    ("def mine()\n    return 1\nclass other:\n    pass\n", "other")])
def test_readable_part_of_a_broken_script(broken, left):
    readable = readable_part(broken)
    names = {}
    exec(compile(readable.replace("@decorator", ""), "script", "exec"), names)
    assert left in names and "mine" not in names
    assert len(readable.splitlines()) == len(broken.splitlines())


def test_helper_with_the_name_of_one_of_ours_is_the_students():
    files = {**opened(), "nn/ops/pooling.py": b"def help_me():\n    return 1\n"}
    assert projects(files, 6)[0].files["nn/ops/pooling.py"] == files["nn/ops/pooling.py"]
    both = projects(files, 5)[0].files["nn/ops/pooling.py"]
    assert b"def help_me" in both and b"def max_pooling" in both


@pytest.mark.parametrize("number", [2, 3, 6])
def test_problems_that_need_no_other_have_none_solved(number):
    for project in projects(opened(), number):
        text = b"".join(project.files.values())
        assert b"def max_pooling" not in text and b"def move_average" not in text and b"def maximum" not in text


def test_place_of_an_error_is_in_the_students_file():
    project = Project({}, {"nn/a.py": [0, 0, 7, 8]})
    assert project.place({"text": "E: e", "file": "nn/a.py", "line": 4}) == "E: e (nn/a.py, line 8)"
    assert project.place({"text": "E: e", "file": "nn/a.py", "line": 1}) == "E: e (nn/a.py)"
    assert project.place({"text": "E\x1b[31m", "file": "", "line": 0}) == "E?[31m"
