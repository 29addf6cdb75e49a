"""Imports at work: read apart, kept and checked some at a time, taken over row by row, undone. What breaks off is taken up again."""

from collections.abc import Mapping
from time import monotonic

from app.clock import now
from app.imports import actions, queries
from app.imports.models import ImportState
from app.imports.reading import read_table
from app.imports.refusals import FileRefused
from app.imports.taking import take_next, undo_next
from app.outbox.post import post
from app.outbox.staff_messages import ImportAsked
from app.worker.workshop import Workshop

_TURN_SECONDS = 5.0
"""So long an import is at work before others have their turn."""


def go_on(workshop: Workshop, facts: Mapping[str, int], _number: str) -> None:
    """Do the next stretch of what the import's state asks for; the rest when its turn comes again."""
    import_id = facts["import_id"]
    until = monotonic() + _TURN_SECONDS
    after = facts.get("after", 0)
    while (state := _state(workshop, import_id)) is not None:
        match state:
            case ImportState.SENT:
                _read(workshop, import_id)
            case ImportState.CHECKING:
                with workshop.database.writing() as db:
                    actions.check_some(db, import_id)
            case ImportState.TAKING:
                _take(workshop, import_id, until)
            case ImportState.UNDOING:
                after = _undo(workshop, import_id, after, until)
            case _:
                return
        if monotonic() > until and state is not ImportState.SENT:
            with workshop.database.writing() as db:
                post(db, ImportAsked(import_id, after))
            return


def forget_old(workshop: Workshop) -> None:
    """Imports that nobody looks at any more are erased."""
    with workshop.database.writing() as db:
        actions.forget_imports(db, now() - actions.KEPT_FOR)


def _state(workshop: Workshop, import_id: int) -> ImportState | None:
    with workshop.database.reading() as db:
        found = queries.import_of(db, import_id)
        return found.state if found else None


def _read(workshop: Workshop, import_id: int) -> None:
    with workshop.database.reading() as db:
        found = queries.file_of(db, import_id)
    if found is None:
        return
    try:
        table = read_table(found.kind, found.content or b"")
    except FileRefused as refusal:
        with workshop.database.writing() as db:
            actions.refuse_file(db, import_id, refusal.code)
        return
    with workshop.database.writing() as db:
        keys = actions.begin_rows(db, import_id, table.header, len(table.rows))
    if keys is None:
        return
    for begin in range(0, len(table.rows), actions.AT_ONCE):
        with workshop.database.writing() as db:
            actions.keep_rows(db, import_id, keys, table, begin)
    with workshop.database.writing() as db:
        actions.end_rows(db, import_id)


def _take(workshop: Workshop, import_id: int, until: float) -> None:
    with workshop.database.reading() as db:
        found = queries.import_of(db, import_id)
        if found is None:
            return
        known = queries.known_of(db, found.provider_id, now())
    goes_on = True
    while goes_on and monotonic() < until:
        with workshop.database.writing() as db:
            goes_on = take_next(db, import_id, known)


def _undo(workshop: Workshop, import_id: int, after: int, until: float) -> int:
    """Undo rows after that number until the turn is over; the number to go on after."""
    while True:
        with workshop.database.writing() as db:
            done = undo_next(db, import_id, after)
        if done is None:
            return after
        after = done
        if monotonic() > until:
            return after
