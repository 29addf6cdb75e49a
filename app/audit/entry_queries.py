"""What staff read in the log of actions: the newest first, by person, object and time."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.audit.models import AuditEntry

ENTRIES_A_PAGE = 50


@dataclass(frozen=True, slots=True)
class LogSearch:
    """Which entries are wanted."""

    actors: Collection[str] | None = None
    """By whom; None is by anybody."""
    kind: str = ""
    object_id: str = ""
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None
    """Older than the entry of that number: where the page before ended."""


def entries(db: Session, wanted: LogSearch, most: int = ENTRIES_A_PAGE) -> tuple[Sequence[AuditEntry], int | None]:
    """A page of entries, the newest first, and the number before which the next page goes on; None at the end."""
    found = db.scalars(_narrowed(wanted).order_by(AuditEntry.id.desc()).limit(most + 1)).all()
    return found[:most], found[most - 1].id if len(found) > most else None


def _narrowed(wanted: LogSearch) -> Select[AuditEntry]:
    found = select(AuditEntry)
    if wanted.actors is not None:
        found = found.where(AuditEntry.actor.in_(wanted.actors))
    if wanted.kind:
        found = found.where(AuditEntry.object_kind == wanted.kind, AuditEntry.object_id == wanted.object_id)
    if wanted.since is not None:
        found = found.where(AuditEntry.at >= wanted.since)
    if wanted.until is not None:
        found = found.where(AuditEntry.at < wanted.until)
    if wanted.before is not None:
        found = found.where(AuditEntry.id < wanted.before)
    return found
