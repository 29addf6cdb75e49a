"""Runs of one course between which a resident can choose."""

from datetime import datetime

from sqlalchemy import Integer, bindparam
from sqlalchemy.orm import Session

from app.catalogue.cards import RunCard
from app.catalogue.queries import MOMENT, RUNS, run_card
from app.courses.models import CourseRun


def runs_ahead(db: Session, course_id: int, moment: datetime) -> list[RunCard]:
    """The course's runs that are neither over nor called off, the soonest first."""
    rows = db.execute(_RUNS_AHEAD, {"course": course_id, "moment": moment}).mappings()
    return [run_card(row, moment) for row in rows]


_RUNS_AHEAD = RUNS.where(
    CourseRun.course_id == bindparam("course", type_=Integer()),
    CourseRun.cancelled_at.is_(None),
    CourseRun.ends_at > MOMENT,
).order_by(CourseRun.starts_at, CourseRun.id)
