"""The normal form of a function is a list of statements that says what it computes, but not how it is written down.

One name stands for all variables; lines without effect are left out; of ways to write the same, one is taken.
"""
import ast
import builtins
import copy
import re

KEPT = set(dir(builtins)) | {"np", "self"}
NUMPYS = {"amax": "max", "amin": "min", "fmax": "maximum", "zeros_like": "zeros", "ones_like": "ones"}
METHODS = {"max", "min", "argmax", "argmin", "sum", "mean", "reshape", "transpose", "ravel", "copy", "any", "all"}


def normal_form(function):
    """The statements of a function's tree (ast.FunctionDef), as a list of texts. Raises RecursionError if it is too
    deep a tree."""
    body = _without_dead(_One().visit(copy.deepcopy(function)).body)
    return [text for node in body for text in _texts(node)]


def length(text):
    """The number of names, numbers and operators in a statement."""
    return len(re.findall(r"\w+|[^\w\s]", text))


class _One(ast.NodeTransformer):
    """Of several ways to write the same, one."""

    def visit_AugAssign(self, node):
        read = copy.deepcopy(node.target)
        read.ctx = ast.Load()
        return self.visit(ast.Assign([node.target], ast.BinOp(read, node.op, node.value)))

    def visit_AnnAssign(self, node):
        return self.visit(ast.Assign([node.target], node.value)) if node.value else None

    def visit_Assign(self, node):
        """`a, b = c, d` is two assignments; so is `a = b = c`."""
        self.generic_visit(node)
        pairs = []
        for target in node.targets:
            if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple) and (
                    len(target.elts) == len(node.value.elts)):
                pairs += zip(target.elts, node.value.elts)
            else:
                pairs.append((target, node.value))
        return [ast.Assign([target], value) for target, value in pairs]

    def visit_Call(self, node):
        """np.max(a) is a.max()."""
        self.generic_visit(node)
        name = node.func
        if isinstance(name, ast.Attribute) and isinstance(name.value, ast.Name) and name.value.id in ("np", "numpy"):
            name.value.id, name.attr = "np", NUMPYS.get(name.attr, name.attr)
            if name.attr in METHODS and node.args and not isinstance(node.args[0], ast.Starred):
                return ast.Call(ast.Attribute(node.args[0], name.attr, ast.Load()), node.args[1:], node.keywords)
        return node

    def visit_Compare(self, node):
        """a > b is b < a."""
        self.generic_visit(node)
        flipped = {ast.Gt: ast.Lt, ast.GtE: ast.LtE}
        if len(node.ops) == 1 and type(node.ops[0]) in flipped:
            return ast.Compare(node.comparators[0], [flipped[type(node.ops[0])]()], [node.left])
        return node


def _without_dead(body):
    """Statements without those that have no effect, again and again, for what they alone needed has none either."""
    while True:
        loaded = {node.id for one in body for node in ast.walk(one)
                  if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
        kept = _living(body, loaded)
        if sum(1 for one in kept for _ in ast.walk(one)) == sum(1 for one in body for _ in ast.walk(one)):
            return kept
        body = kept


def _living(body, loaded):
    kept = []
    for node in body:
        node = copy.copy(node)
        for part in ("body", "orelse", "finalbody"):
            if isinstance(getattr(node, part, None), list):
                setattr(node, part, _living(getattr(node, part), loaded))
        if not _is_dead(node, loaded):
            kept.append(node)
    return kept


def _is_dead(node, loaded):
    if isinstance(node, (ast.Pass, ast.Assert, ast.Import, ast.ImportFrom, ast.Global, ast.Nonlocal)):
        return True
    if isinstance(node, ast.Expr):
        called = node.value.func if isinstance(node.value, ast.Call) else None
        return called is None or isinstance(called, ast.Name) and called.id == "print"
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        return node.name not in loaded
    if isinstance(node, ast.Assign):
        return all(isinstance(one, ast.Name) and one.id not in loaded for target in node.targets
                   for one in (target.elts if isinstance(target, ast.Tuple) else [target]))
    if isinstance(node, (ast.If, ast.While)) and isinstance(node.test, ast.Constant) and not node.test.value:
        return True
    blocks = ast.If, ast.For, ast.While, ast.With
    return isinstance(node, blocks) and not node.body and not getattr(node, "orelse", [])


def _texts(node):
    """The text of a statement, and of those in it."""
    inside = [one for part in ("body", "orelse", "finalbody") for one in getattr(node, part, [])]
    inside += [one for handler in getattr(node, "handlers", []) for one in handler.body]
    if isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.Try)):
        head = []
    elif isinstance(node, ast.For):
        head = [f"for {_text(node.target)} in {_text(node.iter)}"]
    elif isinstance(node, (ast.If, ast.While)):
        head = [f"{type(node).__name__} {_text(node.test)}"]
    elif isinstance(node, ast.With):
        head = ["with " + ", ".join(_text(one.context_expr) for one in node.items)]
    else:
        head, inside = [_text(node)], []
    return head + [text for one in inside for text in _texts(one)]


def _text(node):
    """One name for all variables, one for attributes of self; of a sum the terms in one order."""
    node = copy.deepcopy(node)
    for part in ast.walk(node):
        if isinstance(part, ast.Name) and part.id not in KEPT:
            part.id = "v"
        elif isinstance(part, ast.arg):
            part.arg = "v"
        elif isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name) and part.value.id == "self":
            part.attr = "a"
    return ast.unparse(ast.fix_missing_locations(_Sorted().visit(node)))


class _Sorted(ast.NodeTransformer):
    def visit_BinOp(self, node):
        self.generic_visit(node)
        if isinstance(node.op, (ast.Add, ast.Mult, ast.BitAnd, ast.BitOr)):
            node.left, node.right = sorted((node.left, node.right), key=ast.dump)
        return node
