"""Packing is building the zip that is handed in, and running what is in it once, as the grader does, from a clean copy.

    python pack.py [--number NUMBER --name NAME] [--lang ko|en]
"""
import argparse
import secrets
import sys
import tempfile
import zipfile

from ..words import LANGUAGES, Words, say, usual_language
from .check import table
from .handout import own_files
from .obstacles import obstacles
from .own import SEEDS, judged

NUMBER, NAME = Words("student number: ", "학번: "), Words("name: ", "이름: ")
BAD_NUMBER = Words("a student number has digits and letters only, four at least",
                   "학번은 숫자와 영문자로만, 네 글자 이상이어야 합니다")
BAD_NAME = Words("a name has letters only, and perhaps spaces", "이름에는 글자와 빈칸만 쓸 수 있습니다")
BUILT = ("{file}: {count} Python files", "{file}: 파이썬 파일 {count}개")
WRONG = Words("What would fail in the grading:", "채점에서 문제가 될 것:")
NOTHING_WRONG = Words("Nothing that would stop the grading was found.", "채점을 막을 것은 찾지 못했습니다.")
REPORT = Words("The report (PDF) is handed in beside it.", "보고서(PDF)는 따로 제출합니다.")


def options_of(argv):
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--number", help="student number (asked for if it is not given)")
    parser.add_argument("--name", help="name (asked for if it is not given)")
    parser.add_argument("--lang", choices=LANGUAGES, default=usual_language(), help="language")
    return parser.parse_args(argv)


def main(handout, argv=None):
    """Build the zip of the project in a Handout, and judge what is in it. Returns 0 if nothing would fail, else 1."""
    options = options_of(argv)
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")
    number = (options.number or input(NUMBER.said(options.lang))).strip()
    name = (options.name or input(NAME.said(options.lang))).strip()
    problem = bad(number, name)
    if problem:
        print(problem.said(options.lang), file=sys.stderr)
        return 2
    file = handout.folder / f"코드_{number}_{''.join(name.split())}.zip"
    files = own_files(handout.folder)
    build(file, files)
    print(say(*BUILT, file=file.name, count=len(files)).said(options.lang))
    wrong = obstacles(files, handout.given())
    found = run(file, handout)
    print("\n" + table(found, options.lang))
    print((WRONG if wrong else NOTHING_WRONG).said(options.lang))
    for one in wrong:
        print(f"  * {one.said(options.lang)}")
    print(REPORT.said(options.lang))
    return int(bool(wrong) or any(one.losses for one in found.values()))


def bad(number, name):
    """None, or what is wrong with a number or a name, of which a file's name is made."""
    if not (len(number) >= 4 and number.isascii() and number.isalnum()):
        return BAD_NUMBER
    return None if name and all(part.isalpha() for part in name.split()) and name.strip() else BAD_NAME


def build(file, files):
    """Write path -> bytes into a zip, whole or not at all."""
    part = file.with_suffix(".part")
    with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in files.items():
            archive.writestr(path, content)
    part.replace(file)


def run(file, handout):
    """number -> Own for what is in the zip, unpacked where nothing else is."""
    with tempfile.TemporaryDirectory() as scratch:
        with zipfile.ZipFile(file) as archive:
            archive.extractall(scratch)
        return judged(own_files(scratch), handout, secrets.randbelow(SEEDS))
