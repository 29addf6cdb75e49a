"""What is looked up before something is counted."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.courses.models import Course, CourseState
from app.usage.models import DailyCount, SearchCount, SearchText


@dataclass(frozen=True, slots=True)
class Searched:
    """A search that was made often enough to be told, and how often that was."""

    text: str
    times: int
    without_result: int


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


KEPT_KEYS = select(SearchText.key)
"""The searches whose words are kept."""


def days_of(db: Session, key: str) -> int:
    """On how many days a search was made."""
    return db.scalar(select(func.count()).where(SearchCount.key == key)) or 0


def searched(db: Session, first: date, last: date, least: int) -> list[Searched]:
    """Searches of these days whose words are kept, those made at least so often; the most frequent first."""
    times = func.sum(SearchCount.times)
    rows = db.execute(
        select(SearchText.text, times, func.sum(SearchCount.without_result))
        .join(SearchCount, SearchCount.key == SearchText.key)
        .where(SearchCount.day >= first, SearchCount.day <= last)
        .group_by(SearchText.key, SearchText.text)
        .having(times >= least)
        .order_by(times.desc(), SearchText.text)
    )
    return [Searched(text, int(all_times), int(missed)) for text, all_times, missed in rows]


def counted_between(db: Session, kind: str, first: date, last: date) -> dict[str, int]:
    """How often something of this kind happened on these days, by its subject."""
    rows = db.execute(
        select(DailyCount.subject, func.sum(DailyCount.times))
        .where(DailyCount.kind == kind, DailyCount.day >= first, DailyCount.day <= last)
        .group_by(DailyCount.subject)
    )
    return {subject: int(times) for subject, times in rows}
