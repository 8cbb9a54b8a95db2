"""A person's name, in the name of a file, is letters that are none of the words which name anything else."""
import re
from itertools import islice, takewhile

LETTERS = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
BETWEEN = " _-.,()[]'’"  # what may stand between the parts of a name, and between it and a number
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
LONGEST_FIRST = sorted((word for word in WORDS if len(word) > 1), key=len, reverse=True)


def alike(one, other):
    """Whether two names can be the same person's: one is not said, or they are equal but for spaces and case."""
    one, other = ("".join(name.split()).casefold() for name in (one, other))
    return not one or not other or one == other


def is_korean_name(name):
    """Whether it is like one: two to four syllables, the first a surname."""
    return re.fullmatch("[가-힣]{2,4}", name) is not None and name[0] in SURNAMES and name not in WORDS


def korean_name(text):
    """The last word of `text` that is like a Korean name, or ""."""
    found = [_joined([word]) for word in LETTERS.findall(text) if not _is_alphabetic(word)]
    return next((name for name in reversed(found) if is_korean_name(name)), "")


def possible_names(text):
    """The words in `text` that may name a person: not one letter alone, and no word of WORDS."""
    return [word for word in LETTERS.findall(text) if len(word) > 1 and word.casefold() not in WORDS]


def name_after(text):
    """The name that `text` begins with: one run of Hangul, or up to three Latin words; "" if it begins with none."""
    end = next((k for k, one in enumerate(text) if not _may_belong(one)), len(text))
    words = LETTERS.findall(text[:end])
    return _joined(words) if words and not _is_alphabetic(words[0]) else " ".join(_latin(words))


def name_before(text):
    """The name that `text` ends with."""
    start = next((k for k in range(len(text), 0, -1) if not _may_belong(text[k - 1])), 0)
    words = LETTERS.findall(text[start:])
    if words and not _is_alphabetic(words[-1]):
        return _joined(words[-1:])
    return " ".join(reversed(_latin(reversed(words))))


def _may_belong(character):
    return character.isalpha() or character in BETWEEN


def _is_alphabetic(word):
    """Whether it is in letters in which a name has several words: Latin, Greek, Cyrillic, and not Hangul or Chinese."""
    return max(word.replace("’", "'")) < "\u1100"


def _latin(words):
    """The first of some words, up to three, that are alphabetic and may be parts of a name."""
    return list(islice(takewhile(lambda word: _is_alphabetic(word) and word.casefold() not in WORDS, words), 3))


def _joined(words):
    """The name that Hangul words begin with: a surname may stand apart, and a word like 과제 may stick to its end."""
    if words[0] in WORDS:
        return ""
    if len(words[0]) == 1 and len(words) > 1 and not _is_alphabetic(words[1]) and words[1] not in WORDS:
        return words[0] + words[1]
    name = words[0]
    for word in LONGEST_FIRST:
        if len(name) - len(word) >= 2:
            name = name.removeprefix(word).removesuffix(word)
    return name
