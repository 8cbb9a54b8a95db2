"""Submissions are found and read as platforms deliver them, and no zip does harm."""
import io
import os
import struct
import unicodedata
import zipfile

import pytest

from assignment.grading import tree
from assignment.grading.submission import submissions

NAME = "코드_20201234_홍길동"
PROJECT = {"nn/activation.py": "a = 1", "nn/maxpooling.py": "b = 2", "mnist_test.py": "c = 3"}


def zipped(path, files):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return path


def texts(one):
    return {path: content.decode("utf-8") for path, content in one.files.items()}


def folder(path, files):
    for name, text in files.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_text(text)
    return path


@pytest.mark.parametrize("prefix", ["", "project/", "코드/project/"])
def test_zip_with_any_folder_around_the_project(prefix, tmp_path):
    files = {prefix + name: text for name, text in PROJECT.items()}
    noise = dict.fromkeys(["__MACOSX/" + prefix + "nn/._activation.py", *(prefix + name for name in (
        "venv/lib/x.py", "report.pdf", ".git/hook.py", "nn/__pycache__/x.py"))], "no")
    one, = submissions([zipped(tmp_path / f"{NAME}.zip", {**noise, **files})])
    assert (one.number, one.name, texts(one), one.remarks) == ("20201234", "홍길동", PROJECT, [])


@pytest.mark.parametrize("below", ["", "project"])
def test_folder_that_is_a_project(below, tmp_path):
    folder(tmp_path / NAME / below, {**PROJECT, "nn/own/extra.py": "d = 4", "venv/x.py": "no"})
    one, = submissions([tmp_path / NAME])
    assert (one.number, texts(one)) == ("20201234", {**PROJECT, "nn/own/extra.py": "d = 4"})


def test_class_as_a_platform_delivers_it(tmp_path):
    for k, decompose in enumerate((False, True, False)):
        student = tmp_path / f"2020123{k}_학생{'가나다'[k]}_과제"
        student.mkdir()
        (student / "보고서.pdf").write_bytes(b"%PDF")
        name = f"코드_2020123{k}_학생{'가나다'[k]}.zip"
        zipped(student / (unicodedata.normalize("NFD", name) if decompose else name), PROJECT)
    (tmp_path / "20201239_늦은이").mkdir()
    (tmp_path / "20201239_늦은이" / "보고서.pdf").write_bytes(b"%PDF")
    folder(tmp_path / "20201238_폴더" / "내 프로젝트", PROJECT)
    found = submissions([tmp_path])
    assert [(one.number, one.name, len(one.files)) for one in found] == [
        ("20201230", "학생가", 3), ("20201231", "학생나", 3), ("20201232", "학생다", 3), ("20201238", "폴더", 3),
        ("20201239", "늦은이", 0)]
    assert found[-1].remarks == ["no project found in it: no nn/, no mnist_test.py; it is 보고서.pdf"]
    assert found[0].remarks == ["beside it: 보고서.pdf"]


def test_a_number_in_the_name_of_the_class_is_no_students(tmp_path):
    (tmp_path / "20261126_과제").mkdir()
    for name in ("kim", "lee"):
        zipped(tmp_path / "20261126_과제" / f"{name}.zip", PROJECT)
    assert [(one.number, one.name) for one in submissions([tmp_path / "20261126_과제"])] == [("", "kim"), ("", "lee")]


@pytest.mark.parametrize("names", [(f"{NAME}.zip", f"{NAME} (1).zip"), (f"{NAME}_2.zip", f"{NAME}.zip")])
def test_of_two_submissions_the_last_counts(names, tmp_path):
    later = max(names, key=lambda name: "(1)" in name or "_2." in name)
    for name in names:
        zipped(tmp_path / name, {**PROJECT, "mnist_test.py": name})
    one, = submissions([tmp_path])
    assert texts(one)["mnist_test.py"] == later
    assert one.remarks == [f"handed in 2 times: this is the last, not {(set(names) - {later}).pop()}"]


def test_of_two_without_a_number_the_newer_file_counts(tmp_path):
    for place, text, age in (("가", "old", 1_000), ("나", "new", 2_000)):
        folder(tmp_path / place, {})
        (tmp_path / place).mkdir()
        file = zipped(tmp_path / place / f"{NAME}.zip", {**PROJECT, "mnist_test.py": text})
        os.utime(file, (age, age))
    one, = submissions([tmp_path])
    assert texts(one)["mnist_test.py"] == "new"


@pytest.mark.parametrize("encoding", ["cp949", "utf-8"])
def test_names_in_a_zip_that_does_not_say_its_encoding(encoding, tmp_path):
    raw = io.BytesIO()
    name = "nn/도우미.py"
    with zipfile.ZipFile(raw, "w") as archive:
        archive.writestr("nn/activation.py", "b = 2")
        archive.writestr("+" * len(name.encode(encoding)), "a = 1")
    (tmp_path / f"{NAME}.zip").write_bytes(raw.getvalue().replace(
        b"+" * len(name.encode(encoding)), name.encode(encoding)))
    one, = submissions([tmp_path])
    assert texts(one) == {"nn/activation.py": "b = 2", name: "a = 1"}


def link(name, target):
    entry = zipfile.ZipInfo(name)
    entry.external_attr = 0o120777 << 16
    return entry, target


@pytest.mark.parametrize("entry, words", [
    (("../../evil.py", "x"), "../../evil.py leads out of the project"), (("/etc/evil.py", "x"), "leads out"),
    (("..\\evil.py", "x"), "leads out"), (("C:/evil.py", "x"), "leads out"),
    (link("nn/optimizer.py", "/etc/passwd"), "nn/optimizer.py is a link"),
    (("nn/bomb.py", "0" * (tree.BYTES + 1)), "nn/bomb.py has more than 2,097,152 bytes")])
def test_hostile_entries_are_left_out_and_named(entry, words, tmp_path):
    file = zipped(tmp_path / f"{NAME}.zip", PROJECT)
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(*entry)
    one, = submissions([tmp_path])
    assert texts(one) == PROJECT and len(one.remarks) == 1 and words in one.remarks[0]
    assert [path.name for path in tmp_path.iterdir()] == [file.name]


def encrypted(raw):
    """A zip whose entries say that they are encrypted."""
    for mark, place in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        at = raw.find(mark) + place
        raw = raw[:at] + struct.pack("<H", 1) + raw[at + 2:]
    return raw


@pytest.mark.parametrize("damage", [lambda raw: raw[:len(raw) // 2], lambda raw: b"<html>", lambda raw: b"",
                                    lambda raw: raw.replace(b"a = 1", b"a = 2"), encrypted])
def test_damaged_zip_is_one_remark(damage, tmp_path):
    file = tmp_path / f"{NAME}.zip"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("nn/activation.py", "a = 1")
    file.write_bytes(damage(file.read_bytes()))
    one, = submissions([tmp_path])
    assert one.number == "20201234" and one.files == {} and "cannot be read: " in one.remarks[0]


def test_of_too_many_files_the_answers_are_read(tmp_path, monkeypatch):
    monkeypatch.setattr(tree, "FILES", 3)
    many = {f"nn/a{k}.py": "" for k in range(5)}
    one, = submissions([zipped(tmp_path / f"{NAME}.zip", {**many, **PROJECT})])
    assert texts(one) == PROJECT and "nn/a0.py is beyond the first 3 Python files" in one.remarks[0]
    assert one.remarks[0].endswith("(and 4 more)")


def test_many_large_files_do_not_fill_the_memory(tmp_path, monkeypatch):
    monkeypatch.setattr(tree, "ALL_BYTES", (1000, 1500))
    large = {f"nn/a{k}.py": "x" * 300 for k in range(9)}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for k in (1, 2):
            zipped(tmp_path / "one.zip", {**large, **PROJECT})
            archive.write(tmp_path / "one.zip", f"2020123{k}_학생{k}.zip")
    (tmp_path / "one.zip").write_bytes(packed.getvalue())
    first, second = submissions([tmp_path])
    assert sum(map(len, [*first.files.values(), *second.files.values()])) < 1500 + 2 * 300
    assert "beyond the first" in first.remarks[0] and set(PROJECT) <= set(first.files)


def test_links_in_a_folder_are_not_followed(tmp_path):
    folder(tmp_path / "elsewhere", {"secret.py": "s"})
    project = folder(tmp_path / NAME, PROJECT)
    try:
        (project / "linked.py").symlink_to(tmp_path / "elsewhere" / "secret.py")
        (project / "folder").symlink_to(tmp_path / "elsewhere")
    except OSError:
        pytest.skip("this system makes no links")
    one, = submissions([project])
    assert texts(one) == PROJECT and one.remarks == ["folder is a link and was not read (and 1 more)"]
