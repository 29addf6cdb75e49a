"""What is looked up about those who want to hear of the next dates."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.courses.models import Course, CourseRun, CourseState
from app.interests.models import CourseInterest
from app.providers.models import Provider
from app.refusals import NotFound


def by_link(db: Session, link_key: str, *, lock: bool = False) -> CourseInterest:
    """The interest behind a mailed link, with its course."""
    wanted = (
        select(CourseInterest)
        .where(CourseInterest.link_key == link_key)
        .options(joinedload(CourseInterest.course).selectinload(Course.texts))
    )
    if lock:
        wanted = wanted.with_for_update(of=CourseInterest).execution_options(populate_existing=True)
    if interest := db.scalar(wanted):
        return interest
    raise NotFound


def own(db: Session, course_id: int, address_key: str) -> CourseInterest | None:
    """What this address has asked to hear of the course and has not heard yet."""
    return db.scalar(
        select(CourseInterest).where(
            CourseInterest.course_id == course_id,
            CourseInterest.email_key == address_key,
            CourseInterest.ended_at.is_(None),
        )
    )


def count_since(db: Session, address_key: str, since: datetime) -> int:
    """Of how many courses the address has asked for news since then."""
    asked = select(func.count()).where(CourseInterest.email_key == address_key, CourseInterest.created_at >= since)
    return db.scalar(asked) or 0


def for_letter(db: Session, interest_id: int) -> CourseInterest | None:
    """An interest with everything a letter says about its course."""
    return db.scalar(
        select(CourseInterest)
        .where(CourseInterest.id == interest_id)
        .options(
            joinedload(CourseInterest.course).options(
                selectinload(Course.texts), joinedload(Course.provider).selectinload(Provider.texts)
            )
        )
    )


def with_news(db: Session, moment: datetime) -> Sequence[int]:
    """Courses for which somebody waits and whose registration has opened since then; seats are not looked at yet."""
    rows = db.scalars(
        select(CourseInterest.course_id)
        .join(CourseInterest.course)
        .join(CourseRun, CourseRun.course_id == Course.id)
        .where(
            CourseInterest.ended_at.is_(None),
            CourseInterest.confirmed_at.is_not(None),
            Course.state == CourseState.PUBLISHED,
            CourseRun.cancelled_at.is_(None),
            CourseRun.registration_opens_at <= moment,
            CourseRun.registration_closes_at > moment,
            or_(
                CourseRun.registration_opens_at > CourseInterest.created_at,
                CourseRun.created_at > CourseInterest.created_at,
            ),
        )
        .distinct()
    )
    return rows.all()


def waiting_for(db: Session, course_id: int) -> Sequence[CourseInterest]:
    """Those who wait for news of the course, the longest first; held until the transaction ends."""
    return db.scalars(
        select(CourseInterest)
        .where(
            CourseInterest.course_id == course_id,
            CourseInterest.ended_at.is_(None),
            CourseInterest.confirmed_at.is_not(None),
        )
        .order_by(CourseInterest.id)
        .with_for_update(skip_locked=True)
    ).all()


def begun(db: Session, run_ids: Sequence[int]) -> dict[int, datetime]:
    """Since when each of the runs can be known to somebody who wants to register: it is there, and its window open."""
    rows = db.execute(
        select(CourseRun.id, CourseRun.registration_opens_at, CourseRun.created_at).where(CourseRun.id.in_(run_ids))
    )
    return {run_id: max(opens, created) for run_id, opens, created in rows}
