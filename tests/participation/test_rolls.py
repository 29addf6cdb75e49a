"""Rolls: each tick once, the latest mark stands, every change on record; nobody without a seat, nobody left out."""

import random
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from app.audit.models import AuditEntry
from app.clock import now
from app.courses.models import Course, CourseRun, CourseSession
from app.db import Database
from app.participation import roll_queries as queries
from app.participation.attendance import attendance_of, roll_of
from app.participation.inputs import HeadCountForm, Tick
from app.participation.models import Attendance, CountedHow, FinishedRoll, HeadCount, Mark, RollTick
from app.participation.refusals import NoSeat, RollNotOpen, SessionCancelled, StillUnmarked
from app.participation.rolls import count_heads, finish_roll, mark_as_shown, mark_the_rest, take_ticks
from app.people.staff import Staff
from app.privacy.retention import RULES as RETENTION
from app.refusals import NotFound, Refusal
from app.registrations.desk_moves import move_person
from app.registrations.models import Registration, State
from app.reports.period import Period
from app.reports.values import figure_value
from app.settings import Settings
from tests.counting import statements
from tests.make import make_run
from tests.participation.people import Group, make_class, tick
from tests.registrations.acts import RULES

HERE, PARTLY, ABSENT = Mark.PRESENT, Mark.PARTLY, Mark.ABSENT


def marks(database: Database, session: int) -> dict[int, Mark]:
    """The marks of the session as they stand."""
    with database.reading() as db:
        rows = db.execute(select(Attendance.registration_id, Attendance.mark).where(Attendance.session_id == session))
        return {one.registration_id: one.mark for one in rows}


def acts(database: Database) -> list[str]:
    """The log of actions, in order."""
    with database.reading() as db:
        return list(db.scalars(select(AuditEntry.act).order_by(AuditEntry.id)))


def take(database: Database, who: Staff, session: int, *ticks: Tick) -> None:
    """The ticks arrive in one request."""
    with database.writing() as db:
        take_ticks(db, who, session, ticks)


def test_a_tick_sent_twice_counts_once_and_an_older_one_undoes_nothing(database: Database) -> None:
    group = make_class(database)
    session, one = group.sessions[0], group.people[0]
    first, second = tick(one, ABSENT, ago=60), tick(one, HERE, ago=30)
    take(database, group.teacher, session, second)
    take(database, group.substitute, session, first)
    take(database, group.substitute, session, first)
    take(database, group.teacher, session, second)
    assert marks(database, session) == {one: HERE}
    assert acts(database) == ["marked", "mark_came_late"]
    third = tick(one, PARTLY)
    for _again in range(3):
        take(database, group.substitute, session, third, first)
    assert marks(database, session) == {one: PARTLY}
    assert acts(database)[2:] == ["mark_changed"]
    with database.reading() as db:
        entry = db.scalars(select(AuditEntry).where(AuditEntry.act == "mark_changed")).one()
    assert entry.actor == group.substitute.actor
    assert entry.facts == f'{{"mark": "partly", "session": {session}, "was": "present"}}'


def naive(database: Database, _who: Staff, session: int, ticks: list[Tick]) -> None:
    """The control: whatever arrives last stands."""
    with database.writing() as db:
        for one in ticks:
            known = queries.marks(db, session, [one.registration])
            if one.registration in known:
                known[one.registration].mark = one.mark
            else:
                db.add(Attendance(registration_id=one.registration, session_id=session, mark=one.mark, marked_at=now()))
            db.flush()


@pytest.mark.parametrize("seed", range(3))
def test_whatever_order_ticks_arrive_in_the_last_made_stand(database: Database, seed: int) -> None:
    group, chance = make_class(database, people=8), random.Random(seed)
    session = group.sessions[0]
    made = [
        tick(chance.choice(group.people), chance.choice([*Mark]), ago=100 - at, lot=f"tick-{at:04d}")
        for at in range(60)
    ]
    wanted = {one.registration: one.mark for one in made}
    arrives = [*made, *chance.sample(made, 30)]
    chance.shuffle(arrives)
    for at in range(0, len(arrives), 7):
        take(database, group.teacher, session, *arrives[at : at + 7])
    assert marks(database, session) == wanted
    with database.reading() as db:
        assert db.scalars(select(func.count()).select_from(Attendance)).one() == len(wanted)
    other = group.sessions[1]
    for at in range(0, len(arrives), 7):
        naive(database, group.teacher, other, arrives[at : at + 7])
    assert marks(database, other) != wanted, "the control must lose something"


def test_only_who_has_a_seat_is_marked_and_only_from_an_hour_before(database: Database) -> None:
    group = make_class(database, starts_in=1)
    session, one = group.sessions[0], group.people[0]
    with pytest.raises(RollNotOpen):
        take(database, group.teacher, session, tick(one, HERE))
    with database.writing() as db:
        starts_at = db.scalars(select(CourseSession.starts_at).where(CourseSession.id == session)).one()
        gone = db.get(Registration, group.people[1])
        assert gone is not None
        gone.state = State.WITHDRAWN
    with time_machine.travel(starts_at - timedelta(minutes=59), tick=False):
        take(database, group.teacher, session, tick(one, HERE))
        with pytest.raises(NoSeat):
            take(database, group.teacher, session, tick(group.people[1], HERE))
        with pytest.raises(NoSeat), database.writing() as db:
            mark_as_shown(db, group.teacher, session, {}, {group.people[1]: HERE, 999_999: HERE})
        with database.writing() as db:
            some = [tick(group.people[1], HERE), tick(group.people[2], HERE)]
            assert take_ticks(db, group.teacher, session, some) == 1, "the others do not wait"
        assert marks(database, session) == {one: HERE, group.people[2]: HERE}
        with database.writing() as db:
            db.scalars(select(CourseSession).where(CourseSession.id == session)).one().cancelled_at = now()
        with pytest.raises(SessionCancelled):
            take(database, group.teacher, session, tick(one, ABSENT))


def test_a_whole_page_changes_only_what_was_changed_on_it(database: Database) -> None:
    """Without scripts: another person's newer mark on the same roll stays."""
    group = make_class(database)
    session, (one, two, three) = group.sessions[0], group.people
    shown: dict[int, Mark | None] = {one: None, two: None, three: None}
    take(database, group.substitute, session, tick(two, ABSENT))
    with database.writing() as db:
        mark_as_shown(db, group.teacher, session, shown, {one: HERE})
        mark_as_shown(db, group.teacher, session, shown, {one: HERE})
    assert marks(database, session) == {one: HERE, two: ABSENT}
    with pytest.raises(StillUnmarked), database.writing() as db:
        finish_roll(db, group.teacher, session)
    with database.writing() as db:
        mark_the_rest(db, group.teacher, session)
        finish_roll(db, group.teacher, session)
        finish_roll(db, group.teacher, session)
    assert marks(database, session) == {one: HERE, two: ABSENT, three: HERE}
    assert acts(database).count("roll_finished") == 1


def test_people_without_registration_are_counted_and_corrected(database: Database) -> None:
    group = make_class(database, people=0)
    session = group.sessions[0]
    with database.writing() as db:
        count_heads(db, group.teacher, session, HeadCountForm(people=40, counted_how=CountedHow.ESTIMATED))
        count_heads(db, group.teacher, session, HeadCountForm(people=37))
        count_heads(db, group.teacher, session, HeadCountForm(people=37))
        finish_roll(db, group.teacher, session)
    with database.reading() as db:
        heads = db.scalars(select(HeadCount)).one()
        assert (heads.people, heads.counted_how) == (37, CountedHow.ON_THE_SPOT)
        assert db.get(FinishedRoll, session) is not None
    with database.writing() as db:
        count_heads(db, group.teacher, session, HeadCountForm(people=0))
    with database.reading() as db:
        assert db.scalars(select(func.count()).select_from(HeadCount)).one() == 0
    assert acts(database) == ["heads_counted", "heads_counted", "roll_finished", "heads_counted"]


def test_whoever_was_marked_and_then_moved_stays_on_the_roll_to_be_corrected(database: Database) -> None:
    group = make_class(database, starts_in=0, sessions=1)
    moved = group.people[0]
    with database.writing() as db:
        run = db.get_one(CourseRun, group.run)
        other = make_run(db, db.get_one(Course, run.course_id), starts_in=1, sessions=1).id
        session = db.get_one(CourseSession, group.sessions[0])
        session.starts_at = run.starts_at = now() + timedelta(minutes=30)
        session.ends_at = run.ends_at = now() + timedelta(hours=2)
    take(database, group.teacher, group.sessions[0], tick(moved, HERE))
    with database.writing() as db:
        move_person(db, group.teacher, group.run, moved, other, RULES)
    with database.reading() as db:
        roll = roll_of(db, group.teacher, group.sessions[0], "lv", named=True)
        assert {one.registration_id: one.mark for one in roll.people}[moved] is HERE
        people = {one.id: one.has_seat for one in queries.participants(db, group.run, named=False)}
        assert (people[moved], people[group.people[1]]) == (False, True), "no certificate is theirs here"
    take(database, group.teacher, group.sessions[0], tick(moved, ABSENT))
    assert marks(database, group.sessions[0]) == {moved: ABSENT}


def test_ticks_are_forgotten_when_none_of_their_time_can_come_any_more(database: Database, settings: Settings) -> None:
    group = make_class(database)
    take(database, group.teacher, group.sessions[0], tick(group.people[0], HERE))
    rule = next(one for one in RETENTION if one.name == "roll_ticks")
    for days, left in ((settings.letter_days - 1, 1), (settings.letter_days + 1, 0)):
        with database.writing() as db:
            rule.act(db, settings, now() + timedelta(days=days), rule.name)
        with database.reading() as db:
            assert db.scalar(select(func.count()).select_from(RollTick)) == left
    assert marks(database, group.sessions[0]) == {group.people[0]: HERE}


def test_nobody_else_finds_the_roll(database: Database) -> None:
    group = make_class(database)
    elsewhere = make_class(database, code="vdc")
    for who, session in ((group.stranger, group.sessions[0]), (group.substitute, elsewhere.sessions[0])):
        with pytest.raises(NotFound):
            take(database, who, session, tick(group.people[0], HERE))
        with pytest.raises(Refusal), database.writing() as db:
            count_heads(db, who, session, HeadCountForm(people=4))
    with pytest.raises(NoSeat):
        take(database, group.teacher, group.sessions[0], tick(elsewhere.people[0], HERE))
    take(database, group.substitute, group.sessions[0], tick(group.people[0], HERE))


@time_machine.travel("2026-11-20T12:00:00Z")
def test_hours_and_figures_follow_the_marks(database: Database) -> None:
    """Four sessions of 90 minutes, one cancelled: who came for a part counts as there; absent ones do not."""
    group = make_class(database, starts_in=-5)
    one, two, three = group.people
    with database.writing() as db:
        db.scalars(select(CourseSession).where(CourseSession.id == group.sessions[3])).one().cancelled_at = now()
    for session in group.sessions[:3]:
        take(database, group.teacher, session, tick(one, HERE), tick(two, PARTLY), tick(three, ABSENT))
    with database.writing() as db:
        count_heads(db, group.teacher, group.sessions[0], HeadCountForm(people=5))
    with database.reading() as db:
        run = db.get(CourseRun, group.run)
        assert run is not None
        found = attendance_of(db, run, now(), named=False)
        assert (found.hours_planned, found.hours_held, found.person_hours) == (8, 6, 2 * 6 + 5 * 2)
        wanted = {"academic_hours_held": 6, "person_hours": 22, "participations": 2 + 5, "unique_participants": 2}
        assert {figure: figure_value(db, figure, Period(2026)).amount for figure in wanted} == wanted


def test_a_roll_is_read_in_the_same_number_of_statements_whatever_its_length(database: Database) -> None:
    sent = []
    for people in (2, 30):
        group = make_class(database, people=people, code=f"p{people}")
        with database.reading() as db, statements(database) as heard:
            roll = roll_of(db, group.teacher, group.sessions[0], "lv", named=True)
            assert len(roll.people) == people
            queries.to_mark(db, group.teacher, now(), 0, 50)
        sent.append(len(heard))
    assert sent[0] == sent[1] <= 10


def test_names_stand_on_a_roll_in_the_order_of_surnames_and_only_where_it_was_opened(database: Database) -> None:
    group: Group = make_class(database)
    with database.reading() as db:
        named = roll_of(db, group.teacher, group.sessions[0], "lv", named=True).people
        assert [one.name for one in named] == ["Ilgvars Ābele", "Olena Hončarenko", "Zigrīda Šteinberga"]
        closed = roll_of(db, group.teacher, group.sessions[0], "lv", named=False).people
        assert {one.name for one in closed} == {None}
