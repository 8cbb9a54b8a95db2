"""What pip and uv ask to install this project: `-e .` puts one line into the environment, and needs nothing but Python.

The line (a `.pth` file, which Python reads at its start) has `startup.py` run, in this folder. Nothing is copied, and
nothing of ours can be imported but what `startup.NAMES` lists. Interfaces: PEP 517, PEP 660. A wheel is made by
setuptools, from the packages that pyproject.toml lists.
"""
import base64
import hashlib
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
NAME, VERSION = "numpy_cnn", "1.0"
DIST = f"{NAME}-{VERSION}"
DEPENDENCIES = ("numpy>=1.24", "matplotlib>=3.7", "pytest>=7", "threadpoolctl>=3.1")  # as in pyproject.toml
METADATA = "\n".join(["Metadata-Version: 2.1", "Name: numpy-cnn", f"Version: {VERSION}", "Requires-Python: >=3.9",
                      *(f"Requires-Dist: {one}" for one in DEPENDENCIES)]) + "\n"
WHEEL = "Wheel-Version: 1.0\nGenerator: installing/backend.py\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
LINE = ("import os; _file = {file!r}; _names = {{'__name__': 'startup', '__file__': _file}}; "
        "os.path.isfile(_file) and exec(compile(open(_file, encoding='utf-8').read(), _file, 'exec'), _names)\n")


def line(root=ROOT):
    """The line of the `.pth` file, for the project in this folder."""
    return LINE.format(file=str(Path(root) / "installing" / "startup.py"))


def build_editable(wheel_directory, config_settings=None, metadata_directory=None):
    files = {f"{NAME}.pth": line(), f"{DIST}.dist-info/METADATA": METADATA, f"{DIST}.dist-info/WHEEL": WHEEL}
    record = f"{DIST}.dist-info/RECORD"
    files[record] = "".join(f"{name},sha256={_digest(text)},{len(text.encode())}\n" for name, text in files.items()
                            ) + f"{record},,\n"
    wheel = f"{DIST}-py3-none-any.whl"
    with zipfile.ZipFile(Path(wheel_directory) / wheel, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return wheel


def _digest(text):
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()


def get_requires_for_build_editable(config_settings=None):
    return []


def get_requires_for_build_wheel(config_settings=None):
    return ["setuptools>=64"]


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    from setuptools import build_meta

    return build_meta.build_wheel(wheel_directory, config_settings, metadata_directory)


def get_requires_for_build_sdist(config_settings=None):
    return ["setuptools>=64"]


def build_sdist(sdist_directory, config_settings=None):
    from setuptools import build_meta

    return build_meta.build_sdist(sdist_directory, config_settings)
