"""The roster says who handed in nothing, and whose number or name does not fit."""
import csv
import io

import pytest

from assignment.grading.roster import Student, check, read_roster
from assignment.grading.submission import Submission

PEOPLE = [("20191357", "김철수"), ("20201234", "홍길동"), ("20202222", "이영희")]


def text(lines, delimiter=","):
    made = io.StringIO(newline="")
    csv.writer(made, delimiter=delimiter).writerows(lines)
    return made.getvalue()


def table(heads, make, delimiter=","):
    return text([heads, *(make(k, number, name) for k, (number, name) in enumerate(PEOPLE, 1))], delimiter)


ROSTERS = {
    "Korean": table(["번호", "학번", "이름", "학과"], lambda k, number, name: [k, number, name, "컴퓨터공학과"]),
    "English": table(["No.", "Name", "Student ID"], lambda k, number, name: [k, name, number]),
    "no heads": text([[k, "컴퓨터공학과", number, name, f"010{k}2345678"] for k, (number, name) in enumerate(PEOPLE)]),
    "a title above": "2026-2학기 딥러닝 출석부\n\n" + table(["연번", "성 명", "학 번", "연락처"],
                                                     lambda k, number, name: [k, name, number, f"10{k}2345678"]),
    "Moodle": table(["이름", "성", "ID 번호", "이메일 주소"],
                    lambda k, number, name: [name[1:], name[0], number, "a@b.kr"]),
    "tabs": table(["학번", "성명"], lambda k, number, name: [number, name], "\t"),
    "semicolons": table(["number", "name"], lambda k, number, name: [f"{number}.0", name], ";"),
    "remarks in the name": table(["학번", "이름"], lambda k, number, name: [f"'{number}", f"{name}(재수강)"]),
    "the word number for the line": table(["번호", "이름", "학생 번호"], lambda k, number, name: [k, name, number]),
    "this program's own": table(["number", "name", "problem 1 (by hand)"], lambda k, number, name: [number, name, ""]),
}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949", "utf-16"])
@pytest.mark.parametrize("kind", ROSTERS)
def test_numbers_and_names_are_found(kind, encoding, tmp_path):
    (tmp_path / "roster").write_bytes(ROSTERS[kind].encode(encoding))
    assert [tuple(one)[:2] for one in read_roster(tmp_path / "roster")] == PEOPLE


def test_latin_names_and_hyphens(tmp_path):
    (tmp_path / "roster").write_text("Last name,First name,ID number\nHong,Gildong,2020-12345\n")
    assert tuple(read_roster(tmp_path / "roster")[0])[:2] == ("2020-12345", "Gildong Hong")


@pytest.mark.parametrize("content, words", [("", "found none"), ("a,b\n1,2\n", "expected a column of student numbers"),
                                            ("학번,이름\n", "found 학번, 이름"), ("PK\x03\x04", "is a workbook")])
def test_no_roster_is_an_error(content, words, tmp_path):
    (tmp_path / "roster").write_text(content, encoding="utf-8")
    with pytest.raises(ValueError, match=words):
        read_roster(tmp_path / "roster")


def checked(*found):
    """(the Submissions, who handed in nothing) for Submissions of these (number, name)."""
    found = [Submission(f"{number}{name}.zip", number, name) for number, name in found]
    return found, check(found, [Student(*one, "") for one in PEOPLE])


def test_who_handed_in_nothing():
    found, absent = checked(("20201234", "홍길동"), ("2020-2222", "이 영희"))
    assert [one[:2] for one in absent] == [PEOPLE[0]] and absent[0].note == "handed in nothing"
    assert found[0].remarks == found[1].remarks == []


@pytest.mark.parametrize("handed_in, remark, missing, note", [
    (("20201234", "김철수"), "the roster has 20201234 as 홍길동", 3, "but see 20201234김철수.zip"),
    (("20191375", "김철수"), "not on the roster; it has 김철수 as 20191357", 3, "but see 20191375김철수.zip"),
    (("20999999", "나그네"), "not on the roster", 3, ""), (("", "나그네"), "not on the roster", 3, ""),
    (("", "김철수"), "the number is the roster's, by the name", 2, ""),
    (("20201234", "Gildong Hong"), None, 2, ""), (("20201234", ""), None, 2, "")])
def test_numbers_and_names_are_checked(handed_in, remark, missing, note):
    (one,), absent = checked(handed_in)
    assert one.remarks == ([remark] if remark else []) and len(absent) == missing
    assert note in "".join(who.note for who in absent)


def test_what_is_not_said_is_filled_in():
    (one, other), _ = checked(("", "김철수"), ("20201234", ""))
    assert (one.number, other.name) == ("20191357", "홍길동")


def test_namesakes_are_not_told_apart():
    found, absent = checked(("", "김철수"), ("", "김철수"))
    assert [one.number for one in found] == ["", ""] and len(absent) == 3 and "but see" in absent[0].note
