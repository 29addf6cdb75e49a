"""The queue of messages: one at a time is claimed with a lease, marked when done, tried again later, given up at last."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, case, or_, select, update
from sqlalchemy.orm import Session, aliased

from app.outbox.models import Message

LEASE = timedelta(minutes=2)
MOST_TRIES = 16
"""About six hours: a fault of ours does not heal by waiting longer."""
MOST_LETTER_TRIES = 100
"""About four days: a mail server may ask to come again later, as others do."""
TRIES_IN_ORDER = 6
"""After so many failed tries, about two minutes, a message no longer holds up later ones about the same place."""
WORKER_LOST = "WorkerLost"
"""The fault of a message whose worker ended in the middle of it."""
_LONGEST_WAIT = timedelta(hours=1)
_NEVER_SO_LONG = 2 * LEASE
"""A lease that ends later than this was given before the clock was put back."""


class Lane(NamedTuple):
    """Some kinds of messages, or all but these: a hand of the worker takes its own only."""

    kinds: Collection[str]
    are_left_out: bool = False

    def has(self) -> ColumnElement[bool]:
        """SQL of a message of this lane."""
        return Message.kind.not_in(self.kinds) if self.are_left_out else Message.kind.in_(self.kinds)


EVERYTHING = Lane((), are_left_out=True)


def something_waits(db: Session, moment: datetime, lane: Lane = EVERYTHING) -> bool:
    """Whether any message is due and nobody's; a look that takes no lock."""
    return db.scalar(select(select(Message.id).where(_claimable(moment), lane.has()).exists())) or False


def claim(db: Session, moment: datetime, lane: Lane = EVERYTHING) -> Message | None:
    """Take the message that is due longest; nobody else gets it until the lease ends.

    Its number of tries is the proof of the lease: whoever claims it later has a higher one.
    """
    chosen = (
        select(Message.id)
        .where(_claimable(moment), lane.has())
        .order_by(Message.due_at, Message.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    return db.scalars(
        update(Message)
        .where(Message.id == chosen)
        .values(
            leased_until=moment + LEASE,
            tries=Message.tries + 1,
            fault=case((Message.leased_until.is_not(None), WORKER_LOST), else_=Message.fault),
        )
        .returning(Message)
        .execution_options(synchronize_session=False)
    ).one_or_none()


def renew(db: Session, message: Message, moment: datetime) -> bool:
    """Lengthen the lease; False when it has ended and the message is somebody else's."""
    return _change(db, message, leased_until=moment + LEASE)


def mark_reacted(db: Session, message: Message, reacted: list[str], done_at: datetime | None) -> bool:
    """Keep how far the message's reactions are, and whether it is done; False when it is somebody else's."""
    if done_at is None:
        return _change(db, message, reacted=reacted)
    return _change(db, message, reacted=reacted, done_at=done_at, leased_until=None, fault="")


def put_back(db: Session, message: Message, fault: str, due_at: datetime, *, counts: bool = True) -> bool:
    """Try again later; a try that does not count is one in which the message itself was not at fault."""
    tries = message.tries if counts else message.tries - 1
    return _change(db, message, tries=tries, fault=fault, due_at=due_at, leased_until=None)


def give_up(db: Session, message: Message, fault: str, moment: datetime) -> bool:
    """The message is dead and stays visible; somebody must look at it."""
    return _change(db, message, fault=fault, dead_at=moment, leased_until=None)


def wait_after(tries: int) -> timedelta:
    """How long a message waits after so many tries: twice as long each time, at most an hour."""
    return min(timedelta(seconds=2 ** min(tries, 12)), _LONGEST_WAIT)


def dead_messages(db: Session) -> Sequence[Message]:
    """Messages that were given up, oldest first."""
    return db.scalars(select(Message).where(Message.dead_at.is_not(None)).order_by(Message.id)).all()


def revive(db: Session, moment: datetime) -> None:
    """Put every message that was given up back into the queue."""
    db.execute(
        update(Message).where(Message.dead_at.is_not(None)).values(dead_at=None, tries=0, due_at=moment, fault="")
    )


def _change(db: Session, message: Message, **values: object) -> bool:
    """Change a message that is still ours by its lease."""
    ours = and_(Message.id == message.id, Message.tries == message.tries, Message.leased_until.is_not(None))
    changed = db.execute(
        update(Message).where(ours).values(**values).returning(Message.id),
        execution_options={"synchronize_session": False},
    )
    return changed.first() is not None


def _claimable(moment: datetime) -> ColumnElement[bool]:
    earlier = aliased(Message)
    holds_up = and_(
        earlier.about == Message.about,
        earlier.id < Message.id,
        earlier.done_at.is_(None),
        earlier.dead_at.is_(None),
        earlier.tries < TRIES_IN_ORDER,
        or_(earlier.due_at <= moment, earlier.fault != "", earlier.leased_until.is_not(None)),
    )
    return and_(
        Message.done_at.is_(None),
        Message.dead_at.is_(None),
        Message.due_at <= moment,
        or_(
            Message.leased_until.is_(None),
            Message.leased_until <= moment,
            Message.leased_until > moment + _NEVER_SO_LONG,
        ),
        or_(Message.about == "", ~select(earlier.id).where(holds_up).exists()),
    )
