"""After sending: the letter again, the right address; the same whether the address was known or not."""

import pytest

from app.db import Database
from app.refusals import NotFound, TooManyTries
from app.registrations import receipts
from app.registrations.actions import register_for_run
from app.registrations.answers import confirm_registration
from app.registrations.inputs import NewAddress, RegistrationForm
from app.registrations.models import State
from app.registrations.once import Receipt, SentOnce
from app.registrations.refusals import AddressConfirmed, LinkUnknown
from tests.registrations import acts

KEY = "the-key-of-this-form-0123456789"


def send(database: Database, run_id: int, email: str, key: str = KEY) -> Receipt:
    """The web form."""
    asked = RegistrationForm(name="Anna Ozola", email=email)
    with database.writing() as db:
        sent = SentOnce.of(receipts.scope_of(run_id), key, repr(asked))
        return register_for_run(db, run_id, asked, sent, acts.RULES)


def correct(database: Database, run_id: int, email: str, key: str = KEY) -> Receipt:
    """The address was mistyped."""
    with database.writing() as db:
        return receipts.correct_address(db, run_id, key, NewAddress(email=email), acts.RULES)


def send_again(database: Database, run_id: int, key: str = KEY) -> Receipt:
    """No letter came."""
    with database.writing() as db:
        return receipts.send_again(db, run_id, key)


def test_the_receipt_is_found_by_its_key_and_its_run_only(database: Database) -> None:
    run_id, other = acts.new_run(database), acts.new_run(database)
    sent = send(database, run_id, "anna@example.com")
    with database.reading() as db:
        assert receipts.receipt(db, run_id, KEY) == sent
        for wrong_run, wrong_key in ((other, KEY), (run_id, KEY + "x")):
            with pytest.raises(NotFound):
                receipts.receipt(db, wrong_run, wrong_key)


def test_the_letter_is_sent_again_at_most_five_times_in_all(database: Database) -> None:
    run_id = acts.new_run(database)
    send(database, run_id, "anna@example.com")
    assert [send_again(database, run_id).letters for _ in range(4)] == [2, 3, 4, 5]
    with pytest.raises(TooManyTries) as refusal:
        send_again(database, run_id)
    assert int(refusal.value.headers["Retry-After"]) > 0
    with pytest.raises(TooManyTries):
        correct(database, run_id, "other@example.com")
    assert acts.posted(database) == ["SeatHeld"] * 5


def test_a_place_on_the_list_gets_its_own_letter_again(database: Database) -> None:
    run_id = acts.new_run(database, seats=1)
    acts.register(database, run_id, "first@example.com")
    send(database, run_id, "anna@example.com")
    send_again(database, run_id)
    assert acts.posted(database) == ["SeatHeld", "QueueJoined", "QueueJoined"]


def test_a_corrected_address_gets_the_same_place_and_the_old_link_opens_nothing(database: Database) -> None:
    run_id = acts.new_run(database)
    send(database, run_id, "ana@example.com")
    before = acts.latest(database, "ana@example.com")
    assert correct(database, run_id, "anna@example.com").email == "anna@example.com"
    after = acts.latest(database, "anna@example.com")
    assert (after.id, after.state) == (before.id, State.PENDING)
    assert after.link_key != before.link_key
    with database.writing() as db, pytest.raises(LinkUnknown):
        confirm_registration(db, before.link_key, acts.RULES)


def test_a_form_for_a_known_address_writes_to_its_owner_and_answers_alike(database: Database) -> None:
    run_id = acts.new_run(database, seats=5)
    acts.seat(database, run_id, "known@example.com")
    known = send(database, run_id, "known@example.com", "key-of-the-known")
    unknown = send(database, run_id, "new@example.com", "key-of-the-new")
    assert (known.state, known.position, known.letters) == (unknown.state, unknown.position, unknown.letters)
    for key in ("key-of-the-known", "key-of-the-new"):
        assert send_again(database, run_id, key).letters == 2
    assert acts.posted(database)[-2:] == ["RegistrationRepeated", "SeatHeld"]


def test_correcting_from_a_known_address_registers_the_right_one(database: Database) -> None:
    run_id = acts.new_run(database, seats=5)
    acts.seat(database, run_id, "known@example.com")
    send(database, run_id, "known@example.com")
    assert correct(database, run_id, "mine@example.com").email == "mine@example.com"
    assert acts.state(database, "mine@example.com") is State.PENDING
    assert acts.state(database, "known@example.com") is State.CONFIRMED


def test_correcting_to_a_known_address_frees_the_seat_and_changes_nothing_else(database: Database) -> None:
    run_id = acts.new_run(database, seats=2)
    acts.seat(database, run_id, "known@example.com")
    send(database, run_id, "mistyped@example.com")
    assert correct(database, run_id, "known@example.com").email == "known@example.com"
    assert acts.state(database, "mistyped@example.com") is State.WITHDRAWN
    assert acts.state(database, "known@example.com") is State.CONFIRMED
    assert acts.taken_and_waiting(database, run_id) == (1, 0)


def test_a_confirmed_registration_keeps_its_address(database: Database) -> None:
    run_id = acts.new_run(database)
    send(database, run_id, "anna@example.com")
    acts.confirm(database, "anna@example.com")
    with pytest.raises(AddressConfirmed):
        correct(database, run_id, "thief@example.com")
    assert acts.state(database, "anna@example.com") is State.CONFIRMED
    assert [row.email for row in acts.registrations(database, run_id)] == ["anna@example.com"]
