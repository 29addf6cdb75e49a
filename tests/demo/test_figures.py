"""The figures of 2025, counted from the demonstration's records by statements of our own."""

from collections import Counter
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app.courses.history_models import Publication
from app.courses.models import Course, CourseRun, CourseSession, CourseState
from app.db import Database
from app.participation.models import Attendance
from app.permits.models import Permit
from app.registrations.models import Channel, Registration
from app.reports.period import Period
from app.reports.values import figure_value
from tests.demo.city import NOON, TODAY, YEAR_BEGINS, YEAR_ENDS, load_city, participations


def test_418_courses_were_public_in_2025_and_are_today(db: Session) -> None:
    def public(begins: datetime, ends: datetime) -> int:
        return (
            db.scalar(
                select(func.count(Publication.course_id.distinct())).where(
                    Publication.begun_at < ends, Publication.ended_at.is_(None) | (Publication.ended_at > begins)
                )
            )
            or 0
        )

    assert public(YEAR_BEGINS, YEAR_ENDS) == 418
    assert public(NOON, NOON + timedelta(minutes=1)) == 418
    assert db.scalar(select(func.count()).where(Course.state == CourseState.PUBLISHED)) == 418
    assert public(datetime(2024, 1, 1, tzinfo=UTC), datetime(2025, 1, 1, tzinfo=UTC)) < 418


def test_178_registrations_of_2025_came_via_the_catalogue(db: Session) -> None:
    first = func.min(Registration.confirmed_at, Registration.queued_at)
    counted = func.coalesce(first, Registration.confirmed_at, Registration.queued_at)
    received = select(Registration.channel, func.count()).where(counted >= YEAR_BEGINS, counted < YEAR_ENDS)
    by_channel = {channel: number for channel, number in db.execute(received.group_by(Registration.channel))}  # noqa: C416
    assert by_channel[Channel.WEB] == 178
    assert sum(by_channel.values()) > 5_500


def test_the_figures_of_the_report_say_the_same(db: Session) -> None:
    expected = {
        "courses_in_catalogue": 418,
        "registrations_via_catalogue": 178,
        "participations": 7_840,
        "permits_issued": 38,
    }
    for name, number in expected.items():
        assert figure_value(db, name, Period(2025)).amount == number, name


def test_7840_participations_are_counted_from_595_records(db: Session) -> None:
    counts = participations(db)
    assert counts["rolls"] + counts["walk_ins"] == 6_118
    assert (counts["on_the_spot"], counts["on_the_spot_entries"]) == (1_412, 74)
    assert (counts["estimated"], counts["estimated_entries"]) == (310, 9)
    assert counts["rolls"] + counts["walk_ins"] + counts["on_the_spot"] + counts["estimated"] == 7_840
    held = select(func.count(CourseSession.run_id.distinct())).join(CourseSession.run)
    in_the_year = (CourseSession.starts_at >= YEAR_BEGINS, CourseSession.starts_at < YEAR_ENDS)
    assert db.scalar(held.where(*in_the_year, CourseRun.cancelled_at.is_(None))) == 512


def test_38_permits_were_issued_in_2025(db: Session) -> None:
    issued = Counter(day.year for day in db.scalars(select(Permit.issued_on)))
    assert issued[2025] == 38
    assert issued[2024] == 35
    with_permit = db.execute(select(Course.code, Permit).join(Permit, Permit.id == Course.permit_id)).all()
    assert len(with_permit) == 38
    assert all(permit.is_valid(TODAY) and permit.issued_on.year == 2025 for _, permit in with_permit)
    assert 1 <= sum(permit.valid_until <= TODAY + timedelta(days=60) for _, permit in with_permit) <= 2
    assert not db.scalar(select(func.count()).where(Course.needs_permit, Course.permit_id.is_(None)))


def test_deleting_an_attendance_lowers_the_figure(sqlite_database: Database) -> None:
    load_city(sqlite_database)
    with sqlite_database.writing() as db:
        before = participations(db)["rolls"]
        for which in (func.min, func.max):
            db.delete(db.get_one(Attendance, db.scalar(select(which(Attendance.id)))))
            db.flush()
        assert participations(db)["rolls"] == before - 2


def test_a_large_share_of_the_rolls_of_2025_belongs_to_people_who_came_once(db: Session) -> None:
    times = db.scalars(
        text(
            "SELECT count(*) FROM attendances a JOIN sessions s ON s.id = a.session_id"
            " WHERE mark IN ('present', 'partly') AND s.starts_at < '2025-12-31 22:00:00' GROUP BY registration_id"
        )
    ).all()
    assert sum(number == 1 for number in times) > 0.5 * len(times)
    assert sum(number == 1 for number in times) > 0.2 * sum(times)
