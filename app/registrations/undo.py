"""Taking a cancellation back: for some minutes, when what was given up is still there."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.audit.record import RESIDENT, record
from app.clock import now
from app.courses.models import CourseRun
from app.courses.queries import lock_run
from app.outbox.messages import CourseChanged, QueueJoined, SeatHeld, SeatOffered, SeatTaken
from app.outbox.post import post
from app.refusals import Conflict
from app.registrations import queries
from app.registrations.models import Registration, State
from app.registrations.refusals import HoldIsOver, RegisteredAgain, RunCancelled, SeatHasGoneOn, UndoIsOver
from app.registrations.seats import SeatRules, clear_and_pass_on, is_written_to
from app.registrations.undo_queries import given_up_with, state_before

TELLS: dict[State, type[SeatTaken | QueueJoined | SeatHeld | SeatOffered]] = {
    State.CONFIRMED: SeatTaken,
    State.WAITLISTED: QueueJoined,
    State.PENDING: SeatHeld,
    State.OFFERED: SeatOffered,
}
"""What tells a person by mail where the registration stands."""


def undo_withdrawal(db: Session, link_key: str, rules: SeatRules) -> Registration:
    """The person takes the cancellation back; doing it twice changes nothing.

    No seat is held back for this: a confirmed one returns when a seat is free and nobody waits for it, a held one while
    its hold lasts, an offered one until its deadline. A place in the queue is the old one again: the queue's order is
    the order of ids. Two who come together return together or not at all.
    """
    run = lock_run(db, queries.run_of_link(db, link_key))
    registration = queries.by_link(db, link_key, lock=True)
    if registration.run_id != run.id:  # Staff moved it to another run at this very moment.
        raise Conflict
    return take_back(db, run, registration, rules)


def take_back(
    db: Session, run: CourseRun, registration: Registration, rules: SeatRules, actor: str = RESIDENT
) -> Registration:
    """The cancellation is taken back: by its person their own; by staff, who are named, theirs too. The run is held."""
    moment = now()
    if registration.undone and registration.is_active(moment):
        return registration
    before = state_before(db, registration, by_staff=actor != RESIDENT)
    given_up_at = registration.ended_at
    if before is None or given_up_at is None or moment >= given_up_at + rules.undo or run.ends_at <= moment:
        raise UndoIsOver
    if run.cancelled_at is not None:
        raise RunCancelled
    act = "withdrawal_undone" if registration.state is State.WITHDRAWN else "cancelling_undone"
    both = [registration, *given_up_with(db, registration, given_up_at)]
    if any(one.email_key and queries.active_registration(db, run, one.email_key) for one in both):
        raise RegisteredAgain
    _refuse_unless_there(db, run, both, before, rules, moment)
    for one in both:
        _bring_back(db, run, one, before, act, actor)
    db.flush()
    clear_and_pass_on(db, run, rules, moment)
    return registration


def _refuse_unless_there(
    db: Session, run: CourseRun, both: list[Registration], before: State, rules: SeatRules, moment: datetime
) -> None:
    """What was given up must still be there for both of them."""
    found = clear_and_pass_on(db, run, rules, moment)
    if before is State.WAITLISTED:
        return
    if before is State.PENDING and any(one.hold_until is None or one.hold_until <= moment for one in both):
        raise HoldIsOver
    if before is State.OFFERED and any(not one.offers or one.offers[-1].deadline <= moment for one in both):
        raise SeatHasGoneOn
    if run.seats and (found.waiting or found.taken + len(both) > run.seats):
        raise SeatHasGoneOn


def _bring_back(db: Session, run: CourseRun, registration: Registration, before: State, act: str, actor: str) -> None:
    """As it was; the calendar file tells of it with a higher number than the cancellation had."""
    if before is State.OFFERED:
        registration.offers[-1].answer = None
        registration.offers[-1].answered_at = None
    registration.state = before
    registration.ended_at = None
    registration.withdraw_reason = None
    registration.cancel_reason = ""
    registration.undone += 1
    told = is_written_to(registration) or before is State.CONFIRMED
    post(db, TELLS[before](registration.id, run.course_id) if told else CourseChanged(run.course_id))
    record(db, actor, act, "registration", registration.id, {"now": before.value})
