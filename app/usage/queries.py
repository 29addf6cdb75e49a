"""What is looked up before something is counted."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Row, Select, func, literal, select, union_all
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
    return _in_order(db.execute(_searches(first, last, least)))


def searched_and_opened(
    db: Session, first: date, last: date, least: int, opened: str
) -> tuple[list[Searched], dict[str, int]]:
    """The same, and how often what is counted as `opened` happened at each place, in one statement."""
    places = (
        select(literal(True), DailyCount.subject, func.sum(DailyCount.times), literal(0))
        .where(DailyCount.kind == opened, DailyCount.day >= first, DailyCount.day <= last)
        .group_by(DailyCount.subject)
    )
    searches = _searches(first, last, least)
    rows = db.execute(union_all(searches, places)).all()
    return _in_order(row for row in rows if not row[0]), {row[1]: int(row[2]) for row in rows if row[0]}


def _searches(first: date, last: date, least: int) -> Select[bool, str, int, int]:
    times = func.sum(SearchCount.times)
    return (
        select(literal(False), SearchText.text, times, func.sum(SearchCount.without_result))
        .join(SearchCount, SearchCount.key == SearchText.key)
        .where(SearchCount.day >= first, SearchCount.day <= last)
        .group_by(SearchText.text)
        .having(times >= least)
    )


def _in_order(rows: Iterable[Row[bool, str, int, int]]) -> list[Searched]:
    found = [Searched(text, int(times), int(missed)) for _is_place, text, times, missed in rows]
    return sorted(found, key=lambda one: (-one.times, one.text))
