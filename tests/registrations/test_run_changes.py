"""Runs that change: what depends on the dates follows them, seats go where they must, and what cannot be is refused."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.clock import now
from app.courses.models import Course
from app.courses.refusals import (
    DateFar,
    DatePast,
    EndBeforeStart,
    HourMissing,
    LastSession,
    SessionOff,
    SessionOver,
    SessionsOverlap,
)
from app.courses.wall_clock import Span, span, weekly
from app.db import Database
from app.i18n import LANGUAGES, local
from app.refusals import NotFound
from app.registrations.models import Answer, State
from app.registrations.refusals import AlreadyEnded, RunCancelled
from app.registrations.run_refusals import RunUnderWay, SeatsBelowTaken
from tests.registrations import acts, run_acts

HOUR = timedelta(hours=1)


def entries(database: Database, act: str) -> list[AuditEntry]:
    """What the log of actions holds of this act."""
    with database.reading() as db:
        return [*db.scalars(select(AuditEntry).where(AuditEntry.act == act).order_by(AuditEntry.id))]


def test_a_moved_session_says_where_it_was_and_the_run_follows(database: Database) -> None:
    run_id = run_acts.new_run(database)
    before, first = run_acts.run_of(database, run_id), run_acts.sessions_of(database, run_id)[0]
    run_acts.move(database, run_id, 0, days=1)
    run, session = run_acts.run_of(database, run_id), run_acts.sessions_of(database, run_id)[0]
    assert session.moved_from == first.starts_at
    assert run.starts_at == session.starts_at == first.starts_at + timedelta(days=1)
    assert run.sequence == before.sequence + 1
    assert run.session_count == 3
    days = {local(one.starts_at).weekday() for one in run_acts.sessions_of(database, run_id)}
    assert run.weekdays == ",".join(map(str, sorted(days)))
    run_acts.move(database, run_id, 0, days=-1)
    assert run_acts.sessions_of(database, run_id)[0].moved_from is None


def test_every_change_is_on_record_and_shown_to_readers(database: Database) -> None:
    run_id = run_acts.new_run(database)
    run_acts.move(database, run_id, 1, days=1)
    entry = entries(database, "session_moved")[0]
    assert (entry.actor, entry.object_kind, entry.object_id) == (run_acts.CLERK, "run", str(run_id))
    session = run_acts.sessions_of(database, run_id)[1]
    assert f"{session.moved_from:%FT%RZ}" in entry.facts
    assert f"{session.starts_at:%FT%RZ}" in entry.facts
    assert acts.posted(database) == ["CourseChanged"]
    with database.reading() as db:
        assert db.scalars(select(Course.version)).one() == 2


def test_nothing_happens_when_nothing_changes(database: Database) -> None:
    run_id = run_acts.new_run(database)
    run_acts.move(database, run_id, 0, days=0)
    assert run_acts.run_of(database, run_id).sequence == 0
    assert acts.posted(database) == []
    assert run_acts.notice_of(database, run_id) is None


def test_cancelled_restored_and_added_sessions_change_the_runs_dates(database: Database) -> None:
    run_id = run_acts.new_run(database)
    first, second, third = run_acts.sessions_of(database, run_id)
    run_acts.cancel_session(database, run_id, 0)
    run = run_acts.run_of(database, run_id)
    assert (run.starts_at, run.session_count) == (second.starts_at, 2)
    run_acts.restore_session(database, run_id, 0)
    assert run_acts.run_of(database, run_id).starts_at == first.starts_at
    run_acts.add(database, run_id, run_acts.later(third, days=7), run_acts.later(third, days=14))
    run = run_acts.run_of(database, run_id)
    assert (run.session_count, run.ends_at) == (5, third.ends_at + timedelta(days=14))
    assert run.sequence == 3


def test_registration_never_closes_after_the_new_start(database: Database) -> None:
    run_id = run_acts.new_run(database)
    run_acts.move(database, run_id, 0, days=-10)
    run = run_acts.run_of(database, run_id)
    assert run.registration_closes_at <= run.starts_at
    late = run_acts.new_run(database)
    start = run_acts.run_of(database, late).starts_at
    acts.change_run(database, late, registration_closes_at=start + timedelta(days=3))
    run_acts.move(database, late, 0, days=-10)
    assert run_acts.run_of(database, late).registration_closes_at == start + timedelta(days=3)


def test_holds_and_offers_never_outlast_the_new_start(database: Database) -> None:
    with time_machine.travel(datetime(2026, 6, 1, 6, tzinfo=UTC), tick=False) as clock:
        run_id = run_acts.new_run(database, seats=2, starts_in=timedelta(days=3))
        acts.seat(database, run_id, "seated@example.com")
        acts.register(database, run_id, "pending@example.com")
        acts.register(database, run_id, "waiting@example.com")
        clock.shift(HOUR)
        acts.withdraw(database, "seated@example.com")
        assert acts.offer(database, "waiting@example.com").deadline == now() + timedelta(hours=24)
        session = run_acts.sessions_of(database, run_id)[0]
        near = Span(now() + 5 * HOUR, now() + 5 * HOUR + (session.ends_at - session.starts_at))
        run_acts.move(database, run_id, 0, near)
        start = run_acts.run_of(database, run_id).starts_at
        assert start == near.starts_at
        assert acts.offer(database, "waiting@example.com").deadline == start
        assert acts.latest(database, "pending@example.com").hold_until == start


def test_the_day_of_decision_stays_before_the_start(database: Database) -> None:
    run_id = run_acts.new_run(database, minimum=3)
    start = run_acts.run_of(database, run_id).starts_at
    acts.change_run(database, run_id, decision_at=start - timedelta(days=2))
    run_acts.move(database, run_id, 0, days=-5)
    run = run_acts.run_of(database, run_id)
    assert run.decision_at == run.starts_at - timedelta(days=1)


def test_moving_a_near_start_away_gives_freed_seats_to_the_queue(database: Database) -> None:
    run_id = run_acts.new_run(database, seats=1, starts_in=timedelta(hours=30))
    acts.seat(database, run_id, "seated@example.com")
    acts.register(database, run_id, "waiting@example.com")
    with time_machine.travel(now() + 10 * HOUR):
        acts.withdraw(database, "seated@example.com")
        assert acts.state(database, "waiting@example.com") is State.WAITLISTED
        run_acts.move(database, run_id, 0, days=3)
        assert acts.state(database, "waiting@example.com") is State.OFFERED


def test_more_seats_go_to_the_queue_at_once_and_no_limit_to_all_of_it(database: Database) -> None:
    run_id = run_acts.new_run(database, seats=1)
    acts.seat(database, run_id, "seated@example.com")
    people = [f"waiting{number}@example.com" for number in range(3)]
    for email in people:
        acts.register(database, run_id, email)
    run_acts.give_seats(database, run_id, 2)
    assert [acts.state(database, email) for email in people] == [State.OFFERED, State.WAITLISTED, State.WAITLISTED]
    run_acts.give_seats(database, run_id, 0)
    assert {acts.state(database, email) for email in people} == {State.OFFERED}
    assert [entry.facts for entry in entries(database, "seats_changed")] == [
        '{"after": 2, "before": 1}',
        '{"after": 0, "before": 2}',
    ]


def test_fewer_seats_than_are_taken_are_refused_and_the_way_out_is_said(database: Database) -> None:
    run_id = run_acts.new_run(database, seats=3)
    for number in range(2):
        acts.seat(database, run_id, f"seated{number}@example.com")
    acts.register(database, run_id, "pending@example.com")
    with pytest.raises(SeatsBelowTaken) as refused:
        run_acts.give_seats(database, run_id, 2)
    assert refused.value.sentence.say(LANGUAGES["lv"]).startswith(
        "Jau aizņemtas vietas: 3. Vietu skaits nevar būt mazāks."
    )
    assert run_acts.run_of(database, run_id).seats == 3
    run_acts.cancel_registration(database, acts.latest(database, "pending@example.com").id)
    run_acts.give_seats(database, run_id, 2)
    assert acts.taken_and_waiting(database, run_id) == (2, 0)


def test_a_cancelled_run_ends_every_place_hold_offer_and_queue(database: Database) -> None:
    run_id = run_acts.new_run(database, seats=2)
    acts.seat(database, run_id, "seated@example.com")
    acts.seat(database, run_id, "leaving@example.com")
    acts.register(database, run_id, "offered@example.com")
    acts.register(database, run_id, "waiting@example.com")
    acts.withdraw(database, "leaving@example.com")
    run_acts.cancel_run(database, run_id)
    run = run_acts.run_of(database, run_id)
    assert run.cancelled_at is not None
    assert run.cancel_reason == "Pasniedzējs saslimis"
    for email in ("seated@example.com", "offered@example.com", "waiting@example.com"):
        one = acts.latest(database, email)
        assert (one.state, one.ended_at) == (State.CANCELLED_BY_PROVIDER, run.cancelled_at)
    assert acts.state(database, "leaving@example.com") is State.WITHDRAWN
    assert acts.offer(database, "offered@example.com").answer is Answer.REVOKED
    assert acts.taken_and_waiting(database, run_id) == (0, 0)
    assert len(entries(database, "run_cancelled")) == 3
    with pytest.raises(RunCancelled):
        run_acts.cancel_run(database, run_id)
    with pytest.raises(RunCancelled):
        run_acts.move(database, run_id, 0, days=1)
    with pytest.raises(RunCancelled):
        run_acts.give_seats(database, run_id, 9)
    with pytest.raises(RunCancelled):
        acts.register(database, run_id, "new@example.com")


def test_a_run_under_way_cannot_be_cancelled_whole_but_its_sessions_can(database: Database) -> None:
    run_id = run_acts.new_run(database, starts_in=timedelta(days=-1))
    with pytest.raises(RunUnderWay):
        run_acts.cancel_run(database, run_id)
    for place in (1, 2):
        run_acts.cancel_session(database, run_id, place)
    run = run_acts.run_of(database, run_id)
    assert (run.session_count, run.ends_at) == (1, run_acts.sessions_of(database, run_id)[0].ends_at)


def test_a_registration_that_the_provider_cancels_passes_its_seat_on(database: Database) -> None:
    run_id = run_acts.new_run(database, seats=1)
    acts.seat(database, run_id, "seated@example.com")
    acts.register(database, run_id, "waiting@example.com")
    gone = acts.latest(database, "seated@example.com").id
    run_acts.cancel_registration(database, gone)
    assert acts.state(database, "seated@example.com") is State.CANCELLED_BY_PROVIDER
    assert acts.latest(database, "seated@example.com").cancel_reason == "Nav priekšzināšanu"
    assert acts.state(database, "waiting@example.com") is State.OFFERED
    with pytest.raises(AlreadyEnded):
        run_acts.cancel_registration(database, gone)
    with pytest.raises(NotFound):
        run_acts.cancel_registration(database, 999)


@pytest.mark.promise("P05")
def test_times_that_cannot_be_are_refused(sqlite_database: Database) -> None:
    database = sqlite_database
    run_id = run_acts.new_run(database)
    first, second, _third = run_acts.sessions_of(database, run_id)
    before = run_acts.run_of(database, run_id)
    with pytest.raises(SessionsOverlap):
        run_acts.move(database, run_id, 0, Span(second.starts_at + HOUR, second.ends_at + HOUR))
    with pytest.raises(SessionsOverlap):
        run_acts.add(database, run_id, Span(first.starts_at, first.ends_at))
    twice = run_acts.later(first, days=3)
    with pytest.raises(SessionsOverlap):
        run_acts.add(database, run_id, twice, twice)
    with pytest.raises(DatePast):
        run_acts.move(database, run_id, 0, days=-30)
    with pytest.raises(DateFar):
        run_acts.move(database, run_id, 0, days=3 * 365)
    with pytest.raises(EndBeforeStart):
        span(date(2027, 3, 1), time(18), time(17))
    with pytest.raises(HourMissing) as never:
        span(date(2027, 3, 28), time(3, 30), time(5))
    assert never.value.sentence.say(LANGUAGES["en"]).startswith("On 28\u00a0March\u00a02027 this hour does not exist")
    with pytest.raises(HourMissing):
        weekly(date(2027, 3, 21), date(2027, 4, 4), time(3), time(5))
    run_acts.cancel_session(database, run_id, 1)
    with pytest.raises(SessionOff):
        run_acts.move(database, run_id, 1, days=1)
    with pytest.raises(SessionOff):
        run_acts.hold_at(database, run_id, "Skola", place=1)
    run_acts.cancel_session(database, run_id, 2)
    with pytest.raises(LastSession):
        run_acts.cancel_session(database, run_id, 0)
    run_acts.move(database, run_id, 0, Span(second.starts_at, second.ends_at))
    with pytest.raises(SessionsOverlap):
        run_acts.restore_session(database, run_id, 1)
    over = run_acts.new_run(database, starts_in=timedelta(days=-1))
    with pytest.raises(SessionOver):
        run_acts.move(database, over, 0, days=7)
    assert run_acts.run_of(database, run_id).sequence == before.sequence + 3


def test_sessions_that_touch_do_not_overlap(sqlite_database: Database) -> None:
    run_id = run_acts.new_run(sqlite_database)
    first = run_acts.sessions_of(sqlite_database, run_id)[0]
    run_acts.add(sqlite_database, run_id, Span(first.ends_at, first.ends_at + HOUR))
    assert run_acts.run_of(sqlite_database, run_id).session_count == 4


def test_a_new_venue_of_the_run_is_on_record_even_where_every_session_has_its_own(sqlite_database: Database) -> None:
    run_id = run_acts.new_run(sqlite_database, sessions=1)
    run_acts.hold_at(sqlite_database, run_id, "Klase", place=0)
    run_acts.hold_at(sqlite_database, run_id, "Skola")
    assert len(entries(sqlite_database, "venue_changed")) == 2
    assert run_acts.run_of(sqlite_database, run_id).sequence == 2
