"""A hand-in is what one student handed in at one time: a file, an archive or a folder, out of the tree of a class."""
from dataclasses import dataclass, field

from assignment.grading.identity import Identity, counter, identity, students_part
from assignment.grading.person_name import alike
from assignment.grading.student_number import digits, numbers_and_names
from assignment.grading.tree import Node, is_archive, is_python

NAMES = 50  # of what is in one: if none of so many says whose it is, none does


@dataclass
class HandIn:
    """node: what it is shown as. names: its own, and those of what is around or in it, that may name the student, the
    outermost first. who: the Identity that they give. parts: (path in it, Node) of the projects in it, and of all other
    files. root: the source of the whole class.
    """

    node: Node
    names: list
    parts: list = field(default_factory=list)
    who: Identity = Identity()
    root: str = ""

    @property
    def source(self):
        """Where it is, for people."""
        return self.node.source

    def place(self):
        """Where it is in the class, for people."""
        return self.source[len(self.root) + 1:] if self.source.startswith(f"{self.root}/") else self.node.name

    def projects(self):
        """Of its parts those that are projects."""
        return [(path, node) for path, node in self.parts if node.children is not None and node.is_project()]

    def has_code(self):
        """Whether there is something in it to grade, or an archive that may hold it and cannot be read."""
        return bool(self.projects()) or any(
            is_python(node) or node.note and is_archive(node) for _, node in self.parts)

    def age(self):
        """Of several hand-ins of a student the newest has the largest: by what platforms and systems wrote into the
        names on the way to the code, outermost first, for that is the platform's; then by the time of the files."""
        path = min((path for path, _ in self.projects() or self.parts), default="")
        counters = [counter(name) for name in [self.node.name, *path.split("/")]]
        times = [node.time for _, part in self.parts for node in (part, *(below for _, below in part.below()))]
        return max(attempt for attempt, _ in counters), [copy for _, copy in counters], self.node.time or max(times)


def hand_ins(node, known=()):
    """The HandIns at and below a Node. known: the roster's numbers, as identity.digits gives them."""
    found = _below(node, known, 0)
    for one in found:
        one.root = node.source
    return found


def _below(node, known, depth):
    if not node.children or node.is_project():
        return _named([HandIn(node, [node.name], [("", node)])], known)
    found = [one for child in node.children for one in _below(child, known, depth + 1)]
    if node.note:
        found += _named([HandIn(node, [node.name], [("", node)])], known)
    own = identity([node.name], known)
    if _of_one_student(node, found, own, depth):
        place = node if depth or node.archive or own.number else next(one.node for one in found if one.has_code())
        return _named([_together(node, found, place)], known)
    for one in found if depth or len(found) == 1 and own.certain >= 2 else ():
        if one.who.certain == 0 or len(found) == 1:
            one.names.insert(0, node.name)
    if own.number and depth and len(found) > 1:  # named after a student, full of others' work: a line for this one, too
        note = Node(node.name, node.source, note="holds what others handed in")
        found.append(HandIn(node, [node.name], [("", note)]))
    return _named(found, known)


def _named(found, known):
    for one in found:
        one.who = identity(one.names, known)
    return found


def _together(node, found, place):
    """One HandIn of all that was `found` in a Node; `place` is the Node that it is shown as."""
    code_first = sorted(found, key=lambda one: not one.has_code())
    above = [node.name] if place is node else []
    names = dict.fromkeys([*above, *(name for one in code_first for name in one.names)])
    whole = HandIn(place, list(names)[:NAMES])
    for one in found:
        above = one.source[len(node.source) + 1:]
        whole.parts += [("/".join(filter(None, (above, path))), part) for path, part in one.parts]
    return whole


def _of_one_student(node, found, own, depth):
    """Whether what is in a folder or an archive is one student's. In doubt it is not: then each part has a line of its
    own, and nobody is missing."""
    numbers = {digits(one.who.number) for one in found if one.who.number} - {digits(own.number)}
    people = {one.who.platform or digits(one.who.number) or one.who.name for one in found if one.who.certain >= 2}
    code = [one for one in found if one.has_code()]
    if (own.number or own.platform) and (depth or node.archive):
        return len(numbers) < (3 if depth else 2)
    if own.number:
        return not numbers and len(people) <= 1
    named_so = node.archive or depth and own.certain  # in what is called kim, a report may have any name
    words = {one.who.name for one in (code if named_so else found) if one.who.certain == 1}
    if len(people | words) > 1:
        return False
    if node.archive or depth and own.certain >= 2:
        return True
    notebooks = any(one.node.name.casefold().endswith(".ipynb") for one in found)
    return len(code) <= 1 if depth else len(code) == 1 < len(found) and not people and not notebooks


def other_students(one):
    """(number, name) of students that the names of a HandIn name besides its own."""
    named = dict.fromkeys(pair for name in one.names for pair in numbers_and_names(students_part(name)))
    return [(number, name) for number, name in named
            if name and (digits(number) != digits(one.who.number) or not alike(name, one.who.name))]
