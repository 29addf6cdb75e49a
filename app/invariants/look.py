"""A look at the records: one consistent view that changes nothing, and what a check of it says."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app.audit.models import AuditEntry
from app.db import Database
from app.registrations.seats import SeatRules

GRACE = timedelta(minutes=2)
"""What the worker does within seconds may take so long before its absence is a fault."""
MOST_TOLD = 10
"""So many findings of a kind are told; the rest is counted."""
_MOST_COUNTED = 100_000
_LONGEST_STATEMENT = "SET LOCAL statement_timeout = '10min'"


@dataclass(frozen=True, slots=True)
class Look:
    """The records at one moment."""

    db: Session
    moment: datetime
    rules: SeatRules

    def log_begins(self) -> datetime:
        """Since when every act stands in the log; what is older came from elsewhere, or its entries were cut."""
        first = self.db.scalar(select(func.min(AuditEntry.at)))
        return first - timedelta(seconds=1) if first else self.moment


Findings = Iterator[str]


@dataclass(frozen=True, slots=True)
class Invariant:
    """One thing that must be true: its number, a sentence, and what finds where it is not."""

    id: str
    sentence: str
    find: Callable[[Look], Findings]


@contextmanager
def looking(database: Database, moment: datetime, rules: SeatRules) -> Iterator[Look]:
    """One view of everything, while the city goes on working."""
    readers = database.readers
    if not database.is_sqlite:
        readers = readers.execution_options(isolation_level="REPEATABLE READ")
    with Session(readers, autoflush=False) as db:
        if not database.is_sqlite:
            db.execute(text(_LONGEST_STATEMENT))
        yield Look(db, moment, rules)


def told(what: str, ids: Iterable[object]) -> Findings:
    """One finding with the first numbers and how many more there are; nothing when there are none."""
    numbers = iter(ids)
    first = [str(one) for one in islice(numbers, MOST_TOLD)]
    if first:
        more = sum(1 for _ in islice(numbers, _MOST_COUNTED))
        yield f"{what}: {', '.join(first)}" + (f" and {more} more" if more else "")
