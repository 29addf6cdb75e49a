"""Moving somebody to another run of the same provider: both runs are held, and no seat is taken that is not free."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, contains_eager

from app.audit.record import record
from app.clock import now
from app.courses.models import IS_PUBLISHED, Course, CourseRun, CourseState
from app.courses.own_queries import is_own_run, own_run
from app.courses.queries import lock_run
from app.outbox.messages import CourseChanged
from app.outbox.post import post
from app.outbox.staff_messages import RegistrationMoved
from app.people.staff import Staff
from app.registrations import queries
from app.registrations.actions import counted_as
from app.registrations.desk_queries import own_registration
from app.registrations.models import Answer, GivenAnswer, Registration, State
from app.registrations.queries import open_offer
from app.registrations.queue_queries import standing_together
from app.registrations.refusals import (
    AlreadyEnded,
    AlreadyRegistered,
    CourseNotPublic,
    MoveTooLate,
    NoRoomThere,
    RunCancelled,
    RunClosed,
)
from app.registrations.seats import SeatRules, clear_and_pass_on, is_written_to

MOST_CHOICES = 200


def move_person(
    db: Session, who: Staff, run_id: int, registration_id: int, to_run_id: int, rules: SeatRules
) -> Registration:
    """The person gets a seat on the other run, and the place on this one goes to its queue; two who came together both move.

    The registration stays the same: its link, its channel, its number. Answers to this group's questions do not go along.
    Runs are locked in the order of their numbers by everybody who locks two.
    """
    own_run(db, who, run_id)
    if db.get_one(Course, own_run(db, who, to_run_id).course_id).state is not CourseState.PUBLISHED:
        raise CourseNotPublic
    runs = {number: lock_run(db, number) for number in sorted({run_id, to_run_id})}
    run, there = runs[run_id], runs[to_run_id]
    registration = own_registration(db, who, run_id, registration_id)
    moment = now()
    _refuse_to_leave(run, registration, moment)
    _refuse_to_come(there, moment)
    going = standing_together(db, registration)
    if any(one.email_key and queries.active_registration(db, there, one.email_key) for one in going):
        raise AlreadyRegistered
    seats = clear_and_pass_on(db, there, rules, moment)
    if run_id == to_run_id or not there.has_room(seats.taken + len(going) - 1, seats.waiting):
        raise NoRoomThere
    for one in going:
        _move(db, who, one, run, there, moment)
    db.flush()
    clear_and_pass_on(db, run, rules, moment)
    post(db, CourseChanged(run.course_id))
    return registration


def runs_to_move_to(db: Session, who: Staff, run_id: int, moment: datetime) -> Sequence[CourseRun]:
    """The provider's other runs that are not over, with the texts of their courses; those of the same course first."""
    of_course = select(CourseRun.course_id).where(CourseRun.id == run_id).scalar_subquery()
    return db.scalars(
        select(CourseRun)
        .join(CourseRun.course)
        .where(
            is_own_run(who),
            IS_PUBLISHED,
            CourseRun.id != run_id,
            CourseRun.ends_at > moment,
            CourseRun.cancelled_at.is_(None),
        )
        .options(contains_eager(CourseRun.course).selectinload(Course.texts))
        .order_by(CourseRun.course_id != of_course, CourseRun.starts_at, CourseRun.id)
        .limit(MOST_CHOICES)
    ).all()


def can_leave(run: CourseRun, registration: Registration, moment: datetime) -> bool:
    """Whether the person can be moved from the run at all."""
    is_there = registration.is_active(moment) and run.ends_at > moment and run.cancelled_at is None
    return is_there and (moment < run.starts_at or registration.state is not State.CONFIRMED)


def _refuse_to_leave(run: CourseRun, registration: Registration, moment: datetime) -> None:
    if not registration.is_active(moment) or run.ends_at <= moment or run.cancelled_at is not None:
        raise AlreadyEnded
    if not can_leave(run, registration, moment):
        raise MoveTooLate


def _refuse_to_come(run: CourseRun, moment: datetime) -> None:
    if run.cancelled_at is not None:
        raise RunCancelled
    if run.ends_at <= moment:
        raise RunClosed(run.registration_closes_at)


def _move(
    db: Session, who: Staff, registration: Registration, run: CourseRun, there: CourseRun, moment: datetime
) -> None:
    """What hangs on the old run stays behind; the seat there is a confirmed one."""
    was = registration.state
    if offer := open_offer(registration):
        offer.answer, offer.answered_at = Answer.REVOKED, moment
    db.execute(delete(GivenAnswer).where(GivenAnswer.registration_id == registration.id))
    registration.run_id = there.id
    registration.state = State.CONFIRMED
    registration.confirmed_at = registration.confirmed_at or moment
    registration.undone += 1  # The calendar file of the new run, and of the old one if ever again, counts as newer.
    registration.hold_until = registration.queued_at = registration.reminded_at = None
    if registration.email_key:
        registration.person_token = counted_as(db, there, registration.email_key)
    if is_written_to(registration):
        post(db, RegistrationMoved(registration.id, run.id, there.course_id))
    else:
        post(db, CourseChanged(there.course_id))
    facts = {"was": was.value, "from": run.id, "to": there.id}
    record(db, who.actor, "moved", "registration", registration.id, facts)
