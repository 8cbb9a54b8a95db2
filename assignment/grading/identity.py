"""An identity is a student's number and name, as the names of what was handed in, and of folders around it, say them.

Students write 코드_20201234_홍길동.zip, in any order and with more around it; learning platforms put names and numbers
of their own in front. Dates, terms, courses and the numbers of platforms are no student's number.
"""
import re
import time
import unicodedata
from dataclasses import dataclass

SUFFIX = re.compile(r"(?i)(\.(zip|egg|tar|gz|tgz|bz2|xz|7z|rar|alz|py|ipynb|docx?|pptx?|xlsx?|hwpx?|pdf|txt|md|html?"
                    r"|csv|png|jpe?g))+$")
COPY = re.compile(r"\s*[(\[]\s*(\d{1,3})\s*[)\]]\s*$|\s+-\s*복사본.*$")  # what systems add to a second file
NO_NUMBER = re.compile(
    r"(?<!\d)\d{8}T\d{4,6}Z?(-\d+)*(?!\d)"  # 20261120T050000Z-001
    r"|(?<!\d)(19|20)\d\d\s*[-._/년]\s*\d{1,2}\s*[-._/월]\s*\d{1,2}일?([-_T ]+\d{1,2}[-:._]\d\d([-:._]\d\d)?)?(?!\d)"
    r"|(?<!\d)(19|20)\d\d\s*(학년도|년도|년|[-_. ])?\s*[1-4]\s*학기|(?<!\d)(19|20)\d\d[-_.][1-4](?!\d)"  # terms
    r"|(?<![A-Za-z])[A-Za-z]{2,5}-?\d{2,6}(?!\d)"  # CSE4010, hw12
    r"|(?<!\d)\d{11,}(?!\d)|(?<!\d)01\d-\d{3,4}-\d{4}(?!\d)")  # times in one run, telephones
NUMBER = re.compile(r"(?<![0-9A-Za-z])((?:19|20)\d\d-\d{4,6}|\d{6,10}|[A-Za-z]\d{6,7})(?!\d)")
LETTERS = re.compile(r"[^\W\d_]+")
MOODLE = re.compile(r"^(?P<who>.+?)_(?P<id>\d{3,})_assignsubmission_[a-z]+_?(?P<rest>.*)$", re.IGNORECASE)
CANVAS = re.compile(r"^(?P<who>[^\W\d_]+)(?:_late)?_(?P<id>\d{1,10})_(?P<file>\d{1,10})_(?P<rest>.+)$", re.IGNORECASE)
BLACKBOARD = re.compile(r"^(?P<task>.+)_(?P<id>[^_]+)_attempt_(?P<time>\d{4}(?:-\d\d){5})_?(?P<rest>.*)$")
SURNAMES = set(
    "김이박최정강조윤장임한오서신권황안송류전홍고문양손배백허유남심노하곽성차주우구민진나지엄채원천방공현함변"
    "염여추도소석선설마길연위표명반왕금옥육인맹모탁국어은편용")
WORDS = set("""
    a ai and assignment assignments answer answers attempt backup cnn code codes colab conv copy course cse data
    deep deeplearning desktop dl document documents download downloads edit exam export file files final
    finalversion folder form forms google gradebook group hand handout hello history homework hw hwk image images in
    jupyter kakaotalk lab late layer learning machine main maxpooling midterm ml mnist mnisttest my network new nn
    no note notebook notes numpy of old on optimizer activation out participant photo pooling prob problem proj
    project projects py pytest python quiz read readme report reports response responses result results screenshot
    sec section solution solutions source src student students submission submissions submit submitted task team
    term test tests the to unknown untitled up ver version v week zip 과제 과제물 코드 보고서 레포트 리포트 제출
    제출물 제출용 제출본 재제출 최종 최종본 최종제출 수정 수정본 기말 중간 프로젝트 파일 압축 압축파일 딥러닝
    심층학습 머신러닝 기계학습 인공지능 인공신경망 신경망 합성곱 이미지 학기 학년 학년도 년도 가을학기 봄학기 봄
    가을 여름 겨울 분반 반 주차 조 팀 문제 답안 소스 소스코드 학번 이름 성명 복사본 사본 새 새폴더 연습 실습 숙제
    컴퓨터공학 컴퓨터공학과 전체 전체제출 출석부 참가자 교수 수업 강의 데이터 결과 구현 번 차 월 일 년 원본 완료
    늦은제출 지각제출 미제출 공지 자료 시험 안내 응답 버전 모음 전공 전자공학 정보통신 소프트웨어 설명 성적 명단
    표지 문서 사진 증빙 연구 조교 채점 대학교 학과 학부""".split())


@dataclass(frozen=True)
class Identity:
    """number, name: "" if not said. platform: which student it is to the platform that the names are of, or "".

    certain: 0 for words that name anything, 1 for a word that may be a name, 2 for a name, 3 for a number and name.
    """

    number: str = ""
    name: str = ""
    platform: str = ""
    certain: int = 0


def identity(names, known=()):
    """The Identity of what has these names, those of the folders around it first. known: the roster's numbers.

    The outermost that has a number counts: platforms name a folder after who handed in, students name what is in it.
    """
    found = [_of_name(name, known) for name in names] or [Identity()]
    number = next((one for one in found if one.number), Identity())
    name = next((one for one in [number, *sorted(found, key=lambda one: -one.certain)] if one.name), number)
    platform = next((one.platform for one in found if one.platform), "")
    return Identity(number.number, name.name, platform, max(one.certain for one in found))


def alike(one, other):
    """Whether two names can be the same person's: one is not said, or they are equal but for spaces and case."""
    one, other = ("".join(name.split()).casefold() for name in (one, other))
    return not one or not other or one == other


def digits(number):
    """A number without what it may be written with: 2020-12345 and 202012345 are the same."""
    return number.replace("-", "").upper()


def stem(name):
    """A file's name without suffixes and without what systems add to a second copy; full-width digits become others."""
    name = SUFFIX.sub("", unicodedata.normalize("NFKC", name).strip())
    return COPY.sub("", SUFFIX.sub("", COPY.sub("", name))) or name


def counter(name):
    """(the time of an attempt, which copy) that a platform or a system wrote into a name: ("", 2) for "x (2).zip"."""
    text = SUFFIX.sub("", name)
    attempt = BLACKBOARD.match(text)
    text = attempt["rest"] if attempt else text
    copy = re.search(r"[(\[]\s*(\d{1,3})\s*[)\]]\s*$|[-_]v?(\d{1,2})$|^(?:버전|version)\s*(\d{1,3})$", text.lower())
    return attempt["time"] if attempt else "", int(next(filter(None, copy.groups()))) if copy else 0


def _of_name(name, known):
    text = stem(name)
    for platform, pattern in (("Moodle", MOODLE), ("Blackboard", BLACKBOARD), ("Canvas", CANVAS)):
        match = pattern.match(text)
        if match and not (platform == "Canvas" and _of_students(match)):
            return _on_platform(platform, match, known)
    number, found = _number_and_name(text, known)
    if number:
        return Identity(number, found, "", 3 if found else 2)
    name = _korean_name(text)
    if name:
        return Identity("", name, "", 2)
    front, _, back = text.rpartition(" - ")  # Google Forms: what the file was called, and who sent it
    words = _words(back) if front else _words(text)
    return Identity("", back if front and words else text, "", 1 if words else 0)


def _on_platform(platform, match, known):
    """The file's own name tells the number, what stands in front of it the name and who it is to the platform."""
    fields = match.groupdict()
    parts = [fields["rest"], fields["id"] if platform == "Blackboard" else "", fields.get("who") or ""]
    found = [_number_and_name(part, known) for part in parts]
    number, name = next((one for one in found if one[0]), ("", ""))
    who = fields.get("who") or ""
    name = name or (who if _words(who) and not found[2][0] else "") or _korean_name(fields["rest"])
    return Identity(number, name or ("" if number else fields["id"]), f"{platform} {fields['id']}", 3 if number else 2)


def _of_students(match):
    """Whether what looks like a name of Canvas's has a student's number where Canvas has numbers of its own."""
    return match["who"].casefold() in WORDS or any(
        re.fullmatch(r"(19|20)\d{6,8}", match[part]) and not is_date(match[part]) for part in ("id", "file"))


def numbers_and_names(name):
    """All (number, name) in a name of a file that are likely to be students'."""
    return [one[-2:] for one in sorted(_candidates(stem(name), ())) if one[1]]


def _number_and_name(text, known):
    """(number, name) of the last run of digits and letters that is like both; ("", "") if none is."""
    found = _candidates(text, known)
    return max(found)[-2:] if found else ("", "")


def _candidates(text, known):
    """Of each number that may be a student's: what makes it likely, the most important first, number and name."""
    masked = NO_NUMBER.sub(lambda match: match[0] if digits(match[0]) in known else "\0" * len(match[0]), text)
    found = []
    for match in NUMBER.finditer(masked):
        number = match[1]
        after, before = _name_after(masked[match.end():]), _name_before(masked[:match.start()])
        name = before if is_korean_name(before) and not is_korean_name(after) else after or before
        of_year, beside = re.fullmatch(r"(19|20)\d\d-?\d{4,6}", number) is not None, bool(name)
        date, of_roster = is_date(number), digits(number) in known
        of_today = date and (len(number) == 6 or int(number[:4]) >= time.localtime().tm_year)
        if of_roster or not of_today and (name or of_year and (not date or number == masked)):
            found.append((of_roster, beside, of_year and not date, not date, match.start(), number,
                          name or _korean_name(text)))
    return found


def is_date(number):
    """Whether it may be one: 20261120, 261120, or a year and a month, or term."""
    if not number.isdecimal() or len(number) not in (6, 8):
        return False
    short = re.fullmatch(r"(\d\d)?(\d\d)(\d\d)(\d\d)", number)
    month, day = int(short[3]), int(short[4])
    by_month = len(number) == 6 and number[:2] in ("19", "20") and 1 <= int(number[4:]) <= 12
    return by_month or 1 <= month <= 12 and 1 <= day <= 31 and (len(number) == 6 or number[:2] in ("19", "20"))


def _name_after(text):
    """The name that `text` begins with: one run of Hangul, or up to three Latin words."""
    words = _run(re.match(r"(?:[\s_\-.,()\[\]]*[^\W\d_]+){0,4}", text)[0])
    if words and not words[0].isascii():
        return _joined(words)
    named = []
    for word in words[:3]:
        if not word.isascii() or word.casefold() in WORDS:
            break
        named.append(word)
    return " ".join(named)


def _name_before(text):
    words = _run(re.search(r"(?:[^\W\d_]+[\s_\-.,()\[\]]*){0,4}$", text)[0])
    if words and not words[-1].isascii():
        return _joined(words[-1:])
    named = []
    for word in reversed(words):
        if not word.isascii() or word.casefold() in WORDS:
            break
        named.insert(0, word)
    return " ".join(named[-3:])


def _run(text):
    return LETTERS.findall(text)


def _joined(words):
    """The name that Hangul words begin with: a surname may stand apart, and a word like 과제 may stick to its end."""
    if words[0] in WORDS:
        return ""
    if len(words[0]) == 1 and len(words) > 1 and not words[1].isascii() and words[1] not in WORDS:
        return words[0] + words[1]
    name = words[0]
    for word in sorted(WORDS, key=len, reverse=True):
        if len(word) > 1 and len(name) - len(word) >= 2:
            name = name.removeprefix(word).removesuffix(word)
    return name


def _korean_name(text):
    """The last word of `text` that is like a Korean name, or ""."""
    found = [_joined([word]) for word in _run(NO_NUMBER.sub("\0", text)) if not word.isascii()]
    return next((name for name in reversed(found) if is_korean_name(name)), "")


def is_korean_name(name):
    return re.fullmatch("[가-힣]{2,4}", name) is not None and name[0] in SURNAMES and name not in WORDS


def _words(text):
    """The words in `text` that may name a person: letters, not one alone, and no word of WORDS."""
    return [word for word in _run(NO_NUMBER.sub(" ", text)) if len(word) > 1 and word.casefold() not in WORDS]
