"""What the tests of the demonstration city share: its day, how to load it, and how to count its participations."""

import hashlib
from datetime import UTC, date, datetime

from sqlalchemy import Table, func, select, text
from sqlalchemy.orm import Session

from app.clock import RIGA
from app.courses.models import CourseSession
from app.db import Database
from app.demo.load import load_demo
from app.participation.models import Activity, HeadCount

TODAY = date(2026, 11, 22)
NOON = datetime(2026, 11, 22, 10, tzinfo=UTC)
YEAR_BEGINS = datetime(2025, 1, 1, tzinfo=RIGA).astimezone(UTC)
YEAR_ENDS = datetime(2026, 1, 1, tzinfo=RIGA).astimezone(UTC)


def load_city(database: Database, today: date = TODAY) -> None:
    """Fill the database with the city of that day."""
    with database.writing() as db:
        load_demo(db, today)


def digest(db: Session, table: Table, where: str = "1 = 1") -> str:
    """A fingerprint of a table's rows in the order of their keys."""
    order = ", ".join(column.name for column in table.primary_key)
    rows = db.execute(text(f"SELECT * FROM {table.name} WHERE {where} ORDER BY {order}"))
    digest = hashlib.sha256()
    for row in rows:
        digest.update(repr(tuple(row)).encode())
    return digest.hexdigest()


def participations(db: Session, begins: datetime = YEAR_BEGINS, ends: datetime = YEAR_ENDS) -> dict[str, int]:
    """People who took part, by what they were counted from: each once in every run, walk-ins, activities."""
    in_rolls = db.execute(
        text(
            "SELECT count(DISTINCT a.registration_id) FROM attendances a JOIN sessions s ON s.id = a.session_id"
            " JOIN course_runs r ON r.id = s.run_id WHERE a.mark IN ('present', 'partly')"
            " AND r.cancelled_at IS NULL AND s.cancelled_at IS NULL AND s.starts_at >= :begins AND s.starts_at < :ends"
        ),
        {"begins": begins.strftime("%Y-%m-%d %H:%M:%S"), "ends": ends.strftime("%Y-%m-%d %H:%M:%S")},
    ).scalar_one()
    walked_in = db.scalar(
        select(func.sum(HeadCount.people))
        .join(CourseSession, CourseSession.id == HeadCount.session_id)
        .where(CourseSession.starts_at >= begins, CourseSession.starts_at < ends)
    )
    in_activities = db.execute(
        select(Activity.counted_how, func.count(), func.sum(Activity.participants))
        .where(Activity.held_on >= date(2025, 1, 1), Activity.held_on < date(2026, 1, 1))
        .group_by(Activity.counted_how)
    ).all()
    counts = {"rolls": int(in_rolls), "walk_ins": int(walked_in or 0)}
    for how, number, people in in_activities:
        counts[how.value] = int(people)
        counts[f"{how.value}_entries"] = int(number)
    return counts
