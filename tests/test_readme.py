"""What a README points to is there, in a fresh clone, too, and the program that it shows runs."""
import re
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.parametrize("readme", [
    "README.md", "README.ko.md", "CONTRIBUTING.md", "benchmarks/README.md", "data/README.md"])
def test_links_lead_to_files(readme):
    links = re.findall(r"\]\(([^)#:]+)[^):]*\)", (ROOT / readme).read_text(encoding="utf-8"))
    assert [link for link in links if not ((ROOT / readme).parent / link).is_file()] == []


@pytest.mark.parametrize("readme", ["README.md", "README.ko.md", "CONTRIBUTING.md"])
def test_files_and_folders_that_a_readme_names_are_there(readme):
    named = r"`((?:nn|training|readers|benchmarks|examples|tests|docs|data)/[\w./]*|\w+\.py|\.ci/run)`"
    names = re.findall(named, (ROOT / readme).read_text(encoding="utf-8"))
    written_by_the_reader = {"tests/test_scale.py"}
    missing = [name for name in names if not (ROOT / name).exists() and name not in written_by_the_reader]
    assert len(names) > 6 and missing == []


def programs(readme):
    return re.findall(r"```python\n(.*?)```", (ROOT / readme).read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.parametrize("readme", ["README.md", "README.ko.md"])
def test_the_program_of_a_readme_runs(readme, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # it saves its weights
    names = {"images": np.random.random((4, 28, 28, 1)), "labels": np.eye(10)[[3, 1, 4, 1]]}
    exec(programs(readme)[0], names)
    assert np.isfinite(names["loss"]) and names["logits"].shape == (4, 10)


@pytest.mark.parametrize("readme", ["README.md", "README.ko.md"])
def test_the_layer_of_a_readme_passes_the_readmes_own_test(readme):
    names = {}
    for program in programs(readme)[1:]:
        exec(program, names)
    names["test_scale"]()
