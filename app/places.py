"""Where files that belong to the program lie: beside the code in an installation, beside the package in a working copy."""

from pathlib import Path

_APP = Path(__file__).parent


def place(name: str) -> Path:
    """The folder of this name: data, templates, migrations."""
    packaged = _APP / name
    return packaged if packaged.is_dir() else _APP.parent / name
