"""The command grades a class: tables, CSV, one seed, going on after a stop; and no submission stops it."""
import csv
import re
import zipfile

import pytest

from assignment.grading import command, grader, whole_class
from assignment.grading.grader import Conditions, Grade
from assignment.grading.project import handed_out
from assignment.problems import GRADED, PROBLEMS
from tests.assignment_answers import solved


def hand_in(folder, number, name, files, inside="project/"):
    """A zip as the course wants it."""
    with zipfile.ZipFile(folder / f"코드_{number}_{name}.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in files.items():
            archive.writestr(inside + path, content)


def opened():
    """path -> bytes of the hand-out as it is."""
    return {path: text.encode() for path, text in handed_out().items()}


def rows(file):
    return list(csv.DictReader(file.read_text(encoding="utf-8-sig").splitlines()))


@pytest.fixture
def quick(monkeypatch):
    """No process is started: each problem gets all its points. Returns the list of (problem, seed) that are graded."""
    graded = []

    def grade_one(answer, conditions):
        graded.append((answer.number, conditions.seed))
        return Grade(PROBLEMS[answer.number].points, network="a network" if answer.number == 5 else "")

    monkeypatch.setattr(grader, "grade", grade_one)
    monkeypatch.setattr(whole_class, "conditions", lambda seed, folder: Conditions(seed))
    return graded


@pytest.fixture
def three(tmp_path):
    """A folder of three submissions with answers of their own."""
    folder = tmp_path / "class"
    folder.mkdir()
    for k, name in enumerate("가나다"):
        files = {path: content + f"\nmine = {k}\n".encode() for path, content in solved().items()}
        hand_in(folder, 20201230 + k, f"학생{name}", files)
    return folder


@pytest.mark.slow
def test_table_csv_and_seed(three, tmp_path, quick, capsys):
    command.main([str(three), "--csv", str(tmp_path / "grades.csv"), "--seed", "5"])
    out, progress = capsys.readouterr()
    assert out.startswith("3 submissions, seed 5; --seed 5 repeats this grading\n")
    assert out.count("  6  max pooling               30/30\n  total 80/80") == 3
    assert progress.splitlines()[-1] == "[3/3] 20201232 학생다 80/80"
    assert (tmp_path / "grades.csv").read_bytes().startswith(b"\xef\xbb\xbfnumber,name,")
    assert [(row["number"], row["name"], row["problem 6"], row["total of 80"])
            for row in rows(tmp_path / "grades.csv")] == [
                (f"2020123{k}", f"학생{'가나다'[k]}", "30", "80") for k in range(3)]
    assert set(quick) == {(number, 5) for number in GRADED} and len(quick) == 15


@pytest.mark.slow
def test_seed_is_another_each_time_and_the_same_for_all(three, quick, capsys):
    for _ in range(2):
        command.main([str(three)])
    seeds = {seed for _, seed in quick}
    assert len(seeds) == 2
    assert seeds == {int(seed) for seed in re.findall(r"submissions, seed (\d+)", capsys.readouterr().out)}


@pytest.mark.slow
def test_stopped_grading_goes_on_with_its_seed(three, tmp_path, quick, monkeypatch):
    show = command.report

    def stop(submission, grades):
        if submission.number == "20201231":
            raise KeyboardInterrupt
        return show(submission, grades)

    monkeypatch.setattr(command, "report", stop)
    options = [str(three), "--csv", str(tmp_path / "grades.csv")]
    with pytest.raises(SystemExit, match="the same command goes on from here"):
        command.main(options)
    unfinished = tmp_path / "grades.csv.unfinished"
    done = len(unfinished.read_text().splitlines()) - 1
    unfinished.write_text(unfinished.read_text() + '["half a li')
    monkeypatch.setattr(command, "report", show)
    command.main(options)
    assert len(quick) == 15 and done >= 5 and len({seed for _, seed in quick}) == 1
    assert len(rows(tmp_path / "grades.csv")) == 3 and not unfinished.exists()


@pytest.mark.parametrize("content", [b"my own notes", b"number,name\n1,2\n", "학생".encode("cp949")])
def test_another_file_is_not_overwritten(content, three, tmp_path, quick):
    (tmp_path / "grades.csv").write_bytes(content)
    with pytest.raises(SystemExit, match="is no table of this program's"):
        command.main([str(three), "--csv", str(tmp_path / "grades.csv")])
    assert (tmp_path / "grades.csv").read_bytes() == content and not quick


def test_csv_in_a_folder_that_is_not_there_is_refused_before_the_grading(three, tmp_path, quick):
    with pytest.raises(SystemExit, match="error: .*No such file"):
        command.main([str(three), "--csv", str(tmp_path / "no" / "grades.csv")])
    assert not quick


@pytest.mark.slow
def test_csv_that_cannot_be_written_loses_no_grade(three, tmp_path, quick):
    (tmp_path / "grades.csv").mkdir()
    options = [str(three), "--csv", str(tmp_path / "grades.csv")]
    with pytest.raises(SystemExit, match="grades.csv.*; when it is mended, the same command goes on from here"):
        command.main(options)
    (tmp_path / "grades.csv").rmdir()
    command.main(options)
    assert len(quick) == 15 and len(rows(tmp_path / "grades.csv")) == 3


def test_equal_answers_are_graded_once(tmp_path, quick):
    for k in range(3):
        hand_in(tmp_path, 20201230 + k, "학생", solved())
    command.main([str(tmp_path)])
    assert sorted(number for number, _ in quick) == sorted(GRADED)


def test_missing_path_is_one_line(tmp_path):
    with pytest.raises(SystemExit, match="no such file or folder"):
        command.main([str(tmp_path / "nowhere")])


@pytest.mark.slow
def test_where_nothing_is_isolated_answers_that_find_ours_on_their_path_run_last(three, quick):
    """What problem 5's process writes down somewhere must find no problem 6 that is still to be run, of nobody."""
    command.main([str(three)])
    numbers = [number for number, _ in quick]
    assert set(numbers[:9]) == {2, 3, 6} and set(numbers[9:]) == {4, 5} and len(numbers) == 15
