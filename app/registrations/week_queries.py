"""What is looked up when an address has sent as many registrations as it may in a week."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.audit.models import AuditEntry
from app.registrations.models import Registration

WEEK = timedelta(days=7)
TOLD = "week_is_full"
"""The act by which it is on record that an address's owner was told."""


def latest_of(db: Session, address_key: str) -> int | None:
    """The address's last registration, whichever run it is for."""
    return db.scalar(
        select(Registration.id).where(Registration.email_key == address_key).order_by(Registration.id.desc()).limit(1)
    )


def count_told(db: Session, registration_id: int, since: datetime) -> int:
    """How often the owner was told since then."""
    found = db.scalar(
        select(func.count())
        .select_from(AuditEntry)
        .where(
            AuditEntry.object_kind == "registration",
            AuditEntry.object_id == str(registration_id),
            AuditEntry.act == TOLD,
            AuditEntry.at >= since,
        )
    )
    return found or 0


def room_again(db: Session, address_key: str, a_week: int) -> datetime | None:
    """When the address may register again: a week after the first of so many; None when it may now."""
    first = db.scalar(
        select(Registration.created_at)
        .where(Registration.email_key == address_key)
        .order_by(Registration.created_at.desc())
        .offset(a_week - 1)
        .limit(1)
    )
    return first + WEEK if first is not None else None
