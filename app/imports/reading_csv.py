"""Rows of text: what Latvian Excel saves, and what other programs do."""

import csv
import io
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator

from app.imports.unreadable import BROKEN, MOST_CELL, SIZE, TYPE, Unreadable

_DELIMITERS = ";\t,"
_CONTROL = {*map(chr, range(32)), "\x7f"} - {"\t", "\n", "\r"}
_OTHER_KINDS = ("<", "%PDF", "{\\rtf", "PK\x03\x04", "#!", "{", "[")
"""How pages, pictures as text, documents, archives and programs begin; a table begins with the name of a column."""


def rows_of_csv(content: bytes) -> Iterator[list[str]]:
    """The rows, in whichever of the usual ways they are divided and written."""
    text = _text(content)
    if text.lstrip().startswith(_OTHER_KINDS) or not _CONTROL.isdisjoint(text):
        raise Unreadable(TYPE)
    first, _, rest = text.partition("\n")
    if first.strip().lower().startswith("sep=") and len(first.strip()) == len("sep=") + 1:
        delimiter, text = first.strip()[-1], rest  # Excel's own hint.
    else:
        delimiter = max(_DELIMITERS, key=_outside_quotes(first).count)
    csv.field_size_limit(MOST_CELL)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    except csv.Error as error:
        raise Unreadable(SIZE if "limit" in str(error) else BROKEN) from None


def _text(content: bytes) -> str:
    try:
        if content.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
            return content.decode("utf-16")
        return content.removeprefix(BOM_UTF8).decode("utf-8")
    except UnicodeDecodeError:
        pass
    try:
        return content.decode("cp1257")  # Windows in the Baltic states.
    except UnicodeDecodeError:
        raise Unreadable(TYPE) from None


def _outside_quotes(line: str) -> str:
    return "".join(line.split('"')[::2])
