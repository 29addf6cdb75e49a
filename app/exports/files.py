"""Tables as files: a workbook, text for spreadsheets, JSON; several of them in one archive. No cell of them is a formula."""

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Sequence
from decimal import Decimal
from tempfile import SpooledTemporaryFile
from typing import IO, Literal

import xlsxwriter
from sqlalchemy.orm import Session

from app.exports.tables import ExportTable, Value

Format = Literal["xlsx", "csv", "json"]
FORMATS: tuple[Format, ...] = ("xlsx", "csv", "json")
_IN_MEMORY = 5 * 1024 * 1024
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_LONGEST = 32_767
"""Characters that a cell of a workbook holds."""


def export_file(db: Session, provider_id: int, tables: Sequence[ExportTable], kind: Format) -> tuple[IO[bytes], str]:
    """The tables as one file, and how its name ends; large ones lie on the disk until they are sent."""
    file: IO[bytes] = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115  (whoever sends it closes it)
    if kind == "xlsx":
        _workbook(file, db, provider_id, tables)
        ending = "xlsx"
    elif len(tables) == 1:
        _write(file, db, provider_id, tables[0], kind)
        ending = kind
    else:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:
            for table in tables:
                with archive.open(f"{table.name}.{kind}", "w") as part:
                    _write(part, db, provider_id, table, kind)
        ending = "zip"
    file.seek(0)
    return file, ending


def harmless(value: str) -> str:
    """The text as a spreadsheet shows it: what would be taken for a formula begins with an apostrophe."""
    return f"'{value}" if value.startswith(_FORMULA) or value.lstrip().startswith(_FORMULA) else value


def _workbook(file: IO[bytes], db: Session, provider_id: int, tables: Iterable[ExportTable]) -> None:
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    book = xlsxwriter.Workbook(file, options)
    for table in tables:
        sheet = book.add_worksheet(table.name)
        sheet.write_row(0, 0, table.columns)
        for number, row in enumerate(table.rows(db, provider_id), 1):
            for place, value in enumerate(row):
                match value:
                    case None:
                        pass
                    case bool():
                        sheet.write_boolean(number, place, value)
                    case int() | Decimal():
                        sheet.write_number(number, place, value)
                    case _:
                        sheet.write_string(number, place, harmless(value)[:_LONGEST])
    book.close()


def _write(file: IO[bytes], db: Session, provider_id: int, table: ExportTable, kind: Format) -> None:
    rows = table.rows(db, provider_id)
    text = io.TextIOWrapper(file, "utf-8", newline="", write_through=True)
    if kind == "csv":
        text.write("\ufeff")
        writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
        writer.writerow(table.columns)
        writer.writerows([_cell(value) for value in row] for row in rows)
    else:
        text.write("[")
        for number, row in enumerate(rows):
            said = dict(zip(table.columns, row, strict=True))
            text.write((",\n" if number else "\n") + json.dumps(said, ensure_ascii=False, default=str))
        text.write("\n]\n")
    text.flush()
    text.detach()


def _cell(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, Decimal):
        return str(value).replace(".", ",")
    return harmless(value) if isinstance(value, str) else str(value)
