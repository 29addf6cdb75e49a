"""Mailed links to accounts: each works once and for a while; opening one changes nothing."""

from datetime import timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.clock import now
from app.links import new_key
from app.people import account_queries
from app.people.models import Account, AccountLink, LinkKind
from app.people.refusals import AccountLinkSpent

RESET_FOR = timedelta(minutes=10)
NEW_EMAIL_FOR = timedelta(hours=24)
PURPOSES = {
    LinkKind.INVITATION: "staff_invitation",
    LinkKind.RESET: "password_reset",
    LinkKind.NEW_EMAIL: "new_email",
}
"""What each kind is signed for."""


def new_link(
    db: Session, account: Account, kind: LinkKind, lasts: timedelta, *, by: int | None = None, email: str | None = None
) -> AccountLink:
    """A link to the account; earlier ones of its kind no longer work."""
    withdraw_links(db, account.id, kind)
    link = AccountLink(
        account_id=account.id,
        kind=kind,
        link_key=new_key(),
        created_at=now(),
        expires_at=now() + lasts,
        by_account_id=by,
        email=email,
    )
    db.add(link)
    db.flush()
    return link


def withdraw_links(db: Session, account_id: int, *kinds: LinkKind) -> None:
    """The account's links of these kinds no longer work."""
    db.execute(
        update(AccountLink)
        .where(AccountLink.account_id == account_id, AccountLink.kind.in_(kinds), AccountLink.used_at.is_(None))
        .values(used_at=now())
    )


def use_link(db: Session, key: str, kind: LinkKind) -> tuple[AccountLink, Account]:
    """Use the link up; refuses one that was used, is too old, or whose account is closed."""
    found = account_queries.link_by_key(db, key, kind)
    if found is None:
        raise AccountLinkSpent
    account = account_queries.lock_account(db, found.account_id)  # Before the link, as everybody does who holds both.
    link = account_queries.lock_link(db, key, kind)
    if link is None or not is_open(link) or not account.is_active:
        raise AccountLinkSpent
    link.used_at = now()
    return link, account


def is_open(link: AccountLink) -> bool:
    """Whether the link still works."""
    return link.used_at is None and now() < link.expires_at
