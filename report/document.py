"""The report is written by hand, except for its tables and the line numbers of its links: these are filled in."""
import ast
import re
import shutil
from pathlib import Path

from nn.files.atomic import atomic_write
from report.comparisons import COMPARISONS

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = [ROOT / "docs" / "report.md", ROOT / "docs" / "report.ko.md"]
MADE = ROOT / "docs" / "report"  # the figures and tables that the documents show
TABLE = re.compile(r"(?<=<!-- table: )([\w-]+)( -->\n).*?(?=<!-- end -->)", re.DOTALL)
LINK = re.compile(r"\[`([\w.]+)`\]\(\.\./([\w/]+\.py)#L\d+-L\d+\)")


def take_over(runs):
    """Copy the figures and tables that the comparisons have left in the folder `runs`. Returns their names."""
    names = [name for name in COMPARISONS if (runs / f"{name}.md").is_file()]
    MADE.mkdir(exist_ok=True)
    for name in names:
        for ending in ("md", "png"):
            shutil.copyfile(runs / f"{name}.{ending}", MADE / f"{name}.{ending}")
    return names


def filled_in(text):
    """The text with each table as it is in docs/report/, and each link to the lines of what it names.

    A table stands between <!-- table: NAME --> and <!-- end -->; a link is [`Class.method`](../nn/file.py#L1-L2).
    Raises OSError if there is no such table or file, ValueError if the file has no such class or function.
    """
    text = TABLE.sub(lambda found: f"{found[1]}{found[2]}{(MADE / f'{found[1]}.md').read_text(encoding='utf-8')}", text)
    return LINK.sub(lambda found: "[`{}`](../{}#L{}-L{})".format(found[1], found[2], *lines(found[2], found[1])), text)


def lines(file, name):
    """The first and the last line of a class or function, such as `Network.train_step`, in a file of this project."""
    node = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    for part in name.split("."):
        node = next((inner for inner in node.body if getattr(inner, "name", None) == part), None)
        if node is None:
            raise ValueError(f"{file} has no {name}, to which the report has a link")
    return node.lineno, node.end_lineno


def refresh():
    """Fill in all documents."""
    for document in DOCUMENTS:
        text = filled_in(document.read_text(encoding="utf-8"))
        atomic_write(document, lambda file, text=text: file.write(text.encode()))
