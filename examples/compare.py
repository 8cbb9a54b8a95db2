"""Compare experiments, each a figure and a table in runs/: `python -m examples.compare optimizer`, or all of them.

A run that is finished is recorded in runs/ and not done again; Ctrl-C loses those that are under way, one a core.
"""
import argparse
import os
import sys
from concurrent.futures.process import BrokenProcessPool

from nn.files.atomic import atomic_write
from report.comparison import RUNS, loaded
from report.comparisons import COMPARISONS
from report.figure import draw, figure_class
from report.measurement import LOSS, VALIDATION
from report.run import Outcome
from report.table import markdown
from report.worker_pool import TimeLeft, comparison, done, tasks
from training.options import positive_integer
from training.parser import first_line
from training.program import as_program


def compare(names, seeds, quick, folder):
    """Do these comparisons, and write a figure and a table of each into `folder`. Returns whether no run failed."""
    figure_class()  # without matplotlib this fails now, and not after the first comparison
    data = with_data(names, quick)
    todo = tasks(data, seeds, quick)
    print(f"{len(data)} comparisons, {len(todo)} runs, {os.cpu_count()} at a time", flush=True)
    left, outcomes, failed = TimeLeft(todo, data), {}, set()
    for count, (task, outcome) in enumerate(done(left.heaviest_first(), folder), 1):
        if isinstance(outcome, Outcome):
            outcomes[task] = outcome
            print(f"[{count}/{len(todo)}] {said(task, outcome)}, {clock(left(task, outcome))} left", flush=True)
        else:
            failed.add(task.name)
            print(f"[{count}/{len(todo)}] {task.name}: a run failed\n{outcome}", file=sys.stderr, flush=True)
        of_this = [other for other in todo if other.name == task.name]
        if all(other in outcomes for other in of_this):
            write(task.name, comparison(task.name, quick), [outcomes[other] for other in sorted(of_this)], folder)
    return not failed


def with_data(names, quick):
    """name -> (shape of an image, how many there are to train with), of those comparisons whose data is there."""
    found = {}
    for name in names:
        this = comparison(name, quick)
        try:
            images, _ = loaded(this.load)[0]
        except FileNotFoundError as error:
            print(f"{name} is passed over: {error}", flush=True)
        else:
            found[name] = images.shape[1:], len(images[:this.images])
    return found


def write(name, this, outcomes, folder):
    """The figure and the table, from the outcomes in their order."""
    figure, text = draw(this, outcomes), markdown(this, outcomes)
    atomic_write(folder / f"{name}.png", lambda file: figure.savefig(file, format="png", dpi=120))
    atomic_write(folder / f"{name}.md", lambda file: file.write(text.encode()))
    print(f"\n{this.title}\n\n{text}\nPicture: {folder / name}.png\n", flush=True)


def said(task, outcome):
    labels = ", ".join(f"{name} {label}" for name, label in outcome.facts["labels"].items())
    end = "diverged" if outcome.facts["diverged"] else (f"loss {LOSS.text([outcome])}, validation accuracy "
                                                        f"{VALIDATION.text([outcome])} %")
    return f"{task.name}: {labels}, seed {task.seed}: {end}, " + (
        "from its record" if outcome.recorded else f"{outcome.facts['took']:.1f} s")


def usual():
    """The names of the comparisons that are made if the command names none."""
    return [name for name, this in COMPARISONS.items() if not this.only_named]


def clock(seconds):
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02d}"


def main():
    parser = argparse.ArgumentParser(description=first_line(__doc__), allow_abbrev=False)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one of: {', '.join(COMPARISONS)}; if left out, "
                        f"all but what takes long ({', '.join(sorted(set(COMPARISONS) - set(usual())))})")
    parser.add_argument("--quick", action="store_true", help="one seed and a few batches of each, into runs/quick/: "
                        "does it work?")
    parser.add_argument("--seeds", type=positive_integer, help="how often each run is done (default: as often as its "
                        "comparison says, mostly 3 or 5)")
    options = parser.parse_args()
    unknown = [name for name in options.names if name not in COMPARISONS]
    if unknown:
        parser.error(f"there is no comparison {unknown[0]!r}; choose from {', '.join(COMPARISONS)}")
    folder = RUNS / "quick" if options.quick else RUNS
    folder.mkdir(parents=True, exist_ok=True)
    kept = f"The finished runs are kept in {folder}; the same command does the rest."
    try:
        if not compare(options.names or usual(), options.seeds, options.quick, folder):
            sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(f"\nStopped. {kept}")
    except BrokenProcessPool:
        sys.exit(f"error: a process was ended from outside, perhaps because memory ran out. {kept}")


if __name__ == "__main__":
    as_program(main)
