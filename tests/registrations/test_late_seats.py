"""Close to the start the provider decides: told once for each freed seat, shown who is first, and asked again only for more."""

from datetime import timedelta

import pytest
import time_machine

from app.clock import now
from app.courses.models import CourseRun
from app.db import Database
from app.registrations import late_seats
from app.registrations.models import State
from app.registrations.queue_queries import runs_with_seats_to_pass_on
from app.registrations.refusals import FirstHasChanged, LinkUnknown, NoSeatToGive
from tests.registrations import acts
from tests.registrations.test_offers import full_run_with_queue
from tests.registrations.test_parties import PAIR

SOON = timedelta(hours=20)


def late(database: Database, waiting: int = 3) -> int:
    """A run that starts soon: one seat, taken by seated@, and w1@, w2@ … waiting."""
    return full_run_with_queue(database, waiting, starts_in=SOON)


def run_of(database: Database, run_id: int) -> CourseRun:
    with database.reading() as db:
        return db.get_one(CourseRun, run_id)


def key(database: Database, run_id: int) -> str:
    """The key of the provider's link."""
    found = run_of(database, run_id).link_key
    assert found is not None
    return found


def first(database: Database, run_id: int) -> list[str | None]:
    """Who is shown to the provider."""
    with database.writing() as db:
        return [one.email for one in late_seats.show_first(db, key(database, run_id), acts.RULES)]


def give(database: Database, run_id: int, email: str) -> None:
    """The provider gives the seat to whom they saw."""
    with database.writing() as db:
        late_seats.give_seat(db, key(database, run_id), acts.latest(database, email).id, acts.RULES)


def test_a_freed_seat_is_told_once_and_offered_to_nobody(database: Database) -> None:
    run_id = late(database)
    acts.withdraw(database, "seated@example.com")
    for _again in range(3):
        acts.clear(database, run_id)
    acts.register(database, run_id, "w4@example.com")
    assert acts.posted(database).count("SeatFreeLate") == 1
    assert acts.taken_and_waiting(database, run_id) == (0, 4)


def test_a_seat_that_nobody_waits_for_is_told_to_nobody(database: Database) -> None:
    run_id = late(database, 0)
    acts.withdraw(database, "seated@example.com")
    assert "SeatFreeLate" not in acts.posted(database)
    assert acts.register(database, run_id, "new@example.com").state is State.PENDING


def test_a_seat_freed_once_more_is_told_once_more(database: Database) -> None:
    run_id = late(database)
    acts.withdraw(database, "seated@example.com")
    give(database, run_id, "w1@example.com")
    acts.clear(database, run_id)
    assert acts.posted(database).count("SeatFreeLate") == 1
    acts.withdraw(database, "w1@example.com")
    assert acts.posted(database).count("SeatFreeLate") == 2


@pytest.mark.promise("P33")
def test_the_first_is_shown_with_every_look_on_record(database: Database) -> None:
    run_id = late(database)
    acts.withdraw(database, "seated@example.com")
    assert first(database, run_id) == first(database, run_id) == ["w1@example.com"]
    seen = {"list": "first_in_queue", "run": run_id}
    shown = str(acts.latest(database, "w1@example.com").id)
    assert acts.recorded(database, "list_opened") == [(shown, seen), (shown, seen)]


def test_a_given_seat_is_theirs_at_once_and_twice_gives_one(database: Database) -> None:
    run_id = late(database)
    acts.withdraw(database, "seated@example.com")
    give(database, run_id, "w1@example.com")
    give(database, run_id, "w1@example.com")
    given = acts.latest(database, "w1@example.com")
    assert given.state is State.CONFIRMED
    assert given.confirmed_at is not None
    assert acts.taken_and_waiting(database, run_id) == (1, 2)
    assert acts.posted(database).count("SeatTaken") == 2  # Of who gave the seat up, and of who has it now.
    assert len(acts.recorded(database, "seat_given")) == 1
    with pytest.raises(NoSeatToGive):
        give(database, run_id, "w2@example.com")


def test_only_the_first_can_be_given_the_seat(database: Database) -> None:
    run_id = late(database)
    acts.withdraw(database, "seated@example.com")
    with pytest.raises(FirstHasChanged):
        give(database, run_id, "w2@example.com")
    acts.withdraw(database, "w1@example.com")
    give(database, run_id, "w2@example.com")
    assert acts.state(database, "w2@example.com") is State.CONFIRMED


def test_somebody_of_another_run_is_given_nothing(database: Database) -> None:
    run_id, other = late(database), acts.new_run(database, seats=1)
    acts.withdraw(database, "seated@example.com")
    acts.seat(database, other, "x@example.com")
    with pytest.raises(NoSeatToGive):
        give(database, run_id, "x@example.com")


def test_a_pair_before_a_single_waits_for_two_and_then_gets_both(database: Database) -> None:
    run_id = acts.new_run(database, seats=2, starts_in=SOON)
    for name in ("a", "b"):
        acts.seat(database, run_id, f"{name}@example.com")
    acts.register_two(database, run_id, PAIR)
    acts.withdraw(database, "a@example.com")
    assert "SeatFreeLate" not in acts.posted(database)  # Nobody could take the one seat.
    acts.register(database, run_id, "single@example.com")
    acts.clear(database, run_id)
    assert acts.posted(database).count("SeatFreeLate") == 1
    assert first(database, run_id) == ["single@example.com"]
    acts.withdraw(database, "b@example.com")
    assert acts.posted(database).count("SeatFreeLate") == 2
    assert first(database, run_id) == [PAIR, None]
    give(database, run_id, PAIR)
    assert [row.state for row in acts.registrations(database, run_id)][2:] == [
        State.CONFIRMED,
        State.CONFIRMED,
        State.WAITLISTED,
    ]


@pytest.mark.promise("P03")
def test_giving_past_a_pair_has_its_reason_on_record(database: Database) -> None:
    run_id = acts.new_run(database, seats=1, starts_in=SOON)
    acts.seat(database, run_id, "a@example.com")
    acts.register_two(database, run_id, PAIR)
    acts.register(database, run_id, "single@example.com")
    acts.withdraw(database, "a@example.com")
    give(database, run_id, "single@example.com")
    chosen = acts.latest(database, "single@example.com").id
    assert acts.recorded(database, "skipped") == [
        (str(acts.latest(database, PAIR).id), {"reason": "needs_two_seats", "chosen": chosen}),
    ]


def test_a_seat_left_free_stays_free_and_is_not_told_again(database: Database) -> None:
    run_id = late(database)
    acts.withdraw(database, "seated@example.com")
    with database.writing() as db:
        late_seats.leave_free(db, key(database, run_id), acts.RULES)
    acts.clear(database, run_id)
    assert acts.posted(database).count("SeatFreeLate") == 1
    assert acts.recorded(database, "seats_left_free") == [(str(run_id), {"free": 1})]
    give(database, run_id, "w1@example.com")  # Minds may change until the end.


def test_nothing_is_given_once_the_run_is_over_or_called_off(database: Database) -> None:
    run_id = late(database)
    acts.withdraw(database, "seated@example.com")
    ends_at = run_of(database, run_id).ends_at
    with time_machine.travel(ends_at - timedelta(seconds=1), tick=False):
        assert first(database, run_id) == ["w1@example.com"]
    with time_machine.travel(ends_at, tick=False), pytest.raises(NoSeatToGive):
        first(database, run_id)
    acts.change_run(database, run_id, cancelled_at=now())
    with pytest.raises(NoSeatToGive):
        give(database, run_id, "w1@example.com")


def test_a_start_that_moved_far_ahead_again_is_not_the_providers_to_decide(database: Database) -> None:
    run_id = late(database)
    acts.withdraw(database, "seated@example.com")
    acts.change_run(database, run_id, starts_at=now() + timedelta(days=3))
    with pytest.raises(NoSeatToGive):
        first(database, run_id)
    acts.clear(database, run_id)
    assert acts.state(database, "w1@example.com") is State.OFFERED


def test_a_link_that_is_nobodys_opens_nothing(database: Database) -> None:
    with database.writing() as db, pytest.raises(LinkUnknown):
        late_seats.show_first(db, "nothing", acts.RULES)


@pytest.mark.promise("P02")
def test_the_worker_finds_a_seat_that_time_alone_has_made_late(database: Database) -> None:
    run_id = acts.new_run(database, seats=1, starts_in=timedelta(hours=30))
    acts.seat(database, run_id, "a@example.com")
    acts.register(database, run_id, "w1@example.com")
    acts.withdraw(database, "a@example.com")  # Offered: far enough from the start.
    moment = now() + timedelta(hours=25)
    with database.reading() as db:
        assert runs_with_seats_to_pass_on(db, now(), acts.RULES.provider_decides) == []
    acts.register(database, run_id, "w2@example.com")
    with time_machine.travel(moment, tick=False):
        acts.clear(database, run_id)  # The offer has ended, and it is for the provider to decide now.
        assert acts.posted(database)[-1] == "SeatFreeLate"
        with database.reading() as db:
            assert runs_with_seats_to_pass_on(db, moment, acts.RULES.provider_decides) == []


@pytest.mark.promise("P02")
def test_the_worker_looks_only_where_a_free_seat_and_somebody_who_could_take_it_have_met(database: Database) -> None:
    def found() -> list[int]:
        with database.reading() as db:
            return runs_with_seats_to_pass_on(db, now(), acts.RULES.provider_decides)

    run_id = acts.new_run(database, seats=1)
    acts.seat(database, run_id, "a@example.com")
    acts.register_two(database, run_id, PAIR)
    acts.withdraw(database, "a@example.com")
    assert found() == []  # Two wait, one seat is free.
    acts.change_run(database, run_id, seats=2)
    assert found() == [run_id]
    acts.change_run(database, run_id, seats=0)
    assert found() == [run_id]
    acts.change_run(database, run_id, cancelled_at=now())
    assert found() == []
    acts.change_run(database, run_id, cancelled_at=None)
    acts.clear(database, run_id)
    assert found() == []
