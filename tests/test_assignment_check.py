"""In the hand-out, check.py and pack.py say before handing in what the grading would say, and never more than it."""
import json
import os
import subprocess
import sys
import zipfile

import numpy as np
import pytest

from assignment.grading.project import handed_out
from assignment.grading.submission import submissions
from assignment.handout import __main__ as handout
from assignment.judging import advice, process, verdict
from assignment.judging.answer_runner import limits
from assignment.judging.checking import check, own, pack
from assignment.judging.checking.handout import GIVEN, Handout, own_files
from assignment.judging.checking.obstacles import obstacles
from assignment.judging.checking.own import judged
from assignment.judging.criteria import CRITERIA
from assignment.judging.explained import explained
from assignment.judging.training import Beginning
from assignment.judging.words import Words, say
from assignment.problems import GRADED, PROBLEMS
from mnist_loader import load_data
from tests.assignment_answers import solved
from tests.assignment_graded import graded
from tests.assignment_mistakes import ANSWERS, MISTAKES, with_answer
from tests.assignment_variants import WRONG

# Mistakes that the check does not find, with the reason why they are kept back; five at most.
KEPT_BACK = {}


def first_batch():
    images, labels = load_data()[0]
    return np.round(255 * images[:50]).astype(np.uint8), labels[:50]


@pytest.fixture(scope="module")
def given(tmp_path_factory):
    """The Handout as a student gets it."""
    folder = tmp_path_factory.mktemp("course") / "handout"
    handout.main([str(folder)])
    return Handout(folder, first_batch)


def run(given, program, *options, answers="", encoding="utf-8"):
    return subprocess.run([sys.executable, "-B", program, *options], cwd=given.folder, capture_output=True,
                          encoding=encoding, input=answers, env={**os.environ, "PYTHONIOENCODING": encoding})


def students(number=None, changes=()):
    """path -> bytes of a student's project: the hand-out with written answers, of which one has `changes` in it."""
    files = {path: text.encode("utf-8") for path, text in handed_out().items()}
    files["mnist_test.py"] = solved()["mnist_test.py"]
    for one in ANSWERS:
        files[PROBLEMS[one].file] = with_answer(one)[PROBLEMS[one].file]
    if number is not None:
        files[PROBLEMS[number].file] = with_answer(number, changes)[PROBLEMS[number].file]
    return files


def changed(line):
    """(problem, path -> bytes) of a line of MISTAKES."""
    number, _, changes, _ = MISTAKES[line]
    return number, students(number, changes)


@pytest.mark.slow
@pytest.mark.parametrize("language, words", [
    ("ko", ["2. ReLU  0 / 10", "아직 풀지 않았습니다", "다시 쓰려면 `--numbers 3`"]),
    ("en", ["2. ReLU  0 / 10", "it is still to be written", "`--numbers 3` draws them again"])])
def test_check_of_the_hand_out_as_it_is_says_what_is_open(language, words, given):
    done = run(given, "check.py", "2", "--lang", language, "--numbers", "3")
    assert done.returncode == 1 and done.stderr == "" and "Traceback" not in done.stdout
    assert [word for word in words if word not in done.stdout] == [], done.stdout


@pytest.mark.slow
def test_check_refuses_problem_1_and_names_the_others(given):
    done = run(given, "check.py", "1")
    assert done.returncode == 2 and "problems are 2, 3, 4, 5, 6" in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("line", [0, 9, next(k for k, one in enumerate(MISTAKES) if one[0] == 4),
                                  next(k for k, one in enumerate(MISTAKES) if one[1] == "every tie")],
                         ids=lambda line: MISTAKES[line][1])
def test_a_mistake_of_each_kind_is_found_with_its_input_and_what_to_look_at(line, given):
    number, files = changed(line)
    one = judged(files, given, 0, [number])[number]
    assert 0 < one.least <= one.lost
    for language, shown in (("en", ("input: ", "layer: ", "look at: ")), ("ko", ("입력: ", "레이어: ", "살펴볼 것: "))):
        text = check.table({number: one}, language)
        assert shown[number == 4] in text and shown[2] in text, text


def test_what_only_the_grading_can_tell_is_a_range():
    one = own.Own(3, [(4, Words("a", "가")), (3, Words("b", "나"))], least=5)
    assert check.reached(one) == "3~5 / 10" and check.reached(own.Own(2, [], 0)) == "10 / 10"


def test_an_answer_runs_in_the_hand_out_itself(given):
    """As in the grading: what is broken in one problem's file costs nothing in another, and given files count."""
    files = {**students(), "nn/optimizer.py": b"def (:", "nn/conv.py": b"raise SystemExit"}
    found = judged(files, given, 1, [2, 3, 6])
    assert {number: one.lost for number, one in found.items()} == {2: 0, 3: 10, 6: 0}
    assert "SyntaxError" in found[3].losses[0][1]


@pytest.mark.slow
def test_points_that_depend_on_another_problem_are_not_said_to_be_lost(given):
    _, files = changed(next(k for k, one in enumerate(MISTAKES) if one[1] == "1 / n_in with ReLU"))
    assert judged(files, given, 0, [4])[4].least == 6
    broken = judged({**files, "nn/activation.py": b"("}, given, 0, [4])
    assert broken[4].lost == 10 and broken[4].least == 0
    assert "the grading puts right ones there" in check.table(broken, "en")


def test_a_name_that_cannot_be_imported_may_be_given_back_in_the_grading(given):
    files = students()
    files["nn/activation.py"] = files["nn/activation.py"].replace(b"relu, leaky_relu,", b"relu, leaky,")
    found = judged(files, given, 1, [2])[2]
    assert found.lost == 10 and found.least == 0 and "cannot import name 'leaky_relu'" in found.losses[0][1]
    assert graded(files, 2).points == 10


@pytest.mark.slow
def test_a_script_may_take_what_was_added_to_a_given_file(given):
    files = students()
    files["nn/flatten.py"] += b"\n\ndef mine():\n    pass\n"
    files["mnist_test.py"] = b"from nn.flatten import mine as own\n" + files["mnist_test.py"]
    assert judged(files, given, 1, [4])[4].losses == []


@pytest.mark.slow
@pytest.mark.parametrize("pooling", [b"", b"class Mine:\n    pass\n\n\nclass MaxPooling:\n    pass\n", b"("])
def test_a_network_is_checked_before_its_pooling_is_written_and_whatever_that_does(pooling, given):
    assert judged({**students(), "nn/maxpooling.py": pooling}, given, 0, [5])[5].losses == []


@pytest.mark.slow
def test_what_no_other_problem_has_a_share_in_is_lost_whatever_they_do(given):
    files = {**students(2, [("0.0)", "1.0)")]), "mnist_test.py": given.given()["mnist_test.py"].replace(
        b'raise NotImplementedError("Problem 5', b'print("Problem 5')}
    own = judged(files, given, 0, [5])[5]
    assert own.least == 20 and "returns nothing" in own.losses[0][1] and own.notes == []


@pytest.mark.slow
def test_advice_is_true_of_what_is_shown(given):
    """No hand-made sum for an input that is not shown, nothing on sizes where another problem is still open."""
    large = say("x", "x", kind="numbers", number=1, given="inputs (3, 4, 4, 1)")
    assert advice.KINDS["numbers"] not in advice.advice(6, large) and advice.KINDS["large"] in advice.advice(6, large)
    files = {**students(), "nn/activation.py": given.given()["nn/activation.py"]}
    text = check.table(judged(files, given, 0, [5]), "en")
    assert "problem 2 is still to be written" in text and "Work out height" not in text
    files["nn/activation.py"] = files["nn/activation.py"].replace(b"raise NotImplementedError(", b"if x > 0: print(")
    text = check.table(judged(files, given, 0, [2]), "en")
    assert "no single True or False" in text and "nothing but the x" not in text


@pytest.mark.slow
def test_a_criterion_that_another_mistake_hides_says_so_and_gives_no_advice(given):
    _, files = changed(next(k for k, one in enumerate(MISTAKES) if one[1] == "no bias correction"))
    found = judged(files, given, 0, [3])[3]
    told = {part(line, "number"): line for _, line in found.losses}
    assert found.lost == 10 and "could not be tried" in told[3] and advice.advice(3, told[0])
    assert "look at" not in dict(explained(3, [(1, told[3])], "en").rows[3].mistakes[0].seen)


def test_what_would_stop_the_grading_is_named(given):
    pristine = given.given()
    files = {**pristine, "helper.py": b"import pandas\nimport nothere\nfrom nn import conv\nimport os, numpy.linalg\n",
             "nn/bad.py": b"x = (\n", "nn/conv.py": b"x = 1\n", "large.py": b"#" * (2 ** 21 + 1)}
    del files["nn/maxpooling.py"], files["nn/loss.py"]
    lines = "\n".join(obstacles(files, pristine))
    for words in ("nn/maxpooling.py is missing: problem 6", "nn/loss.py, which was handed out, is missing",
                  "nn/conv.py was changed", "helper.py, line 2: nothing that is called nothere", "helper.py, line 1: ",
                  "nn/bad.py, line 1: Python cannot read it", "large.py has 2097153 bytes"):
        assert words in lines, lines
    assert "conv is" not in lines and "numpy" not in lines and obstacles(pristine, pristine) == []


def test_environments_data_and_the_check_itself_are_left_out(tmp_path):
    for path in ("mnist_test.py", "nn/relu.py", "my_env/lib/torch.py", "other/conda-meta/x.py", "other/lib/y.py",
                 "data/x.py", "judging/words.py", "check.py", "nn/__pycache__/x.py"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("")
    (tmp_path / "my_env/pyvenv.cfg").write_text("")
    assert list(own_files(tmp_path)) == ["mnist_test.py", "nn/relu.py"]


@pytest.mark.parametrize("number, name, words", [
    ("12", "홍길동", "four at least"), ("2020/1234", "홍길동", "digits and letters"), ("20201234", "../x", "letters"),
    ("20201234", "", "letters"), ("20201234", "홍 길동", None), ("20201234", "Jane Doe", None)])
def test_number_and_name_make_a_file_s_name(number, name, words):
    found = pack.bad_number(number) or pack.bad_name(name)
    assert words in found if words else found is None


def test_pack_asks_again_until_the_answers_are_right(given, monkeypatch, capsys):
    answers = iter(["12", "20201234", "hong_1", "홍 길동"])
    monkeypatch.setattr("builtins.input", lambda asked: next(answers))
    assert pack.asked(pack.NUMBER, None, pack.bad_number, "ko") == "20201234"
    assert pack.asked(pack.NAME, None, pack.bad_name, "ko") == "홍 길동"
    assert capsys.readouterr().err.count("\n") == 2
    with pytest.raises(SystemExit):
        pack.asked(pack.NUMBER, "12", pack.bad_number, "ko")


@pytest.mark.parametrize("stop", [EOFError, KeyboardInterrupt])
def test_ctrl_c_and_the_end_of_input_end_pack_and_check_without_a_traceback(stop, given, monkeypatch):
    def stopped(*arguments):
        raise stop

    monkeypatch.setattr("builtins.input", stopped)
    assert pack.main(given, []) == 130 and not list(given.folder.glob("*.zip"))
    monkeypatch.setattr(check, "judged", stopped)
    if stop is KeyboardInterrupt:
        assert check.main(given, ["2"]) == 130


def test_a_zip_that_cannot_be_written_is_said(given, monkeypatch, capsys):
    def denied(file, files):
        raise PermissionError("in use")

    monkeypatch.setattr(pack, "build", denied)
    assert pack.main(given, ["--number", "20201234", "--name", "홍길동", "--lang", "ko"]) == 2
    assert "zip을 쓸 수 없습니다: in use" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["cp949", "cp1252", "ascii"])
def test_a_console_that_does_not_have_all_letters_stops_nothing(encoding, given):
    for status, program, *options in ((1, "check.py", "2", "--lang", "ko"), (2, "pack.py", "--number", "1"),
                                      (0, "mnist_test.py", "--iterations", "1"), (1, "tests/test_problem2.py")):
        done = run(given, program, *options, encoding=encoding)
        assert done.returncode == status and "UnicodeEncodeError" not in done.stdout + done.stderr, done


def test_a_notebook_s_output_has_no_encoding_to_change(given, monkeypatch):
    class Output:
        def write(self, text):
            pass

        def flush(self):
            pass

    monkeypatch.setattr(sys, "stdout", Output())
    monkeypatch.setattr(check, "judged", lambda *arguments: {2: own.Own(2, [], 0)})
    assert check.main(given, ["2", "--lang", "en"]) == 0


class Windows:
    """The module `os` without what only POSIX has."""

    name = "nt"

    def __getattr__(self, name):
        if name in ("killpg", "fork", "setsid", "getuid"):
            raise AttributeError(name)
        return getattr(os, name)


@pytest.mark.slow
def test_check_runs_without_what_only_posix_has(given, monkeypatch):
    """No Windows is at hand: here its lacks are, which is less."""
    monkeypatch.setattr(process, "os", Windows())
    monkeypatch.setattr(process, "signal", object())
    monkeypatch.setitem(sys.modules, "resource", None)
    monkeypatch.setattr(sys, "platform", "win32")
    limits.limit_resources()
    limits.limit_processor_time(1)
    limits.die_with_parent()
    assert judged(students(), given, 0, [2])[2].losses == []
    ending = {**students(), "nn/activation.py": b"raise SystemExit"}
    assert "ends the program" in judged(ending, given, 0, [2])[2].losses[0][1]


def test_pack_builds_what_the_grading_reads(given, monkeypatch, capsys):
    monkeypatch.setattr(pack, "judged", lambda files, handout, k: {2: own.Own(2, [], 0)})
    monkeypatch.setattr("builtins.input", lambda asked: "20201234" if "학번" in asked else "홍길동")
    assert pack.main(given, ["--lang", "ko"]) == 0
    file = given.folder / "코드_20201234_홍길동.zip"
    with zipfile.ZipFile(file) as archive:
        names = set(archive.namelist())
    found, = submissions([file])
    file.unlink()
    assert (found.number, found.name) == ("20201234", "홍길동") and set(found.files) == names
    assert names >= {PROBLEMS[number].file for number in GRADED} and "check.py" not in names
    assert "채점을 막을 것은 찾지 못했습니다" in capsys.readouterr().out


@pytest.mark.slow
def test_with_everything_solved_check_and_pack_find_nothing_in_20_seconds(tmp_path):
    handout.main([str(tmp_path / "solved"), "--solved", *map(str, GRADED)])
    given = Handout(tmp_path / "solved", first_batch)
    done = run(given, "check.py", "--lang", "ko")
    assert done.returncode == 0 and "80 / 80" in done.stdout, done.stdout + done.stderr
    assert int(done.stdout.split("(")[-1].split(" s)")[0]) < 20
    done = run(given, "pack.py", "--lang", "en", answers="20201234\n홍길동\n")
    assert done.returncode == 0 and "Nothing that would stop the grading was found" in done.stdout, done.stdout
    found, = submissions([given.folder / "코드_20201234_홍길동.zip"])
    assert [graded(found.files, number).points for number in GRADED] == [PROBLEMS[n].points for n in GRADED]


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.parametrize("line", range(len(MISTAKES)), ids=[f"{line[0]} {line[1]}" for line in MISTAKES])
def test_a_mistake_is_found_and_what_is_lost_here_is_lost_in_the_grading(line, given):
    number, files = changed(line)
    here = judged(files, given, line % own.SEEDS, [number])[number]
    assert (here.least == 0) == (MISTAKES[line][1] in KEPT_BACK)
    assert_lost_there(here, graded(files, number))


def assert_lost_there(here, there):
    assert here.least <= PROBLEMS[here.number].points - there.points
    lost = {part(why, "number") for _, why in there.losses} - {None}
    assert {part(why, "number") for _, why in here.losses} - {None} <= lost or not lost


@pytest.mark.slow
@pytest.mark.parametrize("line", [pytest.param(k, marks=[] if "overlap" in line[1] else pytest.mark.long, id=line[1])
                                  for k, line in enumerate(WRONG)])
def test_a_wrong_answer_is_found_and_what_is_lost_here_is_lost_in_the_grading(line, given):
    number, _, files, _ = WRONG[line]
    others = {path: content for path, content in files.items() if content != solved().get(path)}
    whole = {**students(), **others, PROBLEMS[number].file: files[PROBLEMS[number].file]}
    here = judged(whole, given, line % own.SEEDS, [number])[number]
    assert here.least > 0
    assert_lost_there(here, graded(files, number))


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.parametrize("number", ANSWERS)
@pytest.mark.parametrize("k", range(0, own.SEEDS, 3))
def test_right_answers_lose_nothing_with_any_numbers(number, k, given):
    assert judged(students(), given, k, [number])[number].losses == []


def test_at_most_five_mistakes_are_kept_back():
    assert len(KEPT_BACK) <= 5 and set(KEPT_BACK) <= {line[1] for line in MISTAKES}


def part(line, name):
    return getattr(line, "parts", {}).get(name)


def test_given_files_are_those_of_the_hand_out(given):
    texts = json.loads((given.folder / "judging" / GIVEN).read_text(encoding="utf-8"))
    assert {path: (given.folder / path).read_text(encoding="utf-8") for path in texts} == texts
    assert set(CRITERIA) == set(GRADED)


@pytest.mark.slow
@pytest.mark.parametrize("losses, outputs, words", [
    ([2.3, 2.3, 2.3], np.zeros((50, 10)), "nothing changes"), ([2.3, np.inf], np.zeros((50, 10)), "no finite number"),
    ([2.3, 2.2], None, "no finite number"), ([2.3, 2.4], np.zeros((50, 10)), None)])
def test_a_few_steps_show_only_what_no_training_can_mend(losses, outputs, words):
    line = Beginning(*first_batch()).failed(losses, outputs)
    assert line is None if words is None else words in line and line.korean != line


@pytest.mark.slow
def test_the_beginning_of_a_training_ends_when_there_is_no_time_left(monkeypatch):
    assert len(list(Beginning(*first_batch()).steps())) == Beginning.most
    monkeypatch.setattr(Beginning, "enough", 0.0)
    assert len(list(Beginning(*first_batch()).steps())) == 3


def test_functions_that_travel_by_name_are_those_of_the_problems():
    assert verdict.FUNCTIONS == {number: PROBLEMS[number].cut[0] for number in verdict.FUNCTIONS}
