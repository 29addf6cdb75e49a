"""Who came to which session of a run, for letters to them."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.courses.models import CourseSession
from app.participation.models import Attendance, Mark

CAME = (Mark.PRESENT, Mark.PARTLY)


def came_to(db: Session, run_id: int, session_ids: Iterable[int]) -> set[int]:
    """The registrations of those who came to one of these sessions of the run."""
    found = db.scalars(
        select(Attendance.registration_id)
        .join(CourseSession, CourseSession.id == Attendance.session_id)
        .where(CourseSession.run_id == run_id, CourseSession.id.in_([*session_ids]), Attendance.mark.in_(CAME))
    )
    return {*found}


def sessions_with_marks(db: Session, run_id: int) -> Sequence[CourseSession]:
    """The run's sessions to which somebody came, in order."""
    came = select(Attendance.id).where(Attendance.session_id == CourseSession.id, Attendance.mark.in_(CAME))
    return db.scalars(
        select(CourseSession)
        .where(CourseSession.run_id == run_id, came.exists())
        .order_by(CourseSession.starts_at, CourseSession.id)
    ).all()
