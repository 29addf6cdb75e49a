"""The process that reads a stranger's file, alone and with little: `python -m app.imports.reader xlsx`, the file on stdin.

It writes a line of JSON for each row, numbered as the spreadsheet numbers it, the names of the columns first, and how many
there were last. Whoever gets no last line knows that the file has brought it down.
"""

import json
import resource
import sys
from collections.abc import Callable, Iterator

from app.imports.unreadable import BROKEN, MOST_BYTES, MOST_CELL, MOST_COLUMNS, MOST_ROWS, ROWS, SIZE, Unreadable

MOST_MEMORY = 140 * 1024 * 1024
"""Bytes of its own memory."""
MOST_SECONDS = 10
_MOST_TOLD = 40 * 1024 * 1024


def main(kind: str) -> None:
    """Read what comes on stdin and tell its rows on stdout."""
    from app.imports.reading_csv import rows_of_csv  # With them come libraries that only this process needs.
    from app.imports.reading_xlsx import rows_of_xlsx

    readers: dict[str, Callable[[bytes], Iterator[list[str]]]] = {"csv": rows_of_csv, "xlsx": rows_of_xlsx}
    resource.setrlimit(resource.RLIMIT_DATA, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        _tell(readers[kind](_content()))
    except Unreadable as fault:
        _say({"refused": fault.code})
    except MemoryError:
        _say({"refused": SIZE})


def _content() -> bytes:
    content = sys.stdin.buffer.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise Unreadable(SIZE)
    return content


def _tell(rows: Iterator[list[str]]) -> None:
    columns: list[int] = []
    told = length = 0
    for number, row in enumerate(rows, 1):
        if not any(cell.strip() for cell in row):
            continue
        if not columns:
            columns = [place for place, cell in enumerate(row) if cell.strip()][:MOST_COLUMNS]
        elif told == MOST_ROWS:
            raise Unreadable(ROWS)
        else:
            told += 1
        cells = [row[place].strip() if place < len(row) else "" for place in columns]
        if any(len(cell) > MOST_CELL for cell in cells):
            raise Unreadable(SIZE)
        length += _say([number, *cells])
        if length > _MOST_TOLD:
            raise Unreadable(SIZE)
    if not columns:
        raise Unreadable(BROKEN)
    _say({"rows": told})


def _say(line: object) -> int:
    return sys.stdout.write(json.dumps(line, ensure_ascii=True) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
