"""Runs of the demonstration: their days, their rolls, and a run in every state."""

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.courses.history_models import Publication
from app.courses.models import Course, CourseRun, CourseSession, RunState
from app.demo.days import holidays, is_teaching_day
from app.i18n import local
from app.participation.models import Attendance, HeadCount
from app.registrations.models import Registration, State
from app.registrations.queries import occupancy
from tests.demo.city import NOON


def test_every_state_of_a_run_can_be_seen(db: Session) -> None:
    runs = db.scalars(select(CourseRun)).all()
    taken = occupancy(db, [run.id for run in runs], NOON)
    states = Counter(run.state(NOON, *taken.get(run.id, (0, 0))) for run in runs)
    assert set(states) == set(RunState)
    assert states[RunState.OPEN] >= 110
    assert states[RunState.FULL] >= 9
    assert states[RunState.UPCOMING] == 8
    assert states[RunState.CLOSED] == 4
    open_courses = {
        run.course_id
        for run in runs
        if run.state(NOON, *taken.get(run.id, (0, 0))) in {RunState.OPEN, RunState.FULL} and run.starts_at > NOON
    }
    assert len(open_courses) >= 100
    soon = [run for run in runs if NOON < run.starts_at < NOON + timedelta(days=4) and run.cancelled_at is None]
    assert len(soon) >= 4


def test_sessions_are_held_on_teaching_days_at_civil_hours(db: Session) -> None:
    for session in db.scalars(select(CourseSession)):
        begins, ends = local(session.starts_at), local(session.ends_at)
        assert 7 <= begins.hour <= 20
        assert ends.date() == begins.date()
        assert ends.hour <= 22
        assert is_teaching_day(begins.date()) or session.moved_from is not None


def test_sessions_add_up_to_the_length_of_the_course(db: Session) -> None:
    hours: dict[int, Decimal] = {}
    for session in db.scalars(select(CourseSession)):
        hours[session.run_id] = hours.get(session.run_id, Decimal(0)) + session.academic_hours
    planned = dict(db.execute(select(CourseRun.id, Course.academic_hours).join(CourseRun.course)).all())
    for run_id, held in hours.items():
        assert abs(held - planned[run_id]) <= max(Decimal(1), planned[run_id] * Decimal("0.07")), run_id


def test_a_run_knows_its_sessions(db: Session) -> None:
    sessions: dict[int, list[CourseSession]] = {}
    for session in db.scalars(select(CourseSession).order_by(CourseSession.starts_at)):
        sessions.setdefault(session.run_id, []).append(session)
    for run in db.scalars(select(CourseRun)):
        held = [session for session in sessions.get(run.id, []) if session.cancelled_at is None]
        assert run.session_count == len(held)
        assert run.weekdays == ",".join(str(day) for day in sorted({local(s.starts_at).weekday() for s in held}))
        if held:
            assert run.starts_at <= held[0].starts_at
            assert run.ends_at >= held[-1].ends_at


def test_rolls_are_of_confirmed_people_at_sessions_of_their_run_that_are_over(db: Session) -> None:
    wrong = db.scalar(
        select(func.count())
        .select_from(Attendance)
        .join(Registration, Registration.id == Attendance.registration_id)
        .join(CourseSession, CourseSession.id == Attendance.session_id)
        .where(
            (Registration.run_id != CourseSession.run_id)
            | (Registration.state != State.CONFIRMED)
            | CourseSession.cancelled_at.is_not(None)
            | (CourseSession.ends_at > NOON)
        )
    )
    assert wrong == 0


def test_walk_ins_fit_into_the_room(db: Session) -> None:
    rows = db.execute(
        select(HeadCount.people, CourseRun.seats, CourseRun.id)
        .join(CourseSession, CourseSession.id == HeadCount.session_id)
        .join(CourseSession.run)
    ).all()
    taken = occupancy(db, [run_id for _, _, run_id in rows], NOON)
    assert rows
    for people, seats, run_id in rows:
        assert people + taken[run_id][0] <= seats


def test_runs_are_held_while_their_course_is_public(db: Session) -> None:
    stretches: dict[int, list[Publication]] = {}
    for publication in db.scalars(select(Publication)):
        stretches.setdefault(publication.course_id, []).append(publication)
    public = Course.published_at.is_not(None)  # A draft that was forgotten has a run that nobody ever saw.
    for run in db.scalars(select(CourseRun).join(CourseRun.course).where(public)):
        assert any(
            stretch.begun_at <= run.registration_opens_at
            and (stretch.ended_at is None or run.ends_at <= stretch.ended_at)
            for stretch in stretches[run.course_id]
        ), run.id


def test_the_calendar_knows_easter_and_the_days_off_that_replace_holidays() -> None:
    assert date(2025, 4, 18) in holidays(2025)
    assert date(2026, 4, 6) in holidays(2026)
    assert date(2025, 5, 5) in holidays(2025)
    assert date(2028, 11, 20) in holidays(2028)
    assert date(2026, 11, 18) in holidays(2026)
    assert date(2025, 11, 19) not in holidays(2025)
