"""The table comes back from Excel in any of its forms, and nothing that the teacher entered is lost."""
import csv
import io

import pytest

from assignment.grading import command
from assignment.grading.grader import Grade
from assignment.grading.table import COLUMNS
from assignment.grading.text_table import read_rows
from assignment.problems import GRADED, PROBLEMS
from tests.test_assignment_forms import PROJECT, a_zip

HAND = "problem 1 (by hand)"


@pytest.fixture
def quick(monkeypatch):
    """No process is started: problem 3 gets 6 points of 10, each other problem all. Returns the list of seeds."""
    seeds = []

    def grade_all(found, seed, journal, show):
        seeds.append(seed)
        grades = {number: Grade(6, [(4, "\x1b[31mno")]) if number == 3 else Grade(PROBLEMS[number].points)
                  for number in GRADED}
        for one in found:
            show(one, grades)
        return [grades for _ in found]

    monkeypatch.setattr(command, "grade_all", grade_all)
    return seeds


@pytest.fixture
def graded(tmp_path, quick):
    """A class of three that is graded: a function that grades it again, or `paths`, and returns the rows."""
    folder, table = tmp_path / "class", tmp_path / "grades.csv"
    folder.mkdir()
    for k, name in enumerate("가나다"):
        hand_in(folder / f"코드_2020123{k}_학생{name}.zip", k)

    def again(*paths, roster=None):
        more = ["--roster", str(roster)] if roster else []
        command.main([*map(str, paths or [folder]), "--csv", str(table), *more])
        return rows(table)

    again.folder, again.table, again.seeds = folder, table, quick
    again()
    return again


def hand_in(path, mine):
    path.write_bytes(a_zip({**PROJECT, "mine.py": f"mine = {mine}".encode()}))


def rows(table):
    return list(csv.DictReader(io.StringIO(table.read_text(encoding="utf-8-sig"), newline="")))


def save(table, lines, encoding="utf-8-sig", delimiter=",", columns=None):
    """As a spreadsheet would: `lines` are dicts, or lists of cells for rows of the teacher's own."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter)
    columns = columns or list(lines[0])
    writer.writerow(columns)
    for line in lines:
        writer.writerow([line.get(column, "") for column in columns] if isinstance(line, dict) else line)
    table.write_bytes(text.getvalue().encode(encoding))


def entered(lines):
    """What a teacher does: points of problem 1, points after an appeal, a column, and a row with the means."""
    lines[1].update({HAND: "18", "problem 3": "8", "problem 6": "25", "reason": "이의 신청: 식은 맞음"})
    for k, line in enumerate(lines):
        line["출석"] = f"{k}/15"
    return [*lines, ["평균", "", "6.0"]]


def test_columns_and_totals(graded):
    first = rows(graded.table)[0]
    assert list(first) == COLUMNS and first["by program"] == "10 6 10 20 30"
    assert (first["total of 80"], first["total of 100"], first["reason"]) == ("76", "", "")


@pytest.mark.parametrize("encoding, delimiter", [
    ("utf-8-sig", ","), ("utf-8", ","), ("cp949", ","), ("utf-16", "\t"), ("utf-8-sig", ";"), ("cp949", "\t"),
    ("utf-16-le", "\t"), ("utf-8", "|")])
def test_what_was_entered_stays(encoding, delimiter, graded, capsys):
    save(graded.table, entered(rows(graded.table)), encoding, delimiter)
    capsys.readouterr()
    for _ in range(2):  # and the second time, too
        lines = graded()
        assert [line[HAND] for line in lines] == ["", "18", "", "6.0"]
        one = lines[1]
        assert (one["problem 3"], one["problem 6"], one["reason"]) == ("8", "25", "이의 신청: 식은 맞음")
        assert (one["by program"], one["total of 80"], one["total of 100"]) == ("10 6 10 20 30", "73", "91")
        assert [line["출석"] for line in lines] == ["0/15", "1/15", "2/15", ""]
        assert lines[3]["number"] == "평균" and lines[0]["total of 80"] == "76" and len(lines) == 4
    assert len(set(graded.seeds)) == 1
    out = capsys.readouterr().out
    assert "kept: 20201231 학생나, problem 3: 8 by hand, 6 by program (이의 신청: 식은 맞음)" in out
    assert "kept as they were, not graded now: 평균\n" in out


def test_columns_in_another_order_and_some_deleted(graded):
    lines = rows(graded.table)
    lines[2].update({"Problem 1 (by hand) ": "17,5", "problem 2": "10.0", "problem 4": "9"})
    save(graded.table, lines, delimiter=";", columns=["file", "problem 6", "problem 4", "problem 3", "problem 2",
                                                      "problem 5", "Problem 1 (by hand) ", "name", "number"])
    one = graded()[2]
    assert (one[HAND], one["problem 2"], one["problem 4"], one["total of 100"]) == ("17,5", "10", "9", "92.5")


def test_rows_above_the_heads_and_empty_rows(graded):
    text = graded.table.read_text(encoding="utf-8-sig").replace("학생나,,", "학생나,18,")
    graded.table.write_text("2026 딥러닝,,,\n,,,\n" + text + ",,,\n\n", encoding="utf-8")
    assert [line[HAND] for line in graded()] == ["", "18", ""]


def test_rows_in_another_order_and_numbers_as_excel_writes_them(graded):
    lines = rows(graded.table)[::-1]
    lines[0][HAND] = "20"
    for line in lines:
        line["number"], line["file"] = line["number"] + ".0", ""
    save(graded.table, lines)
    assert [line[HAND] for line in graded()] == ["", "", "20"] and len(rows(graded.table)) == 3


def test_columns_without_heads_and_with_one_head_stay(graded):
    text = graded.table.read_text(encoding="utf-8-sig").splitlines()
    text[0] += ",memo,memo,"
    text[1:] = [line + ",a,b,c,=d" for line in text[1:]]
    graded.table.write_text("\n".join(text), encoding="utf-8")
    for _ in range(2):
        after = graded()
        assert [list(line.values())[-4:] for line in after] == [["a", "b", "c", "=d"]] * 3
        assert list(after[0])[-4:] == ["memo", "memo (19)", "column 20", "column 21"]


def test_row_without_a_name_is_nobodys(graded):
    hand_in(graded.folder / "code.zip", 9)
    lines = graded()
    save(graded.table, [*lines, ["", "", "15.3", "9"]])
    after = graded()
    assert [line[HAND] for line in after] == ["", "", "", "", "15.3"] and after[0]["name"] == "code"


def test_one_student_graded_again_leaves_the_class_alone(graded, tmp_path):
    save(graded.table, entered(rows(graded.table)))
    graded()
    before = rows(graded.table)
    elsewhere = tmp_path / "appeal"
    elsewhere.mkdir()
    for path in (graded.folder / "코드_20201231_학생나.zip", elsewhere / "코드_20201231_학생나 (1).zip"):
        hand_in(path, 7)
        after = graded(path)
        assert after[1] == {**before[1], "file": str(path)}
        assert after[:1] + after[2:] == before[:1] + before[2:]
    assert len(set(graded.seeds)) == 1


def test_likeness_is_not_lost_when_one_student_is_graded_alone(graded):
    lines = rows(graded.table)
    lines[1]["same problem 6 as"] = "read both, nn/maxpooling.py: 20201230"
    save(graded.table, lines)
    one = graded(graded.folder / "코드_20201231_학생나.zip")[1]
    assert one["same problem 6 as"] == "read both, nn/maxpooling.py: 20201230"
    assert graded()[1]["same problem 6 as"] == ""


def test_another_class_is_added(graded, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    hand_in(other / "20209999_홍길동.zip", 9)
    assert [line["number"] for line in graded(other)] == ["20201230", "20201231", "20201232", "20209999"]


def test_student_who_is_gone_stays_in_the_table(graded):
    lines = rows(graded.table)
    lines[1][HAND] = "18"
    save(graded.table, lines)
    next(graded.folder.glob("*20201231*")).unlink()
    after = graded()
    assert [line[HAND] for line in after] == ["", "18", ""] and after[1]["total of 100"] == "94"


def test_points_stay_with_the_student_whose_file_is_new(graded):
    lines = rows(graded.table)
    lines[1][HAND] = "18"
    save(graded.table, lines)
    hand_in(graded.folder / "코드_20201231_학생나 (1).zip", 8)
    after = graded()
    assert len(after) == 3 and after[1][HAND] == "18" and after[1]["file"].endswith("(1).zip")


def test_a_table_of_an_earlier_version_keeps_its_points(graded):
    lines = rows(graded.table)
    lines[1]["problem 3"] = "10"
    save(graded.table, lines, columns=[column for column in COLUMNS if column not in (
        "by program", "reason", "total of 100")])
    assert [line["problem 3"] for line in graded()] == ["6", "10", "6"]


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@A1", "\t=1+1", "\r=1+1", "  =1+1", "\u3000=1+1", "\xa0=1",
                                  "\uff1d1", "\n=1", "\ufeff=1", "x;=1+1", "x; @A1"])
def test_no_cell_is_a_formula(name, graded):
    try:
        hand_in(graded.folder / f"{name}.zip", 5)
    except OSError:
        pytest.skip("this system has no such names")
    for _ in range(2):
        after = graded()
        assert len(after) == 4
    text = graded.table.read_text(encoding="utf-8-sig")
    for separator in (",", ";", "\t"):
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            for one in row:
                assert one.lstrip("\"\ufeff \t\r\n\u3000\xa0")[:1] not in tuple("=+-@\uff1d") or not one, one


def test_escape_codes_reach_no_terminal(graded, capsys):
    try:
        hand_in(graded.folder / "20201239_\x1b[31m학생\u202e\x07라\n  total 80.zip", 5)
    except OSError:
        pytest.skip("this system has no such names")
    graded()
    out, err = capsys.readouterr()
    assert r"\x1b[31m" in out and not any(mark in out + err for mark in "\x1b\x07\u202e\r")
    assert "  total 80.zip" not in out.splitlines()


@pytest.mark.parametrize("content, words", [
    (b"PK\x03\x04", "is a workbook: save the sheet as CSV"), (b"<html><table>", "is a workbook"),
    (b"\xd0\xcf\x11\xe0", "is a workbook"), (b"\x81\xff\x00", "no text"), (b"number,name\n1,2\n", "is no table of")])
def test_other_files_are_refused_and_stay(content, words, graded):
    graded.table.write_bytes(content)
    with pytest.raises(SystemExit, match=words):
        graded()
    assert graded.table.read_bytes() == content


def test_the_gradings_own_files_are_not_handed_in(tmp_path, quick):
    folder = tmp_path / "class"
    folder.mkdir()
    hand_in(folder / "20201230_학생가.zip", 1)
    (folder / "roster.csv").write_text("학번,이름\n20201230,학생가\n", encoding="utf-8")
    for _ in range(2):
        command.main([str(folder), "--csv", str(folder / "grades.csv"), "--roster", str(folder / "roster.csv")])
        assert [line["number"] for line in rows(folder / "grades.csv")] == ["20201230"]


def test_separators_within_cells(tmp_path):
    (tmp_path / "t.csv").write_text('a;b\n"1,2,3";"x,y\nz"\n"4,5,6";z\n')
    assert read_rows(tmp_path / "t.csv") == [["a", "b"], ["1,2,3", "x,y\nz"], ["4,5,6", "z"]]
    (tmp_path / "t.csv").write_text("sep=|\na|b;c;d\n")
    assert read_rows(tmp_path / "t.csv") == [["a", "b;c;d"]]


def test_absent_students_are_in_the_table_and_in_the_log(graded, tmp_path, capsys):
    everybody = [*((f"2020123{k}", f"학생{name}") for k, name in enumerate("가나다")), ("20209999", "홍길동")]
    (tmp_path / "roster.csv").write_text("\n".join(["학번,이름", *map(",".join, everybody)]),
                                         encoding="cp949")
    for _ in range(2):
        after = graded(roster=tmp_path / "roster.csv")
        assert [(one["number"], one["name"]) for one in after] == everybody
        assert after[3]["remarks"] == "handed in nothing" and after[3]["problem 3"] == after[3]["total of 80"] == ""
        assert "20209999 홍길동: handed in nothing" in capsys.readouterr().out
    text = graded.table.read_text(encoding="utf-8-sig").replace("홍길동,,", "홍길동,15,")
    graded.table.write_text(text, encoding="utf-8")
    assert graded(roster=tmp_path / "roster.csv")[3]["problem 1 (by hand)"] == "15"
    assert [one["number"] for one in graded()] == [number for number, _ in everybody]
