"""What is done with an import by its provider: sent, mended, taken over, undone. The worker does the long parts."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.audit.record import record
from app.clock import now
from app.i18n import _
from app.imports import queries
from app.imports.cells import clean_cell, course_key
from app.imports.checking import Checked, Row, check_together, columns_of, noted
from app.imports.columns import BY_KEY, columns_by_name
from app.imports.models import AT_WORK, Import, ImportRow, ImportState, RowState
from app.imports.reading import Table, kind_of
from app.imports.refusals import ImportBusy, NothingReady, refusal_of
from app.imports.unreadable import MOST_CELL
from app.outbox.post import post
from app.outbox.staff_messages import ImportAsked
from app.people.staff import Staff

_NAME = 120
AT_ONCE = 500
"""So many rows are kept in one transaction."""
CHECKED_AT_ONCE = 25
"""So many courses are checked in one transaction: others write between."""
MOST_GROUPS = 200
"""So many rows of a file may be about one course; more would keep every other writer waiting."""
KEPT_FOR = timedelta(days=180)
"""So long an import and its rows can be looked at and undone."""
_TOO_MANY = _(
    "A file takes at most %(n)s rows of one course. Leave this one out, or send it in another file.", n=MOST_GROUPS
)
OPEN = frozenset({RowState.READY, RowState.WRONG, RowState.LEFT_OUT})
"""Rows that can still be mended."""


def start_import(db: Session, who: Staff, name: str, content: bytes) -> Import:
    """Keep the file to be read; refused at once when it is no table or too large."""
    kind = kind_of(name, content)
    imported = Import(
        provider_id=who.provider,
        account_id=who.account_id,
        file_name="".join(sign for sign in name.replace("\\", "/").rpartition("/")[2] if sign.isprintable())[-_NAME:],
        kind=kind,
        content=content,
        created_at=now(),
    )
    db.add(imported)
    db.flush()
    record(db, who.actor, "import_begun", "import", imported.id, {"kind": kind, "bytes": len(content)})
    post(db, ImportAsked(imported.id))
    return imported


def begin_rows(db: Session, import_id: int, header: Sequence[str], total: int) -> list[str] | None:
    """Make room for the rows of the file; what an earlier, broken reading left is gone. None when it is not to be read."""
    imported = queries.hold_import(db, import_id)
    if imported is None or imported.state is not ImportState.SENT:
        return None
    db.execute(delete(ImportRow).where(ImportRow.import_id == import_id))
    keys = columns_of(header, columns_by_name())
    if not {"course.title", "code"} & {*keys}:
        refuse_file(db, import_id, "file_columns")
        return None
    imported.columns = [key for key in keys if key]
    imported.unknown = [clean_cell(name[:80]) for name, key in zip(header, keys, strict=True) if not key][:20]
    imported.total, imported.done = total, 0
    return keys


def keep_rows(db: Session, import_id: int, keys: Sequence[str], table: Table, begin: int) -> None:
    """Keep some rows of the file, from that place on."""
    imported = queries.hold_import(db, import_id)
    if imported is None or imported.state is not ImportState.SENT:
        return
    some = table.rows[begin : begin + AT_ONCE]
    numbers = [number for number, _cells in some]  # Somebody else may be reading the same file.
    db.execute(delete(ImportRow).where(ImportRow.import_id == import_id, ImportRow.number.in_(numbers)))
    for number, cells in some:
        said = {key: said for key, cell in zip(keys, cells, strict=False) if key and (said := clean_cell(cell))}
        db.add(ImportRow(import_id=import_id, number=number, cells=said, course_key=course_key(said)))
    imported.done = min(begin + AT_ONCE, imported.total)


def end_rows(db: Session, import_id: int) -> None:
    """All rows are kept: the file itself is needed no more, and the rows are to be checked."""
    imported = queries.hold_import(db, import_id)
    if imported is None or imported.state is not ImportState.SENT:
        return
    if sum(queries.counts(db, import_id).values()) == imported.total:  # Else somebody began anew, and ends it.
        imported.state, imported.content, imported.done = ImportState.CHECKING, None, 0


def refuse_file(db: Session, import_id: int, code: str) -> None:
    """The file could not be read: it is said why, and nothing of it stays."""
    imported = queries.hold_import(db, import_id)
    if imported is not None:
        db.execute(delete(ImportRow).where(ImportRow.import_id == import_id, ImportRow.state != RowState.TAKEN))
        imported.state, imported.refused, imported.content = ImportState.REFUSED, code, None
        imported.finished_at = now()


def check_some(db: Session, import_id: int, most: int = CHECKED_AT_ONCE) -> bool:
    """Check the rows of some courses; whether more are left."""
    imported = queries.hold_import(db, import_id)
    if imported is None or imported.state is not ImportState.CHECKING:
        return False
    if keys := queries.unchecked_keys(db, import_id, most):
        imported.done += _check(db, imported, keys)
        imported.done = min(imported.done, imported.total)
        return True
    imported.state, imported.done = ImportState.READY, imported.total
    return False


def mend_row(db: Session, who: Staff, import_id: int, number: int, typed: Mapping[str, str]) -> ImportRow:
    """Change cells of a row, and check anew every row of the courses that it is and was about."""
    imported, row = _open_row(db, who, import_id, number)
    cells = dict(row.cells)
    changed = []
    for key, text in typed.items():
        said = clean_cell(text[:MOST_CELL])
        if key in BY_KEY and said != cells.get(key, ""):
            cells[key] = said
            changed.append(key)
    row.cells = {key: cell for key, cell in cells.items() if cell}
    keys = {row.course_key, course_key(row.cells)}
    row.course_key = course_key(row.cells)
    if row.state is not RowState.LEFT_OUT:
        row.state = RowState.NEW
    db.flush()
    _check(db, imported, keys)
    if changed:
        record(db, who.actor, "import_mended", "import", import_id, {"row": number, "columns": ", ".join(changed)})
    return row


def leave_out(db: Session, who: Staff, import_id: int, number: int, *, out: bool) -> ImportRow:
    """Do not take the row over, or do it after all."""
    imported, row = _open_row(db, who, import_id, number)
    if (row.state is RowState.LEFT_OUT) != out:
        row.state = RowState.LEFT_OUT if out else RowState.NEW
        row.faults = {}
        db.flush()
        _check(db, imported, {row.course_key})
        record(
            db, who.actor, "import_row_left_out" if out else "import_row_taken_in", "import", import_id, {"row": number}
        )
    return row


def ask_to_take(db: Session, who: Staff, import_id: int, *, publishes: bool) -> Import:
    """Take over every row that is ready: as drafts, or published by the same rules as a single course."""
    imported = _at_rest(db, who, import_id)
    ready = queries.counts(db, import_id).get(RowState.READY, 0)
    if imported.state is ImportState.REFUSED or not ready:
        raise NothingReady
    imported.state, imported.publishes, imported.total, imported.done = ImportState.TAKING, publishes, ready, 0
    imported.account_id = who.account_id
    record(db, who.actor, "import_asked", "import", import_id, {"rows": ready, "publishes": publishes})
    post(db, ImportAsked(import_id))
    return imported


def ask_to_undo(db: Session, who: Staff, import_id: int) -> Import:
    """Take back all that the import has made, but what somebody has registered for."""
    imported = _at_rest(db, who, import_id)
    taken = queries.counts(db, import_id).get(RowState.TAKEN, 0)
    if not taken:
        raise NothingReady
    imported.state, imported.total, imported.done = ImportState.UNDOING, taken, 0
    imported.account_id = who.account_id
    record(db, who.actor, "import_undo_asked", "import", import_id, {"rows": taken})
    post(db, ImportAsked(import_id))
    return imported


def forget_imports(db: Session, before: datetime) -> None:
    """Erase imports from before that time, with their rows; what was taken over stays, and can be undone no more."""
    db.execute(delete(Import).where(Import.created_at < before, Import.state.not_in(AT_WORK)))


def _at_rest(db: Session, who: Staff, import_id: int) -> Import:
    imported = queries.own_import(db, who, import_id, lock=True)
    if imported.state in AT_WORK:
        raise ImportBusy
    return imported


def _open_row(db: Session, who: Staff, import_id: int, number: int) -> tuple[Import, ImportRow]:
    imported = _at_rest(db, who, import_id)
    row = queries.row_of(db, import_id, number)
    if row.state not in OPEN:
        raise ImportBusy
    return imported, row


def _check(db: Session, imported: Import, keys: Sequence[str] | set[str]) -> int:
    """Check all rows about these courses together; how many were new."""
    moment = now()
    known = queries.known_of(db, imported.provider_id, moment)
    together: dict[str, list[ImportRow]] = {}
    for row in queries.rows_of_courses(db, imported.id, keys):
        together.setdefault(row.course_key, []).append(row)
    new = 0
    for rows in together.values():
        new += sum(row.state is RowState.NEW for row in rows)
        taken = next((row for row in rows if row.state is RowState.TAKEN and row.made_course), None)
        open_rows = [row for row in rows if row.state in (RowState.NEW, RowState.READY, RowState.WRONG)]
        lead = Row(taken.number, taken.cells) if taken else None
        checked = check_together([Row(row.number, row.cells) for row in open_rows[:MOST_GROUPS]], known, moment, lead)
        for row, found in zip(open_rows, checked, strict=False):
            keep_faults(row, found)
        for row in open_rows[MOST_GROUPS:]:
            keep_faults(row, Checked(row.number, faults={"course.title": _TOO_MANY}))
    db.flush()
    return new


def keep_faults(row: ImportRow, found: Checked) -> None:
    """The row is ready, or wrong in these cells."""
    row.faults, row.note = found.told(), noted(found)
    row.state = RowState.WRONG if row.faults else RowState.READY


def refuse_unreadable(name: str) -> None:
    """Refuse a form without a file."""
    if not name:
        raise refusal_of("file_type")
