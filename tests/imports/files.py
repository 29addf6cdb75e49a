"""Files as strangers send them: 25 and more that must be refused, made here, and how a workbook is made."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Sequence

import xlsxwriter

SHEET = "xl/worksheets/sheet1.xml"


def workbook(rows: Iterable[Sequence[object]] = (("Nosaukums",), ("Keramika",))) -> bytes:
    """A workbook with these rows."""
    written = io.BytesIO()
    book = xlsxwriter.Workbook(written, {"in_memory": True, "strings_to_formulas": False})
    sheet = book.add_worksheet()
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    book.close()
    return written.getvalue()


def changed(parts: dict[str, bytes] | None = None, *, level: int = 9, comment: bytes = b"") -> bytes:
    """A workbook with other parts, or more of them."""
    written = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook())) as plain,
        zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as archive,
    ):
        for name in {**dict.fromkeys(plain.namelist()), **(parts or {})}:
            archive.writestr(name, (parts or {}).get(name) or plain.read(name))
        archive.comment = comment
    return written.getvalue()


def lying(said: int) -> bytes:
    """A workbook whose sheet unfolds to 80 MB and says that it has `said` bytes, with the check sum of those."""
    bomb = b"<row/>" * (80 * 1024 * 1024 // 6)
    written = bytearray(changed({SHEET: bomb}))
    with zipfile.ZipFile(io.BytesIO(bytes(written))) as archive:
        part = archive.getinfo(SHEET)
    check = zlib.crc32(bomb[:said])
    struct.pack_into("<L", written, part.header_offset + 14, check)
    struct.pack_into("<L", written, part.header_offset + 22, said)
    entry = written.rfind(SHEET.encode()) - 46
    struct.pack_into("<L", written, entry + 16, check)
    struct.pack_into("<L", written, entry + 24, said)
    return bytes(written)


def overlapping() -> bytes:
    """An archive whose 600 entries all unfold the same bytes: 60 MB out of 200 kB of list."""
    piece = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = piece.compress(bytes(100_000)) + piece.flush()
    check = zlib.crc32(bytes(100_000))
    name = b"a" * 8
    written = struct.pack("<4s5H3L2H", b"PK\3\4", 20, 0, 8, 0, 0, check, len(packed), 100_000, 8, 0) + name + packed
    entries = b"".join(
        struct.pack("<4s6H3L5H2L", b"PK\1\2", 20, 20, 0, 8, 0, 0, check, len(packed), 100_000, 8, 0, 0, 0, 0, 0, 0)
        + f"{number:08}".encode()
        for number in range(600)
    )
    return written + entries + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 600, 600, len(entries), len(written), 0)


def many_entries(number: int) -> bytes:
    """A workbook with so many more parts."""
    return changed({f"xl/media/{one}.bin": b"x" for one in range(number)})


def encrypted() -> bytes:
    """A workbook whose sheet says that it is locked with a password."""
    written = bytearray(changed())
    for sign, place in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        at = written.find(sign)
        while at >= 0:
            written[at + place] |= 1
            at = written.find(sign, at + 1)
    return bytes(written)


XXE = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>
<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">
<c r="A1" t="inlineStr"><is><t>&e;</t></is></c></row></sheetData></worksheet>"""
LAUGHS = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha">' + b"".join(
    f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">'.encode() for n in range(9)
) + b"]><sst><si><t>&j;</t></si></sst>"  # fmt: skip
FAR_CELL = b"""<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>
<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>"""
WIDE_ROWS = (
    b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    + b"".join(b'<row r="%d"><c r="A%d"><v>1</v></c></row>' % (n, n) for n in range(1, 25_001))
    + b"</sheetData></worksheet>"
)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'

BAD_FILES: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "bomb_257x": ("a.xlsx", lambda: changed({SHEET: bytes(25 * 1024 * 1024)}), "file_size"),
    "bomb_over_50_mb": ("a.xlsx", lambda: changed({SHEET: b"<row/>" * 9_000_000}), "file_size"),
    "lies_small": ("a.xlsx", lambda: lying(1000), "file_broken file_size"),
    "lies_nothing": ("a.xlsx", lambda: lying(0), "file_broken file_size"),
    "shared_bytes": ("a.xlsx", overlapping, "file_size file_broken"),
    "entries_50000": ("a.xlsx", lambda: many_entries(50_000), "file_size"),
    "entries_1001": ("a.xlsx", lambda: many_entries(1001), "file_size"),
    "xxe": ("a.xlsx", lambda: changed({SHEET: XXE}), "file_broken"),
    "billion_laughs": ("a.xlsx", lambda: changed({"xl/sharedStrings.xml": LAUGHS}), "file_broken"),
    "far_cell": ("a.xlsx", lambda: changed({SHEET: FAR_CELL}), "file_size file_broken file_rows"),
    "rows_25000": ("a.xlsx", lambda: changed({SHEET: WIDE_ROWS}), "file_rows"),
    "rows_csv": ("a.csv", lambda: b"Nosaukums\n" + b"a\n" * 20_001, "file_rows"),
    "polyglot_pdf_zip": ("a.xlsx", lambda: b"%PDF-1.7\n" + workbook(), "file_type"),
    "polyglot_zip_html": ("a.xlsx", lambda: workbook() + b"<script>alert(1)</script>", "file_broken"),
    "polyglot_in_comment": ("a.xlsx", lambda: changed(comment=b"<script>alert(1)</script>"), "file_broken"),
    "climbing_name": ("a.xlsx", lambda: changed({"../../etc/cron.d/x": b"x"}), "file_broken"),
    "absolute_name": ("a.xlsx", lambda: changed({"/etc/cron.d/x": b"x"}), "file_broken"),
    "backslash_name": ("a.xlsx", lambda: changed({"xl\\..\\..\\x": b"x"}), "file_broken"),
    "same_name_twice": ("a.xlsx", lambda: changed({"XL/WORKBOOK.xml": b"x"}), "file_broken"),
    "svg": ("a.svg", lambda: SVG, "file_type"),
    "svg_as_csv": ("a.csv", lambda: SVG, "file_type"),
    "svg_as_xlsx": ("a.xlsx", lambda: SVG, "file_type"),
    "truncated": ("a.xlsx", lambda: workbook()[:-100], "file_broken"),
    "one_bit": ("a.xlsx", lambda: (w := workbook())[:200] + bytes([w[200] ^ 1]) + w[201:], "file_broken file_type"),
    "encrypted": ("a.xlsx", encrypted, "file_type"),
    "encrypted_ole": ("a.xlsx", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4000), "file_type"),
    "macros": ("a.xlsx", lambda: changed({"xl/vbaProject.bin": b"x"}), "file_type"),
    "no_workbook": ("a.xlsx", lambda: changed({"[Content_Types].xml": b"<Types/>"}), "file_type"),
    "xlsx_as_csv": ("a.csv", workbook, "file_type"),
    "csv_as_xlsx": ("a.xlsx", lambda: b"Nosaukums\nKeramika\n", "file_type"),
    "program": ("a.exe", lambda: b"MZ" + bytes(100), "file_type"),
    "no_ending": ("tabula", workbook, "file_type"),
    "nul_in_csv": ("a.csv", lambda: b"Nosaukums\nKera\0mika\n", "file_type"),
    "bytes_in_csv": ("a.csv", lambda: bytes(range(256)), "file_type"),
    "open_quote": ("a.csv", lambda: b'Nosaukums\n"Keramika\n' + b"a\n" * 50, "file_broken file_size"),
    "vast_cell": ("a.csv", lambda: b"Nosaukums\n" + b"a" * 30_000, "file_size"),
    "empty": ("a.csv", lambda: b"", "file_broken"),
    "too_large": ("a.csv", lambda: b"Nosaukums\n" + b"a\n" * 6_000_000, "file_size"),
}  # fmt: skip
"""By what is wrong with it: its name, the file, and the sentences that may refuse it."""
