"""The feedback of one student as plain text."""
from assignment.judging.explained import lines


def text(one):
    """The text of Contents."""
    said = one.phrases
    found = [said["title"], f"{one.number} {one.name}".strip(), f"{said['total']}: {one.reached}", said["hand"],
             said["how"], ""]
    for section in one.sections:
        found += [f"{said['problem']} {section.number}. {section.title}: {section.reached} / {section.points}",
                  *lines(section, one.language), ""]
    return "\n".join(found if one.sections else [*found, said["nothing"], ""])
