"""A case is calls of a student's methods, and checks of what they gave: data only, so that it can be written to a file.
"""
from dataclasses import dataclass, field, replace

from .words import say

RETURNED, ACTIVATION, UNCHANGED, QUIET, RUNS = "returned", "activation", "unchanged", "quiet", "runs"


@dataclass(frozen=True)
class Call:
    """object: its number among the case's. arguments: arrays and numbers. given: the inputs in Words.

    pair: whether (z, activation) is expected, for which a list will do, too.
    """

    object: int
    method: str
    arguments: tuple
    given: str
    pair: bool = False


@dataclass(frozen=True)
class Check:
    """What call number `call` of a case must give for criterion number `criterion`.

    kind: what is looked at: the first array RETURNED, the second (ACTIVATION), the first argument afterwards
    (UNCHANGED), what was printed (QUIET); RUNS: where this call raises, the case says nothing about the criterion.
    right: arrays, each of which is right. where: the part of the array that counts, or None for all. needed: where this
    fails, no case says anything about the criterion.
    """

    criterion: int
    call: int
    kind: str = RETURNED
    right: tuple = ()
    where: object = None
    needed: bool = False


@dataclass(frozen=True)
class Case:
    """make: (module, class), of which `objects` are made with the arguments `settings`; calls, one after the other.

    rtol, atol: how far numbers may be from what is right, by themselves and in all. last: whether it is looked at only
    where the other cases find no wrong result, so that no mistake is charged twice.
    """

    make: tuple
    calls: list
    checks: list
    settings: tuple = ()
    objects: int = 1
    rtol: float = 1e-5
    atol: float = 1e-10
    last: bool = False


@dataclass(frozen=True)
class Answer:
    """What one call gave: the arrays that it returned (a tuple's, or one); its arrays among the arguments afterwards;
    how many characters it printed; the exception that it ended with, as a line, or "".
    """

    values: list = field(default_factory=list)
    arguments: list = field(default_factory=list)
    printed: int = 0
    error: str = ""


@dataclass(frozen=True)
class Finding:
    """Why a criterion is not reached, as a line. method: whose calls failed. error: the exception in the line, or "".
    tried: False where another mistake left the criterion untried.
    """

    criterion: int
    line: str
    method: str = ""
    error: str = ""
    tried: bool = True

    def because(self, cause):
        """The same with its cause, where it was tried."""
        if not self.tried:
            return self
        return replace(self, line=say("{found}; cause: {cause}", "{found}; 원인: {cause}", found=self.line,
                                      cause=cause))
