"""The queue of messages: claimed with a lease, marked when done, tried again later, given up at last."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.orm import Session

from app.outbox.models import Message

LEASE = timedelta(minutes=2)
MOST_TRIES = 16
_LONGEST_WAIT = timedelta(hours=1)


def something_waits(db: Session, moment: datetime) -> bool:
    """Whether any message is due and nobody's; a look that takes no lock."""
    return db.scalar(select(select(Message.id).where(_claimable(moment)).exists())) or False


def claim(db: Session, moment: datetime, most: int = 20) -> Sequence[Message]:
    """Take due messages, oldest first; nobody else gets them until the lease ends."""
    chosen = (
        select(Message.id)
        .where(_claimable(moment))
        .order_by(Message.id)
        .limit(most)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    claimed = db.scalars(
        update(Message)
        .where(Message.id.in_(chosen))
        .values(leased_until=moment + LEASE, tries=Message.tries + 1)
        .returning(Message)
        .execution_options(synchronize_session=False)
    ).all()
    return sorted(claimed, key=lambda message: message.id)


def mark_reacted(db: Session, message_id: int, reacted: list[str], done_at: datetime | None) -> None:
    """Keep how far the message's reactions are, and whether it is done."""
    db.execute(
        update(Message)
        .where(Message.id == message_id)
        .values(reacted=reacted, done_at=done_at, leased_until=None if done_at else Message.leased_until)
    )


def put_back(db: Session, message_id: int, tries: int, fault: str, moment: datetime) -> None:
    """Try again later, each time after twice as long; after the last try the message is dead and stays visible."""
    if tries >= MOST_TRIES:
        values: dict[str, object] = {"dead_at": moment, "leased_until": None, "fault": fault}
    else:
        wait = min(timedelta(seconds=2**tries), _LONGEST_WAIT)
        values = {"due_at": moment + wait, "leased_until": None, "fault": fault}
    db.execute(update(Message).where(Message.id == message_id).values(**values))


def waiting_and_dead(db: Session, moment: datetime) -> tuple[int, int, float]:
    """Messages that wait, messages given up, and the age in seconds of the oldest that is due."""
    waiting = and_(Message.done_at.is_(None), Message.dead_at.is_(None))
    count, oldest = db.execute(select(func.count(), func.min(Message.due_at)).where(waiting)).one()
    dead = db.scalar(select(func.count()).select_from(Message).where(Message.dead_at.is_not(None))) or 0
    age = max(0.0, (moment - oldest).total_seconds()) if oldest else 0.0
    return count, dead, age


def dead_messages(db: Session) -> Sequence[Message]:
    """Messages that were given up, oldest first."""
    return db.scalars(select(Message).where(Message.dead_at.is_not(None)).order_by(Message.id)).all()


def revive(db: Session, moment: datetime) -> None:
    """Put every message that was given up back into the queue."""
    db.execute(update(Message).where(Message.dead_at.is_not(None)).values(dead_at=None, tries=0, due_at=moment))


def _claimable(moment: datetime) -> ColumnElement[bool]:
    return and_(
        Message.done_at.is_(None),
        Message.dead_at.is_(None),
        Message.due_at <= moment,
        or_(Message.leased_until.is_(None), Message.leased_until <= moment),
    )
