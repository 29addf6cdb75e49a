"""Calendar files over a run's life: the same UID for a session always, a raised SEQUENCE with every change."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import count

import pytest
import time_machine
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from icalendar import Calendar, Event

from app.clock import RIGA
from app.courses.queries import public_run
from app.courses.wall_clock import weekly
from app.db import Database
from app.emails.calendar import calendar_file
from app.i18n import LANGUAGES
from app.refusals import Refusal
from app.settings import Settings
from tests.registrations import run_acts

CITY = Settings(_env_file=None, public_url="https://muzizglitiba.example.lv")
ACTS = st.lists(
    st.tuples(
        st.sampled_from(["move", "cancel", "restore", "add", "venue", "own venue"]),
        st.integers(0, 5),
        st.integers(-3, 9),
    ),
    min_size=1,
    max_size=8,
)
_number = count(1)


def events(database: Database, run_id: int, method: str = "PUBLISH", undone: int = 0) -> dict[str, Event]:
    """The events of the run's calendar file, by UID."""
    with database.reading() as db:
        run = public_run(db, run_id)
        assert run is not None
        content = calendar_file(
            run, title="Keramika", language=LANGUAGES["lv"], settings=CITY, method=method, undone=undone
        )
    calendar = Calendar.from_ical(content)
    assert isinstance(calendar, Calendar)
    assert str(calendar["METHOD"]) == method
    return {str(event["UID"]): event for event in calendar.events}


def facts(event: Event) -> tuple[object, ...]:
    """What a calendar shows of an event."""
    return event["DTSTART"].dt, event["DTEND"].dt, str(event.get("LOCATION")), str(event["STATUS"])


def change(database: Database, run_id: int, act: str, place: int, days: int) -> None:
    """One edit of a provider; a refused one changes nothing."""
    sessions = run_acts.sessions_of(database, run_id)
    place %= len(sessions)
    try:
        match act:
            case "move":
                run_acts.move(database, run_id, place, days=days)
            case "cancel":
                run_acts.cancel_session(database, run_id, place)
            case "restore":
                run_acts.restore_session(database, run_id, place)
            case "add":
                run_acts.add(database, run_id, run_acts.later(sessions[place], days=days))
            case "venue":
                run_acts.hold_at(database, run_id, f"Skola {next(_number)}")
            case _:
                run_acts.hold_at(database, run_id, f"Klase {next(_number)}", place=place)
    except Refusal:
        return


@given(ACTS)
@hypothesis_settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_changed_session_keeps_its_uid_and_raises_its_sequence(
    sqlite_database: Database, changes: list[tuple[str, int, int]]
) -> None:
    database = sqlite_database
    run_id = run_acts.new_run(database, sessions=4)
    before = events(database, run_id)
    for act, place, days in changes:
        change(database, run_id, act, place, days)
        after = events(database, run_id)
        assert before.keys() <= after.keys()
        for uid, event in before.items():
            raised = int(after[uid]["SEQUENCE"]) - int(event["SEQUENCE"])
            assert raised >= 0
            assert raised > 0 or facts(after[uid]) == facts(event)
        before = after


def test_the_property_itself_sees_a_change_without_a_raised_sequence(sqlite_database: Database) -> None:
    """A control: somebody changes a session behind the back of the acts."""
    run_id = run_acts.new_run(sqlite_database)
    before = events(sqlite_database, run_id)
    session = run_acts.sessions_of(sqlite_database, run_id)[0]
    with sqlite_database.writing() as db:
        kept = db.merge(session)
        kept.starts_at -= timedelta(hours=1)
    after = events(sqlite_database, run_id)
    uid = next(iter(before))
    assert int(after[uid]["SEQUENCE"]) == int(before[uid]["SEQUENCE"])
    assert facts(after[uid]) != facts(before[uid])


def test_cancelling_and_taking_it_back_raise_the_sequence_each_time(sqlite_database: Database) -> None:
    run_id = run_acts.new_run(sqlite_database)
    files = [("PUBLISH", 0), ("CANCEL", 0), ("PUBLISH", 1), ("CANCEL", 1), ("PUBLISH", 2)]
    numbers = [{int(event["SEQUENCE"]) for event in events(sqlite_database, run_id, *one).values()} for one in files]
    assert numbers == [{0}, {1}, {2}, {3}, {4}]
    run_acts.cancel_run(sqlite_database, run_id)
    off = events(sqlite_database, run_id, "CANCEL", undone=2).values()
    assert {int(event["SEQUENCE"]) for event in off} == {6}
    assert {str(event["STATUS"]) for event in off} == {"CANCELLED"}


def test_sessions_that_take_place_are_counted_and_a_cancelled_one_is_not(sqlite_database: Database) -> None:
    run_id = run_acts.new_run(sqlite_database, sessions=3)
    run_acts.cancel_session(sqlite_database, run_id, 1)
    described = [str(event.get("DESCRIPTION", "")) for event in events(sqlite_database, run_id).values()]
    assert described == ["1. nodarbība no 2.", "", "2. nodarbība no 2."]


def test_a_file_is_published_by_an_organiser_and_invites_nobody(sqlite_database: Database) -> None:
    run_id = run_acts.new_run(sqlite_database)
    for event in events(sqlite_database, run_id).values():
        assert str(event["ORGANIZER"]) == f"mailto:{CITY.mail_from}"
        assert "ATTENDEE" not in event
        assert event["DTSTAMP"].dt.utcoffset() == timedelta(0)


@pytest.mark.promise("P05")
@pytest.mark.parametrize(
    ("first", "last", "offsets"),
    [
        (date(2027, 3, 14), date(2027, 4, 11), [2, 2, 3, 3, 3]),
        (date(2027, 10, 17), date(2027, 11, 14), [3, 3, 2, 2, 2]),
    ],
    ids=["summer time begins", "summer time ends"],
)
def test_a_weekly_pattern_keeps_its_hour_on_the_wall_over_a_clock_change(
    database: Database, first: date, last: date, offsets: list[int]
) -> None:
    with time_machine.travel(datetime(2027, 3, 1, 9, tzinfo=UTC), tick=False):
        run_id = run_acts.new_run(database, sessions=1, starts_in=1)
        run_acts.add(database, run_id, *weekly(first, last, time(18), time(19, 30)))
        found = [*events(database, run_id).values()][1:]
    starts = [event["DTSTART"].dt for event in found]
    assert [start.time() for start in starts] == [time(18)] * 5
    assert [event["DTSTART"].params["TZID"] for event in found] == ["Europe/Riga"] * 5
    assert [start.utcoffset() for start in starts] == [timedelta(hours=hours) for hours in offsets]
    kept = [session.starts_at for session in run_acts.sessions_of(database, run_id)][1:]
    assert [start.astimezone(RIGA).time() for start in kept] == [time(18)] * 5
    assert [start.hour for start in kept] == [18 - hours for hours in offsets]
