"""Keys of a provider's own systems: made and withdrawn by its manager, told once, kept only as hashes."""

import secrets
from collections.abc import Set
from datetime import timedelta
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import update
from sqlalchemy.orm import Session

from app.audit.record import record
from app.clock import RIGA, now
from app.i18n import _
from app.people import key_queries as queries
from app.people.addresses import lock_address
from app.people.models import Account, ApiKey, Role
from app.people.sign_ins import hash_of
from app.people.staff import Staff
from app.refusals import Conflict, NotAllowed, NotFound, Refusal
from app.texts import Day, RequiredLine

PREFIX = "katalogs_"
_SEEN = 6
USED_EVERY = timedelta(minutes=1)
"""So exactly it is known when a key was last used."""
MOST_KEYS = 20


class Scope(StrEnum):
    """What a key may do."""

    COURSES_WRITE = "courses:write"
    RUNS_WRITE = "runs:write"
    REGISTRATIONS_READ = "registrations:read"


class KeyForm(BaseModel):
    """A key to be made: what for, what it may do, and until when."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: RequiredLine
    scopes: list[Scope] = Field(min_length=1, max_length=len(Scope))
    expires_on: Day | None = None


class KeyNeeded(Refusal):
    """No key came along, or one that is not valid; no word tells which."""

    status = 401
    code = "key_needed"
    sentence = _("Send a valid key of your institution: Authorization: Bearer …")

    def __init__(self) -> None:
        super().__init__(headers={"WWW-Authenticate": "Bearer"})


class ScopeMissing(NotAllowed):
    """The key was not made for this."""

    code = "scope_missing"
    sentence = _("This key was not made for this. Make another one in the workspace.")


class TooManyKeys(Conflict):
    """Nobody keeps an eye on so many keys."""

    code = "too_many_keys"
    sentence = _("There are too many keys. Withdraw those that nobody uses.")


def make_key(db: Session, who: Staff, asked: KeyForm) -> tuple[ApiKey, str]:
    """A new key and its token, which is told once and never kept."""
    _refuse_others(who)
    moment = now()
    lock_address(db, "keys", str(who.provider))
    if queries.count_valid(db, who.provider, moment) >= MOST_KEYS:
        raise TooManyKeys
    token = PREFIX + secrets.token_urlsafe(32)
    ends = asked.expires_on
    key = ApiKey(
        provider_id=who.provider,
        account_id=who.account_id,
        name=asked.name,
        scopes=sorted({scope.value for scope in asked.scopes}),
        prefix=token[: len(PREFIX) + _SEEN],
        token_hash=hash_of(token),
        created_at=moment,
        expires_at=queries.end_of_day(ends, RIGA) if ends else None,
    )
    db.add(key)
    db.flush()
    facts = {"scopes": " ".join(key.scopes), "until": ends.isoformat() if ends else None}
    record(db, who.actor, "key_made", "api_key", key.id, facts)
    return key, token


def revoke_key(db: Session, who: Staff, key_id: int) -> ApiKey:
    """From now on the key opens nothing; one that was withdrawn before stays so."""
    _refuse_others(who)
    key = queries.own_key(db, who.provider, key_id)
    if key is None:
        raise NotFound
    if key.revoked_at is None:
        key.revoked_at = now()
        record(db, who.actor, "key_revoked", "api_key", key.id)
    return key


def revoke_keys_of(db: Session, who: Staff, account: Account) -> None:
    """Whoever made them manages nothing any more: from now on their keys open nothing."""
    for key in queries.keys_made_by(db, account.id):
        key.revoked_at = now()
        record(db, who.actor, "key_revoked", "api_key", key.id)


def staff_behind_key(db: Session, token: str, scopes: Set[Scope]) -> Staff:
    """For whom a system acts that sends this key; it needs one of these scopes."""
    moment = now()
    found = queries.key_with(db, hash_of(token), moment) if token.startswith(PREFIX) else None
    if found is None:
        raise KeyNeeded
    if not scopes & {*found.scopes}:
        raise ScopeMissing
    is_seen = found.used_at is not None and moment - found.used_at < USED_EVERY
    return Staff(found.account_id, found.name, Role.MANAGER, found.provider_id, key_id=found.id, is_seen=is_seen)


def keep_used(db: Session, who: Staff) -> None:
    """The key was used just now."""
    db.execute(update(ApiKey).where(ApiKey.id == who.key_id).values(used_at=now()))


def _refuse_others(who: Staff) -> None:
    if who.role is not Role.MANAGER or who.key_id is not None:
        raise NotAllowed
