"""read_table(): the rows of a file that somebody sent, read in a process of its own that may take little and fail alone."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from app.imports.reader import MOST_SECONDS
from app.imports.refusals import refusal_of
from app.imports.unreadable import BROKEN, MOST_BYTES, SIZE, TYPE

_ROOT = Path(__file__).parents[2]
_KINDS = {".xlsx": "xlsx", ".csv": "csv", ".txt": "csv"}


class TableRow(NamedTuple):
    """A row of the file, numbered as the spreadsheet numbers it."""

    number: int
    cells: Sequence[str]


class Table(NamedTuple):
    """The names of the columns, and the rows under them."""

    header: Sequence[str]
    rows: Sequence[TableRow]


def kind_of(name: str, content: bytes) -> str:
    """“xlsx” or “csv”, as the name says and the first bytes agree; refuses what is neither, or too large."""
    kind = _KINDS.get(Path(name.replace("\\", "/")).suffix.lower())
    if kind is None or (kind == "xlsx") != content.startswith(b"PK\x03\x04"):
        raise refusal_of(TYPE)
    if len(content) > MOST_BYTES:
        raise refusal_of(SIZE)
    return kind


def read_table(kind: str, content: bytes) -> Table:
    """The rows of the file, or the refusal that says why there are none."""
    told = subprocess_rows(kind, content)
    if not told or not isinstance(told[-1], dict):
        raise refusal_of(BROKEN)  # It was brought down in the middle.
    if "refused" in told[-1]:
        raise refusal_of(str(told[-1]["refused"]))
    rows = [TableRow(int(str(row[0])), [str(cell) for cell in row[1:]]) for row in told[:-1] if isinstance(row, list)]
    return Table(rows[0].cells, rows[1:])


def subprocess_rows(kind: str, content: bytes) -> list[list[object] | dict[str, object]]:
    """What the reading process told, a line each; it gets nothing of ours but the file and where the program lies."""
    try:
        done = subprocess.run(  # noqa: S603  (our own program, and no word of the file's)
            [sys.executable, "-m", "app.imports.reader", kind],
            input=content,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"PYTHONPATH": str(_ROOT), "PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8"},
            cwd=_ROOT,
            timeout=3 * MOST_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return []
    try:
        return [json.loads(line) for line in done.stdout.splitlines()]
    except ValueError:
        return []
