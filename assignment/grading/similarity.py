"""Two answers are the same if they are after renaming: comments, layout and the names of variables do not count."""
import ast
import builtins

KEPT = set(dir(builtins)) | {"np", "self"}


def fingerprint(source):
    """A program's text as a text that renaming does not change, or "" if it is no program.

    Names are numbered in the order in which they appear; imports and docstrings are left out. Attributes of `self`
    count as names, those of anything else, such as `np.max`, as what they are.
    """
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ""
    numbers = {}

    def number(name):
        return name if name in KEPT else numbers.setdefault(name, f"name{len(numbers)}")

    tree.body = [node for node in tree.body if not isinstance(node, (ast.Import, ast.ImportFrom))]
    for node in ast.walk(tree):
        if isinstance(getattr(node, "body", None), list):
            node.body = [part for part in node.body if not _is_text(part)] or [ast.Pass()]
        if isinstance(node, ast.Name):
            node.id = number(node.id)
        elif isinstance(node, ast.arg):
            node.arg = number(node.arg)
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self":
            node.attr = number(node.attr)
    return ast.dump(tree)


def same_as(fingerprints, handed_out):
    """name -> the other names with the same fingerprint; none for "" and for what was handed out."""
    return {name: [other for other, theirs in fingerprints.items() if other != name and theirs == mine]
            if mine and mine != handed_out else [] for name, mine in fingerprints.items()}


def _is_text(node):
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
