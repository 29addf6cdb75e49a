"""Signed-in devices: begun, known again, kept awake, ended. The token is random and kept only as its hash."""

import hashlib
import secrets
from collections.abc import Set
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, update
from sqlalchemy.orm import Session

from app.audit.record import record
from app.clock import now
from app.people import queries
from app.people.models import Account, Role, SignIn
from app.people.refusals import SecondFactorNeeded, SignInNeeded, WrongRole
from app.people.staff import Staff

IDLE = timedelta(minutes=30)
"""After so long without a page the device is signed out."""
LONGEST = timedelta(hours=12)
"""After so long it is signed out in any case."""
CONFIRMED_FOR = timedelta(minutes=10)
"""So long a typed password stands for acts that ask for it again."""
SEEN_EVERY = timedelta(minutes=1)
"""So exactly it is known when a device was last used."""


def begin_sign_in(
    db: Session,
    account: Account,
    *,
    device: str = "",
    second_factor: bool = False,
    confirmed_at: datetime | None = None,
) -> str:
    """Sign a device in; its token, which is told once and never kept. `confirmed_at`: when the password was typed, if earlier."""
    token, moment = secrets.token_urlsafe(32), now()
    db.add(
        SignIn(
            token_hash=hash_of(token),
            account_id=account.id,
            created_at=moment,
            seen_at=moment,
            ends_at=moment + LONGEST,
            confirmed_at=min(confirmed_at or moment, moment),
            second_factor_at=moment if second_factor else None,
            device=device[:200],
        )
    )
    db.flush()
    return token


def staff_behind(db: Session, token: str, roles: Set[Role], *, needs_code: bool, strict: bool) -> Staff:
    """Who is signed in with that token, if their role is one of these.

    `needs_code` is off for the pages on which the second step is taken; `strict` asks it of accounts without one too.
    """
    moment = now()
    found = queries.sign_in(db, hash_of(token)) if token else None
    if found is None or not is_awake(found.sign_in, moment) or not found.account.is_active:
        raise SignInNeeded
    account, sign_in = found.account, found.sign_in
    if needs_code and sign_in.second_factor_at is None and (strict or account.totp_secret is not None):
        raise SecondFactorNeeded
    if account.role not in roles:
        raise WrongRole
    return Staff(
        account.id,
        account.name,
        account.role,
        account.provider_id,
        sign_in.token_hash,
        sign_in.confirmed_at,
        queries.short_names(db, account.provider_id),
    )


def is_awake(sign_in: SignIn, moment: datetime) -> bool:
    """Whether the device still counts as signed in at that moment."""
    return moment < sign_in.ends_at and moment < sign_in.seen_at + IDLE


def is_to_be_seen(db: Session, who: Staff) -> bool:
    """Whether it is time to keep that the device is in use."""
    sign_in = db.get(SignIn, who.sign_in)
    return sign_in is not None and now() - sign_in.seen_at >= SEEN_EVERY


def keep_awake(db: Session, who: Staff) -> None:
    """The device is in use: its pause begins anew."""
    db.execute(update(SignIn).where(SignIn.token_hash == who.sign_in).values(seen_at=now()))


def end_sign_in(db: Session, token: str) -> None:
    """Sign this device out."""
    db.execute(delete(SignIn).where(SignIn.token_hash == hash_of(token)))


def is_confirmed(who: Staff) -> bool:
    """Whether the password was typed on this device just now."""
    return who.confirmed_at is not None and now() - who.confirmed_at < CONFIRMED_FOR


def confirm(db: Session, who: Staff) -> None:
    """The password was typed on this device again."""
    db.execute(update(SignIn).where(SignIn.token_hash == who.sign_in).values(confirmed_at=now()))


def end_device(db: Session, who: Staff, part: str) -> None:
    """Sign out the one of their devices whose hash begins so."""
    theirs = SignIn.account_id == who.account_id
    gone = (
        delete(SignIn).where(theirs, SignIn.token_hash.startswith(part, autoescape=True)).returning(SignIn.account_id)
    )
    if db.scalars(gone).first() is not None:
        record(db, who.actor, "device_signed_out", "account", who.account_id)


def end_all_devices(db: Session, account_id: int, *, but: str = "") -> None:
    """Sign out every device of the account; `but` is the hash of the one that stays."""
    db.execute(delete(SignIn).where(SignIn.account_id == account_id, SignIn.token_hash != but))


def forget_ended(db: Session) -> None:
    """Erase the devices that no longer count as signed in."""
    moment = now()
    db.execute(delete(SignIn).where(or_(SignIn.ends_at <= moment, SignIn.seen_at <= moment - IDLE)))


def hash_of(token: str) -> str:
    """How a token is kept."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
