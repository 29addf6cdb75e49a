"""Taking a cancellation back while others register: the run is held, so nobody gets a seat twice."""

import threading
from collections.abc import Callable

import pytest

from app.courses.models import CourseRun
from app.db import Database
from app.refusals import Refusal
from app.registrations.models import Registration, State
from tests.registrations import acts
from tests.registrations.test_undo import ANNA, BERTA, CELMA, undo


def at_once(*jobs: Callable[[], None]) -> None:
    """Each in a thread of its own, begun at the same moment; refusals are answers, not faults."""
    begin, faults = threading.Barrier(len(jobs)), list[BaseException]()

    def run(job: Callable[[], None]) -> None:
        begin.wait()
        try:
            job()
        except Refusal:
            pass
        except BaseException as fault:  # noqa: BLE001  kept, and raised below
            faults.append(fault)

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []


@pytest.mark.promise("P02")
@pytest.mark.parametrize("_round", range(10))
def test_undoing_and_registering_at_once_never_oversell(database: Database, _round: int) -> None:
    run_id = acts.new_run(database, seats=1)
    acts.seat(database, run_id, ANNA)
    acts.withdraw(database, ANNA)
    at_once(
        lambda: undo(database, ANNA),
        lambda: undo(database, ANNA),
        lambda: _register(database, run_id, BERTA),
        lambda: _register(database, run_id, CELMA),
    )
    taken, _waiting = acts.taken_and_waiting(database, run_id)
    assert taken == 1
    assert [acts.state(database, ANNA), acts.state(database, BERTA), acts.state(database, CELMA)].count(
        State.WAITLISTED
    ) in {1, 2}


def _register(database: Database, run_id: int, email: str) -> None:
    acts.register(database, run_id, email)


@pytest.mark.promise("P02")
def test_without_the_lock_undoing_would_oversell(database: Database) -> None:
    """The control: the same question and the same change, without holding the run between them."""
    run_id = acts.new_run(database, seats=1)
    acts.seat(database, run_id, ANNA)
    acts.withdraw(database, ANNA)
    asked, taken = threading.Event(), threading.Event()

    def undo_without_the_lock() -> None:
        with database.reading() as db:
            run = db.get_one(CourseRun, run_id)
            is_free = acts.taken_and_waiting(database, run.id) == (0, 0)
        asked.set()
        taken.wait(10)
        if is_free:
            with database.writing() as db:
                db.get_one(Registration, acts.latest(database, ANNA).id).state = State.CONFIRMED

    def register_meanwhile() -> None:
        asked.wait(10)
        acts.register(database, run_id, BERTA)
        taken.set()

    at_once(undo_without_the_lock, register_meanwhile)
    assert acts.taken_and_waiting(database, run_id)[0] == 2
