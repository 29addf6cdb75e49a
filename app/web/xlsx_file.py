"""Spreadsheets for Excel: every cell is text, so that none is a formula or a link."""

import io
from collections.abc import Iterable, Sequence

import xlsxwriter
from fastapi import Response

MEDIA = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_WIDEST = 60


def xlsx_file(name: str, sheet: str, rows: Iterable[Sequence[str]]) -> Response:
    """The rows as a workbook to save under this name; the first row is the heading."""
    kept = [[*row] for row in rows]
    written = io.BytesIO()
    book = xlsxwriter.Workbook(
        written,
        {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
    )
    page = book.add_worksheet(sheet[:31])
    bold, plain = book.add_format({"bold": True, "bottom": 1}), book.add_format({"valign": "top", "text_wrap": True})
    for line, row in enumerate(kept):
        for column, cell in enumerate(row):
            page.write_string(line, column, cell, plain if line else bold)
    for column in range(len(kept[0]) if kept else 0):
        page.set_column(column, column, min(_WIDEST, 2 + max(len(row[column]) for row in kept)))
    page.freeze_panes(1, 0)
    page.repeat_rows(0)
    page.set_landscape()
    page.fit_to_pages(1, 0)
    book.close()
    return Response(
        written.getvalue(), media_type=MEDIA, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
