"""Cards made a moment ago: nothing has been posted since, so they still tell the truth.

Different searches find the same courses. Whatever a reader could see changing is posted in the same transaction, so a
card holds until the number of the newest message changes; time changes cards too, so none holds for longer than a few seconds.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session

from app.catalogue.cards import CourseCard
from app.db import reads_only

HOLDS = timedelta(seconds=5)
_NEWEST = "newest message"


@dataclass(frozen=True, slots=True)
class KnownCards:
    """The cards of one state of a database, by language and course."""

    number: int
    since: datetime
    cards: dict[tuple[str, int], CourseCard] = field(default_factory=dict)

    def hold(self, number: int, moment: datetime) -> bool:
        """Whether they tell the truth at that moment, when this is the number of the newest message."""
        return self.number == number and timedelta(0) <= moment - self.since < HOLDS


_known: WeakKeyDictionary[Engine | Connection, KnownCards] = WeakKeyDictionary()
"""Of each database this process reads."""


def tell_newest(db: Session, message: int) -> None:
    """Tell the session the number of the newest message, read before anything that it will read."""
    db.info[_NEWEST] = message


def known_cards(db: Session, moment: datetime) -> dict[tuple[str, int], CourseCard]:
    """Cards that need not be made again, to be added to; none for a session that may write or does not know the number."""
    number = db.info.get(_NEWEST)
    if number is None or not reads_only(db):
        return {}
    database = db.get_bind()
    known = _known.get(database)
    if known is None or not known.hold(number, moment):
        known = _known[database] = KnownCards(number, moment)
    return known.cards
