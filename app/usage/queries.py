"""What is looked up before something is counted."""

from collections.abc import Collection

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.courses.models import Course, CourseState
from app.usage.models import DailyCount


def is_in_catalogue(db: Session, code: str) -> bool:
    """Whether a published course has this code."""
    found = select(Course.id).where(Course.code == code, Course.state == CourseState.PUBLISHED)
    return db.scalar(found) is not None


def counted(db: Session, kinds: Collection[str]) -> dict[tuple[str, str], int]:
    """How often each of these has happened in all, by kind and subject."""
    rows = db.execute(
        select(DailyCount.kind, DailyCount.subject, func.sum(DailyCount.times))
        .where(DailyCount.kind.in_(kinds))
        .group_by(DailyCount.kind, DailyCount.subject)
    )
    return {(kind, subject): int(times) for kind, subject, times in rows}
