"""Copies are found however they are disguised, and nobody is named for what two people write alike."""
import itertools

import pytest

from assignment.grading import similarity
from assignment.grading.grader import Grade
from assignment.grading.project import handed_out
from assignment.grading.similarity import ALIKE, code, likeness, similar_answers
from assignment.grading.submission import Submission
from assignment.handout.build import handout_files
from assignment.problems import GRADED
from tests.assignment_poolings import DISGUISES, HEAD, HELD_OUT, HONEST

FILE = "nn/maxpooling.py"


def pooling(text):
    return code({FILE: (HEAD + text).encode()}, 6)


def cells(*sources, network="", script=b""):
    """The texts of similar_answers for submissions with these poolings, and the submissions."""
    found = [Submission(f"{k}.zip", f"2020123{k}", f"학생{'가나다라'[k]}", {FILE: source, "mnist_test.py": script})
             for k, source in enumerate(sources)]
    grades = [{number: Grade(0, network=network) for number in GRADED}] * len(found)
    return similar_answers(found, grades), found


@pytest.mark.parametrize("one, other", list(itertools.combinations(HONEST, 2)))
def test_independent_answers_are_not_alike(one, other):
    assert likeness(pooling(HONEST[one]), pooling(HONEST[other])) < ALIKE - 0.04


@pytest.mark.parametrize("one", HELD_OUT)
def test_held_out_answers_are_like_no_other(one):
    others = {**HONEST, **HELD_OUT}
    del others[one]
    assert max(likeness(pooling(HELD_OUT[one]), pooling(other)) for other in others.values()) < ALIKE - 0.15


@pytest.mark.parametrize("disguise", DISGUISES)
@pytest.mark.parametrize("name", [*HONEST, *HELD_OUT])
def test_disguised_copies_are_alike(name, disguise):
    text = {**HONEST, **HELD_OUT}[name]
    copied = DISGUISES[disguise](text)
    assert copied != text or disguise in ("moved lines", "other operators")
    assert likeness(pooling(text), pooling(copied)) > 0.95


def test_copy_with_a_few_lines_of_its_own_is_alike():
    """Lines that compute something, and one expression in two lines."""
    original = HONEST["loops, argmax again in backward"]
    copied = original.replace("out[n, i, j, c] = np.max(inputs[n, i*SH:i*SH+PH, j*SW:j*SW+PW, c])",
                              "view = inputs[n, i*SH:i*SH+PH, j*SW:j*SW+PW, c]"
                              "\n                        best = view.max()"
                              "\n                        out[n, i, j, c] = best").replace(
        "return dx", "dx = dx * 1\n        return dx")
    assert copied.count("\n") == original.count("\n") + 3
    assert likeness(pooling(original), pooling(copied)) > ALIKE


def test_copy_among_much_else_is_alike():
    """Functions that nothing calls, and lines that compute what nobody needs."""
    original = HONEST["masks"]
    padded = original.replace("        return self.y", "".join(
        f"        self.extra{k} = np.sin(inputs * {k}) + inputs.mean(axis={k % 4})\n" for k in range(30))
        + "        return self.y")
    assert likeness(pooling(original), pooling(padded + HONEST["columns"].split("    def forward")[0])) > 0.95


def test_another_layer_in_the_file_does_not_hide_a_copy():
    other = "\n\nclass AveragePooling:\n" + HONEST["columns"]
    assert likeness(pooling(HONEST["masks"]), pooling(HONEST["masks"] + other)) > 0.95
    assert likeness(pooling(HONEST["only Python"] + other), pooling(HONEST["masks"] + other)) < ALIKE - 0.2


def test_copy_in_a_class_above_is_alike():
    name = "as_strided"
    moved = {FILE: b"from nn.mine import Base\n\n\nclass MaxPooling(Base):\n    pass\n",
             "nn/mine.py": b"import numpy as np\n\n\nclass Base:\n" + HONEST[name].encode()}
    assert likeness(pooling(HONEST[name]), code(moved, 6)) > 0.95


def test_copy_in_a_module_of_its_own_is_alike():
    name = "sliding_window_view"
    moved = {FILE: b"from nn.mine import forward, backward\n\n\nclass MaxPooling:\n    forward = forward\n",
             "nn/mine.py": HONEST[name].replace("\n    ", "\n").encode()}
    assert likeness(pooling(HONEST[name]), code(moved, 6)) > 0.95


NOTHING = {
    "missing": {}, "empty": {FILE: b""}, "no program": {FILE: b"def ("},
    "as handed out": {FILE: handed_out()[FILE].encode()},
    "pass": {FILE: HEAD.encode() + b"    def forward(self, x):\n        pass\n\n    def backward(self, e): pass\n"},
    "a docstring": {FILE: HEAD.encode() + b'    def forward(self, inputs):\n        """To do."""\n'},
}


@pytest.mark.parametrize("files", NOTHING.values(), ids=NOTHING)
def test_nothing_is_no_copy_of_nothing(files):
    assert code(files, 6) is None and likeness(code(files, 6), code(files, 6)) == 0


@pytest.mark.parametrize("body", ["return inputs, inputs", "raise NotImplementedError('later')",
                                  "out = inputs[:, ::2, ::2].max()\n        return out, out"])
def test_what_is_short_is_alike_by_chance(body):
    """With the hand-out's own comment still above it, too."""
    place = "        # ---------- Problem 6 (문제 6): write your code here, in place of the next line ----------\n"
    assert likeness(*[pooling(f"    def forward(self, inputs):\n{place}        {body}\n")] * 2) == 0


def test_what_is_short_and_has_the_same_comments_is_alike():
    text = "    def forward(self, inputs):\n        return inputs, inputs  # 모르겠다 ㅠㅠ\n"
    assert likeness(pooling(text), pooling(text)) == 1
    assert likeness(pooling(text), pooling(text.replace("ㅠㅠ", ""))) == 0


def test_cells_name_both_and_where_to_read():
    name = "only Python"
    copied = DISGUISES["all"](HONEST[name])
    found, _ = cells((HEAD + HONEST[name]).encode(), (HEAD + HONEST["masks"]).encode(), (HEAD + copied).encode())
    last = (HEAD + HONEST[name]).count("\n")
    assert found[0][0].startswith(f"read both, {FILE}: 20201232 학생다 100% (lines 9-{last}, there 9-")
    assert found[1] == ("", "") and found[2][0].startswith(f"read both, {FILE}: 20201230 학생가 100%")


def test_many_copies_are_counted():
    source = (HEAD + HONEST["masks"]).encode()
    found = similar_answers([Submission(f"{k}", files={FILE: source}) for k in range(9)],
                            [{5: Grade(0)} for _ in range(9)])
    assert found[0][0].endswith(" and 3 more") and "[1] 100%" in found[0][0]


@pytest.mark.parametrize("network, same", [("", False), ("Conv; Full; lr 0.1", False),
                                           ("; ".join(["Conv"] * 9), True)])
def test_networks_that_are_the_same(network, same):
    """A small one can be the same by chance, unless it is written down in the same way."""
    script = handout_files(GRADED)["mnist_test.py"]
    reformatted = script.replace("        Conv((5", "        Conv(  (5").encode()
    found = [Submission(str(k), str(k), files={"mnist_test.py": content}) for k, content in
             enumerate((script.encode(), reformatted))]
    like = similar_answers(found, [{5: Grade(20, network=network)}] * 2)
    assert bool(like[0][1]) == same
    copied = similar_answers([found[0], found[0]], [{5: Grade(20, network=network)}] * 2)
    assert bool(copied[0][1]) == bool(network)


def test_400_elif_hide_no_copy():
    """Whether the function that has them is used or not."""
    deep = "    def deep(self, x):\n        if x == 0: x = 1\n" + "".join(
        f"        elif x == {k}: x = {k}\n" for k in range(400)) + "        return x\n\n"
    original = HEAD + HONEST["masks"]
    for used in (original, original.replace("= inputs.shape", "= self.deep(inputs).shape")):
        found, submissions = cells(original.encode(), used.replace(HEAD, HEAD + deep).encode())
        assert "20201231 학생나 9" in found[0][0] or "20201231 학생나 100%" in found[0][0]
        assert submissions[1].remarks == []


def test_what_cannot_be_compared_is_a_remark(monkeypatch):
    monkeypatch.setattr(similarity, "normal_form", lambda node: 1 / 0)
    found, (one, _) = cells((HEAD + HONEST["masks"]).encode(), b"")
    assert found == [("", ""), ("", "")]
    assert one.remarks == ["problem 6 was not compared with others' (ZeroDivisionError)"]


@pytest.mark.slow
def test_threshold_is_what_is_measured():
    """The largest likeness of independent answers, and the least of copies, stand apart on both sides of it."""
    codes, held_out = ([pooling(text) for text in texts.values()] for texts in (HONEST, HELD_OUT))
    honest = max(likeness(one, other) for one, other in itertools.combinations(codes, 2))
    after = max(likeness(one, other) for one in held_out for other in codes)
    copies = min(likeness(pooling(text), pooling(disguise(text))) for text in HONEST.values()
                 for disguise in DISGUISES.values())
    print(f"independent at most {honest:.2f}, held out {after:.2f}, copies at least {copies:.2f}")
    assert after < honest < similarity.ALIKE < copies
