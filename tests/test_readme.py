"""What a README points to is there, in a fresh clone, too."""
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.parametrize("readme", ["README.md", "README.ko.md", "benchmarks/README.md"])
def test_links_lead_to_files(readme):
    links = re.findall(r"\]\(([^)#:]+)\)", (ROOT / readme).read_text(encoding="utf-8"))
    assert [link for link in links if not ((ROOT / readme).parent / link).is_file()] == []


@pytest.mark.parametrize("readme", ["README.md", "README.ko.md"])
def test_files_that_a_readme_names_are_there(readme):
    names = re.findall(r"`((?:nn|benchmarks|tests|data)/[\w./]+|\w+\.py)`", (ROOT / readme).read_text(encoding="utf-8"))
    missing = [name for name in names if not (ROOT / name).exists() and name != "tests/test_scale.py"]  # the reader writes it
    assert len(names) > 10 and missing == []
