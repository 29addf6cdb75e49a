"""Signing in with an account elsewhere: known by its number there, at the first time by its confirmed mail address."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from app.audit.record import record
from app.clock import now
from app.i18n import _
from app.people import account_queries
from app.people.account_links import withdraw_links
from app.people.models import Account, LinkKind
from app.people.refusals import SignInFailed
from app.people.sign_ins import begin_sign_in, end_sign_in
from app.people.signing_in import signed_in

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
"""Stands for a time that the other place does not tell: such a password was not typed just now."""
NOBODY = _("No account here belongs to this person. Ask the head of your institution for an invitation.")


@dataclass(frozen=True, slots=True)
class Somebody:
    """Who signed in elsewhere, as it is told there and checked by us."""

    issuer: str
    subject: str
    confirmed_email: str
    """Empty where it is not confirmed there."""
    took_second_step: bool
    typed_password_at: datetime | None


@dataclass(frozen=True, slots=True)
class Begun:
    """A device that was signed in: its token, the account, whether the code is still to be given."""

    token: str
    account: Account
    needs_code: bool


def begin_from_elsewhere(db: Session, somebody: Somebody, *, device: str, old_token: str) -> Begun:
    """Sign the device in; who was never invited has no account, however well they are known elsewhere."""
    account = account_queries.by_subject(db, somebody.issuer, somebody.subject) or _first_time(db, somebody)
    if account is None:
        raise SignInFailed(NOBODY)
    account = account_queries.lock_account(db, account.id)
    if not account.is_active:
        raise SignInFailed(NOBODY)
    end_sign_in(db, old_token)
    needs_code = account.totp_secret is not None and not somebody.took_second_step
    if not needs_code:
        signed_in(db, account)
    token = begin_sign_in(
        db,
        account,
        device=device,
        second_factor=somebody.took_second_step,
        confirmed_at=somebody.typed_password_at or LONG_AGO,
    )
    return Begun(token, account, needs_code)


def _first_time(db: Session, somebody: Somebody) -> Account | None:
    """The account with that confirmed address, which from now on is theirs alone."""
    if not somebody.confirmed_email:
        return None
    found = account_queries.by_address(db, somebody.confirmed_email)
    if found is None or found.oidc_subject is not None or not found.is_active:
        return None
    account = account_queries.lock_account(db, found.id)
    if account.oidc_subject is not None or not account.is_active or _is_over(db, account):
        return None
    account.oidc_issuer, account.oidc_subject = somebody.issuer, somebody.subject
    withdraw_links(db, account.id, LinkKind.INVITATION)
    record(db, f"account:{account.id}", "signed_in_elsewhere_first", "account", account.id)
    db.flush()
    return account


def _is_over(db: Session, account: Account) -> bool:
    """Whether nobody has used the account yet and its invitation no longer works."""
    until = account_queries.invited_until(db, account.id)
    return account.password_hash is None and (until is None or until <= now())
