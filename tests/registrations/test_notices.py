"""One letter for many changes: when it is due, who gets it, and of what nobody is told."""

import json
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from app.clock import now
from app.courses.queries import lock_timetable
from app.db import Database
from app.outbox.models import Message
from app.registrations.known import changes, known
from app.registrations.notices import LONGEST, known_to
from app.settings import Settings
from app.worker.run import drain
from app.worker.runs import tell_changes
from app.worker.workshop import open_workshop
from tests.registrations import acts, run_acts
from tests.registrations.run_acts import QUIET

MORNING = datetime(2026, 6, 1, 6, tzinfo=UTC)


def told(database: Database, kind: str = "RunMoved") -> list[int]:
    """Registrations for which a letter was posted, in order."""
    with database.reading() as db:
        wanted = select(Message.facts).where(Message.kind == kind).order_by(Message.id)
        return [json.loads(facts)["registration_id"] for facts in db.scalars(wanted)]


def people(database: Database, run_id: int, *names: str) -> list[int]:
    """These people register and confirm; the ids of their registrations."""
    for name in names:
        acts.seat(database, run_id, f"{name}@example.com")
    return [acts.latest(database, f"{name}@example.com").id for name in names]


def test_many_changes_make_one_letter_each_after_a_quiet_time(database: Database) -> None:
    with time_machine.travel(MORNING, tick=False) as clock:
        run_id = run_acts.new_run(database)
        everyone = people(database, run_id, "anna", "berta")
        run_acts.move(database, run_id, 0, days=1)
        clock.shift(QUIET - timedelta(seconds=1))
        run_acts.tell(database, run_id)
        assert told(database) == []
        run_acts.move(database, run_id, 1, days=1)
        run_acts.hold_at(database, run_id, "Skola")
        clock.shift(QUIET - timedelta(seconds=1))
        run_acts.tell(database, run_id)
        assert told(database) == []
        clock.shift(timedelta(seconds=1))
        run_acts.tell(database, run_id)
        assert told(database) == everyone
        run_acts.tell(database, run_id)
        assert told(database) == everyone


def test_changes_without_end_are_told_at_last(database: Database) -> None:
    with time_machine.travel(MORNING, tick=False) as clock:
        run_id = run_acts.new_run(database)
        people(database, run_id, "anna")
        for _time in range(LONGEST + 1):
            assert told(database) == []
            run_acts.move(database, run_id, 2, days=1)
            clock.shift(QUIET * 0.9)
            run_acts.tell(database, run_id)
        assert len(told(database)) == 1


def test_what_was_taken_back_is_not_told(database: Database) -> None:
    with time_machine.travel(MORNING, tick=False) as clock:
        run_id = run_acts.new_run(database)
        people(database, run_id, "anna")
        run_acts.move(database, run_id, 0, days=1)
        run_acts.cancel_session(database, run_id, 1)
        run_acts.restore_session(database, run_id, 1)
        run_acts.move(database, run_id, 0, days=-1)
        clock.shift(QUIET)
        run_acts.tell(database, run_id)
        assert told(database) == []
        notice = run_acts.notice_of(database, run_id)
        assert notice is not None
        assert notice.told_at is not None
        assert notice.after is not None


@pytest.mark.parametrize(
    ("starts_in", "moves_by", "at_once"),
    [
        (timedelta(hours=23), timedelta(days=2), True),
        (timedelta(hours=25), timedelta(days=2), False),
        (timedelta(days=3), timedelta(hours=-49), True),
        (timedelta(days=3), timedelta(hours=-40), False),
    ],
    ids=["the old start is near", "the old start is not near", "the new start is near", "neither is near"],
)
def test_a_change_of_a_near_session_is_told_at_once(
    sqlite_database: Database, starts_in: timedelta, moves_by: timedelta, at_once: bool
) -> None:
    with time_machine.travel(MORNING, tick=False):
        run_id = run_acts.new_run(sqlite_database, starts_in=starts_in)
        people(sqlite_database, run_id, "anna")
        session = run_acts.sessions_of(sqlite_database, run_id)[0]
        to = run_acts.Span(session.starts_at + moves_by, session.ends_at + moves_by)
        run_acts.move(sqlite_database, run_id, 0, to)
        run_acts.tell(sqlite_database, run_id)
        assert bool(told(sqlite_database)) is at_once


def test_nobody_is_told_of_a_change_they_never_saw(database: Database) -> None:
    with time_machine.travel(MORNING, tick=False) as clock:
        run_id = run_acts.new_run(database, seats=9)
        first = run_acts.sessions_of(database, run_id)[0].starts_at
        before = people(database, run_id, "before")
        run_acts.move(database, run_id, 0, days=1)
        between = people(database, run_id, "between")
        run_acts.move(database, run_id, 1, days=1)
        run_acts.move(database, run_id, 0, days=1)
        people(database, run_id, "after")
        clock.shift(QUIET)
        run_acts.tell(database, run_id)
        assert told(database) == [*before, *between]
        notice = run_acts.notice_of(database, run_id)
        assert notice is not None
        knew = [known_to(notice, registration) for registration in (*before, *between)]
        starts = [one.starts_at for one in knew if one is not None]
        assert starts == [first, first + timedelta(days=1)]


def test_who_saw_only_the_last_state_is_told_nothing_though_others_are(database: Database) -> None:
    """The first change is taken back while somebody registers: for those before nothing has changed, for them it has."""
    with time_machine.travel(MORNING, tick=False) as clock:
        run_id = run_acts.new_run(database, seats=9)
        people(database, run_id, "before")
        run_acts.move(database, run_id, 0, days=1)
        between = people(database, run_id, "between")
        run_acts.move(database, run_id, 0, days=-1)
        clock.shift(QUIET)
        run_acts.tell(database, run_id)
        assert told(database) == between


def test_everyone_who_has_or_awaits_a_seat_is_told_and_nobody_else(database: Database) -> None:
    with time_machine.travel(MORNING, tick=False) as clock:
        run_id = run_acts.new_run(database, seats=3)
        people(database, run_id, "seated", "leaving", "gone")
        for name in ("offered", "waiting", "left"):
            acts.register(database, run_id, f"{name}@example.com")
        acts.withdraw(database, "left@example.com")
        acts.withdraw(database, "gone@example.com")
        run_acts.move(database, run_id, 0, days=1)
        acts.withdraw(database, "leaving@example.com")
        clock.shift(QUIET)
        run_acts.tell(database, run_id)
        expected = [acts.latest(database, f"{name}@example.com").id for name in ("seated", "offered", "waiting")]
        assert told(database) == expected


def test_a_cancelled_run_is_told_once_with_the_changes_before_it(database: Database) -> None:
    with time_machine.travel(MORNING, tick=False) as clock:
        run_id = run_acts.new_run(database, seats=1)
        seated = people(database, run_id, "seated")
        acts.register(database, run_id, "waiting@example.com")
        run_acts.move(database, run_id, 0, days=1)
        run_acts.cancel_run(database, run_id)
        run_acts.tell(database, run_id)
        assert told(database) == []
        assert told(database, "RunCalledOff") == [*seated, acts.latest(database, "waiting@example.com").id]
        clock.shift(timedelta(days=1))
        run_acts.tell(database, run_id)
        assert len(told(database, "RunCalledOff")) == 2


def test_the_notice_keeps_what_was_told(sqlite_database: Database) -> None:
    run_id = run_acts.new_run(sqlite_database, starts_in=timedelta(hours=20))
    people(sqlite_database, run_id, "anna")
    run_acts.move(sqlite_database, run_id, 0, days=1, reason="Telpa ir aizņemta")
    run_acts.hold_at(sqlite_database, run_id, "Skola", reason="Remonts")
    run_acts.tell(sqlite_database, run_id)
    notice = run_acts.notice_of(sqlite_database, run_id)
    assert notice is not None
    assert notice.after is not None
    assert notice.reason == "Telpa ir aizņemta; Remonts"
    assert "Skola" in notice.after
    assert "Skola" not in notice.before
    assert "anna" not in notice.before + notice.after


def test_later_changes_open_a_new_notice(sqlite_database: Database) -> None:
    with time_machine.travel(MORNING, tick=False) as clock:
        run_id = run_acts.new_run(sqlite_database)
        anna = people(sqlite_database, run_id, "anna")
        for _time in range(2):
            run_acts.move(sqlite_database, run_id, 0, days=1)
            clock.shift(QUIET)
            run_acts.tell(sqlite_database, run_id)
        assert told(sqlite_database) == anna * 2


def test_the_worker_finds_what_is_due_and_several_workers_tell_it_once(database: Database, settings: Settings) -> None:
    run_id = run_acts.new_run(database, starts_in=timedelta(hours=20))
    people(database, run_id, "anna", "berta")
    run_acts.move(database, run_id, 0, days=1)
    one, other = open_workshop(settings, database), open_workshop(settings, database)
    tell_changes(one)
    tell_changes(other)
    assert len(told(database)) == 2
    drain(one)
    assert run_acts.notice_of(database, run_id) is not None


def test_an_unchanged_run_shows_no_changes_however_it_is_read(sqlite_database: Database) -> None:
    run_id = run_acts.new_run(sqlite_database)
    run_acts.hold_at(sqlite_database, run_id, "Skola", place=1)
    with sqlite_database.writing() as db:
        snapshot = known(lock_timetable(db, run_id), now())
    assert type(snapshot).from_json(snapshot.to_json()) == snapshot
    assert changes(snapshot, snapshot) == []
