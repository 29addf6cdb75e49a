"""What counts use: one more of something today; whose it was is never known."""

from datetime import date
from enum import StrEnum

from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from app.usage import queries
from app.usage.models import DailyCount


class Use(StrEnum):
    """What is counted."""

    COURSE_VIEW = "course_view"
    REGISTRATION_BEGUN = "registration_begun"
    SEARCH = "search"
    SEARCH_WITHOUT_RESULT = "search_without_result"
    RESULT_OPENED = "result_opened"


class LetterFate(StrEnum):
    """What became of letters: counted by the worker, never by a visitor."""

    SENT = "letter_sent"
    REFUSED = "letter_refused"


OF_A_COURSE = {Use.COURSE_VIEW, Use.REGISTRATION_BEGUN}
"""Counted for each course by its code; searches only for the city as a whole."""
PLACES = 20
"""Up to so far down a list of results the place of what was opened is told apart; the others are one."""
FARTHER = "more"


def count_use(db: Session, use: Use, subject: str, day: date) -> bool:
    """Count it once more on this day; nothing, when the subject is no course of the catalogue and no place in a list.

    A search without result is a search too: it counts as both.
    """
    if use is Use.RESULT_OPENED:
        if not (subject.isascii() and subject.isdecimal() and len(subject) < 5 and int(subject)):
            return False
        subject = str(int(subject)) if int(subject) <= PLACES else FARTHER
    elif use not in OF_A_COURSE:
        subject = ""
    elif not queries.is_in_catalogue(db, subject):
        return False
    if use is Use.SEARCH_WITHOUT_RESULT:
        _one_more(db, Use.SEARCH, subject, day)
    _one_more(db, use, subject, day)
    return True


def count_letters(db: Session, fate: LetterFate, subject: str, times: int, day: date) -> None:
    """Count letters of a kind that left, or those refused by the kind of the fault."""
    _more(db, fate.value, subject, day, times)


def _one_more(db: Session, use: Use, subject: str, day: date) -> None:
    _more(db, use.value, subject, day, 1)


def _more(db: Session, kind: str, subject: str, day: date, times: int) -> None:
    """Begin there or add so many, whoever else counts at this moment."""
    insert = sqlite_insert if db.get_bind().dialect.name == "sqlite" else postgresql_insert
    first = insert(DailyCount).values(day=day, kind=kind, subject=subject, times=times)
    db.execute(
        first.on_conflict_do_update(
            index_elements=[DailyCount.day, DailyCount.kind, DailyCount.subject],
            set_={"times": DailyCount.times + times},
        )
    )
