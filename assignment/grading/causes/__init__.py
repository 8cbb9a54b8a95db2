"""Causes are why an answer is wrong. One is named only if it is proved, so that no student is told something false.

For problems 2, 3 and 6 a suspect is a wrong version of the methods, as students write them. It is run on the cases, and
proved if it gives what the answer gave, in every call, and no suspect with another cause does. They stay at home.
"""
from assignment.grading.causes import adam, pooling, relu
from assignment.grading.causes.suspect import proved

TRUTH = "an array is used as one truth value, as Python's max, if and `and` do; np.maximum and np.where work by number"
MEANINGS = {"The truth value of an array with more than one element is ambiguous": TRUTH}  # what a text of NumPy's says
SUSPECTS = {2: relu.suspects, 3: adam.suspects, 6: pooling.suspects}


def causes(number, cases, answers):
    """method -> its cause in words, for the methods of a problem of which one is proved."""
    return {**_meanings(cases, answers), **proved(cases, answers, SUSPECTS[number](cases, answers))}


def _meanings(cases, answers):
    """method -> what the exception means that all its calls ended with."""
    errors = {}
    for case, given in zip(cases, answers):
        for call, answer in zip(case.calls, given):
            errors.setdefault(call.method, []).append(answer.error)
    return {method: meaning for method, texts in errors.items() for text, meaning in MEANINGS.items()
            if all(text in error for error in texts)}
