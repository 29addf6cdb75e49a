"""What is looked up about the keys of providers' systems."""

from collections.abc import Sequence
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from app.people.models import ApiKey


def keys_of(db: Session, provider_id: int) -> Sequence[ApiKey]:
    """The provider's keys, newest first; withdrawn ones stay on the list."""
    return db.scalars(
        select(ApiKey)
        .where(ApiKey.provider_id == provider_id)
        .order_by(ApiKey.revoked_at.is_not(None), ApiKey.id.desc())
        .limit(100)
    ).all()


def own_key(db: Session, provider_id: int, key_id: int) -> ApiKey | None:
    """The provider's key of that number."""
    return db.scalar(select(ApiKey).where(ApiKey.id == key_id, ApiKey.provider_id == provider_id).with_for_update())


def key_with(db: Session, token_hash: str, moment: datetime) -> ApiKey | None:
    """The key with that token, if it opens anything."""
    return db.scalar(select(ApiKey).where(ApiKey.token_hash == token_hash, _is_valid(moment)))


def count_valid(db: Session, provider_id: int, moment: datetime) -> int:
    """How many of the provider's keys open something."""
    return db.scalar(select(func.count()).where(ApiKey.provider_id == provider_id, _is_valid(moment))) or 0


def end_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The last second of the day there."""
    return datetime.combine(day, time(23, 59, 59), zone)


def _is_valid(moment: datetime) -> ColumnElement[bool]:
    return and_(ApiKey.revoked_at.is_(None), or_(ApiKey.expires_at.is_(None), ApiKey.expires_at > moment))


def keys_made_by(db: Session, account_id: int) -> Sequence[ApiKey]:
    """The keys of that maker that were not withdrawn."""
    return db.scalars(select(ApiKey).where(ApiKey.account_id == account_id, ApiKey.revoked_at.is_(None))).all()
