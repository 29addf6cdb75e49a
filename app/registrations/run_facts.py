"""What changes of a run without a letter: its teacher, the window of registration, its minimum and day of decision."""

from datetime import datetime, time

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.audit.record import Fact, record
from app.clock import now
from app.courses.models import Course, CourseRun
from app.courses.queries import lock_run
from app.courses.timetable import RunWrong
from app.courses.wall_clock import instant
from app.faults import FAULTS, Fault
from app.outbox.messages import CourseChanged
from app.outbox.post import post
from app.registrations.refusals import RunCancelled
from app.registrations.run_inputs import MinimumForm, TeacherForm, WindowForm
from app.registrations.seats import SeatRules, clear_and_pass_on
from app.texts import is_whole_day

_LAST_SECOND = time(23, 59, 59)


def change_teacher(db: Session, run_id: int, asked: TeacherForm, actor: str) -> None:
    """Somebody else teaches the run."""
    run = _held(db, run_id)
    if run.teacher == asked.teacher:
        return
    record(db, actor, "teacher_changed", "run", run.id)  # Names stay out of the log.
    run.teacher = asked.teacher
    _show(db, run)


def change_window(db: Session, run_id: int, asked: WindowForm, actor: str, rules: SeatRules) -> None:
    """Registration opens and closes at other times; never later than the start, where it did not before."""
    run = _held(db, run_id)
    opens_at = instant(asked.opens.date(), time(0, 0) if is_whole_day(asked.opens) else asked.opens.time())
    closes_at = instant(asked.closes.date(), _LAST_SECOND if is_whole_day(asked.closes) else asked.closes.time())
    if opens_at > closes_at:
        raise _wrong("closes", "end_before_start")
    if closes_at > max(run.starts_at if run.session_count else run.ends_at, run.registration_closes_at):
        raise _wrong("closes", "closes_after_start")
    before = (run.registration_opens_at, run.registration_closes_at, run.has_waiting_list)
    after = (opens_at, closes_at, asked.has_waiting_list)
    if before == after:
        return
    facts: dict[str, Fact] = {
        "before": _window(*before),
        "after": _window(*after),
    }
    record(db, actor, "window_changed", "run", run.id, facts)
    run.registration_opens_at, run.registration_closes_at, run.has_waiting_list = after
    _show(db, run)
    clear_and_pass_on(db, run, rules)


def change_minimum(db: Session, run_id: int, asked: MinimumForm, actor: str) -> None:
    """Fewer or more participants are enough, or it is decided on another day; only before the start."""
    run = _held(db, run_id)
    moment = now()
    decision_at = None
    if asked.min_participants:
        if asked.decision_day is None:
            raise _wrong("decision_day", "missing")
        decision_at = instant(asked.decision_day, _LAST_SECOND)
        if decision_at >= run.starts_at:
            raise _wrong("decision_day", "decision_after_start")
        if decision_at <= moment and decision_at != run.decision_at:
            raise _wrong("decision_day", "date_past")
        if 0 < run.seats < asked.min_participants:
            raise _wrong("min_participants", "minimum_above_seats")
    if (run.min_participants, run.decision_at) == (asked.min_participants, decision_at):
        return
    record(
        db,
        actor,
        "minimum_changed",
        "run",
        run.id,
        {
            "before": run.min_participants,
            "after": asked.min_participants,
            "decision": decision_at.isoformat() if decision_at else None,
        },
    )
    run.min_participants, run.decision_at = asked.min_participants, decision_at
    _show(db, run)


def _held(db: Session, run_id: int) -> CourseRun:
    run = lock_run(db, run_id)
    if run.cancelled_at is not None:
        raise RunCancelled
    return run


def _wrong(field: str, code: str) -> RunWrong:
    return RunWrong([Fault(field, code, FAULTS[code])])


def _window(opens_at: datetime, closes_at: datetime, waits: bool) -> str:
    return f"{opens_at.isoformat()} – {closes_at.isoformat()}, waiting list: {waits}"


def _show(db: Session, run: CourseRun) -> None:
    """Readers of the course see the change."""
    db.flush()
    db.execute(update(Course).where(Course.id == run.course_id).values(version=Course.version + 1, updated_at=now()))
    post(db, CourseChanged(run.course_id))
