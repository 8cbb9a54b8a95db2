"""What travels into the hand-out is what the course's names reach: definition by definition, through all imports.

A definition that nothing reaches stays at home: fast functions of answers that are cut, optimizers and layers that the
course does not have. So does a method, or a setting of a class, whose name nothing says. So nobody keeps a list of
files, and what is new in nn/ travels only when it is needed.
"""
import ast
import textwrap

from assignment.handout.cut import edited, first_line


def travelling(read, names, called=()):
    """file -> text, for all that `names` (module -> its names) reach. read(file) gives a file's text, or None.

    called: names of methods that are called from outside.
    """
    shaking = Shaking(read, called)
    for module, names_of_one in names.items():
        for name in names_of_one:
            shaking.reach("nn", name)
            shaking.reach(module, name)
    modules = [module for module in shaking.modules.values() if module is not None and module.reached]
    files = {module.path: module.text(shaking.called) for module in modules}
    return {path: text for path, text in files.items() if not _only_a_word(path, text)}


def _only_a_word(path, text):
    """Whether a file says no more than what a folder within a package is for: Python needs none there."""
    return path.endswith("/__init__.py") and path.count("/") > 1 and len(ast.parse(text).body) <= 1


class Shaking:
    """What is reached so far. called: names of methods and attributes that some piece of it says."""

    def __init__(self, read, called):
        self.read, self.modules, self.called = read, {}, set(called)
        self.waiting = {}  # name of a method that nothing has called yet -> [(module, node)]
        self._done = set()

    def module(self, name):
        """The Module of that name, None if it is not one of ours."""
        if name not in self.modules:
            file = name.replace(".", "/")
            path = next((path for path in (f"{file}.py", f"{file}/__init__.py") if self.read(path) is not None), None)
            self.modules[name] = path and Module(name, path, self.read(path))
        return self.modules[name]

    def reach(self, here, name):
        """A name of a module is reached, and with it all that it needs."""
        module = self.module(here)
        if (here, name) in self._done or module is None:
            return
        self._done.add((here, name))
        parents = here.split(".")[:-1]
        for k in range(len(parents)):
            self.reach(".".join(parents[:k + 1]), "")
        needed, pieces = module.reach(name)
        for other in needed:
            self.reach(*other)
        for piece in pieces:
            self._take(module, piece)
        if name and name not in module.statements:
            self.reach(f"{here}.{name}", "")  # a module in a package, or no name of ours

    def _take(self, module, piece):
        if isinstance(piece, ast.ClassDef):
            for part in _parts_of(piece):
                names = methods(part)
                if names and not self.called & set(names):
                    for name in names:
                        self.waiting.setdefault(name, []).append((module, part))
                else:
                    self._take(module, part)
            return
        called = set(_said(piece)) - self.called
        self.called |= called
        for other in module.uses(piece):
            self.reach(*other)
        for name in called:
            for where, part in self.waiting.pop(name, ()):
                self._take(where, part)


def _parts_of(node):
    """What a class consists of: bases, decorators and the statements in it."""
    return [*node.bases, *node.keywords, *node.decorator_list, *node.body]


def methods(part):
    """The names of a part of a class that can do without: of a method, or of a setting. None of them is Python's own.
    """
    names = _bound(part) if isinstance(part, (ast.FunctionDef, ast.Assign)) else []
    return [] if any(name.startswith("__") for name in names) else names


def _said(piece):
    """Names of attributes that a piece of program says, also in strings, as for hasattr; in a class its own names, too.
    """
    kinds = ("attr", "value") if isinstance(piece, ast.FunctionDef) else ("attr", "value", "id")
    for part in ast.walk(piece):
        names = [getattr(part, kind, None) for kind in kinds]
        if not isinstance(getattr(part, "ctx", None), ast.Store):
            yield from (name for name in names if isinstance(name, str) and name.isidentifier())


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
        """Mark `name`. Returns the (module, name) that it needs, and the pieces of program that it consists of.

        What is done whenever the module is imported is among these the first time.
        """
        pieces = [] if self.reached else list(self.always)
        self.reached |= {"", name}
        node = self.statements.get(name)
        if isinstance(node, ast.ImportFrom):
            original = next(alias.name for alias in node.names if (alias.asname or alias.name) == name)
            return [(node.module, original)], pieces
        if isinstance(node, ast.Import):
            return [(alias.name, "") for alias in node.names], pieces
        if node is None or name == "__all__":
            return [], pieces
        pairs = pairs_of(node)
        if name not in pairs:
            self.reached |= set(_bound(node))  # no part of the statement can be left out
        return [], [*pieces, pairs.get(name, node)]

    def uses(self, node):
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

    def text(self, called):
        """The file with the statements that are reached, of imports the names, of classes the methods `called`."""
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
            elif isinstance(node, ast.ClassDef):
                edits += [(first_line(lines, part) - 1, part.end_lineno, "") for part in node.body
                          if methods(part) and not called & set(methods(part))]
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
