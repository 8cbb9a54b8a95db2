"""Merging puts what a student wrote into a file that was handed out: definition by definition, not line by line.

Of the student's version come the definitions that are `own`, in place of those that were handed out, and those that the
hand-out does not have, with the imports and assignments that they use. All else stays as it was handed out.
"""
import ast
from dataclasses import dataclass

from assignment.handout.cut import first_line
from assignment.handout.tree_shaking import pairs_of


@dataclass
class Unit:
    """Statements at the top of a module that share lines: the names that they bind and use, and lines[start:end]."""

    nodes: list
    start: int
    end: int
    binds: set
    uses: set

    @property
    def is_import(self):
        return all(isinstance(node, (ast.Import, ast.ImportFrom)) for node in self.nodes)

    @property
    def is_future(self):
        """Whether it changes how the whole module is read, so that it comes along."""
        return self.is_import and any(getattr(node, "module", "") == "__future__" for node in self.nodes)

    @property
    def is_definition(self):
        kinds = ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Assign, ast.AnnAssign
        return all(isinstance(node, kinds) for node in self.nodes)


def merged(given, theirs, own=(), only_used=False):
    """(text, numbers) of the module: for each of its lines the number of the line in `theirs`, or 0 if it is given's.

    only_used: of what the hand-out does not have, only what the own definitions use comes along. Raises SyntaxError, or
    what else `ast.parse` raises, if `theirs` is no program.
    """
    lines, their_lines = given.splitlines(), theirs.splitlines()
    if lines == their_lines:
        return given, list(range(1, len(lines) + 1))
    places = units(given, lines)
    known = set().union(*(unit.binds for unit in places))
    inserted, replaced, anchor = {}, {}, _first_place(places)
    their_units = units(theirs, their_lines)
    wanted = _wanted(their_units, known, set(own), only_used)
    for unit in their_units:
        at = next((k for k, place in enumerate(places) if place.binds & unit.binds), None)
        if unit.binds & set(own) and at is not None:
            replaced[at] = _numbered(unit, their_lines)
        elif any(unit is one for one in wanted):
            inserted.setdefault(anchor, []).extend(_new_part(unit, their_lines, known))
        anchor = max(anchor, at) if at is not None else anchor
    out = [(line, 0) for line in lines[:places[0].start if places else None]]
    out += inserted.get(-1, [])
    for k, place in enumerate(places):
        end = places[k + 1].start if k + 1 < len(places) else len(lines)
        out += replaced.get(k) or [(line, 0) for line in lines[place.start:place.end]]
        out += inserted.get(k, [])
        out += [(line, 0) for line in lines[place.end:end]]
    return "\n".join(line for line, _ in out) + "\n", [number for _, number in out]


def units(source, lines):
    """The Units of a program's text, in their order."""
    found = []
    for node in ast.parse(source).body:
        start, end = first_line(lines, node) - 1, node.end_lineno
        unit = Unit([node], start, end, _bound(node), _used(node))
        if found and start < found[-1].end:
            last = found[-1]
            unit = Unit([*last.nodes, node], last.start, max(end, last.end), last.binds | unit.binds,
                        last.uses | unit.uses)
            found.pop()
        found.append(unit)
    return found


def _wanted(theirs, known, own, only_used):
    """The units that come along: new definitions, and what they and the own ones use or do with them."""
    wanted = [unit for unit in theirs if unit.binds & own or "*" in unit.binds or unit.is_future
              or not only_used and unit.is_definition and unit.binds - known]
    while True:
        used = set().union(*(unit.uses for unit in wanted))
        new = own.union(*(unit.binds - known for unit in wanted))
        more = [unit for unit in theirs if not any(unit is one for one in wanted) and (
            (unit.binds - known) & used or not unit.binds and not only_used and unit.uses & new)]
        if not more:
            return wanted
        wanted += more


def _first_place(places):
    """Where new units go that come before all known ones: after the module's docstring."""
    first = places[0].nodes[0] if places else None
    return 0 if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) else -1


def _new_part(unit, lines, known):
    """Numbered lines of a unit; of an assignment of pairs, and of an import, only the names that are new."""
    node, new = unit.nodes[0], unit.binds - known
    if len(unit.nodes) == 1 and new and unit.binds & known:
        pairs = pairs_of(node)
        if pairs:
            return [(f"{name} = {ast.unparse(pairs[name])}", node.lineno) for name in pairs if name in new]
        if unit.is_import:
            node.names = [alias for alias in node.names if (alias.asname or alias.name.split(".")[0]) in new]
            return [(ast.unparse(node), node.lineno)]
    blank = [] if unit.is_import else [("", 0), ("", 0)]
    return [*blank, *_numbered(unit, lines)]


def _numbered(unit, lines):
    return [(line, number) for number, line in enumerate(lines[unit.start:unit.end], unit.start + 1)]


def _bound(node):
    """The names that a top-level statement binds, "*" for all of a module."""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return {node.name}
    names = set()
    for part in ast.walk(node):
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
            names.add(part.id)
        elif isinstance(part, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names.add(part.name)
        elif isinstance(part, (ast.Import, ast.ImportFrom)):
            names |= {alias.asname or alias.name.split(".")[0] for alias in part.names}
    return names


def _used(node):
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load)}
