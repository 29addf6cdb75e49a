"""Taking a cancellation back: what was given up returns if it is still there, and nobody loses a place by it."""

from datetime import timedelta

import pytest
import time_machine
from icalendar import Calendar

from app.clock import now
from app.db import Database
from app.registrations.models import Registration, State
from app.registrations.refusals import HoldIsOver, RegisteredAgain, SeatHasGoneOn, UndoIsOver
from app.registrations.undo import undo_withdrawal
from app.registrations.undo_queries import MOST_UNDONE
from tests.registrations import acts
from tests.world import World

ANNA, BERTA, CELMA = "anna@example.com", "berta@example.com", "celma@example.com"


def undo(database: Database, email: str) -> None:
    """The person presses the button within the minutes."""
    with database.writing() as db:
        undo_withdrawal(db, acts.latest(database, email).link_key, acts.RULES)


def test_a_confirmed_seat_returns_while_it_is_free(database: Database) -> None:
    run_id = acts.new_run(database, seats=1)
    acts.seat(database, run_id, ANNA)
    before = acts.latest(database, ANNA)
    acts.withdraw(database, ANNA)
    undo(database, ANNA)
    after = acts.latest(database, ANNA)
    assert (after.id, after.state, after.confirmed_at) == (before.id, State.CONFIRMED, before.confirmed_at)
    assert (after.ended_at, after.withdraw_reason) == (None, None)
    assert acts.taken_and_waiting(database, run_id) == (1, 0)
    assert acts.posted(database)[-2:] == ["SeatGivenUp", "SeatTaken"]


def test_doing_it_twice_changes_nothing(database: Database) -> None:
    run_id = acts.new_run(database)
    acts.seat(database, run_id, ANNA)
    acts.withdraw(database, ANNA)
    undo(database, ANNA)
    posted = acts.posted(database)
    undo(database, ANNA)
    assert acts.posted(database) == posted
    acts.withdraw(database, ANNA)
    undo(database, ANNA)
    assert acts.latest(database, ANNA).undone == 2


def test_a_seat_that_went_to_the_queue_stays_there(database: Database) -> None:
    run_id = acts.new_run(database, seats=1)
    acts.seat(database, run_id, ANNA)
    acts.register(database, run_id, BERTA)
    acts.withdraw(database, ANNA)
    with pytest.raises(SeatHasGoneOn):
        undo(database, ANNA)
    assert (acts.state(database, ANNA), acts.state(database, BERTA)) == (State.WITHDRAWN, State.OFFERED)


def test_a_seat_for_which_somebody_waits_is_not_taken_back_close_to_the_start(database: Database) -> None:
    run_id = acts.new_run(database, seats=1, starts_in=timedelta(hours=20))
    acts.seat(database, run_id, ANNA)
    acts.register(database, run_id, BERTA)
    acts.withdraw(database, ANNA)
    assert acts.state(database, BERTA) is State.WAITLISTED
    with pytest.raises(SeatHasGoneOn):
        undo(database, ANNA)


def test_the_old_place_in_the_queue_returns(database: Database) -> None:
    run_id = acts.new_run(database, seats=1)
    acts.seat(database, run_id, "seated@example.com")
    for email in (ANNA, BERTA, CELMA):
        acts.register(database, run_id, email)
    acts.withdraw(database, ANNA)
    undo(database, ANNA)
    acts.withdraw(database, "seated@example.com")
    assert [acts.state(database, email) for email in (ANNA, BERTA)] == [State.OFFERED, State.WAITLISTED]


def test_a_place_in_the_queue_returns_to_a_seat_that_became_free_meanwhile(database: Database) -> None:
    run_id = acts.new_run(database, seats=1)
    acts.seat(database, run_id, "seated@example.com")
    acts.register(database, run_id, ANNA)
    acts.withdraw(database, ANNA)
    acts.withdraw(database, "seated@example.com")
    undo(database, ANNA)
    assert acts.state(database, ANNA) is State.OFFERED


def test_a_held_seat_returns_while_its_hold_lasts(database: Database) -> None:
    run_id = acts.new_run(database, seats=1)
    acts.register(database, run_id, ANNA)
    acts.withdraw(database, ANNA)
    undo(database, ANNA)
    assert acts.state(database, ANNA) is State.PENDING
    acts.withdraw(database, ANNA)
    with database.writing() as db:
        db.get_one(Registration, acts.latest(database, ANNA).id).hold_until = now()
    with pytest.raises(HoldIsOver):
        undo(database, ANNA)


def test_an_offered_seat_returns_with_its_old_deadline(database: Database) -> None:
    run_id = acts.new_run(database, seats=1)
    acts.seat(database, run_id, BERTA)
    acts.register(database, run_id, ANNA)
    acts.withdraw(database, BERTA)
    offer = acts.offer(database, ANNA)
    acts.withdraw(database, ANNA)
    undo(database, ANNA)
    again = acts.offer(database, ANNA)
    assert acts.state(database, ANNA) is State.OFFERED
    assert (again.id, again.deadline, again.answer) == (offer.id, offer.deadline, None)


def test_after_the_minutes_it_is_too_late(database: Database) -> None:
    run_id = acts.new_run(database)
    acts.seat(database, run_id, ANNA)
    with time_machine.travel(now(), tick=False) as clock:
        acts.withdraw(database, ANNA)
        clock.shift(acts.RULES.undo)
        with pytest.raises(UndoIsOver):
            undo(database, ANNA)
        clock.shift(timedelta(seconds=-1))
        undo(database, ANNA)
    assert acts.state(database, ANNA) is State.CONFIRMED


def test_only_ones_own_cancelling_is_taken_back(database: Database) -> None:
    run_id = acts.new_run(database, seats=1)
    acts.seat(database, run_id, ANNA)
    with pytest.raises(UndoIsOver):
        undo(database, ANNA)
    with database.writing() as db:
        one = db.get_one(Registration, acts.latest(database, ANNA).id)
        one.state, one.ended_at = State.CANCELLED_BY_PROVIDER, now()
    with pytest.raises(UndoIsOver):
        undo(database, ANNA)


def test_who_registered_again_keeps_the_newer_registration(database: Database) -> None:
    run_id = acts.new_run(database)
    acts.seat(database, run_id, ANNA)
    first = acts.latest(database, ANNA)
    acts.withdraw(database, ANNA)
    acts.register(database, run_id, ANNA)
    with pytest.raises(RegisteredAgain), database.writing() as db:
        undo_withdrawal(db, first.link_key, acts.RULES)


def pair(database: Database, run_id: int) -> None:
    """Two confirmed people who came together or not at all."""
    acts.seat(database, run_id, ANNA)
    acts.seat(database, run_id, BERTA)
    with database.writing() as db:
        for email in (ANNA, BERTA):
            db.get_one(Registration, acts.latest(database, email).id).party = acts.latest(database, ANNA).id


def test_two_who_came_together_return_together(database: Database) -> None:
    run_id = acts.new_run(database, seats=2)
    pair(database, run_id)
    acts.withdraw(database, ANNA)
    assert {acts.state(database, email) for email in (ANNA, BERTA)} == {State.WITHDRAWN}
    undo(database, ANNA)
    assert {acts.state(database, email) for email in (ANNA, BERTA)} == {State.CONFIRMED}


def test_two_who_came_together_do_not_return_one_by_one(database: Database) -> None:
    run_id = acts.new_run(database, seats=2)
    pair(database, run_id)
    acts.withdraw(database, ANNA)
    acts.seat(database, run_id, CELMA)
    with pytest.raises(SeatHasGoneOn):
        undo(database, ANNA)
    assert {acts.state(database, email) for email in (ANNA, BERTA)} == {State.WITHDRAWN}


def test_the_letters_and_calendar_files_count_up(world: World) -> None:
    run_id = acts.new_run(world.database)
    acts.seat(world.database, run_id, ANNA)
    world.deliver()
    link = world.link(acts.latest(world.database, ANNA).id)
    world.client.post(f"{link}/atsaukt", data={})
    world.deliver()
    assert world.client.post(f"{link}/atgriezt").headers["location"] == f"{link}?done=undone"
    world.deliver()
    world.client.post(f"{link}/atsaukt", data={})
    world.deliver()
    files = [part for letter in world.letters(ANNA) for part in letter.iter_attachments()]
    told = []
    for file in files:
        calendar = Calendar.from_ical(
            file.get_content() if file.get_content_maintype() != "text" else file.get_payload(decode=True)
        )
        events = calendar.walk("VEVENT")
        told.append(
            (str(calendar["METHOD"]), {str(one["UID"]) for one in events}, {int(one["SEQUENCE"]) for one in events})
        )
    assert [method for method, _uids, _numbers in told] == ["PUBLISH", "CANCEL", "PUBLISH", "CANCEL"]
    assert all(uids == told[0][1] for _method, uids, _numbers in told)
    numbers = [max(numbers) for _method, _uids, numbers in told]
    assert numbers == sorted(set(numbers))


def test_no_letter_speaks_of_a_cancellation_that_is_taken_back_already(world: World) -> None:
    run_id = acts.new_run(world.database)
    acts.seat(world.database, run_id, ANNA)
    world.deliver()
    acts.withdraw(world.database, ANNA)
    undo(world.database, ANNA)
    world.deliver()
    subjects = [str(letter["Subject"]) for letter in world.letters(ANNA)]
    assert len([subject for subject in subjects if subject.startswith("Jums ir vieta")]) == 2
    assert not [subject for subject in subjects if "atsaukts" in subject]


def test_the_page_offers_it_for_some_minutes_and_says_why_not(world: World) -> None:
    run_id = acts.new_run(world.database, seats=1)
    acts.seat(world.database, run_id, ANNA)
    link = world.link(acts.latest(world.database, ANNA).id)
    assert "/atgriezt" not in world.client.get(link).text
    world.client.post(f"{link}/atsaukt", data={})
    offered = world.client.get(link)
    assert f'action="{link}/atgriezt"' in offered.text
    acts.register(world.database, run_id, BERTA)
    refused = world.client.post(f"{link}/atgriezt")
    assert refused.status_code == 409
    assert "Jūsu vieta jau nodota tālāk" in refused.text
    assert f"/norises/{run_id}/pieteikties" in refused.text
    with time_machine.travel(now() + acts.RULES.undo, tick=False):
        assert "/atgriezt" not in world.client.get(link).text
        assert world.client.post(f"{link}/atgriezt").status_code == 409


def test_changing_ones_mind_over_and_over_does_not_flood_whoever_was_registered_along(database: Database) -> None:
    run_id = acts.new_run(database)
    acts.register_two(database, run_id, ANNA, BERTA)
    for _ in range(MOST_UNDONE):
        acts.withdraw(database, ANNA)
        undo(database, ANNA)
    acts.withdraw(database, ANNA)
    posted = acts.posted(database)
    with pytest.raises(UndoIsOver):
        undo(database, ANNA)
    assert acts.posted(database) == posted
