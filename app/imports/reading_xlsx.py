"""Rows of a workbook, each cell as a person would have typed it."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from io import BytesIO

from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

from app.imports.archive import check_archive
from app.imports.unreadable import BROKEN, Unreadable

Cell = int | float | str | bool | time | date | datetime | timedelta
_DAY_MINUTES = 24 * 60


def rows_of_xlsx(content: bytes) -> Iterator[list[str]]:
    """The rows of the first sheet that is not hidden, from the sheet's first row on."""
    check_archive(content)
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(content))
        shown = [one.name for one in book.sheets_metadata if one.visible is SheetVisibleEnum.Visible]
        if not shown:
            raise Unreadable(BROKEN)
        sheet = book.get_sheet_by_name(shown[0])
        for row in sheet.iter_rows():
            yield [cell_text(cell) for cell in row]
    except CalamineError:
        raise Unreadable(BROKEN) from None


def cell_text(cell: Cell) -> str:
    """The cell as a person would have typed it: days 05.03.2026, hours 18:00, whole numbers without a point."""
    match cell:
        case str():
            return cell
        case bool():
            return "jā" if cell else "nē"
        case datetime():
            return f"{cell:%d.%m.%Y}" if cell.time() == time() else f"{cell:%d.%m.%Y %H:%M}"
        case date():
            return f"{cell:%d.%m.%Y}"
        case time():
            return f"{cell:%H:%M}"
        case timedelta():
            minutes = round(cell.total_seconds() / 60) % _DAY_MINUTES
            return f"{minutes // 60:02}:{minutes % 60:02}"
        case float() if cell.is_integer() and abs(cell) < 1e15:
            return str(int(cell))
        case float():
            return f"{cell:.10g}".replace(".", ",")
    return str(cell)
