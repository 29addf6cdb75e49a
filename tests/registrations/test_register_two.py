"""Registering two who come together: both seats or none, two places one after the other, and nobody's address revealed."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import delete, select

from app.clock import now
from app.courses.models import CourseRun
from app.db import Database
from app.registrations import actions
from app.registrations.inputs import CompanionForm, RegistrationForm
from app.registrations.models import Registration, SentForm, State
from app.registrations.once import Receipt, SentOnce
from app.registrations.queries import occupancy_of
from app.registrations.refusals import BothOrNeither, FilledMeanwhile, RunFull, SentTwiceDifferently
from tests import make
from tests.registrations import acts

ANNA, BERTA = "anna@example.com", "berta@example.com"


def send(
    database: Database,
    run_id: int,
    companion: str | None = None,
    *,
    email: str = ANNA,
    key: str = "",
    expects: bool = False,
) -> Receipt:
    """Anna registers Berta along."""
    asked = RegistrationForm(
        name="Anna Ozola", email=email, companion=CompanionForm(name="Berta Liepa", email=companion)
    )
    with database.writing() as db:
        sent = SentOnce.of(f"web:{run_id}", key or f"key of {email}", asked.as_json())
        return actions.register_for_run(db, run_id, asked, sent, acts.RULES, expects_seat=expects)


def rows_of(database: Database, run_id: int, party: int) -> list[Registration]:
    """Who stands together under that number."""
    return [row for row in acts.registrations(database, run_id) if row.party == party]


def test_two_get_two_seats_with_one_hold_and_a_link_each(database: Database) -> None:
    run_id = acts.new_run(database, seats=2)
    receipt = send(database, run_id, BERTA)
    first, second = acts.registrations(database, run_id)
    assert (first.party, second.party) == (first.id, first.id)
    assert (first.state, second.state) == (State.PENDING, State.PENDING)
    assert first.hold_until == second.hold_until == receipt.held_until
    assert (second.name, second.email, second.email_key) == ("Berta Liepa", BERTA, BERTA)
    assert first.link_key != second.link_key
    assert first.person_token and second.person_token and first.person_token != second.person_token
    assert acts.posted(database) == ["SeatHeld", "SeatHeld"]
    assert (receipt.companion, receipt.companion_email) == ("Berta Liepa", BERTA)


def test_somebody_without_an_address_has_a_seat_and_is_not_written_to(database: Database) -> None:
    run_id = acts.new_run(database, seats=2)
    send(database, run_id)
    _first, second = acts.registrations(database, run_id)
    assert (second.name, second.email, second.email_key, second.person_token) == ("Berta Liepa", None, None, None)
    assert acts.posted(database) == ["SeatHeld"]


def test_where_one_seat_is_free_both_wait_one_after_the_other(database: Database) -> None:
    run_id = acts.new_run(database, seats=2)
    acts.register(database, run_id, "seated@example.com")
    receipt = send(database, run_id, BERTA)
    assert (receipt.state, receipt.position, receipt.held_until) == (State.WAITLISTED, 1, None)
    _seated, first, second = acts.registrations(database, run_id)
    assert (first.state, second.state) == (State.WAITLISTED, State.WAITLISTED)
    assert (first.party, second.party) == (first.id, first.id)
    assert acts.taken_and_waiting(database, run_id) == (1, 2)
    assert send(database, run_id, email="later@example.com").position == 3


def test_without_a_limit_two_always_fit(database: Database) -> None:
    assert send(database, acts.new_run(database, seats=0), BERTA).state is State.PENDING


@pytest.mark.parametrize(
    ("seats", "has_list", "expects", "refusal"),
    [
        (2, False, False, BothOrNeither),
        (2, True, True, BothOrNeither),
        (1, True, True, FilledMeanwhile),
        (1, False, False, RunFull),
    ],
)
def test_two_are_refused_together_and_leave_nothing_behind(
    database: Database, seats: int, has_list: bool, expects: bool, refusal: type[Exception]
) -> None:
    run_id = acts.new_run(database, seats=seats, has_waiting_list=has_list)
    acts.register(database, run_id, "seated@example.com")
    with pytest.raises(refusal):
        send(database, run_id, BERTA, expects=expects)
    assert [row.email for row in acts.registrations(database, run_id)] == ["seated@example.com"]
    if has_list:
        assert send(database, run_id, BERTA).position == 1


@pytest.mark.promise("P17")
@pytest.mark.parametrize("free", [1, 2, 5])
def test_an_address_that_is_registered_already_is_not_revealed_by_whoever_names_it(
    database: Database, free: int
) -> None:
    answers: list[object] = []
    for is_known in (True, False):
        run_id = acts.new_run(database, seats=free + 1, has_waiting_list=free != 1)
        acts.seat(database, run_id, BERTA if is_known else "other@example.com")
        try:
            answers.append(replace(send(database, run_id, BERTA), held_until=None))
        except BothOrNeither as refusal:
            answers.append(refusal.code)
    assert answers[0] == answers[1]


@pytest.mark.promise("P17")
def test_who_is_registered_already_keeps_the_place_and_is_told(database: Database) -> None:
    run_id = acts.new_run(database, seats=5)
    acts.seat(database, run_id, BERTA)
    send(database, run_id, BERTA)
    assert [(row.email, row.state) for row in acts.registrations(database, run_id)] == [
        (BERTA, State.CONFIRMED),
        (ANNA, State.PENDING),
    ]
    assert acts.latest(database, ANNA).party == acts.latest(database, ANNA).id
    assert acts.posted(database)[-2:] == ["SeatHeld", "RegistrationRepeated"]
    acts.confirm(database, ANNA)
    assert acts.taken_and_waiting(database, run_id) == (2, 0)


def test_a_known_sender_changes_nothing_and_registers_nobody_along(database: Database) -> None:
    run_id = acts.new_run(database, seats=5)
    acts.seat(database, run_id, ANNA)
    receipt = send(database, run_id, BERTA)
    assert (receipt.state, receipt.companion_email) == (State.PENDING, BERTA)
    assert [row.email for row in acts.registrations(database, run_id)] == [ANNA]
    assert acts.posted(database)[-1] == "RegistrationRepeated"


def test_who_is_registered_along_cannot_be_registered_twice(database: Database) -> None:
    run_id = acts.new_run(database, seats=5)
    send(database, run_id, BERTA)
    acts.register(database, run_id, BERTA)
    assert [row.email for row in acts.registrations(database, run_id)] == [ANNA, BERTA]


def test_being_registered_along_takes_nothing_from_ones_own_week(database: Database) -> None:
    for number in range(acts.RULES.registrations_a_week):
        send(database, acts.new_run(database), BERTA, email=f"sender{number}@example.com")
    run_id = acts.new_run(database)
    acts.register(database, run_id, BERTA)
    assert acts.latest(database, BERTA).run_id == run_id


def test_nobodys_mailbox_is_filled_by_naming_them(database: Database) -> None:
    for number in range(acts.RULES.registrations_a_week + 5):
        send(database, acts.new_run(database), BERTA, email=f"sender{number}@example.com")
    with database.reading() as db:
        received = db.scalars(select(Registration.id).where(Registration.email == BERTA)).all()
    assert len(received) == acts.RULES.registrations_a_week


@pytest.mark.promise("P06")
def test_the_form_of_two_counts_once_and_its_key_is_kept_for_a_day(database: Database) -> None:
    run_id = acts.new_run(database, seats=5)
    first = send(database, run_id, BERTA, key="the-key")
    assert send(database, run_id, BERTA, key="the-key") == first
    for other in (None, "cecilija@example.com"):
        with pytest.raises(SentTwiceDifferently):
            send(database, run_id, other, key="the-key")
    assert len(acts.registrations(database, run_id)) == 2
    with database.writing() as db:
        actions.forget_sent_forms(db, now() - timedelta(hours=24))
    assert send(database, run_id, BERTA, key="the-key") == first


def test_two_at_once_never_take_one_seat_more_than_there_is(database: Database) -> None:
    run_id = acts.new_run(database, seats=9, has_waiting_list=True)
    with ThreadPoolExecutor(8) as people:
        list(people.map(lambda n: send(database, run_id, f"b{n}@example.com", email=f"a{n}@example.com"), range(12)))
    rows = acts.registrations(database, run_id)
    assert [row.state for row in rows] == [State.PENDING] * 8 + [State.WAITLISTED] * 16
    parties = [row.party for row in rows]
    assert parties[::2] == parties[1::2] == [row.id for row in rows[::2]]


def test_without_the_lock_two_at_once_would_be_oversold(database: Database) -> None:
    """The control: counting two seats free and taking them, without waiting for one's turn."""
    run_id = acts.new_run(database, seats=9)
    everybody_has_looked = Barrier(8)

    def take_two(number: int) -> None:
        with database.reading() as db:
            run = db.get_one(CourseRun, run_id)
            taken, waiting, _over = occupancy_of(db, run, now())
            has_room = run.has_room(taken + 1, waiting)
        everybody_has_looked.wait()
        for one in range(2 if has_room else 0):
            take_a_seat(database, run_id, f"p{number}.{one}@example.com")

    with ThreadPoolExecutor(8) as people:
        list(people.map(take_two, range(8)))
    assert acts.taken_and_waiting(database, run_id)[0] > 9


def take_a_seat(database: Database, run_id: int, email: str) -> None:
    """A seat taken without asking anybody."""
    with database.writing() as db:
        make.make_registration(db, db.get_one(CourseRun, run_id), email)


def test_a_form_that_is_forgotten_counts_anew(database: Database) -> None:
    run_id = acts.new_run(database, seats=5)
    send(database, run_id, BERTA, key="the-key")
    with database.writing() as db:
        db.execute(delete(SentForm))
    receipt = send(database, run_id, None, key="the-key")
    assert (receipt.state, receipt.companion_email) == (State.PENDING, None)
    assert len(acts.registrations(database, run_id)) == 2
