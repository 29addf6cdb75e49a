"""Signing in with a password: checked outside of any transaction, for it takes long; begun when nothing changed meanwhile."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.audit.record import record
from app.clock import now
from app.people import account_queries
from app.people.models import Account
from app.people.passwords import PasswordCost, costs_otherwise, hash_password, is_password
from app.people.refusals import SignInFailed
from app.people.sign_ins import begin_sign_in, end_sign_in


@dataclass(frozen=True, slots=True)
class Passed:
    """Somebody knew the password of an account: as it was stored then, and hashed anew where the cost has changed."""

    account_id: int
    stored: str
    anew: str | None


@dataclass(frozen=True, slots=True)
class Knocking:
    """Somebody who says they are the owner of an account; no account where the address is not known."""

    account_id: int | None = None
    stored: str | None = None
    is_active: bool = False


def who_knocks(db: Session, address: str) -> Knocking:
    """Whose address it is; what is needed to check the password later, without the database."""
    found = account_queries.by_address(db, address)
    return Knocking(found.id, found.password_hash, found.is_active) if found else Knocking()


def check_password(knocking: Knocking, password: str, cost: PasswordCost) -> Passed:
    """Let pass whoever knows the password; it costs the same whoever knocks. Needs no transaction, and may take long."""
    fits = is_password(cost, knocking.stored, password)
    if not fits or not knocking.is_active or knocking.account_id is None or knocking.stored is None:
        raise SignInFailed
    anew = hash_password(cost, password) if costs_otherwise(cost, knocking.stored) else None
    return Passed(knocking.account_id, knocking.stored, anew)


def signed_in(db: Session, account: Account) -> None:
    """Keep that somebody has signed in."""
    account.signed_in_at = now()
    record(db, f"account:{account.id}", "signed_in", "account", account.id)


def begin_with_password(db: Session, passed: Passed, *, device: str, old_token: str) -> str:
    """Sign the device in with a new token, unless the account has changed since the password was checked."""
    account = account_queries.lock_account(db, passed.account_id)
    if not account.is_active or account.password_hash != passed.stored:
        raise SignInFailed
    if passed.anew is not None:
        account.password_hash = passed.anew
    end_sign_in(db, old_token)
    if account.totp_secret is None:
        signed_in(db, account)
    return begin_sign_in(db, account, device=device)
