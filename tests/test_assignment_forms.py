"""Whatever form a submission has, its student has a line: graded, or with the reason why not."""
import io
import os
import struct
import tarfile
import time
import unicodedata
import zipfile

import pytest

from assignment.grading.plain_text import name_as_text, plain
from assignment.grading.submission import submissions
from assignment.grading.tree import is_junk
from assignment.handout.build import handout_files

PROJECT = {"nn/activation.py": b"a = 1", "nn/optimizer.py": b"o = 1", "nn/maxpooling.py": b"m = 1",
           "mnist_test.py": b"s = 1"}
HONG, KIM, LEE = ("20201234", "홍길동"), ("20191357", "김철수"), ("20202222", "이영희")
ALL = len(PROJECT)
PDF, NOTHING = b"%PDF-1.7", "no project found"


def inside(prefix, files=None):
    return {prefix + path: content for path, content in (files or PROJECT).items()}


def a_zip(files, method=zipfile.ZIP_DEFLATED):
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return raw.getvalue()


def a_tar(files, mode="w:gz"):
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode=mode) as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return raw.getvalue()


def encrypted(raw):
    """A zip whose entries say that they are encrypted."""
    for mark, place in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        at = -1
        while (at := raw.find(mark, at + 1)) >= 0:
            raw = raw[:at + place] + struct.pack("<H", 1) + raw[at + place + 2:]
    return raw


def in_cp949(files, name):
    """A zip of one more file, whose name it holds in CP949 without saying so."""
    raw, wanted = a_zip({**files, "+" * len(name.encode("cp949")): b""}), name.encode("cp949")
    return raw.replace(b"+" * len(wanted), wanted)


def nested(times, files):
    raw = a_zip(files)
    for _ in range(times):
        raw = a_zip({"과제.zip": raw})
    return raw


def written(text):
    return {**handed_out(), "nn/maxpooling.py": text}


def handed_out():
    texts = handout_files(())
    return {path: texts[path].encode() for path in PROJECT}


def link(to):
    def make(path):
        try:
            path.symlink_to(to)
        except OSError:
            pytest.skip("this system makes no links")
    return make


CONDA = {"env2/conda-meta/history": b"", "env2/Lib/os.py": b"", "env2/Lib/nn/activation.py": b"", **PROJECT}
CODE, HERE = "코드_20201234_홍길동", {"Hong": (*HONG, ALL, "")}
ZIP, BOMB = a_zip(PROJECT), b"\0" * (2 ** 21 + 1)

# form -> ({path in the class's folder: bytes, or a function that makes it}, [(number, name, files, words in a remark)])
FORMS = {
    "a zip": ({f"{CODE}.zip": ZIP}, [(*HONG, ALL, "")]),
    "a zip in capitals": ({f"{CODE}.ZIP": ZIP}, [(*HONG, ALL, "")]),
    "one folder around": ({f"{CODE}.zip": a_zip(inside("project/"))}, [(*HONG, ALL, "")]),
    "four folders around": ({f"{CODE}.zip": a_zip(inside("a/b/c/d/"))}, [(*HONG, ALL, "")]),
    "a folder for each": ({"20201234_홍길동/code.zip": ZIP, "20191357_김철수/code.zip": ZIP},
                          [(*KIM, ALL, ""), (*HONG, ALL, "")]),
    "a folder for each week and each": ({"1주차/20201234_홍길동/code.zip": ZIP, "1주차/20191357_김철수/code.zip": ZIP},
                                        [(*KIM, ALL, ""), (*HONG, ALL, "")]),
    "a folder for each class": ({"분반1/kim.zip": ZIP, "분반1/lee.zip": ZIP, "분반2/park.zip": ZIP},
                                [("", "kim", ALL, ""), ("", "lee", ALL, ""), ("", "park", ALL, "")]),
    "not packed": ({f"20201234_홍길동/{path}": content for path, content in PROJECT.items()}, [(*HONG, ALL, "")]),
    "Moodle, folders": ({"홍길동_98765_assignsubmission_file_/project.zip": ZIP,
                         "김철수_98766_assignsubmission_file_/보고서.pdf": PDF},
                        [("", "김철수", 0, NOTHING), ("", "홍길동", ALL, "")]),
    "Moodle, files": ({f"홍길동_98765_assignsubmission_file_{CODE}.zip": ZIP,
                       "홍길동_98765_assignsubmission_file_보고서.pdf": PDF},
                       [(*HONG, ALL, "beside it: 홍길동_98765")]),
    "Moodle, without names": ({"Participant_98765_assignsubmission_file_code.zip": ZIP},
                              [("", "98765", ALL, "")]),
    "Canvas": ({"honggildong_123456_7891011_project.zip": ZIP, "kimchulsoo_LATE_123457_7891012_project-1.zip": ZIP},
               [("", "honggildong", ALL, ""), ("", "kimchulsoo", ALL, "")]),
    "Canvas, with numbers of the file's": ({"kimcs_123457_7891013_hw5-2.zip": ZIP}, [("", "kimcs", ALL, "")]),
    "Canvas, one name twice": ({"kim_1001_2001_code.zip": ZIP, "kim_1002_2002_code.zip": ZIP},
                               [("", "kim", ALL, ""), ("", "kim", ALL, "")]),
    "mails": ({"hong@kaist.ac.kr/code.zip": ZIP, "hong@snu.ac.kr/code.zip": ZIP},
              [("", "hong@kaist.ac.kr", ALL, ""), ("", "hong@snu.ac.kr", ALL, "")]),
    "a tar in a zip": ({f"{CODE}.zip": a_zip({"x/code.tar.gz": a_tar(PROJECT)})}, [(*HONG, ALL, "")]),
    "a notebook in a zip": ({f"{CODE}.zip": a_zip({"hw.ipynb": b"{}"})}, [(*HONG, 0, "hw.ipynb")]),
    "Canvas, code and report": ({f"honggildong_123456_7891011_{CODE}.zip": ZIP,
                                 "honggildong_123456_7891012_report.pdf": PDF}, [(*HONG, ALL, "report.pdf")]),
    "Canvas, handed in twice": ({"hong_123456_7891011_code.zip": a_zip(inside("")),
                                 "hong_123456_7891019_code-1.zip": a_zip({**PROJECT, "new.py": b""})},
                                [("", "hong", ALL + 1, "handed in 2 times")]),
    "Canvas, four files": ({f"hong_123456_{k}_{path.split('/')[-1]}": content
                            for k, (path, content) in enumerate(PROJECT.items())},
                           [("", "hong", ALL, "was found as")]),
    "Blackboard": ({f"과제1_20201234_attempt_2026-11-20-14-03-22_{CODE}.zip": ZIP,
                    "과제1_20201234_attempt_2026-11-20-14-03-22.txt": "Name: 홍길동".encode()}, [(*HONG, ALL, "")]),
    "Blackboard, two attempts": ({"hw_hong_attempt_2026-11-20-14-03-22_p.zip": a_zip({**PROJECT, "new.py": b""}),
                                  "hw_hong_attempt_2026-11-19-14-03-22_p.zip": ZIP},
                                 [("", "hong", ALL + 1, "handed in 2 times")]),
    "Google Forms": ({f"과제 제출 (File responses)/{CODE} - Gildong Hong.zip": ZIP,
                      "과제 제출 (File responses)/project - Minsu Kim.zip": ZIP},
                     [("", "Minsu Kim", ALL, ""), (*HONG, ALL, "")]),
    "Google Drive's zip of all": ({"과제 제출 (File responses)-20261120T050000Z-001.zip": a_zip({
        f"과제 제출 (File responses)/{CODE} - 홍길동.zip": ZIP,
        "과제 제출 (File responses)/코드_20191357_김철수 - 김철수.zip": ZIP})}, [(*KIM, ALL, ""), (*HONG, ALL, "")]),
    "a zip of all zips": (
        {"전체제출.zip": a_zip({f"{CODE}.zip": ZIP, "코드_20191357_김철수.zip": ZIP, "보고서_이영희.pdf": PDF})},
                          [("", "이영희", 0, NOTHING), (*KIM, ALL, ""), (*HONG, ALL, "")]),
    "a zip of all zips without numbers": ({"all.zip": a_zip({"kim.zip": ZIP, "lee.zip": ZIP})},
                                          [("", "kim", ALL, ""), ("", "lee", ALL, "")]),
    "a zip in a zip": ({f"{CODE}.zip": nested(1, PROJECT)}, [(*HONG, ALL, "")]),
    "a zip in a zip in a zip": ({f"{CODE}.zip": nested(2, inside("p/"))}, [(*HONG, ALL, "")]),
    "tar.gz": ({f"{CODE}.tar.gz": a_tar(inside("p/"))}, [(*HONG, ALL, "")]),
    "tgz, tar, tar.xz": ({f"{CODE}.tgz": a_tar(PROJECT), "20191357_김철수.tar": a_tar(PROJECT, "w"),
                          "20202222_이영희.tar.xz": a_tar(PROJECT, "w:xz")},
                         [(*KIM, ALL, ""), (*HONG, ALL, ""), (*LEE, ALL, "")]),
    "a zip in a tar": ({f"{CODE}.tar.gz": a_tar({"code.zip": ZIP})}, [(*HONG, ALL, "")]),
    "7z": ({f"{CODE}.7z": b"7z\xbc\xaf\x27\x1c" + b"x" * 90}, [(*HONG, 0, "is packed as 7z")]),
    "rar": ({f"{CODE}.rar": b"Rar!\x1a\x07\x01\x00"}, [(*HONG, 0, "is packed as RAR")]),
    "egg": ({f"{CODE}.egg": b"EGGA" + b"x" * 90}, [(*HONG, 0, "is packed as ALZip EGG")]),
    "egg of Python": ({f"{CODE}.egg": ZIP}, [(*HONG, ALL, "")]),
    "alz": ({f"{CODE}.alz": b"ALZ\x01" + b"x" * 90}, [(*HONG, 0, "is packed as ALZ")]),
    "rar that is called zip": ({f"{CODE}.zip": b"Rar!\x1a\x07\x01\x00"}, [(*HONG, 0, "is packed as RAR")]),
    "zip that is called 7z": ({f"{CODE}.7z": ZIP}, [(*HONG, ALL, "")]),
    "a web page that is called zip": ({f"{CODE}.zip": b"<html>"}, [(*HONG, 0, "cannot be read: it is no archive")]),
    "a notebook": ({f"{CODE}.ipynb": b"{}"}, [(*HONG, 0, f"it is {CODE}.ipynb")]),
    "a report alone": ({"보고서_20201234_홍길동.docx": a_zip({"word/document.xml": b""})},
                       [(*HONG, 0, "it is 보고서")]),
    "a pdf alone": ({"20201234_홍길동.pdf": PDF, f"코드_{KIM[0]}_{KIM[1]}.zip": ZIP},
                    [(*KIM, ALL, ""), (*HONG, 0, NOTHING)]),
    "one Python file alone": ({"maxpooling_20201234_홍길동.py": b"m = 1"}, [(*HONG, 0, NOTHING)]),
    "one answer alone": ({"20201234_홍길동_maxpooling.py": b"m = 1"}, [(*HONG, 1, "nn/maxpooling.py was found as")]),
    "all in one file": ({"20201234_홍길동.py": b"class ReLU:\n  pass\nclass MaxPooling:\n  pass"},
                        [(*HONG, 2, "nn/maxpooling.py was found as")]),
    "a link": ({f"{CODE}.zip": link("elsewhere.zip")}, [(*HONG, 0, "is a link and was not read")]),
    "a link to a folder": ({"20201234_홍길동": link("/")}, [(*HONG, 0, "is a link and was not read")]),
    "report zip and code zip in one folder": (
        {"20201234_홍길동/보고서.zip": a_zip({"보고서.pdf": PDF}), "20201234_홍길동/코드.zip": ZIP},
        [(*HONG, ALL, "보고서.zip")]),
    "report and code in a class's folder": ({"보고서_20201234_홍길동.pdf": PDF, f"{CODE}.zip": ZIP},
                                            [(*HONG, ALL, "beside it: 보고서")]),
    "two projects, one handed back as it was": ({f"{CODE}.zip": a_zip({
        **inside("handout/", handed_out()), **inside("mine/", written(b"m = 1"))})}, [(*HONG, ALL, "mine is graded")]),
    "two projects, one half done": (
        {f"{CODE}.zip": a_zip({**inside("z/", {"nn/activation.py": b""}), **inside("a/b/")})},
                                    [(*HONG, ALL, "2 projects: a/b is graded")]),
    "a conda environment": ({f"{CODE}.zip": a_zip(CONDA)}, [(*HONG, ALL, "")]),
    "a conda environment in the project's folder": ({f"{CODE}.zip": a_zip({
        **PROJECT, "conda-meta/history": b"", "lib/python3.9/os.py": b"", "lib/nn/activation.py": b""})},
        [(*HONG, ALL, "")]),
    "a venv with a name of its own": ({f"{CODE}.zip": a_zip({**inside("p/"), "p/my39/pyvenv.cfg": b"",
                                                             "p/my39/Lib/site.py": b""})}, [(*HONG, ALL, "")]),
    "absolute paths": ({f"{CODE}.zip": a_zip(inside("/home/hong/project/"))}, [(*HONG, ALL, "")]),
    "paths of Windows": ({f"{CODE}.zip": a_zip(inside("C:\\Users\\hong\\project\\"))}, [(*HONG, ALL, "")]),
    "backslashes": ({f"{CODE}.zip": a_zip({path.replace("/", "\\"): text for path, text in inside("p/").items()})},
                    [(*HONG, ALL, "")]),
    "paths that lead out": ({f"{CODE}.zip": a_zip({**PROJECT, "../../evil.py": b""})}, [(*HONG, ALL, "leads out")]),
    "no nn/": ({f"{CODE}.zip": a_zip({path.split("/")[-1]: text for path, text in PROJECT.items()})},
               [(*HONG, ALL + 3, "nn/activation.py was found as activation.py")]),
    "nn/ is called otherwise": ({f"{CODE}.zip": a_zip({path.replace("nn", "layers"): text for path, text in
                                                       inside("src/").items() if "nist" not in path})},
                                [(*HONG, 6, "nn/maxpooling.py was found as")]),
    "answers in two folders": ({f"{CODE}.zip": a_zip({"a/activation.py": b"", "b/mnist_test.py": b""})},
                               [(*HONG, 3, "mnist_test.py was found as b/mnist_test.py")]),
    "NN and capitals": ({f"{CODE}.zip": a_zip({"NN/Activation.PY": b"", "MNIST_TEST.py": b""})}, [(*HONG, 2, "")]),
    "a copy's number": ({f"{CODE}.zip": a_zip({"nn/activation.py": b"", "nn/maxpooling (1).py": b"m"})},
                        [(*HONG, 3, "nn/maxpooling.py was found as nn/maxpooling (1).py")]),
    "a name of 300 bytes": ({f"{CODE}.zip": a_zip({**PROJECT, "nn/" + "긴" * 100 + ".py": b""})},
                            [(*HONG, ALL, "has a name of 303 bytes")]),
    "a folder called .py": ({f"{CODE}.zip": a_zip({**PROJECT, "helper.py/inner.py": b""})}, [(*HONG, ALL + 1, "")]),
    "a file and a folder of one name": ({f"{CODE}.zip": a_zip({**PROJECT, "helper.py": b"", "helper.py/inner.py": b"",
                                                               "nn/loss.py/x.py": b""})},
                                        [(*HONG, ALL + 1, "called like a file")]),
    "the folder's (2), the file's (3)": ({f"20201234_홍길동 (2)/{CODE}.zip": a_zip({**PROJECT, "new.py": b""}),
                                          f"20201234_홍길동/{CODE} (3).zip": ZIP},
                                         [(*HONG, ALL + 1, "handed in 2 times")]),
    "the last cannot be opened": ({f"{CODE}.zip": ZIP, f"{CODE} (1).rar": b"Rar!\x1a\x07\x01\x00"},
                                  [(*HONG, ALL, "(1).rar was handed in, too: is packed as RAR")]),
    "names in CP949 in a zip": ({f"{CODE}.zip": in_cp949(PROJECT, "nn/도우미.py")}, [(*HONG, ALL + 1, "")]),
    "decomposed Hangul": ({unicodedata.normalize("NFD", f"{CODE}.zip"): ZIP}, [(*HONG, ALL, "")]),
    "decomposed Hangul in a zip": ({f"{CODE}.zip": a_zip(inside(unicodedata.normalize("NFD", "한글/")))},
                                   [(*HONG, ALL, "")]),
    "two students with one number": ({f"{CODE}.zip": ZIP, "코드_20201234_김철수.zip": ZIP},
                                     [("20201234", "김철수", ALL, "is also the number of 홍길동"),
                                      (*HONG, ALL, "is also the number of 김철수")]),
    "one number with two names": ({"20201234_홍길동/코드_20201234_홍길순.zip": ZIP},
                                  [(*HONG, ALL, "홍길순 is named in it")]),
    "somebody else's zip": (
        {"20201234_홍길동/코드_20191357_김철수.zip": ZIP, "20191357_김철수/코드_20191357_김철수.zip": ZIP},
                            [(*KIM, ALL, ""), (*HONG, ALL, "20191357 김철수 is named in it")]),
    "two students in a name": ({"20201234_홍길동_20191357_김철수.zip": ZIP},
                               [(*KIM, ALL, "20201234 홍길동 is named in it")]),
    "a number without a name": ({"20201234.zip": ZIP, "보고서_20201234_홍길동.pdf": PDF}, [(*HONG, ALL, "beside it")]),
    "a name without a number": ({"과제_홍길동.zip": ZIP}, [("", "홍길동", ALL, "")]),
    "a date": ({"20261120_홍길동.zip": ZIP}, [("", "홍길동", ALL, "")]),
    "a date that may be a number, for three": (
        {f"20211120_{name}.zip": ZIP for name in ("홍길동", "김철수", "이영희")},
        [("", "김철수", ALL, ""), ("", "이영희", ALL, ""), ("", "홍길동", ALL, "")]),
    "a term and a course in front": ({f"202602_CSE4010_41005-01_{CODE}.zip": ZIP}, [(*HONG, ALL, "")]),
    "a platform's number alone": ({"submission_123456789/project.zip": ZIP}, [("", "submission_123456789", ALL, "")]),
    "an empty zip": ({f"{CODE}.zip": a_zip({})}, [(*HONG, 0, "it is empty")]),
    "no byte": ({f"{CODE}.zip": b""}, [(*HONG, 0, "it is empty")]),
    "an empty folder": ({"20201234_홍길동": lambda path: path.mkdir()}, [(*HONG, 0, "it is empty")]),
    "an encrypted zip": ({f"{CODE}.zip": encrypted(ZIP)}, [(*HONG, 0, "encrypted and needs a password (and 3 more)")]),
    "half a zip": ({f"{CODE}.zip": ZIP[:len(ZIP) // 2]}, [(*HONG, 0, "cannot be read")]),
    "half a tar": ({f"{CODE}.tar.gz": a_tar(PROJECT)[:60]}, [(*HONG, 0, "cannot be read")]),
    "one damaged file": ({f"{CODE}.zip": a_zip(PROJECT, 0).replace(b"a = 1", b"a = 2")},
                         [(*HONG, ALL - 1, "nn/activation.py cannot be read: Bad CRC-32")]),
    "a bomb among the files": ({f"{CODE}.zip": a_zip({**PROJECT, "bomb.py": BOMB})},
                               [(*HONG, ALL, "bomb.py has more than")]),
    "a bomb of zips": ({f"{CODE}.zip": a_zip({"a.zip": a_zip({"b.zip": b"PK\x03\x04" + b"\0" * 2 ** 23})})},
                       [(*HONG, 0, "it unpacks to")]),
    "a zip 40 times in a zip": ({f"{CODE}.zip": nested(40, PROJECT)}, [(*HONG, 0, "in one another")]),
    "100 folders deep": ({f"{CODE}.zip": a_zip({**PROJECT, "d/" * 100 + "x.py": b""})}, [(*HONG, ALL, "folders deep")]),
    "__MACOSX": ({f"{CODE}.zip": a_zip({**inside("p/"), **inside("__MACOSX/p/"), "p/__MACOSX/nn/._activation.py": b"",
                                        "p/nn/._maxpooling.py": b"\0", "p/.DS_Store": b""}),
                  "._x": b"", ".DS_Store": b"", "__MACOSX/20209999_가나다.zip": ZIP}, [(*HONG, ALL, "")]),
    "BOM": ({f"{CODE}.zip": a_zip({**PROJECT, "nn/activation.py": b"\xef\xbb\xbfa = 1"})}, [(*HONG, ALL, "")]),
    "CP949": ({f"{CODE}.zip": a_zip({**PROJECT, "nn/activation.py": "# 주석".encode("cp949")})},
              [(*HONG, ALL, "nn/activation.py is written in CP949")]),
    "UTF-16": ({f"{CODE}.zip": a_zip({**PROJECT, "nn/activation.py": "a = 1".encode("utf-16")})},
               [(*HONG, ALL, "nn/activation.py is written in UTF-16")]),
    "no encoding at all": ({f"{CODE}.zip": a_zip({**PROJECT, "nn/activation.py": b"\x80\xff\x81"})},
                           [(*HONG, ALL, "")]),
    "400 elif": ({f"{CODE}.zip": a_zip({**PROJECT, "nn/maxpooling.py": b"if x: pass\n" + b"elif x: pass\n" * 4000})},
                 [(*HONG, ALL, "")]),
    "spaces": ({"  코드 20201234  홍길동 .zip": ZIP}, [(*HONG, ALL, "")]),
    "a formula": ({"=HYPERLINK(1)_20201234_홍길동.zip": ZIP}, [(*HONG, ALL, "")]),
    "two that are shown alike": ({"a\nb.zip": ZIP, "a\\nb.zip": ZIP}, [("", "a\\nb", ALL, ""), ("", "a\\nb", ALL, "")]),
    "a new line and an escape code": ({"20201234_홍길동\n\x1b[31m.zip": ZIP}, [(*HONG, ALL, "")]),
    "from right to left": ({"20201234_홍길동_\u202epiz.exe.zip": ZIP}, [(*HONG, ALL, "")]),
    "a Latin name": ({"20201234_John_Smith_hw1.zip": ZIP}, [("20201234", "John Smith", ALL, "")]),
    "other orders": ({"홍길동-20201234-과제.zip": ZIP, "김철수(20191357).zip": ZIP, "20202222이영희.zip": ZIP},
                     [(*KIM, ALL, ""), (*HONG, ALL, ""), (*LEE, ALL, "")]),
    "only words": ({"code.zip": ZIP, "과제 최종.zip": ZIP}, [("", "code", ALL, ""), ("", "과제 최종", ALL, "")]),
    "one answer's file among others' zips": (
        {"mnist_test.py": b"", f"{CODE}.zip": ZIP, "kim.zip": ZIP},
        [("", "kim", ALL, ""), ("", "mnist_test", 1, "was found as"), (*HONG, ALL, "")]),
    "one answer's file among others' folders": (
        {"mnist_test.py": b"", **{f"김철수/{path}": text for path, text in PROJECT.items()}},
        [("", "mnist_test", 1, "was found as"), ("", "김철수", ALL, "")]),
    "an nn/ among others' zips": ({"nn/activation.py": b"", f"{CODE}.zip": ZIP, f"{KIM[0]}_{KIM[1]}.zip": ZIP},
                                  [("", "nn", 2, "was found as"), (*KIM, ALL, ""), (*HONG, ALL, "")]),
    "answers beside an older project": ({f"{CODE}.zip": a_zip({**{path.split("/")[-1]: text for path, text in
                                                                  PROJECT.items()}, **inside("old/", handed_out())})},
                                        [(*HONG, ALL + 3, "2 projects: . is graded")]),
    "two versions": (
        {"20201234_홍길동/코드_v2.zip": a_zip({**PROJECT, "new.py": b""}), "20201234_홍길동/코드_v1.zip": ZIP},
                     [(*HONG, ALL + 1, "코드_v2.zip is graded")]),
    "Moodle's zip of all": ({"CSE4010-과제1-98765.zip": a_zip({
        **{f"홍길동_98765_assignsubmission_file_/{path}": text for path, text in PROJECT.items()},
        "홍길동_98765_assignsubmission_onlinetext_/onlinetext.html": b"",
        "김철수_98766_assignsubmission_file_/code.zip": ZIP})},
                            [("", "김철수", ALL, ""), ("", "홍길동", ALL, "beside it")]),
    "Canvas's zip of all": (
        {"submissions.zip": a_zip({"hong_12_76_code.zip": ZIP, "hong_12_77_r.pdf": PDF}),
        "kim_13_77_code.zip": ZIP, "lee_14_78_report.pdf": PDF},
                            [("", "hong", ALL, "r.pdf"), ("", "kim", ALL, ""), ("", "lee", 0, NOTHING)]),
    "Google Classroom": ({"홍길동 - 코드.zip": ZIP, "김철수 - 보고서.pdf": PDF},
                         [("", "김철수", 0, NOTHING), ("", "홍길동", ALL, "")]),
    "Teams": ({"Submitted files/홍길동/과제/Version 1/code.zip": ZIP,
               "Submitted files/홍길동/과제/Version 2/code.zip": a_zip({**PROJECT, "new.py": b""}),
               "Submitted files/김철수/과제/Version 1/code.zip": ZIP},
              [("", "김철수", ALL, ""), ("", "홍길동", ALL + 1, "Version 2/code.zip is graded")]),
    "reports and codes apart": ({f"보고서/{CODE}.pdf": PDF, f"코드/{CODE}.zip": ZIP, f"코드/{KIM[0]}{KIM[1]}.zip": ZIP},
                                [(*KIM, ALL, ""), (*HONG, ALL, "beside it")]),
    "a report and the code in a zip": ({f"{CODE}.zip": a_zip({"보고서.pdf": PDF, "코드.zip": ZIP})},
                                       [(*HONG, ALL, "beside it: 보고서.pdf")]),
    "somebody else's folder in one's zip": ({f"{CODE}.zip": a_zip(inside(f"{KIM[0]}_{KIM[1]}/"))},
                                            [(*HONG, ALL, "김철수 is named in it")]),
    "a folder called .zip": ({f"{CODE}.zip/{path}": text for path, text in PROJECT.items()}, [(*HONG, ALL, "")]),
    "a folder of somebody with odd names": (
        {"kim/code.zip": ZIP, "kim/analysis.rar": b"Rar!\x1a\x07", "lee/code.zip": ZIP},
        [("", "analysis", 0, "is packed as RAR"), ("", "kim", ALL, ""), ("", "lee", ALL, "")]),
    "full-width digits": ({"２０２０１２３４_홍길동（1）.zip": ZIP}, [(*HONG, ALL, "")]),
    "shortcuts and placeholders": ({f"{CODE}.zip.lnk": b"L\0\0\0", f".{KIM[0]}_{KIM[1]}.zip.icloud": b"bplist"},
                                   [(*KIM, 0, NOTHING), (*HONG, 0, NOTHING)]),
    "a zip in parts": ({f"{CODE}.zip.001": ZIP[:99], f"{CODE}.zip.002": ZIP[99:]},
                       [(*HONG, 0, ".001 was handed in, too: cannot be read")]),
    "hwp": ({f"{CODE}.hwp": b"\xd0\xcf\x11\xe0"}, [(*HONG, 0, "it is 코드_20201234_홍길동.hwp")]),
    "a part of the class that is called like a person": ({"이론반/kim.zip": ZIP, "이론반/lee.zip": ZIP},
                                                         [("", "kim", ALL, ""), ("", "lee", ALL, "")]),
    "a name for a folder, twice": ({"홍길동/과제.zip": ZIP, "홍길동/과제 (1).zip": a_zip({**PROJECT, "new.py": b""})},
                                   [("", "홍길동", ALL + 1, "과제 (1).zip is graded")]),
    "names that no import can name": ({f"{CODE}.zip": a_zip({**PROJECT, "a\nb.py": b"", "c?.py": b""})},
                                      [(*HONG, ALL, "that no import can name")]),
    "reports of a team beside": ({f"{CODE}.zip": a_zip({**PROJECT, f"{CODE}.pdf": PDF, f"{KIM[0]}_{KIM[1]}.pdf": PDF})},
                                 [(*HONG, ALL, "")]),
    "a folder for each problem": ({f"{CODE}.zip": a_zip({
        **inside("p2/", {**handed_out(), "nn/activation.py": b"a"}), **inside("p6/", written(b"m = 1"))})},
        [(*HONG, ALL, "nn/maxpooling.py is as handed out, so p6/nn/maxpooling.py is graded")]),
    "the answer beside the folder where it belongs": (
        {f"{CODE}.zip": a_zip({**handed_out(), "maxpooling.py": b"m = 1"})},
        [(*HONG, ALL + 1, "nn/maxpooling.py is as handed out, so maxpooling.py is graded")]),
    "namesakes": ({"A/홍길동.zip": ZIP, "B/홍길동.zip": ZIP}, [("", "홍길동", ALL, ""), ("", "홍길동", ALL, "")]),
}


@pytest.mark.parametrize("form", FORMS)
def test_nobody_is_missing(form, tmp_path):
    made, wanted = FORMS[form]
    for path, content in made.items():
        build(tmp_path / path, content)
    found = submissions([tmp_path])
    assert [(one.number, one.name, len(one.files)) for one in found] == [one[:3] for one in wanted], found
    for one, (*_, words) in zip(found, wanted):
        assert any(words in remark for remark in one.remarks) if words else not any(
            NOTHING in remark for remark in one.remarks), one.remarks
        assert all(text.isprintable() for text in (one.source, one.number, one.name, *one.remarks))


@pytest.mark.parametrize("form", FORMS)
def test_each_thing_is_named(form, tmp_path):
    """Each file and each folder of the class is the place of a line, or a remark names it."""
    for path, content in FORMS[form][0].items():
        build(tmp_path / path, content)
    found = submissions([tmp_path])
    lines = "\n".join(text for one in found for text in (one.source, *one.remarks))
    wanted = {name_as_text(path.name) for path in tmp_path.iterdir() if not is_junk(path.name)}
    inside_others = {"nn"} if form == "not packed" else set()
    assert [name for name in wanted - inside_others if plain(name) not in lines] == []


def build(path, content):
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if callable(content):
            content(path)
        else:
            path.write_bytes(content)
    except OSError:
        pytest.skip("this system has no such names")


@pytest.mark.skipif(os.name != "posix", reason="names are bytes on POSIX systems alone")
def test_names_as_bytes_of_cp949(tmp_path):
    folder = os.path.join(os.fsencode(tmp_path), "20201234_홍길동".encode("cp949"))
    try:
        os.mkdir(folder)
    except OSError:
        pytest.skip("this system's names are UTF-8")
    for name, content in (("코드.zip", ZIP), ("보고서.pdf", PDF)):
        with open(os.path.join(folder, name.encode("cp949")), "wb") as file:
            file.write(content)
    one, = submissions([tmp_path])
    assert (one.number, one.name, len(one.files), one.remarks) == (*HONG, ALL, ["beside it: 보고서.pdf"])
    assert one.source == f"{tmp_path}/20201234_홍길동"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="makes a pipe")
def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "20201234_홍길동.zip")
    one, = submissions([tmp_path])
    assert one.remarks[0] == "is neither a file nor a folder and was not read"


def test_all_forms_in_one_folder_take_no_line_from_each_other(tmp_path):
    """A folder for each form, named after a student: each has a line, whatever is in the others'."""
    names = [f"20211{k:04d}_학생{chr(0xac00 + k)}" for k in range(len(FORMS))]
    for name, (made, _) in zip(names, FORMS.values()):
        for path, content in made.items():
            build(tmp_path / name / path, content)
    start = time.monotonic()
    found = submissions([tmp_path])
    lines = [f"{one.number}_{one.name}" for one in found]
    assert sorted(set(names) - set(lines)) == [] and time.monotonic() - start < 60


def test_no_file_of_the_hand_out_is_taken_for_an_answer(tmp_path):
    for path, text in handout_files(()).items():
        (tmp_path / "20201234_kim" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "20201234_kim" / path).write_text(text, encoding="utf-8")
    [one] = submissions([tmp_path])
    assert one.remarks == []
