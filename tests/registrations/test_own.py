"""What a person does with a registration: confirm, correct, give up; each once, and only while it means something."""

from datetime import timedelta

import pytest
import time_machine

from app.clock import now
from app.db import Database
from app.registrations import answers
from app.registrations.inputs import ContactForm, WithdrawForm
from app.registrations.models import State, WithdrawReason
from app.registrations.refusals import AlreadyEnded, HoldIsOver, LinkUnknown, NothingToAnswer, TooLateToCancel
from tests import make
from tests.registrations import acts


def test_confirming_makes_the_held_seat_theirs_and_twice_changes_nothing(database: Database) -> None:
    run_id = acts.new_run(database)
    acts.register(database, run_id, "anna@example.com")
    acts.confirm(database, "anna@example.com")
    first = acts.latest(database, "anna@example.com")
    acts.confirm(database, "anna@example.com")
    second = acts.latest(database, "anna@example.com")
    assert first.state is State.CONFIRMED
    assert first.confirmed_at == second.confirmed_at is not None
    assert acts.posted(database) == ["SeatHeld", "SeatTaken"]


def test_a_seat_that_was_not_confirmed_in_time_is_free_again(database: Database) -> None:
    run_id = acts.new_run(database, seats=1)
    acts.register(database, run_id, "late@example.com")
    with time_machine.travel(now() + timedelta(hours=24, seconds=1), tick=False):
        with pytest.raises(HoldIsOver):
            acts.confirm(database, "late@example.com")
        assert acts.register(database, run_id, "next@example.com").state is State.PENDING
        assert acts.state(database, "late@example.com") is State.EXPIRED
        with pytest.raises(HoldIsOver):
            acts.confirm(database, "late@example.com")


def test_confirming_in_the_last_second_counts(database: Database) -> None:
    run_id = acts.new_run(database, seats=1)
    acts.register(database, run_id, "anna@example.com")
    with time_machine.travel(now() + timedelta(hours=23, minutes=59, seconds=58), tick=False):
        acts.confirm(database, "anna@example.com")
    assert acts.state(database, "anna@example.com") is State.CONFIRMED


def test_a_place_on_the_list_needs_no_confirming(database: Database) -> None:
    run_id = acts.new_run(database, seats=1)
    acts.seat(database, run_id, "seated@example.com")
    acts.register(database, run_id, "waits@example.com")
    with pytest.raises(AlreadyEnded):
        acts.confirm(database, "waits@example.com")
    assert acts.state(database, "waits@example.com") is State.WAITLISTED


def test_giving_up_twice_changes_nothing_more(database: Database) -> None:
    run_id = acts.new_run(database)
    acts.seat(database, run_id, "anna@example.com")
    acts.withdraw(database, "anna@example.com")
    ended = acts.latest(database, "anna@example.com").ended_at
    acts.withdraw(database, "anna@example.com")
    assert acts.latest(database, "anna@example.com").ended_at == ended
    assert acts.posted(database) == ["SeatHeld", "SeatTaken", "SeatGivenUp"]


def test_the_reason_for_giving_up_is_kept_without_the_person(database: Database) -> None:
    run_id = acts.new_run(database)
    acts.seat(database, run_id, "anna@example.com")
    key = acts.latest(database, "anna@example.com").link_key
    with database.writing() as db:
        answers.withdraw(db, key, WithdrawForm(reason=WithdrawReason.HEALTH), acts.RULES)
    assert acts.latest(database, "anna@example.com").withdraw_reason is WithdrawReason.HEALTH


def test_who_gave_up_may_register_again(database: Database) -> None:
    run_id = acts.new_run(database)
    acts.seat(database, run_id, "anna@example.com")
    acts.withdraw(database, "anna@example.com")
    assert acts.register(database, run_id, "anna@example.com").state is State.PENDING
    assert len(acts.registrations(database, run_id)) == 2


def test_a_seat_on_a_course_under_way_is_given_up_with_the_provider(database: Database) -> None:
    run_id = acts.new_run(database)
    acts.seat(database, run_id, "anna@example.com")
    acts.change_run(database, run_id, starts_at=now() - timedelta(hours=1))
    with pytest.raises(TooLateToCancel) as refusal:
        acts.withdraw(database, "anna@example.com")
    assert "+371 63600000" in str(refusal.value.sentence.params)
    assert acts.state(database, "anna@example.com") is State.CONFIRMED


def test_the_list_of_a_course_under_way_may_be_left(database: Database) -> None:
    run_id = acts.new_run(database, seats=1)
    acts.seat(database, run_id, "seated@example.com")
    acts.register(database, run_id, "waits@example.com")
    acts.change_run(database, run_id, starts_at=now() - timedelta(hours=1))
    acts.withdraw(database, "waits@example.com")
    assert acts.state(database, "waits@example.com") is State.WITHDRAWN


def test_what_has_ended_is_neither_corrected_nor_answered(database: Database) -> None:
    run_id = acts.new_run(database)
    acts.seat(database, run_id, "anna@example.com")
    acts.withdraw(database, "anna@example.com")
    key = acts.latest(database, "anna@example.com").link_key
    with pytest.raises(AlreadyEnded), database.writing() as db:
        answers.correct_contact(db, key, ContactForm(name="Anna Kalna"))
    with pytest.raises(AlreadyEnded):
        acts.confirm(database, "anna@example.com")
    with pytest.raises(NothingToAnswer):
        acts.accept(database, "anna@example.com")
    with pytest.raises(NothingToAnswer):
        acts.decline(database, "anna@example.com")


def test_name_and_telephone_are_corrected(database: Database) -> None:
    run_id = acts.new_run(database)
    acts.seat(database, run_id, "anna@example.com")
    key = acts.latest(database, "anna@example.com").link_key
    with database.writing() as db:
        answers.correct_contact(db, key, ContactForm.model_validate({"name": "Anna Kalna", "phone": "26123456"}))
    kept = acts.latest(database, "anna@example.com")
    assert (kept.name, kept.phone, kept.state) == ("Anna Kalna", "+371 26 123 456", State.CONFIRMED)


def test_a_link_that_opens_nothing_is_refused_everywhere(database: Database) -> None:
    with database.writing() as db:
        make.make_run(db, make.make_course(db))
        for act in (
            lambda: answers.confirm_registration(db, "nothing", acts.RULES),
            lambda: answers.accept_offer(db, "nothing", acts.RULES),
            lambda: answers.decline_offer(db, "nothing", acts.RULES),
            lambda: answers.withdraw(db, "nothing", WithdrawForm(), acts.RULES),
            lambda: answers.correct_contact(db, "nothing", ContactForm(name="Anna Ozola")),
        ):
            with pytest.raises(LinkUnknown):
                act()
