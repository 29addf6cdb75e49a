"""Files of rows for spreadsheets: semicolons and a byte order mark, as Latvian Excel expects, and no cell is a formula."""

import csv
import io
from collections.abc import Iterable, Sequence
from decimal import Decimal

from fastapi import Response

from app.i18n import Language

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_file(name: str, rows: Iterable[Sequence[str]]) -> Response:
    """The rows as a file to save under this name."""
    written = io.StringIO()
    writer = csv.writer(written, delimiter=";", lineterminator="\r\n")
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return Response(
        "\ufeff" + written.getvalue(),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def decimal_text(value: Decimal, language: Language) -> str:
    """The number as a spreadsheet in the reader's language reads it, without zeros that say nothing."""
    text = f"{value:.2f}".removesuffix("0").removesuffix("0").removesuffix(".")
    return text if language.code == "en" else text.replace(".", ",")


def harmless(cell: str) -> str:
    """The text as a spreadsheet shows it: what would be taken for a formula begins with an apostrophe."""
    return f"'{cell}" if cell.lstrip().startswith(_FORMULA) else cell
