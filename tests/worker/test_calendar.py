"""The calendar's tasks: shared by workers, done by one at a time, none held up by another's fault."""

from datetime import timedelta
from threading import Barrier, Event, Thread

import pytest
import time_machine
from sqlalchemy import select

from app.clock import now
from app.db import Database
from app.outbox import turns
from app.outbox.models import Turn
from app.worker.calendar import do_all, do_what_is_due
from app.worker.run import work, work_with_both_hands
from app.worker.schedule import Task
from app.worker.workshop import Workshop
from tests.worker.postbox import Postbox, post_letters, workshop_with

MINUTE = timedelta(minutes=1)


@pytest.fixture
def workshop(database: Database) -> Workshop:
    return workshop_with(database, Postbox())


def task(done: list[str], name: str = "sweep", every: timedelta = MINUTE) -> Task:
    return Task(name, every, lambda _workshop: done.append(name))


def test_a_task_is_done_when_its_time_has_come_and_not_before(workshop: Workshop) -> None:
    done: list[str] = []
    with time_machine.travel(now(), tick=False) as clock:
        for _ in range(5):
            do_what_is_due(workshop, [task(done)])
            clock.shift(timedelta(seconds=29))
    assert len(done) == 2


def test_eight_at_once_do_a_task_once(workshop: Workshop) -> None:
    done: list[str] = []
    start = Barrier(8)

    def one() -> None:
        start.wait()
        do_what_is_due(workshop, [task(done)])

    threads = [Thread(target=one) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert done == ["sweep"]


def test_nobody_else_does_a_task_that_somebody_is_at_and_a_dead_workers_task_is_free_again(workshop: Workshop) -> None:
    done: list[str] = []
    with time_machine.travel(now(), tick=False) as clock:
        with workshop.database.writing() as db:
            assert turns.take(db, "sweep", MINUTE, now())  # Then its worker is killed.
        do_what_is_due(workshop, [task(done)])
        do_all(workshop, [task(done)])
        assert done == []
        clock.shift(turns.LEASE + timedelta(seconds=1))
        do_what_is_due(workshop, [task(done)])
    assert done == ["sweep"]


def test_a_task_that_takes_long_keeps_its_turn(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.worker.calendar._RENEW_SECONDS", 0.02)
    ends: list[object] = []

    def long_work(_workshop: Workshop) -> None:
        for _ in range(2):
            Event().wait(0.6)
            with workshop.database.reading() as db:
                ends.append(db.scalar(select(Turn.leased_until)))

    do_what_is_due(workshop, [Task("sweep", MINUTE, long_work)])
    assert ends[0] < ends[1]  # type: ignore[operator]


def test_a_task_that_fails_holds_up_no_other_stays_due_and_is_seen(workshop: Workshop) -> None:
    done: list[str] = []

    def fall(_workshop: Workshop) -> None:
        raise RuntimeError

    tasks = [Task("fall", MINUTE, fall), task(done)]
    with time_machine.travel(now(), tick=False) as clock:
        do_what_is_due(workshop, tasks)
        clock.shift(timedelta(minutes=5))
        with workshop.database.reading() as db:
            assert turns.lateness(db, now()) == {"fall": 300.0, "sweep": 240.0}
        tasks[0] = task(done, "fall")
        do_what_is_due(workshop, tasks)
    assert done == ["sweep", "fall", "sweep"]


def test_a_clock_that_was_put_back_stops_no_task(workshop: Workshop) -> None:
    done: list[str] = []
    with time_machine.travel(now() + timedelta(hours=2), tick=False):
        do_what_is_due(workshop, [task(done)])
    do_what_is_due(workshop, [task(done)])
    assert done == ["sweep", "sweep"]


@pytest.mark.promise("P08")
@pytest.mark.parametrize(("both_hands", "goes_on"), [(True, True), (False, False)])
def test_only_with_both_hands_the_calendar_goes_on_while_a_letter_hangs(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch, both_hands: bool, goes_on: bool
) -> None:
    post_letters(workshop.database, "a@example.lv")
    hangs, let_go, stop, done = Event(), Event(), Event(), Event()

    def hang(_letter: object) -> None:
        hangs.set()
        let_go.wait(20)

    assert isinstance(workshop.sender, Postbox)
    workshop.sender.fault = hang
    after = Task("after", timedelta(0), lambda _workshop: done.set() if hangs.is_set() else None)
    monkeypatch.setattr("app.worker.run.TASKS", (after,))
    working = Thread(target=work_with_both_hands if both_hands else work, args=(workshop, stop))
    working.start()
    try:
        assert hangs.wait(20)
        assert done.wait(8 if goes_on else 2.5) is goes_on
    finally:
        let_go.set()
        stop.set()
        working.join(20)
    assert workshop.sender.to() == ["a@example.lv"]  # What was begun is finished first.
