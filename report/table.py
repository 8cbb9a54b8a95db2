"""A table shows the outcomes of a comparison as Markdown: what varied, what came of it, and under which conditions."""
THEIRS = "the document's"
SETTINGS = ("activation", "optimizer", "lr", "weight_decay", "batch_size", "schedule")
HEADINGS = {"make_layers": "network", "weight_decay": "weight decay", "batch_size": "batch", "data": "images",
            "initializer": "first weights", "first": "preparation", "spreads": "first weights", "widths": "network",
            "pools": "network", "hidden": "network", "kind": "Adam"}


def rows(*measurements):
    """A table with a line for each run, a column for each Measurement or Paired, and one for what the documents have,
    if any."""
    def make(comparison, outcomes):
        names, documents = comparison.varied_names(), bool(comparison.documents)
        yield [*map(heading, names), *(measurement.heading for measurement in measurements), *[THEIRS] * documents]
        groups = grouped(outcomes, names)
        for labels, group in groups.items():
            yield [*map(str, labels), *(measurement.cell(labels, groups) for measurement in measurements),
                   *[_theirs(comparison, group)] * documents]
    return make


def grid(name, *measurements, title=None):
    """A table with a column for each value of what varies under this name, and lines for each rest and Measurement or
    Paired.

    title: what the columns are called, if not by that name.
    """
    def make(comparison, outcomes):
        others = [other for other in comparison.varied_names() if other != name]
        across = grouped(outcomes, [name])
        yield [*map(heading, others), "", *(f"{title or heading(name)} {label}" for label, in across)]
        columns = [grouped(group, others) for group in across.values()]
        for labels in columns[0]:
            for measurement in measurements:
                yield [*map(str, labels), measurement.heading,
                       *(measurement.cell(labels, column) for column in columns)]
            theirs = [_theirs(comparison, column[labels]) for column in columns]
            if any(theirs):
                yield [*map(str, labels), THEIRS, *theirs]
    return make


def grouped(outcomes, names):
    """labels of what varies under these names -> the outcomes that have them, in the order of the outcomes."""
    groups = {}
    for outcome in outcomes:
        groups.setdefault(tuple(outcome.facts["labels"][name] for name in names), []).append(outcome)
    return groups


def _theirs(comparison, group):
    """What a course document has for the run that these are the outcomes of, or an empty text."""
    return comparison.documents.get(", ".join(map(str, group[0].facts["labels"].values())), "")


def heading(name):
    return HEADINGS.get(name, name)


def markdown(comparison, outcomes):
    """The whole table as a text, with a line below it that says how it was made."""
    first, *rest = comparison.table(comparison, outcomes)
    names = {"", *map(heading, comparison.varied_names())}
    lines = [first, ["---" if title in names else "---:" for title in first], *rest]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines) + f"\n{_conditions(outcomes)}\n"


def _conditions(outcomes):
    facts = [outcome.facts for outcome in outcomes]
    seeds = sorted({fact["seed"] for fact in facts})
    made, took = facts[0]["made"], sum(fact["took"] for fact in facts)
    stop = "epochs" if made["iterations"] == "None" else "iterations"
    settings = [f"{heading(name)} {made[name]}".replace("'", "") for name in (*SETTINGS, stop)
                if made[name] not in ("None", "0.0") and all(fact["made"][name] == made[name] for fact in facts)]
    n, validated, tested = made["sizes"]
    return "; ".join([
        *([", ".join(settings)] if settings else []),
        f"{n:,} training, {validated:,} validation and {tested:,} test images",
        f"seed{'s' if len(seeds) > 1 else ''} {', '.join(map(str, seeds))}",
        f"{len(facts)} runs, {took:.0f} seconds of one core",
        *sorted({fact["conditions"] for fact in facts})]) + "."
