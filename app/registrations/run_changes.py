"""What changes a run for those registered: sessions, venue, seats; the whole run called off, or one registration.

Every act holds the run, keeps before and after in the log of actions, and posts what follows. `actor` is who does it.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.audit.record import record
from app.clock import now
from app.courses import actions as sessions
from app.courses.models import Course, CourseRun
from app.courses.queries import lock_run, lock_timetable, venue
from app.courses.timetable import RunWrong
from app.courses.wall_clock import Span
from app.faults import FAULTS, Fault
from app.outbox.messages import CourseChanged, RegistrationCancelled
from app.outbox.post import post
from app.registrations import queries, run_queries
from app.registrations.known import changes, known
from app.registrations.models import Registration, SeatOffer, State
from app.registrations.notices import tell_later
from app.registrations.parties import come_apart
from app.registrations.queue_queries import standing_together
from app.registrations.refusals import AlreadyEnded, RunCancelled
from app.registrations.run_inputs import CancelForm
from app.registrations.run_refusals import RunUnderWay, SeatsBelowTaken
from app.registrations.seats import SeatRules, clear_and_pass_on, end

Edit = Callable[[CourseRun, datetime], None]


def move_session(
    db: Session, run_id: int, session_id: int, to: Span, actor: str, rules: SeatRules, *, reason: str = ""
) -> None:
    """Hold a session at another time."""
    _edit(
        db,
        run_id,
        "session_moved",
        actor,
        reason,
        rules,
        lambda run, moment: sessions.move_session(run, session_id, to, moment),
    )


def cancel_session(
    db: Session, run_id: int, session_id: int, actor: str, rules: SeatRules, *, reason: str = ""
) -> None:
    """Do not hold a session."""
    _edit(
        db,
        run_id,
        "session_cancelled",
        actor,
        reason,
        rules,
        lambda run, moment: sessions.cancel_session(run, session_id, moment),
    )


def restore_session(
    db: Session, run_id: int, session_id: int, actor: str, rules: SeatRules, *, reason: str = ""
) -> None:
    """Hold a cancelled session after all."""
    _edit(
        db,
        run_id,
        "session_restored",
        actor,
        reason,
        rules,
        lambda run, moment: sessions.restore_session(run, session_id, moment),
    )


def add_sessions(
    db: Session, run_id: int, spans: Sequence[Span], actor: str, rules: SeatRules, *, link: str = "", reason: str = ""
) -> None:
    """Hold further sessions: one, or a weekly pattern."""
    _edit(
        db,
        run_id,
        "sessions_added",
        actor,
        reason,
        rules,
        lambda run, moment: sessions.add_sessions(run, spans, moment, link=link),
    )


def change_venue(
    db: Session,
    run_id: int,
    venue_id: int | None,
    actor: str,
    rules: SeatRules,
    *,
    session_id: int | None = None,
    reason: str = "",
) -> None:
    """Hold the run, or one of its sessions, at another venue."""
    place = venue(db, venue_id) if venue_id is not None else None
    _edit(
        db,
        run_id,
        "venue_changed",
        actor,
        reason,
        rules,
        lambda run, moment: sessions.hold_elsewhere(run, place, moment, session_id),
    )


def change_seats(db: Session, run_id: int, seats: int, actor: str, rules: SeatRules) -> None:
    """Give the run more or fewer seats, 0 for no limit: more go to the queue at once, fewer than are taken is refused."""
    run = lock_run(db, run_id)
    if run.cancelled_at is not None:
        raise RunCancelled
    moment = now()
    taken = queries.occupancy_of(db, run, moment).taken
    if 0 < seats < taken:
        raise SeatsBelowTaken(taken)
    if 0 < seats < run.min_participants:
        raise RunWrong([Fault("seats", "minimum_above_seats", FAULTS["minimum_above_seats"])])
    if seats == run.seats:
        return
    record(db, actor, "seats_changed", "run", run.id, {"before": run.seats, "after": seats})
    run.seats = seats
    _show(db, run, moment)
    clear_and_pass_on(db, run, rules, moment)


def cancel_run(db: Session, run_id: int, asked: CancelForm, actor: str, rules: SeatRules) -> None:
    """Call the whole run off: every place, hold, offer and place in the queue ends with it, and everyone is told once."""
    run = lock_timetable(db, run_id)
    moment = now()
    if run.cancelled_at is not None:
        raise RunCancelled
    if run.starts_at <= moment:
        raise RunUnderWay
    before = known(run, moment)
    run.cancelled_at = moment
    clear_and_pass_on(db, run, rules, moment)  # What was over ends by itself, not by the provider.
    run.cancel_reason = asked.reason
    run.sequence += 1
    ended = run_queries.active(db, run)
    for registration in ended:
        was = registration.state
        _cancel(db, registration, asked.reason, moment)
        record(db, actor, "run_cancelled", "registration", registration.id, {"was": was.value})
    record(db, actor, "cancelled", "run", run.id, {"registrations": len(ended)})
    tell_later(db, run, before, asked.reason, rules, moment)
    _show(db, run, moment)


def cancel_registration(db: Session, registration_id: int, asked: CancelForm, actor: str, rules: SeatRules) -> None:
    """End one person's registration; its person is told why, and the seat goes to the queue."""
    run = lock_run(db, run_queries.run_of_registration(db, registration_id))
    registration = queries.registration(db, registration_id)
    moment = now()
    if registration is None or registration.run_id != run.id or run.ends_at <= moment:
        raise AlreadyEnded
    if not registration.is_active(moment):
        raise AlreadyEnded
    was, together = registration.state, standing_together(db, registration)
    _cancel(db, registration, asked.reason, moment)
    record(db, actor, "cancelled_by_provider", "registration", registration.id, {"was": was.value})
    post(db, RegistrationCancelled(registration.id, run.course_id))
    if len(together) > 1:
        come_apart(db, run, together, [registration.id], asked_by=None, actor=actor)
    db.flush()
    clear_and_pass_on(db, run, rules, moment)


def _cancel(db: Session, registration: Registration, reason: str, moment: datetime) -> None:
    end(db, registration, State.CANCELLED_BY_PROVIDER, moment)
    registration.cancel_reason = reason


def _edit(db: Session, run_id: int, act: str, actor: str, reason: str, rules: SeatRules, edit: Edit) -> None:
    """Change the run's sessions or venue; when something is different then, everything that depends on it follows."""
    run = lock_timetable(db, run_id)
    if run.cancelled_at is not None:
        raise RunCancelled
    moment = now()
    before = known(run, moment)
    edit(run, moment)
    db.flush()
    after = known(run, moment)
    if after == before:
        return
    changed = changes(before, after)
    sessions.follow_sessions(run, moment)
    _shorten_deadlines(db, run, moment)
    if run.starts_at > moment + rules.reminder:
        _remind_again(db, run)
    told = [str(one) for one in changed]
    if before.venue != after.venue:
        told.append(f"venue: {before.venue} > {after.venue}")
    record(db, actor, act, "run", run.id, {"changes": "; ".join(told), "sequence": run.sequence})
    tell_later(db, run, before, reason, rules, moment, changed=changed)
    _show(db, run, moment)
    clear_and_pass_on(db, run, rules, moment)


def _shorten_deadlines(db: Session, run: CourseRun, moment: datetime) -> None:
    """No seat is held or offered past the new start; on a course under way, not past its end."""
    latest = run.starts_at if moment < run.starts_at else run.ends_at
    db.execute(
        update(Registration)
        .where(Registration.run_id == run.id, Registration.state == State.PENDING, Registration.hold_until > latest)
        .values(hold_until=latest)
    )
    offered = select(Registration.id).where(Registration.run_id == run.id, Registration.state == State.OFFERED)
    db.execute(
        update(SeatOffer)
        .where(SeatOffer.registration_id.in_(offered), SeatOffer.answer.is_(None), SeatOffer.deadline > latest)
        .values(deadline=latest)
    )


def _remind_again(db: Session, run: CourseRun) -> None:
    """Whoever was reminded of a start that is none any more is reminded of the new one."""
    db.execute(
        update(Registration)
        .where(Registration.run_id == run.id, Registration.reminded_at.is_not(None))
        .values(reminded_at=None)
    )


def _show(db: Session, run: CourseRun, moment: datetime) -> None:
    """Readers of the course see the change."""
    db.flush()
    db.execute(update(Course).where(Course.id == run.course_id).values(version=Course.version + 1, updated_at=moment))
    post(db, CourseChanged(run.course_id))
