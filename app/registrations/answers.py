"""What people answer by their private link: confirming, taking or declining an offer, giving up, going each for oneself."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from app.audit.record import RESIDENT, record
from app.clock import now
from app.courses.models import CourseRun
from app.courses.queries import lock_run
from app.outbox.messages import CourseChanged, SeatGivenUp, SeatTaken
from app.outbox.post import post
from app.refusals import Conflict
from app.registrations import queries
from app.registrations.inputs import ContactForm, WithdrawForm
from app.registrations.models import Answer, Registration, State
from app.registrations.parties import come_apart, leaving
from app.registrations.queue_queries import standing_together
from app.registrations.refusals import (
    AlreadyEnded,
    HoldIsOver,
    NothingToAnswer,
    OfferIsOver,
    TooLateToCancel,
)
from app.registrations.seats import SeatRules, clear_and_pass_on, end, is_written_to


def confirm_registration(db: Session, link_key: str, rules: SeatRules) -> Registration:
    """The person confirms the address: the held seat is theirs, or both seats. Doing it twice changes nothing."""
    run, registration = _held(db, link_key)
    if registration.state is State.CONFIRMED:
        return registration
    moment = now()
    if registration.state is not State.PENDING:
        raise AlreadyEnded if registration.state is not State.EXPIRED else HoldIsOver
    if not registration.holds_seat(moment):
        clear_and_pass_on(db, run, rules, moment)
        raise HoldIsOver
    for one in standing_together(db, registration):
        if one.state is State.PENDING:
            _seat(db, run, one, "confirmed", moment)
    return registration


def accept_offer(db: Session, link_key: str, rules: SeatRules) -> Registration:
    """The person takes the offered seat, or both seats. Twice changes nothing; after the deadline the seat has gone on."""
    run, registration = _held(db, link_key)
    if registration.state is State.CONFIRMED:
        return registration
    moment = now()
    offer = queries.open_offer(registration)
    if registration.state is not State.OFFERED or offer is None:
        raise OfferIsOver if registration.state is State.DECLINED else NothingToAnswer
    if offer.deadline <= moment:
        raise OfferIsOver
    for one in standing_together(db, registration):
        taken = queries.open_offer(one)
        if one.state is State.OFFERED and taken is not None:
            taken.answer = Answer.ACCEPTED
            taken.answered_at = moment
            _seat(db, run, one, "offer_accepted", moment)
    clear_and_pass_on(db, run, rules, moment)
    return registration


def decline_offer(db: Session, link_key: str, rules: SeatRules) -> Registration:
    """The person does not want the offered seat: it goes to the next in the queue."""
    run, registration = _held(db, link_key)
    if registration.state is State.DECLINED:
        return registration
    if registration.state is not State.OFFERED:
        raise NothingToAnswer
    going = [one for one in standing_together(db, registration) if one.state is State.OFFERED]
    give_up(db, run, going, State.DECLINED, "offer_declined", now())
    db.flush()
    clear_and_pass_on(db, run, rules)
    return registration


def withdraw(db: Session, link_key: str, asked: WithdrawForm, rules: SeatRules) -> Registration:
    """The person gives the place or the place in the queue up; a freed seat goes to the first in the queue.

    Two who came together both go, unless only one of them is asked for: then the other stays and stands alone.
    """
    run, registration = _held(db, link_key)
    if registration.state in {State.WITHDRAWN, State.DECLINED}:
        return registration
    moment = now()
    if not registration.is_active(moment):
        raise AlreadyEnded
    if registration.is_too_late(moment):
        raise TooLateToCancel(rules.help_phone)
    together = standing_together(db, registration)
    going = leaving(registration, together, asked.who)
    if not going:
        raise AlreadyEnded
    for one in going:
        one.withdraw_reason = asked.reason
    give_up(db, run, going, State.WITHDRAWN, "withdrawn", moment)
    if len(going) < len(together):
        come_apart(db, run, together, [one.id for one in going], asked_by=registration.id)
    db.flush()
    clear_and_pass_on(db, run, rules, moment)
    return registration


def separate(db: Session, link_key: str, rules: SeatRules) -> Registration:
    """Two who wait together wait each for oneself, each on the place they have; one free seat is enough for one of them."""
    run, registration = _held(db, link_key)
    if registration.state is not State.WAITLISTED:
        raise AlreadyEnded
    together = standing_together(db, registration)
    if len(together) == 1:
        return registration
    come_apart(db, run, together, [], asked_by=registration.id)
    db.flush()
    clear_and_pass_on(db, run, rules)
    return registration


def correct_contact(db: Session, link_key: str, asked: ContactForm) -> Registration:
    """The person corrects name and telephone; the address is the key to the registration and stays."""
    _run, registration = _held(db, link_key)
    if not registration.is_active(now()):
        raise AlreadyEnded
    registration.name = asked.name
    registration.phone = asked.phone
    record(db, RESIDENT, "contact_corrected", "registration", registration.id)
    return registration


def give_up(
    db: Session,
    run: CourseRun,
    going: Sequence[Registration],
    state: State,
    act: str,
    moment: datetime,
    actor: str = RESIDENT,
) -> None:
    """These places are given up; readers of the course see it even where nobody is written to."""
    for one in going:
        was = one.state
        end(db, one, state, moment)
        post(db, SeatGivenUp(one.id, run.course_id) if is_written_to(one) else CourseChanged(run.course_id))
        record(db, actor, act, "registration", one.id, {"was": was.value})


def _held(db: Session, link_key: str) -> tuple[CourseRun, Registration]:
    """The run, locked first, then the registration as it is now."""
    run = lock_run(db, queries.run_of_link(db, link_key))
    registration = queries.by_link(db, link_key, lock=True)
    if registration.run_id != run.id:  # Staff moved it to another run at this very moment.
        raise Conflict
    return run, registration


def _seat(db: Session, run: CourseRun, registration: Registration, act: str, moment: datetime) -> None:
    registration.state = State.CONFIRMED
    registration.confirmed_at = moment
    post(db, SeatTaken(registration.id, run.course_id))
    record(db, RESIDENT, act, "registration", registration.id)
