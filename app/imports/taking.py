"""Rows become courses and runs, one transaction each; and what they made is taken back. The worker calls until nothing is left."""

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.audit.record import record
from app.clock import now
from app.courses import authoring, authoring_queries, publishing
from app.courses.models import Course, CourseRun
from app.courses.planning import plan_run
from app.courses.timetable import RunWrong
from app.i18n import LANGUAGES, Text, _
from app.imports import queries
from app.imports.actions import keep_faults, refuse_file
from app.imports.cells import Known
from app.imports.checking import Checked, Row, check_together, key_of, lead_first
from app.imports.models import Import, ImportRow, ImportState, RowState
from app.outbox.messages import CourseChanged
from app.outbox.post import post
from app.people.queries import account
from app.people.staff import PROVIDER_STAFF, Staff
from app.refusals import Refusal
from app.registrations.withdrawing import withdraw_course

_REGISTERED = _("Somebody has registered for this group, so it stays.")
_BEGUN = _("This group has begun already, so it stays.")
_WRITTEN_ON = _("Somebody went on writing this course, so it stays.")
_IN_USE = _("This is in use elsewhere, so it stays.")


def take_next(db: Session, import_id: int, known: Known) -> bool:
    """Take the next ready row over; False when none is left, and the import is done."""
    imported = queries.hold_import(db, import_id)
    if imported is None or imported.state is not ImportState.TAKING:
        return False
    who = _behind(db, imported)
    if who is None:
        refuse_file(db, import_id, "account_gone")
        return False
    row = next(iter(queries.rows_of(db, import_id, states=[RowState.READY], most=1)), None)
    if row is None:
        taken = queries.counts(db, import_id).get(RowState.TAKEN, 0)
        imported.state, imported.finished_at, imported.done = ImportState.TAKEN, now(), imported.total
        record(db, who.actor, "import_taken", "import", import_id, {"rows": taken})
        return False
    _take(db, who, imported, row, known)
    imported.done = min(imported.done + 1, imported.total)
    return True


def undo_next(db: Session, import_id: int, after: int) -> int | None:
    """Take back what the next row after that number has made; its number, or None when all is done."""
    imported = queries.hold_import(db, import_id)
    if imported is None or imported.state is not ImportState.UNDOING:
        return None
    who = _behind(db, imported)
    row = next(iter(queries.rows_of(db, import_id, states=[RowState.TAKEN], after=after, most=1)), None)
    if who is None or row is None:
        stay = queries.counts(db, import_id).get(RowState.TAKEN, 0)
        imported.state, imported.finished_at = ImportState.TAKEN if stay else ImportState.UNDONE, now()
        imported.done = imported.total
        record(db, who.actor if who else "system", "import_undone", "import", import_id, {"stay": stay})
        return None
    try:
        with db.begin_nested():
            _take_back(db, who, row)
    except Refusal as refusal:
        row.note = _told(refusal.sentence)
    except IntegrityError:
        row.note = _told(_IN_USE)
    imported.done = min(imported.done + 1, imported.total)
    return row.number


def _behind(db: Session, imported: Import) -> Staff | None:
    """For whom the import is taken over, if they may still do it."""
    found = account(db, imported.account_id)
    if found is None or not found.is_active or found.role not in PROVIDER_STAFF:
        return None
    if found.provider_id != imported.provider_id:
        return None
    return Staff(found.id, found.name, found.role, found.provider_id)


def _take(db: Session, who: Staff, imported: Import, row: ImportRow, known: Known) -> None:
    """Make what the row says, all of it or nothing; what is in the way is told at its cell."""
    made = queries.course_made_for(db, imported.id, row.course_key)
    lead = queries.lead_of(db, imported.id, row.course_key) or row
    (found,) = check_together(
        [Row(row.number, row.cells)], known, now(), Row(lead.number, lead.cells) if made else None
    )
    if made is None and lead is not row and not row.cells.get("code"):
        found.faults.setdefault("course.title", lead_first(lead.number))
    if found.faults:
        keep_faults(row, found)
        return
    try:
        with db.begin_nested():
            course_id = made or known.codes.get(row.cells.get("code", "").strip().casefold())
            if course_id is None:
                assert found.course is not None
                course_id = authoring.begin_course(db, who, found.course).id
                row.made_course = True
            if found.run is not None:
                row.run_id = plan_run(db, who, course_id, found.run).id
    except RunWrong as wrong:
        row.made_course, row.run_id = False, None
        keep_faults(row, Checked(row.number, faults={key_of(one): one.sentence for one in wrong.faults}))
        return
    except Refusal as refusal:
        row.made_course, row.run_id = False, None
        keep_faults(row, Checked(row.number, faults={"code": refusal.sentence}))
        return
    row.course_id, row.state, row.note = course_id, RowState.TAKEN, {}
    db.flush()
    if row.made_course and imported.publishes:
        _show(db, who, row, course_id)


def _show(db: Session, who: Staff, row: ImportRow, course_id: int) -> None:
    """Publish the course, or send it for review; where that cannot be done it stays a draft, and the row says why."""
    course = authoring_queries.whole_course(db, course_id, who.provider)
    act = publishing.publish if publishing.may_publish(who, course) else publishing.submit
    try:
        with db.begin_nested():
            act(db, who, course_id, course.edition)
    except Refusal as refusal:
        row.note = _told(refusal.sentence)


def _take_back(db: Session, who: Staff, row: ImportRow) -> None:
    """The run goes, and the course that was made for it once nothing hangs on it."""
    run_id, course_id = row.run_id, row.course_id
    if run_id is not None:
        if queries.registered_for(db, [run_id]):
            raise Refusal(_REGISTERED)
        if db.get_one(CourseRun, run_id).starts_at <= now():
            raise Refusal(_BEGUN)
        row.run_id = None
        db.flush()
        db.execute(delete(CourseRun).where(CourseRun.id == run_id))
        record(db, who.actor, "run_removed", "run", run_id)
    if course_id is not None:
        post(db, CourseChanged(course_id))
        _take_course_back(db, who, row, course_id)
    row.state = RowState.UNDONE


def _take_course_back(db: Session, who: Staff, row: ImportRow, course_id: int) -> None:
    """A course that the import has made goes with its last run: never public ones wholly, others out of the catalogue."""
    made_here = queries.course_made_for(db, row.import_id, row.course_key) == course_id
    if not made_here or queries.runs_of_course(db, course_id):
        return
    course = authoring_queries.lock_course(db, course_id, who.provider)
    if course.published_at is not None:
        withdraw_course(db, who, course_id, course.edition)
        return
    draft = authoring_queries.draft_of(db, course_id)
    if draft is not None and draft.saved_at > course.created_at:
        raise Refusal(_WRITTEN_ON)
    db.expunge(course)
    row.course_id = None
    db.flush()
    db.execute(delete(Course).where(Course.id == course_id))
    record(db, who.actor, "course_removed", "course", course_id, {"code": course.code})


def _told(words: Text) -> dict[str, str]:
    return {one.code: words.say(one) for one in LANGUAGES.values()}
