"""Number and name are read out of names as students and platforms write them; dates, terms and courses are neither."""
import time

import pytest

from assignment.grading.identity import Identity, counter, identity, students_part
from assignment.grading.person_name import alike
from assignment.grading.student_number import digits

HONG = ("20201234", "홍길동")
TODAY = time.strftime("%Y%m%d")


@pytest.mark.parametrize("name", [
    "코드_20201234_홍길동.zip", "홍길동_20201234.zip", "20201234홍길동과제.zip", "홍길동(20201234).zip",
    "(20201234)홍길동",
    "20201234 홍 길동.zip", "홍길동-20201234-코드.zip", "학번20201234이름홍길동.zip", "20201234_코드_홍길동.zip",
    "20201234_홍길동.tar.gz", "코드_20201234_홍길동_최종_진짜최종 (3).zip", "20201234 - 홍길동.zip",
    "한국대_20201234_홍길동",
    "202602_딥러닝_20201234_홍길동.zip", "CSE4010_20201234_홍길동.zip", "41005-01_20201234_홍길동.zip",
    "2026-2학기 딥러닝_20201234_홍길동 (2).zip", "2026-1_20201234_홍길동.zip", "2026년 1학기_20201234_홍길동.zip",
    "과제5_20261120_20201234_홍길동.zip", "홍길동_20201234_20261120.zip", "20201234_홍길동_2026.11.20.zip",
    "20201234_홍길동_20261120_143022.zip", "제출_20261120_1403_20201234_홍길동.zip",
    "20201234_홍길동_010-1234-5678.zip",
    "홍길동_20201234_딥러닝기초.zip", "20201234_홍길동_41005.zip", "코드_20201234_홍길동 - Gildong Hong.zip",
    "과제1_20201234_attempt_2026-11-20-14-03-22_코드_20201234_홍길동.zip",
    "honggildong_LATE_123456_7891011_코드_20201234_홍길동-1.zip", "홍길동_98765_assignsubmission_file_20201234.zip",
    "\uff12\uff10\uff12\uff10\uff11\uff12\uff13\uff14\uff08홍길동\uff09.zip"])
def test_number_and_name(name):
    found = identity([name])
    assert (found.number, found.name, found.certain) == (*HONG, 3)


@pytest.mark.parametrize("name, number, who", [
    ("20201201_학생가.zip", "20201201", "학생가"), ("2020-12345_홍길동.zip", "2020-12345", "홍길동"),
    ("B911001_홍길동.zip", "B911001", "홍길동"), ("12345678_홍길동.zip", "12345678", "홍길동"),
    ("20201234_John_Smith_hw1.zip", "20201234", "John Smith"), ("코드_20201234_Kim Minsu.zip", "20201234", "Kim Minsu"),
    ("20201234.zip", "20201234", ""), ("20201234_홍길동_20191357_김철수.zip", "20191357", "김철수"),
    ("20191357_Chul-Soo O'Kim.zip", "20191357", "Chul Soo O'Kim"), ("2019135777-李雷.zip", "2019135777", "李雷"),
    ("Jean-Pierre_Müller_20191357.zip", "20191357", "Jean Pierre Müller"),
    ("20191357_Иван Петров.zip", "20191357", "Иван Петров"),
    ("20201234_응우옌티란.zip", "20201234", "응우옌티란"), ("홍길동_20201230_20261120", "20201230", "홍길동")])
def test_other_numbers_and_names(name, number, who):
    found = identity([name])
    assert (found.number, found.name) == (number, who)


@pytest.mark.parametrize("name, who, platform", [
    (f"{TODAY}_홍길동.zip", "홍길동", ""), ("261120_홍길동.zip", "홍길동", ""), ("202602_홍길동.zip", "홍길동", ""),
    ("CSE4010_홍길동", "홍길동", ""), ("41005_홍길동", "홍길동", ""), ("2026-11-20 홍길동", "홍길동", ""),
    ("과제_홍길동.zip", "홍길동", ""), ("홍길동 - 코드.zip", "홍길동", ""), ("project - Gildong Hong.zip",
    "Gildong Hong", ""),
    ("홍길동_98765_assignsubmission_file_", "홍길동", "Moodle 98765"),
    ("Participant_98765_assignsubmission_file_code.zip", "98765", "Moodle 98765"),
    ("honggildong_1234567_7891011_project.zip", "honggildong", "Canvas 1234567"),
    ("과제1_hong_attempt_2026-11-20-14-03-22.txt", "hong", "Blackboard hong"), ("kim.zip", "kim", ""),
    ("hong@kaist.ac.kr.zip", "hong@kaist.ac.kr", ""), ("lee+ml@uni.edu_code.zip", "lee+ml@uni.edu", "")])
def test_name_without_a_number(name, who, platform):
    found = identity([name])
    assert (found.number, found.name, found.platform) == ("", who, platform)


@pytest.mark.parametrize("name", ["code.zip", "과제 최종.zip", "submission_123456789",
    "KakaoTalk_20261120_143022123.zip",
                                  "20261126_과제", "hw3", "12345678.zip", "202602", "2026-11-20-14-03-22",
                                  "코드_학번_이름.zip",
                                  "딥러닝 과제 제출 (File responses)-20261120T050000Z-001.zip",
                                  "CSE4010-과제1-98765.zip"])
def test_what_names_nobody(name):
    found = identity([name])
    assert (found.number, found.certain) == ("", 0)


def test_the_outermost_name_counts_and_others_fill_in():
    found = identity(["20201234_홍길동", "코드_20191357_김철수.zip"])
    assert (found.number, found.name) == HONG
    found = identity(["홍길동_98765_assignsubmission_file_", "코드_20201234.zip"])
    assert found == Identity("20201234", "홍길동", "Moodle 98765", 2)


def test_numbers_of_a_roster_are_known():
    assert identity([f"{TODAY}_홍길동"]).number == "" and identity([f"{TODAY}_홍길동"], {TODAY}).number == TODAY


@pytest.mark.parametrize("name, count", [("x (2).zip", 2), ("x.zip", 0), ("x_v3.zip", 3), ("x-1.zip", 1), ("버전 4", 4),
                                         ("x(5).tar.gz", 5), ("20201234_홍길동.zip", 0)])
def test_copies_are_counted(name, count):
    assert counter(name) == ("", count)


def test_attempts_have_times():
    assert counter("hw_hong_attempt_2026-11-20-14-03-22_code (2).zip") == ("2026-11-20-14-03-22", 2)


def test_names_and_numbers_are_compared():
    assert alike("홍 길동", "홍길동") and alike("KIM", "kim") and alike("", "x") and not alike("홍길동", "홍길순")
    assert digits("2020-12345") == digits("202012345")


def test_no_name_takes_long():
    start = time.monotonic()
    for name in ("a" * 200 + "1_20201234", "가" * 200 + "1_20201234", " " * 250, "(" * 250, "1 " * 120, "_1" * 120):
        identity([name])
    assert time.monotonic() - start < 1


@pytest.mark.parametrize("name, part", [
    ("kimcs_123457_7891013_hw5-2.zip", "hw5-2"), ("홍길동_98765_assignsubmission_file_코드.zip", "코드"),
    ("코드_20201234_홍길동 (2).zip", "코드_20201234_홍길동"),
    ("20201234_10012_20022_코드.zip", "20201234_10012_20022_코드")])
def test_numbers_of_a_platform_are_no_students_part(name, part):
    assert students_part(name) == part
