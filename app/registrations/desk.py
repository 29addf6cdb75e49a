"""What staff do at the desk and on the telephone: enter somebody, confirm, correct, withdraw, restore, give a seat.

Each act finds the registration through its provider's run, and holds the run before anything else.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from app.audit.record import record
from app.clock import now
from app.courses.models import CourseRun
from app.courses.own_queries import own_run
from app.courses.queries import lock_run
from app.links import new_key
from app.outbox.messages import SeatTaken
from app.outbox.post import post
from app.people.addresses import email_key
from app.people.staff import Staff
from app.registrations import desk_queries, late_seats, queries, undo
from app.registrations.actions import counted_as, register_for_run
from app.registrations.answers import give_up
from app.registrations.inputs import CorrectionForm, DeskForm
from app.registrations.models import Answer, Listing, Registration, State
from app.registrations.once import Receipt, SentOnce
from app.registrations.openings import keep_open
from app.registrations.queue_queries import standing_together
from app.registrations.refusals import AlreadyEnded, AlreadyRegistered, HoldIsOver, NothingToDo, OfferIsOver
from app.registrations.run_changes import cancel_registration
from app.registrations.run_inputs import CancelForm
from app.registrations.seats import SeatRules, clear_and_pass_on


def scope_of(run_id: int) -> str:
    """The scope of keys that come with the desk's form of this run."""
    return f"desk:{run_id}"


def enter_person(
    db: Session,
    who: Staff,
    run_id: int,
    asked: DeskForm,
    key: str,
    rules: SeatRules,
    *,
    locale: str,
    expects_seat: bool,
) -> tuple[Receipt, int | None]:
    """Enter somebody who called or came: a seat at once, or a place in the queue; the answer, and the registration's number."""
    run = own_run(db, who, run_id)
    sent = SentOnce.of(scope_of(run.id), key, asked.as_json())
    receipt = register_for_run(
        db, run.id, asked, sent, rules, channel=asked.channel, locale=locale, expects_seat=expects_seat, by=who
    )
    form = queries.sent_form(db, sent.key)
    number = form.registration_id if form is not None else None
    if number is not None:
        keep_open(db, who, Listing.REGISTRATION, number)
    return receipt, number


def confirm_by_hand(db: Session, who: Staff, run_id: int, registration_id: int, rules: SeatRules) -> Registration:
    """The held seat is the person's, although nobody opened the mailed link; of two, both seats are. Twice changes nothing."""
    run, registration = held(db, who, run_id, registration_id)
    if registration.state is State.CONFIRMED:
        return registration
    moment = now()
    if registration.state is not State.PENDING:
        raise NothingToDo
    if not registration.holds_seat(moment):
        clear_and_pass_on(db, run, rules, moment)
        raise HoldIsOver
    for one in standing_together(db, registration):
        if one.state is State.PENDING:
            one.state, one.confirmed_at = State.CONFIRMED, moment
            post(db, SeatTaken(one.id, run.course_id))
            record(db, who.actor, "confirmed_by_staff", "registration", one.id)
    return registration


def accept_for(db: Session, who: Staff, run_id: int, registration_id: int, rules: SeatRules) -> Registration:
    """The person said that they take the offered seat; of two, both seats. Twice changes nothing."""
    run, registration = held(db, who, run_id, registration_id)
    if registration.state is State.CONFIRMED:
        return registration
    moment = now()
    offer = queries.open_offer(registration)
    if registration.state is not State.OFFERED or offer is None:
        raise NothingToDo
    if offer.deadline <= moment:
        clear_and_pass_on(db, run, rules, moment)
        raise OfferIsOver
    for one in standing_together(db, registration):
        taken = queries.open_offer(one)
        if one.state is State.OFFERED and taken is not None:
            taken.answer, taken.answered_at = Answer.ACCEPTED, moment
            one.state, one.confirmed_at = State.CONFIRMED, moment
            post(db, SeatTaken(one.id, run.course_id))
            record(db, who.actor, "offer_accepted", "registration", one.id)
    return registration


def correct_person(db: Session, who: Staff, run_id: int, registration_id: int, asked: CorrectionForm) -> Registration:
    """Name, telephone and address are corrected; at a new address a new link arrives, and the old one opens nothing."""
    run, registration = held(db, who, run_id, registration_id)
    if not registration.is_active(now()):
        raise AlreadyEnded
    key = email_key(asked.email) if asked.email else None
    other = queries.active_registration(db, run, key) if key else None
    if other is not None and other.id != registration.id:
        raise AlreadyRegistered
    before = {"name": registration.name, "email": registration.email, "phone": registration.phone}
    registration.name, registration.phone = asked.name, asked.phone
    if asked.email != before["email"]:
        registration.email, registration.email_key = asked.email, key
        registration.link_key = new_key()
        registration.person_token = counted_as(db, run, key) if key else registration.person_token
        if key:
            post(db, undo.TELLS[registration.state](registration.id, run.course_id))
    after = {"name": registration.name, "email": registration.email, "phone": registration.phone}
    changed = ", ".join(field for field, value in after.items() if value != before[field])
    if changed:
        record(db, who.actor, "corrected_by_staff", "registration", registration.id, {"fields": changed})
    return registration


def withdraw_for(db: Session, who: Staff, run_id: int, registration_id: int, rules: SeatRules) -> Registration:
    """The person asked the provider to give the place up; two who came together both go. The seat goes to the queue."""
    run, registration = held(db, who, run_id, registration_id)
    if registration.state in {State.WITHDRAWN, State.DECLINED}:
        return registration
    moment = now()
    _refuse_unless_standing(run, registration, moment)
    give_up(db, run, standing_together(db, registration), State.WITHDRAWN, "withdrawn", moment, who.actor)
    db.flush()
    clear_and_pass_on(db, run, rules, moment)
    return registration


def cancel_person(
    db: Session, who: Staff, run_id: int, registration_id: int, asked: CancelForm, rules: SeatRules
) -> Registration:
    """The provider ends one registration and says why."""
    run, registration = held(db, who, run_id, registration_id)
    _refuse_unless_standing(run, registration, now())
    cancel_registration(db, registration.id, asked, who.actor, rules)
    return registration


def restore_person(db: Session, who: Staff, run_id: int, registration_id: int, rules: SeatRules) -> Registration:
    """What was withdrawn or cancelled by mistake stands again, for some minutes, while what it held is still there."""
    run, registration = held(db, who, run_id, registration_id)
    return undo.take_back(db, run, registration, rules, who.actor)


def give_seat_to(db: Session, who: Staff, run_id: int, registration_id: int, rules: SeatRules) -> None:
    """Close to the start the first in the queue gets a free seat; whoever is not first gets none out of turn."""
    run, _registration = held(db, who, run_id, registration_id)
    late_seats.give_to_first(db, run, registration_id, who.actor, rules)


def keep_in_sight(db: Session, who: Staff, registration_id: int) -> None:
    """Whoever moved somebody sees them in their new group too; the move is on record."""
    keep_open(db, who, Listing.REGISTRATION, registration_id)


def held(db: Session, who: Staff, run_id: int, registration_id: int) -> tuple[CourseRun, Registration]:
    """Their own run, locked first, then the registration as it is now."""
    own_run(db, who, run_id)
    run = lock_run(db, run_id)
    return run, desk_queries.own_registration(db, who, run_id, registration_id)


def _refuse_unless_standing(run: CourseRun, registration: Registration, moment: datetime) -> None:
    if not registration.is_active(moment) or run.ends_at <= moment or run.cancelled_at is not None:
        raise AlreadyEnded
