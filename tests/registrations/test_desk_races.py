"""Staff and residents at the same moment: the last seat, and moves against registrations, on both databases."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier

import pytest

from app.clock import now
from app.courses.models import CourseRun
from app.db import Database
from app.refusals import Conflict
from app.registrations.models import Registration, State
from app.registrations.queries import occupancy_of
from tests.registrations import acts
from tests.registrations.desk_acts import enter, move, new_group, new_staff
from tests.registrations.test_desk import whole

pytestmark = [pytest.mark.promise("P01"), pytest.mark.slow]
PEOPLE = 12


def at_once(*people: Callable[[], object]) -> None:
    """Everybody acts at the same moment; who is refused is refused."""
    ready = Barrier(len(people))

    def one(act: Callable[[], object]) -> None:
        ready.wait(timeout=60)
        with suppress(Conflict):
            act()

    with ThreadPoolExecutor(len(people)) as crowd:
        list(crowd.map(one, people))


def test_desk_and_web_never_give_one_seat_twice(database: Database) -> None:
    who = new_staff(database)
    run_id = new_group(database, who, seats=3)

    def by_desk(number: int) -> Callable[[], object]:
        return lambda: enter(database, who, run_id, f"Zvana {'ABCDEFGHIJKL'[number]}")

    def by_web(number: int) -> Callable[[], object]:
        return lambda: acts.register(database, run_id, f"web{number}@example.com")

    at_once(*(act(number) for number in range(PEOPLE) for act in (by_desk, by_web)))
    states = Counter(one.state for one in acts.registrations(database, run_id))
    assert states[State.CONFIRMED] + states[State.PENDING] == 3
    assert states[State.WAITLISTED] == 2 * PEOPLE - 3
    whole(database)


@pytest.mark.promise("P06")
def test_the_desks_form_sent_many_times_at_once_enters_one_person(database: Database) -> None:
    who = new_staff(database)
    run_id = new_group(database, who, seats=3)
    at_once(*[lambda: enter(database, who, run_id, key="the-same-form-of-the-desk")] * PEOPLE)
    assert len(acts.registrations(database, run_id)) == 1
    whole(database)


def test_moves_and_registrations_never_take_one_seat_twice_and_never_wait_for_each_other(database: Database) -> None:
    who = new_staff(database)
    here, there = new_group(database, who, seats=PEOPLE), new_group(database, who, seats=4)
    leaving = [enter(database, who, here, f"Iet {'ABCDEFGHIJKL'[one]}")[1] or 0 for one in range(6)]
    coming = [enter(database, who, there, f"Nāk {'ABCDEFGHIJKL'[one]}")[1] or 0 for one in range(3)]
    crowd = [lambda one=one: move(database, who, here, one, there) for one in leaving]
    crowd += [lambda one=one: move(database, who, there, one, here) for one in coming]
    crowd += [
        lambda one=one: acts.register(database, there, f"web{one}@example.com", expects_seat=True) for one in range(6)
    ]
    at_once(*crowd)
    assert acts.taken_and_waiting(database, there)[0] <= 4
    assert acts.taken_and_waiting(database, here)[0] <= PEOPLE
    moved = [number for number, facts in acts.recorded(database, "moved") if facts["to"] == here]
    assert len(moved) == 3
    whole(database)


def test_without_the_lock_a_move_would_take_a_seat_that_is_gone(database: Database) -> None:
    """The control: the same looking and moving, without holding the runs."""
    who = new_staff(database)
    here, there = new_group(database, who, seats=PEOPLE), new_group(database, who, seats=1)
    people = [enter(database, who, here, f"Iet {'ABCDEFGHIJKL'[one]}")[1] or 0 for one in range(6)]
    ready = Barrier(len(people))

    def move_without_the_lock(number: int) -> None:
        with database.reading() as db:
            run = db.get_one(CourseRun, there)
            seats = occupancy_of(db, run, now())
            has_room = run.has_room(seats.taken, seats.waiting)
        ready.wait(timeout=60)
        if has_room:
            with database.writing() as db:
                db.get_one(Registration, number).run_id = there

    with ThreadPoolExecutor(len(people)) as crowd:
        list(crowd.map(move_without_the_lock, people))
    assert acts.taken_and_waiting(database, there)[0] > 1
