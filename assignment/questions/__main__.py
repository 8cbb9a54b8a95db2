"""An exam or quiz sheet is made from a seed, in Markdown: `python -m assignment.questions`.

    python -m assignment.questions [--seed N] [--n 12] [--answers] [--lang ko|en]

The same seed gives the same questions, and the first ones stay as they are if --n grows. --answers prints the answers
alone, under the same numbers.
"""
import argparse
import sys
from itertools import count, islice

import numpy as np

from assignment.judging.words import LANGUAGES, usual_language
from assignment.questions.by_hand import convolution, loss, pooling, relu_layer
from assignment.questions.curves import loss_curve
from assignment.questions.initialisation import initialisation
from assignment.questions.mistakes import wrong_gradient
from assignment.questions.question import wording
from assignment.questions.sizes import architecture
from assignment.questions.steps import adam, batch_norm
from training.options import positive_integer, random_seed
from training.parser import first_line
from training.program import as_program

KINDS = (architecture, convolution, pooling, relu_layer, loss, adam, batch_norm, initialisation, wrong_gradient,
         loss_curve)
TRIES = 200  # of drawing a question that is not on the sheet yet


def questions(seed):
    """One Question after the other, the kinds in turn, no two alike, until no new one can be drawn."""
    asked = set()
    for place in count():
        drawn = (KINDS[place % len(KINDS)](np.random.default_rng([seed, place, attempt])) for attempt in range(TRIES))
        question = next((one for one in drawn if one.text("en") not in asked), None)
        if question is None:
            return
        asked.add(question.text("en"))
        yield question


def sheet(asked, seed, answers, language):
    """The Markdown of a list of Questions, or of their answers, in "en" or "ko"."""
    title, notes, _ = wording(language)["answers" if answers else "questions"]
    parts = [f"# {title} (seed {seed})", notes]
    for k, question in enumerate(asked, 1):
        parts += [f"## {k}. {question.title(language)}",
                  question.answer(language) if answers else question.text(language)]
    return "\n\n".join(parts)


def main(argv=None):
    """Read the options, and print the sheet."""
    parser = argparse.ArgumentParser(prog="python -m assignment.questions", description=first_line(__doc__),
                                     allow_abbrev=False)
    parser.add_argument("--seed", type=random_seed, default=0, help="the same seed gives the same sheet (default: 0)")
    parser.add_argument("--n", type=positive_integer, default=12, help="how many questions (default: 12)")
    parser.add_argument("--answers", action="store_true", help="print the answers, and not the questions")
    parser.add_argument("--lang", choices=LANGUAGES, default=usual_language(), help="language of the sheet")
    options = parser.parse_args(argv)
    asked = list(islice(questions(options.seed), options.n))
    if len(asked) < options.n:
        parser.error(f"argument --n: seed {options.seed} has {len(asked)} different questions, ask for no more")
    sys.stdout.reconfigure(encoding="utf-8")  # also where it goes into a file on a system of another encoding
    print(sheet(asked, options.seed, options.answers, options.lang))


if __name__ == "__main__":
    as_program(main)
