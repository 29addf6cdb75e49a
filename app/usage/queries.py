"""What is looked up before something is counted."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.courses.models import Course, CourseState


def is_in_catalogue(db: Session, code: str) -> bool:
    """Whether a published course has this code."""
    found = select(Course.id).where(Course.code == code, Course.state == CourseState.PUBLISHED)
    return db.scalar(found) is not None
