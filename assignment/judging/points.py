"""Points are what is left of a problem's after its findings: half is lost for what could not be tried, and a problem of
which nothing main is right has none.
"""
from .words import Words, say

NOTHING = Words("nothing that the problem is about is right, so that this is not given either",
                "핵심 항목이 하나도 맞지 않아 나머지 항목도 점수가 없습니다")
UNTRIED = Words("could not be tried, so that half is lost", "다른 실수 때문에 확인할 수 없어 절반만 깎습니다")
NOT_TRIED = Words("could not be tried, because of another mistake", "다른 실수 때문에 확인할 수 없습니다")
SLIP = "one slip that is proved costs {most} points at most", "증명된 실수 하나는 많아야 {most}점만 깎습니다"
SAME = Words("the same error", "같은 오류", {"kind": "same error"})


def losses(criteria, findings, most=None):
    """[(points lost, line)] for Findings. most: what they cost together at most, or None for no such limit."""
    missed = {finding.criterion for finding in findings}
    none_main = most is None and all(k in missed for k, one in enumerate(criteria) if one.main)
    found, told = [], set()
    for finding in findings:
        criterion = criteria[finding.criterion]
        lost = criterion.points if finding.tried or none_main else criterion.points // 2
        if lost:
            found.append((lost, of_criterion(finding.criterion, criterion, _once(finding, told), finding.tried,
                                             NOT_TRIED if none_main else UNTRIED)))
    rest = sum(one.points for k, one in enumerate(criteria) if k not in missed)
    if none_main and rest:
        found.append((rest, NOTHING))
    total = sum(lost for lost, _ in found)
    if most is None or total <= most:
        return found
    slip = found[0][1]
    return [(most, say("{slip}", "{slip}", slip=slip, about=slip.parts["number"], number=None,
                       note=say(*SLIP, most=most)))]


def of_criterion(number, criterion, line, tried=True, note=UNTRIED):
    """The Words on what is lost for a criterion, which is the `number`th of its problem."""
    if not tried:
        line = say("{note}: {reason}", "{note}: {reason}", note=note, reason=line, untried=True)
    return say("{criterion}: {line}", "{criterion}: {line}", criterion=criterion.words, line=line, number=number)


def _once(finding, told):
    """The line, which says an error that was told before not again."""
    line = finding.line
    if finding.error and finding.error in told:
        line = SAME
    told.add(finding.error)
    return line
