"""What the definitions say, told by small cases with the numbers written out."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
import time_machine
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.courses.models import Audience, Course, CourseRun, CourseSession, Format
from app.db import Database
from app.i18n import at
from app.participation.models import Activity, Attendance, CountedHow, HeadCount, Mark
from app.registrations.models import Channel, Registration, State
from app.reports.dimensions import Dimension
from app.reports.period import Period
from app.reports.values import by_dimension, figure_value
from tests import make

YEAR = Period(2025)
JANUARY = Period(2025, 1, 1)


@pytest.fixture(autouse=True)
def _afterwards() -> Iterator[None]:
    with time_machine.travel(datetime(2026, 3, 1, 9, 0, tzinfo=UTC), tick=False):
        yield


def value(database: Database, figure_id: str, period: Period = YEAR) -> object:
    with database.reading() as db:
        return figure_value(db, figure_id, period).amount


def add_run(
    db: Session, *starts: datetime, minutes: int = 90, course: Course | None = None, cancelled: bool = False
) -> CourseRun:
    """A run with sessions that begin then."""
    course = course or make.make_course(db)
    run = CourseRun(
        course_id=course.id,
        seats=10,
        registration_opens_at=starts[0] - timedelta(days=30),
        registration_closes_at=starts[0],
        starts_at=starts[0],
        ends_at=starts[-1] + timedelta(minutes=minutes),
        cancelled_at=starts[0] if cancelled else None,
        created_at=starts[0] - timedelta(days=40),
    )
    run.sessions = [CourseSession(starts_at=one, ends_at=one + timedelta(minutes=minutes)) for one in starts]
    db.add(run)
    db.flush()
    return run


def attend(db: Session, registration: Registration, session: CourseSession, mark: Mark = Mark.PRESENT) -> Attendance:
    row = Attendance(registration_id=registration.id, session_id=session.id, mark=mark, marked_at=session.ends_at)
    db.add(row)
    db.flush()
    return row


def noon(year: int, month: int, day: int) -> datetime:
    return at(date(year, month, day), time(12))


def test_who_came_to_two_sessions_of_a_group_is_one_participation(database: Database) -> None:
    with database.writing() as db:
        run = add_run(db, noon(2025, 3, 3), noon(2025, 3, 10))
        for person in make.make_registrations(db, run, 3):
            for session in run.sessions:
                attend(db, person, session)
    assert value(database, "participations") == 3


def test_deleting_the_only_attendance_of_somebody_lowers_the_participations(database: Database) -> None:
    with database.writing() as db:
        run = add_run(db, noon(2025, 3, 3))
        for person in make.make_registrations(db, run, 3):
            attend(db, person, run.sessions[0])
    with database.writing() as db:
        first = db.scalars(select(Attendance.id).order_by(Attendance.id)).first()
        db.execute(delete(Attendance).where(Attendance.id == first))
    assert value(database, "participations") == 2


def test_absence_is_no_participation_and_a_part_is_one(database: Database) -> None:
    with database.writing() as db:
        run = add_run(db, noon(2025, 3, 3))
        for mark in Mark:
            attend(db, make.make_registration(db, run), run.sessions[0], mark)
    assert value(database, "participations") == 2
    assert value(database, "person_hours") == Decimal("4.00")


def test_the_same_person_in_two_groups_is_two_participations_and_one_participant(database: Database) -> None:
    with database.writing() as db:
        for _ in range(2):
            run = add_run(db, noon(2025, 3, 3))
            attend(db, make.make_registration(db, run, "anna@example.com"), run.sessions[0])
    assert value(database, "participations") == 2
    assert value(database, "unique_participants") == 1


def test_people_counted_without_names_take_part_but_are_not_unique(database: Database) -> None:
    with database.writing() as db:
        run = add_run(db, noon(2025, 3, 3), minutes=45)
        db.add(
            HeadCount(
                session_id=run.sessions[0].id,
                people=30,
                counted_how=CountedHow.ESTIMATED,
                counted_at=run.ends_at,
            )
        )
    assert value(database, "participations") == 30
    assert value(database, "unique_participants") == 0
    assert value(database, "person_hours") == Decimal("30.00")
    assert value(database, "runs_held") == 1


def test_a_group_over_new_year_counts_in_both_years_a_session_only_in_its_own(database: Database) -> None:
    with database.writing() as db:
        last, first = at(date(2024, 12, 31), time(23, 30)), at(date(2025, 1, 1), time(0, 0))
        run = add_run(db, last, first, minutes=60)
        person = make.make_registration(db, run)
        for session in run.sessions:
            attend(db, person, session)
    for year in (Period(2024), YEAR):
        assert value(database, "runs_held", year) == 1
        assert value(database, "participations", year) == 1
        assert value(database, "academic_hours_held", year) == Decimal("1.33")
    assert value(database, "seats_offered", Period(2024)) == 10
    assert value(database, "seats_offered") == 0


def test_a_cancelled_group_counts_in_no_other_figure(database: Database) -> None:
    with database.writing() as db:
        run = add_run(db, noon(2025, 3, 3), cancelled=True)
        attend(db, make.make_registration(db, run), run.sessions[0])
    assert value(database, "cancelled_runs") == 1
    for figure_id in (
        "runs_held",
        "participations",
        "registrations_received",
        "academic_hours_planned",
        "seats_offered",
        "providers_active",
    ):
        assert value(database, figure_id) == 0
    assert value(database, "seat_fill") is None


def test_a_self_study_group_without_sessions_is_held_where_it_begins(database: Database) -> None:
    with database.writing() as db:
        course = make.make_course(db, format=Format.SELF_STUDY)
        run = add_run(db, noon(2025, 12, 20), course=course)
        run.sessions.clear()
        run.ends_at = noon(2026, 1, 20)
        make.make_registration(db, run)
        other = add_run(db, noon(2025, 12, 20))
        other.sessions.clear()
    assert value(database, "runs_held") == 1
    assert value(database, "runs_held", Period(2026)) == 0
    assert value(database, "providers_active") == 1
    assert value(database, "participations") == 0


def test_what_has_not_happened_yet_is_planned_but_not_held(database: Database) -> None:
    with database.writing() as db:
        add_run(db, noon(2026, 2, 2), noon(2026, 3, 2))
    assert value(database, "academic_hours_planned", Period(2026)) == Decimal("4.00")
    assert value(database, "academic_hours_held", Period(2026)) == Decimal("2.00")


def test_the_groups_of_a_draft_that_was_never_public_count_nowhere(database: Database) -> None:
    figures = ("runs_held", "cancelled_runs", "seats_offered", "academic_hours_planned", "academic_hours_held")
    with database.writing() as db:
        for is_public in (True, False):
            course = make.make_course(db, published=is_public)
            add_run(db, noon(2026, 2, 2), course=course)
            add_run(db, noon(2026, 2, 9), course=course, cancelled=True)
    one = [value(database, figure, Period(2026)) for figure in figures]
    assert one == [1, 1, 10, 2, 2]
    with database.writing() as db:
        db.execute(update(Course).values(published_at=noon(2026, 1, 2)))
    assert [value(database, figure, Period(2026)) for figure in figures] == [2, 2, 20, 4, 4], "so they would count"


def test_only_registrations_from_the_website_came_via_the_catalogue(database: Database) -> None:
    with database.writing() as db:
        run = add_run(db, noon(2026, 3, 3))
        for channel in Channel:
            make.make_registration(db, run, channel=channel)
        make.make_registration(db, run, state=State.PENDING)
    assert value(database, "registrations_received", Period(2026)) == len(Channel)
    assert value(database, "registrations_via_catalogue", Period(2026)) == 1


def test_who_waited_twice_and_then_got_a_seat_is_no_demand(database: Database) -> None:
    with database.writing() as db:
        run = add_run(db, noon(2025, 3, 3))
        for email in ("anna@example.com", "anna@example.com", "juris@example.com", "juris@example.com"):
            waiting = make.make_registration(db, run, email, state=State.WAITLISTED)
            waiting.queued_at = noon(2025, 2, 1)
            waiting.state = State.WITHDRAWN
            db.flush()
        make.make_registration(db, run, "anna@example.com")
    assert value(database, "waiting_list_demand") == 1


def test_seat_fill_is_the_share_of_seats_that_were_taken(database: Database) -> None:
    with database.writing() as db:
        full, empty = add_run(db, noon(2025, 3, 3)), add_run(db, noon(2025, 3, 3))
        make.make_registrations(db, full, 5)
        make.make_registration(db, empty, state=State.WITHDRAWN)
        unlimited = add_run(db, noon(2025, 3, 3))
        unlimited.seats = 0
        make.make_registrations(db, unlimited, 7)
    assert value(database, "seat_fill") == Decimal("25.0")


def test_the_score_is_told_from_five_answers_up(database: Database) -> None:
    with database.writing() as db:
        run = add_run(db, noon(2025, 3, 3))
        for mark in (5, 5, 4, 4):
            make.make_feedback(db, run, mark)
    assert value(database, "feedback_score") is None
    with database.writing() as db:
        make.make_feedback(db, db.scalars(select(CourseRun)).one(), 3)
    assert value(database, "feedback_score") == Decimal("4.20")
    assert value(database, "feedback_count") == 5


def test_half_of_the_wishes_were_answered_in_the_median_or_sooner(database: Database) -> None:
    with database.writing() as db:
        for hours in (1, 30, 50, 500):
            wish = make.make_wish(db)
            wish.created_at = noon(2025, 5, 1)
            wish.first_answered_at = wish.created_at + timedelta(hours=hours)
    assert value(database, "median_days_to_answer_a_wish") == 2


def test_money_is_exact_to_the_cent(database: Database) -> None:
    with database.writing() as db:
        course = make.make_course(db)
        for _ in range(10):
            add_run(db, noon(2025, 3, 3), course=course).public_money = Decimal("0.10")
        db.add(
            Activity(
                provider_id=course.provider_id,
                group_id=course.group_id,
                title="Lekcija",
                held_on=date(2025, 12, 31),
                participants=3,
                counted_how=CountedHow.ON_THE_SPOT,
                academic_hours=Decimal("1.50"),
                public_money=Decimal("12345678.05"),
                created_at=noon(2025, 12, 31),
            )
        )
    assert value(database, "money_spent") == Decimal("12345679.05")
    assert value(database, "person_hours") == Decimal("4.50")


def test_a_course_with_two_audiences_counts_in_both_and_once_in_all(database: Database) -> None:
    with database.writing() as db:
        make.make_course(
            db, audiences=[Audience.SENIORS, Audience.PARENTS], published_at=datetime(2025, 1, 31, 21, 59, tzinfo=UTC)
        )
    with database.reading() as db:
        cells = by_dimension(db, "courses_in_catalogue", YEAR, Dimension.AUDIENCE)
    assert {code for code, cell in cells.items() if cell.amount} == {"seniors", "parents"}
    assert value(database, "courses_in_catalogue") == 1
    assert value(database, "courses_in_catalogue", JANUARY) == 1


def test_a_day_of_riga_decides_not_one_of_greenwich(database: Database) -> None:
    with database.writing() as db:
        make.make_course(db, published_at=datetime(2025, 1, 31, 22, 0, tzinfo=UTC))
    assert value(database, "courses_in_catalogue", JANUARY) == 0
    assert value(database, "courses_in_catalogue", Period(2025, 2, 2)) == 1
