"""Packing is building the zip that is handed in, and running what is in it once, as the grader does, from a clean copy.

    python pack.py [--number NUMBER --name NAME] [--lang ko|en]
"""
import argparse
import secrets
import sys
import tempfile
import zipfile

from ..words import LANGUAGES, Words, print_anything, say, usual_language
from .check import STOPPED, table
from .handout import own_files
from .obstacles import obstacles
from .own import SEEDS, judged

NUMBER, NAME = Words("student number: ", "학번: "), Words("name: ", "이름: ")
BAD_NUMBER = Words("a student number has digits and letters only, four at least",
                   "학번은 숫자와 영문자로만, 네 글자 이상이어야 합니다")
BAD_NAME = Words("a name has letters only, and perhaps spaces", "이름에는 글자와 빈칸만 쓸 수 있습니다")
BUILT = ("{file}: {count} Python files", "{file}: 파이썬 파일 {count}개")
NOT_BUILT = ("the zip could not be written: {error}", "zip을 쓸 수 없습니다: {error}")
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
    print_anything((sys.stdout, sys.stderr))
    try:
        number = asked(NUMBER, options.number, bad_number, options.lang)
        name = asked(NAME, options.name, bad_name, options.lang)
        file = handout.folder / f"코드_{number}_{''.join(name.split())}.zip"
        files = own_files(handout.folder)
        build(file, files)
        print(say(*BUILT, file=file.name, count=len(files)).said(options.lang))
        found = run(file, handout)
    except (EOFError, KeyboardInterrupt):
        return STOPPED
    except OSError as error:
        print(say(*NOT_BUILT, error=error).said(options.lang), file=sys.stderr)
        return 2
    return say_all(found, obstacles(files, handout.given()), options.lang)


def say_all(found, wrong, language):
    """Print number -> Own and the obstacles. Returns 0 if there is nothing wrong, else 1."""
    print("\n" + table(found, language))
    print((WRONG if wrong else NOTHING_WRONG).said(language))
    for one in wrong:
        print(f"  * {one.said(language)}")
    print(REPORT.said(language))
    return int(bool(wrong) or any(one.losses for one in found.values()))


def asked(question, given, wrong, language):
    """What was given, or is typed, asked again until it is right. wrong(answer): None, or what is wrong with it."""
    while True:
        answer = (given or input(question.said(language))).strip()
        problem = wrong(answer)
        if problem is None:
            return answer
        print(problem.said(language), file=sys.stderr)
        if given:
            sys.exit(2)


def bad_number(number):
    """None, or what is wrong with a number, of which a file's name is made."""
    return None if len(number) >= 4 and number.isascii() and number.isalnum() else BAD_NUMBER


def bad_name(name):
    """The same of a name."""
    return None if name.strip() and all(part.isalpha() for part in name.split()) else BAD_NAME


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
