"""Strangers' files: what is a table is read as people meant it, all else is refused soon and with little memory."""

import resource
import subprocess
import sys
from datetime import date, datetime, time
from time import monotonic

import pytest

from app.imports.reading import Table, kind_of, read_table
from app.imports.refusals import FileRefused
from tests.imports.files import BAD_FILES, SHEET, changed

MOST_SECONDS = 2
MOST_MEMORY_KB = 150 * 1024
_CHILD = """
import resource, subprocess, sys
content = sys.stdin.buffer.read()
subprocess.run([sys.executable, "-m", "app.imports.reader", sys.argv[1]], input=content, stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def read(name: str, content: bytes) -> Table:
    """The rows of a file of that name."""
    return read_table(kind_of(name, content), content)


def peak(kind: str, content: bytes) -> int:
    """Kilobytes that the process which reads it held at most."""
    done = subprocess.run([sys.executable, "-c", _CHILD, kind], input=content, capture_output=True, check=True)
    return int(done.stdout)


@pytest.mark.promise("P21")
@pytest.mark.parametrize("what", BAD_FILES)
def test_a_harmful_file_is_refused_soon_and_with_little_memory(what: str) -> None:
    name, make, sentences = BAD_FILES[what]
    content = make()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begun = monotonic()
    with pytest.raises(FileRefused) as refused:
        read(name, content)
    assert monotonic() - begun < MOST_SECONDS
    assert refused.value.code in sentences.split()
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < MOST_MEMORY_KB
    if "file_type" not in sentences and len(content) < 10_000_000:
        assert peak("xlsx" if name.endswith("xlsx") else "csv", content) < MOST_MEMORY_KB


def test_there_are_enough_harmful_files() -> None:
    assert len(BAD_FILES) >= 25


def test_a_workbook_of_20000_rows_is_read_within_the_memory() -> None:
    row = b"".join(b'<c r="%c%%d" t="inlineStr"><is><t>vards</t></is></c>' % letter for letter in range(65, 90))
    rows = b"".join(b'<row r="%d">%s</row>' % (n, row % ((n,) * 25)) for n in range(1, 20_002))
    sheet = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%s</sheetData></worksheet>'
    content = changed({SHEET: sheet % rows.replace(b"vards", b"v")}, level=6)
    assert len(read("a.xlsx", content).rows) == 20_000
    assert peak("xlsx", content) < MOST_MEMORY_KB


@pytest.mark.parametrize("divider", [";", ",", "\t"])
@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "cp1257", "utf-16"])
def test_text_is_read_however_it_was_saved(divider: str, coding: str) -> None:
    rows = [["Nosaukums", "Kopsavilkums"], ["Šūšana", f"Pirmā „rinda”{divider}\r\notrā"]]
    text = "\r\n".join(divider.join(f'"{cell}"' for cell in row) for row in rows)
    assert read("kursi.csv", text.encode(coding)).rows == [(2, rows[1])]


def test_excels_hint_names_the_divider_and_blank_rows_are_passed_over() -> None:
    table = read("a.csv", b"sep=,\na;b,c\n\n,,\nx,y\n")
    assert table.header == ["a;b", "c"]
    assert [row.cells for row in table.rows] == [["x", "y"]]


def test_cells_of_a_workbook_come_as_a_person_types_them() -> None:
    import io

    import xlsxwriter

    written = io.BytesIO()
    book = xlsxwriter.Workbook(written, {"in_memory": True})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["a", "b", "c", "d", "e", "f", "", "h"])
    sheet.write_datetime(2, 0, datetime(2026, 3, 5), book.add_format({"num_format": "dd.mm.yyyy"}))
    sheet.write_datetime(2, 1, time(18, 0), book.add_format({"num_format": "hh:mm"}))
    sheet.write_row(2, 2, [18.5, 12, True, "=1+1 "], None)
    sheet.write(2, 6, "bez nosaukuma")
    sheet.write(2, 7, 0.1 + 0.2)
    book.close()
    table = read("a.xlsx", written.getvalue())
    assert table.header == ["a", "b", "c", "d", "e", "f", "h"]
    (row,) = table.rows
    assert row.number == 3
    assert row.cells[:5] == ["05.03.2026", "18:00", "18,5", "12", "jā"]
    assert row.cells[6] == "0,3"
    assert date(2026, 3, 5).strftime("%d.%m.%Y") == row.cells[0]
