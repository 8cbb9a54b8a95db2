"""Points are what is left of a problem's after its findings: half is lost for what could not be tried, and a problem of
which nothing main is right has none.
"""

NOTHING = "nothing that the problem is about is right, so that this is not given either"
UNTRIED = "could not be tried, so that half is lost"


def losses(criteria, findings, most=None):
    """[(points lost, line)] for Findings. most: what they cost together at most, or None for no such limit."""
    missed = {finding.criterion for finding in findings}
    none_main = most is None and all(k in missed for k, one in enumerate(criteria) if one.main)
    found, told = [], set()
    for finding in findings:
        criterion = criteria[finding.criterion]
        lost = criterion.points if finding.tried or none_main else criterion.points // 2
        if lost:
            found.append((lost, f"{criterion.english}: {_once(finding, told)}"))
    rest = sum(one.points for k, one in enumerate(criteria) if k not in missed)
    if none_main and rest:
        found.append((rest, NOTHING))
    total = sum(lost for lost, _ in found)
    return found if most is None or total <= most else [(most, found[0][1])]


def _once(finding, told):
    """The line, which says an error that was told before not again."""
    line = finding.line
    if finding.error and finding.error in told:
        line = "the same error"
    told.add(finding.error)
    return line if finding.tried else f"{UNTRIED}: {line}"
