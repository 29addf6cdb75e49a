"""Registering: a seat is held, or a place on the list; once; and only while the run takes registrations."""

from datetime import timedelta

import pytest
from pydantic import ValidationError
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.clock import now
from app.db import Database
from app.faults import faults_of
from app.refusals import NotFound
from app.registrations.inputs import RegistrationForm
from app.registrations.models import CountingKey, Registration, SentForm, State
from app.registrations.refusals import (
    FilledMeanwhile,
    RunCancelled,
    RunClosed,
    RunFull,
    RunNotOpen,
    RunStarted,
    SentTwiceDifferently,
)
from tests import make
from tests.registrations import acts


def test_the_first_gets_a_seat_held_for_a_day_until_the_address_is_confirmed(database: Database) -> None:
    run_id = acts.new_run(database, seats=1)
    receipt = acts.register(database, run_id, "anna@example.com")
    assert (receipt.state, receipt.position) == (State.PENDING, None)
    assert receipt.held_until is not None
    assert timedelta(hours=23, minutes=59) < receipt.held_until - now() <= timedelta(hours=24)
    kept = acts.latest(database, "anna@example.com")
    assert (kept.state, kept.hold_until, kept.queued_at) == (State.PENDING, receipt.held_until, None)
    assert acts.posted(database) == ["SeatHeld"]


def test_a_seat_is_never_held_past_the_start(database: Database) -> None:
    run_id = acts.new_run(database, starts_in=timedelta(hours=5))
    receipt = acts.register(database, run_id, "anna@example.com")
    assert receipt.held_until is not None
    assert timedelta(hours=4) < receipt.held_until - now() <= timedelta(hours=5)


def test_a_full_run_gives_places_on_its_list_in_order(database: Database) -> None:
    run_id = acts.new_run(database, seats=1)
    acts.register(database, run_id, "first@example.com")
    places = [acts.register(database, run_id, f"later{n}@example.com").position for n in range(3)]
    assert places == [1, 2, 3]
    assert acts.posted(database) == ["SeatHeld", "QueueJoined", "QueueJoined", "QueueJoined"]


def test_zero_seats_mean_no_limit(database: Database) -> None:
    run_id = acts.new_run(database, seats=0)
    assert {acts.register(database, run_id, f"p{n}@example.com").state for n in range(8)} == {State.PENDING}


def test_nobody_overtakes_those_who_wait_for_a_seat_that_is_free(database: Database) -> None:
    run_id = acts.new_run(database, seats=1, starts_in=timedelta(hours=20))
    acts.seat(database, run_id, "seated@example.com")
    acts.register(database, run_id, "waits@example.com")
    acts.withdraw(database, "seated@example.com")  # So close to the start the provider decides about the seat.
    assert acts.taken_and_waiting(database, run_id) == (0, 1)
    assert acts.register(database, run_id, "late@example.com").position == 2


def test_a_full_run_without_a_list_refuses(database: Database) -> None:
    run_id = acts.new_run(database, seats=1, has_waiting_list=False)
    acts.register(database, run_id, "first@example.com")
    with pytest.raises(RunFull):
        acts.register(database, run_id, "second@example.com")
    assert len(acts.registrations(database, run_id)) == 1


def test_who_was_promised_a_seat_is_asked_before_joining_the_list(database: Database) -> None:
    run_id = acts.new_run(database, seats=1)
    acts.register(database, run_id, "first@example.com")
    with pytest.raises(FilledMeanwhile):
        acts.register(database, run_id, "second@example.com", key="form-2", expects_seat=True)
    assert len(acts.registrations(database, run_id)) == 1
    assert acts.register(database, run_id, "second@example.com", key="form-2").position == 1


def test_a_run_refuses_outside_its_window_and_says_why(database: Database) -> None:
    run_id = acts.new_run(database)
    moment = now()
    hour = timedelta(hours=1)
    changes: list[tuple[dict[str, object], type[Exception]]] = [
        ({"registration_opens_at": moment + hour}, RunNotOpen),
        ({"registration_opens_at": moment - 2 * hour, "registration_closes_at": moment - hour}, RunClosed),
        ({"starts_at": moment - hour}, RunStarted),
        ({"starts_at": moment - 3 * hour, "ends_at": moment - 2 * hour}, RunClosed),
        ({"cancelled_at": moment}, RunCancelled),
    ]
    for change, refusal in changes:
        acts.change_run(database, run_id, **change)
        with pytest.raises(refusal):
            acts.register(database, run_id, "anna@example.com")
    assert acts.registrations(database, run_id) == []
    assert acts.posted(database) == []


def test_an_unknown_run_is_not_found(database: Database) -> None:
    with pytest.raises(NotFound):
        acts.register(database, 4711, "anna@example.com")


def test_a_run_whose_course_is_not_public_is_not_found(database: Database) -> None:
    with database.writing() as db:
        draft = make.make_run(db, make.make_course(db, published=False)).id
        course = make.make_course(db)
        gone = make.make_run(db, course).id
        make.archive(db, course)
    for run_id in (draft, gone):
        with pytest.raises(NotFound):
            acts.register(database, run_id, "anna@example.com")


def test_an_address_that_is_registered_gets_the_same_answer_and_only_its_owner_is_told(database: Database) -> None:
    run_id = acts.new_run(database, seats=3)
    acts.seat(database, run_id, "anna@example.com")
    known = acts.register(database, run_id, "Anna@Example.com", name="Kāds Cits")
    unknown = acts.register(database, run_id, "berta@example.com", name="Kāds Cits")
    assert (known.state, known.position, known.letters) == (unknown.state, unknown.position, unknown.letters)
    assert [row.email for row in acts.registrations(database, run_id)] == ["anna@example.com", "berta@example.com"]
    assert acts.latest(database, "anna@example.com").name == "Anna Ozola"
    assert acts.posted(database) == ["SeatHeld", "SeatTaken", "RegistrationRepeated", "SeatHeld"]


def test_repeating_a_form_for_somebody_elses_address_does_not_flood_their_mail(database: Database) -> None:
    run_id = acts.new_run(database, seats=3)
    acts.seat(database, run_id, "anna@example.com")
    answers = {acts.register(database, run_id, "anna@example.com").state for _ in range(12)}
    assert answers == {State.PENDING}
    assert acts.posted(database).count("RegistrationRepeated") == 3


def test_a_form_sent_twice_is_one_registration_with_one_answer(database: Database) -> None:
    run_id = acts.new_run(database)
    first = acts.register(database, run_id, "anna@example.com", key="the-key")
    acts.confirm(database, "anna@example.com")
    assert acts.register(database, run_id, "anna@example.com", key="the-key") == first
    assert len(acts.registrations(database, run_id)) == 1
    assert acts.posted(database) == ["SeatHeld", "SeatTaken"]


def test_the_same_key_with_other_answers_is_refused(database: Database) -> None:
    run_id = acts.new_run(database)
    acts.register(database, run_id, "anna@example.com", key="the-key")
    with pytest.raises(SentTwiceDifferently):
        acts.register(database, run_id, "berta@example.com", key="the-key")
    assert len(acts.registrations(database, run_id)) == 1


def test_the_key_itself_is_not_kept(database: Database) -> None:
    run_id = acts.new_run(database)
    acts.register(database, run_id, "anna@example.com", key="the-key")
    with database.reading() as db:
        (kept,) = db.scalars(select(SentForm))
    assert "the-key" not in kept.key + kept.fingerprint + kept.answer


def test_an_address_may_send_ten_registrations_a_week(database: Database) -> None:
    runs = [acts.new_run(database) for _ in range(11)]
    for run_id in runs[:10]:
        acts.register(database, run_id, "anna@example.com")
    told = acts.register(database, runs[10], "anna@example.com")
    assert acts.registrations(database, runs[10]) == [], "nothing is taken, and only its owner is told"
    assert acts.posted(database)[-1] == "WeekIsFull"
    assert told.state is acts.register(database, runs[10], "berta@example.com").state is State.PENDING
    assert len(acts.registrations(database, runs[10])) == 1


def test_one_person_is_counted_once_a_year_by_a_key_that_tells_nothing_without_it(database: Database) -> None:
    for _ in range(2):
        acts.register(database, acts.new_run(database), "anna@example.com")
    with database.reading() as db:
        tokens = {*db.scalars(select(Registration.person_token))}
        keys = db.scalars(select(CountingKey)).all()
    assert len(tokens) == 1
    assert len(keys) == 1
    assert "anna" not in tokens.pop()


def test_the_log_of_actions_holds_nothing_personal(database: Database) -> None:
    run_id = acts.new_run(database)
    acts.seat(database, run_id, "anna@example.com")
    with database.reading() as db:
        entries = db.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [(entry.actor, entry.act) for entry in entries] == [("resident", "registered"), ("resident", "confirmed")]
    assert not any("anna" in entry.facts.lower() for entry in entries)


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("name", "", "name_missing"),
        ("name", "1", "name_missing"),
        ("name", "Anna 010190-12345", "personal_code"),
        ("name", "Anna\x00", "not_text"),
        ("name", "Anna \ud800", "not_text"),
        ("name", "A" * 121, "too_long"),
        ("email", "", "email_missing"),
        ("email", "anna.example.com", "email_no_at"),
        ("email", "anna@", "email_invalid"),
        ("email", "anna@example.com\r\nBcc: all@example.com", "not_text"),
        ("phone", "abc", "phone"),
        ("phone", "12", "phone"),
    ],
)
def test_wrong_fields_are_named(field: str, value: str, code: str) -> None:
    with pytest.raises(ValidationError) as wrong:
        RegistrationForm.model_validate({"name": "Anna Ozola", "email": "anna@example.com", field: value})
    assert [(fault.field, fault.code) for fault in faults_of(wrong.value)] == [(field, code)]


def test_what_is_typed_is_cleaned(database: Database) -> None:
    asked = RegistrationForm.model_validate(
        {"name": "  Anna   Ozola ", "email": " anna@EXAMPLE.com ", "phone": "26123456"}
    )
    assert (asked.name, asked.email, asked.phone) == ("Anna Ozola", "anna@example.com", "+371 26 123 456")
