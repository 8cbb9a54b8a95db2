"""An obstacle is what would stop a project's grading: files, packages, limits. To find them, nothing is run."""
import ast
import importlib.util
import sys
from pathlib import Path

from ..criteria import CRITERIA, FILES, READ
from ..packages import ALLOWED
from ..words import say

MISSING = ("{file} is missing: problem {problems} cannot be graded",
           "{file} 파일이 없어 {problems}번 문제를 채점할 수 없습니다")
GONE = "{file}, which was handed out, is missing", "나눠 준 파일 {file}이 없습니다"
CHANGED = ("{file} was changed: the grading puts the original in its place; use a file of your own for what you need",
           "{file} 파일을 고쳤습니다. 채점에서는 원래 파일로 바꿉니다. 필요한 코드는 새로 만든 파일에 두세요")
SYNTAX = ("{file}, line {line}: Python cannot read it ({text})",
          "{file} {line}번째 줄: 파이썬이 읽을 수 없습니다 ({text})")
PACKAGE = ("{file}, line {line}: the package {package} is not there in the grading; NumPy and Python's own are",
           "{file} {line}번째 줄: {package} 패키지는 채점 환경에 없습니다. NumPy와 표준 라이브러리만 있습니다")
ABSENT = ("{file}, line {line}: nothing that is called {package} is in the project, nor among the grading's packages",
          "{file} {line}번째 줄: {package} 모듈이 프로젝트에도, 채점 환경에도 없습니다")
MANY = ("{count} Python files: the grading reads {most}",
        "파이썬 파일이 {count}개입니다. 채점에서는 {most}개까지 읽습니다")
LARGE = ("{file} has {size} bytes: the grading reads {most}",
         "{file}의 크기가 {size}바이트입니다. 채점에서는 {most}바이트까지 읽습니다")
WHOLE = "{size} bytes in all: the grading reads {most}", "모두 {size}바이트입니다. 채점에서는 {most}바이트까지 읽습니다"


def obstacles(files, given):
    """Words for each thing that would stop the grading of path -> bytes. given: path -> bytes as it was handed out."""
    answers = dict.fromkeys(FILES[number] for number in CRITERIA)
    found = [say(*MISSING, file=file, problems=", ".join(str(n) for n in CRITERIA if FILES[n] == file))
             for file in answers if file not in files]
    for file in given.keys() - answers.keys():
        if file not in files:
            found += [say(*GONE, file=file)]
        elif not is_as_given(file, files, given):
            found.append(say(*CHANGED, file=file))
    for file, content in files.items():
        if not is_as_given(file, files, given):
            found += _unreadable(file, content) or _packages(file, content, files)
    return found + _over_limits(files)


def is_as_given(file, files, given):
    """Whether a file is what was handed out, whatever ends its lines."""
    return file in given and files[file].replace(b"\r\n", b"\n") == given[file]


def _unreadable(file, content):
    try:
        ast.parse(content)
    except (SyntaxError, ValueError) as error:
        line, text = getattr(error, "lineno", None) or 1, getattr(error, "msg", str(error))
        return [say(*SYNTAX, file=file, line=line, text=text)]
    return []


def _packages(file, content, files):
    own = {path.split("/")[0].removesuffix(".py") for path in files}
    beside = {Path(path).stem for path in files if Path(path).parent == Path(file).parent}
    found = []
    for node in ast.walk(ast.parse(content)):
        for name in _imported(node):
            package = name.split(".")[0]
            if package in own or package in ALLOWED or _is_pythons(package):
                continue
            absent = package in beside or importlib.util.find_spec(package) is None
            found.append(say(*(ABSENT if absent else PACKAGE), file=file, line=node.lineno, package=package))
    return found


def _imported(node):
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module] if isinstance(node, ast.ImportFrom) and node.module and not node.level else []


def _is_pythons(package):
    names = getattr(sys, "stdlib_module_names", None)
    if names is not None:
        return package in names
    spec = importlib.util.find_spec(package)  # Python 3.9
    return spec is not None and "site-packages" not in str(spec.origin) and "dist-packages" not in str(spec.origin)


def _over_limits(files):
    most, largest, whole = READ
    sizes = {file: len(content) for file, content in files.items()}
    found = [say(*MANY, count=len(files), most=most)] if len(files) > most else []
    found += [say(*LARGE, file=file, size=size, most=largest) for file, size in sizes.items() if size > largest]
    return found + ([say(*WHOLE, size=sum(sizes.values()), most=whole)] if sum(sizes.values()) > whole else [])
