"""What travels into the hand-out is what the course's names reach: definition by definition, through all imports.

A definition that nothing reaches stays at home: fast functions of answers that are cut, optimizers and layers that the
course does not have. So nobody keeps a list of files, and what is new in nn/ travels only when it is needed.
"""
import ast
import textwrap

from assignment.handout.cut import edited, first_line


def travelling(read, names):
    """file -> text, for all that `names` (module -> its names) reach. read(file) gives a file's text, or None."""
    modules = {}

    def module(name):
        """The Module of that name, None if it is not one of ours."""
        if name not in modules:
            file = name.replace(".", "/")
            path = next((path for path in (f"{file}.py", f"{file}/__init__.py") if read(path) is not None), None)
            modules[name] = path and Module(name, path, read(path))
        return modules[name]

    todo = [("nn", name) for names_of_one in names.values() for name in names_of_one]
    todo += [(name, wanted) for name, names_of_one in names.items() for wanted in names_of_one]
    done = set()
    while todo:
        here, name = todo.pop()
        if (here, name) in done or module(here) is None:
            continue
        done.add((here, name))
        parents = here.split(".")[:-1]
        todo += [(".".join(parents[:k + 1]), "") for k in range(len(parents))]
        todo += module(here).reach(name)
        if name and name not in module(here).statements:
            todo.append((f"{here}.{name}", ""))  # a module in a package, or no name of ours
    return {one.path: one.text() for one in modules.values() if one is not None and one.reached}


class Module:
    """One file, and which of its top-level statements are reached."""

    def __init__(self, name, path, source):
        self.name, self.path, self.source = name, path, source
        self.statements, self.always = {}, []
        self.reached = set()  # names; "" stands for the module itself
        for node in ast.parse(source).body:
            self.statements.update(dict.fromkeys(_bound(node), node))
            if not _bound(node):
                self.always.append(node)

    def reach(self, name):
        """Mark `name`, and what is done whenever the module is imported. Returns the (module, name) that they need."""
        needed = [] if self.reached else [use for node in self.always for use in self._uses(node)]
        self.reached |= {"", name}
        node = self.statements.get(name)
        if isinstance(node, ast.ImportFrom):
            original = next(alias.name for alias in node.names if (alias.asname or alias.name) == name)
            return needed + [(node.module, original)]
        if isinstance(node, ast.Import):
            return needed + [(alias.name, "") for alias in node.names]
        if node is None or name == "__all__":
            return needed
        pairs = pairs_of(node)
        if name not in pairs:
            self.reached |= set(_bound(node))  # no part of the statement can be left out
        return needed + self._uses(pairs.get(name, node))

    def _uses(self, node):
        """The (module, name) that a piece of program needs; `weights.save` needs `save` of the module `weights`."""
        uses = []
        for part in ast.walk(node):
            if isinstance(part, ast.Name) and part.id in self.statements:
                uses.append((self.name, part.id))
            elif isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name):
                imported = self.statements.get(part.value.id)
                if isinstance(imported, ast.ImportFrom):
                    uses.append((f"{imported.module}.{part.value.id}", part.attr))
            elif isinstance(part, ast.ImportFrom):
                uses += [(part.module, alias.name) for alias in part.names]
        return uses

    def text(self):
        """The file with the statements that are reached, and of imports the names."""
        lines = self.source.splitlines(keepends=True)
        edits = []
        for node in ast.parse(self.source).body:
            bound = _bound(node)
            kept = [name for name in bound if name in self.reached or _binds_numpy(node)]
            if bound == ["__all__"]:
                edits.append((node.lineno - 1, node.end_lineno, self._all(node)))
            elif bound and not kept:
                edits.append((first_line(lines, node) - 1, node.end_lineno, ""))
            elif len(kept) < len(bound):
                edits.append((node.lineno - 1, node.end_lineno, _part(node, kept)))
        return edited(lines, edits)

    def _all(self, node):
        names = [name for name in ast.literal_eval(node.value) if name in self.reached]
        return textwrap.fill(f"__all__ = {names}", 116, subsequent_indent="           ").replace("'", '"') + "\n"


def _bound(node):
    """The names that a top-level statement defines."""
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        return [node.name]
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return [alias.asname or alias.name.split(".")[0] for alias in node.names]
    if isinstance(node, ast.Assign):
        return [part.id for target in node.targets for part in ast.walk(target) if isinstance(part, ast.Name)]
    return []


def _binds_numpy(node):
    """Students need NumPy in each file, whether what is left there does or not."""
    return isinstance(node, ast.Import) and node.names[0].asname == "np"


def pairs_of(node):
    """name -> its value, of an assignment like `relu, sigmoid = ReLU(), Sigmoid()`; of any other statement nothing."""
    if (isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Tuple) and isinstance(node.value, ast.Tuple)
            and len(node.targets[0].elts) == len(node.value.elts)):
        return {target.id: value for target, value in zip(node.targets[0].elts, node.value.elts)}
    return {}


def _part(node, kept):
    """The text of an import, or of an assignment of pairs, with the names `kept` alone."""
    pairs = pairs_of(node)
    if pairs:
        return f"{', '.join(kept)} = {', '.join(ast.unparse(pairs[name]) for name in kept)}\n"
    node.names = [alias for alias in node.names if (alias.asname or alias.name) in kept]
    text = ast.unparse(node)
    if len(text) > 120:
        head, names = text.split(" import ")
        names = textwrap.indent(textwrap.fill(names, 112), "    ")
        text = f"{head} import (\n{names},\n)"
    return text + "\n"
