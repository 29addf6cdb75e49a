"""What is looked up in the log of actions to seal it, to check it and to cut it."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.audit.models import AuditEntry, AuditSeal

CUT = "log_cut"
"""The act whose entry says up to which seal the log was cut, and the digest of that seal."""
_CHUNK = 1000


class Link(NamedTuple):
    """A seal, and the entry it seals; None when that is gone."""

    seal: AuditSeal
    entry: AuditEntry | None


def hold_chain(db: Session) -> bool:
    """From here to the commit nobody else seals or cuts; False when somebody does now. On SQLite one writes anyway."""
    if db.get_bind().dialect.name != "postgresql":
        return True
    return bool(db.scalar(select(func.pg_try_advisory_xact_lock(func.hashtextextended("chain of the log", 0)))))


def last_seal(db: Session) -> AuditSeal | None:
    """The end of the chain."""
    return db.scalar(select(AuditSeal).order_by(AuditSeal.number.desc()).limit(1))


def something_unsealed(db: Session) -> bool:
    """Whether an entry waits for its seal."""
    return bool(unsealed(db, 1))


def unsealed(db: Session, most: int) -> Sequence[AuditEntry]:
    """Entries without a seal: new ones, and older numbers whose transaction ended later."""
    sealed = select(AuditSeal.number).where(AuditSeal.entry_id == AuditEntry.id).exists()
    return db.scalars(select(AuditEntry).where(~sealed).order_by(AuditEntry.id).limit(most)).all()


def first_links(db: Session, most: int) -> Sequence[Link]:
    """The oldest seals with their entries, in the order of the chain."""
    return _links_after(db, None, most)


def links(db: Session) -> Iterator[Link]:
    """The whole chain, a piece at a time."""
    last = None
    while found := _links_after(db, last, _CHUNK):
        yield from found
        last = found[-1].seal.number


def cuts(db: Session) -> Sequence[str]:
    """The facts of every cut that is on record, newest first."""
    return db.scalars(select(AuditEntry.facts).where(AuditEntry.act == CUT).order_by(AuditEntry.id.desc())).all()


def _links_after(db: Session, number: int | None, most: int) -> Sequence[Link]:
    wanted = (
        select(AuditSeal, AuditEntry)
        .outerjoin(AuditEntry, AuditEntry.id == AuditSeal.entry_id)
        .order_by(AuditSeal.number)
        .limit(most)
    )
    if number is not None:
        wanted = wanted.where(AuditSeal.number > number)
    return [Link(*row) for row in db.execute(wanted)]
