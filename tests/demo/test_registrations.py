"""Registrations of the demonstration keep the rules of real ones."""

from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.courses.models import CourseRun
from app.i18n import local
from app.outbox.models import Message
from app.people.addresses import email_key, person_token
from app.people.models import Account
from app.registrations.models import ACTIVE, CountingKey, Registration, SeatOffer, State
from app.registrations.queries import occupancy
from app.wishes.models import WishSupport
from tests.demo.city import NOON, TODAY


def test_no_run_is_oversold_and_nobody_waits_where_there_is_room(db: Session) -> None:
    runs = db.scalars(select(CourseRun).where(CourseRun.seats > 0)).all()
    taken = occupancy(db, [run.id for run in runs], NOON)
    for run in runs:
        seated, waiting = taken.get(run.id, (0, 0))
        assert seated <= run.seats
        assert not waiting or seated == run.seats


def test_queues_are_in_the_order_in_which_people_came(db: Session) -> None:
    rows = db.execute(
        select(Registration.run_id, Registration.queued_at)
        .where(Registration.state == State.WAITLISTED)
        .order_by(Registration.run_id, Registration.id)
    ).all()
    assert len(rows) > 50
    assert rows == sorted(rows)


def test_registrations_fit_their_states_and_the_clock(db: Session) -> None:
    for registration in db.scalars(select(Registration)):
        moments = (registration.created_at, registration.confirmed_at, registration.queued_at, registration.ended_at)
        assert all(moment <= NOON for moment in moments if moment is not None), registration.id
        assert (registration.state is State.PENDING) == (registration.hold_until is not None)
        if registration.state is State.CONFIRMED:
            assert registration.confirmed_at is not None
        if registration.state in {State.WITHDRAWN, State.CANCELLED_BY_PROVIDER}:
            assert registration.ended_at is not None
            assert registration.ended_at >= registration.created_at
        else:
            assert registration.ended_at is None
        assert len(registration.link_key) == 22
    pending = db.scalars(select(Registration).where(Registration.state == State.PENDING)).all()
    assert pending
    assert all(registration.holds_seat(NOON) for registration in pending)
    offer = db.scalars(select(SeatOffer)).one()
    assert offer.offered_at < NOON < offer.deadline


def test_registrations_come_while_registration_is_open(db: Session) -> None:
    late = db.scalar(
        select(func.count())
        .select_from(Registration)
        .join(Registration.run)
        .where(
            (Registration.created_at < CourseRun.registration_opens_at)
            | (Registration.created_at > CourseRun.registration_closes_at)
        )
        .where(Registration.state.in_(ACTIVE))
    )
    assert late == 0


def test_nobody_is_registered_twice_for_a_run(db: Session) -> None:
    twice = db.execute(
        select(Registration.run_id, Registration.person_token)
        .group_by(Registration.run_id, Registration.person_token)
        .having(func.count() > 1)
    ).all()
    assert twice == []


def test_contacts_are_erased_90_days_after_the_run_and_counting_goes_on(db: Session) -> None:
    rows = db.execute(select(Registration, CourseRun.ends_at).join(Registration.run)).all()
    for registration, ends_at in rows:
        is_old = local(ends_at).date() + timedelta(days=90) < TODAY
        has_contact = registration.name is not None
        assert (registration.email is None) == (registration.email_key is None) == (not has_contact)
        assert (registration.erased_at is None) == has_contact
        if is_old:
            assert not has_contact
        elif registration.state is not State.WAITLISTED:
            assert has_contact
        assert registration.person_token is not None
    assert sum(registration.name is None for registration, _ in rows) > 5_000


def test_people_are_counted_with_the_key_of_the_year_of_their_run(db: Session) -> None:
    keys = {key.year: key.key for key in db.scalars(select(CountingKey))}
    known = select(Registration, CourseRun.starts_at).join(Registration.run).where(Registration.email.is_not(None))
    for registration, starts_at in db.execute(known):
        key = keys[local(starts_at).year]
        assert key is not None
        assert registration.email is not None
        assert registration.email_key == email_key(registration.email)
        assert registration.person_token == person_token(key, registration.email_key)


def test_only_invented_addresses_and_telephones_occur(db: Session) -> None:
    for model, ending in ((Registration, "@example.com"), (WishSupport, "@example.com"), (Account, "@example.lv")):
        assert all(address.endswith(ending) for address in db.scalars(select(model.email)) if address)
    for telephone in db.scalars(select(Registration.phone).where(Registration.phone.is_not(None))):
        assert telephone is not None
        assert telephone.startswith("+371 0000 ")


def test_nobody_gets_a_letter(db: Session) -> None:
    assert db.scalar(select(func.count()).select_from(Message)) == 0
