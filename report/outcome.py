"""An outcome is what came of one run: its losses, what was seen at each look, and its record, a CSV file."""
import csv
import io
import json
from dataclasses import dataclass

from nn.files.atomic import atomic_write


@dataclass
class Outcome:
    """What one run with one seed came to.

    losses: of each iteration. looks: (iteration, seconds of training until then, name -> number), the last one after
    the last iteration; among the names is "validation", the accuracy in %. facts: what holds for the run as a whole:
    "labels", "seed", "made" (what it was made of), "test" (the accuracy in %), "diverged", "weights" (how many numbers
    are trained), "multiplications" (for one image), "took" (seconds of a processor). recorded: whether a record has it.
    """

    losses: list
    looks: list
    facts: dict
    recorded: bool = False

    def write(self, path):
        """The record: a line of facts, then iteration, seconds, loss and what was seen, where a look was taken."""
        names = list(self.looks[0][2])
        seen = {iteration: [f"{seconds:.4f}", *(numbers[name] for name in names)]
                for iteration, seconds, numbers in self.looks}
        text = io.StringIO()
        text.write(f"# {json.dumps(self.facts)}\n")
        table = csv.writer(text, lineterminator="\n")
        table.writerow(["iteration", "loss", "seconds", *names])
        for iteration, loss in enumerate([*self.losses, ""]):  # the last look comes after the last loss
            table.writerow([iteration, loss, *seen.get(iteration, [])])
        path.parent.mkdir(parents=True, exist_ok=True)
        atomic_write(path, lambda file: file.write(text.getvalue().encode()))


def read(path):
    """The Outcome that `write` wrote. Raises OSError or ValueError if there is none that can be read."""
    with open(path, encoding="utf-8") as file:
        facts = json.loads(file.readline().lstrip("# "))
        heading, *lines = csv.reader(file)
    looks = [(int(line[0]), float(line[2]), dict(zip(heading[3:], map(float, line[3:])))) for line in lines
             if len(line) > 2]
    losses = [float(line[1]) for line in lines if line[1]]
    if not looks or looks[-1][0] != len(losses):
        raise ValueError(f"{path} ends early: it has {len(losses)} iterations, but no look after the last one")
    return Outcome(losses, looks, facts, recorded=True)
