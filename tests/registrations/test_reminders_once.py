"""A reminder is posted once, however many workers look, and again only for a start that has moved away."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import update

from app.clock import now
from app.courses.models import CourseRun
from app.db import Database
from app.registrations import reminders
from app.registrations.models import Registration, State
from app.settings import Settings
from app.worker.runs import remind
from app.worker.workshop import open_workshop
from tests.registrations import acts, run_acts

WORKERS = 4


def three_seated(database: Database) -> int:
    """A run with three people who have had their seats for a week."""
    found = run_acts.new_run(database)
    for number in range(3):
        acts.seat(database, found, f"seated{number}@example.com")
    with database.writing() as db:
        db.execute(update(Registration).values(confirmed_at=now() - timedelta(days=7)))
    return found


@pytest.fixture
def run_id(database: Database) -> int:
    """Such a run."""
    return three_seated(database)


def posted(database: Database) -> int:
    """How many reminders were posted."""
    return acts.posted(database).count("RunStartsSoon")


def test_several_workers_remind_everybody_once(database: Database, settings: Settings, run_id: int) -> None:
    workshop = open_workshop(settings, database)
    with time_machine.travel(run_acts.run_of(database, run_id).starts_at - timedelta(hours=48), tick=False):
        with ThreadPoolExecutor(WORKERS) as workers:
            for done in [workers.submit(remind, workshop) for _worker in range(WORKERS)]:
                done.result()
        assert posted(database) == 3
        remind(workshop)
    assert posted(database) == 3


@pytest.mark.postgres
def test_the_control_that_does_not_hold_the_run_reminds_twice(
    postgres_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two workers that read before either has committed: what the lock of the run prevents."""
    database = postgres_database
    run_id = three_seated(database)
    monkeypatch.setattr(reminders, "lock_run", lambda db, number: db.get_one(CourseRun, number))
    start = run_acts.run_of(database, run_id).starts_at
    with time_machine.travel(start - timedelta(hours=48), tick=False):
        one, other = database.writer(), database.writer()
        for db in (one, other):
            reminders.remind(db, run_id, acts.RULES)
        for db in (one, other):
            database.finish(db, commits=True)
    assert posted(database) == 6


def test_who_gives_up_or_never_had_a_seat_is_not_reminded(database: Database, run_id: int) -> None:
    acts.withdraw(database, "seated0@example.com")
    acts.register(database, run_id, "pending@example.com")
    near = run_acts.run_of(database, run_id).starts_at - timedelta(hours=47)
    with time_machine.travel(near, tick=False), database.writing() as db:
        assert reminders.remind(db, run_id, acts.RULES) == 2
    reminded = [one.email for one in acts.registrations(database, run_id) if one.reminded_at is not None]
    assert reminded == ["seated1@example.com", "seated2@example.com"]


def test_a_cancelled_run_reminds_nobody(database: Database, run_id: int) -> None:
    run_acts.cancel_run(database, run_id)
    near = run_acts.run_of(database, run_id).starts_at - timedelta(hours=47)
    with time_machine.travel(near, tick=False), database.writing() as db:
        assert reminders.remind(db, run_id, acts.RULES) == 0
    assert {one.state for one in acts.registrations(database, run_id)} == {State.CANCELLED_BY_PROVIDER}


def test_a_start_that_moved_away_is_reminded_of_anew_and_one_that_came_nearer_is_not(
    database: Database, run_id: int
) -> None:
    start = run_acts.run_of(database, run_id).starts_at
    with time_machine.travel(start - timedelta(hours=47), tick=False) as clock:
        with database.writing() as db:
            assert reminders.remind(db, run_id, acts.RULES) == 3
        run_acts.move(database, run_id, 0, days=-1)
        with database.writing() as db:
            assert reminders.remind(db, run_id, acts.RULES) == 0
        run_acts.move(database, run_id, 0, days=5)
        with database.writing() as db:
            assert reminders.remind(db, run_id, acts.RULES) == 0
        clock.shift(timedelta(days=4))
        with database.writing() as db:
            assert reminders.remind(db, run_id, acts.RULES) == 3
