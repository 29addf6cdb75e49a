"""Freed seats: offered to the first in the queue, until a deadline, to one person at a time."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
import time_machine
from sqlalchemy import select

from app.clock import now
from app.courses.models import CourseRun
from app.db import Database
from app.i18n import local
from app.refusals import Conflict
from app.registrations.answers import withdraw
from app.registrations.inputs import WithdrawForm
from app.registrations.models import Answer, SeatOffer, State
from app.registrations.refusals import OfferIsOver
from app.registrations.seats import SeatRules
from tests.registrations import acts

DAY = timedelta(hours=24)


def full_run_with_queue(database: Database, waiting: int = 3, *, starts_in: int | timedelta = 14) -> int:
    """A run with one seat, taken by seated@, and w1@, w2@ … waiting."""
    run_id = acts.new_run(database, seats=1, starts_in=starts_in)
    acts.seat(database, run_id, "seated@example.com")
    for number in range(1, waiting + 1):
        acts.register(database, run_id, f"w{number}@example.com")
    return run_id


def test_a_seat_given_up_is_offered_to_the_first_in_the_queue_for_a_day(database: Database) -> None:
    full_run_with_queue(database)
    acts.withdraw(database, "seated@example.com")
    assert [acts.state(database, f"w{n}@example.com") for n in (1, 2, 3)] == [
        State.OFFERED,
        State.WAITLISTED,
        State.WAITLISTED,
    ]
    offer = acts.offer(database, "w1@example.com")
    assert offer.deadline - offer.offered_at == DAY
    assert acts.posted(database)[-2:] == ["SeatGivenUp", "SeatOffered"]


def test_taking_the_offer_twice_takes_one_seat(database: Database) -> None:
    run_id = full_run_with_queue(database)
    acts.withdraw(database, "seated@example.com")
    acts.accept(database, "w1@example.com")
    acts.accept(database, "w1@example.com")
    assert acts.state(database, "w1@example.com") is State.CONFIRMED
    assert acts.offer(database, "w1@example.com").answer is Answer.ACCEPTED
    assert acts.taken_and_waiting(database, run_id) == (1, 2)
    assert acts.posted(database).count("SeatTaken") == 2


def test_declining_passes_the_seat_on_at_once(database: Database) -> None:
    full_run_with_queue(database)
    acts.withdraw(database, "seated@example.com")
    acts.decline(database, "w1@example.com")
    acts.decline(database, "w1@example.com")
    assert acts.state(database, "w1@example.com") is State.DECLINED
    assert acts.state(database, "w2@example.com") is State.OFFERED
    assert acts.state(database, "w3@example.com") is State.WAITLISTED
    with pytest.raises(OfferIsOver):
        acts.accept(database, "w1@example.com")


def test_an_offer_that_is_not_answered_goes_to_the_next(database: Database) -> None:
    run_id = full_run_with_queue(database)
    acts.withdraw(database, "seated@example.com")
    with time_machine.travel(now() + DAY + timedelta(seconds=1), tick=False):
        with pytest.raises(OfferIsOver):
            acts.accept(database, "w1@example.com")  # Even before the worker has noticed.
        acts.clear(database, run_id)
        assert acts.state(database, "w1@example.com") is State.DECLINED
        assert acts.offer(database, "w1@example.com").answer is Answer.EXPIRED
        assert acts.state(database, "w2@example.com") is State.OFFERED
        with pytest.raises(OfferIsOver):
            acts.accept(database, "w1@example.com")
    assert acts.posted(database)[-2:] == ["OfferExpired", "SeatOffered"]


def test_an_offer_is_good_until_its_deadline_and_not_a_moment_longer(database: Database) -> None:
    full_run_with_queue(database)
    acts.withdraw(database, "seated@example.com")
    deadline = acts.offer(database, "w1@example.com").deadline
    with time_machine.travel(deadline, tick=False), pytest.raises(OfferIsOver):
        acts.accept(database, "w1@example.com")
    with time_machine.travel(deadline - timedelta(milliseconds=1), tick=False):
        acts.accept(database, "w1@example.com")
    assert acts.state(database, "w1@example.com") is State.CONFIRMED


def test_an_offer_ends_with_the_start(database: Database) -> None:
    run_id = full_run_with_queue(database, starts_in=timedelta(hours=30))
    rules = SeatRules(offer=timedelta(hours=48))
    with database.writing() as db:
        withdraw(db, acts.latest(database, "seated@example.com").link_key, WithdrawForm(), rules)
    with database.reading() as db:
        assert acts.offer(database, "w1@example.com").deadline == db.get_one(CourseRun, run_id).starts_at


def test_within_a_day_of_the_start_the_provider_decides(database: Database) -> None:
    run_id = full_run_with_queue(database, starts_in=timedelta(hours=23))
    acts.withdraw(database, "seated@example.com")
    acts.clear(database, run_id)
    assert acts.taken_and_waiting(database, run_id) == (0, 3)
    assert acts.state(database, "w1@example.com") is State.WAITLISTED


def test_a_called_off_run_offers_nothing(database: Database) -> None:
    run_id = full_run_with_queue(database)
    acts.change_run(database, run_id, cancelled_at=now())
    acts.withdraw(database, "seated@example.com")
    acts.clear(database, run_id)
    assert acts.taken_and_waiting(database, run_id) == (0, 3)


def test_more_seats_are_offered_to_as_many_in_order(database: Database) -> None:
    run_id = full_run_with_queue(database)
    acts.change_run(database, run_id, seats=3)
    acts.clear(database, run_id)
    states = [acts.state(database, f"w{n}@example.com") for n in (1, 2, 3)]
    assert states == [State.OFFERED, State.OFFERED, State.WAITLISTED]


def test_fewer_seats_take_nobodys_place_and_offer_none(database: Database) -> None:
    run_id = acts.new_run(database, seats=3)
    for name in ("a", "b", "c"):
        acts.seat(database, run_id, f"{name}@example.com")
    acts.register(database, run_id, "w1@example.com")
    acts.change_run(database, run_id, seats=1)
    acts.withdraw(database, "a@example.com")
    assert acts.taken_and_waiting(database, run_id) == (2, 1)


def test_who_leaves_the_list_moves_the_others_up(database: Database) -> None:
    run_id = full_run_with_queue(database)
    acts.withdraw(database, "w1@example.com")
    acts.withdraw(database, "seated@example.com")
    assert acts.state(database, "w2@example.com") is State.OFFERED
    assert acts.register(database, run_id, "w4@example.com").position == 2


def test_who_declined_may_join_again_and_is_last(database: Database) -> None:
    run_id = full_run_with_queue(database, 2)
    acts.withdraw(database, "seated@example.com")
    acts.decline(database, "w1@example.com")
    assert acts.register(database, run_id, "w1@example.com").position == 1
    assert acts.state(database, "w2@example.com") is State.OFFERED


def test_a_hold_that_runs_out_feeds_the_queue(database: Database) -> None:
    run_id = acts.new_run(database, seats=1)
    acts.register(database, run_id, "pending@example.com")
    acts.register(database, run_id, "w1@example.com")
    with time_machine.travel(now() + DAY + timedelta(seconds=1), tick=False):
        acts.clear(database, run_id)
        assert acts.state(database, "pending@example.com") is State.EXPIRED
        assert acts.state(database, "w1@example.com") is State.OFFERED


@pytest.mark.promise("P04")
def test_fifty_answers_to_one_offer_at_once_take_one_seat(database: Database) -> None:
    run_id = full_run_with_queue(database)
    acts.withdraw(database, "seated@example.com")
    ready = Barrier(10)

    def answer(_number: int) -> None:
        ready.wait(timeout=30)
        for _again in range(5):
            acts.accept(database, "w1@example.com")

    with ThreadPoolExecutor(10) as people:
        list(people.map(answer, range(10)))
    assert acts.taken_and_waiting(database, run_id) == (1, 2)
    assert acts.posted(database).count("SeatTaken") == 2  # Theirs, and that of who gave the seat up.


@pytest.mark.promise("P04")
def test_taking_and_declining_at_once_end_in_one_of_the_two(database: Database) -> None:
    run_id = full_run_with_queue(database)
    acts.withdraw(database, "seated@example.com")
    ready = Barrier(2)

    def answer(act: Callable[[Database, str], None]) -> None:
        ready.wait(timeout=30)
        try:
            act(database, "w1@example.com")
        except Conflict:  # The slower of the two is told that it came too late.
            return

    with ThreadPoolExecutor(2) as people:
        list(people.map(answer, [acts.accept, acts.decline]))
    with database.reading() as db:
        offers = db.scalars(select(SeatOffer)).all()
    if acts.state(database, "w1@example.com") is State.CONFIRMED:
        assert [offer.answer for offer in offers] == [Answer.ACCEPTED]
    else:
        assert acts.state(database, "w1@example.com") is State.DECLINED
        assert acts.state(database, "w2@example.com") is State.OFFERED
    assert acts.taken_and_waiting(database, run_id)[0] == 1


@pytest.mark.promise("P05")
@pytest.mark.parametrize(
    "moment",
    [
        datetime(2027, 3, 27, 10, 0, tzinfo=UTC),  # the night in which 03:00 does not exist
        datetime(2027, 3, 27, 23, 30, tzinfo=UTC),
        datetime(2027, 10, 30, 10, 0, tzinfo=UTC),  # the night in which 03:30 comes twice
        datetime(2027, 10, 31, 0, 30, tzinfo=UTC),
        datetime(2026, 12, 31, 21, 59, 59, tzinfo=UTC),  # 23:59:59 in Riga
        datetime(2026, 12, 31, 22, 0, 0, tzinfo=UTC),
    ],
)
def test_a_day_is_twenty_four_hours_whatever_the_clocks_do(sqlite_database: Database, moment: datetime) -> None:
    with time_machine.travel(moment, tick=False):
        full_run_with_queue(sqlite_database)
        acts.withdraw(sqlite_database, "seated@example.com")
    offer = acts.offer(sqlite_database, "w1@example.com")
    assert offer.deadline == moment + DAY
    with time_machine.travel(moment + DAY - timedelta(seconds=1), tick=False):
        acts.accept(sqlite_database, "w1@example.com")
    assert local(offer.deadline).tzinfo is not None
