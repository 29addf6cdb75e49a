"""Two who come together or not at all: seats for both, one queue place after the other, and how they part."""

import pytest
import time_machine

from app.clock import now
from app.db import Database
from app.registrations.inputs import Who
from app.registrations.models import Answer, Registration, State
from app.registrations.queue_queries import Waiting
from app.registrations.refusals import AlreadyEnded
from app.registrations.seats import Turn, whose_turn
from tests.registrations import acts

PAIR, FRIEND = "pair@example.com", "friend@example.com"


def states(database: Database, run_id: int) -> list[State]:
    """Where everybody stands, in the order of the queue."""
    return [row.state for row in acts.registrations(database, run_id)]


def pair_of(database: Database, run_id: int) -> tuple[Registration, Registration]:
    """The last two who were registered together, the first of them first."""
    first = acts.latest(database, PAIR)
    return first, next(row for row in acts.registrations(database, run_id) if row.id > first.id)


def run_with_pair_first(database: Database, seats: int = 2, friend: str | None = None) -> int:
    """A full run on whose list a pair is first and s1@, s2@ come after it."""
    run_id = acts.new_run(database, seats=seats)
    for number in range(seats):
        acts.seat(database, run_id, f"seated{number}@example.com")
    acts.register_two(database, run_id, PAIR, friend)
    for number in (1, 2):
        acts.register(database, run_id, f"s{number}@example.com")
    return run_id


@pytest.mark.parametrize(
    ("queue", "free", "turn"),
    [
        ("1 2 3", 2, Turn([1, 2], [])),
        ("1 2 3", 9, Turn([1, 2, 3], [])),
        ("1 2 3", 0, Turn([], [])),
        ("1 2 3", -1, Turn([], [])),
        ("1+2 3", 1, Turn([3], [(1, 3)])),
        ("1+2 3", 2, Turn([1, 2], [])),
        ("1+2 3+4", 1, Turn([], [])),
        ("1+2 3+4 5 6", 3, Turn([1, 2, 5], [(3, 5)])),
        ("1 2+3 4+5 6", 2, Turn([1, 6], [(2, 6), (4, 6)])),
        ("1+ 2", 1, Turn([1], [])),
    ],
)
def test_it_is_the_turn_of_the_first_who_can_take_what_is_free(queue: str, free: int, turn: Turn) -> None:
    waiting = []
    for place in queue.split():
        ids = [int(one) for one in place.split("+") if one]
        waiting += [Waiting(one, ids[0] if "+" in place else None) for one in ids]
    assert whose_turn(waiting, free) == turn


def test_confirming_once_confirms_both(database: Database) -> None:
    run_id = acts.new_run(database, seats=2)
    acts.register_two(database, run_id, PAIR)
    acts.confirm(database, PAIR)
    acts.confirm(database, PAIR)
    assert states(database, run_id) == [State.CONFIRMED, State.CONFIRMED]
    assert acts.posted(database) == ["SeatHeld", "SeatTaken", "SeatTaken"]
    assert len(acts.recorded(database, "confirmed")) == 2


def test_the_second_one_may_confirm_for_both_by_their_own_link(database: Database) -> None:
    run_id = acts.new_run(database, seats=2)
    acts.register_two(database, run_id, PAIR, FRIEND)
    acts.confirm(database, FRIEND)
    assert states(database, run_id) == [State.CONFIRMED, State.CONFIRMED]


def test_a_hold_for_two_ends_for_both_and_frees_both_seats(database: Database) -> None:
    run_id = acts.new_run(database, seats=2)
    acts.register_two(database, run_id, PAIR)
    acts.register(database, run_id, "s1@example.com")
    with time_machine.travel(now() + acts.RULES.hold, tick=False):
        acts.clear(database, run_id)
        assert states(database, run_id) == [State.EXPIRED, State.EXPIRED, State.OFFERED]


@pytest.mark.promise("P03")
def test_one_free_seat_goes_past_a_pair_with_the_reason_on_record(database: Database) -> None:
    run_id = run_with_pair_first(database)
    acts.withdraw(database, "seated0@example.com")
    first, second = pair_of(database, run_id)
    single = acts.latest(database, "s1@example.com")
    assert (first.state, second.state, single.state) == (State.WAITLISTED, State.WAITLISTED, State.OFFERED)
    assert acts.recorded(database, "skipped") == [
        (str(first.id), {"reason": "needs_two_seats", "chosen": single.id}),
    ]
    assert acts.register(database, run_id, "last@example.com").position == 4  # The pair keeps its place.


@pytest.mark.promise("P02")
def test_two_free_seats_are_offered_to_the_pair_and_one_answer_takes_both(database: Database) -> None:
    run_id = run_with_pair_first(database)
    acts.change_run(database, run_id, seats=4)
    acts.clear(database, run_id)
    first, second = pair_of(database, run_id)
    assert (first.state, second.state) == (State.OFFERED, State.OFFERED)
    assert acts.posted(database).count("SeatOffered") == 1  # The second one has no address.
    acts.accept(database, PAIR)
    acts.accept(database, PAIR)
    assert [row.state for row in pair_of(database, run_id)] == [State.CONFIRMED, State.CONFIRMED]
    assert acts.offer(database, PAIR).answer is Answer.ACCEPTED
    assert acts.taken_and_waiting(database, run_id) == (4, 2)


@pytest.mark.parametrize("passes", ["declined", "unanswered"])
def test_an_offer_to_two_that_is_not_taken_goes_to_the_next_two(database: Database, passes: str) -> None:
    run_id = run_with_pair_first(database)
    acts.change_run(database, run_id, seats=4)
    acts.clear(database, run_id)
    if passes == "declined":
        acts.decline(database, PAIR)
    else:
        with time_machine.travel(now() + acts.RULES.offer, tick=False):
            acts.clear(database, run_id)
    assert states(database, run_id)[2:] == [State.DECLINED, State.DECLINED, State.OFFERED, State.OFFERED]
    assert acts.posted(database).count("SeatGivenUp" if passes == "declined" else "OfferExpired") == 1


def test_a_pair_at_the_end_of_a_full_list_holds_nobody_up(database: Database) -> None:
    run_id = acts.new_run(database, seats=1)
    acts.seat(database, run_id, "seated@example.com")
    acts.register_two(database, run_id, PAIR)
    acts.withdraw(database, "seated@example.com")
    assert acts.taken_and_waiting(database, run_id) == (0, 2)  # One seat is no seat for two.
    assert acts.recorded(database, "skipped") == []
    acts.register(database, run_id, "s1@example.com")
    acts.clear(database, run_id)
    assert acts.state(database, "s1@example.com") is State.OFFERED


def test_giving_up_is_for_both_by_default(database: Database) -> None:
    run_id = acts.new_run(database, seats=2)
    acts.register_two(database, run_id, PAIR, FRIEND)
    acts.confirm(database, PAIR)
    acts.withdraw(database, FRIEND)
    assert states(database, run_id) == [State.WITHDRAWN, State.WITHDRAWN]
    assert acts.posted(database).count("SeatGivenUp") == 2
    assert acts.taken_and_waiting(database, run_id) == (0, 0)


def test_who_goes_alone_leaves_the_other_with_a_link_and_an_address(database: Database) -> None:
    run_id = acts.new_run(database, seats=2)
    acts.register_two(database, run_id, PAIR)
    acts.confirm(database, PAIR)
    acts.withdraw(database, PAIR, Who.ME)
    first, second = (row for row in acts.registrations(database, run_id))
    assert (first.state, first.party) == (State.WITHDRAWN, None)
    assert (second.state, second.party) == (State.CONFIRMED, None)
    assert (second.email, second.email_key) == (PAIR, None)
    assert acts.posted(database)[-2:] == ["SeatGivenUp", "PartyDissolved"]
    assert (
        acts.register(database, run_id, PAIR).state is State.PENDING
    )  # Who left may come back: the address is theirs.


def test_the_other_one_can_be_cancelled_alone_and_a_stale_form_then_cancels_nobody(database: Database) -> None:
    run_id = acts.new_run(database, seats=2)
    acts.register_two(database, run_id, PAIR, FRIEND)
    acts.confirm(database, PAIR)
    acts.withdraw(database, PAIR, Who.COMPANION)
    assert states(database, run_id) == [State.CONFIRMED, State.WITHDRAWN]
    with pytest.raises(AlreadyEnded):
        acts.withdraw(database, PAIR, Who.COMPANION)
    assert states(database, run_id) == [State.CONFIRMED, State.WITHDRAWN]
    assert acts.latest(database, PAIR).party is None


@pytest.mark.promise("P02")
def test_waiting_each_for_oneself_one_free_seat_is_enough(database: Database) -> None:
    run_id = acts.new_run(database, seats=1)
    acts.seat(database, run_id, "seated@example.com")
    acts.register_two(database, run_id, PAIR, FRIEND)
    acts.withdraw(database, "seated@example.com")
    acts.separate(database, PAIR)
    acts.separate(database, PAIR if acts.state(database, PAIR) is State.WAITLISTED else FRIEND)
    assert [acts.state(database, one) for one in (PAIR, FRIEND)] == [State.OFFERED, State.WAITLISTED]
    assert acts.posted(database).count("PartyDissolved") == 1
    assert len(acts.recorded(database, "party_separated")) == 2


def test_only_those_who_wait_can_be_separated(database: Database) -> None:
    run_id = acts.new_run(database, seats=2)
    acts.register_two(database, run_id, PAIR)
    with pytest.raises(AlreadyEnded):
        acts.separate(database, PAIR)
    assert acts.latest(database, PAIR).party is not None


def test_who_joins_behind_two_that_wait_for_two_seats_is_offered_the_one_that_is_free(database: Database) -> None:
    run_id = acts.new_run(database, seats=2)
    acts.seat(database, run_id, "seated0@example.com")
    acts.seat(database, run_id, "seated1@example.com")
    acts.register_two(database, run_id, PAIR, None)
    acts.withdraw(database, "seated1@example.com")
    acts.register(database, run_id, "single@example.com")
    assert acts.latest(database, "single@example.com").state is State.OFFERED
    assert [one.state for one in pair_of(database, run_id)] == [State.WAITLISTED, State.WAITLISTED]
