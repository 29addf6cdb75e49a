"""Registering for a run, and what the worker clears behind it."""

import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from app.audit.record import RESIDENT, Fact, record
from app.clock import RIGA, now
from app.courses.models import CourseRun, CourseState
from app.courses.queries import hold_run, lock_run
from app.db import insert_once
from app.links import new_key
from app.outbox.messages import QueueJoined, RegistrationRepeated, SeatHeld, SeatTaken
from app.outbox.post import post
from app.people.addresses import email_key, person_token
from app.people.staff import Staff
from app.prepared import PreparedInsert
from app.refusals import NotFound
from app.registrations import desk_queries, queries, week_queries
from app.registrations.inputs import CompanionForm, PlaceForm
from app.registrations.models import Channel, CountingKey, Registration, SentForm, State
from app.registrations.once import Receipt, SentOnce
from app.registrations.questions import check_answers, keep_answers
from app.registrations.refusals import (
    AlreadyRegistered,
    BothOrNeither,
    CompanionRegistered,
    CourseNotPublic,
    FilledMeanwhile,
    RunCancelled,
    RunClosed,
    RunFull,
    RunNotOpen,
    RunStarted,
)
from app.registrations.seats import SeatRules, clear_and_pass_on
from app.registrations.weeks import tell_of_full_week

MOST_REMINDERS = 3
"""So many letters a day tell the owner of an address that somebody sent a form for it again."""


def register_for_run(
    db: Session,
    run_id: int,
    asked: PlaceForm,
    sent: SentOnce,
    rules: SeatRules,
    *,
    channel: Channel = Channel.WEB,
    locale: str = "lv",
    expects_seat: bool = False,
    by: Staff | None = None,
) -> Receipt:
    """Hold a seat on the run for the person, or a place on its waiting list when it is full.

    The answer for an address that is registered already, or that may send no more this week, is the one a new address
    would get: only its owner is told, by mail. `expects_seat` refuses with `FilledMeanwhile` instead of joining a list nobody asked for.
    Two who come together get two seats or two places one after the other; the answer tells the place of the first.
    `by` is who of the staff enters the person: the seat is confirmed at once, until the run ends, and whoever is registered
    already is named as such.
    """
    run = hold_run(db, run_id)  # From here to the commit nobody else can take a seat on it.
    moment, key, year = now(), email_key(asked.email or ""), run.starts_at.astimezone(RIGA).year
    found = queries.facts_of_form(db, run, sent.key, key, moment=moment, since=moment - timedelta(days=7), year=year)
    if before := sent.answered(found.fingerprint, found.answer):
        return before
    if found.course_state is not CourseState.PUBLISHED:
        raise NotFound if by is None else CourseNotPublic
    _refuse_unless_open(run, moment, by)
    if by is not None:
        _refuse_registered(db, run, asked, found.active)
    answers = check_answers(db, run.id, asked.given) if found.asks or asked.answers else {}
    seats = clear_and_pass_on(db, run, rules, moment, found.occupancy)
    has_room = run.has_room(seats.taken if asked.companion is None else seats.taken + 1, seats.waiting)
    if not has_room and (expects_seat or not run.has_waiting_list):
        if asked.companion is not None and run.has_room(seats.taken, seats.waiting):
            raise BothOrNeither
        raise FilledMeanwhile if run.has_waiting_list else RunFull
    state = State.WAITLISTED if not has_room else State.PENDING if by is None else State.CONFIRMED
    held_until = rules.hold_until(run, moment) if state is State.PENDING else None
    position = None if has_room else seats.waiting + 1
    receipt = Receipt(state, position, asked.name, asked.email or "", asked.phone, held_until)
    if asked.companion is not None or answers:
        receipt = _with_extras(receipt, asked, answers)
    if found.active is not None:
        tell_owner(db, found.active)
        return sent.keep(db, receipt, None)
    if by is None and found.recent >= rules.registrations_a_week:
        tell_of_full_week(db, run.id, key)
        return sent.keep(db, receipt, None)
    person = {
        "run_id": run.id,
        "state": state,
        "channel": channel,
        "name": asked.name,
        "email": asked.email,
        "email_key": key or None,
        "phone": asked.phone,
        "person_token": _token(db, year, found.counting_key, key) if key else None,
        "locale": locale,
        "link_key": new_key(),
        "created_at": moment,
        "hold_until": held_until,
        "confirmed_at": moment if state is State.CONFIRMED else None,
        "queued_at": None if has_room else moment,
        "cancel_reason": "",
        "party": None,
        "special_needs": asked.special_needs or None,
        "undone": 0,
    }
    registration_id: int = _REGISTER.run(db, person).scalar_one()
    post(db, _HAPPENED[state](registration_id, run.course_id))
    _record(db, registration_id, person, by)
    if answers:
        keep_answers(db, registration_id, answers)
    if asked.companion is not None:
        _register_companion(db, run, asked.companion, registration_id, person, found.counting_key, rules, by)
    if (
        not has_room and seats.taken < run.seats
    ):  # A seat that two cannot take may be one for whoever joined behind them.
        clear_and_pass_on(db, run, rules, moment)
    return sent.keep(db, receipt, registration_id)


def tell_owner(db: Session, registration_id: int) -> None:
    """Tell the owner by mail that a form was sent for their registered address; others must not flood them with it."""
    told = queries.count_repeated(db, registration_id, now() - timedelta(days=1))
    if told < MOST_REMINDERS:
        post(db, RegistrationRepeated(registration_id))
        record(db, RESIDENT, "registration_repeated", "registration", registration_id)


def clear_run(db: Session, run_id: int, rules: SeatRules) -> None:
    """Holds and offers of the run that are over end, and freed seats go to the queue."""
    run = lock_run(db, run_id)
    clear_and_pass_on(db, run, rules)


def forget_sent_forms(db: Session, before: datetime) -> None:
    """Erase what was answered to forms older than that."""
    db.execute(delete(SentForm).where(SentForm.created_at < before))


def _record(db: Session, registration_id: int, person: Mapping[str, object], by: Staff | None) -> None:
    """One entry in the log: the person registered, or staff entered them."""
    state, run = person["state"], person["run_id"]
    assert isinstance(state, State)
    assert isinstance(run, int)
    facts: dict[str, Fact] = {"state": state.value, "run": run}
    if by is None:
        record(db, RESIDENT, "registered", "registration", registration_id, facts)
    else:
        record(db, by.actor, "entered", "registration", registration_id, facts | {"channel": str(person["channel"])})


def _refuse_registered(db: Session, run: CourseRun, asked: PlaceForm, active: int | None) -> None:
    """Staff are told, before anything is kept, that one of those whom they enter has a place already."""
    if active is not None or desk_queries.same_person(db, run, asked.name, asked.phone):
        raise AlreadyRegistered
    other = asked.companion.email if asked.companion is not None else None
    if other and queries.active_registration(db, run, email_key(other)):
        raise CompanionRegistered


def _refuse_unless_open(run: CourseRun, moment: datetime, by: Staff | None) -> None:
    if run.cancelled_at is not None:
        raise RunCancelled
    if run.ends_at <= moment:
        raise RunClosed(run.registration_closes_at)
    if by is not None or run.takes_registrations(moment):
        return
    if moment < run.registration_opens_at:
        raise RunNotOpen(run.registration_opens_at)
    raise RunStarted if run.starts_at <= moment else RunClosed(run.registration_closes_at)


def _register_companion(
    db: Session,
    run: CourseRun,
    companion: CompanionForm,
    first_id: int,
    first: Mapping[str, object],
    counting_key: str | None,
    rules: SeatRules,
    by: Staff | None,
) -> None:
    """The other of two: the same state and hold, the next place in the queue, a link and an address of their own.

    Whoever is registered with that address already keeps the place they have and is told by mail, and so is whoever may
    send no more this week; then the first stands for one of two, and nothing that its sender is answered says so.
    """
    db.execute(update(Registration).where(Registration.id == first_id).values(party=first_id))
    key = email_key(companion.email) if companion.email else None
    already = queries.active_registration(db, run, key) if key else None
    if already is not None:
        tell_owner(db, already.id)
        return
    if key and by is None and queries.count_sent(db, key, now() - week_queries.WEEK) >= rules.registrations_a_week:
        tell_of_full_week(db, run.id, key)
        return
    year = run.starts_at.astimezone(RIGA).year
    own = {
        "name": companion.name,
        "email": companion.email,
        "email_key": key,
        "phone": None,
        "person_token": _token(db, year, counting_key, key) if key else None,
        "link_key": new_key(),
        "party": first_id,
        "special_needs": None,
    }
    second_id: int = _REGISTER.run(db, {**first, **own}).scalar_one()
    state = first["state"]
    assert isinstance(state, State)
    if key:
        post(db, _HAPPENED[state](second_id, run.course_id))
    _record(db, second_id, first, by)


def _with_extras(receipt: Receipt, asked: PlaceForm, answers: Mapping[int, str]) -> Receipt:
    """The receipt of a form with a companion or with answers: what it takes to send it anew for the right address."""
    companion = asked.companion
    return replace(
        receipt,
        companion=companion.name if companion else None,
        companion_email=companion.email if companion else None,
        answers=tuple(answers.items()),
    )


def counted_as(db: Session, run: CourseRun, address_key: str) -> str | None:
    """The person as counted in the year of the run."""
    year = run.starts_at.astimezone(RIGA).year
    return _token(db, year, queries.counting_key(db, year), address_key)


def _token(db: Session, year: int, counting_key: str | None, key: str) -> str | None:
    """The person as counted in the year of the run; None once that year's key is destroyed."""
    if counting_key is None:
        insert_once(db, CountingKey, year=year, key=secrets.token_hex(32))
        counting_key = queries.counting_key(db, year)
    return person_token(counting_key, key) if counting_key else None


_HAPPENED: dict[State, type[SeatHeld | SeatTaken | QueueJoined]] = {
    State.PENDING: SeatHeld,
    State.CONFIRMED: SeatTaken,
    State.WAITLISTED: QueueJoined,
}
_REGISTER = PreparedInsert(
    Registration,
    "run_id",
    "state",
    "channel",
    "name",
    "email",
    "email_key",
    "phone",
    "person_token",
    "locale",
    "link_key",
    "created_at",
    "hold_until",
    "confirmed_at",
    "queued_at",
    "cancel_reason",
    "party",
    "special_needs",
    "undone",
    tells_id=True,
)
