"""One thing that waits for a provider's staff, and why."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

SHOWN = 5
"""Of each kind so many are shown; then it is said that there are more."""


class Need(StrEnum):
    """Why something stands on the list, in the order in which it is shown."""

    LATE_SEAT = "late_seat"
    RETURNED = "returned"
    TOO_FEW = "too_few"
    UNMARKED = "unmarked"
    PAST = "past"
    UNDECIDED = "undecided"
    WAITING = "waiting"
    OVERDUE_WISH = "overdue_wish"
    PERMIT = "permit"
    OLD_DRAFT = "old_draft"
    FEEDBACK = "feedback"


@dataclass(frozen=True, slots=True)
class Todo:
    """One thing that waits for somebody: what it is about, and the facts its sentence tells."""

    need: Need
    id: int
    title: str
    moment: datetime | None = None
    day: date | None = None
    people: int = 0
    of: int = 0
    words: str = ""
    asked: bool = False
    """Whether it was asked already and only the answer is missing."""
