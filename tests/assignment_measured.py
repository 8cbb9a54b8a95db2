"""Measurements of the grading that take long: is right always right, is what it says of wrong answers true, and what
does it cost that training is driven from outside?

    python -m tests.assignment_measured seeds [--seeds 200]     right answers with so many seeds, problem 5 with a tenth
    python -m tests.assignment_measured causes                  true causes, no cause, false causes of wrong answers
    python -m tests.assignment_measured exchange                a step driven from outside against one in a loop
"""
import argparse
import os
import re
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from assignment.grading.grader import Answer, Conditions, grade
from assignment.judging import isolation
from assignment.judging.process import Process
from assignment.problems import GRADED, PROBLEMS
from tests.assignment_answers import solved
from tests.assignment_graded import given_cases, public_data, training
from tests.assignment_mistakes import MISTAKES, with_answer
from tests.assignment_variants import RIGHT, WRONG
from tests.test_assignment_cases import LOSES, submission

VARIANTS = 10  # right ones, besides the model answers


def seeds(count):
    """Print who loses points, and with which seed."""
    every = len(RIGHT) // VARIANTS
    answers = [("the model answer", number, Answer(solved(), number)) for number in GRADED]
    answers += [(name, number, Answer(files, number)) for number, name, files in RIGHT[::every]]
    for name, number, answer in answers:
        used = range(count if number != 5 else max(1, count // 10))
        lost = [seed for seed, one in zip(used, _graded([answer] * len(used), used))
                if one.points < PROBLEMS[number].points]
        print(f"problem {number}, {name}: {len(used) - len(lost)} of {len(used)} seeds full", *lost, flush=True)


def causes():
    """Print how many wrong answers are told a true cause, none, or a false one, and the false ones."""
    wrong = [(name, number, files, words) for number, name, files, words in WRONG]
    wrong += [(name, number, with_answer(number, changes), words) for number, name, changes, words in MISTAKES]
    wrong += [(case, LOSES[case][0], submission(kind, case), LOSES[case][2]) for kind, case in given_cases()
              if case in LOSES]
    told = Counter()
    grades = _graded([Answer(files, number) for _, number, files, _ in wrong], [12345] * len(wrong))
    for (name, number, _, words), one in zip(wrong, grades):
        named = re.findall("; cause: (.*)", "\n".join(line for _, line in one.losses))
        kind = "no cause" if not named else "true" if words and all(words in cause for cause in named) else "false"
        told[kind] += 1
        if kind == "false":
            print(f"problem {number}, {name}: {set(named)}")
    counts = [f"{told[kind]} {kind}" for kind in ("true", "no cause", "false")]
    print(f"of {len(wrong)} wrong answers: {', '.join(counts)}")


LOOP = b"""import gc
import time

import numpy as np


class Loop:
    def __init__(self):
        self.net = next(one for one in gc.get_objects() if type(one).__name__ == "Networks").net

    def run(self, images, labels):
        start = time.perf_counter()
        for x, y in zip(images, labels):
            self.net.train_step((x.reshape(-1, 28, 28, 1) / np.float32(255), np.eye(10)[y]))
        return time.perf_counter() - start
"""


def exchange(rounds=60, steps=6):
    """Print how many times as long steps of the model answer take that are driven from outside, in turns."""
    batches = [batch for batch, _ in zip(training(1).steps(), range(steps))]
    images, labels = (np.stack(several) for several in zip(*batches))
    files = {**Answer(solved(), 5).projects[0].files, "nn/loop.py": LOOP}
    ratios = []
    with Process(files, 3600, public_data(), isolation.is_possible()) as process:
        process.ask("take", argument="mine", function="mine")
        process.ask("build")
        process.ask("case", make=["nn.loop", "Loop"], settings=[], objects=1)

        def inside():
            return float(process.ask("call", images, labels, most=images.size + labels.size + 1, object=0, method="run",
                                     arguments=[None, None], pair=False)[1][0])

        def outside():
            start = time.perf_counter()
            list(process.ask_ahead("train", batches))
            return time.perf_counter() - start

        for turn in range(rounds + 1):
            first, second = (inside, outside) if turn % 2 else (outside, inside)
            times = {first: first(), second: second()}
            ratios.append(times[outside] / times[inside])
    print(f"{rounds} rounds of {steps} steps: {np.median(ratios[1:]):.3f} times as long")


def _graded(answers, used):
    def one(answer, seed):
        data = public_data() if answer.number in (4, 5) else None
        return grade(answer, Conditions(seed, data, training(seed) if answer.number == 5 else None, isolated))

    isolated = isolation.is_possible()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(one, answers, used))


def main():
    """Read the options and measure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=["seeds", "causes", "exchange"])
    parser.add_argument("--seeds", type=int, default=200)
    options = parser.parse_args()
    {"seeds": lambda: seeds(options.seeds), "causes": causes, "exchange": exchange}[options.what]()


if __name__ == "__main__":
    main()
