"""What is looked up about those who want to hear when a course appears that fits a search."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.courses.models import Course, CourseState
from app.interests.models import SearchAlert
from app.providers.models import Provider
from app.refusals import NotFound

_WAITING = (SearchAlert.ended_at.is_(None), SearchAlert.confirmed_at.is_not(None))


def by_link(db: Session, link_key: str, *, lock: bool = False) -> SearchAlert:
    """The alert behind a mailed link."""
    wanted = select(SearchAlert).where(SearchAlert.link_key == link_key)
    if lock:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    if alert := db.scalar(wanted):
        return alert
    raise NotFound


def by_id(db: Session, alert_id: int) -> SearchAlert | None:
    """The alert of this number."""
    return db.get(SearchAlert, alert_id)


def own(db: Session, address_key: str, words: str, filters: str) -> SearchAlert | None:
    """The same search of the same address, of which it has not heard yet."""
    return db.scalar(
        select(SearchAlert).where(
            SearchAlert.email_key == address_key,
            SearchAlert.words == words,
            SearchAlert.filters == filters,
            SearchAlert.ended_at.is_(None),
        )
    )


def count_since(db: Session, address_key: str, since: datetime) -> int:
    """For how many searches the address has asked for news since then."""
    asked = select(func.count()).where(SearchAlert.email_key == address_key, SearchAlert.created_at >= since)
    return db.scalar(asked) or 0


def waiting_for(db: Session, course_id: int) -> Sequence[SearchAlert]:
    """Those to whom this course is news: it is in the catalogue, and came after they asked."""
    return db.scalars(
        select(SearchAlert)
        .join(Course, Course.published_at > SearchAlert.created_at)
        .where(Course.id == course_id, Course.state == CourseState.PUBLISHED, *_WAITING)
        .order_by(SearchAlert.id)
    ).all()


def held(db: Session, alert_ids: Sequence[int]) -> Sequence[SearchAlert]:
    """Those of these who still wait; held until the transaction ends."""
    return db.scalars(
        select(SearchAlert)
        .where(SearchAlert.id.in_(alert_ids), *_WAITING)
        .order_by(SearchAlert.id)
        .with_for_update(skip_locked=True)
    ).all()


def course_for_letter(db: Session, course_id: int) -> Course | None:
    """A course in the catalogue with what a letter says about it."""
    return db.scalar(
        select(Course)
        .where(Course.id == course_id, Course.state == CourseState.PUBLISHED)
        .options(selectinload(Course.texts), joinedload(Course.provider).selectinload(Provider.texts))
    )
