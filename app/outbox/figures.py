"""How the outbox stands: what waits, what fails, what was given up."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import Session

from app.outbox.models import Message


@dataclass(frozen=True, slots=True)
class OutboxFigures:
    """The outbox at one moment."""

    waiting: int
    failing: int
    """Of those that wait: tried in vain at least once."""
    oldest_due: float
    """Age in seconds of the oldest message that is due, or was due when it was first tried in vain."""
    dead: dict[str, int]
    """Messages given up, by kind."""


def outbox_figures(db: Session, moment: datetime) -> OutboxFigures:
    """Count what waits and what was given up; what is done long since costs nothing."""
    since = case((Message.fault != "", Message.created_at), (Message.due_at <= moment, Message.due_at))
    waiting, failing, oldest = db.execute(
        select(func.count(), func.count(case((Message.fault != "", 1))), func.min(since)).where(
            and_(Message.done_at.is_(None), Message.dead_at.is_(None))
        )
    ).one()
    dead = db.execute(
        select(Message.kind, func.count())
        .where(Message.dead_at.is_not(None))
        .group_by(Message.kind)
        .order_by(Message.kind)
    )
    age = max(0.0, (moment - oldest).total_seconds()) if oldest else 0.0
    return OutboxFigures(waiting, failing, age, {str(kind): int(number) for kind, number in dead})
