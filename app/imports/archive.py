"""What an .xlsx says about itself and what really unfolds from it: looked at before anything else opens it.

Sizes in an archive are claims. Every part is unfolded here, a piece at a time and thrown away, and counted: a part that
is larger than it says, parts that share their bytes, and a bomb are found before they take memory.
"""

import struct
import zipfile
import zlib
from io import BytesIO

from app.imports.unreadable import (
    BROKEN,
    MOST_ENTRIES,
    MOST_RATIO,
    MOST_UNPACKED,
    RATIO_COUNTS_FROM,
    SIZE,
    TYPE,
    Unreadable,
)

_END = struct.Struct("<4s4H2LH")
_LOCAL = struct.Struct("<4s5H3L2H")
_LARGEST_LIST = 512 * MOST_ENTRIES
_PIECE = 64 * 1024
_ENCRYPTED = 0x1
_KINDS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_WORKBOOK = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_LIST_OF_PARTS = "[Content_Types].xml"


def check_archive(content: bytes) -> None:
    """Refuse whatever is no plain workbook of a bearable size; nothing is kept of what unfolds."""
    _check_end(content)
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, UnicodeDecodeError, struct.error):
        raise Unreadable(BROKEN) from None
    _check_names(parts)
    if sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise Unreadable(SIZE)
    unfolded, is_workbook = 0, False
    for part in sorted(parts, key=lambda part: part.header_offset):
        begins, size = _unfold(content, part, MOST_UNPACKED - unfolded)
        if size != part.file_size:
            raise Unreadable(BROKEN)
        if b"<!DOCTYPE" in begins or b"<!ENTITY" in begins or b"<\x00!\x00D\x00" in begins:
            raise Unreadable(BROKEN)
        unfolded += size
        if unfolded > RATIO_COUNTS_FROM and unfolded > MOST_RATIO * len(content):
            raise Unreadable(SIZE)
        is_workbook = is_workbook or (part.filename == _LIST_OF_PARTS and _WORKBOOK in begins)
    if not is_workbook:
        raise Unreadable(TYPE)


def _check_end(content: bytes) -> None:
    """The archive fills the file from its first byte to its last, and its list of parts is short."""
    if not content.startswith(b"PK\x03\x04"):
        raise Unreadable(TYPE)
    if len(content) < _END.size or content[-_END.size :][:4] != b"PK\x05\x06":
        raise Unreadable(BROKEN)  # Cut off, or something else hangs behind it.
    _sign, disk, _first, here, entries, length, offset, _comment = _END.unpack(content[-_END.size :])
    if entries > MOST_ENTRIES or length > _LARGEST_LIST:
        raise Unreadable(SIZE)
    if disk or here != entries or offset + length + _END.size != len(content):
        raise Unreadable(BROKEN)


def _check_names(parts: list[zipfile.ZipInfo]) -> None:
    """Names that lead nowhere else, each once; nothing encrypted, no macros, no strange packing."""
    names = [part.filename for part in parts]
    if len(parts) > MOST_ENTRIES:
        raise Unreadable(SIZE)
    if len({name.casefold() for name in names}) != len(names):
        raise Unreadable(BROKEN)
    for part in parts:
        name = part.orig_filename
        if not name or name.startswith("/") or not name.isprintable() or "\\" in name or ".." in name.split("/"):
            raise Unreadable(BROKEN)
        if part.flag_bits & _ENCRYPTED or name.casefold().endswith("vbaproject.bin"):
            raise Unreadable(TYPE)
        if part.compress_type not in _KINDS:
            raise Unreadable(BROKEN)


def _unfold(content: bytes, part: zipfile.ZipInfo, room: int) -> tuple[bytes, int]:
    """The first piece of a part, and its true size; refuses when it is larger than the room that is left."""
    header = content[part.header_offset : part.header_offset + _LOCAL.size]
    if len(header) < _LOCAL.size or header[:4] != b"PK\x03\x04":
        raise Unreadable(BROKEN)
    *_rest, name, extra = _LOCAL.unpack(header)
    start = part.header_offset + _LOCAL.size + name + extra
    packed = memoryview(content)[start : start + part.compress_size]
    if len(packed) != part.compress_size:
        raise Unreadable(BROKEN)
    if part.compress_type == zipfile.ZIP_STORED:
        if len(packed) > room:
            raise Unreadable(SIZE)
        _check_sum(zlib.crc32(packed), part)
        return bytes(packed[:_PIECE]), len(packed)
    return _inflate(packed, part, room)


def _inflate(packed: memoryview, part: zipfile.ZipInfo, room: int) -> tuple[bytes, int]:
    unpacker, begins, size, check = zlib.decompressobj(-zlib.MAX_WBITS), b"", 0, 0
    waiting: bytes | memoryview = packed
    try:
        while not unpacker.eof:
            piece = unpacker.decompress(waiting, _PIECE)
            if not piece and not unpacker.unconsumed_tail and not unpacker.eof:
                raise Unreadable(BROKEN)
            begins = begins or piece
            check = zlib.crc32(piece, check)
            size += len(piece)
            if size > room:
                raise Unreadable(SIZE)
            waiting = unpacker.unconsumed_tail
    except zlib.error:
        raise Unreadable(BROKEN) from None
    if unpacker.unused_data:
        raise Unreadable(BROKEN)
    _check_sum(check, part)
    return begins, size


def _check_sum(found: int, part: zipfile.ZipInfo) -> None:
    if found != part.CRC:
        raise Unreadable(BROKEN)
